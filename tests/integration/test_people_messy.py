"""The table of messy people, sent to the register: what it believes is what the table says.

The rules alone are asked in ``tests/spec/test_messy_people.py``. Here the same feeds go through the
sink into the database, and what a page would ask is asked of it.
"""

import datetime as dt
import uuid

import pytest

from muster.register.people import queries
from muster.register.people.models import (
    Assignment,
    Claim,
    Conflict,
    Employment,
    Identifier,
    PersonName,
    SourceRecord,
    Statement,
)
from muster.register.people.queries import person_of
from muster.register.places.models import Place
from tests.integration.figures import headcount_cells
from tests.integration.told_feeds import FULL_TIME, Register, everything, people, row
from tests.spec.messy_table import (
    WORDS,
    Case,
    Outcome,
    cases,
    column_of,
    dispute,
    employment,
    timeline_of,
)
from tests.spec.test_messy_people import compare

pytestmark = pytest.mark.django_db
AUG, SEP, OCT = dt.date(2026, 8, 31), dt.date(2026, 9, 30), dt.date(2026, 10, 31)


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title.split(":")[0])
def test_the_register_believes_as_the_table_says(case: Case, register: Register) -> None:
    waiting = set()
    for feed in case.feeds:
        told = register.tells(feed.system, feed.as_at, feed.rows, full=feed.full)
        waiting |= {f"{feed.as_at:%m-%d} {cause.partition(' (')[0]}" for _, cause in told.waiting}
    found = believed(register)
    found.waiting = waiting
    compare(case, found)


def believed(register: Register) -> Outcome:
    """Return what is believed now, in the words of the table."""
    outcome = Outcome()
    records = {}
    for one in Employment.objects.filter(recorded_to=None).select_related("record"):
        assert one.record is not None
        record = records[one.employment] = name_of(one.record)
        outcome.employments.add(
            employment(record, one.valid_from, one.valid_to, one.engagement, one.ended,
                       one.leaving_reason)
        )  # fmt: skip
        spent = Assignment.objects.filter(employment=one.employment, recorded_to=None)
        for word in WORDS:
            column = "place__name" if word == "place" else column_of(word)
            line = list(spent.order_by("valid_from").values_list(column, "valid_from"))
            outcome.held[record, word] = timeline_of(word, line)
    for row_in_dispute in Conflict.objects.filter(recorded_to=None).select_related("record"):
        said = row_in_dispute
        outcome.disputes.add(
            dispute(name_of(said.record), said.valid_from, said.valid_to, records[said.against])
        )
    outcome.people = {
        frozenset((system.removeprefix("hr:"), number) for system, number in group)
        for group in people()
    }
    systems = {employer: name for name, employer in register.employers.items()}
    for day, employer in Statement.objects.filter(recorded_to=None).values_list(
        "as_at", "employer"
    ):
        count = queries.headcount(day).get(employer, 0)
        cells = headcount_cells(day).filter(employer=employer.hex)
        assert cells["people"].sum() == count
        outcome.headcount[day, systems[employer]] = str(count)
    return outcome


def name_of(record: SourceRecord) -> tuple[str, str]:
    return record.system.removeprefix("hr:"), record.staff_number


def test_a_planned_hire_is_shown_as_planned(register: Register) -> None:
    register.tells("mill", AUG, [row("M1", start=dt.date(2026, 10, 5))])
    record = queries.person(the_person("M1"), AUG)
    assert record is not None
    assert record.employments == ()
    assert [one.believed.valid_from for one in record.planned] == [dt.date(2026, 10, 5)]
    assert queries.search("mole", as_at=AUG).total == 0
    later = queries.person(the_person("M1"), OCT)
    assert later is not None
    assert (len(later.employments), later.planned) == (1, ())


def test_a_pay_award_leaves_what_was_believed_before_to_be_seen(register: Register) -> None:
    register.tells("mill", AUG, [row("M1", salary=3_000_000)])
    known = register.clock
    april = dt.date(2026, 4, 1)
    register.tells("mill", OCT, [row("M1", salary=3_150_000, salary_from=april)])
    record = queries.person(the_person("M1"), dt.date(2026, 6, 1))
    assert record is not None
    assert [one.salary for one in record.employments[0].assignments] == [3_150_000]
    then = [
        one.salary
        for one in record.history.employments[0].assignments
        if one.believed.recorded_from <= known
        and (one.believed.recorded_to is None or one.believed.recorded_to > known)
        and one.believed.valid_from <= dt.date(2026, 6, 1)
    ]
    assert then == [3_000_000]


