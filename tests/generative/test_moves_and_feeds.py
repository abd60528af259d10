"""A person moves, lends themselves or takes a second post, while both employers' files come and go.

Files are late, corrected, withdrawn or wrong by a day, and come before or after the decision, which
is itself corrected and undone. After every step what was decided stands, nobody is counted twice,
and what is believed is what the files that stand tell beside what stands decided.
"""

import datetime as dt
import itertools
import uuid
from typing import Any, cast

import pytest
from django.core.management import call_command
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from muster.kernel.clock import FixedClock
from muster.kernel.days import Period
from muster.kernel.errors import Conflict
from muster.register.people.actions import Terms
from muster.register.people.models import Assignment, Employment, Statement
from muster.register.people.models import Conflict as Disputed
from muster.register.people.moving import (
    Move,
    Moved,
    end_beside,
    move_employments,
    redate_move,
    undo_moves,
)
from muster.register.people.rules import Engagement
from tests.integration.told_feeds import Register, Told, everything, row, tell_all_again
from tests.stories import tell_stories

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date
DAYS = tuple(DAY(2026, month, 28) for month in (8, 9, 10))
FIRST_DAYS = (DAY(2026, 9, 7), DAY(2026, 9, 8), DAY(2026, 10, 12))
NEVER: dict[str, Any] = {"leaving_reason": "did_not_start"}
OLD: tuple[dict[str, Any] | None, ...] = (
    None,
    {}, {"leaving": DAY(2026, 9, 6)}, {"leaving": DAY(2026, 9, 10)}, {"grade": "SEO"},
    {"leaving": DAY(2026, 10, 11), "leaving_reason": "transferred"},
)  # fmt: skip
NEW: tuple[dict[str, Any] | None, ...] = (
    None,
    *({"start": day} for day in FIRST_DAYS), {}, {"nino": None},
    {"start": DAY(2026, 9, 7), "grade": "SEO", "salary": 3_000_000},
    {"start": DAY(2026, 9, 7), "engagement": "loan_in"},
    {"start": DAY(2026, 9, 8), "leaving": DAY(2026, 12, 31)},
    {"start": DAY(2026, 9, 7), "leaving": DAY(2026, 9, 6), **NEVER},
    {"start": DAY(2026, 9, 8), "engagement": "contractor"},
)  # fmt: skip


