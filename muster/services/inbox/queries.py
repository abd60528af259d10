"""What the inbox shows: tasks in the reader's reach, with what their cases are called."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from muster.casework import queries as casework
from muster.casework.drafting import drafted
from muster.casework.notifying.colleagues import names
from muster.casework.notifying.naming import title_of
from muster.casework.notifying.queries import people_of
from muster.casework.ports import Process, process_named, processes
from muster.casework.queries import MOST_ROWS, TaskView, Wanted
from muster.casework.rules import Worker
from muster.kernel.errors import NotFound


@dataclass(frozen=True)
class Row:
    """One task as the inbox lists it.

    Args:
        task: the task.
        case_title: what its case is called; it may name a person.
        process_title: what its process is called.
        has_it: the name of who has taken it; "" if nobody has.
        drafted: whether the reader has begun and saved it.
    """

    task: TaskView
    case_title: str
    process_title: str
    has_it: str
    drafted: bool


@dataclass(frozen=True)
class Shown:
    """Some of the tasks that were asked for.

    Args:
        rows: this page's.
        total: how many there are.
        cut: whether words were looked for in the first tasks only, because there are too many.
        people: whom the shown cases are about.
    """

    rows: tuple[Row, ...]
    total: int
    cut: bool
    people: tuple[uuid.UUID, ...]


def listed(
    worker: Worker, wanted: Wanted, *, words: str = "", start: int = 0, limit: int = 50
) -> Shown:
    """Return tasks in a worker's reach.

    Args:
        worker: who looks.
        wanted: which tasks.
        words: what the titles of task and case hold; they are looked for in the first 500 tasks.
        start: how many to leave out at the beginning.
        limit: how many at most.
    """
    if not words:
        page = casework.tasks(worker, wanted, start=start, limit=limit)
        return _shown(page.tasks, page.total, worker)
    page = casework.tasks(worker, wanted, limit=MOST_ROWS)
    asked = words.casefold().split()
    found = tuple(one for one in page.tasks if _holds(one, asked))
    shown = _shown(found[start : start + limit], len(found), worker)
    return replace(shown, cut=page.total > MOST_ROWS)


def row_of(worker: Worker, task: uuid.UUID) -> Row:
    """Return one task in reach, open or done.

    Raises:
        NotFound: if there is none, or it is not the worker's to see.
    """
    return _shown((casework.task(worker, task),), 1, worker).rows[0]


def counts(worker: Worker) -> dict[str, int]:
    """Return how many tasks each shelf holds, but for those that are done."""
    return {
        "mine": casework.tasks(worker, Wanted("mine"), limit=0).total,
        "team": casework.tasks(worker, Wanted("team"), limit=0).total,
        "covered": casework.tasks(worker, Wanted("covered"), limit=0).total,
    }


def soonest(worker: Worker, limit: int) -> tuple[TaskView, ...]:
    """Return the worker's own tasks, the late ones first."""
    return casework.tasks(worker, Wanted("mine"), limit=limit).tasks


def process_choices() -> list[tuple[str, str]]:
    """Return the processes there are, as a filter offers them."""
    return sorted(((one.key, title_of(one.key)) for one in processes()), key=lambda one: one[1])


def case_title(task: TaskView) -> str:
    """Return what a task's case is called; what its process is called where no service says."""
    process = _process(task.case_process)
    if process is None or not process.title:
        return title_of(task.case_process)
    return str(import_string(process.title)(task.subject))


def own_page(task: TaskView) -> str:
    """Return the address of the page its service has for a task; "" if it has none."""
    process = _process(task.case_process)
    name = process.task_pages.get(task.element, "") if process is not None else ""
    return _address(name, task.id)


def subject_page(task: TaskView) -> str:
    """Return the address of the page of what a task's case is about; "" if there is none."""
    process = _process(task.case_process)
    return "" if process is None else _address(process.page, task.subject.rpartition(":")[2])


def people_shown(tasks: Sequence[TaskView]) -> tuple[uuid.UUID, ...]:
    """Return whom the cases of tasks are about, where the reader is shown what they are called."""
    named = [one.case for one in tasks if names_people(one)]
    return tuple(people_of(named)) if named else ()


def names_people(task: TaskView) -> bool:
    """Tell whether a service says what the task's case is called: it may name a person."""
    process = _process(task.case_process)
    return process is not None and bool(process.title)


def _address(name: str, thing: object) -> str:
    """Return the address of a thing's page; "" where its service has none of that name."""
    try:
        return reverse(name, args=[thing]) if name else ""
    except NoReverseMatch:
        return ""


def _process(key: str) -> Process | None:
    """Return a process; None if no service brings it any more."""
    try:
        return process_named(key)
    except NotFound:
        return None


def _holds(task: TaskView, asked: list[str]) -> bool:
    said = f"{task.title} {case_title(task)}".casefold()
    return all(word in said for word in asked)


def _shown(tasks: tuple[TaskView, ...], total: int, worker: Worker) -> Shown:
    called = names({one.assignee for one in tasks if one.assignee})
    begun = drafted([one.id for one in tasks], worker)
    rows = tuple(
        Row(one, case_title(one), title_of(one.case_process),
            called.get(one.assignee, one.assignee), one.id in begun)
        for one in tasks
    )  # fmt: skip
    return Shown(rows, total, False, people_shown(tasks))
