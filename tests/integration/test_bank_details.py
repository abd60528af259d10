"""Bank details: a code to a contact known before, warnings to all, a delay, and a stop from any."""

import datetime as dt
import re
import uuid
from pathlib import Path

import pytest

from muster.hub.models import Message
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.register.told import actions, queries
from muster.register.told.models import Change
from muster.register.told.notices import WrittenNotice, written_to
from muster.register.told.shipped import BANK_CHANGED
from tests.integration.test_people_feeds import MOLE, send
from tests.integration.told_world import BANK, ToldWorld, stranger

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> ToldWorld:
    return ToldWorld(tmp_path).build()


def ask(world: ToldWorld, **said: str) -> uuid.UUID:
    return actions.ask_bank_change(
        person=world.mole, said={**BANK, **said}, channel="work email", by="persona:mole",
        clock=world.clock,
    )  # fmt: skip


def outbox(world: ToldWorld, holding: str) -> list[WrittenNotice]:
    return [one for one in written_to(world.mole, limit=100) if holding in one.text]


def code_in(world: ToldWorld) -> str:
    """Return the code that was sent last."""
    found = re.search(r"\b[0-9]{6}\b", outbox(world, "is your code")[0].text)
    assert found is not None
    return found[0]


def confirm(world: ToldWorld, change: uuid.UUID, code: str = "") -> str:
    return actions.confirm_bank_change(
        change=change, person=world.mole, code=code or code_in(world), by="persona:mole",
        clock=world.clock,
    )  # fmt: skip


def wrong(world: ToldWorld) -> str:
    return f"{(int(code_in(world)) + 1) % 1_000_000:06}"


def state(change: uuid.UUID) -> str:
    return Change.objects.get(id=change).state


def test_confirmed_details_reach_the_payroll_after_the_time_to_stop_them(
    world: ToldWorld,
) -> None:
    target = world.agree(BANK_CHANGED)
    change = ask(world)
    assert confirm(world, change, f" {code_in(world)[:3]} {code_in(world)[3:]} ") == "confirmed"
    assert queries.change(change, person=world.mole).pays_from == {"Mill": dt.date(2026, 11, 30)}
    assert actions.let_due_flow(clock=world.clock) == 0
    assert not Message.objects.filter(contract=BANK_CHANGED).exists()
    world.later(days=3)
    assert actions.let_due_flow(clock=world.clock) == 0, "noon has not come"
    world.later(hours=3)
    assert actions.let_due_flow(clock=world.clock) == 1
    assert actions.let_due_flow(clock=world.clock) == 0
    world.carry()
    assert world.rows(target, BANK_CHANGED) == [
        {"staff_number": "M/1", "account_holder": "M Mole", "sort_code": "123456",
         "account_number": "01234567", "first_payday": "2026-11-30"}
    ]  # fmt: skip
    assert queries.held(world.mole)["bank"].valid_from == dt.date(2026, 11, 30)


def test_each_employer_counts_from_its_own_payday(world: ToldWorld) -> None:
    actions.set_payday(employer=world.employer("mill"), day=15, notice=8, by="t")
    change = ask(world)
    confirm(world, change)
    assert queries.change(change, person=world.mole).pays_from == {"Mill": dt.date(2026, 12, 15)}


def test_details_that_go_out_late_count_from_a_payday_that_payroll_can_still_make(
    world: ToldWorld,
) -> None:
    world.agree(BANK_CHANGED)
    change = ask(world)
    confirm(world, change)
    world.later(days=20)
    actions.let_due_flow(clock=world.clock)
    assert queries.held(world.mole)["bank"].valid_from == dt.date(2026, 12, 31)


def test_a_wrong_code_is_counted_and_the_fifth_locks_for_good(world: ToldWorld) -> None:
    change, guess = ask(world), wrong(world)
    assert [confirm(world, change, guess) for _ in range(5)] == ["wrong"] * 4 + ["locked"]
    assert confirm(world, change) == "not waiting"
    assert state(change) == "locked"
    assert Change.objects.get(id=change).sealed == ""


