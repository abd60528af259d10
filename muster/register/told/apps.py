"""Registers the room of what people tell of themselves with Django."""

import datetime as dt
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ToldConfig(AppConfig):
    """The tables of what people tell of themselves, and of what they ask to have put right."""

    name = "muster.register.told"
    label = "register_told"

    def ready(self) -> None:
        from muster.kernel.chores import Chore, register_chore

        post_migrate.connect(_keep_facts, sender=self)
        due = "muster.register.told.due"
        # A code holds for a quarter of an hour only.
        register_chore(Chore("sending notices", dt.timedelta(seconds=2), f"{due}.send_notices"))
        register_chore(Chore("what people told", dt.timedelta(minutes=1), f"{due}.look_after"))


def _keep_facts(*, using: str, **_signal: Any) -> None:
    """Put the trigger on facts back, which migrations on SQLite may have dropped."""
    from django.db import connections

    from muster.register.unchanging import keep_unchanging

    keep_unchanging(connections[using], only_close=["register_told_fact"], never_change=[])
