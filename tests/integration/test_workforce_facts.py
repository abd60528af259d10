"""Who comes, goes and moves, and how old people are: what facts tell on each day, as a table."""

import datetime as dt

import polars as pl
import pytest

from muster.gates.metrics import metric_named, reader_of
from muster.kernel.metrics import SerialReader
from muster.register.people.facts import Employments, Moves, ages
from tests.integration.told_feeds import Register, row

pytestmark = pytest.mark.django_db
AUG, SEP, LAST = dt.date(2026, 8, 31), dt.date(2026, 9, 30), dt.date(2026, 7, 15)
OCT = dt.date(2026, 10, 31)
# In words | days between the last day at the mill and the first at the weir | what is counted
GAPS = """
the next day | 1 | joined mill, moved out mill to weir, moved in weir from mill
four weeks without work | 28 | joined mill, moved out mill to weir, moved in weir from mill
the last day that is bridged | 29 | joined mill, moved out mill to weir, moved in weir from mill
one day more | 30 | joined mill, left mill, joined weir
"""


@pytest.mark.parametrize("line", GAPS.strip().splitlines())
def test_when_leaving_and_starting_is_one_move(line: str) -> None:
    _, days, expected = (part.strip() for part in line.split("|"))
    start = LAST + dt.timedelta(days=int(days))
    register = Register()
    nino = {"nino": "AB123456C", "surname": "Mole", "birth_date": dt.date(1980, 5, 1)}
    register.tells("mill", AUG, [row("M1", start=dt.date(2020, 1, 6), leaving=LAST, **nino)])
    register.tells("weir", SEP, [row("W1", start=start, **nino)])
    named = {employer.hex: name for name, employer in register.employers.items()}
    told = set()
    for what, employer, other in Moves().frame().select("what", "employer", "other").iter_rows():
        between = {"moved in": " from ", "moved out": " to "}.get(what, "")
        told.add(f"{what} {named[employer]}{between}{named.get(other, '')}")
    assert told == set(expected.split(", "))


# What happens | the day it counts for | in which month
MONTHS = """
first day of work 31 August         | joiners 2026-08-31 | 8
first day of work 1 September       | joiners 2026-09-01 | 9
first day of work 30 September      | joiners 2026-09-30 | 9
last day of work 30 August          | leavers 2026-08-30 | 8
last day of work 31 August          | leavers 2026-08-31 | 9
last day of work 29 September       | leavers 2026-09-29 | 9
last day of work 30 September       | leavers 2026-09-30 | 10
first day at the weir 15 September  | movers 2026-09-15  | 9
first day at the weir 1 October     | movers 2026-10-01  | 10
"""


@pytest.mark.usefixtures("fresh_home")
@pytest.mark.parametrize("line", MONTHS.strip().splitlines())
def test_a_coming_or_going_counts_in_one_month(line: str) -> None:
    _, what, month = (part.strip() for part in line.split("|"))
    name, day = what.split(" ")
    on, register = dt.date.fromisoformat(day), Register()
    said = {"start": on} if name == "joiners" else {"start": dt.date(2020, 1, 6)}
    said |= {"leaving": on} if name == "leavers" else {}
    said |= {"leaving": on - dt.timedelta(days=1)} if name == "movers" else {}
    nino = {"nino": "AB123456C", "surname": "Mole", "birth_date": dt.date(1980, 5, 1)}
    for date in (AUG, SEP, OCT):
        came = name == "movers" and on <= date
        register.tells("weir", date, [row("W1", start=on, **nino)] if came else [])
        # An HR system tells of whoever left until some weeks after.
        register.tells("mill", date, [row("M1", **nino, **said)] if said["start"] <= date else [])
    counted = {date.month: _total(f"{name}_in_month", date) for date in (AUG, SEP, OCT)}
    assert counted == {8: 0, 9: 0, 10: 0} | {int(month): 1}
    reader = reader_of(metric_named(f"{name}_in_month"))
    assert isinstance(reader, SerialReader)
    at_once = reader.over((), [AUG, SEP, OCT])
    assert {date.month: sum(c.value for c in cells) for date, cells in at_once.items()} == counted


def _total(metric: str, date: dt.date) -> int:
    return sum(cell.value for cell in reader_of(metric_named(metric)).cells((), date))


@pytest.mark.parametrize("years", [19, 20, 29, 30, 40, 50, 60, 64, 65, 70])
def test_an_age_changes_on_the_birthday(years: int) -> None:
    born = dt.date(2026 - years, 9, 10)
    register = Register()
    register.tells("mill", SEP, [row("M1", start=dt.date(2026, 9, 1), birth_date=born)])
    frame = Employments().frame()
    for day in (dt.date(2026, 9, 9), dt.date(2026, 9, 10)):
        [age] = frame.filter(
            pl.col("valid_from") <= day,
            pl.col("valid_to").is_null() | (pl.col("valid_to") > day),
        )["age"]
        reached = years - (day < dt.date(2026, 9, 10))
        low, _, high = (
            age.replace("under ", "0 to ").replace(" and over", " to 200").partition(" to ")
        )
        assert int(low) <= reached
        assert reached < int(high) if age.startswith("under") else reached <= int(high)
        assert age in ages()


def test_stretches_of_one_person_at_one_employer_never_overlap() -> None:
    register = Register()
    many = [
        row(f"M{n}", start=dt.date(2020, 1, 6), birth_date=dt.date(1960 + n, 2, 28))
        for n in range(30)
    ]
    register.tells("mill", AUG, many)
    register.tells("mill", SEP, [{**one, "grade": "SEO"} for one in many[:20]])
    frame = Employments().frame().sort("person", "employer", "kind", "valid_from")
    ended = pl.col("valid_to").shift(1).over("person", "employer", "kind")
    assert frame.filter(ended > pl.col("valid_from")).is_empty()
    assert frame.filter(pl.col("valid_to") <= pl.col("valid_from")).is_empty()
