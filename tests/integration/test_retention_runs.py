"""A run from preview to certificate: four eyes, holds, crashes, and what is certified."""

import datetime as dt
import json
import uuid

import pytest
from django.apps import apps

from muster.gates.access import Actor
from muster.gates.looks import looks_at, note_look
from muster.gates.models import Look
from muster.hub.models import Agreement, Landing, Message, System
from muster.hub.queries import exact_bytes
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock, SystemClock
from muster.kernel.errors import BadInput, Conflict, MusterError, NotPermitted
from muster.ledger.current import ledger
from muster.ledger.proofs import prove
from muster.ledger.proving import check_proof
from muster.ledger.verification import verify
from muster.register.keeping import actions, certificates, looking
from muster.register.keeping.actions import decide, go_on, preview, propose
from muster.register.keeping.exporting import _Own
from muster.register.keeping.holds import also_open, hold, lift
from muster.register.keeping.models import LegalHold, Run, RunItem
from muster.register.keeping.queries import holds, items, run_of
from muster.register.keeping.schedule import holdings
from muster.register.people.models import Claim, Person
from muster.register.people.restricting.actions import restrict
from muster.register.people.restricting.rules import SET_BECAUSE
from muster.register.told.models import Change, ToldFact
from tests.integration.keeping_world import (
    AFTER_BIRTHDAY,
    AFTER_LEAVING,
    APPROVER,
    PROPOSER,
    known_of,
    story,
)
from tests.integration.loads import file_of, junior, load
from tests.integration.test_people_feeds import bodies

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db
CLOCK = AFTER_LEAVING
TOLD = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
"""When all of the story was told, and looked at: the days of the runs are counted from here."""


@pytest.fixture(autouse=True)
def at_the_time_of_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine's clock, which stamps files, messages and logs, stand where the story is."""
    monkeypatch.setattr(SystemClock, "now", lambda _machine: TOLD)


def previewed(clock: object = CLOCK, **also: object) -> uuid.UUID:
    return preview(by=PROPOSER, clock=clock, **also)  # type: ignore[arg-type]


def approved(clock: object = CLOCK) -> uuid.UUID:
    run = previewed(clock)
    propose(run=run, reason="Monthly retention", by=PROPOSER, clock=clock)  # type: ignore[arg-type]
    decide(run=run, approve=True, reason="Looked at", by=APPROVER, clock=clock)  # type: ignore[arg-type]
    return run


def lines_of(run: uuid.UUID) -> list[tuple[str, str]]:
    return sorted((one.line, one.employer) for one in items(run))


def test_a_preview_counts_by_line_and_employer_and_erases_nothing() -> None:
    people = story()
    before = {name: known_of(one) for name, one in people.items()}
    run = previewed()
    assert lines_of(run) == [("hr-file", "Mill"), ("hr-file", "Weir")]
    found = run_of(run)
    assert found is not None
    assert [(one.line, one.employer, one.things) for one in found.counts] == [
        ("hr-file", "Mill", 1), ("hr-file", "Weir", 1),
    ]  # fmt: skip
    assert {name: known_of(one) for name, one in people.items()} == before


def test_who_proposes_does_not_approve() -> None:
    story()
    run = previewed()
    with pytest.raises(Conflict):
        decide(run=run, approve=True, reason="x", by=APPROVER, clock=CLOCK)
    propose(run=run, reason="Monthly", by=PROPOSER, clock=CLOCK)
    with pytest.raises(NotPermitted):
        decide(run=run, approve=True, reason="x", by=PROPOSER, clock=CLOCK)
    with pytest.raises(Conflict):
        go_on(run=run, by=PROPOSER, clock=CLOCK)
    decide(run=run, approve=False, reason="Not yet", by=APPROVER, clock=CLOCK)
    with pytest.raises(Conflict):
        go_on(run=run, by=PROPOSER, clock=CLOCK)


