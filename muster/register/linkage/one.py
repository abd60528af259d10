"""One new record against all that are known, in memory, with a model that was fitted before.

For whoever enters a person and must know at once whether they are there already. Candidates are
found by what the model's batch run looked at, and weighed by the same conditions, so a pair gets
the weight that the batch would give it. Common values are those of the batch: a value that no
record says has no counterpart.
"""

from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

from muster.register.linkage.model import LEAST_PROBABILITY, Scored, quiet_database
from muster.register.linkage.preparing import RECORD, ROW
from muster.register.linkage.weighing import frequencies, probability

ANSWER = {"b": pl.UInt32, "record": pl.String, "weight": pl.Float64, "probability": pl.Float64}
"""Counterparts of one record, the likeliest first: row and name of the known record, the weight of
evidence in bits and how likely both are of one person."""


class Known:
    """Records that are known, ready to be asked. Use it in a ``with`` block, or ``close`` it.

    Args:
        known: the records, as ``preparing`` makes them.
        scored: the model and what it looked at.
        tables: the tables that the model was fitted to: they say how common a value is.
    """

    def __init__(self, known: pl.DataFrame, scored: Scored, tables: Sequence[pl.DataFrame]) -> None:
        self._fields = scored.fields
        wide = known.select(ROW, RECORD, *self._fields)
        for field, often in frequencies(tables, self._fields).items():
            wide = wide.join(often, on=field, how="left", maintain_order="left")
        self._database = quiet_database()
        self._database.register("given", wide.to_arrow())
        self._database.sql("CREATE TABLE known AS SELECT * FROM given")
        self._database.unregister("given")
        self._sql = self._query(scored)

    def _query(self, scored: Scored) -> str:
        """Return the question that is asked of each record, with its values as parameters."""
        asked = ", ".join(f'${at}::VARCHAR AS "{field}"'
                          for at, field in enumerate(self._fields, 1))  # fmt: skip
        sides = ", ".join(
            f'l."{field}" AS "{field}_l", r."{field}" AS "{field}_r", r."often_{field}"'
            for field in self._fields
        )
        shared = " OR ".join(f"({one.condition})" for one in scored.looked_at) or "false"
        pairs = (
            f"(SELECT r.{ROW} AS b, r.{RECORD} AS record, {sides}"  # noqa: S608 - ours
            f" FROM known r, (SELECT {asked}) l WHERE {shared})"
        )
        return f"SELECT b, record, weight FROM ({scored.weights.sql(pairs)})"  # noqa: S608 - ours

    def counterparts(self, record: pl.DataFrame) -> pl.DataFrame:
        """Return which known records may be of the same person; see ``ANSWER``.

        Args:
            record: one row, as ``preparing`` makes it; a field that it lacks says nothing.
        """
        said = record.row(0, named=True)
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
