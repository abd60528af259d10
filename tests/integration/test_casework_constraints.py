"""Each thing the database states about cases, violated once on the store of this run."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from muster.casework.constraints import CONSTRAINTS
from muster.casework.models import Case, Diagram, Step, Task, Wait
from muster.kernel.ids import new_id

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def diagram(**other: object) -> Diagram:
    said = {"process": "p", "digest": str(new_id()), "files": "{}", "loaded_at": AT,
            "loaded_by": "t", **other}  # fmt: skip
    return Diagram.objects.create(**said)


def case(**other: object) -> Case:
    said = {"diagram": diagram(), "process": "p", "subject": str(new_id()), "shape": b"",
            "opened_at": AT, "opened_by": "t", **other}  # fmt: skip
    return Case.objects.create(**said)


def task(**other: object) -> Task:
    said = {"id": new_id(), "case": case(), "process": "p", "element": "t", "title": "T",
            "lane": "A", "employer": new_id(), "opened_at": AT, **other}  # fmt: skip
    return Task.objects.create(**said)


def done(**other: object) -> Task:
    return task(**{"state": "done", "done_at": AT, "done_by": "t", **other})


def step() -> Step:
    return Step.objects.create(case=case(), process="p", element="t", at=AT, by="t")


def wait() -> Wait:
    return Wait.objects.create(id=new_id(), case=case(), process="p", element="w", opened_at=AT)


def ended() -> Case:
    return case(state="ended", ended_at=AT)


def twice(make: Callable[..., object], **said: object) -> None:
    make(**said)
    make(**said)


def changed(row: Case | Task | Step | Diagram, **said: object) -> None:
    type(row).objects.filter(pk=str(row.pk)).update(**said)


# name, and which of several ways: how to violate it
VIOLATED: dict[str, Callable[[], object]] = {
    "casework_diagram_once": lambda: twice(diagram, digest="d"),
    "casework_case_once": lambda: twice(case, subject="s"),
    "casework_case_state ended": lambda: case(state="ended"),
    "casework_case_state open": lambda: case(ended_at=AT),
    "casework_case_state unknown": lambda: case(state="lost"),
    "casework_task_state done": lambda: task(state="done"),
    "casework_task_state open": lambda: task(done_at=AT),
    "casework_task_state unknown": lambda: task(state="lost", done_at=AT),
    "casework_task_party": lambda: task(employer=None),
    "casework_diagram_unchanging": lambda: changed(diagram(), files='{"p": ""}'),
    "casework_step_unchanging": lambda: changed(step(), by="another"),
    "casework_step_unchanging words": lambda: changed(step(), words="said later"),
    "casework_task_stays_done by": lambda: changed(done(), done_by="another"),
    "casework_task_stays_done open": lambda: changed(done(), state="open", done_at=None),
    "casework_task_stays_done back": lambda: changed(
        done(state="taken back"), state="done", done_by="t"
    ),
    "casework_case_stays_ended": lambda: changed(ended(), state="running", ended_at=None),
    "casework_case_stays_ended version": lambda: changed(ended(), version=9),
}


def test_every_constraint_is_listed_and_violated() -> None:
    declared = {
        one.name for model in (Diagram, Case, Task, Wait, Step) for one in model._meta.constraints
    }
    assert declared <= set(CONSTRAINTS)
    assert {one.split()[0] for one in VIOLATED} == set(CONSTRAINTS)
    assert apps.get_app_config("casework")


@pytest.mark.parametrize("name", VIOLATED)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    said = None if "once" in name else name.split(maxsplit=1)[0]
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        VIOLATED[name]()
        connection.check_constraints()


@pytest.mark.parametrize("make", [diagram, case, ended, task, done, step, wait])
def test_what_may_be_true_is_taken(make: Callable[[], object]) -> None:
    """Control: the helpers above make rows that only their change spoils."""
    make()


def test_an_open_case_moves_and_a_whole_case_may_go_at_the_end_of_its_time() -> None:
    of = case()
    task(case=of)
    changed(of, version=1, state="suspended")
    Task.objects.filter(case=of).update(state="done", done_at=AT, done_by="t")
    Step.objects.create(case=of, process="p", element="t", at=AT, by="t")
    changed(of, state="ended", ended_at=AT)
    Case.objects.filter(id=of.id).update(about=None, parties="{}")  # an erasure
    Case.objects.filter(id=of.id).delete()
    assert not Step.objects.exists()
    assert not Task.objects.exists()