def test_a_temporary_number_is_kept_sealed_and_finds_nobody(register: Register) -> None:
    register.tells("mill", AUG, [row("M1", nino="TN010380F")])
    claim = Claim.objects.get()
    assert claim.nino is not None
    assert "TN" not in claim.nino
    assert claim.nino_hash is None
    assert not Identifier.objects.filter(kind="nino").exists()


def test_a_reason_and_an_absence_stand_in_the_record_and_in_no_list(register: Register) -> None:
    said = {"absence": "sick", "leaving": dt.date(2026, 12, 31), "leaving_reason": "retired"}
    register.tells("mill", AUG, [row("M1", **said)])
    record = queries.person(the_person("M1"), AUG)
    assert record is not None
    held = record.employments[0]
    assert (held.leaving_reason, held.assignments[0].absence) == ("retired", "sick")
    (found,) = queries.search("mole", as_at=AUG).found
    assert "sick" not in repr(found)
    assert "retired" not in repr(found)


def test_places_are_kept_with_their_kind(register: Register) -> None:
    words = ("Hull", "Homeworker", "Overseas - Brussels", "No fixed place")
    register.tells("mill", AUG, [row(f"M{n}", place=word) for n, word in enumerate(words)])
    assert dict(Place.objects.values_list("name", "kind")) == dict(
        zip(words, ("site", "home", "overseas", "none"), strict=True)
    )


@pytest.mark.parametrize("words", ["oneill", "o’neill", "Ó NEILL", "o'neill"])
def test_a_search_finds_a_name_however_it_is_typed(register: Register, words: str) -> None:
    register.tells("mill", AUG, [row("M1", surname="O'Neill")])
    assert queries.search(words, as_at=AUG).total == 1
    assert PersonName.objects.get().surname == "O'Neill"


def test_a_name_of_many_particles_fits_where_it_is_searched(register: Register) -> None:
    long = " ".join(["O'Mac"] * 33)
    register.tells("mill", AUG, [row("M1", surname=long, forenames=long, known_as=long)])
    assert len(PersonName.objects.get().searched) <= 620


