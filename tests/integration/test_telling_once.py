"""A change told once: it is believed, goes to every system under its agreement, and shows where."""

import datetime as dt
import uuid
from pathlib import Path

import pytest

from muster.hub.models import Agreement, Message
from muster.kernel.errors import BadInput
from muster.ledger.current import ledger
from muster.register.people.queries import person_of
from muster.register.told import actions, queries, shipped
from muster.register.told.models import Notice, Sending, ToldFact
from muster.register.told.notices import WrittenNotice, written_to
from muster.register.told.shipped import PERSON_CHANGED
from tests.integration.test_people_feeds import MOLE, VOLE, changed, send
from tests.integration.told_world import HOME, NOW, ToldWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> ToldWorld:
    return ToldWorld(tmp_path).build()


def tell_home(world: ToldWorld, **said: str) -> uuid.UUID:
    return actions.tell(
        person=world.mole, kind="address", said={**HOME, **said},
        valid_from=dt.date(2026, 12, 1), by="persona:mole", clock=world.clock,
    )  # fmt: skip


def test_an_address_reaches_the_payroll_and_the_page_says_which_systems_have_it(
    world: ToldWorld,
) -> None:
    target = world.agree(PERSON_CHANGED)
    change = tell_home(world)
    before = {one.system: one for one in queries.reached(change)}
    assert before["payroll:mill"].state == "sent"
    assert before["hr:mill"].state == "not told"
    assert before["hr:mill"].because
    assert world.carry() == 1
    assert world.rows(target, PERSON_CHANGED) == [
        {"staff_number": "M/1", "about": "address", "holds_from": "2026-12-01",
         "line_1": "1 Mill Lane", "town": "York", "postcode": "YO1 7HH"}
    ]  # fmt: skip
    after = {one.system: one for one in queries.reached(change)}
    assert after["payroll:mill"].state in ("delivered", "acknowledged")
    assert after["payroll:mill"].at is not None
    assert queries.held(world.mole)["address"].said["postcode"] == "YO1 7HH"


def test_a_receiver_gets_only_the_fields_of_its_agreement(world: ToldWorld) -> None:
    target = world.agree(PERSON_CHANGED, without=("line_1", "postcode"))
    tell_home(world)
    world.carry()
    [row] = world.rows(target, PERSON_CHANGED)
    assert "line_1" not in row
    assert "postcode" not in row
    assert row["town"] == "York"


def test_without_an_agreement_nothing_is_handed_in_and_the_reason_is_shown(
    world: ToldWorld,
) -> None:
    change = tell_home(world)
    assert not Message.objects.filter(contract=PERSON_CHANGED).exists()
    [shown] = queries.reached(change)
    assert (shown.system, shown.state) == ("hr:mill", "not told")
    assert "agreement" in shown.because


def test_an_agreement_that_comes_later_lets_the_change_go_once(world: ToldWorld) -> None:
    tell_home(world)
    target = world.agree(PERSON_CHANGED)
    assert actions.tell_whom_not_told(clock=world.clock) == 0, "it was tried just now"
    world.later(hours=1, seconds=1)
    assert actions.tell_whom_not_told(clock=world.clock) == 1
    assert actions.tell_whom_not_told(clock=world.clock) == 0
    world.carry()
    assert len(world.rows(target, PERSON_CHANGED)) == 1


def test_an_employer_that_joins_later_is_told(world: ToldWorld) -> None:
    world.agree(PERSON_CHANGED)
    tell_home(world)
    send("09-30", changed(MOLE, Leaving_date="30/11/2026"))
    send("10-31", changed(MOLE, Staff_no="W/7", Start_date="01/12/2026"), body="weir")
    assert person_of("hr:weir", "W/7") == world.mole
    shipped.open_self_service(world.employer("weir"), by="test")
    target = world.agree(
        PERSON_CHANGED, sender="self-service:weir", receiver="payroll:weir", owner="weir"
    )
    assert actions.tell_whom_not_told(clock=world.clock) == 1
    world.carry()
    assert [row["staff_number"] for row in world.rows(target, PERSON_CHANGED)] == ["W/7"]
    assert {one.employer.title for one in Sending.objects.all()} == {"Mill", "Weir"}


def test_a_suspended_agreement_is_the_reason_that_is_shown(world: ToldWorld) -> None:
    world.agree(PERSON_CHANGED)
    Agreement.objects.filter(contract=PERSON_CHANGED).update(suspended_at=NOW)
    change = tell_home(world)
    assert {one.state for one in queries.reached(change)} == {"not told"}
    assert all("suspended" in one.because for one in queries.reached(change))


def test_what_is_wrong_leaves_nothing_behind(world: ToldWorld) -> None:
    world.agree(PERSON_CHANGED)
    with pytest.raises(BadInput, match="postcode"):
        tell_home(world, postcode="NOWHERE")
    assert not ToldFact.objects.exists()
    assert not Message.objects.filter(contract=PERSON_CHANGED).exists()


def test_values_are_kept_encrypted_and_named_in_no_entry_of_the_decisions(
    world: ToldWorld,
) -> None:
    tell_home(world)
    assert "Mill Lane" not in str(list(ToldFact.objects.values()))
    entries = ledger().read("decisions", 0, 1000)
    said = b"".join(one.body or b"" for one in entries)
    assert b"change.told" in b"".join(one.type.encode() for one in entries)
    assert b"Mill Lane" not in said
    assert b"YO1" not in said


def test_history_shows_what_held_when_and_what_was_believed_before(world: ToldWorld) -> None:
    tell_home(world)
    world.later(days=10)
    tell_home(world, line_1="2 Weir Road")
    shown = [(one.said["line_1"], one.recorded_to is None) for one in queries.history(world.mole)]
    assert shown == [("1 Mill Lane", False), ("2 Weir Road", True)]
    actions.tell(person=world.mole, kind="address", said={**HOME, "line_1": "3 Lock Row"},
                 valid_from=dt.date(2027, 2, 1), by="t", clock=world.clock)  # fmt: skip
    believed = [one for one in queries.history(world.mole) if one.recorded_to is None]
    assert [(one.said["line_1"], one.valid_from, one.valid_to) for one in believed] == [
        ("2 Weir Road", dt.date(2026, 12, 1), dt.date(2027, 2, 1)),
        ("3 Lock Row", dt.date(2027, 2, 1), None),
    ]


def test_whoever_changes_the_contacts_is_seen_by_the_one_that_was_replaced(
    world: ToldWorld,
) -> None:
    for address in ("old@home.example", "new@home.example"):
        actions.tell(person=world.mole, kind="contact", said={"personal_email": address},
                     by="t", clock=world.clock)  # fmt: skip
        world.later(minutes=1)
    told = {one.to for one in _outbox(world) if "contact details were changed" in one.text}
    assert told == {"mole@mill.example", "old@home.example"}


def _outbox(world: ToldWorld) -> tuple[WrittenNotice, ...]:
    assert Notice.objects.exists()
    return written_to(world.mole)


def test_two_people_of_one_employer_are_told_apart(world: ToldWorld) -> None:
    send("09-30", changed(MOLE, Email="mole@mill.example"), VOLE)
    target = world.agree(PERSON_CHANGED)
    tell_home(world)
    world.carry()
    assert [row["staff_number"] for row in world.rows(target, PERSON_CHANGED)] == ["M/1"]
