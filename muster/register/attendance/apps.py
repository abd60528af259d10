"""Registers the attendance room with Django, and what it receives with the hub."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AttendanceConfig(AppConfig):
    """The tables of attendance."""

    name = "muster.register.attendance"
    label = "register_attendance"
    metrics_module = "muster.register.attendance.metrics"

    def ready(self) -> None:
        from muster.hub.intakes import register_intake
        from muster.register.attendance.intake import attendance_intake

        register_intake(attendance_intake())
        post_migrate.connect(_keep_counts, sender=self)


def _keep_counts(*, using: str, **_signal: Any) -> None:
    """Put the triggers on counts back, which migrations on SQLite may have dropped."""
    from django.db import connections

    from muster.register.unchanging import keep_unchanging

    if "register_attendance_count" in connections[using].introspection.table_names():
        keep_unchanging(
            connections[using],
            only_close=["register_attendance_statement", "register_attendance_expectation"],
            never_change=["register_attendance_count", "register_attendance_building"],
        )
