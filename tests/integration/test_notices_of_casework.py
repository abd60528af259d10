"""Notices of casework: each told once, by the way they chose, and only of what still waits."""

import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.db import transaction

from muster.casework import versions
from muster.casework.drafting import save_draft
from muster.casework.models import Task
from muster.casework.notifying import sending
from muster.casework.notifying.actions import About, To, notify
from muster.casework.notifying.choosing import choice_of, choose, choose_least, mark_of
from muster.casework.notifying.colleagues import set_team_address, team
from muster.casework.notifying.digests import make_digests
from muster.casework.notifying.listening import about, deadlines_moved, due_now, escalate, tell
from muster.casework.notifying.models import Chosen, Colleague, Draft, Notice
from muster.casework.notifying.naming import title_of
from muster.casework.notifying.sending import note_receipts, send_waiting
from muster.casework.ports import CaseContext, Moved
from muster.kernel.errors import BadInput, NotFound
from tests.integration.cases_world import Visits
from tests.integration.inbox_world import HR, MOLE, NOW, RAT, InboxWorld, fake, sent
from tests.integration.told_world import ToldWorld

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]


@pytest.fixture
def world() -> InboxWorld:
    return InboxWorld().staffed()


@pytest.fixture
def mole(tmp_path: Path, fresh_home: Path) -> tuple[InboxWorld, uuid.UUID]:
    """Mole as the register knows him, with a work email."""
    told = ToldWorld(tmp_path).build()
    world = InboxWorld()
    world.seen(MOLE, "Mole", world.mill, person=told.mole)
    return world, told.mole


def states() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("written_at", "id").values_list("kind", "state"))


def given(world: InboxWorld, *tasks: Task) -> None:
    for task in tasks:
        tell(Moved(task.case_id, task.process, world.clock.now(), (task.id,)), world.clock)


def test_a_persons_task_is_told_to_their_work_email_and_names_nobody(
    mole: tuple[InboxWorld, uuid.UUID],
) -> None:
    world, person = mole
    task = world.task(person=person)
    given(world, task)
    given(world, task)
    service = fake()
    assert send_waiting(service, clock=world.clock) == 1
    assert send_waiting(service, clock=world.clock) == 0
    assert sent(service) == [("email", "task_given", "mole@mill.example")]
    [(_name, parcel)] = service.service.sent.values()
    assert parcel.fill["task"] == task.title
    assert parcel.fill["due"] == "3 December 2026"
    assert not {"mole", str(person)} & {word.lower() for word in str(parcel.fill).split("/")}
    assert "mole" not in str(parcel.fill).lower()


def test_nothing_is_told_of_what_did_not_happen(world: InboxWorld) -> None:
    task = world.task()
    with pytest.raises(RuntimeError), transaction.atomic():
        given(world, task)
        raise RuntimeError
    assert states() == []


def test_a_team_is_told_person_by_person_and_gathered_for_the_morning(world: InboxWorld) -> None:
    given(world, world.task(), world.task())
    assert {one.holder for one in Notice.objects.all()} == {MOLE, RAT}
    assert {state for _kind, state in states()} == {"gathering"}
    assert make_digests(clock=world.clock) == 0, "their morning has not come"
    world.later(days=1)
    assert make_digests(clock=world.clock) == 2
    assert make_digests(clock=world.clock) == 0
    assert Notice.objects.filter(kind="digest", state="waiting").count() == 2
    lines = Notice.objects.filter(kind="digest", holder=MOLE).get().fill["lines"]
    assert lines.count("* New for your team: Agree the date") == 2


def test_a_digest_leaves_out_what_was_done_and_is_not_made_of_nothing(world: InboxWorld) -> None:
    first, last = world.task(), world.task()
    given(world, first, last)
    world.done(first, MOLE)
    world.later(days=1)
    make_digests(clock=world.clock)
    for digest in Notice.objects.filter(kind="digest"):
        assert first.title not in digest.fill["lines"]
        assert last.title in digest.fill["lines"]
    alone = world.task()
    given(world, alone)
    world.done(alone, RAT)
    world.later(days=1)
    assert make_digests(clock=world.clock) == 0