class TestWithdrawal:
    """A feed that is withdrawn was never there; what it replaced stands again."""

    def test_what_it_brought_goes(self, register: Register) -> None:
        register.tells("mill", AUG, [row("M1")])
        before = everything()
        wrong = register.tells("mill", SEP, [row("M1", grade="G7"), row("M2", nino=None)])
        register.withdraws(wrong.landing)
        assert everything() == before

    def test_whom_it_ended_goes_on(self, register: Register) -> None:
        register.tells("mill", AUG, [row("M1"), row("M2", nino=None)])
        before = everything()
        wrong = register.tells("mill", SEP, [row("M1")])
        assert everything() != before
        register.withdraws(wrong.landing)
        assert everything() == before

    def test_what_it_replaced_stands_again_as_a_new_fact(self, register: Register) -> None:
        first = register.tells("mill", AUG, [row("M1", grade="SEO"), row(None, fte=None)])
        before = everything()
        second = register.tells("mill", AUG, [row("M1", grade="G7")], replaces=first.landing)
        register.withdraws(second.landing, first.landing)
        assert everything() == before
        stood = Statement.objects.filter(landing=first.landing).order_by("id")
        assert [one.recorded_to is None for one in stood] == [False, True]
        assert queries.fte_of_landings([first.landing]) == FULL_TIME
        grades = Assignment.objects.order_by("recorded_from").values_list("grade", flat=True)
        assert list(grades) == ["SEO", "G7", "SEO"]

    def test_what_waits_waits_again(self, register: Register) -> None:
        register.tells("mill", AUG, [row("M1"), row("M2", nino=None)])
        first = register.tells("mill", SEP, [row("M1"), row("M2", fte=None)])
        second = register.tells("mill", SEP, [row("M1")], replaces=first.landing)
        assert len(ended()) == 1
        register.withdraws(second.landing, first.landing)
        assert ended() == []

    def test_what_still_holds_rests_on_the_row_that_says_it(self, register: Register) -> None:
        first = register.tells("mill", AUG, [row("M1")])
        second = register.tells("mill", SEP, [row("M1")])
        register.withdraws(first.landing)
        for model in (Employment, Assignment, PersonName, Identifier):
            rests = model.objects.filter(recorded_to=None)
            assert set(rests.values_list("statement__landing", flat=True)) == {second.landing}

    def test_a_late_file_that_repeats_another_leaves_no_trace(self, register: Register) -> None:
        """A start ahead, put off: seen at work in between or not, it is another story."""
        planned, later = row("M1", start=dt.date(2026, 9, 14)), dt.date(2026, 10, 5)
        register.tells("mill", AUG, [planned])
        register.tells("mill", OCT, [row("M1", start=later)])
        before = everything()
        assert len(before["Employment"]) == 1
        late = register.tells("mill", SEP, [planned])
        assert len(everything()["Employment"]) == 2
        register.withdraws(late.landing)
        assert everything() == before

    def test_people_it_brought_together_part(self, register: Register) -> None:
        register.tells("mill", AUG, [row("M1", nino=None)])
        register.tells("weir", AUG, [row("W1", engagement="contractor")])
        before = everything()
        wrong = register.tells("mill", SEP, [row("M1")])
        assert len(people()) == 1
        register.withdraws(wrong.landing)
        assert everything() == before
        assert len(people()) == 2

    def test_doubt_it_brought_goes(self, register: Register) -> None:
        register.tells("mill", AUG, [row("M1"), row("M2", nino=None)])
        clear = register.tells("mill", SEP, [row("M1")])
        before = everything()
        doubtful = register.tells(
            "mill", SEP, [row("M1"), row(None, nino=None)], replaces=clear.landing
        )
        assert ended() == []
        register.withdraws(doubtful.landing, clear.landing)
        assert everything() == before

    def test_an_absence_that_only_it_proved_is_none(self, register: Register) -> None:
        register.tells("mill", AUG, [row("M1"), row("M2", nino=None)])
        register.tells("mill", SEP, [row("M1"), row(None, nino=None)])
        before = everything()
        clear = register.tells("mill", OCT, [row("M1")])
        assert len(ended()) == 1
        register.withdraws(clear.landing)
        assert everything() == before

    def test_a_fact_first_told_by_it_rests_on_an_earlier_file(self, register: Register) -> None:
        second = register.tells("mill", SEP, [row("M1")])
        first = register.tells("mill", AUG, [row("M1")])
        register.withdraws(second.landing)
        rests = Employment.objects.get(recorded_to=None).statement
        assert rests is not None
        assert rests.landing == first.landing

    def test_what_stands_again_stands_where_it_stood(self, register: Register) -> None:
        """Of two changes of one day the later counts, also when the earlier is reinstated."""
        first = register.tells("mill", AUG, [row("M1", grade="EO")], full=False)
        register.tells("mill", AUG, [row("M1", grade="HEO")], full=False)
        before = everything()
        third = register.tells(
            "mill", AUG, [row("M1", grade="SEO")], full=False, replaces=first.landing
        )
        assert everything() != before
        register.withdraws(third.landing, first.landing)
        assert everything() == before

    def test_the_last_word_of_a_day_counts_though_it_only_repeats_an_earlier_day(
        self, register: Register
    ) -> None:
        register.tells("mill", AUG, [row("M1")])
        register.tells("mill", SEP, [row("M1", grade="SEO")], full=False)
        register.tells("mill", SEP, [row("M1")], full=False)
        assert [one.grade for one in Assignment.objects.filter(recorded_to=None)] == ["HEO"]

    def test_twice_is_once(self, register: Register) -> None:
        told = register.tells("mill", AUG, [row("M1")])
        register.withdraws(told.landing)
        register.withdraws(told.landing)
        register.withdraws(uuid.uuid4())
        assert everything()["Employment"] == []


def ended() -> list[Employment]:
    """Return the employments believed to end."""
    return list(Employment.objects.filter(recorded_to=None, valid_to__isnull=False))


def the_person(staff_number: str) -> uuid.UUID:
    found = person_of("hr:mill", staff_number)
    assert found is not None
    return found
