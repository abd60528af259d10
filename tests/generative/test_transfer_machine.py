"""A few people, three employers and anybody's hands: whatever they do, transfers hold.

After every step, on a real database: substantive employments of a person never overlap; the old
one ends where the new one begins; a transfer takes effect once; continuous service never begins
later; what was recorded stays; nobody acts for both ends; what was given up leaves nothing; first
pay is right or somebody has an open exception; a hand-off is done with evidence.
"""

import datetime as dt
import uuid
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from muster.kernel.days import Period
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted
from muster.register.people.models import Assignment, Employment
from muster.services.transfers import actions, queries
from muster.services.transfers.models import (
    Booking,
    FirstPay,
    HandOff,
    Signature,
    Snapshot,
    TakenStep,
    Transfer,
)
from muster.services.transfers.rules import DONE, ENDING, payers
from muster.services.transfers.verbs import bulk
from tests.integration.transfers_world import FIRST_DAY, STEPS, World, hand_all_over, row
from tests.stories import tell_stories

pytestmark = pytest.mark.django_db
PLACES = ("mill", "weir", "lock")
ACTORS = ("hr:mill", "hr:weir", "hr:lock", "person:una", "system:process", "payroll:weir")
REFUSALS = (BadInput, Conflict, NotPermitted, NotFound)
ORDER: dict[str, tuple[str, ...]] = {
    "draft": ("offer",),
    "offered": ("accept",),
    "accepted": ("ask_exporter",),
    "checks": ("state_details", "state_terms", "release"),
    "released": ("sign_exporter", "sign_importer"),
    "agreed": ("schedule",),
    "scheduled": ("effect",),
    "effected": ("paid_exporter", "paid_importer", "reconcile"),
    "reconciled": ("hand_offs", "close"),
}
"""What is done next where, if all goes well."""
WHICH = st.integers(0, 9)


