"""Snapshots of data that are no more are removed; the one of today stays."""

import datetime as dt
import os
from pathlib import Path

import pytest

from muster.gates.facts.snapshots import FOLDER, LONGEST_OUTDATED, drop_outdated, snapshot_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from muster.register.people.facts import Employments

pytestmark = pytest.mark.django_db


def aged(place: Path, by: dt.timedelta) -> None:
    """Let a file be older."""
    then = (SYSTEM_CLOCK.now() - by).timestamp()
    os.utime(place, (then, then))


def data_come() -> None:
    """Let something be written into the exchange log."""
    ledger().append_one("exchange", "muster.test.data.came.v1", "test:snapshots:1", {})


def test_what_was_erased_does_not_stay_in_an_older_snapshot(fresh_home: Path) -> None:
    data_come()
    first = snapshot_of(Employments())
    aged(first, 2 * LONGEST_OUTDATED)
    assert drop_outdated(clock=SYSTEM_CLOCK) == 0, "it is of today's data"
    data_come()
    second = snapshot_of(Employments())
    aged(second, LONGEST_OUTDATED / 2)
    assert drop_outdated(clock=SYSTEM_CLOCK) == 1
    data_come()
    assert drop_outdated(clock=SYSTEM_CLOCK) == 0, "a question may still read it"
    assert [one.name for one in (fresh_home / FOLDER).iterdir()] == [second.name]
