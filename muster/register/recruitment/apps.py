"""Registers the recruitment room with Django, and what it receives with the hub."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecruitmentConfig(AppConfig):
    """The tables of campaigns and applications."""

    name = "muster.register.recruitment"
    label = "register_recruitment"
    metrics_module = "muster.register.recruitment.metrics"

    def ready(self) -> None:
        from muster.hub.intakes import register_intake
        from muster.register.recruitment.intake import recruitment_intake

        register_intake(recruitment_intake())
        post_migrate.connect(_keep_facts, sender=self)


def _keep_facts(*, using: str, **_signal: Any) -> None:
    """Put the triggers on facts back, which migrations on SQLite may have dropped."""
    from django.db import connections

    from muster.register.unchanging import keep_unchanging

    if "register_application_fact" in connections[using].introspection.table_names():
        keep_unchanging(
            connections[using],
            only_close=["register_recruitment_statement"],
            never_change=[
                "register_campaign_fact",
                "register_application_fact",
                "register_diversity_answer",
                "register_recruitment_waiting_row",
            ],
        )
