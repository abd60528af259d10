"""Dashboards and briefs as their owners agreed them: who reads one, when a brief is made, and how a
figure stands to its target. The figures are as released: "0-7" is told as a band.
"""

import datetime as dt
import uuid
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.services.dashboards.rules import (
    NOTHING,
    Audience,
    Direction,
    Held,
    Seen,
    Start,
    Target,
    change,
    due_day,
    is_due,
    may_read,
    moved,
    status,
)

HMRC, DWP = uuid.UUID(int=17), uuid.UUID(int=18)
EMPLOYERS = {"HMRC": HMRC, "DWP": DWP, "-": None}

READERS = """
state  | shared with        | of   | reader | with role     | at   | reads
draft  | nobody             | -    | owner  | analyst       | -    | yes
draft  | leader             | -    | other  | leader        | -    | no
shared | leader             | -    | other  | leader        | -    | yes
shared | leader             | -    | other  | leader        | HMRC | yes
shared | leader             | -    | other  | analyst       | -    | no
shared | leader, analyst    | -    | other  | analyst       | DWP  | yes
shared | leader             | HMRC | other  | leader        | HMRC | yes
shared | leader             | HMRC | other  | leader        | DWP  | no
shared | leader             | HMRC | other  | leader        | -    | no
shared | leader             | HMRC | owner  | analyst       | DWP  | yes
shared | nobody             | HMRC | other  | leader        | HMRC | no
"""

STATUSES = """
figure | target        | by         | as at      | began            | says
70     | at most 65    | 2027-03-31 | 2026-10-31 | 2026-08-31: 30   | behind by 5
60     | at most 65    | 2027-03-31 | 2026-10-31 | 2026-08-31: 30   | met
95     | at least 100  | 2026-12-31 | 2026-10-31 | 2026-08-31: 110  | behind by 5
1000   | at least 1000 | 2027-03-31 | 2026-10-31 | -                | met
1005   | at least 1000 | 2027-03-31 | 2027-04-30 | -                | met
990    | at least 1000 | 2027-03-31 | 2027-03-31 | -                | missed by 10
990    | at least 1000 | 2027-03-31 | 2026-10-31 | -                | under way by 10
50     | at most 40    | 2027-03-31 | 2026-10-31 | -                | under way by 10
40     | at most 40    | 2027-03-31 | 2026-10-31 | -                | met
55     | at most 40    | 2027-03-31 | 2027-05-31 | -                | missed by 15
950    | at least 1000 | 2026-12-31 | 2026-10-31 | 2026-08-31: 900  | on course
945    | at least 1000 | 2026-12-31 | 2026-10-31 | 2026-08-31: 900  | behind by 5
75     | at most 50    | 2026-12-31 | 2026-10-31 | 2026-08-31: 100  | on course
80     | at most 50    | 2026-12-31 | 2026-10-31 | 2026-08-31: 100  | behind by 5
900    | at least 1000 | 2026-12-31 | 2026-08-31 | 2026-08-31: 900  | under way by 100
900    | at least 1000 | 2026-12-31 | 2026-10-31 | 2026-08-31: none | under way by 100
900    | at least 1000 | 2026-12-31 | 2026-10-31 | 2026-08-31: 0-7  | cannot be said
0-7    | at most 10    | 2027-03-31 | 2026-10-31 | -                | met
0-7    | at most 7     | 2027-03-31 | 2026-10-31 | -                | met
0-7    | at most 5     | 2027-03-31 | 2026-10-31 | -                | cannot be said
0-7    | at least 5    | 2027-03-31 | 2026-10-31 | -                | cannot be said
0-7    | at least 10   | 2027-03-31 | 2026-10-31 | -                | under way
0-7    | at least 10   | 2026-09-30 | 2026-10-31 | -                | missed
0-7    | at least 100  | 2026-12-31 | 2026-10-31 | 2026-08-31: 10   | behind
none   | at least 10   | 2027-03-31 | 2026-10-31 | -                | not told
"""

DUE = """
day | paused | counts from | today      | makes one for
5   | no     | 2026-10-01  | 2026-11-22 | 2026-11-05
5   | no     | 2026-10-01  | 2026-11-05 | 2026-11-05
5   | no     | 2026-10-06  | 2026-11-04 | -
5   | no     | 2026-09-01  | 2026-11-04 | 2026-10-05
5   | no     | 2026-11-06  | 2026-11-22 | -
5   | no     | 2026-11-05  | 2026-11-22 | 2026-11-05
5   | yes    | 2026-10-01  | 2026-11-22 | -
-   | no     | 2026-10-01  | 2026-11-22 | -
28  | no     | 2026-01-01  | 2026-03-01 | 2026-02-28
1   | no     | 2025-01-01  | 2026-01-01 | 2026-01-01
"""

