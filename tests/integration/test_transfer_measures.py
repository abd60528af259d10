"""How well transfers go, counted from what was recorded: what was put right was wrong before."""

import datetime as dt
from typing import Any

import pytest

from muster.services.transfers import actions
from muster.services.transfers.measuring import measured
from tests.integration.transfers_world import FIRST_DAY, World

pytestmark = pytest.mark.django_db
MONTH: dict[str, Any] = {"since": FIRST_DAY.replace(day=1), "until": dt.date(2027, 1, 1)}


def test_what_was_put_right_still_counts_as_wrong_at_first() -> None:
    world = World()
    right, wrong = (world.draft(world.somebody()).transfer for _ in range(2))
    world.up_to(right, "accept")
    world.clock.move(dt.timedelta(days=2))
    world.up_to(right, "close", start="ask_exporter")
    world.up_to(wrong, "paid_exporter")
    world.take(wrong, "paid_importer", gross_paid=1)
    world.take(wrong, "paid_importer")
    found = measured(**MONTH)
    assert (found.effected, found.first_pays, found.wrong_first_pays) == (2, 4, 1)
    assert (found.error_rate, found.causes) == (0.25, {"gross": 1})
    assert found.days["accepted"] == 1.0
    assert measured(since=dt.date(2026, 1, 1), until=dt.date(2026, 12, 1)).error_rate is None
    assert measured(**MONTH, employer=world.employer("mill")).effected == 0


def test_what_was_reversed_is_told() -> None:
    world = World()
    moved = world.draft(world.somebody()).transfer
    world.up_to(moved, "effect")
    said: dict[str, Any] = {"transfer": moved, "reason": "Never came", "clock": world.clock}
    actions.reverse(**said, side="importer", by="hr:weir")
    actions.reverse(**said, side="exporter", by="hr:mill")
    assert measured(**MONTH).reversed == 1
