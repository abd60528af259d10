"""Each thing the database states about keeping, violated once on the store of the run."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from muster.register.keeping.models import (
    Answer,
    Certificate,
    LegalHold,
    Request,
    Run,
    RunItem,
)

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 22)
PERSON = uuid.UUID(int=1)


def hold(**other: Any) -> LegalHold:
    said = {"kind": "line", "target": "pay", "why": "x", "review_on": DAY, "placed_by": "a",
            "placed_at": AT}  # fmt: skip
    return LegalHold.objects.create(**(said | other))


def run(**other: Any) -> Run:
    return Run.objects.create(**({"as_at": DAY, "previewed_by": "a", "previewed_at": AT} | other))


def item(**other: Any) -> RunItem:
    return RunItem.objects.create(**({"run": run(), "line": "pay", "thing": "1"} | other))


def request(**other: Any) -> Request:
    said = {"kind": "copy", "person": uuid.uuid4(), "asked_by": "a", "asked_at": AT, "due": DAY}
    return Request.objects.create(**(said | other))


def answer(**other: Any) -> Answer:
    said = {"request": request(), "line": "pay", "outcome": "nothing held"}
    return Answer.objects.create(**(said | other))


def certificate(**other: Any) -> Certificate:
    said = {"run": run(), "note": "n", "position": 1, "issued_at": AT}
    return Certificate.objects.create(**(said | other))


def twice(make: Callable[..., models.Model], *fields: str) -> None:
    first = make()
    make(**{field: getattr(first, field) for field in fields})


VIOLATED: dict[str, tuple[type[models.Model], Callable[[], object]]] = {
    "register_legal_hold_kind": (LegalHold, lambda: hold(kind="person")),
    "register_legal_hold_four_eyes": (LegalHold, lambda: hold(lifted_by="a", lifted_at=AT)),
    "register_keeping_run_four_eyes": (
        Run, lambda: run(state="approved", proposed_by="a", decided_by="a"),
    ),
    "register_keeping_item_once": (RunItem, lambda: twice(item, "run")),
    "register_keeping_item_state": (RunItem, lambda: item(state="kept", done_at=AT)),
    "register_keeping_request_known": (Request, lambda: request(kind="wish")),
    "register_keeping_request_one_open": (Request, lambda: twice(request, "person")),
    "register_keeping_request_another_reviews": (
        Request, lambda: request(decided_by="a", reviewed_by="a"),
    ),
    "register_keeping_answer_once": (Answer, lambda: twice(answer, "request")),
    "register_keeping_answer_says_why": (Answer, lambda: answer(outcome="refused")),
}  # fmt: skip


@pytest.mark.parametrize("name", VIOLATED)
def test_it_is_always_true(name: str) -> None:
    for make in (hold, run, item, request, answer, certificate):
        make()  # correct rows are taken
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        VIOLATED[name][1]()
    # SQLite names no unique constraint in its message, only the columns.
    said = str(problem.value)
    assert name in said or "UNIQUE constraint failed" in said


def test_every_constraint_of_these_tables_is_tried() -> None:
    stated = {
        constraint.name
        for model in (LegalHold, Run, RunItem, Request, Answer, Certificate)
        for constraint in model._meta.constraints
    }
    assert stated == set(VIOLATED)


def test_a_run_has_one_certificate() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        twice(certificate, "run")
