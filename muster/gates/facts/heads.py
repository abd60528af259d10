"""How many people stand behind figures, as far as the gate needs to know.

A figure of up to seven people is told as a band, so only few must be counted exactly. Counting
different people in every cell costs ten times what counting rows does; so where a person may have
several rows, each leaves one of a few traces first. More than seven traces are more than seven
people, and only the cells with fewer are counted person by person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from muster.gates.disclosure import BAND_TOP
from muster.gates.facts.compiling import People
from muster.kernel.metrics import Condition, Facts, Measure, Metric

Row = tuple[object, ...]


def way_of(
    metric: Metric,
    dimensions: Sequence[str],
    alone: Mapping[str, Sequence[str]],
    rules: Sequence[Condition],
) -> People:
    """Return how the people behind figures are counted.

    Args:
        metric: whose figures they are.
        dimensions: what they are broken down by.
        alone: of a column, those within which each of its values has one row on a day.
        rules: what rows must be to count for whoever asks.
    """
    measure = metric.measure
    if not measure.people or one_row_each(measure.people, measure, dimensions, alone, rules):
        return "by row"
    parts = (metric.dimension(name) for name in dimensions)
    # Figures by a characteristic stand until more than seven people have moved: all are counted.
    exact = metric.pay or any(part is not None and part.characteristic for part in parts)
    return "exactly" if exact else "by trace"


def one_row_each(
    unit: str,
    measure: Measure,
    dimensions: Sequence[str],
    alone: Mapping[str, Sequence[str]],
    rules: Sequence[Condition],
) -> bool:
    """Tell whether each value of a column, such as a person, has one row at most in a cell."""
    fixed = {one.column for one in (*measure.where, *rules) if len(one.among) == 1}
    return unit in alone and set(alone[unit]) <= {*dimensions, *fixed}


def counted_as(
    measure: Measure,
    dimensions: Sequence[str],
    facts: Facts,
    rules: Sequence[Condition],
) -> Measure:
    """Return a measure that comes to the same and counts nothing apart, where there is one.

    Where each value counted apart has one row in a cell, rows are counted; where all its rows are
    in one cell, its first.
    """
    unit = measure.of
    if measure.how != "distinct":
        return measure
    if one_row_each(unit, measure, dimensions, facts.alone, rules):
        return replace(measure, how="count", of="")
    asked = {*dimensions, *(one.column for one in (*measure.where, *rules))}
    if unit in facts.first and asked.isdisjoint(facts.alone.get(unit, ())):
        return replace(measure, how="sum", of=facts.first[unit])
    return measure


def from_traces(rows: Sequence[Row], count: Callable[[Sequence[Row]], Sequence[Row]]) -> list[Row]:
    """Return rows with people instead of traces: at least so many, exactly where they are few.

    Args:
        rows: dimensions, value and traces of each cell; None in a total of nobody.
        count: returns the cells of some keys with their people counted one by one.
    """
    told = {tuple(key): (value, int(str(mask or 0)).bit_count()) for *key, value, mask in rows}
    few = [key for key, (_value, traces) in told.items() if traces <= BAND_TOP]
    for *key, value, people in count(few) if few else ():
        told[tuple(key)] = (value, int(str(people)))
    return [(*key, *counted) for key, counted in told.items()]
