"""Ledgers to hold the conformance suite against: memory, and the database this run uses."""

import datetime as dt
from pathlib import Path

from django.db import connection

from muster.kernel.clock import FixedClock
from muster.kernel.keys import Keyring
from muster.ledger.checkpoints import Witness
from muster.ledger.logs import Ledger
from muster.ledger.port import Store
from muster.ledger.stores.memory import MemoryStore
from muster.ledger.stores.postgres import PostgresStore
from muster.ledger.stores.sqlite import SqliteStore

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)


def database_store() -> Store:
    """Return the store of the database these tests run on."""
    return PostgresStore() if connection.vendor == "postgresql" else SqliteStore()


def make_ledger(store: Store, home: Path) -> Ledger:
    """Return a ledger with keys and witness of its own and a clock that stands still."""
    clock = FixedClock(NOON)
    keys = Keyring(home / "keys", clock=clock, in_production=False)
    return Ledger(store, keys=keys, clock=clock, witness=Witness(home / "checkpoints"))


def make_memory_ledger(home: Path) -> Ledger:
    """Return a ledger that keeps everything in memory."""
    return make_ledger(MemoryStore(), home)
