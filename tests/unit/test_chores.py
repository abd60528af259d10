"""Chores are done when they are due, each for itself."""

import datetime as dt
import logging

import pytest

from muster.kernel import chores
from muster.kernel.chores import Chore, Round, register_chore
from muster.kernel.clock import SYSTEM_CLOCK, Clock

done: list[str] = []


def sweep(*, clock: Clock) -> None:
    done.append("sweep")


def wash(*, clock: Clock) -> None:
    done.append("wash")
    raise RuntimeError("no water for Llewellyn")


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "_chores", {})
    done.clear()
    for name, minutes in (("wash", 1), ("sweep", 5)):
        register_chore(Chore(name, dt.timedelta(minutes=minutes), f"{__name__}.{name}"))


def test_each_is_done_when_its_time_has_come() -> None:
    seconds = [0.0]
    round_ = Round(SYSTEM_CLOCK, lambda: seconds[0])
    for seconds[0] in (0.0, 59.0, 60.0, 299.0, 300.0):
        round_.turn()
    assert done == ["wash", "sweep", "wash", "wash", "sweep"]


def test_one_that_fails_keeps_no_other_from_being_done(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        Round(SYSTEM_CLOCK).turn()
    assert done == ["wash", "sweep"]
    assert "not done: wash" in caplog.messages
