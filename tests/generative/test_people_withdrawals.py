"""Feeds come, replace each other and are withdrawn; only what stands is believed.

Two employers' systems speak of the same few people: full snapshots and deltas, rows that wait in
quarantine, numbers that come late. After every step what is believed is exactly what a register
would believe that had only ever seen the feeds that stand.
"""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from muster.kernel.days import Period
from muster.register.people.models import Assignment, Employment, Statement
from tests.integration.told_feeds import (
    Register,
    Told,
    everything,
    forget,
    row,
    tell_all_again,
)
from tests.stories import tell_stories

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = tuple(dt.date(2026, month, 28) for month in (8, 9, 10))
# Two records of one person at the mill and one at the weir; a second person at both.
NUMBERS = {"mill": ("M1", "M2", "M3"), "weir": ("W1", "W3")}
SECOND = {"M3", "W3"}
DAY = dt.date
# What rows say besides the usual; few enough that feeds often repeat each other.
VARIANTS: tuple[dict[str, Any], ...] = (
    {}, {}, {},
    {"start": DAY(2026, 9, 7)},
    {"start": DAY(2026, 10, 12)},
    {"leaving": DAY(2026, 8, 31), "leaving_reason": "retired"},
    {"leaving": DAY(2026, 12, 31)},
    {"start": DAY(2026, 10, 12), "leaving": DAY(2026, 10, 12), "leaving_reason": "did_not_start"},
    {"place": "Ayr"},
    {"place": "Hull", "grade": "SEO"},
    {"engagement": "loan_in"},
    {"engagement": "contractor"},
    {"nino": None},
    {"nino": "TN010380F"},
    {"salary": 3_000_000, "salary_from": DAY(2026, 4, 1)},
    {"salary": 3_100_000, "absence": "maternity", "fte": 0},
    {"fte": None},  # waits
    {"fte": None, "staff_number": None},  # waits, and is known by its number, if by anything
)  # fmt: skip


@st.composite
def rows(draw: st.DrawFn, system: str) -> tuple[dict[str, Any], ...]:
    """Return rows of some of a system's people."""
    found = []
    for number in draw(st.lists(st.sampled_from(NUMBERS[system]), unique=True)):
        said = row(number) | draw(st.sampled_from(VARIANTS))
        if number in SECOND:
            said |= {"surname": "Vole", "forenames": None}
            said["nino"] = said["nino"] and said["nino"].replace("QA", "QB")
        found.append(said)
    return tuple(found)


class Withdrawals(RuleBasedStateMachine):
    """Tells and withdraws; after each step compares with a register that never saw the rest."""

    @initialize()
    def begin(self) -> None:
        self.register = Register()
        for name in NUMBERS:
            self.register.tells(name, DAYS[0] - dt.timedelta(days=99), [], full=False)
        self.standing: dict[uuid.UUID, Told] = {}
        self.replaced: dict[uuid.UUID, Told] = {}

    @rule(data=st.data(), system=st.sampled_from(sorted(NUMBERS)), as_at=st.sampled_from(DAYS),
          full=st.sampled_from((True, True, False)))  # fmt: skip
    def a_feed_comes(self, data: st.DataObject, system: str, as_at: dt.date, full: bool) -> None:
        said = data.draw(rows(system))
        # A full snapshot takes the place of the one for its date; deltas stand beside each other.
        earlier = next(
            (one for one in self.standing.values()
             if full and one.full and (one.system, one.as_at) == (system, as_at)), None,
        )  # fmt: skip
        told = self.register.tells(
            system, as_at, said, full=full, replaces=earlier.landing if earlier else None
        )
        if earlier is not None:
            self.replaced[told.landing] = self.standing.pop(earlier.landing)
        self.standing[told.landing] = told

    @rule(number=st.integers(0, 20))
    def a_feed_is_withdrawn(self, number: int) -> None:
        if not self.standing:
            return
        landing = sorted(self.standing)[number % len(self.standing)]
        earlier = self.replaced.pop(landing, None)
        self.register.withdraws(landing, earlier.landing if earlier else None)
        del self.standing[landing]
        if earlier is not None:
            self.standing[earlier.landing] = earlier

    @invariant()
    def only_what_stands_is_believed(self) -> None:
        believed = everything()
        with transaction.atomic():
            forget()
            for _landing, one in sorted(self.standing.items()):
                self.register.tells(
                    one.system, one.as_at, one.rows, full=one.full, landing=one.landing
                )
            tell_all_again()
            fresh = everything()
            transaction.set_rollback(True)
        for kind, facts in fresh.items():
            assert believed[kind] == facts, kind

    @invariant()
    def what_is_believed_rests_on_feeds_that_stand(self) -> None:
        standing = set(Statement.objects.filter(recorded_to=None).values_list("landing", flat=True))
        ever = standing | {one.landing for one in self.replaced.values()}
        for model in (Employment, Assignment):
            rests = model.objects.filter(recorded_to__isnull=True).exclude(statement=None)
            assert set(rests.values_list("statement__landing", flat=True)) <= ever

    @invariant()
    def nobody_is_employed_twice_at_once(self) -> None:
        by_person: dict[object, list[Period]] = {}
        for one in Employment.objects.filter(recorded_to__isnull=True, substantive=True):
            period = Period(one.valid_from, one.valid_to)
            others = by_person.setdefault(one.person_id, [])
            assert not any(period.overlaps(other) for other in others)
            others.append(period)

    def teardown(self) -> None:
        call_command("flush", verbosity=0, interactive=False)


def test_a_withdrawn_feed_was_never_there() -> None:
    tell_stories(Withdrawals, stories=8, steps=10)
    assert Statement.objects.count() == 0