def test_so_many_a_day_that_guessing_is_hopeless(world: ToldWorld) -> None:
    for _ in range(3):
        change, guess = ask(world), wrong(world)
        for _ in range(5):
            confirm(world, change, guess)
    with pytest.raises(Conflict, match="too often"):
        ask(world)
    world.later(days=1, minutes=1)
    ask(world)


def test_a_code_holds_for_a_quarter_of_an_hour(world: ToldWorld) -> None:
    change = ask(world)
    world.later(minutes=15)
    assert confirm(world, change) == "expired"
    assert state(change) == "expired"


def test_the_code_of_one_change_confirms_no_other(world: ToldWorld) -> None:
    first = ask(world)
    code = code_in(world)
    second = ask(world, sort_code="65-43-21")
    assert state(first) == "expired"
    if code != code_in(world):
        assert confirm(world, second, code) == "wrong"
    with pytest.raises(NotFound):
        actions.confirm_bank_change(
            change=second, person=stranger(), code=code_in(world), by="x", clock=world.clock
        )


def test_neither_code_nor_account_is_readable_in_the_database(world: ToldWorld) -> None:
    change = ask(world)
    row = str(Change.objects.filter(id=change).values().get())
    assert code_in(world) not in row.replace(str(change), "")
    assert "01234567" not in row


def test_a_contact_that_was_just_changed_confirms_nothing(world: ToldWorld) -> None:
    actions.tell(person=world.mole, kind="contact", said={"personal_email": "new@home.example"},
                 by="t", clock=world.clock)  # fmt: skip
    said = {"person": world.mole, "said": BANK, "by": "t", "clock": world.clock}
    with pytest.raises(BadInput, match="channel"):
        actions.ask_bank_change(channel="personal email", **said)  # type: ignore[arg-type]
    world.later(days=14)
    actions.ask_bank_change(channel="personal email", **said)  # type: ignore[arg-type]
    assert outbox(world, "is your code")[0].to == "new@home.example"


def test_every_known_contact_is_warned_the_replaced_one_too_and_can_stop_it(
    world: ToldWorld,
) -> None:
    for email in ("old@home.example", "new@home.example"):
        said = {"personal_email": email, "personal_phone": "07700900123"}
        actions.tell(person=world.mole, kind="contact", said=said, by="t", clock=world.clock)
        world.later(days=1)
    change = ask(world)
    confirm(world, change)
    warned = outbox(world, "choose “Stop")
    assert {one.to for one in warned} == {
        "mole@mill.example", "old@home.example", "new@home.example", "07700900123",
    }  # fmt: skip
    code = re.search(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", warned[0].text)
    assert code is not None
    assert not actions.stop_by_code(code="AAAA-AAAA-AAAA-AAAA", clock=world.clock)
    assert actions.stop_by_code(code=code[0].lower(), clock=world.clock)
    assert not actions.stop_by_code(code=code[0], clock=world.clock)
    world.later(days=30)
    assert actions.let_due_flow(clock=world.clock) == 0
    assert state(change) == "stopped"
    assert not Message.objects.filter(contract=BANK_CHANGED).exists()
    assert len(outbox(world, "was stopped")) == 4


def test_what_went_out_cannot_be_stopped_and_a_waiting_one_stands_in_the_way(
    world: ToldWorld,
) -> None:
    change = ask(world)
    confirm(world, change)
    with pytest.raises(Conflict, match="waits already"):
        ask(world)
    world.later(days=4)
    actions.let_due_flow(clock=world.clock)
    with pytest.raises(Conflict, match="no longer"):
        actions.stop_bank_change(change=change, person=world.mole, by="t", clock=world.clock)
    ask(world)


def test_whoever_has_left_is_told_of_at_no_employer(world: ToldWorld) -> None:
    change = ask(world)
    confirm(world, change)
    left = MOLE.replace("02/09/2019|", "02/09/2019|31/10/2026", 1)
    send("10-31", left)
    world.later(days=4)
    actions.let_due_flow(clock=world.clock)
    assert queries.reached(change) == ()
