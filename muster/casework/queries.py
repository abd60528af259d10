"""The readers of cases: tasks in reach, what happened, and where a case stands on its diagram."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import F, Q, QuerySet

from muster.casework.models import Case, Diagram, Step, Task, Wait
from muster.casework.rules import Worker
from muster.casework.versions import loaded_row
from muster.kernel.errors import NotFound

Shelf = Literal["mine", "team", "covered", "done", "all"]
Order = Literal["due", "opened", "title"]
MOST_ROWS = 500


@dataclass(frozen=True)
class TaskView:
    """A task as people see it; ``version`` is that of its case, for who acts on what they saw."""

    id: uuid.UUID
    case: uuid.UUID
    process: str
    case_process: str
    element: str
    title: str
    lane: str
    role: str
    employer: uuid.UUID | None
    person: uuid.UUID | None
    assignee: str
    state: str
    bulk: bool
    opened: dt.datetime
    due: dt.datetime | None
    done: dt.datetime | None
    done_by: str
    subject: str
    case_state: str
    version: int


@dataclass(frozen=True)
class Wanted:
    """Which tasks are asked for.

    Args:
        shelf: mine (taken by me, or mine as a person), my team's (nobody has taken them), those of
            people I cover, those I did, or everything in reach.
        process: only of this process.
        element: only of this element.
        due_before: only what is due before then.
        subject: only of this subject.
        order: what comes first; without a deadline comes last.
        back: in reverse.
    """

    shelf: Shelf = "all"
    process: str = ""
    element: str = ""
    due_before: dt.datetime | None = None
    subject: str = ""
    order: Order = "due"
    back: bool = False


@dataclass(frozen=True)
class Page:
    """Some of the tasks that were asked for, and how many there are."""

    tasks: tuple[TaskView, ...]
    total: int


@dataclass(frozen=True)
class StepView:
    """One thing that happened in a case; ``title`` is the element's, or what was done to it."""

    at: dt.datetime
    by: str
    process: str
    element: str
    title: str
    kind: str
    lane: str
    words: str


@dataclass(frozen=True)
class WaitView:
    """A timer or message a case waits for; ``said`` is what went wrong when it last fired."""

    element: str
    title: str
    process: str
    message: str
    due: dt.datetime | None
    said: str


@dataclass(frozen=True)
class Place:
    """One element on the ordered list of a case: was it done, is it open, may it still come."""

    process: str
    element: str
    title: str
    kind: str
    lane: str
    state: Literal["done", "open", "to come"]
    words: str


@dataclass(frozen=True)
class CaseView:
    """A case: what it is about, and where it stands."""

    id: uuid.UUID
    process: str
    subject: str
    about: uuid.UUID | None
    state: str
    version: int
    diagram: int
    opened: dt.datetime
    opened_by: str
    ended: dt.datetime | None
    known: dict[str, Any]


def tasks(worker: Worker, wanted: Wanted, *, start: int = 0, limit: int = 50) -> Page:
    """Return open tasks in a worker's reach; what is out of reach is not counted either.

    Args:
        worker: who looks; what they cover counts for the shelf of it.
        wanted: which tasks.
        start: how many to leave out at the beginning.
        limit: how many at most.
    """
    rows = _on_shelf(worker, wanted.shelf)
    if wanted.process:
        rows = rows.filter(case__process=wanted.process)
    if wanted.element:
        rows = rows.filter(element=wanted.element)
    if wanted.subject:
        rows = rows.filter(case__subject=wanted.subject)
    if wanted.due_before is not None:
        rows = rows.filter(due_at__lt=wanted.due_before)
    total = rows.count()
    shown = _ordered(rows, wanted)[start : start + min(limit, MOST_ROWS)]
    return Page(tuple(map(_view, shown.select_related("case"))), total)


def task(worker: Worker, key: uuid.UUID) -> TaskView:
    """Return one task in reach, open or done.

    Raises:
        NotFound: if there is none, or it is not the worker's to see.
    """
    mine = Q(done_by=worker.id) | in_reach(worker)
    row = Task.objects.filter(mine, id=key).select_related("case").first()
    if row is None:
        raise NotFound("There is no such task", fix="See your inbox")
    return _view(row)


def open_tasks(case: uuid.UUID) -> tuple[TaskView, ...]:
    """Return what is open in a case, whoever it is for; the caller has seen that it may be."""
    rows = Task.objects.filter(case=case, state="open").select_related("case")
    return tuple(map(_view, rows.order_by("due_at", "opened_at", "id")))


def all_tasks(case: uuid.UUID) -> tuple[TaskView, ...]:
    """Return every task a case has had; the caller has seen that it may be shown."""
    rows = Task.objects.filter(case=case).select_related("case")
    return tuple(map(_view, rows.order_by("opened_at", "id")))


def case(key: uuid.UUID) -> CaseView:
    """Return a case.

    Raises:
        NotFound: if there is none.
    """
    row = Case.objects.filter(id=key).first()
    if row is None:
        raise NotFound("There is no such case", fix="See your inbox")
    return case_view(row)


