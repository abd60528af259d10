"""What is counted of feeds: as hub, register and evidence say, however a feed came to be."""

import datetime as dt
import uuid

import pytest

from muster.hub import quality
from muster.hub.actions import release
from muster.hub.mending.correcting import correct_row, row_of
from muster.hub.models import Landing
from muster.hub.quality import FeedCounts
from muster.hub.reading import read
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from muster.register.people import quality as people
from muster.register.people.models import Claim, Conflict, Statement
from tests.integration.mending_files import ORCHARDS, report, row
from tests.integration.people_files import load_service
from tests.integration.quality_feeds import BY, ROUTE, at, comes, enrol_all, staff
from tests.integration.told_feeds import Register
from tests.integration.told_feeds import row as told_row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
OCTOBER, NOVEMBER = dt.date(2026, 10, 31), dt.date(2026, 11, 30)
LONG_AGO = dt.date(2020, 1, 1)


def counts(as_at: dt.date | None = OCTOBER) -> FeedCounts:
    """Return the counts of one feed of Orchards."""
    found = quality.feed_counts([ROUTE], since=LONG_AGO)[ROUTE]
    (one,) = (feed for feed in found if feed.as_at == as_at)
    return one


def mend(landing: uuid.UUID, number: int, on: str = "2026-11-20") -> None:
    """Correct the worker type of a row that waits."""
    correct_row(
        row_of(landing, number), {"Worker Type": "Employee - Permanent"},
        reason="It was an apprentice", by=BY, read=read, clock=at(on),
    )  # fmt: skip


def test_rows_and_errors_of_a_feed_are_counted() -> None:
    enrol_all()
    comes(staff(8, 2), as_at="2026-10-31", on="2026-11-05")
    found = counts()
    assert (found.files, found.rows, found.wrong, found.waiting) == (1, 10, 2, 2)
    assert found.came_at == at("2026-11-05").now()
    (cause,) = quality.causes_of(ROUTE, OCTOBER)
    assert (cause.rows, cause.field) == (2, "Engagement")
    assert "Apprentice" in cause.cause
    assert "Apprentice" not in cause.reason


def test_a_mended_row_waits_no_more_and_came_wrong_all_the_same() -> None:
    enrol_all()
    landing = comes(staff(8, 2), as_at="2026-10-31", on="2026-11-05")
    assert quality.settled_at(ROUTE, since=LONG_AGO) == {OCTOBER: None}
    mend(landing, 10)
    found = counts()
    assert (found.rows, found.wrong, found.waiting) == (10, 2, 1)
    mend(landing, 11)
    found = counts()
    assert (found.rows, found.wrong, found.waiting) == (10, 2, 0)
    settled = quality.settled_at(ROUTE, since=LONG_AGO)[OCTOBER]
    last = ledger().store.positions_under("exchange", Landing.objects.get(id=landing).blob_key)[-1]
    assert settled == ledger().read("exchange", last, 1)[0].recorded_at


def test_a_feed_without_errors_is_settled_when_it_comes() -> None:
    enrol_all()
    comes(staff(3), as_at="2026-10-31", on="2026-11-05")
    assert quality.settled_at(ROUTE, since=LONG_AGO) == {OCTOBER: at("2026-11-05").now()}


def test_errors_of_an_erased_feed_are_not_guessed() -> None:
    enrol_all()
    landing = comes(staff(8, 2), as_at="2026-10-31", on="2026-11-05")
    mend(landing, 10)
    assert counts().wrong == 2
    ledger().erase(f"landing:{landing}", reason="asked for", by=BY)
    found = counts()
    assert (found.wrong, found.waiting) == (None, 0)
    assert quality.causes_of(ROUTE, OCTOBER) == ()
    assert quality.settled_at(ROUTE, since=LONG_AGO) == {OCTOBER: None}


def test_a_file_sent_again_takes_the_place_of_the_first_and_came_with_it() -> None:
    enrol_all()
    comes(staff(8, 2), as_at="2026-10-31", on="2026-11-05")
    comes(staff(11), as_at="2026-10-31", on="2026-11-18")
    found = counts()
    assert (found.files, found.rows, found.wrong, found.resent) == (1, 11, 0, 1)
    assert found.came_at == at("2026-11-05").now()


def test_a_withdrawn_file_never_came() -> None:
    enrol_all()
    landing = comes(staff(8, 2), as_at="2026-10-31", on="2026-11-05")
    withdraw(landing=landing, reason="the wrong month", by=BY, clock=SYSTEM_CLOCK)
    found = counts()
    assert (found.files, found.rows, found.withdrawn, found.came_at) == (0, 0, 1, None)
    comes(staff(9), as_at="2026-10-31", on="2026-11-18")
    assert counts().came_at == at("2026-11-18").now()


