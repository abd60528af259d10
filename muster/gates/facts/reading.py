"""Answering as a ``Reader`` over facts: the gate asks, and nobody else may."""

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from tempfile import gettempdir
from typing import Any, cast

import duckdb
from django.utils.module_loading import import_string

from muster.gates.facts.compiling import FACTS, FEW, People, expression, sql_of
from muster.gates.facts.heads import Row, counted_as, from_traces, way_of
from muster.gates.facts.series import can_be_series, series
from muster.gates.facts.snapshots import snapshot_of
from muster.gates.rows import only
from muster.kernel.metrics import Condition, Facts, Metric, RawCell, Returns

EMPLOYER = "employer"
FEW_DATES = 6
"""Up to so many dates are asked for one by one, where people must be told apart."""


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
        """Return one cell for each combination that occurs, of employers that made a return.

        People are at least so many, and exactly where they are few or a rule needs it.
        """
        with self._engine() as engine:
            return self._cells(engine, tuple(dimensions), as_at)

    def over(
        self, dimensions: Sequence[str], dates: Sequence[dt.date]
    ) -> Mapping[dt.date, Sequence[RawCell]]:
        """Return the cells of each of several dates, the earliest first."""
        facts, names = self._facts, tuple(dimensions)
        found: dict[dt.date, Sequence[RawCell]] = {}
        with self._engine() as engine:
            for returned, alike in self._by_return(names, dates).items():
                rules = (*self._rules, *returned)
                metric = self._counted(names, rules)
                if not self._at_once(metric, names, alike, rules):
                    found |= {date: self._cells(engine, names, date) for date in alike}
                    continue
                found |= series(
                    metric.measure,
                    facts.columns,
                    facts.days,
                    facts.alone,
                    names,
                    alike,
                    rules,
                    lambda made: engine.execute(sql_of(made)).fetchall(),
                )
        return {date: found[date] for date in dates}

    def _at_once(
        self,
        metric: Metric,
        dimensions: Sequence[str],
        dates: Sequence[dt.date],
        rules: Sequence[Condition],
    ) -> bool:
        """Tell whether dates are asked for at once.

        Who earns most in a cell is not what came to it less what went; and following each person
        costs more than a few counts.
        """
        if metric.pay or not can_be_series(metric.measure, dates):
            return False
        way = way_of(metric, dimensions, self._facts.alone, rules)
        apart = metric.measure.how == "distinct" or way != "by row"
        return not apart or len(dates) > FEW_DATES

    def _counted(self, dimensions: Sequence[str], rules: Sequence[Condition]) -> Metric:
        """Return the metric with a measure that comes to the same for less."""
        metric = self._metric
        cheaper = counted_as(metric.measure, dimensions, self._facts, rules)
        return metric if cheaper is metric.measure else replace(metric, measure=cheaper)

    @contextmanager
    def _engine(self) -> Iterator[duckdb.DuckDBPyConnection]:
        place = str(snapshot_of(self._facts)).replace("'", "''")
        with _engines(os.getpid()).cursor() as engine:
            # Temporary, and so of this question alone.
            engine.execute(f"CREATE TEMP VIEW {FACTS} AS FROM read_parquet('{place}')")
            yield engine

    def _cells(
        self, engine: duckdb.DuckDBPyConnection, dimensions: tuple[str, ...], as_at: dt.date
    ) -> list[RawCell]:
        facts = self._facts
        rules = (*self._rules, *self._returned(dimensions, as_at))
        metric = self._counted(dimensions, rules)
        way = way_of(metric, dimensions, facts.alone, rules)

        def asked(way: People, *, few: bool = False) -> list[tuple[Any, ...]]:
            made = expression(
                metric, facts.columns, facts.days, dimensions, as_at, rules, way, few=few
            )
            return engine.execute(sql_of(made)).fetchall()

        def counted(keys: Sequence[Row]) -> list[Row]:
            if not dimensions:
                return asked("exactly")
            columns = ", ".join(f"unnest(?::VARCHAR[]) AS {name}" for name in dimensions)
            engine.execute(
                f"CREATE OR REPLACE TEMP TABLE {FEW} AS SELECT {columns}",
                [list(codes) for codes in zip(*keys, strict=True)],
            )
            return asked("exactly", few=True)

        rows = asked(way)
        return cells_of(metric, from_traces(rows, counted) if way == "by trace" else rows)

    def _returned(self, dimensions: Sequence[str], as_at: dt.date) -> tuple[Condition, ...]:
        """Return that rows must be of employers that told of a date; others are carried over.

        A table by employer shows only those, and leaves the others where they were.
        """
        if EMPLOYER in dimensions or EMPLOYER not in self._facts.columns:
            return ()
        return (Condition(EMPLOYER, tuple(self._facts.domain(EMPLOYER, as_at))),)

    def _by_return(
        self, dimensions: Sequence[str], dates: Sequence[dt.date]
    ) -> dict[tuple[Condition, ...], list[dt.date]]:
        """Return dates by who made a return."""
        found: dict[tuple[Condition, ...], list[dt.date]] = {}
        for date in dates:
            found.setdefault(self._returned(dimensions, date), []).append(date)
        return found

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


@cache
def _engines(_process: int) -> duckdb.DuckDBPyConnection:
    """Return what a process asks with; to start it costs more than most questions.

    It keeps nothing of the files that it read: they are removed when somebody is erased.
    """
    return duckdb.connect(
        config={"temp_directory": gettempdir(), "enable_external_file_cache": "false"}
    )


def cells_of(metric: Metric, rows: Iterable[tuple[Any, ...]]) -> list[RawCell]:
    """Return the cells that the rows of a metric's ``expression`` are."""
    if not metric.pay:
        return [RawCell(tuple(key), int(value), int(people)) for *key, value, people in rows]
    return [
        RawCell(tuple(key), int(value), int(people), (int(first), int(second)))
        for *key, value, people, first, second in rows
    ]
