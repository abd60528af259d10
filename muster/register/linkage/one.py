"""One new record against all that are known, in memory, with a model that was fitted before.

For whoever enters a person and must know at once whether they are there already. Candidates are
those that the model's batch run would look at, looked up in an index instead of read through, and
weighed by the same conditions, so a pair gets the weight that the batch would give it. Records may
be put in, changed and taken out. Common values are those of the batch: a value that no record says
has no counterpart.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

from muster.register.linkage.keys import Keys
from muster.register.linkage.model import LEAST_PROBABILITY, Scored, quiet_database
from muster.register.linkage.preparing import RECORD, ROW
from muster.register.linkage.weighing import frequencies, probability

ANSWER = {"b": pl.UInt32, "record": pl.String, "weight": pl.Float64, "probability": pl.Float64}
"""Counterparts of one record, the likeliest first: row and name of the known record, the weight of
evidence in bits and how likely both are of one person. The rows of records that were put in later
follow on those that were there."""
_MOST_TABLES = 50


class Known:
    """Records that are known, ready to be asked. Use it in a ``with`` block, or ``close`` it.

    Args:
        known: the records, as ``preparing`` makes them; no two have one name.
        scored: the model and what it looked at.
        tables: the tables that the model was fitted to: they say how common a value is.
    """

    def __init__(self, known: pl.DataFrame, scored: Scored, tables: Sequence[pl.DataFrame]) -> None:
        self._fields = scored.fields
        self._often = frequencies(tables, self._fields)
        self._keys = Keys(scored.looked_at)
        self._shared = " OR ".join(f"({one.condition})" for one in scored.looked_at) or "false"
        self._database = quiet_database()
        self._sql = self._query(scored)
        self._tables: list[pl.DataFrame] = []
        self._height = 0
        self._gone = set[int]()
        self._place: dict[str, int] = {}
        self._append(known.select(ROW, RECORD, *self._fields))

    def put(self, records: pl.DataFrame) -> None:
        """Let records be known from now on, instead of what was known under their names.

        Args:
            records: as ``preparing`` makes them; a field that they lack says nothing.
        """
        self.remove(records[RECORD])
        lacking = [field for field in self._fields if field not in records.columns]
        said = records.with_columns(pl.lit(None, pl.String).alias(field) for field in lacking)
        rows = pl.int_range(self._height, self._height + said.height, dtype=pl.UInt32, eager=True)
        self._append(said.select(rows.alias(ROW), pl.col(RECORD, *self._fields).cast(pl.String)))

    def remove(self, names: Iterable[str]) -> None:
        """Forget records; names that are not known are passed over."""
        if not self._place:
            named = pl.concat([table[RECORD] for table in self._tables])
            self._place = {name: at for at, name in enumerate(named)}
        self._gone |= {self._place.pop(name) for name in names if name in self._place}

    def counterparts(self, record: pl.DataFrame) -> pl.DataFrame:
        """Return which known records may be of the same person; see ``ANSWER``.

        Args:
            record: one row, as ``preparing`` makes it; a field that it lacks says nothing.
        """
        places = [at for at in self._keys.sharing(record) if at not in self._gone]
        if not places:
            return pl.DataFrame(schema=ANSWER)
        said = record.row(0, named=True)
        self._database.register("given", self._gathered(places).to_arrow())
        found = self._database.execute(self._sql, [said.get(field) for field in self._fields])
        rows = pl.DataFrame(
            found.fetchall(),
            schema={name: kind for name, kind in ANSWER.items() if name != "probability"},
            orient="row",
        )
        return (
            rows.with_columns(probability=probability(pl.col("weight")))
            .filter(pl.col("probability") >= LEAST_PROBABILITY)
            .sort(["weight", "b"], descending=[True, False])
            .select(list(ANSWER))
        )

    def _query(self, scored: Scored) -> str:
        """Return the question that is asked of each record, with its values as parameters."""
        asked = ", ".join(f'${at}::VARCHAR AS "{field}"'
                          for at, field in enumerate(self._fields, 1))  # fmt: skip
        sides = ", ".join(
            f'l."{field}" AS "{field}_l", r."{field}" AS "{field}_r", r."often_{field}"'
            for field in self._fields
        )
        pairs = (
            f"(SELECT r.{ROW} AS b, r.{RECORD} AS record, {sides}"  # noqa: S608 - ours
            f" FROM given r, (SELECT {asked}) l WHERE {self._shared})"
        )
        return f"SELECT b, record, weight FROM ({scored.weights.sql(pairs)})"  # noqa: S608 - ours

    def _append(self, records: pl.DataFrame) -> None:
        wide = records
        for field, often in self._often.items():
            wide = wide.join(often, on=field, how="left", maintain_order="left")
        if self._place:
            self._place |= {name: self._height + at for at, name in enumerate(records[RECORD])}
        self._keys.add(records, self._height)
        self._tables.append(wide)
        self._height += wide.height
        if len(self._tables) > _MOST_TABLES:
            self._tables = [pl.concat(self._tables)]

    def _gathered(self, places: Sequence[int]) -> pl.DataFrame:
        """Return known records by their places."""
        parts, start = [], 0
        for table in self._tables:
            own = [at - start for at in places if start <= at < start + table.height]
            if own:
                parts.append(table[own])
            start += table.height
        return pl.concat(parts)

    def close(self) -> None:
        """Forget all records."""
        with suppress(duckdb.Error):
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
