"""A clock that stands still, and the machine's, which is aware and in UTC."""

import datetime as dt

import pytest

from muster.kernel.clock import SYSTEM_CLOCK, FixedClock


def test_it_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(dt.datetime.fromisoformat("2026-06-30T23:30:00+01:00"))
    assert clock.now() == clock.now() == dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC)
    assert clock.now().tzinfo is dt.UTC
    clock.move(dt.timedelta(hours=-1))
    assert clock.now().hour == 21


def test_it_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(dt.datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_machines_clock_is_in_utc() -> None:
    assert SYSTEM_CLOCK.now().utcoffset() == dt.timedelta(0)