CHANGES = """
now  | before | says
105  | 100    | 5
95   | 100    | -5
100  | 100    | 0
0-7  | 100    | -
100  | 0-7    | -
0-7  | 0-7    | -
none | 100    | -
100  | none   | -
"""


def rows(table: str) -> list[tuple[str, ...]]:
    lines = table.strip().splitlines()[1:]
    return [tuple(part.strip() for part in line.split("|")) for line in lines]


def seen(text: str) -> Seen:
    if text == "none":
        return NOTHING
    low, _, high = text.partition("-")
    return Seen(Decimal(low), Decimal(high or low))


STEPS = """
figure | began | rounded to | says
950    | 900   | 1          | on course
949    | 900   | 1          | behind by 1
945    | 895   | 1          | behind by 3
945    | 895   | 5          | behind by 5
945    | 890   | 5          | on course
940    | 890   | 5          | behind by 5
"""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("row", rows(READERS), ids=" | ".join)
def test_who_reads(row: tuple[str, ...]) -> None:
    state, roles, of, reader, role, at, reads = row
    named = () if roles == "nobody" else tuple(roles.split(", "))
    held = Held("owner", state, Audience(named, EMPLOYERS[of]))
    told = may_read(held, reader=reader, roles={role}, employer=EMPLOYERS[at])
    assert told == (reads == "yes")


@pytest.mark.parametrize("row", rows(STATUSES), ids=" | ".join)
def test_how_a_figure_stands_to_its_target(row: tuple[str, ...]) -> None:
    figure, target, by, as_at, began, says = row
    direction, _, value = target.rpartition(" ")
    start = None
    if began != "-":
        since, _, level = began.partition(": ")
        start = Start(day(since), seen(level))
    wanted = Target(Decimal(value), cast("Direction", direction), day(by))
    told = status(seen(figure), wanted, as_at=day(as_at), start=start)
    words = told.standing + (f" by {told.by.normalize():f}" if told.by is not None else "")
    assert words == says


@pytest.mark.parametrize("row", rows(STEPS), ids=" | ".join)
def test_nobody_is_behind_by_less_than_can_be_seen(row: tuple[str, ...]) -> None:
    """At least 1000 by 31 December, from 31 August on, as at 31 October: half the way."""
    figure, began, step, says = row
    wanted = Target(Decimal(1000), "at least", dt.date(2026, 12, 31))
    start = Start(dt.date(2026, 8, 31), seen(began))
    as_at = dt.date(2026, 10, 31)
    told = status(seen(figure), wanted, as_at=as_at, start=start, step=int(step))
    assert told.standing + (f" by {told.by}" if told.by is not None else "") == says


@pytest.mark.parametrize("row", rows(DUE), ids=" | ".join)
def test_when_a_brief_is_made(row: tuple[str, ...]) -> None:
    on, paused, since, today, makes = row
    told = is_due(
        None if on == "-" else int(on), paused=paused == "yes", since=day(since), today=day(today)
    )
    assert (told.isoformat() if told else "-") == makes


@pytest.mark.parametrize("row", rows(CHANGES), ids=" | ".join)
def test_a_change_is_told_of_two_figures_that_were_told(row: tuple[str, ...]) -> None:
    now, before, says = row
    told = change(seen(now), seen(before))
    assert ("-" if told is None else str(told)) == says


@given(st.integers(1, 28), st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
def test_each_month_has_its_day(on: int, today: dt.date) -> None:
    due = due_day(on, today)
    assert due.day == on
    assert dt.timedelta(0) <= today - due < dt.timedelta(days=31)


@given(st.lists(st.uuids(), min_size=1, max_size=8, unique=True), st.data())
def test_moving_keeps_everything_and_can_be_taken_back(
    order: list[uuid.UUID], data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(order))
    after = moved(order, one, up=True)
    assert sorted(after) == sorted(order)
    if order[0] == one:
        assert list(after) == order
    else:
        assert list(moved(after, one, up=False)) == order
        assert after.index(one) == order.index(one) - 1


@given(
    st.integers(1, 500), st.sampled_from(["at least", "at most"]),
    st.integers(0, 400),
)  # fmt: skip
def test_a_status_says_no_more_than_the_band(target: int, direction: str, days: int) -> None:
    """Whatever is behind a band, the status is the same: it is worked out of the band alone."""
    wanted = Target(Decimal(target), cast("Direction", direction), dt.date(2027, 1, 1))
    as_at = dt.date(2026, 6, 30) + dt.timedelta(days=days)
    said = status(Seen(Decimal(0), Decimal(7)), wanted, as_at=as_at)
    assert said.by is None
    if said.standing == "met":
        for hidden in range(8):
            exact = status(Seen(Decimal(hidden), Decimal(hidden)), wanted, as_at=as_at)
            assert exact.standing == "met"