def test_a_run_erases_what_is_due_and_keeps_everybody_else_as_they_are() -> None:
    people = story()
    others = {name: known_of(people[name]) for name in ("vole", "toad")}
    progress = go_on(run=approved(), by=APPROVER, clock=CLOCK)
    assert (progress.done, progress.total, progress.finished) == (2, 2, True)
    mole = Claim.objects.filter(record__staff_number__in=("M/1", "W/9"))
    assert {(one.post_title, one.grade) for one in mole} == {(None, "Grade 7")}
    assert {name: known_of(people[name]) for name in ("vole", "toad")} == others
    assert lines_of(previewed()) == []  # nothing is left to do


def test_a_person_goes_after_the_100th_birthday_and_nobody_else() -> None:
    people = story()
    go_on(run=approved(AFTER_BIRTHDAY), by=APPROVER, clock=AFTER_BIRTHDAY)
    left = set(Person.objects.values_list("id", flat=True))
    assert people["mole"] not in left
    assert {people["vole"], people["toad"]} <= left  # both are still employed


@pytest.mark.parametrize("kind", ["person", "employer", "line"])
def test_a_hold_keeps_what_is_past_its_time(kind: str) -> None:
    people = story()
    run = approved()
    (item,) = RunItem.objects.filter(run=run, thing__startswith=str(people["mole"]))[:1]
    target = {"person": people["mole"], "employer": item.employer, "line": "hr-file"}[kind]
    hold(
        kind=kind, target=str(target), why="A tribunal claim", review_on=dt.date(2034, 1, 1),
        by=PROPOSER, clock=CLOCK,
    )  # fmt: skip
    go_on(run=run, by=APPROVER, clock=CLOCK)
    item.refresh_from_db()
    assert (item.state, item.because) == ("kept", "legal hold: A tribunal claim")
    assert Claim.objects.filter(record__staff_number="M/1").exclude(post_title=None).exists()
    assert "Kept after all" in certificates.certificate(run).note


def test_another_person_lifts_a_hold() -> None:
    story()
    made = hold(
        kind="line", target="hr-file", why="Inquiry", review_on=dt.date(2034, 1, 1), by=PROPOSER,
        clock=CLOCK,
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        lift(hold=made, why="Over", by=PROPOSER, clock=CLOCK)
    assert [one.id for one in holds()] == [made]
    lift(hold=made, why="Over", by=APPROVER, clock=CLOCK)
    assert (holds(), len(holds(lifted=True))) == ((), 1)
    with pytest.raises(Conflict):
        lift(hold=made, why="Over", by=APPROVER, clock=CLOCK)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "planet"}, {"target": "not an id"}, {"why": " "}, {"review_on": dt.date(2033, 1, 10)},
     {"kind": "line", "target": "nothing"}],
)  # fmt: skip
def test_a_hold_says_what_is_wrong_with_it(wrong: dict[str, object]) -> None:
    said = {"kind": "person", "target": str(uuid.uuid4()), "why": "x",
            "review_on": dt.date(2034, 1, 1)} | wrong  # fmt: skip
    with pytest.raises(MusterError):
        hold(**said, by=PROPOSER, clock=CLOCK)  # type: ignore[arg-type]
    assert not LegalHold.objects.exists()


def test_what_another_room_has_open_is_not_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    people = story()
    run = approved()
    monkeypatch.setattr("muster.register.keeping.holds._also", [])
    also_open(lambda persons: dict.fromkeys(persons, "a transfer is not settled"))
    go_on(run=run, by=APPROVER, clock=CLOCK)
    assert {one.because for one in items(run)} == {"a transfer is not settled"}
    assert known_of(people["mole"])


