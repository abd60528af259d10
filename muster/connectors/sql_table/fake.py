"""A table without a database: the public fake, held to the same contract tests.

It takes one message after the other, where the real one writes whole shipments; that both come to
the same is what the tests show.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from muster.connectors.contract import Health
from muster.connectors.outlets import (
    RESULTS,
    Fenced,
    OutletDescription,
    Receipt,
    Rehearsed,
    Shipment,
    Unreachable,
)
from muster.connectors.sql_table.connector import DESCRIPTION
from muster.connectors.sql_table.taking import held_back

Fields = dict[str, Any]


@dataclass
class FakeTable:
    """What the receiver's database would hold: rows, and the inbox beside them.

    It outlives the outlets that write to it, as a database does.

    Args:
        keys: columns that name a row; with any, messages replace the row of their key.
        refuse: says why a row is refused; nothing if it is taken.
        reachable: whether it can be spoken to.
    """

    keys: Sequence[str] = ()
    refuse: Callable[[Fields], str] = lambda row: ""
    reachable: bool = True
    rows: list[Fields] = field(default_factory=list)
    brought: set[tuple[str, str, int]] = field(default_factory=set)
    noted: dict[tuple[str, int], int] = field(default_factory=dict)
    fences: dict[tuple[str, int], int] = field(default_factory=dict)
    refused: dict[tuple[str, str, int], tuple[str, str]] = field(default_factory=dict)

    def put(self, row: Fields) -> None:
        """Add a row, or replace the one of its key."""
        if self.keys:
            key = [row[name] for name in self.keys]
            for at, held in enumerate(self.rows):
                if [held[name] for name in self.keys] == key:
                    self.rows[at] = {**held, **row}
                    return
        self.rows.append(row)

    def why_refused(self, row: Fields) -> str:
        """Return why a row is refused; empty if it is taken."""
        empty = [name for name in self.keys if row[name] is None]
        return f"the key column {empty[0]} is empty" if empty else self.refuse(row)


class FakeSqlTable:
    """An outlet that writes to a table in memory."""

    def __init__(self, table: FakeTable | None = None) -> None:
        self.table = table or FakeTable()

    def describe(self) -> OutletDescription:
        """Say what this outlet is and what it must be told."""
        return DESCRIPTION

    def health(self) -> Health:
        """Say whether the table can be reached."""
        said = "the table can be read" if self.table.reachable else "the table is out of reach"
        return Health(self.table.reachable, said)

    def prepare(self) -> None:
        """Do nothing: the inbox is there.

        Raises:
            Unreachable: if the table is out of reach.
        """
        if not self.table.reachable:
            raise Unreachable("the table is out of reach")

    def close(self) -> None:
        """Do nothing."""

    def deliver(self, shipment: Shipment) -> Receipt:
        """Take messages, one after the other.

        Raises:
            Unreachable: if the table is out of reach.
            Fenced: if a later fence has been here.
        """
        self.prepare()
        shard = (shipment.route, shipment.shard)
        if shipment.envelopes.is_empty():
            return Receipt()
        if self.table.fences.get(shard, 0) > shipment.fence:
            raise Fenced
        self.table.fences[shard] = shipment.fence
        noted = max(shipment.after, self.table.noted.get(shard, shipment.after))
        told, had, stored = [], 0, 0
        blocked: dict[str, int] = {}
        rows = shipment.data.iter_rows(named=True)
        for envelope, row in zip(shipment.envelopes.iter_rows(named=True), rows, strict=True):
            mark = (shipment.route, shipment.again, envelope["position"])
            known = mark in self.table.brought or (not shipment.again and mark[2] <= noted)
            if known or mark in self.table.refused:
                had += 1
            elif self._take(mark, envelope["subject"], row, blocked):
                stored += 1
            if mark in self.table.refused:
                told.append((mark[2], *self.table.refused[mark]))
                blocked.setdefault(envelope["subject"], mark[2])
        last = int(shipment.envelopes["position"][-1])
        if not shipment.again:
            self.table.noted[shard] = noted
        results = pl.DataFrame(told, schema=RESULTS, orient="row")
        return Receipt(results, f"{stored} rows stored, up to message {last}", had)

    def rehearse(self, shipment: Shipment) -> Rehearsed:
        """Say which rows would be refused; nothing is kept.

        Raises:
            Unreachable: if the table is out of reach.
        """
        self.prepare()
        apart = FakeSqlTable(FakeTable(self.table.keys, self.table.refuse))
        apart.table.rows = [dict(row) for row in self.table.rows]
        receipt = apart.deliver(shipment)
        stored = shipment.data.height - receipt.results.height
        said = f"{stored} of {shipment.data.height} rows could be stored; all of it was undone"
        return Rehearsed(said, receipt.results)

    def recall(self, shipment: Shipment) -> pl.Series:
        """Tell which messages of a shipment were taken; see ``outlets.Remembers``.

        Raises:
            Unreachable: if the table is out of reach.
            Fenced: if a later fence has been here.
        """
        self.prepare()
        shard = (shipment.route, shipment.shard)
        if self.table.fences.get(shard, 0) > shipment.fence:
            raise Fenced
        self.table.fences[shard] = shipment.fence
        mark = (shipment.route, shipment.again)
        taken = [(*mark, position) in self.table.brought
                 for position in shipment.envelopes["position"]]  # fmt: skip
        return pl.Series(taken, dtype=pl.Boolean)

    def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
        """Tell nothing: what is in doubt is handed over again."""
        return envelopes.select("position", pl.lit(None, pl.Boolean).alias("present"))

    def _take(
        self, mark: tuple[str, str, int], subject: str, row: Fields, blocked: dict[str, int]
    ) -> bool:
        """Take one message, unless it is refused or follows one of its subject that was."""
        if subject and subject in blocked:
            self.table.refused[mark] = ("behind", held_back(blocked[subject]))
            return False
        why = self.table.why_refused(row)
        if why:
            self.table.refused[mark] = ("rejected", why)
            return False
        self.table.put(row)
        self.table.brought.add(mark)
        return True
