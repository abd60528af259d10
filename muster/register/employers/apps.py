"""Registers the employers room with Django, and what it receives with the hub."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EmployersConfig(AppConfig):
    """The tables of employers."""

    name = "muster.register.employers"
    label = "register_employers"

    def ready(self) -> None:
        from muster.hub.intakes import register_intake
        from muster.register.employers.intake import employers_intake

        register_intake(employers_intake())
        post_migrate.connect(_keep_codes, sender=self)


def _keep_codes(*, using: str, **_signal: Any) -> None:
    """Put the triggers on codes back, which migrations on SQLite may have dropped."""
    from django.db import connections

    from muster.register.unchanging import keep_unchanging

    if "register_organisation_code" in connections[using].introspection.table_names():
        keep_unchanging(
            connections[using],
            only_close=["register_organisation_statement"],
            never_change=["register_organisation_code"],
        )
