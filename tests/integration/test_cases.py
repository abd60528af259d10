"""Cases as services meet them: opened, worked on, refused, held, and moved by time."""

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from muster.casework import actions, queries
from muster.casework.models import Case, Diagram, Step, Task, Wait
from muster.casework.rules import Worker
from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted
from muster.kernel.working_days import NATIONS, add_working_days
from tests.integration.casework_world import (
    ANN,
    BEN,
    BOTH,
    ERIN,
    ERRAND,
    HERSELF,
    MILL,
    ORCHARD,
    Errands,
    bring,
    effects,
    errands_in,
    fault,
)

pytestmark = pytest.mark.django_db
MOST_QUESTIONS = 24


@pytest.fixture
def errands(tmp_path: Path) -> Iterator[Errands]:
    yield from errands_in(tmp_path)


def test_a_case_is_worked_on_by_those_it_is_given_to(errands: Errands) -> None:
    case = errands.open(about=ERIN, known={"day": "2027-03-28"})
    errands.do(case, ANN)
    errands.do(case, BEN, approved=False)
    errands.do(case, ANN)
    errands.do(case, BEN, approved=True)
    assert (effects("write"), effects("check"), effects("keep")) == (2, 2, 1)
    assert actions.send(case, "answered", by="t", clock=errands.clock)
    signing = errands.task(case)
    assert (signing.person, signing.due_at) == (ERIN, dt.datetime(2027, 3, 28, tzinfo=dt.UTC))
    errands.do(case, HERSELF)
    assert errands.state(case) == "ended"
    assert not Wait.objects.filter(case=case).exists()
    done = [one.element for one in queries.history(case) if one.kind == "task"]
    assert done == ["write", "check", "write", "check", "sign"]


@pytest.mark.parametrize("worker", [
    Worker("x", frozenset({"manager"}), MILL),
    Worker("x", frozenset({"caseworker"}), ORCHARD),
    Worker("x", frozenset({"caseworker"}), None),
    Worker("x", frozenset(), MILL),
    Worker("x", frozenset(), None, ERIN),
], ids=["another role", "another employer", "no employer", "no role", "the person"])  # fmt: skip
def test_a_task_is_nothing_to_those_it_is_not_given_to(errands: Errands, worker: Worker) -> None:
    case = errands.open(about=ERIN)
    with pytest.raises(NotFound):
        errands.do(case, worker)
    with pytest.raises(NotFound):
        queries.task(worker, errands.task(case).id)
    assert queries.tasks(worker, queries.Wanted()).total == 0
    assert errands.task(case).state == "open"


def test_nobody_works_on_a_case_about_themselves(errands: Errands) -> None:
    case = errands.open(about=ERIN)
    with pytest.raises(NotPermitted):
        errands.do(case, HERSELF)
    assert queries.tasks(HERSELF, queries.Wanted()).total == 0


def test_nobody_takes_both_ends_of_a_case(errands: Errands) -> None:
    case = errands.open()
    errands.do(case, BOTH)
    with pytest.raises(NotPermitted, match="both ends"):
        errands.do(case, BOTH)
    errands.do(case, BEN)
    errands.do(case, BOTH)  # their own end again, after it was sent back


def test_what_was_done_is_not_done_again(errands: Errands) -> None:
    case = errands.open()
    task = errands.task(case)
    errands.do(case, ANN)
    with pytest.raises(Conflict):
        actions.complete(task.id, {}, worker=ANN, clock=errands.clock)
    assert effects("write") == 1
    with pytest.raises(NotFound):
        actions.complete(uuid.uuid4(), {}, worker=ANN, clock=errands.clock)


def test_of_two_who_saw_the_same_one_is_told(errands: Errands) -> None:
    case = errands.open()
    task = errands.task(case)
    seen = queries.task(ANN, task.id).version
    errands.pass_(days=4)  # a reminder moved the case
    with pytest.raises(Conflict, match="moved on"):
        actions.complete(task.id, {}, worker=ANN, clock=errands.clock, expected=seen)
    seen = queries.task(ANN, task.id).version
    actions.complete(task.id, {}, worker=ANN, clock=errands.clock, expected=seen)


