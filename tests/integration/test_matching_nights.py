"""The nightly run: at its hour, once a day, by one worker, even if one was killed meanwhile."""

import datetime as dt

import pytest

from muster.kernel.clock import FixedClock
from muster.kernel.errors import Misconfigured
from muster.kernel.settings import read_settings
from muster.register.people.matching import actions
from muster.register.people.matching.models import MatchingRun, Night
from muster.register.people.matching.nights import run_tonight
from muster.register.people.matching.working import Matcher

pytestmark = pytest.mark.django_db
SUNDAY = dt.datetime(2026, 11, 22, 3, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def tonight(at: dt.datetime, worker: str = "one", hour: int | None = 3) -> bool:
    return run_tonight(hour=hour, worker=worker, clock=FixedClock(at)) is not None


@pytest.fixture
def old() -> None:
    """Let the register be older than a day."""
    assert not tonight(SUNDAY), "a new register waits for the next night"


# the worker, when it asks (days and hours after Sunday 03:30), whether it runs
NIGHTS = """
one  +1 day  at once   : runs
two  +1 day  at once   : does not
one  +1 day  later     : does not
two  +2 days too early : does not
two  +2 days at once   : runs
one  +4 days later     : runs
"""


def test_once_a_day_from_its_hour_on_whoever_asks(old: None) -> None:
    hours = {"at once": 0, "later": 9, "too early": -1}
    for row in NIGHTS.strip().splitlines():
        asked, expected = row.split(":")
        worker, days, _word, *when = asked.split()
        at = SUNDAY + int(days) * DAY + dt.timedelta(hours=hours[" ".join(when)])
        assert tonight(at, worker) == (expected.strip() == "runs"), row
    assert MatchingRun.objects.count() == 3
    assert {one.by for one in MatchingRun.objects.all()} == {"worker:nightly"}


def test_never_is_never(old: None) -> None:
    assert not tonight(SUNDAY + DAY, hour=None)


def test_the_hour_is_that_of_clocks_in_the_united_kingdom(old: None) -> None:
    summer = dt.datetime(2027, 7, 1, 2, 10, tzinfo=dt.UTC)
    assert tonight(summer), "ten past three in London"


def test_another_worker_takes_over_from_one_that_was_killed(
    old: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(actions, "found", _killed)
        with pytest.raises(OSError, match="killed"):
            tonight(SUNDAY + DAY, "one")
    assert not tonight(SUNDAY + DAY + dt.timedelta(hours=1), "two"), "it may still be running"
    assert tonight(SUNDAY + DAY + dt.timedelta(hours=7), "two")
    assert Night.objects.get().worker == "two"


def _killed() -> None:
    raise OSError("killed")


def test_a_worker_runs_at_night_when_nothing_else_is_due(old: None) -> None:
    matcher = Matcher(FixedClock(SUNDAY + DAY), hour=3)
    assert matcher.turn() == 0
    assert matcher.turn() is None
    assert MatchingRun.objects.count() == 1


@pytest.mark.parametrize("stated", ["24", "-1", "3.5", "at night"])
def test_an_hour_is_an_hour(stated: str) -> None:
    with pytest.raises(Misconfigured, match="MUSTER_MATCHING_HOUR"):
        read_settings({"MUSTER_MATCHING_HOUR": stated})
    assert read_settings({"MUSTER_MATCHING_HOUR": "never"}).matching_hour is None
    assert read_settings({}).matching_hour == 3
