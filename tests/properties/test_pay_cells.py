"""Cells of pay: the sum, who is behind it, and the two who earn most, against a plain count."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.gates.facts.compiling import FACTS, expression, sql_of
from muster.gates.facts.reading import cells_of
from muster.kernel.metrics import Condition, Measure, Metric, RawCell

COLUMNS = {"person": "int64", "unit": "string", "grade": "string", "kind": "string",
           "pay": "int64", "since": "date", "until": "date"}  # fmt: skip
TYPES = {"int64": pl.Int64, "string": pl.String, "date": pl.Date}
DAY = dt.date(2026, 9, 30)
DAYS = st.dates(dt.date(2026, 8, 1), dt.date(2026, 11, 30))
ROWS = st.lists(
    st.tuples(
        st.integers(1, 5), st.sampled_from("ab"), st.sampled_from(["", "x"]),
        st.sampled_from(["employee", "agency"]),
        st.none() | st.sampled_from([0, 1, 7]) | st.integers(0, 10**13), DAYS, st.none() | DAYS,
    ),
    max_size=14,
)  # fmt: skip
EMPLOYEES = (Condition("kind", ("employee",)),)
MEASURES = [
    Measure(how="sum", of="pay", people="person"),
    Measure(how="sum", of="pay", people="person", where=EMPLOYEES),
    Measure(how="sum", of="pay"),
]


def metric_of(measure: Measure) -> Metric:
    return Metric("m", "", "", "", "", 1, (), "protected", "", "", "", measure=measure, pay="sum")


def plainly(rows: Sequence[dict[str, Any]], measure: Measure, names: Sequence[str]) -> set[RawCell]:
    """Return the cells of the day, person by person."""
    earned: dict[tuple[str, ...], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for number, row in enumerate(rows):
        holds = row["since"] <= DAY and (row["until"] is None or row["until"] > DAY)
        if holds and all(row[one.column] in one.among for one in measure.where):
            who = row["person"] if measure.people else number
            earned[tuple(row[name] for name in names)][who] += row["pay"] or 0
    found = set()
    for key, people in earned.items():
        first, second, *_ = *sorted(people.values(), reverse=True), 0
        found.add(RawCell(key, sum(people.values()), len(people), (first, second)))
    if not names and not found:
        return {RawCell((), 0, 0, (0, 0))}
    return found


@settings(max_examples=60, deadline=None)
@given(
    ROWS,
    st.sampled_from(MEASURES),
    st.sampled_from([(), ("unit",), ("unit", "grade")]),
)
def test_cells_of_pay_are_those_of_a_plain_count(
    rows: list[Any], measure: Measure, names: tuple[str, ...]
) -> None:
    schema = {name: TYPES[kind] for name, kind in COLUMNS.items()}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    metric = metric_of(measure)
    made = expression(metric, COLUMNS, ("since", "until"), names, DAY)
    with duckdb.connect() as engine:
        engine.register(FACTS, frame)
        found = cells_of(metric, engine.execute(sql_of(made)).fetchall())
    assert len(found) == len(set(found))
    assert set(found) == plainly(frame.to_dicts(), measure, names)


def test_what_one_person_earns_in_a_cell_is_added_up_first() -> None:
    days = (dt.date(2026, 9, 1), None)
    rows = [(1, "a", "", "employee", 30, *days), (1, "a", "x", "employee", 40, *days),
            (2, "a", "", "employee", 50, *days), (3, "a", "", "employee", 20, *days)]  # fmt: skip
    metric = metric_of(MEASURES[0])
    schema = {name: TYPES[kind] for name, kind in COLUMNS.items()}
    with duckdb.connect() as engine:
        engine.register(FACTS, pl.DataFrame(rows, schema=schema, orient="row"))
        asked = expression(metric, COLUMNS, ("since", "until"), ("unit",), DAY)
        [cell] = cells_of(metric, engine.execute(sql_of(asked)).fetchall())
    assert cell == RawCell(("a",), 140, 3, (70, 50))


@pytest.mark.parametrize("engine", ["duckdb", "postgres", "sqlite"])
def test_every_engine_can_be_asked(engine: str) -> None:
    made = expression(metric_of(MEASURES[1]), COLUMNS, ("since", "until"), ("unit",), DAY)
    assert "ROW_NUMBER() OVER" in sql_of(made, engine)