@pytest.mark.parametrize(("element", "raised"), [
    ("keep", BadInput("No room", fix="Make room")), ("keep", ValueError("a fault")),
    ("check", ValueError("a fault")),
])  # fmt: skip
def test_a_step_that_fails_leaves_nothing(
    errands: Errands, element: str, raised: Exception
) -> None:
    case = errands.open()
    errands.do(case, ANN)
    before = (Step.objects.count(), Case.objects.values().get(), list(Task.objects.values()),
              _entries())  # fmt: skip
    fault[element] = raised
    with pytest.raises(type(raised)), transaction.atomic():
        errands.do(case, BEN, approved=True)
    assert before == (Step.objects.count(), Case.objects.values().get(),
                      list(Task.objects.values()), _entries())  # fmt: skip
    assert effects("check") == effects("keep") == 0
    fault.clear()
    errands.do(case, BEN, approved=True)
    assert effects("check") == effects("keep") == 1


def _entries() -> int:
    from muster.ledger.current import ledger

    return ledger().size("decisions")


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("opened", [
    dt.datetime(2026, 12, 22, 9, tzinfo=dt.UTC),  # Christmas, Boxing Day, New Year, 2 January
    dt.datetime(2027, 3, 24, 9, tzinfo=dt.UTC),  # Good Friday, Easter Monday, clocks go forward
    dt.datetime(2026, 10, 23, 9, tzinfo=dt.UTC),  # clocks go back
    dt.datetime(2027, 3, 15, 23, 30, tzinfo=dt.UTC),  # Saint Patrick's Day
])  # fmt: skip
def test_reminders_come_after_3_5_and_7_working_days(
    errands: Errands, nation: str, opened: dt.datetime
) -> None:
    errands.clock = FixedClock(opened)
    case = errands.open(nation=nation)
    assert errands.task(case).due_at == Wait.objects.get(element="r5").due_at
    for count, element in ((3, "a3"), (5, "a5"), (7, "a7")):
        wait = Wait.objects.get(case=case, element=f"r{count}")
        day = add_working_days(opened.date(), count, nation)  # type: ignore[arg-type]
        # 17:00 in London: an hour earlier in UTC while summer time lasts.
        summer = dt.date(2027, 3, 28) <= day or day < dt.date(2026, 10, 25)
        assert wait.due_at == dt.datetime(*day.timetuple()[:3], 16 if summer else 17, tzinfo=dt.UTC)
        errands.clock = FixedClock(wait.due_at - dt.timedelta(seconds=1))
        assert actions.fire_due(clock=errands.clock) == 0
        errands.clock = FixedClock(wait.due_at)
        assert actions.fire_due(clock=errands.clock) == 1
        assert actions.fire_due(clock=errands.clock) == 0
        assert effects(element) == 1
    assert not Wait.objects.filter(case=case).exists()


def test_a_message_that_nobody_waits_for_changes_nothing(errands: Errands) -> None:
    case = errands.open()
    assert not actions.send(case, "answered", by="t", clock=errands.clock)
    assert not actions.send(case, "unheard of", by="t", clock=errands.clock)
    assert Case.objects.get().version == 1
    with pytest.raises(NotFound):
        actions.send(uuid.uuid4(), "answered", by="t", clock=errands.clock)


def test_a_case_that_is_called_off_is_over(errands: Errands) -> None:
    case = errands.open()
    task = errands.task(case)
    actions.call_off(case, by="t", clock=errands.clock, why="Not needed")
    assert errands.pass_(days=30) == 0
    assert Task.objects.get().state == "taken back"
    for verb in (actions.call_off, actions.suspend, actions.resume):
        with pytest.raises(Conflict):
            verb(case, by="t", clock=errands.clock, why="x")
    with pytest.raises(Conflict):
        actions.complete(task.id, {}, worker=ANN, clock=errands.clock)
    with pytest.raises(Conflict):
        actions.replan(case, {}, by="t", clock=errands.clock, why="x")
    errands.open()  # and another about the same may be opened


