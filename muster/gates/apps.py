"""Tells Django about the gates."""

import datetime as dt

from django.apps import AppConfig


class GatesConfig(AppConfig):
    """The gates: access, purpose, disclosure and release."""

    name = "muster.gates"
    label = "gates"
    verbose_name = "Gates"

    def ready(self) -> None:
        """Say what is due by and by."""
        from muster.kernel.chores import Chore, register_chore

        for name, do in (
            ("looking for unusual reading", "watching.watch"),
            ("auditing what was released", "audit.auditing.audit"),
            ("removing snapshots of what is no more", "facts.snapshots.drop_outdated"),
        ):
            register_chore(Chore(name, dt.timedelta(minutes=1), f"muster.gates.{do}"))
