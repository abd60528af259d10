"""Registers the ledger with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger's tables."""

    name = "muster.ledger"
    label = "ledger"
