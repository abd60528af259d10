"""Files that no room of the register receives: in by a layout, checked, held back, carried on."""

from pathlib import Path

import pytest

from muster.hub.actions import release
from muster.hub.approval import approve, feeds_to_decide
from muster.hub.contract_registry import retire_revision
from muster.hub.forwarding.doors import open_door
from muster.hub.forwarding.letting_go import tell_again
from muster.hub.models import Agreement, Forward, LandingState, QuarantinedRow, Route
from muster.hub.reading import read
from muster.hub.saved_layouts import received_contracts
from muster.hub.suggesting.ways import ways_of
from muster.hub.suggesting.words import expected_of
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, NotFound
from tests.integration.carried_files import (
    BUILDING,
    DECIDES,
    RECEIVER,
    SENDER,
    SENT,
    building_world,
    carried,
    corrected,
    held,
    sent,
    standing,
)
from tests.integration.hub_world import World

pytestmark = pytest.mark.django_db
MANY = {f"B{number}": number for number in range(1, 41)}


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    return building_world(tmp_path)


def test_a_file_of_an_accepted_contract_comes_in_and_goes_on(world: World) -> None:
    landing = sent("08-31", {"B1": 10, "B2": 20})
    assert (landing.state, landing.accepted) == (LandingState.ACCEPTED, 2)
    carried()
    assert held(world) == {"B1": 10, "B2": 20}
    assert world.received()[0] == {
        "code": "B1", "name": "House B1", "desks": 10, "opened": "2001-02-03",
    }  # fmt: skip
    sent("09-30", {"B1": 11, "B2": 20})
    carried()
    assert held(world) == {"B1": 11, "B2": 20}
    assert [one.sent for one in Forward.objects.order_by("number")] == [2, 1]


def test_the_workbench_offers_the_contract(world: World) -> None:
    contract = received_contracts()[BUILDING]
    assert contract.title == "A building"
    desks = contract.field("desks")
    assert list(ways_of(desks, expected_of(BUILDING, "desks", desks.title))) == ["whole"]


def test_rows_that_break_the_contract_wait_and_go_on_once_corrected(world: World) -> None:
    landing = sent("08-31", {"B1": 10, "B2": "many", "house": 3, "B4": 10_000})
    carried()
    assert held(world) == {"B1": 10}
    causes = QuarantinedRow.objects.order_by("row").values_list("row", "field")
    assert list(causes) == [(3, "Desks"), (4, "Code"), (5, "Desks")]
    corrected(landing, 5, 100)
    carried()
    assert held(world) == {"B1": 10, "B4": 100}


def test_a_record_that_stands_twice_waits_with_its_second_row(world: World) -> None:
    landing = sent("08-31", {"B1": 10, "B2": 5, " B1": 12})
    assert landing.quarantined == 1
    [waiting] = QuarantinedRow.objects.all()
    assert (waiting.row, waiting.field) == (4, "Code")
    carried()
    assert held(world) == {"B1": 10, "B2": 5}


@pytest.mark.parametrize("many", [0, 20])
def test_an_empty_file_or_one_that_drops_half_is_held_for_its_approver(
    world: World, many: int
) -> None:
    sent("08-31", MANY)
    carried()
    landing = sent("09-30", dict(list(MANY.items())[:many]))
    assert (landing.state, landing.waits_for) == (LandingState.HELD, "approval")
    assert f"It would end {40 - many} of the 40 records it covers." in landing.said
    assert [one.id for one in feeds_to_decide()] == [landing.id]
    carried()
    assert held(world) == MANY
    approve(landing=landing.id, reason="half was sold", by=DECIDES, read=read, clock=SYSTEM_CLOCK)
    carried()
    sent("10-31", {**dict(list(MANY.items())[:many]), "B99": 1})
    carried()
    assert held(world) == {**MANY, "B99": 1}
    assert [one.gone for one in Forward.objects.order_by("number")] == [0, 40 - many, 0]
    assert not Forward.objects.exclude(held="").exists()


def test_one_that_changes_most_is_held_and_a_few_changes_are_not(world: World) -> None:
    sent("08-31", MANY)
    carried()
    assert sent("09-30", {**MANY, **{f"B{n}": 500 for n in range(1, 11)}}).state == "accepted"
    carried()
    landing = sent("10-31", dict.fromkeys(MANY, 700))
    assert "change 40 of 40 rows" in landing.said


