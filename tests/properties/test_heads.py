"""Counting people as far as bands need: beside counting each of them."""

import datetime as dt
from collections import defaultdict

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.gates.disclosure import BAND_TOP
from muster.gates.facts.compiling import FACTS, TRACES, expression, sql_of
from muster.gates.facts.heads import Row, from_traces, way_of
from muster.kernel.metrics import Condition, Dimension, Measure, Metric
from tests.properties.test_series import COLUMNS, frame_of

DAY = dt.date(2026, 8, 31)
ROWS = st.lists(st.tuples(st.integers(0, 70), st.sampled_from("ab")), max_size=80)


def told(rows: list[tuple[int, str]]) -> tuple[dict[tuple[object, ...], int], list[Row]]:
    """Return traces turned into people, and the keys that were counted one by one."""
    people: dict[str, set[int]] = defaultdict(set)
    masks: dict[str, int] = defaultdict(int)
    for person, unit in rows:
        people[unit].add(person)
        masks[unit] |= 1 << (person & (TRACES - 1))
    asked: list[Row] = []

    def counted(keys: list[Row]) -> list[Row]:
        asked.extend(keys)
        return [(*key, 1, len(people[str(key[0])])) for key in keys]

    found = from_traces([(unit, 1, mask) for unit, mask in masks.items()], counted)  # type: ignore[arg-type]
    return {tuple(key): int(str(n)) for *key, _value, n in found}, asked


@given(ROWS)
def test_few_are_counted_exactly_and_many_are_at_least_as_told(rows: list[tuple[int, str]]) -> None:
    found, asked = told(rows)
    for unit in {unit for _person, unit in rows}:
        people = len({person for person, where in rows if where == unit})
        assert (found[unit,] <= BAND_TOP) == (people <= BAND_TOP)
        assert found[unit,] <= people
        if people <= BAND_TOP:
            assert found[unit,] == people
            assert (unit,) in asked


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_the_query_leaves_the_traces_that_are_meant(rows: list[tuple[int, str]]) -> None:
    since = DAY.replace(day=1)
    frame = frame_of([(p, 1, unit, "x", "employee", 1, since, None) for p, unit in rows])
    metric = Metric("m", "", "", "", "", 1, (), "protected", "", "", "",
                    measure=Measure(people="person"))  # fmt: skip
    made = expression(metric, COLUMNS, ("since", "until"), ("unit",), DAY, (), "by trace")
    with duckdb.connect() as engine:
        engine.register(FACTS, frame)
        asked = engine.execute(sql_of(made)).fetchall()
    for unit, rows_, mask in asked:
        here = [person for person, where in rows if where == unit]
        assert rows_ == len(here)
        assert mask.bit_count() == len({person % TRACES for person in here})


_EMPLOYER = Dimension("employer", "", "")
_SEX = Dimension("sex", "", "", characteristic=True)
_EMPLOYEES = (Condition("kind", ("employee",)),)
# What is counted | broken down by | how people are counted
WAYS = [
    (Measure(), ("employer",), "by row"),
    (Measure(people="person", where=_EMPLOYEES), ("employer",), "by row"),
    (Measure(people="person"), ("employer",), "by trace"),
    (Measure(people="person", where=_EMPLOYEES), (), "by trace"),
    (Measure(people="person"), ("employer", "sex"), "exactly"),
]


@pytest.mark.parametrize(("measure", "dimensions", "way"), WAYS)
def test_how_people_are_counted(measure: Measure, dimensions: tuple[str, ...], way: str) -> None:
    metric = Metric("m", "", "", "", "", 1, (_EMPLOYER, _SEX), "protected", "", "", "",
                    measure=measure)  # fmt: skip
    assert way_of(metric, dimensions, {"person": ("employer", "kind")}, ()) == way


def test_pay_is_of_people_counted_one_by_one() -> None:
    metric = Metric("m", "", "", "", "", 1, (_EMPLOYER,), "protected", "", "", "",
                    measure=Measure(how="sum", of="pay", people="person"), pay="sum")  # fmt: skip
    assert way_of(metric, ("employer",), {}, ()) == "exactly"
