"""Replays: what they choose, what they may not, and that each is evidence."""

import json
from pathlib import Path
from typing import Any

import pytest

from muster.hub.delivering.replaying import plan, replay, replays
from muster.hub.models import Route
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, NotFound
from muster.ledger.current import ledger
from tests.integration.hub_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    """Return a world in which five messages were handed over and one waits."""
    world = World(tmp_path)
    world.build()
    for number, case in (("1", "a"), ("2", "a"), ("1", "b"), ("3", "b"), ("1", "a")):
        world.send(world.message(number, correlation=case))
    carried()
    world.send(world.message("1", correlation="a"))
    return world


def carried() -> None:
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        ({"subject": "employment:hr:mill:1"}, ["1", "1", "1"]),
        ({"correlation": "b"}, ["1", "3"]),
        ({"subject": "employment:hr:mill:1", "correlation": "a"}, ["1", "1"]),
        ({"first": 0}, ["1", "2", "1", "3", "1"]),
    ],
)
def test_what_was_chosen_is_handed_over_once_more_in_order(
    world: World, which: dict[str, Any], numbers: list[str]
) -> None:
    route = Route.objects.get().code
    before = len(world.received())
    assert plan(route, **which).messages == len(numbers)
    made = replay(route, **which, reason="lost", by="hr:ann", clock=SYSTEM_CLOCK)
    entry = json.loads(ledger().read("decisions")[-1].body or b"{}")
    assert (entry["replay"], entry["by"], entry["reason"]) == (str(made), "hr:ann", "lost")
    carried()
    again = [row["staff_number"] for row in world.received()[before:]]
    # The message that waited comes as well, once, in its turn.
    assert sorted(again) == sorted([*numbers, "1"])
    (view,) = replays(route)
    assert (view.id, view.handed, view.done_at is not None) == (made, len(numbers), True)


def test_a_replay_asked_for_twice_runs_twice_and_no_more(world: World) -> None:
    route = Route.objects.get().code
    for _ in range(2):
        replay(route, correlation="b", reason="lost", by="t", clock=SYSTEM_CLOCK)
    carried()
    carried()
    assert [row["staff_number"] for row in world.received()].count("3") == 3


@pytest.mark.parametrize(
    ("which", "reason", "field"),
    [({}, "x", "first"), ({"first": 0}, " ", "reason"), ({"first": 10**9}, "x", None),
     ({"subject": "nobody"}, "x", None)],
)  # fmt: skip
def test_what_cannot_be_replayed(
    world: World, which: dict[str, Any], reason: str, field: str | None
) -> None:
    route = Route.objects.get().code
    with pytest.raises(BadInput) as refused:
        replay(route, **which, reason=reason, by="t", clock=SYSTEM_CLOCK)
    assert refused.value.where.field == field
    assert replays(route) == ()


def test_no_such_route(world: World) -> None:
    with pytest.raises(NotFound):
        plan("none", first=0)
