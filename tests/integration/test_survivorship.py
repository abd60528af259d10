"""From records to one value with its reason: linked, unlinked, settled, confirmed, reopened."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.hub.models import System
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from muster.ledger.current import ledger
from muster.register.employers.queries import ids_by_key
from muster.register.people.models import Crosswalk, SourceRecord
from muster.register.people.person_record import person as record_of
from muster.register.people.survivorship import actions
from muster.register.people.survivorship.many import differing, of_several_records, told_of_many
from muster.register.people.survivorship.models import Settlement, naming
from muster.register.people.survivorship.queries import chosen, disagreement, disagreements
from muster.register.people.survivorship.rules import Value, in_contest
from muster.register.people.survivorship.told import Told, told_of
from tests.integration.test_matching import linked, record, undo
from tests.integration.test_people_feeds import MOLE, VOLE, changed, enrol_bodies, send

pytestmark = pytest.mark.django_db
BORN = changed(MOLE, Staff_no="W/9", DOB="03/01/1980", Start_date="07/09/2026")
LEFT = changed(MOLE, Leaving_date="06/09/2026")
TODAY = legal_day(SYSTEM_CLOCK.now())
Pair = tuple[uuid.UUID, uuid.UUID]


@pytest.fixture(autouse=True)
def bodies() -> None:
    enrol_bodies("mill", "weir", "lock")


@pytest.fixture
def moved() -> Pair:
    """Bring in somebody who moved, and whose new employer mistyped her birth date; link both."""
    send("08-31", MOLE)
    send("09-30", LEFT)
    send("09-30", BORN, body="weir")
    pair = record("M/1"), record("W/9", "weir")
    linked(pair)
    return pair


def employer(body: str) -> uuid.UUID:
    return ids_by_key()[body]


def person_of(one: uuid.UUID) -> uuid.UUID:
    return Crosswalk.objects.get(record=one, recorded_to__isnull=True).person_id


def told(one: uuid.UUID) -> Told:
    """Return what is told of a record's person, by both ways of reading it, which agree."""
    person = person_of(one)
    whole = record_of(person, TODAY)
    assert whole is not None
    slow, quick = told_of(whole), told_of_many({person.hex})[person.hex]
    values = slow.values(TODAY)
    for key, value in quick.values(TODAY).items():
        assert unnoted(value) == unnoted(values[key]), key
    return slow


def unnoted(value: Value) -> Value:
    """Return a value without when it was recorded: with employment, that may be told later."""
    plain = [replace(one, noted=None) for one in value.agreeing]
    others = [replace(lost, said=replace(lost.said, noted=None)) for lost in value.others]
    return replace(value, shown=plain[0], agreeing=tuple(plain), others=tuple(others))


def kinds() -> list[str]:
    return [one.shown for one in disagreements()]


def settle(pair: Pair, right: int = 0, by: str = "hr:ann", body: str = "") -> uuid.UUID:
    return actions.settle(
        person=person_of(pair[0]), field="birth_date", record=pair[right], by=by,
        reason="Saw the passport", employer=employer(body) if body else None, clock=SYSTEM_CLOCK,
    ).id  # fmt: skip


def birth_date(one: uuid.UUID) -> Value:
    return told(one).values(TODAY)["birth_date", ""]


def test_two_sources_that_disagree_are_a_conflict_until_somebody_settles_it(moved: Pair) -> None:
    value = birth_date(moved[0])
    assert (value.shown.value, value.reason) == ("1980-03-01", "unsettled")
    assert [lost.said.value for lost in value.others] == ["1980-01-03"]
    made = settle(moved, right=1)
    assert birth_date(moved[0]).unsettled, "pay hangs on it: another person confirms it"
    assert kinds() == ["second"]
    actions.confirm(settlement=made, by="hr:bob", employer=None, clock=SYSTEM_CLOCK)
    value = birth_date(moved[0])
    assert (value.shown.value, value.reason) == ("1980-01-03", "settled")
    assert kinds() == ["settled"]


def test_a_settlement_is_recorded_without_a_value(moved: Pair) -> None:
    made = settle(moved)
    entry = list(ledger().read("decisions"))[-1]
    assert entry.type == actions.SETTLED
    assert b"1980" not in (entry.body or b"")
    row = Settlement.objects.get(id=made)
    assert "1980" not in str(vars(row))


