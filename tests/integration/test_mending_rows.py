"""A row is corrected in place: previewed, kept beside what came in, and consistent ever after."""

import uuid

import pytest

from muster.hub import queries
from muster.hub.actions import release
from muster.hub.agreements.actions import lift, suspend
from muster.hub.mending import correcting, fixing, meanings, retaking
from muster.hub.models import CellFix, QuarantinedRow
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK as CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.ledger.current import ledger
from muster.register.people.models import PersonName
from tests.integration.mending_files import (
    CAUSE,
    ODD,
    ORCHARDS,
    believed,
    causes_of,
    counts,
    enrol_all,
    report,
    row,
    sent,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
BY, OTHER = "persona:test", "persona:other"
BORN = "Date of Birth"


@pytest.fixture(autouse=True)
def _employers(fresh_home: object) -> None:
    enrol_all()


def correct(landing: uuid.UUID, number: int, by: str = BY, **texts: str) -> correcting.Corrected:
    view = correcting.row_of(landing, number)
    named = {key.replace("_", " "): text for key, text in texts.items()}
    return correcting.correct_row(
        view, named, reason="Typed wrongly", by=by, read=read, clock=CLOCK
    )


def test_a_row_shows_its_cells_with_what_is_wrong_beside_them() -> None:
    landing = sent(report(row("E1"), row("E2", born="31/31/1980", worker=ODD)))
    view = correcting.row_of(landing, 3)
    wrong = {cell.header: [p["reason"] for p in cell.problems] for cell in view.cells}
    assert view.place == "row 3"
    assert [header for header, said in wrong.items() if said] == [BORN, "Worker Type"]
    assert view.others == ()


def test_a_preview_tells_what_becomes_of_it_and_keeps_nothing() -> None:
    landing = sent(report(row("E1"), row("E2", born="31/31/1980", worker=ODD)))
    view = correcting.row_of(landing, 3)
    half = correcting.preview(view, {BORN: "1980-12-31"}, read=read, clock=CLOCK)
    assert half.changes == ((BORN, "31/31/1980", "1980-12-31"),)
    assert [problem["field"] for problem in half.problems] == ["Engagement"]
    whole = {BORN: "1980-12-31", "Worker Type": "Employee - Permanent"}
    assert correcting.preview(view, whole, read=read, clock=CLOCK).goes_on
    assert (CellFix.objects.count(), counts(landing)) == (0, (2, 1, 1))


def test_a_corrected_row_goes_on_and_both_values_are_kept_with_who_and_why() -> None:
    landing = sent(report(row("E1"), row("E2", name="Lovelace, Ada", born="31/31/1980")))
    received = queries.exact_bytes(landing)
    assert correct(landing, 3, Date_of_Birth="1980-12-31").went_on == 1
    assert counts(landing) == (2, 2, 0)
    assert PersonName.objects.filter(surname="Lovelace").exists()
    (made,) = correcting.row_of(landing, 3).corrections
    assert (made.field, made.was, made.now) == (BORN, "31/31/1980", "1980-12-31")
    assert (made.by, made.reason) == (BY, "Typed wrongly")
    assert queries.exact_bytes(landing) == received
    bodies = [e.body or b"" for e in ledger().read("decisions") if e.type == correcting.CORRECTED]
    assert len(bodies) == 1
    assert b"1980" not in bodies[0]


def test_no_correction_can_be_read_in_the_database_and_erasure_takes_it() -> None:
    landing = sent(report(row("E1"), row("E2", born="31/31/1980")))
    correct(landing, 3, Date_of_Birth="1980-12-31")
    assert b"1980" not in bytes(CellFix.objects.get().sealed)
    ledger().erase(f"landing:{landing}", reason="test", by=BY)
    with pytest.raises(NotFound):
        correcting.row_of(landing, 3)


def test_what_is_still_wrong_waits_with_its_new_reason_and_the_correction_stays() -> None:
    landing = sent(report(row("E1"), row("E2", born="31/31/1980", worker=ODD)))
    done = correct(landing, 3, Date_of_Birth="1980-12-31")
    assert [one.cause for one in done.waiting] == causes_of(landing) == [CAUSE]
    cells = {cell.header: cell for cell in correcting.row_of(landing, 3).cells}
    assert (cells[BORN].text, cells[BORN].original) == ("1980-12-31", "31/31/1980")
    correct(landing, 3, Worker_Type="Employee - Permanent")
    assert counts(landing) == (2, 2, 0)


def test_corrections_count_at_every_later_release_and_when_the_feed_is_taken_again() -> None:
    landing = sent(report(row("E1"), row("E2", born="31/31/1980", worker=ODD), row("E3")))
    correct(landing, 3, Date_of_Birth="1980-12-31")
    (asked,) = meanings.questions(CAUSE)
    said = fixing.say_meaning(asked, "agency", reason="r", by=BY, clock=CLOCK)
    assert fixing.let_go_on(said, read, by=BY, clock=CLOCK).rows == 1
    fixing.undo(fix=said, by=BY, clock=CLOCK)
    again = retaking.take_again(landing=landing, reason="r", by=BY, read=read, clock=CLOCK)
    assert causes_of(again) == [CAUSE]
    (made,) = correcting.row_of(again, 3).corrections
    assert (made.was, made.now, made.by) == ("31/31/1980", "1980-12-31", BY)


def test_two_who_correct_the_same_row_do_not_overwrite_each_other() -> None:
    landing = sent(report(row("E1"), row("E2", born="31/31/1980", worker=ODD)))
    seen = correcting.row_of(landing, 3)
    correct(landing, 3, by=OTHER, Date_of_Birth="1980-12-31")
    with pytest.raises(Conflict, match="Somebody else has corrected this row"):
        correcting.correct_row(
            seen, {BORN: "1980-11-30"}, reason="r", by=BY, read=read, clock=CLOCK
        )
    assert [fix.now for fix in correcting.row_of(landing, 3).corrections] == ["1980-12-31"]


def test_a_row_that_went_on_meanwhile_is_not_corrected() -> None:
    landing = sent(report(row("E1"), row("E2", worker=ODD)))
    seen = correcting.row_of(landing, 3)
    correct(landing, 3, by=OTHER, Worker_Type="Employee - Permanent")
    before = believed()
    with pytest.raises(Conflict):
        correcting.correct_row(
            seen, {"Worker Type": "Agency"}, reason="r", by=BY, read=read, clock=CLOCK
        )
    assert believed() == before


def test_nothing_changed_is_said() -> None:
    landing = sent(report(row("E1"), row("E2", born="31/31/1980")))
    view = correcting.row_of(landing, 3)
    with pytest.raises(BadInput, match="No cell was changed"):
        correcting.preview(view, {BORN: " 31/31/1980 "}, read=read, clock=CLOCK)


def test_a_staff_number_that_stands_already_does_not_get_in_by_correction() -> None:
    """Also where the corrected row stands above the one that went on long ago."""
    landing = sent(report(row("", born="01/01/1980"), row("E2"), row("", born="01/01/1981")))
    assert counts(landing) == (3, 1, 2)
    for number in (2, 4):
        done = correct(landing, number, Employee_ID="E2")
        assert [one.cause for one in done.waiting] == [
            "Staff number: stands in an earlier row of the file"
        ]
    assert correct(landing, 2, Employee_ID="E5").went_on == 1
    assert correct(landing, 4, Employee_ID="E6").went_on == 1


def test_a_row_cut_short_goes_on_once_somebody_went_over_it() -> None:
    cut = row("E2").rsplit(",", 3)[0]
    landing = sent(report(row("E1"), cut))
    assert causes_of(landing) == ["the row: more or fewer cells than the header"]
    view = correcting.row_of(landing, 3)
    assert [problem["field"] for problem in view.others] == ["the row"]
    assert correcting.preview(view, {}, read=read, clock=CLOCK).goes_on
    assert correct(landing, 3).went_on == 1
    assert counts(landing) == (2, 2, 0)


def test_dates_of_which_day_and_month_are_in_doubt_go_on_once_written_plainly() -> None:
    american = [row(f"E{n}", born=f"03/{n:02}/1980") for n in range(11, 15)]
    landing = sent(report(row("E1", born="25/12/1980"), *american))
    assert counts(landing)[2] == 4
    for number, day in ((3, "1980-03-11"), (4, "1980-03-12"), (5, "1980-03-13"), (6, "1980-03-14")):
        correct(landing, number, Date_of_Birth=day)
    assert counts(landing) == (5, 5, 0)


def test_real_dates_in_doubt_go_on_once_somebody_has_said_so() -> None:
    texts = ("25/12/1980", "26/12/1980", "27/12/1980")
    cells = ("1980-03-04", "1980-05-06", "1980-07-08")
    landing = sent(report(*(row(f"E{n}", born=day) for n, day in enumerate(texts + cells))))
    assert counts(landing) == (6, 3, 3)
    assert correct(landing, 5, Date_of_Birth="1980-04-03").went_on == 1
    assert correct(landing, 6, Date_of_Birth="1980-05-31").went_on == 1
    assert counts(landing) == (6, 5, 1)
    assert release([landing], read, by=BY, clock=CLOCK) == 0, "the last one is in doubt as before"


def test_rows_of_another_employer_are_not_there() -> None:
    landing = sent(report(row("E1"), row("E2", worker=ODD)))
    with pytest.raises(NotFound):
        correcting.row_of(landing, 3, employer=uuid.uuid4())
    with pytest.raises(NotFound):
        correcting.row_of(landing, 2)


def test_nothing_goes_on_under_a_suspended_agreement_and_the_correction_counts_later() -> None:
    landing = sent(report(row("E1"), row("E2", worker=ODD)))
    suspend(code=f"hr-{ORCHARDS}", reason="r", by=BY, clock=CLOCK, employer=None)
    done = correct(landing, 3, Worker_Type="Employee - Permanent")
    assert (done.went_on, len(done.waiting), counts(landing)) == (0, 1, (2, 1, 1))
    lift(code=f"hr-{ORCHARDS}", reason="r", by=BY, employer=None, clock=CLOCK)
    assert release([landing], read, by=BY, clock=CLOCK) == 1
    assert not QuarantinedRow.objects.exists()
