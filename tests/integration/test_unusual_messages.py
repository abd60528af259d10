"""The breaker in front of a route: what is unusual waits whole, for a person, with a way back."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from muster.hub.approval import announce
from muster.hub.delivering import breaker, deciding
from muster.hub.delivering.queries import route as route_view
from muster.hub.models import (
    ContractRevision,
    Cursor,
    HeldMessages,
    Message,
    Parked,
    Route,
)
from muster.hub.worker import Carrier
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, NotFound, NotPermitted
from muster.ledger.current import ledger
from tests.integration.hub_world import SCHEMA, World

pytestmark = pytest.mark.django_db
KNOWN = 60
DAY_ONE = dt.datetime(2026, 9, 28, 9, tzinfo=dt.UTC)


class Moved(Clock):
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = DAY_ONE

    def now(self) -> dt.datetime:
        return self.at

    def later(self, **by: int) -> None:
        self.at += dt.timedelta(**by)


@pytest.fixture
def clock() -> Moved:
    return Moved()


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path, clock: Moved, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a world in which a route carried sixty people's employments yesterday."""
    world = World(tmp_path, clock=clock)
    world.build()
    world.send(*(world.message(f"{n}", hours=1) for n in range(KNOWN)))
    carried(clock)
    assert len(world.received()) == KNOWN
    clock.later(days=1)
    return world


def carried(clock: Clock, limit: int = 2000) -> None:
    # Each worker of a test is a new one, with nothing in mind.
    breaker._watches.of.clear()
    carrier = Carrier(clock, limit=limit)
    carrier.drain()
    carrier.stop()


def code() -> str:
    return Route.objects.get().code


def send(world: World, count: int, *, first: int = 0, **said: Any) -> None:
    world.send(*(world.message(f"{n}", **said) for n in range(first, first + count)))


def ended(world: World) -> None:
    """Let the contract say that no hours end an employment."""
    schema = {**SCHEMA, "x-ends": {"hours": [0]}}
    ContractRevision.objects.update(schema=json.dumps(schema))


def let_go(clock: Clock, by: str = "hr:ann") -> int:
    return deciding.let_go(code(), reason="a pay rise", by=by, clock=clock)


def hours(world: World) -> list[int]:
    return [row["hours"] for row in world.received()][KNOWN:]


def test_a_first_load_goes_through_in_pieces_and_is_corrected(
    tmp_path: Path, fresh_home: Path, clock: Moved
) -> None:
    world = World(tmp_path, clock=clock)
    world.build()
    for piece in range(3):
        send(world, 200, hours=piece)
        clock.later(minutes=15)
        carried(clock, limit=70)
    assert len(world.received()) == 600
    assert Route.objects.get().held == ""


def test_what_is_unusual_waits_before_any_of_it_goes(world: World, clock: Moved) -> None:
    send(world, 51, hours=2)
    send(world, 10, first=100, hours=2)
    carried(clock, limit=10)
    assert hours(world) == []
    route = Route.objects.get()
    assert "be about 51 of the 60 subjects" in route.held
    assert route_view(code(), clock=clock).state == "held"
    held = HeldMessages.objects.get()
    assert (held.messages, held.touched, held.known, held.ending) == (61, 51, 60, 0)
    # It is raised once, whoever comes by and whatever comes later.
    send(world, 1, first=200, hours=3)
    carried(clock)
    assert HeldMessages.objects.count() == 1
    raised = [one for one in ledger().read("decisions") if one.type == breaker.HELD]
    assert len(raised) == 1


def test_exactly_those_are_let_go_that_were_shown(world: World, clock: Moved) -> None:
    send(world, 51, hours=2)
    carried(clock)
    send(world, 51, hours=3)
    assert let_go(clock) == 51
    carried(clock)
    assert hours(world) == [2] * 51
    # What came since is unusual of its own.
    assert Route.objects.get().held
    assert let_go(clock) == 51
    send(world, 20, hours=4)
    carried(clock)
    assert hours(world) == [2] * 51 + [3] * 51 + [4] * 20


def test_an_hour_is_counted_whatever_pieces_it_comes_in(world: World, clock: Moved) -> None:
    send(world, 40, hours=2)
    carried(clock)
    clock.later(minutes=59)
    send(world, 11, first=40, hours=2)
    carried(clock)
    assert len(hours(world)) == 40
    assert Route.objects.get().held


def test_what_came_over_a_day_while_the_route_was_paused_is_not_unusual(
    world: World, clock: Moved
) -> None:
    Route.objects.update(paused="at rest")
    for part in range(3):
        send(world, 20, first=20 * part, hours=2)
        clock.later(hours=2)
    Route.objects.update(paused="")
    carried(clock)
    assert len(hours(world)) == 60


def test_an_unusual_number_of_endings_waits(world: World, clock: Moved) -> None:
    ended(world)
    send(world, 6, hours=0)
    carried(clock)
    assert hours(world) == [0] * 6
    clock.later(hours=2)
    send(world, 7, first=10, hours=0)
    carried(clock)
    assert "end 7 of the 60" in Route.objects.get().held
    assert hours(world) == [0] * 6


