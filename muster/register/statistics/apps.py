"""Registers the statistics room with Django, and what it receives with the hub."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StatisticsConfig(AppConfig):
    """The tables of official figures."""

    name = "muster.register.statistics"
    label = "register_statistics"
    metrics_module = "muster.register.statistics.metrics"

    def ready(self) -> None:
        from muster.hub.intakes import register_intake
        from muster.register.statistics.intake import statistics_intake
        from muster.register.statistics.survey_intake import survey_intake

        register_intake(statistics_intake())
        register_intake(survey_intake())
        post_migrate.connect(_keep_figures, sender=self)


def _keep_figures(*, using: str, **_signal: Any) -> None:
    """Put the triggers on figures and scores back, which migrations on SQLite may have dropped."""
    from django.db import connections

    from muster.register.unchanging import keep_unchanging

    if "register_statistics_figure" in connections[using].introspection.table_names():
        keep_unchanging(
            connections[using],
            only_close=["register_statistics_statement"],
            never_change=["register_statistics_figure", "register_statistics_score"],
        )