def test_nobody_confirms_their_own_nor_their_employers_word_over_another(moved: Pair) -> None:
    made = settle(moved, body="mill")
    with pytest.raises(NotPermitted):
        actions.confirm(settlement=made, by="hr:ann", employer=None, clock=SYSTEM_CLOCK)
    with pytest.raises(NotPermitted, match="Another employer's word"):
        actions.confirm(settlement=made, by="hr:cid", employer=employer("mill"), clock=SYSTEM_CLOCK)
    actions.confirm(settlement=made, by="hr:bob", employer=employer("weir"), clock=SYSTEM_CLOCK)
    assert birth_date(moved[0]).reason == "settled"
    with pytest.raises(NotFound):
        actions.confirm(settlement=made, by="hr:dot", employer=None, clock=SYSTEM_CLOCK)


def test_a_caseworker_settles_for_the_own_word_alone(moved: Pair) -> None:
    with pytest.raises(NotFound, match="no such record"):
        settle(moved, right=1, body="mill")
    with pytest.raises(BadInput):
        actions.settle(
            person=person_of(moved[0]), field="birth_date", record=moved[0], by="hr:ann",
            reason=" ", employer=None, clock=SYSTEM_CLOCK,
        )  # fmt: skip


def test_what_changed_while_somebody_looked_is_not_settled(moved: Pair) -> None:
    seen = actions.fingerprint(in_contest(birth_date(moved[0])))
    send("10-31", changed(BORN, DOB="04/01/1980"), body="weir")
    with pytest.raises(Conflict, match="something else"):
        actions.settle(
            person=person_of(moved[0]), field="birth_date", record=moved[0], by="hr:ann",
            reason="Saw it", employer=None, clock=SYSTEM_CLOCK, seen=seen,
        )  # fmt: skip


def test_a_source_that_states_something_new_opens_it_again(moved: Pair) -> None:
    made = settle(moved)
    actions.confirm(settlement=made, by="hr:bob", employer=None, clock=SYSTEM_CLOCK)
    send("10-31", BORN, body="weir")
    assert birth_date(moved[0]).reason == "settled", "saying the same again is nothing new"
    send("11-20", changed(BORN, DOB="04/01/1980"), body="weir")
    assert birth_date(moved[0]).unsettled
    settle(moved)
    send("11-21", changed(BORN, DOB="01/03/1980"), body="weir")
    assert birth_date(moved[0]).reason == "agreed"
    assert kinds() == []


def test_a_settlement_that_waited_while_a_source_spoke_is_settled_again(moved: Pair) -> None:
    made = settle(moved)
    send("10-31", changed(BORN, DOB="04/01/1980"), body="weir")
    with pytest.raises(Conflict, match="something else by now"):
        actions.confirm(settlement=made, by="hr:bob", employer=None, clock=SYSTEM_CLOCK)
    again = settle(moved)
    assert Settlement.objects.get(recorded_to__isnull=True).id == again


def test_undone_it_is_as_if_it_had_never_been_and_stays_known(moved: Pair) -> None:
    before = birth_date(moved[0])
    made = actions.confirm(
        settlement=settle(moved, right=1), by="hr:bob", employer=None, clock=SYSTEM_CLOCK
    )
    then = SYSTEM_CLOCK.now()
    actions.undo(settlement=made, reason="It was a copy", by="hr:cid", clock=SYSTEM_CLOCK)
    assert birth_date(moved[0]) == before
    with pytest.raises(NotFound):
        actions.undo(settlement=made, reason="again", by="hr:cid", clock=SYSTEM_CLOCK)
    past = told(moved[0]).values(TODAY, then)["birth_date", ""]
    assert (past.reason, past.shown.value) == ("settled", "1980-01-03")


def test_linked_and_unlinked_all_is_as_it_was(moved: Pair) -> None:
    """What is believed, what is in conflict and what was settled: with the link, and without it."""
    send("10-31", changed(VOLE, DOB="09/09/1985"), body="mill")
    third = record("M/2")
    made = settle(moved)
    actions.confirm(settlement=made, by="hr:bob", employer=None, clock=SYSTEM_CLOCK)

    def state() -> object:
        found = {one: told(one).values(TODAY) for one in (*moved, third)}
        return (
            {one: {key: (value.shown.value, value.reason, len(value.others), value.settlement)
                   for key, value in values.items()} for one, values in found.items()},
            [(one.person, one.field, one.own, one.shown) for one in disagreements()],
        )  # fmt: skip

    before = plain(state())
    tie = linked((moved[1], third))
    assert birth_date(third).unsettled, "a third date is something new"
    assert len({person_of(one) for one in (*moved, third)}) == 1
    undo(tie)
    assert plain(state()) == before
    assert birth_date(moved[0]).reason == "settled"