def test_a_run_that_crashed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    story()
    run, erase, calls = approved(), actions._erase, list[str]()

    def crash_at_second(thing: looking.Thing, *args: object, **more: object) -> dict[str, int]:
        calls.append(thing.key)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return erase(thing, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "_erase", crash_at_second)
    with pytest.raises(KeyboardInterrupt):
        go_on(run=run, by=APPROVER, clock=CLOCK)
    assert actions.progress_of(run).done == 1
    assert Run.objects.get(id=run).state == "approved"
    assert actions.work_on_approved(CLOCK)
    assert len(set(calls)) == 2  # the first was not done again
    assert Run.objects.get(id=run).state == "done"
    assert not actions.work_on_approved(CLOCK)


def test_a_certificate_says_what_was_erased_and_names_nobody() -> None:
    people = story()
    run = approved()
    go_on(run=run, by=APPROVER, clock=CLOCK)
    found = certificates.certificate(run)
    assert certificates.holds(found.note)
    assert "Strip: 1 under HR file, Mill (Limitation Act 1980 section 5" in found.note
    assert f"Proposed by {PROPOSER}" in found.note
    assert f"Approved by {APPROVER}" in found.note
    assert str(people["mole"]) not in found.note
    assert not any(word in found.note.upper() for word in ("MOLE", "MARTHA", "M/1"))
    assert not certificates.holds(found.note.replace("Strip: 1", "Strip: 0"))
    assert not certificates.holds("nothing")


def test_a_certificate_is_proved_by_the_decisions_log() -> None:
    story()
    run = approved()
    go_on(run=run, by=APPROVER, clock=CLOCK)
    found = certificates.certificate(run)
    proof = prove(ledger(), "decisions", found.position)
    proven = check_proof(proof, trusted=ledger().public_keys())
    assert json.loads(proven.entry.body or b"")["note"] == found.note


def test_files_and_logs_are_shredded_when_their_time_is_up() -> None:
    story()
    run = approved(AFTER_BIRTHDAY)
    assert {"landing", "access", "decisions"} & {one.line for one in items(run)} >= {"landing"}
    go_on(run=run, by=APPROVER, clock=AFTER_BIRTHDAY)
    for one in Landing.objects.all():
        with pytest.raises(MusterError):
            exact_bytes(one.id)


def test_a_preview_is_of_no_day_to_come() -> None:
    with pytest.raises(BadInput):
        previewed(as_at=dt.date(2033, 1, 11))
    with pytest.raises(Conflict):
        propose(run=previewed(), reason="Nothing is there", by=PROPOSER, clock=CLOCK)


def test_a_month_of_looks_is_forgotten_and_the_log_still_verifies() -> None:
    people = story()
    reader = Actor("hr:ann", "Ann", frozenset({"HR caseworker"}))
    note_look(reader, what="person", purpose="casework", people=[people["vole"]])
    assert len(looks_at(people["vole"])) == 1
    run = approved()
    assert ("access", "") in lines_of(run)
    go_on(run=run, by=APPROVER, clock=CLOCK)
    assert looks_at(people["vole"]) == ()
    assert not Look.objects.exists()
    assert verify(ledger(), "access").sound


def a_message(number: str) -> int:
    """Put a message about somebody into the exchange log, as their system would send it."""
    subject = f"person:hr:mill:{number}"
    place = ledger().append_one(
        "exchange", "test.v1", subject, {"said": number}, scope=f"subject:{subject}"
    )
    Message.objects.create(
        position=place, contract="test.v1", system=System.objects.get(code="hr:mill"),
        source="s", event_id=number, subject=subject, shard=0, received_at=SYSTEM_CLOCK.now(),
        digest=b"", refused="",
    )  # fmt: skip
    return place


def test_messages_are_shredded_by_subject_but_for_whoever_is_held() -> None:
    people, clock = story(), FixedClock(dt.datetime(2034, 1, 10, tzinfo=dt.UTC))
    mole, vole = a_message("M/1"), a_message("M/2")
    hold(
        kind="person", target=str(people["vole"]), why="Claim", review_on=dt.date(2035, 1, 1),
        by=PROPOSER, clock=clock,
    )  # fmt: skip
    go_on(run=approved(clock), by=APPROVER, clock=clock)
    gone, kept = ledger().bodies("exchange", [mole, vole])
    assert gone is None
    assert kept is not None
    # Nor does the file go that speaks of whoever is held.
    named = Claim.objects.filter(record__staff_number="M/2").values("statement__landing")
    for landing in Landing.objects.filter(id__in=named):
        assert exact_bytes(landing.id)