def test_one_case_about_a_thing_is_open_at_a_time(errands: Errands) -> None:
    errands.open()
    with pytest.raises(Conflict):
        errands.open()
    errands.open("errand:2")
    with pytest.raises(NotFound):
        actions.open_case("unheard of", "errand:1", by="t", clock=errands.clock)


def test_a_case_that_stands_still_waits_with_its_timers(errands: Errands) -> None:
    case = errands.open()
    actions.suspend(case, by="t", clock=errands.clock, why="On hold")
    assert errands.pass_(days=30) == 0
    assert not actions.send(case, "answered", by="t", clock=errands.clock)
    with pytest.raises(Conflict):
        errands.do(case, ANN)
    with pytest.raises(Conflict):
        actions.take(errands.task(case).id, worker=ANN, clock=errands.clock)
    actions.resume(case, by="t", clock=errands.clock, why="It goes on")
    assert errands.pass_() == 3
    errands.do(case, ANN)


def test_changed_dates_make_what_is_due_by_them_due_anew(errands: Errands) -> None:
    case = errands.open(about=ERIN)
    errands.do(case, ANN)
    errands.do(case, BEN, approved=True)
    actions.send(case, "answered", by="t", clock=errands.clock)
    assert errands.task(case).due_at is None
    for day, due in (("2027-01-04", dt.datetime(2027, 1, 4, tzinfo=dt.UTC)),
                     ("2027-06-01", dt.datetime(2027, 5, 31, 23, tzinfo=dt.UTC))):  # fmt: skip
        actions.replan(case, {"day": day}, by="t", clock=errands.clock, why="Another day")
        assert errands.task(case).due_at == due
    with pytest.raises(BadInput), transaction.atomic():
        actions.replan(case, {"day": "some day"}, by="t", clock=errands.clock, why="x")
    assert errands.task(case).due_at == due


def test_a_case_keeps_the_version_it_started_with(errands: Errands, tmp_path: Path) -> None:
    old = errands.open()
    bring(tmp_path, ERRAND.replace("write > check > x", "write > x").replace(
        " | check task @Checker", "").replace("x > write else", "x > e else"))  # fmt: skip
    new = errands.open("errand:2")
    assert Diagram.objects.count() == 2
    for case in (old, new):
        errands.do(case, ANN)
    assert errands.task(old).element == "check"
    assert errands.state(new) == "ended"
    errands.do(old, BEN, approved=True)
    assert effects("keep") == 1
    bring(tmp_path)  # the file as it was is the version it was
    errands.open("errand:3")
    assert Diagram.objects.count() == 2


@pytest.mark.parametrize("raised", [BadInput("No room", fix="Make room"), ValueError("private")])
def test_a_timer_that_fails_is_tried_again_and_keeps_no_other(
    errands: Errands, raised: MusterError
) -> None:
    ill = errands.open("errand:1")
    errands.clock.move(dt.timedelta(minutes=1))
    errands.open("errand:2")
    fault["a3"] = raised
    assert errands.pass_(days=4) == 0
    del fault["a3"]
    errands.pass_()
    assert effects("a3", "errand:2") == effects("a3") == 0  # both are put off
    [(case, wait), _other] = queries.troubled()
    assert (case.id, wait.element) == (ill, "r3")
    assert wait.said
    assert "private" not in wait.said
    for _ in range(40):
        Wait.objects.filter(element="r3").update(attempts=1000)
    fault["a3"] = raised
    assert errands.pass_(minutes=2) == 0  # however often it was tried
    del fault["a3"]
    assert errands.pass_(hours=6) == 2
    assert effects("a3") == effects("a3", "errand:2") == 1
    assert queries.troubled() == ()


def test_the_number_of_questions_to_the_database_is_bounded(
    errands: Errands, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = errands.open()
    errands.do(case, ANN)
    errands.do(case, BEN)
    task = errands.task(case)
    # What the action and those who listen ask besides is theirs.
    with django_assert_max_num_queries(MOST_QUESTIONS):
        actions.complete(task.id, {}, worker=ANN, clock=errands.clock)
