"""Rows whose time runs from a day of their own go when it is up, and not a day before."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from muster.kernel.clock import FixedClock
from muster.register.employers.models import Employer
from muster.register.keeping.actions import decide, go_on, preview, propose
from muster.register.keeping.dated import DATED
from muster.register.keeping.models import RunItem
from muster.register.keeping.queries import items
from muster.register.keeping.schedule import schedule
from muster.register.people.models import Person
from muster.register.people.restricting.models import BrokenGlass, GlassNotice, Restriction
from muster.register.recruitment.models import ApplicationFact, DiversityAnswer, Statement
from muster.register.told.models import Change, Correction
from tests.integration import restricting_constraints as restricting
from tests.integration.keeping_world import APPROVER, PROPOSER
from tests.integration.test_recruitment_constraints import application, statement

pytestmark = pytest.mark.django_db
NOON = dt.time(12, tzinfo=dt.UTC)
ENDED = dt.date(2026, 11, 20)
Made = Callable[[dt.date], Any]


def an_extract(day: dt.date) -> Any:
    made = application(statement=statement(as_at=day))
    DiversityAnswer.objects.create(statement=made.statement, row=made.row, sex="female")
    return made.statement.pk


def a_correction(day: dt.date) -> Any:
    at = dt.datetime.combine(day, NOON)
    employer = Employer.objects.get_or_create(key="mill", defaults={"title": "M"})[0]
    return Correction.objects.create(
        person=Person.objects.create(), fact=uuid.uuid4(), field="surname", system="hr:mill",
        employer=employer, sealed="x", state="corrected", asked_at=at, asked_by="p", promised=day,
        answered_at=at, closed_at=at,
    ).pk  # fmt: skip


def a_restriction(day: dt.date) -> Any:
    at = dt.datetime.combine(day, NOON)
    return restricting.restriction(recorded_from=at, recorded_to=at).pk


def glass(day: dt.date) -> Any:
    at = dt.datetime.combine(day, NOON)
    made = restricting.glass(at=at, until=at + dt.timedelta(hours=1))
    GlassNotice.objects.create(glass=made, restriction=restricting.restriction(), told_at=at)
    return made.pk


def a_proof(day: dt.date) -> Any:
    at = dt.datetime.combine(day, NOON)
    return Change.objects.create(
        person=Person.objects.create(), kind="bank", state="stopped", told_at=at, told_by="me",
        settled_at=at, settled_by="me",
    ).pk  # fmt: skip


MAKERS: dict[str, Made] = {
    "extract": an_extract, "correction": a_correction, "restriction": a_restriction,
    "glass": glass, "proof": a_proof,
}  # fmt: skip


def run(on: dt.date) -> list[RunItem]:
    """Preview, propose, approve and do what is past its time on a day."""
    clock = FixedClock(dt.datetime.combine(on, NOON))
    made = preview(by=PROPOSER, clock=clock)
    if not items(made):
        return []
    propose(run=made, reason="Monthly", by=PROPOSER, clock=clock)
    decide(run=made, approve=True, reason="Looked at", by=APPROVER, clock=clock)
    go_on(run=made, by=APPROVER, clock=clock, seconds=60)
    return list(RunItem.objects.filter(run=made, state="erased"))


def held(of: str, key: Any) -> bool:
    """Tell whether what is to be erased of a row is still there."""
    if of == "extract":
        return (
            ApplicationFact.objects.filter(statement=key).exists()
            or DiversityAnswer.objects.filter(statement=key).exists()
        )
    model = {"correction": Correction, "restriction": Restriction, "glass": BrokenGlass}.get(of)
    if model is None:
        return Change.objects.get(pk=key).told_by != ""
    return bool(model._default_manager.filter(pk=key).exists())


def test_every_kind_of_row_has_a_line_and_is_tried_here() -> None:
    assert set(MAKERS) == set(DATED) == {line.of for line in schedule() if line.of in DATED}


@pytest.mark.parametrize("of", MAKERS)
def test_a_row_goes_on_the_day_after_its_time_and_not_before(of: str) -> None:
    [line] = [one for one in schedule() if one.of == of]
    old, young = MAKERS[of](ENDED), MAKERS[of](ENDED + dt.timedelta(days=1))
    last = ENDED.replace(year=ENDED.year + line.years)
    assert run(last) == []
    assert held(of, old)
    [done] = run(last + dt.timedelta(days=1))
    assert (done.line, done.thing) == (line.code, str(old))
    assert done.counts
    assert not held(of, old)
    assert held(of, young)
    assert run(last + dt.timedelta(days=1)) == []


def test_the_extract_and_its_campaign_stay_without_their_applications() -> None:
    key = an_extract(ENDED)
    run(dt.date(2029, 1, 1))
    assert Statement.objects.filter(pk=key).exists()
    assert not held("extract", key)


def test_a_restriction_stays_as_long_as_somebody_may_ask_who_opened_it() -> None:
    at = dt.datetime.combine(ENDED, NOON)
    lifted = restricting.restriction(recorded_from=at, recorded_to=at)
    later = at + dt.timedelta(days=400)
    made = restricting.glass(at=later, until=later + dt.timedelta(hours=1))
    GlassNotice.objects.create(glass=made, restriction=lifted, told_at=later)
    run(dt.date(2034, 1, 1))
    assert Restriction.objects.filter(pk=lifted.pk).exists()
    run(dt.date(2035, 1, 1))
    assert not GlassNotice.objects.exists()
    run(dt.date(2035, 1, 2))
    assert not Restriction.objects.filter(pk=lifted.pk).exists()


def test_what_stands_is_never_past_its_time() -> None:
    restricting.restriction()
    assert run(dt.date(2060, 1, 1)) == []
