"""When official sources disagree: the rules as tables, for leaders and for who answers analysts.

Publishers round. A difference that rounding alone may explain is never called a disagreement; one
that it cannot explain is, above 10 people or 2 percent of the larger figure.
"""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.register.statistics.rules import (
    SERIES,
    Stated,
    TotalCheck,
    compare,
    plain_name,
    rounded_to,
    series_named,
)
from tests.tables import rows_of

DIFFERENCES = """
one source | rounded to | other source | rounded to | people | percent | said
50         | 5          | 50           | 0          | 0      | 0       | equal
55         | 5          | 53           | 0          | 2      | 3.64    | rounding
55         | 5          | 52.5         | 0          | 2.5    | 4.55    | rounding
55         | 5          | 52.4         | 0          | 2.6    | 4.73    | differ
20         | 10         | 30           | 10         | 10     | 33.33   | rounding
20         | 10         | 31           | 10         | 11     | 35.48   | differ
1000       | 5          | 1010         | 0          | 10     | 0.99    | small
1000       | 5          | 1010.5       | 0          | 10.5   | 1.04    | differ
400        | 0          | 408          | 0          | 8      | 1.96    | small
400        | 0          | 409          | 0          | 9      | 2.20    | differ
3          | 0          | 4            | 0          | 1      | 25.00   | differ
0          | 5          | 0            | 0          | 0      | 0       | equal
0          | 0          | 1            | 0          | 1      | 100.00  | differ
"""


@pytest.mark.parametrize("row", rows_of(DIFFERENCES), ids=" ".join)
def test_two_sources_beside_each_other(row: tuple[str, ...]) -> None:
    first, first_step, second, second_step, people, percent, said = row
    figures = {
        "a": Stated(Decimal(first), int(first_step)),
        "b": Stated(Decimal(second), int(second_step)),
    }
    found = compare(figures)
    assert found.people == Decimal(people)
    assert round(found.percent, 2) == Decimal(percent)
    assert found.verdict == said
    assert compare(dict(reversed(figures.items()))) == found


def test_one_source_alone_is_compared_with_nothing() -> None:
    assert compare({"a": Stated(Decimal(5))}).verdict == "one source"
    assert compare({}).verdict == "one source"


def test_of_three_sources_the_two_furthest_apart_count() -> None:
    three = {name: Stated(Decimal(value)) for name, value in zip("abc", (100, 90, 95), strict=True)}
    assert compare(three).people == 10


@given(true=st.decimals(0, 100_000, places=3), step=st.sampled_from([0, 5, 10]))
def test_a_figure_and_its_own_rounding_never_differ(true: Decimal, step: int) -> None:
    rounded = Decimal(step * round(true / step)) if step else true
    said = compare({"exact": Stated(true), "rounded": Stated(rounded, step)}).verdict
    assert said in ("equal", "rounding")


# A source's own total beside the sum of the bodies in its table.
TOTALS = """
its total | sum of bodies | bodies | rows that wait | rounded to | said
~none~    | 100           | 3      | 0              | 5          | not stated
100       | 100           | 3      | 0              | 5          | equal
100       | 110           | 3      | 0              | 5          | rounding
100       | 111           | 3      | 0              | 5          | differ
100       | 90            | 3      | 0              | 5          | rounding
100       | 101           | 3      | 0              | 0          | differ
100       | 60            | 3      | 1              | 5          | names wait
100       | 100           | 3      | 1              | 5          | names wait
"""


@pytest.mark.parametrize("row", rows_of(TOTALS), ids=" ".join)
def test_a_total_beside_the_sum_of_its_bodies(row: tuple[str, ...]) -> None:
    total, added, bodies, waiting, step, said = row
    stated = None if total == "~none~" else Decimal(total)
    check = TotalCheck(stated, Decimal(added), int(bodies), int(waiting), int(step))
    assert check.verdict == said


NAMES = """
as the table writes it                                           | the name that is looked for
HM Treasury                                                      | HM Treasury
HM Treasury (excluding agencies)                                 | HM Treasury
Home Office (excl. agencies)                                     | Home Office
Home Office (excl agencies)                                      | Home Office
Ministry of Defence (excluding trading funds)                    | Ministry of Defence
Cabinet Office (excluding agencies) 2                            | Cabinet Office
Department for Science (excluding agencies) 3 4                  | Department for Science
Culture, Media and Sport 4                                       | Culture, Media and Sport
Companies House                                                  | Companies House
Office (incl. its Advocate)                                      | Office (incl. its Advocate)
Group (including agencies)                                       | Group (including agencies)
Vision 2030                                                      | Vision 2030
42                                                               | 42
"""


@pytest.mark.parametrize("row", rows_of(NAMES), ids=lambda row: row[0])
def test_footnotes_and_what_is_left_out_are_no_part_of_a_name(row: tuple[str, ...]) -> None:
    stated, name = row
    assert plain_name(stated) == name
    assert plain_name(plain_name(stated)) == name


# source | release for | rounded to
ROUNDING = [
    ("ONS QPSES", "2022-12-31", 10),
    ("ONS QPSES", "2023-09-30", 10),
    ("ONS QPSES", "2023-12-31", 5),
    ("ONS QPSES", "2025-03-31", 5),
    ("Cabinet Office MWMI", "2025-03-31", 0),
    ("Cabinet Office, civil service statistics", "2019-03-31", 10),
]


@pytest.mark.parametrize(("source", "released", "step"), ROUNDING)
def test_each_source_rounds_in_its_own_way(source: str, released: str, step: int) -> None:
    assert rounded_to(source, dt.date.fromisoformat(released)) == step


def test_every_series_can_be_asked_for_by_its_code() -> None:
    assert [series_named(series.code) for series in SERIES] == list(SERIES)
    assert series_named("nobody's") is None