def test_the_same_bytes_taken_in_again_came_when_they_first_came() -> None:
    enrol_all()
    content = staff(8, 2)
    landing = comes(content, as_at="2026-10-31", on="2026-11-05")
    withdraw(landing=landing, reason="a value was misread", by=BY, clock=SYSTEM_CLOCK)
    comes(content, as_at="2026-10-31", on="2026-11-18")
    assert counts().came_at == at("2026-11-05").now()


def test_a_stopped_file_is_counted_as_such_and_never_came() -> None:
    enrol_all()
    comes(report(), as_at="2026-10-31", on="2026-11-05")
    comes(staff(9), as_at="2026-09-30", on="2026-10-05")
    comes(report(), as_at="2026-09-30", on="2026-11-06")
    held = counts(dt.date(2026, 9, 30))
    assert (held.files, held.rows, held.stopped) == (1, 9, 1)
    assert held.came_at == at("2026-10-05").now()


def test_feeds_stand_in_order_and_only_from_the_day_asked_for() -> None:
    enrol_all()
    for as_at in ("2026-08-31", "2026-10-31", "2026-09-30"):
        comes(staff(3), as_at=as_at, on="2026-11-05")
    found = quality.feed_counts([ROUTE], since=dt.date(2026, 9, 1))[ROUTE]
    assert [feed.as_at for feed in found] == [OCTOBER, dt.date(2026, 9, 30)]
    assert quality.feed_counts(["nothing"], since=LONG_AGO) == {}


def test_every_count_of_a_pretend_service_agrees_with_the_rows_themselves() -> None:
    """A second way to count: landing by landing, claim by claim, in Python."""
    load_service()
    release([one.id for one in Landing.objects.all()], read, by=BY, clock=SYSTEM_CLOCK)
    every = quality.feed_counts([one.route for one in quality.suppliers()], since=LONG_AGO)
    standing = Landing.objects.filter(state="accepted", route__isnull=False)
    assert sum(feed.rows for feeds in every.values() for feed in feeds) == sum(
        standing.values_list("rows", flat=True)
    )
    returns = people.standing(since=LONG_AGO, until=dt.date(2027, 1, 1))
    filled = people.filled(returns)
    assert len(returns) > 3
    for one in returns:
        claims = Claim.objects.filter(statement=one.statement)
        assert filled[one.statement].records == claims.count()
        for field, among in people.MATTERS.items():
            stated = list(claims.values_list("engagement", field))
            asked = [value for engagement, value in stated if engagement in among]
            there = [value for value in asked if value is not None]
            assert filled[one.statement].fields[field] == (len(there), len(asked)), field


def test_a_statement_that_is_replaced_stands_no_more() -> None:
    enrol_all()
    comes(staff(8), as_at="2026-10-31", on="2026-11-05")
    comes(staff(9), as_at="2026-10-31", on="2026-11-06")
    system = f"hr:{ORCHARDS}"
    (one,) = people.standing(since=LONG_AGO, until=OCTOBER, systems=[system])
    assert people.filled([one])[one.statement].records == 9
    assert people.standing(since=LONG_AGO, until=dt.date(2026, 10, 30)) == ()
    assert people.standing(since=LONG_AGO, until=OCTOBER, systems=["hr:nobody"]) == ()


def test_records_in_conflict_are_counted_on_the_days_they_claim() -> None:
    """Two employers claim the same days of one person; the one that is not believed is counted."""
    register = Register()
    register.tells("alpha", OCTOBER, [told_row("A1", nino="QA123456C")])
    both = told_row("B1", nino="QA123456C", start=dt.date(2020, 1, 6))
    leaves = both | {"leaving": dt.date(2026, 11, 15)}
    register.tells("beta", OCTOBER, [leaves])
    register.tells("beta", NOVEMBER, [leaves])
    disputed = Conflict.objects.filter(recorded_to__isnull=True)
    expected = {
        (said.system, said.as_at): disputed.filter(
            record__system=said.system, valid_from__lte=said.as_at
        ).exclude(valid_to__lte=said.as_at).count()
        for said in Statement.objects.filter(recorded_to__isnull=True)
    }  # fmt: skip
    assert set(expected.values()) == {0, 1}
    found = people.in_conflict(since=LONG_AGO, until=NOVEMBER)
    assert found == {key: number for key, number in expected.items() if number}
    only = people.in_conflict(since=LONG_AGO, until=NOVEMBER, systems=["hr:alpha"])
    assert only == {key: number for key, number in found.items() if key[0] == "hr:alpha"}


def test_a_row_of_nobody_known_makes_absence_doubtful() -> None:
    enrol_all()
    comes(report(row("E1"), row("", name="Nobody, Ada")), as_at="2026-10-31", on="2026-11-05")
    assert people.doubtful([f"hr:{ORCHARDS}"]) == {(f"hr:{ORCHARDS}", OCTOBER)}
    assert people.doubtful([]) == frozenset()
