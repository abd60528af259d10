"""Corrections: to the source by message where a route leads, to HR where none does, and closed by
the source's own next word."""

import datetime as dt
import uuid
from pathlib import Path

import pytest

from muster.hub.messages.acceptance import accept
from muster.hub.messages.envelope import Envelope, source_of, write_message
from muster.hub.models import Agreement, System
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.register.employers.sending import draft_shipped
from muster.register.people.models import Assignment, Identifier, PersonName
from muster.register.told import correcting, queries, shipped
from muster.register.told.models import Correction
from muster.register.told.shipped import CORRECTION_ANSWERED, CORRECTION_REQUESTED
from tests.integration.test_people_feeds import MOLE, changed, send
from tests.integration.told_world import ToldWorld, stranger

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> ToldWorld:
    return ToldWorld(tmp_path).build()


def name_fact() -> uuid.UUID:
    return PersonName.objects.get(recorded_to__isnull=True).id


def ask(
    world: ToldWorld, field: str = "surname", should_be: str = "Vole", **more: str
) -> uuid.UUID:
    return correcting.ask_correction(
        person=world.mole, fact=uuid.UUID(more["fact"]) if "fact" in more else name_fact(),
        field=field, should_be=should_be, evidence="Marriage certificate", by="persona:mole",
        clock=world.clock,
    )  # fmt: skip


def asked_just_now() -> None:
    """Feeds are recorded by the machine's clock, so requests they may answer are asked by it."""
    Correction.objects.update(asked_at=SYSTEM_CLOCK.now())


def view(world: ToldWorld, request: uuid.UUID) -> queries.CorrectionView:
    return queries.correction(request, person=world.mole, clock=world.clock)


def test_without_a_way_back_it_waits_for_the_employers_hr(world: ToldWorld) -> None:
    request = ask(world)
    shown = view(world, request)
    assert (shown.state, shown.by_message, shown.promised) == (
        "queued", False, dt.date(2026, 12, 23),
    )  # fmt: skip
    [waiting] = queries.corrections_to_answer(world.employer("mill"), clock=world.clock)
    assert (waiting.id, waiting.staff_number, waiting.should_be) == (request, "M/1", "Vole")
    assert queries.corrections_to_answer(world.employer("weir"), clock=world.clock) == ()


def test_the_belief_stays_and_the_fact_is_disputed(world: ToldWorld) -> None:
    fact = name_fact()
    ask(world)
    assert PersonName.objects.get(id=fact).recorded_to is None
    assert queries.disputed(world.mole) == {fact: (("surname", world.clock.now()),)}
    assert queries.disputed(stranger()) == {}


def test_it_goes_to_the_source_by_message_and_its_answer_comes_back(world: ToldWorld) -> None:
    target = world.agree(CORRECTION_REQUESTED, receiver="hr:mill")
    request = ask(world)
    assert view(world, request).state == "sent"
    world.carry()
    [row] = world.rows(target, CORRECTION_REQUESTED)
    assert (row["request"], row["staff_number"], row["field"], row["should_be"]) == (
        str(request), "M/1", "surname", "Vole",
    )  # fmt: skip
    assert queries.corrections_to_answer(world.employer("mill"), clock=world.clock) == ()
    answer(world, request, "refused", reason="The certificate was not shown")
    assert correcting.take_answers(clock=world.clock) == 1
    assert correcting.take_answers(clock=world.clock) == 0
    shown = view(world, request)
    assert (shown.state, shown.reason) == ("refused", "The certificate was not shown")
    assert queries.disputed(world.mole) == {}


def answer(world: ToldWorld, request: uuid.UUID, outcome: str, *, system: str = "hr:mill",
           number: int = 1, **said: str) -> None:  # fmt: skip
    """Let a system answer a request by message."""
    Agreement.objects.get_or_create(
        code=f"answers-{system}".replace(":", "-"),
        defaults={
            "title": "a", "contract": CORRECTION_ANSWERED, "receiver": "self-service:mill",
            "sender": System.objects.get(code=system), "fields": ["request", "outcome", "reason"],
            "purpose": "p", "lawful_basis": "l", "retention": "r", "starts": dt.date(2020, 1, 1),
        },
    )  # fmt: skip
    envelope = Envelope(
        id=f"{request}-{number}", source=source_of(system), type=CORRECTION_ANSWERED,
        subject=f"correction:{system}:{request}", correlation=str(request),
    )  # fmt: skip
    data = {"request": str(request), "outcome": outcome, **said}
    [taken] = accept([write_message(envelope, data)], system=system, clock=world.clock)
    assert taken.outcome == "accepted", taken.said


def test_only_the_system_that_was_asked_answers(world: ToldWorld) -> None:
    world.agree(CORRECTION_REQUESTED, receiver="hr:mill")
    request = ask(world)
    answer(world, request, "refused", system="hr:weir", reason="No")
    assert correcting.take_answers(clock=world.clock) == 0
    assert view(world, request).state == "sent"


def test_a_source_may_promise_an_earlier_day(world: ToldWorld) -> None:
    world.agree(CORRECTION_REQUESTED, receiver="hr:mill")
    request = ask(world)
    answer(world, request, "promised", promised="2026-12-01")
    correcting.take_answers(clock=world.clock)
    assert view(world, request).promised == dt.date(2026, 12, 1)


