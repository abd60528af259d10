"""Links made and undone while feeds come in: what is left is what the feeds alone would tell.

After every step, on a real database: whose records are is an equivalence that keeps apart what was
decided to be apart, and whoever is employed is so once at a time. When every decision is undone,
beliefs are those of a register that saw the same feeds and no decision. Links that a look at
changes makes between runs are undone in the same way.
"""

import uuid
from contextlib import suppress

import pytest
from django.core.management import call_command
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict
from muster.register.people import actions as people
from muster.register.people.matching import actions
from muster.register.people.matching.between import look_at_changes
from muster.register.people.matching.evidence import sides_of, standing_records
from muster.register.people.matching.models import Tie
from muster.register.people.matching.rules import Says, bar
from muster.register.people.models import Crosswalk, Employment, SourceRecord
from tests.generative.test_people_machine import AS_AT, BODIES, PeopleMachine, rows
from tests.integration.people_files import load
from tests.integration.test_matching_between import accepted
from tests.integration.test_people_feeds import enrol_bodies, everything, sheet
from tests.stories import tell_stories

pytestmark = pytest.mark.django_db(transaction=True)


class MatchingMachine(RuleBasedStateMachine):
    """Loads, links, keeps apart and undoes; checks after each step."""

    nobody_is_employed_twice_at_once = PeopleMachine.nobody_is_employed_twice_at_once

    @initialize()
    def begin(self) -> None:
        enrol_bodies(*BODIES)
        self.sent: list[dict[str, bytes]] = []
        accepted(automatic=0.5, review=0.1)

    @rule(body=st.sampled_from(BODIES), as_at=st.sampled_from(AS_AT), said=rows())
    def a_snapshot_comes(self, body: str, as_at: str, said: tuple[str, ...]) -> None:
        file = {f"{body}/2026-{as_at}-hr.csv": sheet(*(f"{body[0]}{row}" for row in said))}
        if file not in self.sent:
            self.sent.append(file)
            load(file)

    @rule(one=st.integers(0, 5), other=st.integers(0, 5), says=st.sampled_from(["same", "apart"]))
    def somebody_decides(self, one: int, other: int, says: Says) -> None:
        records = list(SourceRecord.objects.order_by("system", "staff_number"))
        if len({one % len(records), other % len(records)} if records else ()) < 2:
            return
        pair = records[one % len(records)].id, records[other % len(records)].id
        with suppress(Conflict):
            tie = actions.decide(
                first=pair[0], second=pair[1], says=says, reason="test", by="hr:ann",
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
            if not Tie.objects.get(id=tie).acts:
                actions.confirm(tie=tie, by="hr:bob", clock=SYSTEM_CLOCK)

    @rule()
    def what_changed_is_looked_at(self) -> None:
        look_at_changes(by="worker:test", clock=SYSTEM_CLOCK)
        assert look_at_changes(by="worker:test", clock=SYSTEM_CLOCK) is None

    @rule(number=st.integers(0, 5))
    def somebody_undoes(self, number: int) -> None:
        ties = list(Tie.objects.filter(recorded_to__isnull=True).order_by("id"))
        if ties:
            self._undo(ties[number % len(ties)].id)

    @rule()
    def telling_again_changes_nothing(self) -> None:
        before = everything()
        records = {one.hex for one in SourceRecord.objects.values_list("id", flat=True)}
        people.tell_again(records, by="test", at=SYSTEM_CLOCK.now(), decided=True)
        assert everything() == before

    @invariant()
    def what_is_apart_is_of_two_persons(self) -> None:
        walks = Crosswalk.objects.filter(recorded_to__isnull=True)
        person = dict(walks.values_list("record", "person"))
        assert len(person) == walks.count(), "a record is of one person"
        for tie in Tie.objects.filter(recorded_to__isnull=True, says="apart"):
            if tie.first_id in person and tie.second_id in person:
                assert person[tie.first_id] != person[tie.second_id]
        for held in Employment.objects.filter(recorded_to__isnull=True):
            assert held.record_id is None or person[held.record_id] == held.person_id

    @invariant()
    def no_run_links_people_whose_numbers_differ(self) -> None:
        standing = Tie.objects.filter(recorded_to__isnull=True)
        if standing.filter(says="same", run__isnull=True).exists():
            return  # a person may
        sides = sides_of(standing_records())
        for tie in standing.filter(run__isnull=False):
            one, other = sides.get(tie.first_id.hex), sides.get(tie.second_id.hex)
            if one and other and one.person == other.person:
                assert bar(one, other) != "different numbers"

    def teardown(self) -> None:
        for tie in Tie.objects.filter(recorded_to__isnull=True):
            self._undo(tie.id)
        after, sent = everything(), self.sent
        call_command("flush", verbosity=0, interactive=False)
        enrol_bodies(*BODIES)
        for file in sent:
            load(file)
        assert everything() == after
        call_command("flush", verbosity=0, interactive=False)

    def _undo(self, tie: uuid.UUID) -> None:
        actions.undo(tie=tie, reason="test", by="hr:ann", clock=SYSTEM_CLOCK)


def test_undone_links_leave_no_trace_whatever_came_meanwhile() -> None:
    tell_stories(MatchingMachine, stories=5, steps=10)
