"""The ledger of this process: the default database, this home's keys, the machine's clock."""

from functools import cache

from django.db import connection

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.running import keyring, settings
from muster.ledger.checkpoints import Witness
from muster.ledger.logs import Ledger
from muster.ledger.port import Store
from muster.ledger.stores.postgres import PostgresStore
from muster.ledger.stores.sqlite import SqliteStore


@cache
def ledger() -> Ledger:
    """Return the ledger that pages, commands and workers of this process write to."""
    store: Store = PostgresStore() if connection.vendor == "postgresql" else SqliteStore()
    witness = Witness(settings().home / "checkpoints")
    return Ledger(store, keys=keyring(), clock=SYSTEM_CLOCK, witness=witness)
