"""Registers the hub with Django, and what becomes of files that no room receives."""

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from muster.hub.contracts import Contract
    from muster.hub.intakes import Sink


class HubConfig(AppConfig):
    """The hub's tables."""

    name = "muster.hub"
    label = "hub"
    ledger_index = "muster.hub.messages.index.MessageIndex"

    def ready(self) -> None:
        """Say where files of contracts go that no room receives, and what is due by and by."""
        from muster.hub.intakes import register_carrier
        from muster.kernel.chores import Chore, register_chore

        register_carrier(_carried)
        every = dt.timedelta(minutes=1)
        for name, do in (
            ("looking for late feeds", "muster.hub.alarms.raise_alarms"),
            ("warning of agreements that end", "muster.hub.agreements.warnings.raise_warnings"),
            ("sweeping drafts of mappings", "muster.hub.suggesting.drafts.sweep_drafts"),
        ):
            register_chore(Chore(name, every, do))


def _carried(contract: "Contract") -> "Sink":
    """Return what carries a contract's files on; most commands carry none and start sooner."""
    from muster.hub.forwarding.carried import Carried

    return Carried(contract)
