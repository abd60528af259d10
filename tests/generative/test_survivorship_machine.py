"""Records linked, parted and settled at random: what is believed follows the links alone.

After every step: whose records are is an equivalence; both ways of reading what is told agree; and
no employer sees a word of another's. A link that is taken back leaves what was there before it:
values, reasons, conflicts and what was settled.
"""

import re
import uuid
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, NotFound
from muster.register.employers.queries import ids_by_key
from muster.register.people.matching.models import Tie
from muster.register.people.models import Crosswalk, SourceRecord
from muster.register.people.survivorship import actions
from muster.register.people.survivorship.queries import disagreements
from tests.integration.test_matching import linked, undo
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, changed, enrol_bodies, send
from tests.integration.test_survivorship import told
from tests.stories import tell_stories

pytestmark = pytest.mark.django_db
TODAY = legal_day(SYSTEM_CLOCK.now())
SPOKEN = {"mill": ("01/03/1980", "MOLE"), "weir": ("03/01/1980", "STOAT")}


def bring_in() -> None:
    """Send three people's records of each of two bodies, which know other dates and names."""
    enrol_bodies(*SPOKEN)
    for body, (born, surname) in SPOKEN.items():
        rows = [
            changed(row, DOB=born, Name=f"Martha {surname}", Contract="Loan in",
                    NI_No=f"Q{letter} 12345{body == 'weir':d} C")
            for row, letter in ((MOLE, "A"), (VOLE, "B"), (TOAD, "C"))
        ]  # fmt: skip
        send("09-30", *(f"{body[0]}{row}" for row in rows), body=body)


def state() -> str:
    """Return what is believed of each record's person, and what is disagreed on, without ids."""
    values = {
        (one.system, one.staff_number): [
            (key, value.shown, value.reason, value.others, value.settlement)
            for key, value in sorted(told(one.id).values(TODAY).items())
        ]
        for one in SourceRecord.objects.order_by("system", "staff_number")
    }
    seen = [(one.person, one.field, one.own, one.shown) for one in disagreements()]
    text = re.sub(r"fact='[0-9a-f]*'", "", f"{values} {sorted(seen, key=str)}")
    return re.sub(r"noted=datetime.datetime\([^)]*\)", "", text)


class SurvivorshipMachine(RuleBasedStateMachine):
    """Links, parts, settles, confirms and undoes; each story is rolled back at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.records = list(SourceRecord.objects.order_by("system", "staff_number"))

    @rule(one=st.integers(0, 2), other=st.integers(3, 5))
    def two_are_linked(self, one: int, other: int) -> None:
        with suppress(Conflict), transaction.atomic():
            linked((self.records[one].id, self.records[other].id))

    @rule(one=st.integers(0, 5), other=st.integers(0, 5))
    def a_link_taken_back_leaves_nothing(self, one: int, other: int) -> None:
        if one == other:
            return
        before = state()
        with suppress(Conflict), transaction.atomic():
            undo(linked((self.records[one].id, self.records[other].id)))
        assert state() == before

    @rule(number=st.integers(0, 5))
    def a_link_is_taken_back(self, number: int) -> None:
        ties = list(Tie.objects.filter(recorded_to__isnull=True).order_by("recorded_from", "id"))
        if ties:
            undo(ties[number % len(ties)].id)

    @rule(number=st.integers(0, 20), word=st.integers(0, 3))
    def somebody_settles(self, number: int, word: int) -> None:
        found = [one for one in disagreements() if one.shown == "open"]
        if not found:
            return
        one = found[number % len(found)]
        with suppress(NotFound), transaction.atomic():
            made = actions.settle(
                person=one.person, field=one.field, of=one.employer, by="hr:ann", employer=None,
                record=uuid.UUID(hex=one.own[word % len(one.own)].record), reason="Looked",
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
            if not made.acts:
                actions.confirm(settlement=made.id, by="hr:bob", employer=None, clock=SYSTEM_CLOCK)

    @invariant()
    def whose_records_are_is_an_equivalence(self) -> None:
        walks = Crosswalk.objects.filter(recorded_to__isnull=True)
        person = dict(walks.values_list("record", "person"))
        assert len(person) == walks.count() == len(self.records), "each is of one person"
        classes = {one: {r for r, whose in person.items() if whose == one}
                   for one in person.values()}  # fmt: skip
        assert sum(map(len, classes.values())) == len(person)
        for tie in Tie.objects.filter(recorded_to__isnull=True, acts=True, says="same"):
            assert tie.first_id in classes[person[tie.second_id]]

    @invariant()
    def no_employer_sees_a_word_of_another(self) -> None:
        for body, other in (("mill", "weir"), ("weir", "mill")):
            own = ids_by_key()[body]
            seen = str(disagreements(employer=own))
            for record in self.records:
                seen += str(told(record.id).of(own.hex).values(TODAY))
            born, surname = SPOKEN[other]
            year_first = "-".join(reversed(born.split("/")))
            assert year_first not in seen
            assert surname not in seen.upper()
            assert ids_by_key()[other].hex not in seen

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)


def test_links_and_settlements_leave_no_trace_when_they_are_taken_back() -> None:
    bring_in()
    tell_stories(SurvivorshipMachine, stories=3, steps=4)
