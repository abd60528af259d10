"""Registers the hub with Django, and what becomes of files that no room receives."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """The hub's tables."""

    name = "muster.hub"
    label = "hub"
    ledger_index = "muster.hub.messages.index.MessageIndex"

    def ready(self) -> None:
        """Say where files of contracts go that no room receives."""
        from muster.hub.forwarding.carried import Carried
        from muster.hub.intakes import register_carrier

        register_carrier(Carried)
