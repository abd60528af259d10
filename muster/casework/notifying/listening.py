"""What people are told as cases move: given tasks, moved deadlines, cases that are finished.

``tell`` listens to every step of every case, within the step's transaction. What comes with time
instead, reminders and escalations, a worker looks for (``due_now``): a diagram may draw timers of
its own, but no deadline passes without a word because its diagram has none.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Literal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from muster.casework.drafting import forget_drafts
from muster.casework.models import Case, Task
from muster.casework.notifying.actions import About, To, notify
from muster.casework.notifying.models import Notice
from muster.casework.notifying.naming import title_of
from muster.casework.ports import CaseContext, Moved
from muster.kernel.clock import Clock
from muster.kernel.days import LONDON, ONE_DAY, legal_day
from muster.kernel.working_days import NATIONS, add_working_days

REMIND_DAYS = 2
"""So many working days before a deadline whoever has the task is reminded."""
_AT_ONCE = 500
Due = Literal["reminder", "escalation"]


def tell(moved: Moved, clock: Clock) -> None:
    """Tell people of the tasks that a step gave them, and of a case that it finished."""
    if moved.gone:
        forget_drafts(moved.gone)
    for task in Task.objects.filter(id__in=moved.given, state="open"):
        if task.assignee:
            # Who hands a task over and takes it back later is told again: the hour tells apart.
            key = f"given:{task.id}:{task.assignee}:{clock.now():%Y%m%d%H}"
            notify("task given", To(actor=task.assignee), about(task), key=key, clock=clock)
        elif task.person is not None:
            notify("task given", To(person=task.person), about(task), key=f"given:{task.id}",
                   clock=clock)  # fmt: skip
        else:
            notify("team task", _team(task), about(task), key=f"given:{task.id}", clock=clock)
    if moved.given:
        return
    if not moved.gone:
        # Nothing was done or given: the case was dated again, held or resumed.
        deadlines_moved(moved.case, _told_due(moved.case), clock=clock)
    if not moved.ended:
        return
    case = Case.objects.get(id=moved.case)
    if case.about is not None:
        said = About(case=case.id, process=title_of(case.process))
        key = f"finished:{case.id}"
        notify("case finished", To(person=case.about), said, key=key, clock=clock)


def _told_due(case: uuid.UUID) -> dict[uuid.UUID, dt.datetime | None]:
    """Return when tasks of a case are due by what was told of them last."""
    rows = Notice.objects.filter(case=case, task__isnull=False).order_by("written_at", "id")
    return {one.task: one.due_at for one in rows if one.task is not None}


def deadlines_moved(case: uuid.UUID, before: Mapping[uuid.UUID, dt.datetime | None], *,
                    clock: Clock) -> int:  # fmt: skip
    """Tell of deadlines that are others than before; within the transaction that moved them.

    Args:
        case: the case.
        before: when each open task was due, by task.
        clock: dates the notices.

    Returns:
        how many deadlines moved by at least a day.
    """
    count = 0
    for task in Task.objects.filter(case=case, state="open", id__in=before):
        was = before[task.id]
        if _day(was) == _day(task.due_at):
            continue
        count += 1
        key = f"moved:{task.id}:{_day(was)}:{_day(task.due_at)}:{clock.now():%Y%m%d%H%M%S}"
        for to in _concerned(task):
            notify("deadline moved", to, about(task, was=was), key=key, clock=clock)
    return count


def due_now(*, clock: Clock) -> int:
    """Remind of deadlines that are near and call in those that passed; return how many tasks."""
    now, told = clock.now(), 0
    for nation in NATIONS:
        last = add_working_days(legal_day(now), REMIND_DAYS, nation)
        near = dt.datetime.combine(last + ONE_DAY, dt.time(0), LONDON)
        open_ = _open().filter(case__nation=nation)
        told += _tell_each("reminder", open_.filter(due_at__gt=now, due_at__lt=near), clock)
    return told + _tell_each("escalation", _open().filter(due_at__lte=now), clock)


def remind(ctx: CaseContext) -> None:
    """Remind of a case's open tasks; for a timer that a diagram draws."""
    for task in _open().filter(case=ctx.case):
        _tell_one("reminder", task, ctx.clock, f":{ctx.element}")


def escalate(ctx: CaseContext) -> None:
    """Call in a case's open tasks; for a timer that a diagram draws."""
    for task in _open().filter(case=ctx.case):
        _tell_one("escalation", task, ctx.clock, f":{ctx.element}")


def about(task: Task, *, was: dt.datetime | None = None) -> About:
    """Return what notices say of a task; its case's title, which may name a person, is left out."""
    return About(
        case=task.case_id, process=title_of(task.process), task=task.id, title=task.title,
        due=task.due_at, was_due=was,
    )  # fmt: skip


def _open() -> QuerySet[Task]:
    return Task.objects.filter(state="open", case__state="running")


def _tell_each(kind: Due, tasks: QuerySet[Task], clock: Clock) -> int:
    """Tell of each task once for its deadline; several workers do no harm."""
    same = Notice.objects.filter(task=OuterRef("id"), kind=kind, due_at=OuterRef("due_at"))
    count = 0
    for task in tasks.exclude(Exists(same)).order_by("due_at")[:_AT_ONCE]:
        with transaction.atomic():
            count += _tell_one(kind, task, clock)
    return count


def _tell_one(kind: Due, task: Task, clock: Clock, mark: str = "") -> bool:
    key = f"{kind}:{task.id}:{_day(task.due_at)}{mark}"
    told = 0
    for to in _concerned(task, whole_team=kind == "escalation"):
        told += notify(kind, to, about(task), key=key, clock=clock)
    return told > 0


def _concerned(task: Task, *, whole_team: bool = False) -> Iterator[To]:
    """Yield whom a task's deadline concerns: who has it, else who may take it.

    A deadline that passed is the whole team's business, whoever took the task.
    """
    if task.person is not None:
        yield To(person=task.person)
        return
    if task.assignee:
        yield To(actor=task.assignee)
    if whole_team or not task.assignee:
        yield _team(task)


def _team(task: Task) -> To:
    return To(employer=task.employer, role=task.role)


def _day(instant: dt.datetime | None) -> dt.date | None:
    return None if instant is None else legal_day(instant)
