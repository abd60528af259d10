"""Writes messages to a table, each exactly once in effect."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import polars as pl

from muster.connectors.contract import Health
from muster.connectors.outlets import (
    Fenced,
    OutletDescription,
    Receipt,
    Rehearsed,
    Setting,
    Shipment,
    Unreachable,
)
from muster.connectors.sql_table.postgres import PostgresStore
from muster.connectors.sql_table.refusals import FAILURES, Failure, Refused, judge
from muster.connectors.sql_table.sqlite import SqliteStore
from muster.connectors.sql_table.store import Store
from muster.connectors.sql_table.taking import recall, rehearse, take
from muster.connectors.sql_table.target import Target, read_target

KIND = "sql_table"
SETTINGS = (
    Setting(
        "url",
        "Address of the database",
        "postgresql://user:password@host/database, or sqlite:////path/to/file",
        secret=True,
    ),
    Setting("table", "Table", "As the database spells it: table, or schema.table"),
    Setting(
        "mode",
        "What a message does",
        "append adds a row; upsert replaces the row of the same key",
        required=False,
    ),
    Setting("keys", "Key columns", "For upsert: staff_number, start", required=False),
)
DESCRIPTION = OutletDescription(
    KIND, "A table in a PostgreSQL or SQLite database", "transactional", SETTINGS, "undone"
)
PRESENT = {"position": pl.Int64, "present": pl.Boolean}

_Result = TypeVar("_Result")


class SqlTable:
    """One table as a receiver. The connection stays open; after a failure it is made anew.

    Used by one worker at a time.

    Args:
        settings: see ``SETTINGS``.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._target = read_target(settings)
        self._store = store_of(self._target)

    def describe(self) -> OutletDescription:
        """Say what this outlet is and what it must be told."""
        return DESCRIPTION

    def health(self) -> Health:
        """Say whether the table can be reached, by a connection of its own. Never raises."""
        store = store_of(self._target)
        try:
            store.open()
            store.run(f"SELECT 1 FROM {store.table} LIMIT 0")
        except FAILURES as error:
            return Health(False, _said(error))
        except Exception as error:  # whatever a driver thinks of, the page must be shown
            return Health(False, f"the database could not be spoken to ({type(error).__name__})")
        finally:
            store.close()
        return Health(True, "the table can be read")

    def prepare(self) -> None:
        """Make the inbox tables, when the system is set up.

        Raises:
            Unreachable: if they are not there and cannot be made.
        """
        self._spoken(lambda: None)

    def deliver(self, shipment: Shipment) -> Receipt:
        """Hand messages over, in order.

        Raises:
            Unreachable: if it may be tried again later; nothing has been written.
            Fenced: if a later worker has taken the route over.
        """
        if shipment.envelopes.is_empty():
            return Receipt()
        return self._spoken(lambda: take(self._store, shipment))

    def rehearse(self, shipment: Shipment) -> Rehearsed:
        """Write messages in a transaction that is undone, by a connection of its own.

        Raises:
            Unreachable: if the table cannot be written to.
        """
        store = store_of(self._target)
        try:
            store.open()
            return rehearse(store, shipment)
        except (Unreachable, Refused, *FAILURES) as error:
            raise Unreachable(_said(error)) from None
        finally:
            store.close()

    def recall(self, shipment: Shipment) -> pl.Series:
        """Tell which messages of a shipment were taken; see ``outlets.Remembers``."""
        if shipment.envelopes.is_empty():
            return pl.Series(dtype=pl.Boolean)
        return self._spoken(lambda: recall(self._store, shipment))

    def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
        """Tell nothing: what is in doubt is handed over again and passed over where it is there."""
        unknown = pl.lit(None, pl.Boolean).alias("present")
        return envelopes.select("position", unknown)

    def close(self) -> None:
        """Let the connection go."""
        self._store.close()

    def _spoken(self, ask: Callable[[], _Result]) -> _Result:
        kept = self._store.is_open
        try:
            if not kept:
                self._open()
            return ask()
        except Fenced:
            raise
        except (Unreachable, Refused, *FAILURES) as error:
            said, cut = _said(error), kept and self._store.cut
        except BaseException:
            self._store.close()
            raise
        self._store.close()
        if cut:
            # It died while it was kept. Should it have committed, the inbox tells.
            return self._spoken(ask)
        raise Unreachable(said)

    def _open(self) -> None:
        self._store.open()
        self._store.make_inbox()


def _said(error: Unreachable | Refused | Failure) -> str:
    """Return what is said of an error that stopped everything."""
    meant = error if isinstance(error, (Unreachable, Refused)) else judge(error)
    return meant.said


def store_of(target: Target) -> Store:
    """Return what speaks to a target's kind of database."""
    return PostgresStore(target) if target.kind == "postgresql" else SqliteStore(target)