def test_the_sources_next_word_closes_the_request(world: ToldWorld) -> None:
    request = ask(world)
    asked_just_now()
    assert correcting.notice_corrected(clock=world.clock) == 0
    send("09-30", changed(MOLE, Email="mole@mill.example"))
    assert correcting.notice_corrected(clock=world.clock) == 0, "it said the same again"
    send("10-31", changed(MOLE, Name="Martha VOLE"))
    assert correcting.notice_corrected(clock=world.clock) == 1
    assert view(world, request).state == "corrected"
    assert queries.disputed(world.mole) == {}


@pytest.mark.parametrize(
    ("model", "field", "should_be", "column", "says"),
    [
        (Assignment, "grade", "SEO", "Grade", "SEO"),
        (Assignment, "fte", "0.5", "FTE", "0.5"),
        (Identifier, "birth_date", "2 March 1980", "DOB", "02/03/1980"),
    ],
)
def test_other_facts_are_put_right_likewise(
    world: ToldWorld, model: type[Assignment], field: str, should_be: str, column: str, says: str
) -> None:
    only = {"kind": field} if model is Identifier else {}
    fact = model.objects.filter(recorded_to__isnull=True, **only)
    request = ask(world, field, should_be, fact=str(fact.get().id))
    asked_just_now()
    send("09-30", changed(MOLE, **{column: says}))
    assert correcting.notice_corrected(clock=world.clock) == 1
    assert view(world, request).state == "corrected"


def test_hr_answers_once_with_a_reason_and_only_its_own(world: ToldWorld) -> None:
    request = ask(world)

    def says(outcome: str, reason: str, employer: str = "mill") -> None:
        correcting.answer_correction(
            request=request, outcome=outcome, reason=reason, by="hr:ann",  # type: ignore[arg-type]
            employer=world.employer(employer), clock=world.clock,
        )  # fmt: skip

    with pytest.raises(NotFound):
        says("accepted", "", "weir")
    with pytest.raises(BadInput, match="reason"):
        says("refused", " ")
    says("accepted", "")
    with pytest.raises(Conflict):
        says("refused", "Changed my mind")
    assert view(world, request).state == "accepted"
    assert queries.disputed(world.mole), "it is accepted, and not yet put right"


@pytest.mark.parametrize(
    ("field", "should_be", "where"),
    [
        ("surname", "", "should_be"),
        ("surname", "MOLE", "should_be"),
        ("surname", "x" * 301, "should_be"),
        ("surname", "a\x07b", "should_be"),
    ],
)
def test_what_cannot_be_asked_is_said(
    world: ToldWorld, field: str, should_be: str, where: str
) -> None:
    with pytest.raises(BadInput, match=where):
        ask(world, field, should_be)


def test_nobody_disputes_what_is_not_theirs_or_what_is_no_field(world: ToldWorld) -> None:
    with pytest.raises(NotFound):
        correcting.ask_correction(person=stranger(), fact=name_fact(), field="surname",
                                  should_be="X", by="t", clock=world.clock)  # fmt: skip
    with pytest.raises(NotFound):
        ask(world, "searched", "X")


def test_the_same_is_asked_once_until_it_is_answered(world: ToldWorld) -> None:
    first = ask(world)
    with pytest.raises(Conflict):
        ask(world, should_be="Toad")
    correcting.withdraw_correction(request=first, person=world.mole, by="t", clock=world.clock)
    ask(world, should_be="Toad")


def test_an_answer_that_is_late_is_called_in_once(world: ToldWorld) -> None:
    request = ask(world)
    world.later(days=30)
    assert correcting.remind_overdue(clock=world.clock) == 0
    world.later(days=1)
    assert correcting.remind_overdue(clock=world.clock) == 1
    assert correcting.remind_overdue(clock=world.clock) == 0
    assert view(world, request).overdue


def test_what_a_system_does_not_answer_in_time_is_hrs_to_answer(world: ToldWorld) -> None:
    world.agree(CORRECTION_REQUESTED, receiver="hr:mill")
    request = ask(world)
    world.later(days=31)
    correcting.remind_overdue(clock=world.clock)
    [waiting] = queries.corrections_to_answer(world.employer("mill"), clock=world.clock)
    assert (waiting.id, waiting.overdue) == (request, True)
    correcting.answer_correction(
        request=request, outcome="accepted", reason="", by="hr:ann",
        employer=world.employer("mill"), clock=world.clock,
    )  # fmt: skip
    assert view(world, request).state == "accepted"


def test_a_route_whose_agreement_ended_is_no_way_back(world: ToldWorld) -> None:
    world.agree(CORRECTION_REQUESTED, receiver="hr:mill")
    Agreement.objects.filter(contract=CORRECTION_REQUESTED).update(ends=dt.date(2026, 1, 1))
    assert view(world, ask(world)).state == "queued"


def test_the_contracts_are_put_in_force_once(world: ToldWorld) -> None:
    assert draft_shipped(shipped._FOLDER, by="t", clock=world.clock) == ()
