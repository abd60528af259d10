"""A value gets its meaning once: its rows go on, later feeds need nobody, and it can be undone."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from muster.hub.agreements.actions import suspend
from muster.hub.mending import fixing, meanings, retaking
from muster.hub.models import Landing, QuarantinedRow, ValueFix
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK as CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.ledger.current import ledger
from tests.integration.loads import file_of, junior, load
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
from tests.integration.people_files import load as load_people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
BY = "persona:test"
MIXED = report(row("E1"), row("E2", worker=ODD), row("E3", worker=f" {ODD} "), row("E4"))


def question(cause: str = CAUSE) -> meanings.Question:
    (found,) = meanings.questions(cause)
    return found


def fix(becomes: str = "fixed_term", cause: str = CAUSE) -> tuple[uuid.UUID, fixing.WentOn]:
    said = fixing.say_meaning(question(cause), becomes, reason="As HR says", by=BY, clock=CLOCK)
    return said, fixing.let_go_on(said, read, by=BY, clock=CLOCK)


@pytest.fixture(autouse=True)
def _employers(fresh_home: object) -> None:
    enrol_all()


def test_a_person_is_asked_what_the_value_means_and_offered_what_there_is() -> None:
    sent(MIXED)
    asked = question()
    assert (asked.field, asked.stated, asked.route) == ("engagement", ODD, f"hr-{ORCHARDS}")
    assert [choice.words for choice in asked.choices] == [
        "permanent", "fixed term", "loan out", "loan in", "contractor", "agency",
    ]  # fmt: skip
    assert not asked.may_be_empty


def test_every_waiting_row_with_the_value_goes_on_however_it_is_spaced() -> None:
    landing = sent(MIXED)
    assert counts(landing) == (4, 2, 2)
    _, went_on = fix()
    assert (went_on, counts(landing)) == (fixing.WentOn(2, 0), (4, 4, 0))


def test_it_is_remembered_for_every_later_feed() -> None:
    sent(MIXED, day="2026-09-30")
    fix()
    assert counts(sent(MIXED + row("E9", worker=ODD).encode())) == (5, 5, 0)


def test_it_is_remembered_on_its_own_route_alone() -> None:
    landing = sent(MIXED)
    fix()
    other = sent(MIXED, employer="harbours-and-lighthouses")
    assert counts(landing) == (4, 4, 0)
    assert counts(other) == (4, 2, 2)


def test_routes_with_and_without_meanings_load_together() -> None:
    first = sent(MIXED, day="2026-08-31")
    fix()
    both = load_both()
    assert (counts(first), [counts(one) for one in both]) == ((4, 4, 0), [(4, 4, 0), (4, 2, 2)])


def load_both() -> list[uuid.UUID]:
    names = (f"{ORCHARDS}/2026-10-31-hr.csv", "harbours-and-lighthouses/2026-10-31-hr.csv")
    taken = load_people(dict.fromkeys(names, MIXED)).fresh
    by_name = {view.name: view.id for view in Landing.objects.filter(id__in=taken)}
    return [by_name[name] for name in names]


def test_a_row_with_something_else_wrong_stays_for_that() -> None:
    landing = sent(report(row("E1"), row("E2", worker=ODD, fte="most of it")))
    fix()
    assert causes_of(landing) == ["FTE: not a percentage: it has no % sign"]


def test_what_cannot_be_read_is_not_remembered() -> None:
    sent(MIXED)
    with pytest.raises(BadInput, match="Engagement cannot be 'apprentice'"):
        fix("apprentice")
    with pytest.raises(BadInput, match="may not be empty"):
        fix("")
    assert not ValueFix.objects.exists()


def test_personal_values_and_missing_ones_are_no_question() -> None:
    landing = sent(report(row(), row("E2", born="31/31/1980"), row("E3", worker="")))
    assert [meanings.questions(cause) for cause in causes_of(landing)] == [(), ()]


def test_another_employers_cause_is_no_question() -> None:
    landing = Landing.objects.select_related("route__source").get(id=sent(MIXED))
    assert landing.route is not None
    own = landing.route.source.employer
    assert len(meanings.questions(CAUSE, employer=own)) == 1
    assert meanings.questions(CAUSE, employer=landing.id) == ()


def test_saying_the_same_again_changes_nothing_and_saying_otherwise_is_refused() -> None:
    sent(MIXED)
    asked = question()
    first = fixing.say_meaning(asked, "fixed_term", reason="a", by=BY, clock=CLOCK)
    again = fixing.say_meaning(asked, "Employee - Fixed Term", reason="b", by=BY, clock=CLOCK)
    assert first == again
    with pytest.raises(Conflict, match=f"{BY} has said already"):
        fixing.say_meaning(asked, "agency", reason="c", by="persona:other", clock=CLOCK)


def test_who_said_what_and_why_is_kept_and_evident() -> None:
    sent(MIXED)
    fix()
    (said,) = fixing.fixes(route=f"hr-{ORCHARDS}")
    assert (said.title, said.stated, said.by, said.reason) == ("Engagement", ODD, BY, "As HR says")
    entries = [entry for entry in ledger().read("decisions") if entry.type == fixing.FIXED]
    assert len(entries) == 1
    assert ODD.encode() in (entries[0].body or b"")


def test_undone_it_asks_again_and_what_went_on_stays() -> None:
    landing = sent(MIXED)
    said, _ = fix()
    fixing.undo(fix=said, by=BY, clock=CLOCK)
    assert counts(landing) == (4, 4, 0)
    assert counts(sent(MIXED, day="2026-11-20")) == (4, 2, 2)
    with pytest.raises(NotFound):
        fixing.undo(fix=said, by=BY, clock=CLOCK)


def test_the_feeds_that_used_a_meaning_are_known_with_their_rows() -> None:
    released = sent(MIXED, day="2026-08-31")
    said, _ = fix()
    later = sent(MIXED, day="2026-09-30")
    sent(report(row("E1")), day="2026-10-31")
    found = fixing.uses(said)
    assert [(use.landing, use.rows) for use in found] == [(released, 2), (later, 2)]


def test_fixed_undone_and_taken_again_is_as_if_never_fixed() -> None:
    sent(report(row("E1"), row("E2")), day="2026-09-30")
    landing = sent(MIXED)
    before = (believed(), causes_of(landing), counts(landing))
    said, _ = fix("agency")
    assert believed() != before[0]
    fixing.undo(fix=said, by=BY, clock=CLOCK)
    (use,) = fixing.uses(said)
    again = retaking.take_again(landing=use.landing, reason="r", by=BY, read=read, clock=CLOCK)
    assert (believed(), causes_of(again), counts(again)) == before
    assert fixing.uses(said) == ()
    assert Landing.objects.get(id=landing).state == "withdrawn"


def test_a_feed_that_may_not_come_in_again_is_left_as_it_is() -> None:
    landing = sent(MIXED)
    fix()
    before = believed()
    suspend(code=f"hr-{ORCHARDS}", reason="r", by=BY, clock=CLOCK, employer=None)
    with pytest.raises(Conflict, match="would not come in again"):
        retaking.take_again(landing=landing, reason="r", by=BY, read=read, clock=CLOCK)
    assert (believed(), counts(landing)) == (before, (4, 4, 0))


def test_a_typed_value_is_settled_by_free_text() -> None:
    landing = load(
        {"hmt/2011-03-31-junior.csv": file_of(junior("1"), junior("half"), junior("half"))}
    ).fresh[0]
    cause = "FTE: not a number (half)"
    with pytest.raises(BadInput, match="not a number"):
        fix("a half", cause)
    fix("0.5", cause)
    assert counts(landing) == (3, 3, 0)
    assert Landing.objects.get(id=landing).total_accepted == 2_000_000_000


def test_a_row_that_only_a_release_could_double_stays() -> None:
    """The earlier row of the two went on long ago; the later one is worked through by itself."""
    landing = sent(report(row("E1"), row("E2"), row("E2", worker=ODD)))
    assert causes_of(landing) == [CAUSE]
    fix()
    assert causes_of(landing) == ["Staff number: stands in an earlier row of the file"]


def test_of_two_alike_that_wait_the_first_goes_on_whichever_is_released() -> None:
    landing = sent(report(row("E1"), row("E2", worker=ODD), row("E2", worker="Employee - Vicar")))
    fix()
    assert causes_of(landing) == [
        "Engagement: not in the code list of this layout (Employee - Vicar)"
    ]
    assert counts(landing) == (3, 2, 1)


def test_two_people_fixing_two_values_at_once_lose_nothing() -> None:
    odd = [f"Employee - {n}" for n in range(3)]
    landing = sent(report(*(row(f"E{n}{m}", worker=odd[m]) for n in range(20) for m in range(3))))
    asked = {value: question(CAUSE.replace(ODD, value)) for value in odd}

    def one(value: str) -> Callable[[], None]:
        def run() -> None:
            try:
                said = fixing.say_meaning(asked[value], "agency", reason="r", by=BY, clock=CLOCK)
                fixing.let_go_on(said, read, by=BY, clock=CLOCK)
            finally:
                connection.close()

        return run

    threads = [threading.Thread(target=one(value)) for value in odd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts(landing) == (60, 60, 0)
    assert not QuarantinedRow.objects.exists()


def test_time_that_is_up_leaves_the_other_files_for_another_go() -> None:
    days = [f"2026-{month:02}-28" for month in range(1, 6)]
    landings = [sent(report(row("E1"), row("E2", worker=ODD)), day=day) for day in days]
    said = fixing.say_meaning(question(), "agency", reason="r", by=BY, clock=CLOCK)
    first = fixing.let_go_on(said, read, by=BY, clock=CLOCK, seconds=0)
    assert (first, fixing.waiting_for(said)) == (fixing.WentOn(1, 4), (4, 4))
    assert fixing.carry_on(read, clock=CLOCK) == 4
    assert [counts(landing) for landing in landings] == [(2, 2, 0)] * 5
    assert dt.date.fromisoformat(days[0]) == Landing.objects.get(id=landings[0]).as_at


def test_a_large_file_goes_on_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    landing = sent(report(row("E0"), *(row(f"E{n}", worker=ODD) for n in range(1, 8))))
    monkeypatch.setattr("muster.hub.mending.releasing._AT_ONCE", 3)
    said = fixing.say_meaning(question(), "agency", reason="r", by=BY, clock=CLOCK)
    first = fixing.let_go_on(said, read, by=BY, clock=CLOCK, seconds=0)
    assert (first, counts(landing)) == (fixing.WentOn(3, 1), (8, 4, 4))
    assert fixing.let_go_on(said, read, by=BY, clock=CLOCK) == fixing.WentOn(4, 0)
    assert counts(landing) == (8, 8, 0)
    assert [use.rows for use in fixing.uses(said)] == [7]
