"""Which pay period takes an instruction, what counts in its totals, and what differs in a result.

Cut-offs lie at 17:00 on the 12th; a period is a month.
"""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.casework.calendars.rules import PayPeriod
from muster.kernel.errors import BadInput
from muster.services.transfers.payrolls.rules import (
    Line,
    compare,
    pence,
    percent,
    place,
    pounds,
    standing,
    totals,
)


def month(number: int) -> PayPeriod:
    starts = dt.date(2026, number, 1)
    ends = dt.date(2026, number + 1, 1) if number < 12 else dt.date(2027, 1, 1)
    cut = dt.datetime(2026, number, 12, 17, tzinfo=dt.UTC)
    return PayPeriod(starts, ends, cut, ends - dt.timedelta(days=1))


YEAR = tuple(month(number) for number in range(1, 13))
# What counts from when, instructed when (UTC), is taken by which month, late for which.
PLACES = [
    ("2026-11-16", "2026-11-05T10:00", 11, None),
    ("2026-11-16", "2026-11-12T17:00", 11, None),  # at the cut-off itself it is taken
    ("2026-11-16", "2026-11-12T17:01", 12, 11),
    ("2026-11-01", "2026-09-01T09:00", 11, None),  # early is in time, and not of an earlier month
    ("2026-03-02", "2026-11-05T10:00", 11, 3),  # backdated: the next that takes changes
    ("2026-12-31", "2026-12-13T09:00", None, None),  # the calendar does not reach on
    ("2027-02-01", "2026-11-05T10:00", None, None),
]


@pytest.mark.parametrize(("day", "now", "taken", "late"), PLACES)
def test_which_period_takes_it(day: str, now: str, taken: int | None, late: int | None) -> None:
    at = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)
    found = place(dt.date.fromisoformat(day), at, YEAR)
    assert (found.period.starts.month if found else None) == taken
    assert (found.late_for.starts.month if found and found.late_for else None) == late


def test_a_frozen_period_takes_nothing_even_if_its_cut_off_is_moved() -> None:
    at = dt.datetime(2026, 11, 5, tzinfo=dt.UTC)
    found = place(dt.date(2026, 11, 16), at, YEAR, [dt.date(2026, 11, 1)])
    assert found is not None
    assert (found.period.starts.month, found.late_for is not None) == (12, True)


@given(
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    st.integers(0, 365 * 24 * 60),
)
def test_nothing_is_taken_before_its_day_or_after_its_cut_off(day: dt.date, minute: int) -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
    found = place(day, now, YEAR)
    if found is not None:
        assert found.period.ends > day
        assert found.period.cut_off >= now
        assert (found.late_for is None) == found.period.days.holds(day)


def line(action: str, transfer: int = 1, minute: int = 0, **pay: int | None) -> Line:
    at = dt.datetime(2026, 11, 5, 10, minute, tzinfo=dt.UTC)
    return Line(uuid.uuid4(), uuid.UUID(int=transfer), action, at, **pay)


# What was instructed in a period, in order, and what stands of it.
STANDING = [
    (["start"], ["start"]),
    (["start", "change"], ["start", "change"]),
    (["start", "cancel"], []),
    (["cancel"], ["cancel"]),  # of what an earlier period took
    (["start", "cancel", "start"], ["start"]),
    (["leave", "cancel", "cancel"], ["cancel"]),
]


@pytest.mark.parametrize(("given_", "stands"), STANDING)
def test_what_stands(given_: list[str], stands: list[str]) -> None:
    lines = [line(action, minute=minute) for minute, action in enumerate(given_)]
    assert [one.action for one in standing(reversed(lines))] == stands


def test_a_cancellation_leaves_other_transfers_alone() -> None:
    lines = [line("start", 1), line("start", 2), line("cancel", 1, minute=1)]
    assert [one.transfer.int for one in standing(lines)] == [2]


# Expected and reported pence of each pay, and how the totals stand.
TOTALS = [
    ([], "nothing"),
    ([(None, None)], "nothing"),
    ([(100, None)], "waiting"),
    ([(100, 100)], "agree"),
    ([(100, 99)], "differ"),
    ([(100, 100), (50, None)], "differ"),  # one of two was paid
    ([(100, 90), (50, 60)], "agree"),  # the totals agree; each pay is compared by itself as well
    ([(-100, -100)], "agree"),  # what was paid too much is taken back
]


@pytest.mark.parametrize(("pays", "state"), TOTALS)
def test_totals(pays: list[tuple[int | None, int | None]], state: str) -> None:
    lines = [line("start", number, expected=e, reported=r) for number, (e, r) in enumerate(pays)]
    assert totals(lines).state == state


TOLD = {
    "tax_code": "1257L", "tax_regime": "S", "tax_basis": "cumulative", "student_loans": "2;PG",
    "ni_letter": "A", "pension_scheme": "alpha", "nino": "QQ123456C",
}  # fmt: skip
RESULT = {"gross": "1091.67", "paid_from": "2026-11-16", "paid_to": "2026-11-30"}
# What a payroll reports beside the gross, and the fields that differ.
REPORTED = [
    ({}, []),
    ({"gross": "1091.68"}, ["gross"]),
    ({"gross": "-1091.67"}, ["gross"]),
    ({"tax_code": "S1257L"}, []),
    ({"tax_code": "1257l", "tax_regime": "S"}, []),
    ({"tax_code": "1257L"}, ["tax_code"]),  # the regime got lost
    ({"tax_code": "C1257L"}, ["tax_code"]),
    ({"student_loans": "2P"}, []),
    ({"student_loans": "PLAN2,PGL"}, []),
    ({"student_loans": "PG;2"}, []),
    ({"student_loans": "2"}, ["student_loans"]),
    ({"pension_scheme": "Alpha"}, []),
    ({"pension_scheme": "partnership"}, ["pension_scheme"]),
    ({"nino": "QQ 12 34 56 C"}, []),
    ({"nino": "QQ123456D"}, ["nino"]),
    ({"paid_from": "2026-11-01"}, ["paid_from"]),
    ({"ni_letter": "B", "tax_basis": "non-cumulative"}, ["tax_basis", "ni_letter"]),
]


@pytest.mark.parametrize(("reported", "fields"), REPORTED)
def test_what_differs(reported: dict[str, str], fields: list[str]) -> None:
    found = compare(
        told=TOLD, expected="1091.67", days=("2026-11-16", "2026-11-30"),
        result={**RESULT, **reported},
    )  # fmt: skip
    assert [one.field for one in found] == fields


@given(st.integers(-(10**9), 10**9))
def test_amounts_come_back_as_they_were(amount: int) -> None:
    assert pence(pounds(amount)) == amount


@pytest.mark.parametrize(
    "text", ["", "1", "1.5", "1,000.00", "£1.00", "1.005", "\u0661.\u0660\u0660"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        pence(text)


@pytest.mark.parametrize(
    ("share", "shown"),
    [("1", "100"), ("0.8", "80"), ("0.540540541", "54.0540541"), ("0.001", "0.1")],
)
def test_shares_as_percent(share: str, shown: str) -> None:
    assert percent(share) == shown
