"""Messages from one system's door to another system's database, on a real database each."""

import datetime as dt
from pathlib import Path

import pytest

from muster.hub.delivering import stream
from muster.hub.delivering.parking import discard, release
from muster.hub.delivering.queries import route
from muster.hub.models import Agreement, Cursor, Delivery, Message, Parked, Route, System
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from muster.register.employers.queries import ids_by_key
from tests.integration.hub_world import World
from tests.integration.people_files import load
from tests.integration.test_people_feeds import MOLE, VOLE, changed, enrol_bodies, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def carried() -> int:
    """Let one worker carry all there is; return how many messages."""
    carrier = Carrier(SYSTEM_CLOCK)
    try:
        return carrier.drain()
    finally:
        carrier.stop()


def test_a_message_arrives_reduced_to_what_was_agreed(world: World) -> None:
    raw = world.message("1", surname="Mole", hours=37, start="2026-04-01", bank_account="12345678")
    [answer] = world.send(raw)
    assert answer.outcome == "accepted"
    assert carried() == 1
    assert world.received() == [
        {"staff_number": "1", "surname": "Mole", "grade": "EO", "hours": 37, "start": "2026-04-01"}
    ]
    assert ledger().bodies("exchange", [answer.position or 0]) == [raw]
    [delivery] = Delivery.objects.all()
    assert (delivery.first, delivery.last, delivery.messages) == (
        answer.position, answer.position, 1,
    )  # fmt: skip


def test_the_same_message_again_is_known_and_another_under_its_name_is_not_taken(
    world: World,
) -> None:
    raw = world.message("1", id="a")
    first, again, other = (
        world.send(raw)[0], world.send(raw)[0], world.send(world.message("2", id="a"))[0],
    )  # fmt: skip
    assert [one.outcome for one in (first, again, other)] == ["accepted", "known", "conflict"]
    assert again.position == first.position
    carried()
    assert [row["staff_number"] for row in world.received()] == ["1"]


def test_a_batch_holds_as_much_as_memory_allows_and_at_least_one_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST_BYTES", 1000)
    sizes = [200, 300, 600, 2000, 100]  # with what stands around it, each is larger
    raws = [world.message(f"{n}", bank_account="1" * size) for n, size in enumerate(sizes)]
    world.send(*raws)
    assert list(Message.objects.order_by("position").values_list("size", flat=True)) == [
        len(raw) for raw in raws
    ]
    carrier, turns = Carrier(SYSTEM_CLOCK), []
    while (done := carrier.turn()) is not None:
        turns.append(done)
    carrier.stop()
    assert turns == [2, 2, 1]
    assert [row["staff_number"] for row in world.received()] == list("01234")


def test_without_an_agreement_a_message_is_kept_with_the_reason_and_goes_nowhere(
    world: World,
) -> None:
    Agreement.objects.update(suspended_at=SYSTEM_CLOCK.now())
    [answer] = world.send(world.message("1"))
    assert answer.outcome == "refused"
    assert "suspended" in answer.said
    assert Message.objects.get().refused == answer.said
    Agreement.objects.update(suspended_at=None)
    carried()
    assert world.received() == []


def test_an_agreement_that_is_suspended_stops_what_is_on_its_way(world: World) -> None:
    world.send(world.message("1"))
    Agreement.objects.update(suspended_at=SYSTEM_CLOCK.now())
    carried()
    assert world.received() == []
    assert "suspended" in Cursor.objects.get().blocked
    Agreement.objects.update(suspended_at=None)
    Cursor.objects.update(retry_at=None)
    carried()
    assert len(world.received()) == 1
    assert Cursor.objects.get().blocked == ""


def test_a_route_under_an_agreement_that_is_not_in_force_is_not_called_up_to_date(
    world: World,
) -> None:
    code = Route.objects.get().code
    assert route(code, clock=SYSTEM_CLOCK).state == "level"
    Agreement.objects.update(suspended_at=SYSTEM_CLOCK.now())
    seen = route(code, clock=SYSTEM_CLOCK)
    assert (seen.state, "suspended" in seen.blocked) == ("blocked", True)
    Agreement.objects.update(suspended_at=None, ends=dt.date(2021, 1, 1))
    assert route(code, clock=SYSTEM_CLOCK).state == "blocked"
    Route.objects.update(enabled=False)
    assert route(code, clock=SYSTEM_CLOCK).state == "off"


