"""Registers the shared services room with Django, and what it receives with the hub."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SharedServicesConfig(AppConfig):
    """The tables of shared services."""

    name = "muster.register.shared_services"
    label = "register_shared_services"
    metrics_module = "muster.register.shared_services.metrics"

    def ready(self) -> None:
        from muster.hub.intakes import register_intake
        from muster.register.shared_services.intake import case_intake, return_intake

        register_intake(return_intake())
        register_intake(case_intake())
        post_migrate.connect(_keep_returns, sender=self)


def _keep_returns(*, using: str, **_signal: Any) -> None:
    """Put the triggers on facts back, which migrations on SQLite may have dropped."""
    from django.db import connections

    from muster.register.unchanging import keep_unchanging

    if "register_shared_service_return" in connections[using].introspection.table_names():
        keep_unchanging(
            connections[using],
            only_close=["register_shared_service_statement"],
            never_change=["register_shared_service_return", "register_shared_service_case"],
        )