def plain(state: object) -> str:
    """Return a state without the ids and instants of facts, which linking makes anew."""
    text = re.sub(r"fact='[0-9a-f]*'", "", str(state))
    return re.sub(r"noted=datetime.datetime\([^)]*\)", "", text)


def test_an_employer_sees_its_own_word_and_that_another_says_otherwise(moved: Pair) -> None:
    seen = disagreements(employer=employer("weir"))
    assert [(one.field, [said.value for said in one.own], one.elsewhere) for one in seen] == [
        ("birth_date", ["1980-01-03"], True)
    ]
    assert "1980-03-01" not in str(seen)
    assert str(employer("mill").hex) not in str(seen).replace("-", "")
    assert disagreements(employer=employer("lock")) == ()
    assert disagreement(person_of(moved[0]), "birth_date", employer=employer("lock")) is None
    own = told(moved[0]).of(employer("weir").hex)
    assert "1980-03-01" not in str(own.values(TODAY))
    assert "mill" not in str(own.values(TODAY))


def test_the_queue_is_narrowed_by_field_employer_and_age(moved: Pair) -> None:
    found, now = disagreements(), SYSTEM_CLOCK.now()
    (one,) = chosen(found, "open")
    assert chosen(found, "open", field="birth_date") == (one,)
    assert chosen(found, "open", only=employer("mill")) == (one,)
    assert chosen(found, "open", before=now) == (one,)
    assert chosen(found, "open", before=now - dt.timedelta(days=1)) == ()
    assert chosen(found, "open", field="nino") == chosen(found, "second") == ()
    assert chosen(found, "open", only=employer("lock")) == ()


def test_two_systems_of_one_employer_disagree_and_the_owner_wins(moved: Pair) -> None:
    """Payroll and HR of one body state another pay and another grade for one employment."""
    enrol_bodies("weirpay")
    System.objects.filter(code="hr:weirpay").update(
        code="payroll:weirpay", employer=employer("weir")
    )
    send("10-31", changed(BORN, Salary="65000"), body="weir")
    send("10-31", changed(BORN, Staff_no="P/9", Grade="G6", Salary="70000"), body="weirpay")
    linked((moved[1], SourceRecord.objects.get(system="payroll:weirpay").id))
    values = told(moved[0]).values(TODAY)
    own = employer("weir").hex
    pay, grade = values["salary", own], values["grade", own]
    assert (pay.shown.value, pay.reason, pay.shown.kind) == ("7000000", "owner", "payroll")
    assert (grade.shown.value, grade.reason, grade.shown.kind) == ("Grade 7", "owner", "hr")


def test_questions_do_not_grow_with_people(moved: Pair) -> None:
    def asked(question: Callable[[], object]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            question()
        return len(captured)

    few = asked(disagreements)
    for number in range(3, 9):
        send(f"0{number}-28", changed(MOLE, Staff_no=f"L/{number}", NI_No=f"QA12345{number}A"),
             body="lock")  # fmt: skip
    assert asked(disagreements) == few
    assert few <= 12


def test_people_of_several_records_are_found_by_an_index(moved: Pair) -> None:
    everybody, own = of_several_records(), of_several_records(employer("mill"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "register_crosswalk_" in everybody.explain()
    assert "register_crosswalk_" in own.explain()
    assert set(own) == set(everybody) == {person_of(moved[0])}
    assert differing({person_of(moved[0]).hex}) == {person_of(moved[0]).hex}
    assert differing(set()) == set()


def test_whoever_is_erased_is_named_by_no_settlement(moved: Pair) -> None:
    settle(moved)
    for one in moved:
        assert Settlement.objects.filter(naming([one])).count() == 1
    assert not Settlement.objects.filter(naming([uuid.uuid4()])).exists()
    Settlement.objects.filter(naming(moved)).delete()
    assert birth_date(moved[0]).unsettled