def test_what_breaks_the_contract_is_refused_by_field_without_its_value(world: World) -> None:
    answers = world.send(
        world.message("1", grade="Baron"), world.message("2", hours="many"), world.message("3")
    )
    assert [one.outcome for one in answers] == ["refused", "refused", "accepted"]
    assert "Grade" in answers[0].said
    assert answers[1].said == "Hours: is text"


def test_a_message_that_the_receiver_rejects_parks_its_subject_and_nothing_else(
    world: World, tmp_path: Path
) -> None:
    world.remake(world.columns.replace("hours integer", "hours integer CHECK (hours < 50)"))
    world.send(world.message("1", hours=55), world.message("2", hours=20))
    world.send(world.message("1", hours=30), world.message("2", hours=21))
    carried()
    assert [(row["staff_number"], row["hours"]) for row in world.received()] == [
        ("2", 20), ("2", 21),
    ]  # fmt: skip
    world.send(world.message("1", hours=31))
    carried()
    parked = Parked.objects.order_by("position")
    assert [(one.state, one.stage) for one in parked] == [
        ("parked", "receiver"), ("behind", "behind"), ("behind", "behind"),
    ]  # fmt: skip
    discard(parked=parked[0].id, reason="typed wrongly", by="hr:ann", clock=SYSTEM_CLOCK)
    carried()
    assert [row["hours"] for row in world.received()] == [20, 21, 30, 31]
    assert [one.state for one in parked.all()] == ["discarded", "delivered", "delivered"]


def test_a_released_message_goes_before_what_waits_behind_it(world: World) -> None:
    world.remake(world.columns.replace("hours integer", "hours integer CHECK (hours < 50)"))
    world.send(world.message("1", hours=55), world.message("1", hours=10))
    carried()
    assert world.received() == []
    # The receiver mends its table.
    world.remake(world.columns.replace(" CHECK (hours < 50)", ""))
    first = Parked.objects.order_by("position")[0]
    assert release(parked=first.id, reason="mended", by="hr:ann", clock=SYSTEM_CLOCK) == 2
    world.send(world.message("1", hours=11))
    carried()
    assert [row["hours"] for row in world.received()] == [55, 10, 11]
    assert not Parked.objects.exclude(state="delivered").exists()


def test_a_route_of_one_case_carries_only_its_messages(world: World) -> None:
    Route.objects.update(population="case:move-7")
    world.send(world.message("1"), world.message("2", correlation="move-7"), world.message("3"))
    assert carried() == 3
    assert [row["staff_number"] for row in world.received()] == ["2"]
    assert Cursor.objects.get().position == Message.objects.latest("position").position


def test_a_population_that_nobody_knows_stops_the_route(world: World) -> None:
    Route.objects.update(population="our friends")
    world.send(world.message("1"))
    carried()
    assert world.received() == []
    assert "own people" in Cursor.objects.get().blocked


def test_a_route_of_own_people_follows_the_person_not_the_number(world: World) -> None:
    """Mole is known to the mill and, under another number, works at the weir on loan."""
    enrol_bodies("mill", "weir")
    for code, key in ((world.sender, "mill"), (world.receiver, "weir")):
        System.objects.filter(code=code).update(employer=ids_by_key()[key])
    load({"mill/2026-08-31-hr.csv": sheet(MOLE, VOLE)})
    elsewhere = changed(MOLE, Start_date="07/09/2026", Contract="Loan in").replace("M/1", "W/9")
    load({"weir/2026-09-30-hr.csv": sheet(elsewhere)})
    Route.objects.filter(receiver__code=world.receiver).update(population="own people")
    world.send(world.message("M/1"), world.message("M/2"), world.message("M/99"))
    carried()
    assert [row["staff_number"] for row in world.received()] == ["M/1"]