def test_a_team_without_anybody_waits_for_a_shared_mailbox(world: InboxWorld) -> None:
    task = world.task(role="payroll lead")
    given(world, task)
    service = fake()
    assert send_waiting(service, clock=world.clock) == 0
    [one] = Notice.objects.all()
    assert (one.state, one.attempts) == ("waiting", 1)
    assert "no shared mailbox" in one.said
    set_team_address(employer=world.mill, role="payroll lead", email="pay@mill.example",
                     by=MOLE, clock=world.clock)  # fmt: skip
    world.later(minutes=1)
    assert send_waiting(service, clock=world.clock) == 1
    assert sent(service) == [("email", "team_task", "pay@mill.example")]


@pytest.mark.parametrize("wrong", ["mill", "a b@mill.example", "@mill.example", "pay@mill"])
def test_a_shared_mailbox_is_an_address(world: InboxWorld, wrong: str) -> None:
    with pytest.raises(BadInput):
        set_team_address(employer=world.mill, role=HR, email=wrong, by=MOLE, clock=world.clock)


def test_a_reminder_comes_two_working_days_before_and_once(world: InboxWorld) -> None:
    task = world.task(days=4, assignee=MOLE)  # Friday
    assert due_now(clock=world.clock) == 0
    world.later(days=2)  # Wednesday
    assert due_now(clock=world.clock) == 1
    assert due_now(clock=world.clock) == 0
    assert [(one.kind, one.holder) for one in Notice.objects.all()] == [("reminder", MOLE)]
    task.due_at = world.clock.now() + dt.timedelta(days=1)
    task.save()
    assert due_now(clock=world.clock) == 1, "another deadline is another reminder"


def test_a_missed_deadline_is_called_in_with_the_whole_team_whatever_they_chose(
    world: InboxWorld,
) -> None:
    for actor in (MOLE, RAT):
        choose(actor=actor, person=None, rhythms={"team task": "never", "task given": "never"},
               way="sms", quiet=True, clock=world.clock)  # fmt: skip
    world.task(days=-1, assignee=MOLE)
    world.later(hours=12)  # at night
    assert due_now(clock=world.clock) == 1
    found = {(one.holder, one.kind, one.state, one.goes_at) for one in Notice.objects.all()}
    now = world.clock.now()
    assert found == {(who, "escalation", "waiting", now) for who in (MOLE, RAT)}


def test_what_was_done_while_a_notice_waited_is_not_told(
    mole: tuple[InboxWorld, uuid.UUID],
) -> None:
    world, person = mole
    task = world.task(person=person, days=-1)
    due_now(clock=world.clock)
    world.done(task, MOLE)
    assert send_waiting(fake(), clock=world.clock) == 0
    assert states() == [("escalation", "dropped")]


def test_a_moved_deadline_is_told_with_both_days(mole: tuple[InboxWorld, uuid.UUID]) -> None:
    world, person = mole
    task, other = world.task(person=person), world.task(person=person)
    before = {one.id: one.due_at for one in (task, other)}
    task.due_at = NOW + dt.timedelta(days=11)
    task.save()
    assert deadlines_moved(task.case_id, before, clock=world.clock) == 1
    [one] = Notice.objects.all()
    assert one.fill["due"] == "4 December 2026"
    assert one.fill["was_due"] == "3 December 2026"


def test_a_case_that_is_dated_again_tells_of_it_once(mole: tuple[InboxWorld, uuid.UUID]) -> None:
    world, person = mole
    task = world.task(person=person)
    given(world, task)
    dated = Moved(task.case_id, task.process, world.clock.now())
    tell(dated, world.clock)
    assert [kind for kind, _state in states()] == ["task given"], "it is as it was"
    task.due_at = NOW + dt.timedelta(days=11)
    task.save()
    for _twice in range(2):
        tell(dated, world.clock)
    assert [kind for kind, _state in states()] == ["task given", "deadline moved"]


def test_who_never_wants_to_hear_of_new_tasks_does_not(world: InboxWorld) -> None:
    choose(actor=MOLE, person=None, rhythms={"team task": "never"}, way="email", quiet=False,
           clock=world.clock)  # fmt: skip
    given(world, world.task())
    assert {one.holder for one in Notice.objects.all()} == {RAT}


def test_what_is_due_cannot_be_chosen_away(world: InboxWorld) -> None:
    with pytest.raises(BadInput):
        choose(actor=MOLE, person=None, rhythms={"escalation": "never"}, way="email", quiet=False,
               clock=world.clock)  # fmt: skip
    Chosen.objects.create(holder=MOLE, rhythms={"escalation": "never", "reminder": "never"},
                          changed_at=NOW)  # fmt: skip
    assert choice_of(MOLE, None).rhythm("escalation") == "at once"
    assert choice_of(MOLE, None).rhythm("reminder") == "at once"


