"""Answering as a ``Reader`` over facts: the gate asks, and nobody else may."""

import datetime as dt
from collections.abc import Mapping, Sequence
from tempfile import gettempdir
from typing import cast

import duckdb
from django.utils.module_loading import import_string

from muster.gates.facts.compiling import FACTS, expression, sql_of
from muster.gates.facts.series import can_be_series, series
from muster.gates.facts.snapshots import snapshot_of
from muster.gates.rows import only
from muster.kernel.metrics import Condition, Facts, Metric, RawCell, Returns


class FactsReader:
    """Exact figures of one metric, from a snapshot of its facts.

    Args:
        metric: declared over facts.
        rules: what rows must be to count for whoever asks; they stand in the query.
    """

    def __init__(self, metric: Metric, rules: Sequence[Condition] = ()) -> None:
        self._metric, self._rules = metric, rules
        self._facts = cast("Facts", import_string(metric.facts)())

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        """Return one cell for each combination that occurs, of employers that are known."""
        made = expression(
            self._metric, self._facts.columns, self._facts.days, tuple(dimensions), as_at,
            self._rules,
        )  # fmt: skip
        place = str(snapshot_of(self._facts))
        with duckdb.connect(config={"temp_directory": gettempdir()}) as engine:
            engine.read_parquet(place).create_view(FACTS)
            rows = engine.execute(sql_of(made)).fetchall()
        return [RawCell(tuple(key), int(value), int(people)) for *key, value, people in rows]

    def over(
        self, dimensions: Sequence[str], dates: Sequence[dt.date]
    ) -> Mapping[dt.date, Sequence[RawCell]]:
        """Return the cells of each of several dates, the earliest first."""
        measure, facts = self._metric.measure, self._facts
        if not can_be_series(measure, dates):
            return {date: self.cells(dimensions, date) for date in dates}
        place = str(snapshot_of(facts))
        with duckdb.connect(config={"temp_directory": gettempdir()}) as engine:
            engine.read_parquet(place).create_view(FACTS)
            return series(
                measure, facts.columns, facts.days, facts.alone, tuple(dimensions), dates,
                self._rules, lambda made: engine.execute(sql_of(made)).fetchall(),
            )  # fmt: skip

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code a dimension may take at a date."""
        domain = self._facts.domain(dimension, as_at)
        return {code: domain[code] for code in only(list(domain), dimension, self._rules)}

    def dates(self) -> Sequence[dt.date]:
        """Return the dates for which figures can be made."""
        return self._facts.dates()

    def returns(self, as_at: dt.date) -> Returns:
        """Return how complete a date is."""
        return self._facts.returns(as_at)
