"""What the ordinary HR files of both employers do to a move that has taken effect.

A move is decided: the old employment ends on the first day, and the new one begins on it, of no
record yet. Then the files come in as every month, late, wrong, or before the move. There is one
employment with the new employer, whoever told of it first; what was decided stays; and what a file
states otherwise is seen.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest

from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.queries import ids_by_key
from muster.register.people import actions, facts
from muster.register.people.erasing import erase_person
from muster.register.people.matching.actions import confirm, decide, undo
from muster.register.people.models import (
    Assignment,
    Conflict,
    Crosswalk,
    Employment,
    Person,
    SourceRecord,
)
from muster.register.people.moving import (
    Move,
    Moved,
    Refused,
    end_beside,
    move_employments,
    redate_move,
    undo_moves,
)
from tests.integration.test_people_feeds import MOLE, changed, enrol_bodies, everything, send

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 21)
BY = "hr:weir"
OURS = changed(MOLE, Staff_no="W/9", Start_date="21/09/2026", Grade="G6", Salary="71000")
"""How the new employer's file lists the person: a staff number, grade and pay of its own."""


@pytest.fixture(autouse=True)
def bodies() -> None:
    enrol_bodies("mill", "weir")


def terms(**more: object) -> actions.Terms:
    return actions.Terms("permanent", 10**9, grade="Grade 7", salary=6_900_000, **more)  # type: ignore[arg-type]


def listed(*, on: str = "08-31", row: str = MOLE) -> Employment:
    """Let the old employer's file list the person; return the employment it tells of."""
    send(on, row)
    return Employment.objects.get(recorded_to=None, record__system="hr:mill")


def moved(old: Employment, **more: object) -> uuid.UUID:
    """Let the person move; return the new employment."""
    move = Move(old.person_id, old.employment, ids_by_key()["weir"], DAY, terms(), **more)  # type: ignore[arg-type]
    (done,) = move_employments([move], by=BY, reason="transfer", clock=SYSTEM_CLOCK)
    assert isinstance(done, Moved), done
    return done.employment


def of(person: uuid.UUID) -> list[tuple[str, str, str, str | None, str | None]]:
    """Return what is believed of somebody: employer, days, staff number, how the end is known."""
    held = Employment.objects.filter(person=person, recorded_to=None).order_by("valid_from", "id")
    return [
        (one.employer.key, str(one.valid_from), str(one.valid_to or ""),
         one.record.staff_number if one.record else None, one.ended)
        for one in held.select_related("employer", "record")
    ]  # fmt: skip


def disputes() -> list[tuple[str, str, str]]:
    """Return what is in dispute: system and the days it states."""
    rows = Conflict.objects.filter(recorded_to=None).select_related("record")
    return sorted((one.record.system, str(one.valid_from), str(one.valid_to or "")) for one in rows)


def spent(employment: uuid.UUID) -> list[tuple[str, str, str | None, int | None, bool]]:
    """Return the terms of an employment: days, grade, pay, and whether somebody decided them."""
    held = Assignment.objects.filter(employment=employment, recorded_to=None)
    return [
        (str(one.valid_from), str(one.valid_to or ""), one.grade, one.salary,
         one.decided_by is not None)
        for one in held.order_by("valid_from")
    ]  # fmt: skip


def counted(day: dt.date) -> list[tuple[str, str]]:
    """Return who is counted on a day, by employer and kind."""
    frame = facts.Employments().frame()
    own = [
        (one["employer"], one["kind"]) for one in frame.iter_rows(named=True)
        if one["valid_from"] <= day and (one["valid_to"] is None or one["valid_to"] > day)
    ]  # fmt: skip
    keys = {each.hex: key for key, each in ids_by_key().items()}
    return sorted((keys[employer], kind) for employer, kind in own)


LEFT = ("mill", "2019-09-02", "2026-09-21", "M/1", "decided")
JOINED = ("weir", "2026-09-21", "", "W/9", None)
AWAITED = ("weir", "2026-09-21", "", None, None)


@dataclass(frozen=True)
class Case:
    """What the two files say, what is believed then, and which days are in dispute."""

    name: str
    mill: tuple[str, ...] | None = ()
    weir: tuple[str, ...] | None = None
    held: tuple[tuple[str, str, str, str | None, str | None], ...] = (LEFT, JOINED)
    disputed: tuple[tuple[str, str, str], ...] = ()