def test_a_link_in_a_notice_reduces_what_comes_to_what_is_due(
    mole: tuple[InboxWorld, uuid.UUID],
) -> None:
    world, person = mole
    given(world, world.task(person=person))
    [one] = Notice.objects.all()
    with pytest.raises(NotFound):
        choose_least(notice=one.id, mark="0" * 32, clock=world.clock)
    with pytest.raises(NotFound):
        choose_least(notice=uuid.uuid4(), mark=mark_of(one.id), clock=world.clock)
    choose_least(notice=one.id, mark=mark_of(one.id), clock=world.clock)
    choose_least(notice=one.id, mark=mark_of(one.id), clock=world.clock)
    chosen = choice_of(MOLE, person)
    assert chosen.rhythm("task given") == "never"
    assert chosen.rhythm("escalation") == "at once"


def test_receipts_are_asked_for_and_said(mole: tuple[InboxWorld, uuid.UUID]) -> None:
    world, person = mole
    given(world, world.task(person=person), world.task(person=person))
    service = fake()
    send_waiting(service, clock=world.clock)
    [first, last] = [name for name, _parcel in service.service.sent.values()]
    service.service.became |= {first: "delivered", last: "failed"}
    assert note_receipts(service, clock=world.clock) == 2
    assert sorted(state for _kind, state in states()) == ["delivered", "failed"]


def test_without_a_service_notices_wait(world: InboxWorld) -> None:
    given(world, world.task(role="payroll lead"))
    assert sending.send_notices(clock=world.clock) == 0
    assert [state for _kind, state in states()] == ["waiting"]


def test_who_left_a_role_is_told_no_more(world: InboxWorld) -> None:
    world.seen(MOLE, "Mole", world.weir)
    assert [one.actor for one in team(world.mill, HR, now=world.clock.now())] == [RAT]
    world.later(days=91)
    assert team(world.mill, HR, now=world.clock.now()) == ()


def test_what_is_past_its_time_is_erased(world: InboxWorld) -> None:
    given(world, world.task())
    world.later(days=1)
    make_digests(clock=world.clock)
    choose(actor=MOLE, person=None, rhythms={}, way="email", quiet=True, clock=world.clock)
    world.later(days=370)
    sending.tidy(clock=world.clock)
    assert not Notice.objects.exists()
    assert Colleague.objects.count() == 3
    world.later(days=370)
    sending.tidy(clock=world.clock)
    assert not Colleague.objects.exists()
    assert not Chosen.objects.exists()


def test_somebody_must_be_named(world: InboxWorld) -> None:
    with pytest.raises(ValueError, match="a person, an actor or a team"):
        notify("task given", To(), About(), key="k", clock=world.clock)
    assert about(world.task()).process == "pretend"


def test_a_real_case_tells_each_in_turn_and_forgets_drafts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions._shipped.cache_clear()
    title_of.cache_clear()
    visits = Visits(tmp_path, monkeypatch)
    visits.seen(MOLE, "Mole", visits.mill)
    guest = f"person:{visits.guest}"
    case = visits.opened()
    invite = Task.objects.get(case=case)
    save_draft(task=invite.id, said={"note": "?"}, worker=visits.mole, clock=visits.clock)
    visits.do(case, "invite", visits.mole, coming=True)
    assert not Draft.objects.exists()
    escalate(CaseContext(case, "visit:x", MOLE, visits.clock, {}, "nudge"))
    visits.do(case, "pack", visits.visitor)
    visits.do(case, "welcome", visits.mole)
    found = Notice.objects.order_by("id").values_list("kind", "holder", "fill__task")
    assert list(found) == [
        ("team task", MOLE, "Invite the guest"),
        ("task given", guest, "Pack a bag"),
        ("escalation", guest, "Pack a bag"),
        ("team task", MOLE, "Welcome the guest"),
        ("case finished", guest, ""),
    ]
    assert set(Notice.objects.values_list("fill__process", flat=True)) == {
        "A visit", "Before the visit",
    }  # fmt: skip
    assert "Otter" not in str(list(Notice.objects.values()))
    title_of.cache_clear()
    versions._shipped.cache_clear()
