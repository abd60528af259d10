"""Registers the room of keeping and erasing with Django."""

import datetime as dt

from django.apps import AppConfig


class KeepingConfig(AppConfig):
    """The tables of runs, holds, certificates and requests."""

    name = "muster.register.keeping"
    label = "register_keeping"

    def ready(self) -> None:
        """Say what is due by and by."""
        from muster.kernel.chores import Chore, register_chore

        room = "muster.register.keeping"
        for name, minutes, do in (
            ("going on with approved erasures", 0, "actions.work_on_approved"),
            ("looking what is past its time", 60, "actions.preview_monthly"),
            ("destroying copies past their time", 1, "requests.expire_copies"),
        ):
            register_chore(Chore(name, dt.timedelta(minutes=minutes), f"{room}.{do}"))