CASES = (
    Case("the old file does not list them any more", (), None, (LEFT, AWAITED)),
    Case("the old file says the last day", (changed(MOLE, Leaving_date="20/09/2026"),), None,
         (LEFT, AWAITED)),
    Case("the old file still lists them", (MOLE,), None, (LEFT, AWAITED),
         (("hr:mill", "2019-09-02", ""),)),
    Case("the old file says another last day", (changed(MOLE, Leaving_date="25/09/2026"),), None,
         (LEFT, AWAITED), (("hr:mill", "2019-09-02", "2026-09-26"),)),
    Case("the new file lists them, on other terms", None, (OURS,)),
    Case("the new file says a day later", None, (changed(OURS, Start_date="22/09/2026"),),
         (LEFT, JOINED), (("hr:weir", "2026-09-22", ""),)),
    Case("the new file says a day earlier", None, (changed(OURS, Start_date="20/09/2026"),),
         (LEFT, JOINED), (("hr:weir", "2026-09-20", ""),)),
    Case("the new file says since when they serve", None,
         (changed(OURS, Start_date="02/09/2019"),),
         (LEFT, JOINED), (("hr:weir", "2019-09-02", ""),)),
    Case("the new file lists them as a loan", None, (changed(OURS, Contract="Loan in"),),
         (LEFT, JOINED), (("hr:weir", "2026-09-21", ""),)),
    Case("the new file knows when they leave", None, (changed(OURS, Leaving_date="31/03/2027"),),
         (LEFT, ("weir", "2026-09-21", "2027-04-01", "W/9", "stated"))),
    Case("both files have heard of it", (), (OURS,)),
    Case("the new file has, the old one has not", (MOLE,), (OURS,), (LEFT, JOINED),
         (("hr:mill", "2019-09-02", ""),)),
    Case("the new file lists them twice, with a second post", None,
         (OURS, changed(OURS, Staff_no="W/8", FTE="0.2", Start_date="01/10/2026")),
         (LEFT, JOINED, ("weir", "2026-10-01", "", "W/8", None))),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("turned", [False, True], ids=["old first", "new first"])
def test_files_of_the_next_month(case: Case, turned: bool) -> None:
    old = listed()
    moved(old)
    files = [(body, rows) for body, rows in (("mill", case.mill), ("weir", case.weir))
             if rows is not None]  # fmt: skip
    for body, rows in reversed(files) if turned else files:
        send("09-30", *rows, body=body)
    assert (of(old.person_id), disputes()) == (list(case.held), list(case.disputed))
    for day in (DAY - dt.timedelta(1), DAY, dt.date(2026, 9, 30), dt.date(2026, 12, 1)):
        where = "mill" if day < DAY else "weir"
        assert counted(day) == [(where, "employee")]


def test_the_new_file_tells_the_terms_from_now_on_and_what_was_decided_is_history() -> None:
    old = listed()
    joined = moved(old)
    assert spent(joined) == [("2026-09-21", "", "Grade 7", 6_900_000, True)]
    send("09-30", OURS, body="weir")
    assert spent(joined) == [("2026-09-21", "", "Grade 6", 7_100_000, False)]
    send("10-31", changed(OURS, FTE="0.6"), body="weir")
    assert [days[:2] for days in spent(joined)] == [
        ("2026-09-21", "2026-10-31"), ("2026-10-31", ""),
    ]  # fmt: skip
    facts_of = Employment.objects.filter(employment=joined).order_by("recorded_from")
    assert [one.record_id is None for one in facts_of] == [True, False]
    assert {one.decided_by for one in facts_of} == {BY}


def test_a_withdrawn_file_leaves_what_was_decided() -> None:
    old = listed()
    joined = moved(old)
    before, terms_before, links = of(old.person_id), spent(joined), linked()
    landing = send("09-30", OURS, body="weir")
    withdraw(landing=landing.id, by="persona:planner", reason="test", clock=SYSTEM_CLOCK)
    assert (of(old.person_id), spent(joined), linked()) == (before, terms_before, links)
    send("09-30", changed(OURS, Grade="SEO"), body="weir")
    assert of(old.person_id) == [LEFT, JOINED]


def linked() -> set[tuple[str, uuid.UUID]]:
    """Return which records that anything standing speaks of are of whom."""
    rows = Crosswalk.objects.filter(recorded_to=None).select_related("record")
    return {(one.record.staff_number, one.person_id) for one in rows}


def test_whoever_leaves_the_new_employer_is_ended_by_its_file_and_comes_back_by_it() -> None:
    old = listed()
    moved(old)
    send("09-30", OURS, body="weir")
    send("10-31", body="weir")
    assert of(old.person_id)[1] == ("weir", "2026-09-21", "2026-10-31", "W/9", "vanished")
    send("11-30", OURS, body="weir")
    assert of(old.person_id) == [LEFT, JOINED]


def test_a_file_that_comes_before_the_move_is_the_same_employment() -> None:
    old = listed()
    send("09-30", OURS, body="weir")
    assert disputes() == [("hr:weir", "2026-09-21", "")]
    moved(old)
    assert (of(old.person_id), disputes()) == ([LEFT, JOINED], [])


@pytest.mark.parametrize("start", ["20/09/2026", "21/09/2026", "22/09/2026"])
def test_a_move_that_both_files_know_already_is_decided_once_more(start: str) -> None:
    old = listed()
    send("09-30", changed(MOLE, Leaving_date="19/09/2026"))
    send("09-30", changed(OURS, Start_date=start), body="weir")
    assert [one[0] for one in of(old.person_id)] == ["mill", "weir"]
    joined = moved(Employment.objects.get(recorded_to=None, record__system="hr:mill"),
                   longest_gap=28)  # fmt: skip
    assert of(old.person_id)[1:] == [JOINED]
    assert len(disputes()) == (start != "21/09/2026")
    assert [one[4] for one in spent(joined)] == [False]


def test_an_employment_with_the_new_employer_long_before_still_refuses_the_move() -> None:
    old = listed(row=changed(MOLE, Leaving_date="19/09/2026"))
    send("10-31", changed(OURS, Start_date="27/10/2026"), body="weir")
    move = Move(old.person_id, old.employment, ids_by_key()["weir"], DAY, terms(), longest_gap=28)
    (done,) = move_employments([move], by=BY, reason="transfer", clock=SYSTEM_CLOCK)
    assert isinstance(done, Refused)


def test_a_corrected_day_settles_what_was_in_dispute() -> None:
    old = listed()
    joined = moved(old)
    send("09-30", changed(OURS, Start_date="22/09/2026"), body="weir")
    assert disputes()
    redate_move(old=old.employment, new=joined, first_day=dt.date(2026, 9, 22), by=BY,
                reason="transfer", clock=SYSTEM_CLOCK)  # fmt: skip
    assert [one[1:4] for one in of(old.person_id)] == [
        ("2019-09-02", "2026-09-22", "M/1"), ("2026-09-22", "", "W/9"),
    ]  # fmt: skip
    assert not disputes()
    assert spent(joined)[0][0] == "2026-09-22"


def test_a_move_that_is_undone_leaves_the_new_file_in_dispute() -> None:
    old = listed()
    joined = moved(old)
    send("09-30", OURS, body="weir")
    undo_moves([(old.employment, joined, None)], by=BY, reason="reversed", clock=SYSTEM_CLOCK)
    assert of(old.person_id) == [("mill", "2019-09-02", "", "M/1", None)]
    assert disputes() == [("hr:weir", "2026-09-21", "")]
    assert spent(joined) == []


LENT = changed(OURS, Contract="Loan in")


@pytest.mark.parametrize(
    ("engagement", "row", "kind"),
    [("loan_in", LENT, "loan_in"), ("further", changed(OURS, FTE="0.4"), "employee")],
)
def test_a_loan_or_a_second_post_is_told_of_by_its_file(
    engagement: str, row: str, kind: str
) -> None:
    old = listed()
    joined = moved(old, engagement=engagement, last_day=dt.date(2027, 3, 31))
    for month in ("07-31", "09-30"):
        send(month, row, body="weir")
    held = Employment.objects.get(recorded_to=None, employer__key="weir")
    assert (held.employment, held.engagement, str(held.valid_to)) == (
        joined, engagement, "2027-04-01",
    )  # fmt: skip
    assert held.record is not None
    # Its file knows of no end yet, and the end is not here yet.
    assert not disputes()
    assert of(old.person_id)[0] == ("mill", "2019-09-02", "", "M/1", None)
    assert counted(DAY) == [("mill", "employee"), ("weir", kind)]
    end_beside(employment=joined, ends=dt.date(2026, 12, 1), by=BY, reason="early",
               clock=SYSTEM_CLOCK)  # fmt: skip
    send("11-30", changed(row, Leaving_date="30/11/2026"), body="weir")
    assert not disputes()


def test_from_one_employer_to_the_next_before_any_file_has_heard() -> None:
    enrol_bodies("lock")
    old = listed()
    joined = moved(old)
    move = Move(old.person_id, joined, ids_by_key()["lock"], dt.date(2026, 10, 12), terms())
    move_employments([move], by=BY, reason="transfer", clock=SYSTEM_CLOCK)
    send("09-30", OURS, body="weir")
    theirs = changed(OURS, Staff_no="L/1", Start_date="12/10/2026")
    send("10-31", theirs, body="lock")
    send("10-31", body="weir")
    assert [one[:4] for one in of(old.person_id)] == [
        ("mill", "2019-09-02", "2026-09-21", "M/1"),
        ("weir", "2026-09-21", "2026-10-12", "W/9"),
        ("lock", "2026-10-12", "", "L/1"),
    ]
    assert not disputes()


def test_there_and_back_again_under_the_old_staff_number() -> None:
    old = listed()
    joined = moved(old)
    send("09-30", OURS, body="weir")
    send("09-30")
    move = Move(old.person_id, joined, ids_by_key()["mill"], dt.date(2026, 10, 12), terms())
    move_employments([move], by=BY, reason="transfer", clock=SYSTEM_CLOCK)
    send("10-31", changed(MOLE, Start_date="12/10/2026"))
    send("10-31", body="weir")
    assert [one[:4] for one in of(old.person_id)] == [
        ("mill", "2019-09-02", "2026-09-21", "M/1"),
        ("weir", "2026-09-21", "2026-10-12", "W/9"),
        ("mill", "2026-10-12", "", "M/1"),
    ]
    assert not disputes()


def test_a_file_that_takes_back_an_end_gives_way_to_what_was_decided_since() -> None:
    old = listed()
    moved(old)
    send("09-30", changed(OURS, Leaving_date="31/10/2026"), body="weir")
    actions.open_employment(
        person=old.person_id, employer=ids_by_key()["mill"], engagement="employee",
        first_day=dt.date(2026, 11, 2), terms=terms(), by=BY, reason="back", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    send("10-31", OURS, body="weir")
    assert [one[1:3] for one in of(old.person_id)][1:] == [
        ("2026-09-21", "2026-11-01"), ("2026-11-02", ""),
    ]  # fmt: skip
    assert disputes() == [("hr:weir", "2026-09-21", "")]


def test_a_record_that_is_linked_later_adopts_and_once_unlinked_all_is_as_it_was() -> None:
    old = listed()
    joined = moved(old)
    send("09-30", changed(OURS, NI_No=""), body="weir")
    other = Employment.objects.get(recorded_to=None, record__staff_number="W/9")
    assert other.person_id != old.person_id
    before = (of(old.person_id), of(other.person_id), spent(joined), everything())
    first, second = (SourceRecord.objects.get(staff_number=one).id for one in ("M/1", "W/9"))
    tie = decide(first=first, second=second, says="same", reason="seen both", by="hr:ann",
                 clock=SYSTEM_CLOCK)  # fmt: skip
    tie = confirm(tie=tie, by="hr:bob", clock=SYSTEM_CLOCK)
    assert of(old.person_id) == [LEFT, JOINED]
    assert of(other.person_id) == []
    undo(tie=tie, reason="they are two", by="hr:ann", clock=SYSTEM_CLOCK)
    assert (of(old.person_id), of(other.person_id), spent(joined), everything()) == before
    again = Employment.objects.get(recorded_to=None, record__staff_number="W/9")
    assert again.employment == other.employment


def test_the_person_can_be_erased_and_the_file_stays_readable() -> None:
    old = listed()
    moved(old)
    send("09-30", OURS, body="weir")
    erase_person(old.person_id, authority="run 1")
    assert not Employment.objects.exists()
    assert not Assignment.objects.exists()
    assert everything()["PersonName"] == []


def test_a_person_of_no_record_can_be_erased() -> None:
    person = Person.objects.create().id
    actions.open_employment(
        person=person, employer=ids_by_key()["mill"], engagement="employee", first_day=DAY,
        terms=terms(), by=BY, reason="known", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    erase_person(person, authority="run 1")
    assert not Person.objects.filter(id=person).exists()