class MovesAndFeeds(RuleBasedStateMachine):
    """Tells, withdraws, moves, corrects and undoes; checks after each step."""

    @initialize(kind=st.sampled_from(("employee", "loan_in", "further", None)),
                said=st.sampled_from(NEW[1:]))  # fmt: skip
    def begin(self, kind: str | None, said: dict[str, Any]) -> None:
        self.register = Register()
        self.standing: dict[uuid.UUID, Told] = {}
        self.past: dict[uuid.UUID, tuple[object, ...]] = {}
        self.weir = self.register._employer("weir")
        self.register.tells("mill", DAY(2026, 7, 31), [row("M1")])
        self.person = Employment.objects.get().person_id
        self.made: tuple[uuid.UUID, Moved] | None = None
        self.undone: set[uuid.UUID] = set()
        self.first_day = DAYS[0]
        self.kind = "employee"
        if kind is not None:
            self.they_move(FIRST_DAYS[0], kind)
        self._comes("weir", DAYS[1], said)

    @rule(as_at=st.sampled_from(DAYS), said=st.sampled_from(OLD))
    def the_old_file_comes(self, as_at: dt.date, said: dict[str, Any] | None) -> None:
        self._comes("mill", as_at, said)

    @rule(as_at=st.sampled_from(DAYS), said=st.sampled_from(NEW))
    def the_new_file_comes(self, as_at: dt.date, said: dict[str, Any] | None) -> None:
        self._comes("weir", as_at, said)

    def _comes(self, system: str, as_at: dt.date, said: dict[str, Any] | None) -> None:
        number = "M1" if system == "mill" else "W1"
        rows = [row(f"{system}9", surname="Vole", nino=None)]
        rows += [] if said is None else [row(number, **said)]
        earlier = next((one for one in self.standing.values()
                        if (one.system, one.as_at) == (system, as_at)), None)  # fmt: skip
        told = self.register.tells(
            system, as_at, rows, replaces=earlier.landing if earlier else None
        )
        if earlier is not None:
            del self.standing[earlier.landing]
        self.standing[told.landing] = told

    @rule(system=st.sampled_from(("mill", "weir", "weir")))
    def the_last_file_is_withdrawn(self, system: str) -> None:
        own = [one.landing for one in self.standing.values() if one.system == system]
        if own:
            landing = own[-1]
            del self.standing[landing]
            self.register.withdraws(landing)

    @rule(first_day=st.sampled_from(FIRST_DAYS),
          kind=st.sampled_from(("employee", "employee", "loan_in", "further")))  # fmt: skip
    def they_move_later(self, first_day: dt.date, kind: str) -> None:
        self.they_move(first_day, kind)

    def they_move(self, first_day: dt.date, kind: str) -> None:
        old = self._in_force().filter(employer__title="Mill", substantive=True).first()
        if self.made is not None or old is None:
            return
        last_day = None if kind != "loan_in" else DAY(2027, 1, 31)
        engagement = cast("Engagement", kind)
        move = Move(
            self.person,
            old.employment,
            self.weir,
            first_day,
            Terms("permanent", 10**9, grade="G7"),
            engagement,
            last_day,
            28,
        )
        (done,) = move_employments([move], by="hr:weir", reason="transfer", clock=self._clock())
        if isinstance(done, Moved):
            self.made, self.first_day, self.kind = (old.employment, done), first_day, kind

    @rule(first_day=st.sampled_from(FIRST_DAYS))
    def the_day_is_corrected(self, first_day: dt.date) -> None:
        if self.made is None or self.kind != "employee":
            return
        old, done = self.made
        try:
            redate_move(old=old, new=done.employment, first_day=first_day, by="hr:weir",
                        reason="transfer", clock=self._clock())  # fmt: skip
        except Conflict:
            return
        self.first_day = first_day

    @rule()
    def it_ends_early(self) -> None:
        if self.made is not None and self.kind != "employee":
            end_beside(employment=self.made[1].employment, ends=DAY(2026, 11, 16), by="hr:weir",
                       reason="early", clock=self._clock())  # fmt: skip

    @rule()
    def it_is_undone(self) -> None:
        if self.made is None:
            return
        old, done = self.made
        try:
            undo_moves([(old, done.employment, done.ended_before)], by="hr:weir",
                       reason="reversed", clock=self._clock(),
                       keep_old=self.kind != "employee")  # fmt: skip
        except Conflict:
            return
        self.undone.add(done.employment)
        self.made = None

    @invariant()
    def what_was_decided_stands(self) -> None:
        assert not self._in_force().filter(employment__in=self.undone).exists()
        if self.made is None:
            return
        held = Employment.objects.get(employment=self.made[1].employment, recorded_to=None)
        assert (held.person_id, held.employer_id) == (self.person, self.weir)
        assert (held.valid_from, held.engagement) == (self.first_day, self.kind)
        assert held.decided_by
        if not any(one.system == "weir" for one in self.standing.values()):
            assert held.record is None
            assert held.ended in (None, "decided")

    @invariant()
    def what_its_file_tells_of_is_no_employment_beside_it(self) -> None:
        if self.made is None:
            return
        held = Employment.objects.get(employment=self.made[1].employment, recorded_to=None)
        against = Disputed.objects.filter(recorded_to=None, against=held.employment)
        assert held.record_id is not None or not against.filter(record__system="hr:weir").exists()
        own = self._in_force().filter(employer=self.weir, engagement=self.kind)
        assert not any(
            Period(one.valid_from, one.valid_to).overlaps(Period(held.valid_from, held.valid_to))
            for one in own.exclude(id=held.id)
        )

    @invariant()
    def nobody_is_counted_twice_or_between_two_employers(self) -> None:
        for own in (self._in_force().filter(substantive=True),
                    self._in_force().filter(employer=self.weir, engagement="loan_in"),
                    self._in_force().filter(employer=self.weir,
                                            engagement__in=("employee", "further"))):  # fmt: skip
            days = [Period(one.valid_from, one.valid_to) for one in own.order_by("valid_from")]
            assert not any(one.overlaps(other) for one, other in itertools.combinations(days, 2))
        if self.made is not None and self.kind == "employee":
            before = self.first_day - dt.timedelta(1)
            left = Employment.objects.get(employment=self.made[0], recorded_to=None)
            assert left.valid_to is not None
            assert left.valid_to <= self.first_day or left.valid_from > before

    @invariant()
    def terms_fill_the_days_of_each_employment(self) -> None:
        terms: dict[uuid.UUID, list[tuple[dt.date, dt.date | None]]] = {}
        for held in Assignment.objects.filter(recorded_to=None).order_by("valid_from"):
            terms.setdefault(held.employment, []).append((held.valid_from, held.valid_to))
        for one in Employment.objects.filter(recorded_to=None):
            days = terms.pop(one.employment)
            assert (days[0][0], days[-1][1]) == (one.valid_from, one.valid_to)
            assert all(end == start for (_, end), (start, _) in itertools.pairwise(days))
        assert not terms

    @invariant()
    def telling_all_again_changes_nothing(self) -> None:
        before = everything()
        tell_all_again()
        assert everything() == before

    @invariant()
    def what_was_recorded_stays(self) -> None:
        for one in Employment.objects.all():
            said = (one.valid_from, one.valid_to, one.engagement, one.recorded_from, one.record_id)
            assert self.past.setdefault(one.id, said) == said
        assert Employment.objects.count() == len(self.past)

    def _in_force(self) -> Any:
        return Employment.objects.filter(person=self.person, recorded_to=None)

    def _clock(self) -> FixedClock:
        return FixedClock(self.register.now())

    def teardown(self) -> None:
        call_command("flush", verbosity=0, interactive=False)


def test_what_was_decided_and_what_files_tell_agree_under_any_story() -> None:
    tell_stories(MovesAndFeeds, stories=8, steps=7)
    assert Statement.objects.count() == 0
