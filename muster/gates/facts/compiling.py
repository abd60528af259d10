"""From a metric, what it is broken down by and a date to one expression over its facts."""

import datetime as dt
from collections.abc import Mapping, Sequence

import ibis  # type: ignore[import-untyped]
from ibis import _
from ibis.expr.types import Table, Value  # type: ignore[import-untyped]

from muster.kernel.days import months_before
from muster.kernel.metrics import Condition, Measure, Metric

FACTS = "facts"
"""What the table of facts is called in the expression."""
VALUE, PEOPLE = "value", "people"


def expression(
    metric: Metric,
    columns: Mapping[str, str],
    days: Sequence[str],
    dimensions: Sequence[str],
    as_at: dt.date,
    rules: Sequence[Condition] = (),
) -> Table:
    """Return exact cells of a metric: the dimensions, ``value`` and ``people``.

    Args:
        metric: declared over facts.
        columns: of the facts, with their types.
        days: the column with the day of a fact; or two, between which it holds.
        dimensions: what it is broken down by; none for the total.
        as_at: the date.
        rules: what rows must be to count for whoever asks.
    """
    measure = metric.measure
    rows = ibis.table(dict(columns), name=FACTS)
    rows = rows.filter(*_when(measure, days, as_at))
    rows = counting(rows, (*measure.where, *rules))
    told = {VALUE: _value(measure), PEOPLE: _people(measure)}
    if not dimensions:
        return rows.aggregate(**told)
    return rows.group_by(*dimensions).aggregate(**told)


def counting(rows: Table, conditions: Sequence[Condition]) -> Table:
    """Return the rows that meet every condition."""
    for condition in conditions:
        rows = rows.filter(_[condition.column].isin(condition.among))
    return rows


def sql_of(made: Table, engine: str = "duckdb") -> str:
    """Return an expression as an engine writes it."""
    return str(ibis.to_sql(made, dialect=engine))


def _when(measure: Measure, days: Sequence[str], as_at: dt.date) -> list[Value]:
    day = ibis.date(as_at)
    if len(days) > 1:
        since, until = days
        return [_[since] <= day, _[until].isnull() | (_[until] > day)]
    [on] = days
    within = [_[on] <= day]
    if measure.months:
        within.append(_[on] > ibis.date(months_before(as_at, measure.months)))
    return within


def _value(measure: Measure) -> Value:
    if measure.how == "sum":
        return _[measure.of].sum().fill_null(0).cast("int64")
    return _[measure.of].nunique() if measure.how == "distinct" else _.count()


def _people(measure: Measure) -> Value:
    return _[measure.people].nunique() if measure.people else _.count()