def history(key: uuid.UUID) -> tuple[StepView, ...]:
    """Return what happened in a case, the earliest first."""
    row = Case.objects.select_related("diagram").get(id=key)
    _loaded, drawn = loaded_row(row.diagram)
    found = []
    for step in Step.objects.filter(case=key).order_by("id"):
        element = drawn[step.process].elements.get(step.element) if step.process in drawn else None
        found.append(StepView(
            step.at, step.by, step.process, step.element,
            element.title if element else step.element, element.kind if element else "case",
            element.lane if element else "", step.words,
        ))  # fmt: skip
    return tuple(found)


def waits(key: uuid.UUID) -> tuple[WaitView, ...]:
    """Return what a case waits for besides people."""
    row = Case.objects.select_related("diagram").get(id=key)
    _loaded, drawn = loaded_row(row.diagram)
    return tuple(
        WaitView(one.element, drawn[one.process].elements[one.element].title, one.process,
                 one.message, one.due_at, one.said)
        for one in Wait.objects.filter(case=key).order_by("due_at", "id")
    )  # fmt: skip


def places(key: uuid.UUID) -> tuple[Place, ...]:
    """Return a case's elements as an ordered list, each with whether it was done or is open."""
    row = Case.objects.select_related("diagram").get(id=key)
    _loaded, drawn = loaded_row(row.diagram)
    done = set(Step.objects.filter(case=key).values_list("process", "element"))
    still = set(Task.objects.filter(case=key, state="open").values_list("process", "element"))
    still |= set(Wait.objects.filter(case=key).values_list("process", "element"))
    found = []
    for process, diagram in drawn.items():
        for element in diagram.steps():
            place = (process, element.id)
            state: Literal["done", "open", "to come"] = (
                "open" if place in still else "done" if place in done else "to come"
            )
            found.append(Place(process, element.id, element.title, element.kind, element.lane,
                               state, element.words))  # fmt: skip
    return tuple(found)


def diagram_files(version: int) -> dict[str, str]:
    """Return the files of one version of a process, by the id of the process in each.

    Raises:
        NotFound: if there is no such version.
    """
    row = Diagram.objects.filter(id=version).first()
    if row is None:
        raise NotFound("There is no such version", fix="See the processes")
    found: dict[str, str] = json.loads(row.files)
    return found


def troubled(*, limit: int = 100) -> tuple[tuple[CaseView, WaitView], ...]:
    """Return cases whose timer could not do what it should, the longest waiting first."""
    rows = Wait.objects.exclude(said="").select_related("case").order_by("opened_at")[:limit]
    return tuple(
        (case_view(one.case),
         WaitView(one.element, one.element, one.process, one.message, one.due_at, one.said))
        for one in rows
    )  # fmt: skip


def in_reach(worker: Worker) -> Q:
    """Return what is a worker's to see: their own, and those of their roles at their employer."""
    own = Q(person=worker.person) if worker.person is not None else Q(pk__in=())
    if worker.employer is not None and worker.roles:
        own |= Q(person__isnull=True, employer=worker.employer, role__in=worker.roles)
    # Nobody works on a case about themselves: such tasks are not theirs to see.
    if worker.person is not None:
        own &= ~Q(case__about=worker.person) | Q(person=worker.person)
    return own


def _on_shelf(worker: Worker, shelf: Shelf) -> QuerySet[Task]:
    if shelf == "done":
        return Task.objects.filter(done_by=worker.id, state="done")
    rows = Task.objects.filter(in_reach(worker), state="open", case__state="running")
    if shelf == "mine":
        own = Q(assignee=worker.id)
        if worker.person is not None:
            own |= Q(person=worker.person)
        return rows.filter(own)
    if shelf == "team":
        return rows.filter(person__isnull=True, assignee="")
    if shelf == "covered":
        return rows.filter(assignee__in=sorted(worker.covers))
    return rows


def _ordered(rows: QuerySet[Task], wanted: Wanted) -> QuerySet[Task]:
    field = {"due": "due_at", "opened": "opened_at", "title": "title"}[wanted.order]
    if wanted.shelf == "done":
        field = "done_at"
    first = F(field).desc(nulls_last=True) if wanted.back else F(field).asc(nulls_last=True)
    return rows.order_by(first, "id")


def _view(row: Task) -> TaskView:
    return TaskView(
        row.id, row.case_id, row.process, row.case.process, row.element, row.title, row.lane,
        row.role, row.employer, row.person, row.assignee, row.state, row.bulk, row.opened_at,
        row.due_at, row.done_at, row.done_by, row.case.subject, row.case.state, row.case.version,
    )  # fmt: skip


def case_view(row: Case) -> CaseView:
    """Return a case's row as others see it."""
    return CaseView(
        row.id, row.process, row.subject, row.about, row.state, row.version, row.diagram_id,
        row.opened_at, row.opened_by, row.ended_at, json.loads(row.known),
    )  # fmt: skip