class TransferMachine(RuleBasedStateMachine):
    """Drafts, goes on, disturbs and attacks; looks at everything after each step."""

    @initialize(far=st.tuples(*[st.integers(0, len(STEPS))] * 3))
    def begin(self, far: tuple[int, int, int]) -> None:
        """Begin with three transfers, each somewhere on its way."""
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.world = World()
        self.people = [self.world.somebody(at=place) for place in ("mill", "mill", "weir")]
        for place in PLACES:
            self.world.employer(place)
        self.facts: dict[Any, tuple[Any, ...]] = {}
        self.steps: dict[int, tuple[Any, ...]] = {}
        self.service: dict[uuid.UUID, dt.date] = {}

        for who, kind in ((0, "permanent"), (1, "loan"), (2, "permanent")):
            self.drafted(who, kind, FIRST_DAY + dt.timedelta(who), joins="lock")
            one = Transfer.objects.get(person=self.people[who])
            for step in STEPS[: far[who]]:
                with suppress(*REFUSALS):
                    self.goes_on(row(one.id), step)

    def some(self, number: int) -> Transfer | None:
        held = list(Transfer.objects.filter(batch=None).order_by("opened_at", "id"))
        return held[number % len(held)] if held else None

    def drafted(
        self, who: int, kind: str, day: dt.date, joins: str, leaves: str = "", key: str = "",
        before: Transfer | None = None,
    ) -> None:  # fmt: skip
        """Draft a transfer, from where they are then unless it is said from where."""
        person = self.people[who]
        held = Employment.objects.filter(
            person=person, recorded_to=None, substantive=True, valid_from__lt=day
        ).order_by("-valid_from")  # fmt: skip
        at = held.values_list("employer", flat=True).first()
        source = before.importer_id if before else at
        with suppress(*REFUSALS):
            self.world.draft(
                person, exporter=self.world.employer(leaves) if leaves else source,
                importer=self.world.employer(joins), kind=kind, first_day=day,
                by=f"hr:{joins}", key=key, backdated_because="late form",
                previous=before.id if before else None,
                return_day=day + dt.timedelta(90) if kind == "loan" else None,
            )  # fmt: skip

    @rule(
        who=st.integers(0, 2), joins=st.sampled_from(PLACES),
        leaves=st.sampled_from(("", "", "", *PLACES)),
        kind=st.sampled_from(("permanent", "permanent", "promotion", "loan", "part_time_split")),
        days=st.integers(-20, 60), key=st.sampled_from(("", "", "click")),
    )  # fmt: skip
    def somebody_drafts(
        self, who: int, joins: str, leaves: str, kind: str, days: int, key: str
    ) -> None:
        day = self.world.clock.now().date() + dt.timedelta(days)
        self.drafted(who, kind, day, joins, leaves, key)

    @rule(number=WHICH, days=st.integers(1, 40), joins=st.sampled_from(PLACES))
    def another_is_to_follow(self, number: int, days: int, joins: str) -> None:
        before = self.some(number)
        if before is not None:
            who = self.people.index(before.person_id)
            day = before.first_day + dt.timedelta(days)
            self.drafted(who, "permanent", day, joins, before=before)

    @rule(number=WHICH, steps=st.integers(1, 12))
    def a_transfer_goes_on(self, number: int, steps: int) -> None:
        one = self.some(number)
        for _ in range(steps if one else 0):
            assert one is not None
            held = row(one.id)
            for step in ORDER.get(held.state, ()):
                with suppress(*REFUSALS):
                    self.goes_on(held, step)

    def goes_on(self, one: Transfer, step: str) -> None:
        if step == "hand_offs":
            hand_all_over(transfer=one.id, clock=self.world.clock)
            return
        leaves, joins = self.place(one.exporter_id), self.place(one.importer_id)
        by = {"offer": f"hr:{joins}", "release": f"hr:{leaves}", "state_terms": f"hr:{joins}",
              "sign_exporter": f"hr:{leaves}", "sign_importer": f"hr:{joins}"}  # fmt: skip
        if step == "effect":
            self.world.dawn(one.first_day)
        self.world.take(one.id, step, **({"by": by[step]} if step in by else {}))

    def place(self, employer: uuid.UUID) -> str:
        return next(name for name, one in self.world.employers.items() if one == employer)

    @rule(number=WHICH, step=st.sampled_from(sorted({s for all_ in ORDER.values() for s in all_})),
          by=st.sampled_from(ACTORS), version=st.one_of(st.none(), st.integers(0, 12)))  # fmt: skip
    def anybody_tries_anything(self, number: int, step: str, by: str, version: int | None) -> None:
        one = self.some(number)
        if one is None or step == "hand_offs":
            return
        try:
            moved = self.world.take(one.id, step, by=by, expected=version)
        except MusterError:
            assert row(one.id).version == one.version
            return
        assert moved.again or version is None or version == one.version

    @rule(number=WHICH, what=st.sampled_from(
        ("hold", "resume", "rescind", "withdraw", "fail", "reverse", "reverse", "effect")
    ), side=st.sampled_from(("exporter", "importer")))  # fmt: skip
    def something_gets_in_the_way(self, number: int, what: str, side: str) -> None:
        one = self.some(number)
        if one is None:
            return
        ends = {"exporter": one.exporter_id, "importer": one.importer_id}
        said: dict[str, Any] = {"transfer": one.id, "clock": self.world.clock}
        by = {"withdraw": "person:una", "fail": "system:p", "effect": "system:p"}
        said["by"] = by.get(what, f"hr:{self.place(ends[side])}")
        if what not in ("withdraw", "effect", "resume"):
            said["reason"] = "something"
        if what in ("hold", "resume", "reverse"):
            said["side"] = side
        with suppress(*REFUSALS):
            getattr(actions, what)(**said)

    @rule(number=WHICH, wrong=st.booleans(), days=st.integers(-5, 9))
    def something_turns_out_otherwise(self, number: int, wrong: bool, days: int) -> None:
        one = self.some(number)
        if one is None:
            return
        day = one.first_day + dt.timedelta(days)
        said: dict[str, Any] = {
            "transfer": one.id, "clock": self.world.clock,
            "by": f"hr:{self.place(one.importer_id)}", "side": "importer",
        }  # fmt: skip
        with suppress(*REFUSALS):
            if one.state in DONE and wrong:
                self.world.take(one.id, "paid_importer", gross_paid=1)
            elif one.state in DONE:
                changes = {"first_day": day.isoformat(), "tax_code": f"{abs(days)}0L"}
                actions.change_after_effect(**said, effective_from=day, changes=changes)
            elif one.kind == "loan_return":
                actions.move_return(**said, first_day=day)
            else:
                actions.move_first_day(**said, first_day=day, because="asked")

    @rule(leaves=st.sampled_from(PLACES), joins=st.sampled_from(PLACES), days=st.integers(-5, 9),
          then=st.sampled_from(("effect", "undo", "", "", "")))  # fmt: skip
    def everybody_moves(self, leaves: str, joins: str, days: int, then: str) -> None:
        if not then:
            return
        day = self.world.clock.now().date() + dt.timedelta(days)
        with suppress(*REFUSALS):
            made = bulk.begin_batch(
                title="t", exporter=self.world.employer(leaves), first_day=day,
                importer=self.world.employer(joins), by="hr:asks", clock=self.world.clock,
            )  # fmt: skip
            if then == "undo":
                bulk.undo_batch(batch=made.batch, by="hr:asks", reason="no", clock=self.world.clock)
            self.world.dawn(day)
            for _ in range(2):
                bulk.effect_batch(batch=made.batch, by="hr:approves", clock=self.world.clock)

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.world.clock.move(dt.timedelta(days))

    @invariant()
    def nobody_is_employed_twice_at_once(self) -> None:
        by_person: dict[object, list[Period]] = {}
        for one in Employment.objects.filter(recorded_to__isnull=True, substantive=True):
            period = Period(one.valid_from, one.valid_to)
            others = by_person.setdefault(one.person_id, [])
            assert not any(period.overlaps(other) for other in others)
            others.append(period)

    @invariant()
    def one_ends_where_the_next_begins(self) -> None:
        held = {one.employment: one for one in Employment.objects.filter(recorded_to__isnull=True)}
        for one in Transfer.objects.filter(state__in=DONE, kind__in=ENDING):
            assert one.employment is not None
            assert one.new_employment is not None
            left, joined = held[one.employment], held[one.new_employment]
            assert left.valid_to is not None
            assert joined.valid_from == one.first_day
            assert (joined.valid_from - left.valid_to).days == one.gap

    @invariant()
    def terms_lie_within_their_employment(self) -> None:
        held = {one.employment: one for one in Employment.objects.filter(recorded_to__isnull=True)}
        for one in Assignment.objects.filter(recorded_to__isnull=True):
            days = held[one.employment]
            assert one.valid_from >= days.valid_from
            assert days.valid_to is None or (one.valid_to and one.valid_to <= days.valid_to)

    @invariant()
    def a_transfer_takes_effect_once_and_each_version_is_a_step(self) -> None:
        for one in Transfer.objects.all():
            verbs = list(TakenStep.objects.filter(transfer=one).values_list("verb", flat=True))
            assert verbs.count("effect") == (0 if one.effected_at is None else 1)
            assert len(verbs) == one.version

    @invariant()
    def what_was_recorded_stays(self) -> None:
        for one in Employment.objects.all():
            said = (one.valid_from, one.valid_to, one.employer_id, one.recorded_from, one.person_id)
            assert self.facts.setdefault(one.id, said) == said
        assert Employment.objects.count() == len(self.facts)
        for step in TakenStep.objects.all():
            done = (step.verb, step.by, step.version, step.to)
            assert self.steps.setdefault(step.id, done) == done
        assert TakenStep.objects.count() == len(self.steps)

    @invariant()
    def service_never_begins_later(self) -> None:
        for one in Transfer.objects.exclude(continuous_from=None):
            assert one.continuous_from is not None
            assert one.continuous_from <= self.service.get(one.id, one.continuous_from)
            self.service[one.id] = one.continuous_from

    @invariant()
    def nobody_acts_for_both_ends(self) -> None:
        ends: dict[tuple[Any, str], set[str]] = {}
        ours = TakenStep.objects.filter(side__in=("person", "exporter", "importer"))
        for one in ours.exclude(by__startswith="system:"):
            ends.setdefault((one.transfer_id, one.by), set()).add(one.side)
        assert all(len(sides) == 1 for sides in ends.values())

    @invariant()
    def what_was_given_up_leaves_nothing(self) -> None:
        gone = Transfer.objects.filter(state__in=("rescinded", "withdrawn", "failed", "on_hold"))
        assert not gone.exclude(new_employment=None).exists()
        assert not Booking.objects.filter(transfer__in=gone, recorded_to=None).exists()

    @invariant()
    def pay_is_right_or_an_exception_is_open(self) -> None:
        for one in FirstPay.objects.filter(recorded_to=None):
            assert one.expected == one.actual or one.exception in ("open", "settled")
        for done in Transfer.objects.filter(state__in=("reconciled", "closed"), batch=None):
            told = FirstPay.objects.filter(transfer=done, recorded_to=None)
            ends = {"exporter": done.exporter_id, "importer": done.importer_id}
            wanted = {ends[side] for side in payers(done.kind)}  # type: ignore[arg-type]
            assert wanted <= set(told.values_list("employer", flat=True))
            assert not told.filter(exception="open").exists()

    @invariant()
    def what_is_agreed_was_signed_by_two_on_the_record_that_stands(self) -> None:
        for one in Transfer.objects.filter(state__in=("agreed", "scheduled"), batch=None):
            if one.kind == "loan_return":
                continue
            standing = Snapshot.objects.get(transfer=one, recorded_to=None)
            signed = Signature.objects.filter(transfer=one, purpose="date", recorded_to=None)
            assert {by.digest for by in signed} == {standing.digest}
            assert {by.first_day for by in signed} == {one.first_day}
            assert len({by.by for by in signed}) == len({by.side for by in signed}) == 2
            assert queries.released_record(one.id)["surname"]

    @invariant()
    def hand_offs_are_done_with_evidence(self) -> None:
        assert not HandOff.objects.filter(state="done", evidence="").exists()
        closed = Transfer.objects.filter(state="closed")
        assert not HandOff.objects.filter(transfer__in=closed, state="open").exists()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)


def test_transfers_hold_under_any_story() -> None:
    tell_stories(TransferMachine, stories=5, steps=20)
    assert Transfer.objects.count() == 0
