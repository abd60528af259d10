"""Figures of many months at once are those of each month alone, and those of a plain count."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.gates.facts.compiling import FACTS, expression, sql_of
from muster.gates.facts.series import can_be_series, series
from muster.kernel.days import month_end, months_before
from muster.kernel.metrics import Condition, Measure, Metric, RawCell

COLUMNS = {"person": "int64", "case": "int64", "unit": "string", "grade": "string",
           "kind": "string", "fte": "int64", "since": "date", "until": "date"}  # fmt: skip
TYPES = {"int64": pl.Int64, "string": pl.String, "date": pl.Date}
DAYS = st.dates(dt.date(2023, 11, 1), dt.date(2025, 6, 30))
ROWS = st.lists(
    st.tuples(
        st.integers(1, 4), st.integers(1, 3), st.sampled_from("ab"), st.sampled_from(["", "x"]),
        st.sampled_from(["employee", "agency"]), st.integers(0, 100), DAYS, st.none() | DAYS,
    ),
    max_size=12,
)  # fmt: skip
ALONE = {"person": ("unit", "kind")}
MEASURES = [
    Measure(),
    Measure(people="person"),
    Measure(how="sum", of="fte", people="person"),
    Measure(how="distinct", of="case", people="person"),
    Measure(people="person", where=(Condition("kind", ("employee",)),)),
    Measure(people="person", months=12),
    Measure(people="person", months=1),
]


def frame_of(rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    schema = {name: TYPES[kind] for name, kind in COLUMNS.items()}
    return pl.DataFrame(rows, schema=schema, orient="row").filter(
        pl.col("until").is_null() | (pl.col("until") > pl.col("since"))
    )


def plainly(
    frame: pl.DataFrame, measure: Measure, days: int, names: Sequence[str], date: dt.date
) -> set[RawCell]:
    """Return the cells of a date, row by row."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in frame.to_dicts():
        if any(row[one.column] not in one.among for one in measure.where):
            continue
        holds = row["since"] <= date
        if days == 2:
            holds = holds and (row["until"] is None or row["until"] > date)
        elif measure.months:
            holds = holds and row["since"] > months_before(date, measure.months)
        if holds:
            found.setdefault(tuple(row[name] for name in names), []).append(row)
    told = set()
    for key, rows in found.items():
        value = len(rows)
        if measure.how != "count":
            values = [row[measure.of] for row in rows]
            value = sum(values) if measure.how == "sum" else len(set(values))
        people = len({row["person"] for row in rows}) if measure.people else len(rows)
        told.add(RawCell(key, value, people))
    return told


@settings(max_examples=25, deadline=None)
@given(
    ROWS,
    st.sampled_from(MEASURES),
    st.sampled_from([1, 2]),
    st.sampled_from([(), ("unit",), ("unit", "grade")]),
    st.lists(DAYS.map(month_end), min_size=2, max_size=6, unique=True).map(sorted),
)
def test_many_months_at_once_are_those_of_each_alone(
    rows: list[Any], measure: Measure, days: int, names: tuple[str, ...], dates: list[dt.date]
) -> None:
    frame, spans = frame_of(rows), ("since", "until")[:days]
    with duckdb.connect() as engine:
        engine.register(FACTS, frame)
        found = series(
            measure, COLUMNS, spans, {}, names, dates, (),
            lambda made: engine.execute(sql_of(made)).fetchall(),
        )  # fmt: skip
        for date in dates:
            metric = Metric("m", "", "", "", "", 1, (), "protected", "", "", "", measure=measure)
            alone = engine.execute(sql_of(expression(metric, COLUMNS, spans, names, date)))
            asked = {RawCell(tuple(k), int(v or 0), int(p)) for *k, v, p in alone.fetchall()}
            told = set(found[date])
            assert told == asked
            assert {cell for cell in told if cell.people} == plainly(
                frame, measure, days, names, date
            )


def test_where_a_person_has_one_row_people_are_rows() -> None:
    frame = frame_of(
        [(1, 1, "a", "", "employee", 100, dt.date(2024, 1, 5), None),
         (1, 1, "b", "", "employee", 100, dt.date(2024, 1, 5), dt.date(2024, 3, 1))]
    )  # fmt: skip
    measure = Measure(people="person", where=(Condition("kind", ("employee",)),))
    asked: list[str] = []

    def run(made: Any) -> Any:
        asked.append(sql_of(made))
        return engine.execute(asked[-1]).fetchall()

    with duckdb.connect() as engine:
        engine.register(FACTS, frame)
        dates = [dt.date(2024, 1, 31), dt.date(2024, 3, 31)]
        told = series(measure, COLUMNS, ("since", "until"), ALONE, ("unit",), dates, (),
                      run)  # fmt: skip
        assert "OVER" not in asked[0]
        assert [len(told[date]) for date in dates] == [2, 1]
        series(measure, COLUMNS, ("since", "until"), ALONE, (), dates, (), run)
        assert "OVER" in asked[1]


@pytest.mark.parametrize(
    ("dates", "can"),
    [
        ([], False),
        ([dt.date(2024, 1, 31)], False),
        ([dt.date(2024, 1, 31), dt.date(2024, 2, 28)], False),
        ([dt.date(2024, 1, 31), dt.date(2024, 2, 29)], True),
    ],
)
def test_only_several_month_ends_can_be_had_at_once(dates: list[dt.date], can: bool) -> None:
    assert can_be_series(Measure(), dates) == can
