"""A figure over many month ends at once: who comes and who goes, added up along the months.

Asking month by month reads all facts as often as there are months. Here each fact is read once: it
adds to the month it begins in and takes away from the month it ends in. Where the people behind a
figure may have several rows in it, a person begins with the first and ends with the last of those
that overlap.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

import ibis  # type: ignore[import-untyped]
import polars as pl
from ibis import _
from ibis.expr.types import Column, Table, Value  # type: ignore[import-untyped]

from muster.gates.facts.compiling import FACTS, counting
from muster.gates.facts.heads import one_row_each
from muster.kernel.days import month_end, months_before
from muster.kernel.metrics import Condition, Measure, RawCell

MONTH, STEP = "month_", "step_"
_UNIT, _ACTIVE, _BEFORE = "unit_", "active_", "before_"
_YEAR = 12
Rows = Sequence[tuple[object, ...]]
# Runs an expression and returns its rows.
Run = Callable[[Table], Rows]


def can_be_series(measure: Measure, dates: Sequence[dt.date]) -> bool:
    """Tell whether figures of these dates can be had at once: several, and all month ends."""
    return len(dates) > 1 and all(date == month_end(date) for date in dates)


def series(
    measure: Measure,
    columns: Mapping[str, str],
    days: Sequence[str],
    alone: Mapping[str, Sequence[str]],
    dimensions: Sequence[str],
    dates: Sequence[dt.date],
    rules: Sequence[Condition],
    run: Run,
) -> dict[dt.date, list[RawCell]]:
    """Return exact cells of every date, as asking for each alone would.

    Args:
        measure: of a metric.
        columns: of the facts, with their types.
        days: the column with the day of a fact; or two, between which it holds.
        alone: of a column, those within which each of its values has one row on a day.
        dimensions: what it is broken down by.
        dates: month ends, in order.
        rules: what rows must be to count for whoever asks.
        run: runs an expression.
    """
    rows = counting(ibis.table(dict(columns), name=FACTS), (*measure.where, *rules))
    both = _changes(rows, measure, days, dates)

    def once(unit: str) -> bool:
        return not unit or one_row_each(unit, measure, dimensions, alone, rules)

    rows_, who = _.count(), measure.people
    people = _added(both, rows_, dimensions) if once(who) else _of(both, who, dimensions)
    asked = {"people": people}
    if measure.how == "sum":
        asked["value"] = _added(both, _[measure.of].sum().fill_null(0), dimensions)
    elif measure.how == "distinct":
        asked["value"] = _of(both, measure.of, dimensions)
    elif not once(who):
        asked["value"] = _added(both, rows_, dimensions)
    types = {**dict.fromkeys(dimensions, pl.String), MONTH: pl.Int64}
    told = {name: _frame(run(made), {**types, name: pl.Int64}) for name, made in asked.items()}
    return _cells(told, dimensions, dates)


def _frame(rows: Rows, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Return rows as a frame; built column by column, which takes half as long."""
    columns = zip(*rows, strict=True) if rows else ([] for _name in schema)
    return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)


def _changes(
    rows: Table, measure: Measure, days: Sequence[str], dates: Sequence[dt.date]
) -> tuple[Table, Table]:
    """Return the facts that begin, and those that end, each with the month of it.

    What holds at the first date begins in its month, whenever it began.
    """
    first, last = ibis.date(dates[0]), ibis.date(dates[-1])
    begins = _month(ibis.greatest(_[days[0]], first))
    rows = rows.filter(_[days[0]] <= last)
    if len(days) > 1:
        until = days[1]
        came = rows.filter(_[until].isnull() | (_[until] > first))
        went = rows.filter(_[until] > first, _[until] <= last)
        return came.mutate(**{MONTH: begins}), went.mutate(**{MONTH: _month(_[until])})
    if not measure.months:
        return rows.mutate(**{MONTH: begins}), rows.filter(ibis.literal(False)).mutate(
            **{MONTH: begins}
        )
    ends = _month(_[days[0]]) + measure.months
    came = rows.filter(_[days[0]] > ibis.date(months_before(dates[0], measure.months)))
    went = came.mutate(**{MONTH: ends}).filter(_[MONTH] <= _number(dates[-1]))
    return came.mutate(**{MONTH: begins}), went


