"""Feeds that are due: alarms are raised once, cleared by the feed, and follow what was declared."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from muster.hub.alarms import expect, late_feeds, plan_of, raise_alarms
from muster.hub.approval import approve
from muster.hub.expected import Rhythm
from muster.hub.models import Alarm
from muster.hub.reading import read
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.kernel.errors import BadInput, NotFound
from muster.ledger.current import ledger
from tests.integration.people_files import BY
from tests.integration.test_feed_verbs import (
    APPROVER,
    FIRST,
    MONTHLY,
    OTHER,
    WHOLE,
    held,
    send,
    watched,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mill() -> None:
    watched("mill", "weir")


def clock(day: str) -> FixedClock:
    return FixedClock(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00"))


def declare(rhythm: Rhythm = MONTHLY, owner: str = OTHER) -> None:
    expect(route="hr-mill", rhythm=rhythm, owner=owner, by=BY, clock=SYSTEM_CLOCK)


def late() -> list[tuple[str, str]]:
    return [(str(one.as_at), one.raised_to) for one in late_feeds()]


def test_an_alarm_is_raised_once_and_cleared_by_the_feed() -> None:
    declare()
    assert raise_alarms(clock=clock("2026-09-10")) == ()
    (raised,) = raise_alarms(clock=clock("2026-09-11"))
    assert (str(raised.as_at), str(raised.due), raised.route) == (
        "2026-08-31", "2026-09-10", "hr-mill",
    )  # fmt: skip
    assert raise_alarms(clock=clock("2026-09-12")) == ()
    assert [str(one.as_at) for one in raise_alarms(clock=clock("2026-11-21"))] == [
        "2026-09-30", "2026-10-31",
    ]  # fmt: skip
    assert late() == [(day, OTHER) for day in ("2026-08-31", "2026-09-30", "2026-10-31")]
    send(FIRST, WHOLE)
    assert raise_alarms(clock=clock("2026-11-21")) == ()
    assert [day for day, _ in late()] == ["2026-08-31", "2026-10-31"]
    assert late_feeds(owner=OTHER) == late_feeds()
    assert late_feeds(owner=APPROVER) == late_feeds(employer=uuid.uuid4()) == ()
    kinds = [entry.type for entry in ledger().read("decisions")]
    assert kinds.count("muster.hub.feed.missed.v1") == 3


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_once_raise_each_alarm_once() -> None:
    declare()

    def look(_: int) -> int:
        try:
            return len(raise_alarms(clock=clock("2026-11-21")))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(look, range(4))) == [0, 0, 0, 3]
    assert Alarm.objects.count() == 3


def test_a_feed_that_is_held_or_withdrawn_has_not_come() -> None:
    found = held()
    declare()
    assert [str(one.as_at) for one in raise_alarms(clock=clock("2026-11-21"))] == [
        "2026-08-31", "2026-10-31",
    ]  # fmt: skip
    approve(landing=found.id, reason="ok", by=APPROVER, read=read, clock=SYSTEM_CLOCK)
    raise_alarms(clock=clock("2026-11-21"))
    assert [day for day, _ in late()] == ["2026-08-31"]
    withdraw(landing=found.id, reason="wrong", by=BY, clock=SYSTEM_CLOCK)
    (again,) = raise_alarms(clock=clock("2026-11-22"))
    assert str(again.as_at) == "2026-10-31"
    assert Alarm.objects.count() == 2


def test_alarms_follow_the_rhythm_and_the_owner_as_they_are_now() -> None:
    declare()
    raise_alarms(clock=clock("2026-10-15"))
    declare(Rhythm("quarter", 10, dt.date(2026, 8, 1)), APPROVER)
    assert raise_alarms(clock=clock("2026-10-15")) == ()
    assert late() == [("2026-09-30", APPROVER)]
    plan = plan_of("hr-mill", clock=clock("2026-10-15"))
    assert (plan.owner, plan.approver, len(plan.late)) == (APPROVER, "", 1)
    assert plan.awaited is not None
    assert str(plan.awaited.by) == "2027-01-10"


@pytest.mark.parametrize(
    "wrong",
    [
        Rhythm("year", 1, dt.date(2026, 1, 1)),
        Rhythm("month", -1, dt.date(2026, 1, 1)),
        Rhythm("month", 10**9, dt.date(2026, 1, 1)),
        Rhythm("day", 1, dt.date(1, 1, 1)),
        Rhythm("day", 1, dt.date.max),
        Rhythm("day", 1, dt.date(2026, 1, 2), dt.date(2026, 1, 2)),
    ],
)
def test_a_rhythm_that_makes_no_sense_is_refused(wrong: Rhythm) -> None:
    with pytest.raises(BadInput):
        declare(wrong)
    with pytest.raises(BadInput):
        declare(owner="x" * 101)
    with pytest.raises(NotFound):
        expect(route="none", rhythm=MONTHLY, by=BY, clock=SYSTEM_CLOCK)
    with pytest.raises(NotFound):
        plan_of("none", clock=SYSTEM_CLOCK)
    assert raise_alarms(clock=SYSTEM_CLOCK) == ()
