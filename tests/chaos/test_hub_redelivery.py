"""What changes between an interruption and the next attempt loses, doubles and overtakes nothing.

The worker is interrupted after the receiver's commit and before the hub has noted it: the one
moment at which the two databases differ.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muster.hub.delivering.noting import note as plainly_noted
from muster.hub.delivering.parking import discard, release
from muster.hub.models import Agreement, Parked, Route
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.hub_world import CHANGED, World

pytestmark = pytest.mark.django_db
STRICT = "hours integer CHECK (hours < 50)"
TRANSLATION = """
[mapping]
name = "pay"
title = "Pay"
from = "{contract}"
[fields]
staff_number = {{ take = "staff_number" }}
grade = [{{ take = "grade" }}, {{ codes = {{ {codes} }} }}]
[[example]]
given = {{}}
gives = {{}}
"""
GRADES = (("1", "EO"), ("2", "HEO"), ("3", "EO"))


class Interrupted(BaseException):
    """The worker is gone."""


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def carried(limit: int = 2000) -> int:
    """Let a worker that has just started carry all there is."""
    carrier = Carrier(SYSTEM_CLOCK, limit=limit)
    try:
        return carrier.drain()
    finally:
        carrier.stop()


def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker carry, and be gone before it can note what the receiver took."""

    def gone(*_: Any, **__: Any) -> None:
        raise Interrupted

    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr("muster.hub.delivering.carrying.note", gone)
        carried()


def before_the_note(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Let a worker carry, with something happening just before it notes a shipment."""
    once = [happens]

    def note(*args: Any, **kwargs: Any) -> None:
        while once:
            once.pop()()
        plainly_noted(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr("muster.hub.delivering.carrying.note", note)
        carried()


def hours(world: World, number: str) -> list[int]:
    """Return what the receiver was told of a member of staff, in order."""
    return [row["hours"] for row in world.received() if row["staff_number"] == number]


def discard_first() -> None:
    first = Parked.objects.order_by("position")[0]
    discard(parked=first.id, reason="typed wrongly", by="hr:ann", clock=SYSTEM_CLOCK)


def strict(world: World) -> None:
    world.remake(world.columns.replace("hours integer", STRICT))


def test_what_was_held_back_when_the_worker_was_interrupted_still_arrives(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict(world)
    world.send(world.message("1", hours=55))
    carried()
    world.send(
        world.message("1", hours=10), world.message("2", hours=20), world.message("1", hours=11)
    )
    interrupted(monkeypatch)
    assert (hours(world, "1"), hours(world, "2")) == ([], [20])
    discard_first()
    world.send(world.message("1", hours=12))
    carried()
    assert (hours(world, "1"), hours(world, "2")) == ([10, 11, 12], [20])


def test_what_could_not_be_translated_when_the_worker_was_interrupted_still_arrives(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    translate(world, knowing=("EO",))
    world.send(*(world.message(number, grade=grade) for number, grade in GRADES))
    interrupted(monkeypatch)
    assert [row["staff_number"] for row in world.received()] == ["1", "3"]
    translate(world, knowing=("EO", "HEO"))
    carried()
    assert sorted(row["staff_number"] for row in world.received()) == ["1", "2", "3"]
    assert not Parked.objects.exists()


def test_what_the_receiver_has_never_waits_though_its_translation_fails_by_now(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    translate(world, knowing=("EO", "HEO"))
    world.send(*(world.message(number, grade=grade) for number, grade in GRADES))
    interrupted(monkeypatch)
    translate(world, knowing=("EO",))
    # What comes behind a message that the receiver has does not wait for it either.
    world.send(world.message("2", grade="EO"), world.message("4", grade="HEO"))
    carried()
    carried()
    assert [row["staff_number"] for row in world.received()] == ["1", "2", "3", "2"]
    parked = Parked.objects.exclude(state="delivered").get()
    translate(world, knowing=("EO", "HEO"))
    release(parked=parked.id, reason="mended", by="hr:ann", clock=SYSTEM_CLOCK)
    carried()
    assert [row["staff_number"] for row in world.received()] == ["1", "2", "3", "2", "4"]


def translate(world: World, *, knowing: tuple[str, ...]) -> None:
    """Give the route a translation that knows only some grades."""
    codes = ", ".join(f'{grade} = "{grade}"' for grade in knowing)
    Route.objects.update(translation=TRANSLATION.format(contract=CHANGED, codes=codes))


def test_an_agreement_that_is_suspended_and_lifted_between_loses_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(*(world.message(f"{n}", hours=n) for n in range(5)))
    interrupted(monkeypatch)
    Agreement.objects.update(suspended_at=SYSTEM_CLOCK.now())
    carried()
    Agreement.objects.update(suspended_at=None, fields=["staff_number", "hours"])
    Route.objects.get().cursors.update(retry_at=None)
    world.send(world.message("5", hours=5))
    carried()
    assert [row["hours"] for row in world.received()] == list(range(6))
    assert [row["grade"] for row in world.received()] == ["EO"] * 5 + [None]


def test_what_comes_after_a_message_whose_refusal_was_not_noted_waits_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict(world)
    world.send(world.message("1", hours=55), world.message("2", hours=20))
    interrupted(monkeypatch)
    # More came in the meantime, so the next attempt brings more than the first.
    world.send(world.message("1", hours=10), world.message("2", hours=21))
    carried()
    assert (hours(world, "1"), hours(world, "2")) == ([], [20, 21])
    discard_first()
    carried()
    assert hours(world, "1") == [10]


def test_a_message_that_is_settled_while_another_waits_for_it_leaves_none_stuck(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict(world)
    world.send(world.message("1", hours=55))
    carried()
    world.send(world.message("1", hours=10), world.message("2", hours=20))
    before_the_note(monkeypatch, discard_first)
    assert (hours(world, "1"), hours(world, "2")) == ([10], [20])
    assert not Parked.objects.exclude(state__in=("discarded", "delivered")).exists()


def test_a_release_in_several_batches_stops_where_its_first_message_fails_again(
    world: World,
) -> None:
    strict(world)
    world.send(*(world.message("1", hours=given) for given in (55, 10, 11, 12, 13)))
    carried()
    first = Parked.objects.order_by("position")[0]
    assert release(parked=first.id, reason="try again", by="hr:ann", clock=SYSTEM_CLOCK) == 5
    carried(limit=2)
    assert hours(world, "1") == []
    world.remake(world.columns.replace(STRICT, "hours integer"))
    release(parked=first.id, reason="mended", by="hr:ann", clock=SYSTEM_CLOCK)
    carried(limit=2)
    assert hours(world, "1") == [55, 10, 11, 12, 13]