def test_a_file_in_whose_quarantine_the_others_wait_drops_nobody(world: World) -> None:
    sent("08-31", MANY)
    carried()
    landing = sent("09-30", {code: many if many < 21 else "?" for code, many in MANY.items()})
    assert (landing.state, landing.quarantined) == (LandingState.ACCEPTED, 20)


def test_a_later_file_for_the_day_takes_the_place_and_a_withdrawal_gives_it_back(
    world: World,
) -> None:
    sent("08-31", {"B1": 10, "B2": 20}, name="first")
    carried()
    second = sent("08-31", {"B1": 11, "B2": 20}, name="second")
    carried()
    assert standing() == {"memory/second-2026-08-31.csv"}
    assert held(world) == {"B1": 11, "B2": 20}
    withdraw(landing=second.id, reason="wrong", by=SENT, clock=SYSTEM_CLOCK)
    assert standing() == {"memory/first-2026-08-31.csv"}
    carried()
    assert held(world) == {"B1": 10, "B2": 20}
    carried()
    assert Forward.objects.count() == 3


def test_after_a_withdrawal_the_file_of_the_month_before_counts_again(world: World) -> None:
    sent("08-31", {"B1": 10})
    carried()
    wrong = sent("09-30", {"B1": 11})
    carried()
    withdraw(landing=wrong.id, reason="wrong", by=SENT, clock=SYSTEM_CLOCK)
    carried()
    assert held(world) == {"B1": 10}


def test_a_withdrawn_list_of_changes_is_undone_where_others_said_something(world: World) -> None:
    sent("08-31", {"B1": 10, "B2": 20})
    wrong = sent("09-01", {"B1": 99}, changes=True)
    sent("09-02", {"B2": 22}, changes=True)
    carried()
    assert held(world) == {"B1": 99, "B2": 22}
    withdraw(landing=wrong.id, reason="wrong", by=SENT, clock=SYSTEM_CLOCK)
    carried()
    assert held(world) == {"B1": 10, "B2": 22}


def test_what_is_released_late_does_not_undo_what_came_after(world: World) -> None:
    sent("08-31", {"B1": 10, "B2": 20})
    early = sent("09-01", {"B1": 11, "B2": "?"}, changes=True)
    sent("09-02", {"B1": 12}, changes=True)
    carried()
    corrected(early, 3, 21)
    carried()
    assert held(world) == {"B1": 12, "B2": 21}


def test_a_receiver_that_lost_everything_is_told_again(world: World) -> None:
    sent("08-31", {"B1": 10, "B2": 20})
    carried()
    world.remake(world.columns)
    tell_again(route=f"to-{RECEIVER}", reason="its disk", by=DECIDES, clock=SYSTEM_CLOCK)
    carried()
    assert held(world) == {"B1": 10, "B2": 20}
    carried()
    assert Forward.objects.count() == 2


def test_where_nobody_may_have_it_the_file_is_refused_at_the_door(world: World) -> None:
    Agreement.objects.update(ends="2021-01-01")
    landing = sent("08-31", {"B1": 10})
    assert landing.state == LandingState.REFUSED
    assert "ended" in landing.said


def test_a_contract_that_was_retired_brings_no_files_and_keeps_its_landings(world: World) -> None:
    earlier = sent("08-31", {"B1": 10})
    Route.objects.filter(receiver__isnull=False).update(enabled=False)
    retire_revision(BUILDING, 1, by=DECIDES, reason="over", clock=SYSTEM_CLOCK)
    landing = sent("09-30", {"B1": 10})
    assert landing.state == LandingState.REFUSED
    assert "not in force" in landing.said
    assert release([earlier.id], read, by=SENT, clock=SYSTEM_CLOCK) == 0


def test_a_door_is_opened_once_and_for_what_no_room_receives(world: World) -> None:
    with pytest.raises(Conflict):
        open_door(code="again", contract=BUILDING, sender=SENDER, by=DECIDES)
    for contract in ("muster.people.hr_record.v1", "muster.nothing.is.so.v1"):
        with pytest.raises(NotFound):
            open_door(code="other", contract=contract, sender=SENDER, by=DECIDES)