def test_who_was_never_carried_is_not_ended(world: World, clock: Moved) -> None:
    ended(world)
    send(world, 30, first=100, hours=0)
    carried(clock)
    assert len(hours(world)) == 30


def test_what_somebody_else_than_its_sender_announced_goes_through(
    world: World, clock: Moved
) -> None:
    day = legal_day(clock.now())
    announce(route=code(), starts=day, ends=day, ending=0, changed=60, reason="a pay rise",
             by="hr:ann", clock=clock)  # fmt: skip
    send(world, 60, hours=2)
    carried(clock)
    assert len(hours(world)) == 60


def test_own_limits_count_instead(world: World, clock: Moved) -> None:
    deciding.set_limits(code(), touched=0, ending=None, reason="see all", by="hr:ann", clock=clock)
    send(world, 1, hours=2)
    carried(clock)
    assert "be about 1 of the 60" in Route.objects.get().held
    let_go(clock)
    deciding.set_limits(code(), touched=100, ending=9, reason="swipes", by="hr:ann", clock=clock)
    send(world, 60, hours=2)
    carried(clock)
    assert len(hours(world)) == 61
    with pytest.raises(BadInput):
        deciding.set_limits(code(), touched=-1, ending=None, reason="x", by="t", clock=clock)


def test_a_discarding_can_be_undone_until_it_takes_effect(world: World, clock: Moved) -> None:
    send(world, 51, hours=2)
    carried(clock)
    deciding.discard(code(), reason="a broken export", by="hr:ann", clock=clock)
    clock.later(minutes=9)
    carried(clock)
    deciding.undo(code(), by="hr:ann", clock=clock)
    clock.later(minutes=9)
    carried(clock)
    assert (hours(world), Parked.objects.count()) == ([], 0)
    with pytest.raises(NotFound):
        deciding.undo(code(), by="hr:ann", clock=clock)
    deciding.discard(code(), reason="a broken export", by="hr:ann", clock=clock)
    send(world, 3, first=300, hours=5)
    clock.later(minutes=10)
    carried(clock)
    assert hours(world) == []
    clock.later(minutes=1)
    carried(clock)
    assert hours(world) == [5] * 3
    gone = Parked.objects.all()
    assert {(one.state, one.reason, one.settled_by) for one in gone} == {
        ("discarded", "a broken export", "hr:ann")
    }
    assert gone.count() == 51
    with pytest.raises(NotFound):
        deciding.undo(code(), by="hr:ann", clock=clock)


def test_whoever_is_named_decides_and_nobody_else(world: World, clock: Moved) -> None:
    Route.objects.update(approver="hr:ben")
    send(world, 51, hours=2)
    carried(clock)
    assert HeldMessages.objects.get().raised_to == "hr:ben"
    for verb in (deciding.let_go, deciding.discard):
        with pytest.raises(NotPermitted):
            verb(code(), reason="x", by="hr:ann", clock=clock)
        with pytest.raises(BadInput):
            verb(code(), reason=" ", by="hr:ben", clock=clock)
    assert let_go(clock, by="hr:ben") == 51


def test_a_route_in_shards_is_counted_whole(tmp_path: Path, fresh_home: Path, clock: Moved) -> None:
    world = World(tmp_path, clock=clock)
    world.build(shards=4)
    send(world, KNOWN, hours=1)
    carried(clock)
    clock.later(days=1)
    send(world, 52, hours=2)
    carried(clock)
    assert hours(world) == []
    deciding.discard(code(), reason="broken", by="hr:ann", clock=clock)
    clock.later(minutes=11)
    send(world, 4, hours=3)
    carried(clock)
    carried(clock)
    assert sorted(hours(world)) == [3] * 4
    last = Message.objects.latest("position").position
    assert Parked.objects.filter(state="discarded").count() == 52
    assert max(Cursor.objects.values_list("position", flat=True)) == last


@pytest.mark.parametrize("shards", [2, 3, 5, 8])
def test_however_subjects_fall_into_parts_no_more_than_is_usual_goes(
    shards: int, tmp_path: Path, fresh_home: Path, clock: Moved
) -> None:
    world = World(tmp_path, clock=clock)
    world.build(shards=shards)
    send(world, KNOWN, hours=1)
    carried(clock)
    clock.later(days=1)
    part = {
        int(one.subject.rpartition(":")[2]): one.shard % shards for one in Message.objects.all()
    }
    first = [n for n in part if part[n] == 0]
    # Most fall into one part: as uneven as they can be.
    uneven = [*first, *(n for n in part if part[n] != 0)]
    Route.objects.update(most_touched=len(first))
    chosen = uneven[: len(first) + 1]
    world.send(*(world.message(f"{n}", hours=2) for n in chosen))
    carried(clock)
    assert len(hours(world)) <= len(first)
    assert Route.objects.get().held
