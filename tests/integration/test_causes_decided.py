"""Deciding on all messages of one cause, with a way back; and what replays could not hand over."""

import datetime as dt
import json
from pathlib import Path

import pytest

from muster.connectors.http_json.fake import FakeHttpJson, FakeSystem
from muster.hub.delivering.deciding import UNDO
from muster.hub.delivering.outlets import register_outlet
from muster.hub.delivering.releasing import discard_all, discardings, release_all, undo_discard
from muster.hub.delivering.replaying import failures, replay, replays
from muster.hub.models import Attempt, Endpoint, Parked, Route
from muster.hub.worker import Carrier
from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, NotFound
from muster.ledger.current import ledger
from tests.integration.hub_world import World, unique

pytestmark = pytest.mark.django_db
STRICT = "hours integer CHECK (hours < 50)"


class Moved(Clock):
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = dt.datetime(2026, 9, 28, 9, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self.at


@pytest.fixture
def clock() -> Moved:
    return Moved()


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path, clock: Moved) -> World:
    """Return a world in which three people's messages failed for one cause, one with a second."""
    world = World(tmp_path, clock=clock)
    world.build()
    world.remake(world.columns.replace("hours integer", STRICT))
    world.send(*(world.message(f"{n}", hours=55) for n in range(3)), world.message("1", hours=20))
    carried(clock)
    return world


def carried(clock: Clock) -> None:
    carrier = Carrier(clock)
    carrier.drain()
    carrier.stop()


def discarded(clock: Clock) -> object:
    one = Parked.objects.filter(state="parked").first()
    assert one is not None
    decision, count = discard_all(
        one.route.code, stage=one.stage, cause=one.cause, reason="typed wrongly", by="hr:ann",
        clock=clock,
    )  # fmt: skip
    assert count == 3
    return decision


def states() -> list[str]:
    return list(Parked.objects.order_by("position").values_list("state", flat=True))


def test_all_of_a_cause_are_discarded_and_what_waits_behind_goes_on_later(
    world: World, clock: Moved
) -> None:
    discarded(clock)
    entry = json.loads(ledger().read("decisions")[-1].body or b"{}")
    assert (entry["messages"], entry["reason"], entry["by"]) == (3, "typed wrongly", "hr:ann")
    (seen,) = discardings([Route.objects.get().code], clock=clock)
    assert (seen.messages, seen.by) == (3, "hr:ann")
    carried(clock)
    assert world.received() == []
    assert states() == ["discarded"] * 3 + ["released"]
    clock.at += UNDO
    carried(clock)
    assert [row["hours"] for row in world.received()] == [20]


def test_a_discarding_is_undone_whole_before_anything_went_on(world: World, clock: Moved) -> None:
    decision = discarded(clock)
    assert undo_discard(decision, by="hr:ann", clock=clock) == 3  # type: ignore[arg-type]
    assert states() == ["parked"] * 3 + ["behind"]
    clock.at += UNDO
    carried(clock)
    assert world.received() == []
    with pytest.raises(NotFound):
        undo_discard(decision, by="hr:ann", clock=clock)  # type: ignore[arg-type]
    world.remake(world.columns.replace(STRICT, "hours integer"))
    release_all(Route.objects.get().code, reason="mended", by="hr:ann", clock=clock)
    carried(clock)
    assert sorted(row["hours"] for row in world.received()) == [20, 55, 55, 55]
    assert [row["hours"] for row in world.received() if row["staff_number"] == "1"] == [55, 20]


def test_whose_next_message_has_gone_on_stays_discarded(world: World, clock: Moved) -> None:
    decision = discarded(clock)
    world.send(world.message("2", hours=30))
    carried(clock)
    assert undo_discard(decision, by="hr:ann", clock=clock) == 2  # type: ignore[arg-type]
    assert states() == ["parked", "parked", "discarded", "behind"]
    again = discard_all(
        Route.objects.get().code, stage="", cause="", reason="x", by="hr:ann", clock=clock
    )[0]
    clock.at += UNDO
    world.send(world.message("0", hours=31))
    carried(clock)
    with pytest.raises(Conflict):
        undo_discard(again, by="hr:ann", clock=clock)


def test_what_a_replay_could_not_hand_over_is_kept_with_its_cause(
    tmp_path: Path, fresh_home: Path, clock: Moved
) -> None:
    world = World(tmp_path, clock=clock)
    world.build()
    world.send(*(world.message(f"{n}", hours=40 + 5 * n) for n in range(3)))
    carried(clock)
    world.remake(world.columns.replace("hours integer", STRICT))
    code = Route.objects.get().code
    made = replay(code, first=0, reason="lost", by="hr:ann", clock=clock)
    carried(clock)
    (view,) = replays(code)
    assert (view.handed, view.failed) == (2, 1)
    (failed,) = failures(replay=made)
    assert (failed.stage, failed.reason, failed.by) == ("receiver", "lost", "hr:ann")
    assert "constraint" in failed.cause
    assert failures(route=code, position=failed.position) == (failed,)
    assert failures(route=code, position=0) == ()


def test_a_receiver_that_is_handed_messages_once_can_be_replayed_to_twice(
    tmp_path: Path, fresh_home: Path, clock: Moved
) -> None:
    world = World(tmp_path, clock=clock)
    world.build()
    system, kind = FakeSystem(), unique()
    register_outlet(kind, lambda _: FakeHttpJson(system, effect="confirm"))
    Endpoint.objects.update(kind=kind)
    world.send(world.message("1"))
    carried(clock)
    for _ in range(2):
        replay(Route.objects.get().code, first=0, reason="lost", by="hr:ann", clock=clock)
        carried(clock)
    assert len(system.messages) == 3
    assert not Attempt.objects.exists()
