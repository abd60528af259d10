"""Two employers' systems tell random stories of a few people; what is believed always holds.

After every step, on a real database: substantive employments of a person never overlap; beliefs
are what the standing claims tell, whatever came before; recorded history only grows.
"""

import datetime as dt
import itertools
from contextlib import suppress
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from muster.hub.models import Landing
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import Period
from muster.kernel.errors import BadInput, Conflict
from muster.register.people import actions
from muster.register.people.models import Assignment, Claim, Employment, Statement
from tests.integration.people_files import load
from tests.integration.test_people_feeds import (
    MOLE,
    TOAD,
    VOLE,
    changed,
    enrol_bodies,
    everything,
    sheet,
)
from tests.stories import tell_stories

pytestmark = pytest.mark.django_db(transaction=True)
BODIES = ("mill", "weir")
AS_AT = ("07-31", "08-31", "09-30", "10-31")
STARTS = ("02/09/2019", "20/08/2026", "07/09/2026", "12/10/2026")
LEAVES = ("", "", "31/08/2026", "06/09/2026", "31/12/2026")
CONTRACTS = ("Permanent", "Permanent", "Loan out", "Loan in", "Contractor")


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, ...]:
    """Rows of a snapshot: some of three people, each with days and terms of their own."""
    found = []
    for base in draw(st.lists(st.sampled_from((MOLE, VOLE, TOAD)), unique=True)):
        found.append(
            changed(
                base,
                Start_date=draw(st.sampled_from(STARTS)),
                Leaving_date=draw(st.sampled_from(LEAVES)),
                Contract=draw(st.sampled_from(CONTRACTS)),
                Grade=draw(st.sampled_from(("G7", "SEO"))),
                FTE=draw(st.sampled_from(("1", "1", "0.8", "1.O"))),
            )
        )
    return tuple(found)


class PeopleMachine(RuleBasedStateMachine):
    """Loads, reloads and decides; checks after each step."""

    @initialize()
    def begin(self) -> None:
        enrol_bodies(*BODIES)
        self.past: dict[Any, tuple[object, ...]] = {}
        self.sent: set[tuple[object, ...]] = set()

    @rule(body=st.sampled_from(BODIES), as_at=st.sampled_from(AS_AT), said=rows())
    def a_snapshot_comes(self, body: str, as_at: str, said: tuple[str, ...]) -> None:
        # The same file again changes nothing, also where a later one has taken its place.
        if (body, as_at, said) in self.sent:
            return
        self.sent.add((body, as_at, said))
        taken = load({f"{body}/2026-{as_at}-hr.csv": sheet(*said)})
        landing = Landing.objects.get(id=taken.fresh[0])
        # A file that would only remove what another brought is held, and changes nothing.
        assert landing.state in ("accepted", "held"), landing.said

    @rule(number=st.integers(0, 5), day=st.dates(dt.date(2026, 8, 1), dt.date(2026, 11, 30)))
    def somebody_ends_an_employment(self, number: int, day: dt.date) -> None:
        held = Employment.objects.filter(recorded_to__isnull=True).order_by("id")
        if not held:
            return
        one = held[number % len(held)]
        with suppress(BadInput, Conflict):
            actions.end_employment(
                employment=one.employment, last_day=day, expected=one.id, by="hr:ann",
                reason="test", clock=SYSTEM_CLOCK,
            )  # fmt: skip

    @rule()
    def telling_again_changes_nothing(self) -> None:
        before = everything()
        records = Employment.objects.exclude(record=None).values_list("record", flat=True)
        actions._tell({one.hex for one in records if one}, at=SYSTEM_CLOCK.now())
        assert everything() == before

    @invariant()
    def nobody_is_employed_twice_at_once(self) -> None:
        by_person: dict[object, list[Period]] = {}
        for one in Employment.objects.filter(recorded_to__isnull=True, substantive=True):
            period = Period(one.valid_from, one.valid_to)
            others = by_person.setdefault(one.person_id, [])
            assert not any(period.overlaps(other) for other in others)
            others.append(period)

    @invariant()
    def terms_fill_the_days_of_each_employment(self) -> None:
        terms: dict[object, list[tuple[dt.date, dt.date | None]]] = {}
        for held in Assignment.objects.filter(recorded_to__isnull=True).order_by("valid_from"):
            terms.setdefault(held.employment, []).append((held.valid_from, held.valid_to))
        for one in Employment.objects.filter(recorded_to__isnull=True):
            days = terms.pop(one.employment, [])
            if not days:
                # A person decided on it, and no standing file tells of its record any more.
                assert one.decided_by
                standing = Claim.objects.filter(statement__recorded_to__isnull=True)
                assert not standing.filter(record=one.record).exists()
                continue
            assert (days[0][0], days[-1][1]) == (one.valid_from, one.valid_to)
            assert all(end == start for (_, end), (start, _) in itertools.pairwise(days))
        assert not terms

    @invariant()
    def what_was_recorded_stays(self) -> None:
        for one in Employment.objects.all():
            said = (one.valid_from, one.valid_to, one.engagement, one.recorded_from, one.person_id)
            assert self.past.setdefault(one.id, said) == said
        assert Employment.objects.count() == len(self.past)

    def teardown(self) -> None:
        call_command("flush", verbosity=0, interactive=False)


def test_beliefs_hold_under_any_story() -> None:
    tell_stories(PeopleMachine, stories=8, steps=12)
    assert Statement.objects.count() == 0