def _month(day: Column) -> Column:
    return (day.year().cast("int64") * _YEAR + day.month().cast("int64")) - 1


def _number(date: dt.date) -> int:
    return date.year * _YEAR + date.month - 1


def _added(both: tuple[Table, Table], amount: Value, dimensions: Sequence[str]) -> Table:
    """Return by how much each month's cells change: a sum of what came less what went."""
    came, went = (
        one.group_by(*dimensions, MONTH).aggregate(**{STEP: (sign * amount).cast("int64")})
        for one, sign in zip(both, (1, -1), strict=True)
    )
    both_ = came.union(went).group_by(*dimensions, MONTH)
    return both_.aggregate(**{STEP: _[STEP].sum().cast("int64")})


def _of(both: tuple[Table, Table], unit: str, dimensions: Sequence[str]) -> Table:
    """Return by how many different units, such as people, each month's cells change."""
    came, went = (
        one.select(*dimensions, MONTH, **{_UNIT: _[unit], STEP: ibis.literal(sign, "int64")})
        for one, sign in zip(both, (1, -1), strict=True)
    )
    each = came.union(went).group_by(*dimensions, MONTH, _UNIT).aggregate(
        **{STEP: _[STEP].sum().cast("int64")}
    )  # fmt: skip
    order = ibis.window(group_by=[*dimensions, _UNIT], order_by=MONTH)
    running = ibis.window(
        group_by=[*dimensions, _UNIT], order_by=MONTH, preceding=None, following=0
    )
    there = each.mutate(**{_ACTIVE: (_[STEP].sum().over(running) > 0).cast("int64")})
    there = there.mutate(**{_BEFORE: _[_ACTIVE].lag(1).over(order).fill_null(0)})
    return there.group_by(*dimensions, MONTH).aggregate(
        **{STEP: (_[_ACTIVE] - _[_BEFORE]).sum().cast("int64")}
    )


def _cells(
    told: Mapping[str, pl.DataFrame], dimensions: Sequence[str], dates: Sequence[dt.date]
) -> dict[dt.date, list[RawCell]]:
    """Return the cells of each date from what changed in each month."""
    keys = [*dimensions, MONTH]
    keyed = {name: frame.group_by(keys).sum() for name, frame in told.items()}
    steps = keyed["people"]
    if "value" in told:
        steps = steps.join(keyed["value"], on=keys, how="full", coalesce=True, nulls_equal=True)
        steps = steps.with_columns(pl.col("people", "value").fill_null(0))
    else:
        steps = steps.with_columns(value="people")
    months = pl.DataFrame({MONTH: [_number(date) for date in dates]}, schema={MONTH: pl.Int64})
    places = steps.select(dimensions).unique() if dimensions else pl.DataFrame({"all_": [0]})
    grid = places.join(months, how="cross")
    # A change of a month that is not among the dates counts from the next that is.
    steps = steps.sort(MONTH).join_asof(
        months.with_columns(at_=MONTH).sort(MONTH), on=MONTH, strategy="forward"
    )
    steps = steps.drop(MONTH).group_by(*dimensions, "at_").agg(pl.col("people", "value").sum())
    full = grid.join(
        steps.rename({"at_": MONTH}), on=keys, how="left", nulls_equal=True
    ).sort(MONTH)  # fmt: skip
    added = pl.col("people", "value").fill_null(0).cum_sum()
    full = full.with_columns(added.over(dimensions) if dimensions else added)
    if dimensions:
        full = full.filter(pl.col("people") > 0)
    by_month = full.partition_by(MONTH, as_dict=True)
    found: dict[dt.date, list[RawCell]] = {}
    for date in dates:
        frame = by_month.get((_number(date),), full.clear())
        parts = (frame[name].to_list() for name in dimensions)
        codes: Iterable[tuple[str, ...]] = zip(*parts, strict=True) if dimensions else [()]
        values, people = frame["value"].to_list(), frame["people"].to_list()
        found[date] = [RawCell(*one) for one in zip(codes, values, people, strict=True)]
    return found
