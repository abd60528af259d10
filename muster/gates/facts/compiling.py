"""From a metric, what it is broken down by and a date to one expression over its facts."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

import ibis  # type: ignore[import-untyped]
from ibis import _
from ibis.expr.types import Table, Value  # type: ignore[import-untyped]

from muster.kernel.days import months_before
from muster.kernel.metrics import Condition, Measure, Metric

FACTS = "facts"
"""What the table of facts is called in the expression."""
FEW = "few_"
"""What the table of cells is called whose people are counted one by one."""
VALUE, PEOPLE = "value", "people"
People = Literal["exactly", "by row", "by trace"]
TRACES = 32
"""Of so many traces each person leaves one, by their number; who leaves another is another."""
FIRST, SECOND = "first", "second"
"""Of pay: the highest and the second highest amount of one person."""
_AMOUNT, _RANK = "amount_", "rank_"


def expression(
    metric: Metric,
    columns: Mapping[str, str],
    days: Sequence[str],
    dimensions: Sequence[str],
    as_at: dt.date,
    rules: Sequence[Condition] = (),
    people: People = "exactly",
    *,
    few: bool = False,
) -> Table:
    """Return exact cells of a metric: the dimensions, ``value`` and ``people``.

    Of pay, ``first`` and ``second`` come after them: the two highest amounts in the cell, whatever
    one person earns in it added up; zero where there is no such person.

    Args:
        metric: declared over facts.
        columns: of the facts, with their types.
        days: the column with the day of a fact; or two, between which it holds.
        dimensions: what it is broken down by; none for the total.
        as_at: the date.
        rules: what rows must be to count for whoever asks.
        people: how those behind a figure are counted; see ``gates.facts.heads``.
        few: whether only the cells in the table ``FEW`` are asked for.
    """
    measure = metric.measure
    rows = ibis.table(dict(columns), name=FACTS)
    rows = rows.filter(*_when(measure, days, as_at))
    rows = counting(rows, (*measure.where, *rules))
    if metric.pay:
        return _pay(rows, measure, dimensions)
    if few:
        keys = ibis.table(dict.fromkeys(dimensions, "string"), name=FEW)
        rows = rows.semi_join(keys, list(dimensions))
    told = {VALUE: _value(measure), PEOPLE: _people(measure, people)}
    if not dimensions:
        return rows.aggregate(**told)
    return rows.group_by(*dimensions).aggregate(**told)


def _pay(rows: Table, measure: Measure, dimensions: Sequence[str]) -> Table:
    """Return cells of pay: first what each person earns in a cell, then the cell."""
    amount = {_AMOUNT: _[measure.of].sum().fill_null(0).cast("int64")}
    if measure.people:
        each = rows.group_by(*dimensions, measure.people).aggregate(**amount)
    else:
        each = rows.mutate(**{_AMOUNT: _[measure.of].fill_null(0).cast("int64")})
    highest_first = ibis.window(group_by=list(dimensions), order_by=ibis.desc(_AMOUNT))
    ranked = each.mutate(**{_RANK: ibis.row_number().over(highest_first)})
    told = {
        VALUE: _[_AMOUNT].sum().fill_null(0).cast("int64"),
        PEOPLE: _.count(),
        FIRST: _[_AMOUNT].max().fill_null(0),
        SECOND: _[_AMOUNT].max(where=_[_RANK] == 1).fill_null(0),
    }
    return (ranked.group_by(*dimensions) if dimensions else ranked).aggregate(**told)


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


def _people(measure: Measure, how: People) -> Value:
    if how == "by row" or not measure.people:
        return _.count()
    if how == "by trace":
        one = _[measure.people] * 0 + 1
        return (one << (_[measure.people] & (TRACES - 1))).bit_or()
    return _[measure.people].nunique()