def test_a_message_under_an_agreement_in_force_is_kept() -> None:
    story()
    place = a_message("M/1")
    system = System.objects.get(code="hr:mill")
    Agreement.objects.create(
        code="open", title="Open", contract="test.v1", sender=system, receiver="x", fields=[],
        starts=dt.date(2026, 1, 1),
    )  # fmt: skip
    clock = FixedClock(dt.datetime(2034, 1, 10, tzinfo=dt.UTC))
    run = approved(clock)
    assert "message" not in {line for line, _employer in lines_of(run)}
    go_on(run=run, by=APPROVER, clock=clock)
    assert ledger().bodies("exchange", [place]) != [None]


def test_of_a_person_who_is_erased_no_room_holds_anything() -> None:
    """What is left says that something was erased, under an identifier that leads to nobody."""
    people = story()
    mole = people["mole"]
    restrict(
        person=mole, kind="protected", reason=SET_BECAUSE[0], office=None, by="governance:cyd",
        clock=SYSTEM_CLOCK, guardian=PROPOSER,
    )  # fmt: skip
    tell(mole)
    note_look(
        Actor("hr:ann", "Ann", frozenset({"HR caseworker"})), what="person", purpose="casework",
        people=[mole],
    )  # fmt: skip
    held = [one for one in holdings() if one.by not in ("", "withheld")]
    models = {one: apps.get_model(one.model) for one in held}
    before = _Own(mole)
    assert sum(len(list(before.rows(one, model))) for one, model in models.items()) > 20
    go_on(run=approved(AFTER_BIRTHDAY), by=APPROVER, clock=AFTER_BIRTHDAY)
    left = {one.model for one, model in models.items() if list(before.rows(one, model))}
    assert left == {"register_keeping.RunItem"}


def tell(person: uuid.UUID) -> None:
    """Let somebody have told an address."""
    told = Change.objects.create(
        person_id=person, kind="address", state="told", told_at=SYSTEM_CLOCK.now(), told_by="x"
    )
    ToldFact.objects.create(
        person_id=person, change=told, kind="address", sealed="00", valid_from=dt.date(2026, 1, 1),
        recorded_from=SYSTEM_CLOCK.now(),
    )  # fmt: skip


def test_what_leavers_told_is_forgotten_two_years_after_the_last_employment() -> None:
    people = story()
    for name in ("mole", "vole"):
        tell(people[name])
    before = FixedClock(dt.datetime(2028, 11, 30, 12, tzinfo=dt.UTC))  # left Weir on 30 November
    assert lines_of(previewed(before)) == []
    before.move(dt.timedelta(days=1))
    go_on(run=approved(before), by=APPROVER, clock=before)
    assert [one.person_id for one in ToldFact.objects.all()] == [people["vole"]]
    assert [one.person_id for one in Change.objects.all()] == [people["vole"]]


def test_published_files_hold_nothing_personal_and_stay() -> None:
    story()
    published = load({"a/2011-03-31-junior.csv": file_of(junior())}).fresh
    said = {item.thing for item in items(approved(AFTER_BIRTHDAY), limit=500)}
    assert not said & {str(one) for one in published}


def test_once_a_month_it_is_looked_without_anybody_asking() -> None:
    story()
    clock = FixedClock(dt.datetime(2033, 1, 31, 12, tzinfo=dt.UTC))
    run = actions.preview_monthly(clock)
    assert run is not None
    assert len(items(run)) == 2
    assert actions.preview_monthly(clock) is None
    clock.move(dt.timedelta(days=1))
    assert actions.preview_monthly(clock) is not None
