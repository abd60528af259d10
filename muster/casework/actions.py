"""The verbs of cases, and their only writers: open, complete, send, fire, hand over, call off.

Each verb is one transaction: what the engine keeps, the tasks people see, what the case waits for,
the entry in the decisions log, and whatever the service's actions write or hand to the hub stand or
fall together. So a step that is broken off anywhere was not taken, and can be taken again.
"""

import datetime as dt
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, connection, transaction

from muster.casework.models import Case, Step, Task, Wait
from muster.casework.moving import Stride
from muster.casework.notifying.colleagues import accounts_of
from muster.casework.ports import Moved, parties_of, process_named, tell_listeners
from muster.casework.rules import Party, Standing, Worker, check_may_do
from muster.casework.versions import current
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, Where
from muster.ledger.current import ledger
from muster.ledger.gathering import together

ITSELF = "casework"
_log = logging.getLogger(__name__)
_LONGEST_PAUSE = dt.timedelta(hours=6)


@transaction.atomic
def open_case(
    process: str, subject: str, *, by: str, clock: Clock, known: Mapping[str, Any] | None = None,
    about: uuid.UUID | None = None, nation: str = "england-and-wales",
) -> uuid.UUID:  # fmt: skip
    """Open a case and let it run as far as it goes by itself; return it.

    Args:
        process: which process.
        subject: what it is about, such as ``transfer:<id>``; one open case of a process at a time.
        by: who opens it.
        clock: stamps it.
        known: what the case knows; small, and nothing personal.
        about: the person it is about, who decides nothing in it but their own tasks.
        nation: whose bank holidays count for its deadlines.

    Raises:
        NotFound: if there is no such process.
        Conflict: if a case of this process about the subject is open.
    """
    if Case.objects.filter(process=process, subject=subject, ended_at__isnull=True).exists():
        raise _is_open(subject)
    parties = {lane: _written(one) for lane, one in
               parties_of(process_named(process), subject).items()}  # fmt: skip
    case = Case(
        diagram=current(process, by=by, clock=clock), process=process, subject=subject,
        about=about, shape=b"", known=json.dumps(dict(known or {})), parties=json.dumps(parties),
        nation=nation, opened_at=clock.now(), opened_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:  # somebody opened it at the same moment
        raise _is_open(subject) from None
    _stride(case, lambda _stride: None, by=by, clock=clock, what="opened")
    return case.id


@transaction.atomic
def complete(
    task: uuid.UUID, answers: Mapping[str, Any], *, worker: Worker, clock: Clock,
    expected: int | None = None,
) -> Moved:  # fmt: skip
    """Do a task; what its service makes of the answers and what follows is one transaction.

    Args:
        task: the task.
        answers: what was answered, checked by the service's handler.
        worker: who does it.
        clock: stamps what happens.
        expected: the version of the case that was shown; None if it does not matter.

    Raises:
        NotFound: if the task is not the worker's to see.
        NotPermitted: if the case is about the worker, or they worked on its other side.
        Conflict: if it was done in the meantime, or the case was moved on by somebody.
        BadInput: whatever the service finds wrong with the answers.
    """
    case, row = _locked_task(task)
    _check(case, row, worker)
    if expected is not None and case.version != expected:
        raise Conflict("This case has moved on since you looked", where=Where(thing=case.subject),
                       fix="Load the page again")  # fmt: skip

    def change(stride: Stride) -> None:
        stride.handle(row.element, answers, worker)
        stride.task = row.id
        stride.run.complete(row.id)

    row.state, row.done_at, row.done_by = "done", clock.now(), worker.id
    row.save(update_fields=("state", "done_at", "done_by"))
    return _stride(case, change, by=worker.id, clock=clock, what="task completed", worker=worker)


@transaction.atomic
def send(case: uuid.UUID, message: str, *, by: str, clock: Clock,
         known: Mapping[str, Any] | None = None) -> bool:  # fmt: skip
    """Let a message arrive at a case; return whether the case waited for it.

    Args:
        case: the case.
        message: the message's name in the diagram.
        by: who sends it.
        clock: stamps what happens.
        known: what the case knows from now on.
    """
    found = _locked(case)
    if found.state != "running":
        return False
    waits = list(Wait.objects.filter(case=found, message=message).order_by("opened_at")[:1])
    if not waits:
        return False

    def change(stride: Stride) -> None:
        stride.known.update(known or {})
        stride.run.fire(waits[0].id)

    _stride(found, change, by=by, clock=clock, what=f"message {message}")
    return True


def fire_due(*, clock: Clock, limit: int = 500) -> int:
    """Let the timers fire that are due; return how many did. Doing it twice does no harm.

    A timer whose action fails is tried again later, and says what was wrong; others go on.
    """
    due = Wait.objects.filter(due_at__lte=clock.now(), case__state="running")
    fired = 0
    for wait in due.order_by("due_at").values_list("id", flat=True)[:limit]:
        try:
            fired += fire(wait, clock=clock)
        except MusterError as problem:
            _put_off(wait, str(problem), clock)
        except Exception as problem:
            _log.error("a timer failed: %s", type(problem).__name__)
            _put_off(wait, f"Something went wrong in Muster ({type(problem).__name__})", clock)
    return fired


@transaction.atomic
def fire(wait: uuid.UUID, *, clock: Clock) -> bool:
    """Let one timer fire, if it is due; return whether it did. Who comes second changes nothing.

    Raises:
        MusterError: whatever its action finds wrong; then nothing of the step was taken.
    """
    # The case is locked before its wait is read again: another worker may have fired it.
    case = _lock(waits=wait)
    row = Wait.objects.filter(id=wait, due_at__lte=clock.now()).first()
    if case is None or row is None or case.state != "running":
        return False
    _stride(case, lambda stride: stride.run.fire(wait), by=ITSELF, clock=clock,
            what=f"timer {row.element}")  # fmt: skip
    return True


@transaction.atomic
def _put_off(wait: uuid.UUID, said: str, clock: Clock) -> None:
    row = Wait.objects.filter(id=wait).first()
    if row is not None:
        pause = min(dt.timedelta(minutes=2 ** min(row.attempts, 10)), _LONGEST_PAUSE)
        # Whoever moved the case meanwhile may have let go of it: what is gone stays so.
        Wait.objects.filter(id=wait).update(
            attempts=row.attempts + 1, said=said[:300], due_at=clock.now() + pause
        )


@transaction.atomic
def replan(case: uuid.UUID, known: Mapping[str, Any], *, by: str, clock: Clock, why: str) -> None:
    """Let a case know of changed dates: what is due by them is due anew.

    Args:
        case: the case.
        known: what it knows from now on.
        by: who changed it.
        clock: stamps it.
        why: for the case's history.

    Raises:
        Conflict: if the case has ended.
    """
    found = _locked(case)
    if found.ended_at is not None:
        raise Conflict("This case has ended", where=Where(thing=found.subject),
                       fix="Load the page again")  # fmt: skip

    def change(stride: Stride) -> None:
        stride.known.update(known)
        stride.date_again()

    _stride(found, change, by=by, clock=clock, what=why)


@transaction.atomic
def suspend(case: uuid.UUID, *, by: str, clock: Clock, why: str) -> None:
    """Let a case stand still: no task of it can be done, and none of its timers fires."""
    _hold(case, "running", "suspended", by=by, clock=clock, why=why)


@transaction.atomic
def resume(case: uuid.UUID, *, by: str, clock: Clock, why: str) -> None:
    """Let a case go on where it stood still; timers that were due meanwhile fire next."""
    _hold(case, "suspended", "running", by=by, clock=clock, why=why)


def _hold(case: uuid.UUID, was: str, is_now: str, *, by: str, clock: Clock, why: str) -> None:
    found = _locked(case)
    if found.state != was:
        raise Conflict(f"This case is {found.state}", where=Where(thing=found.subject),
                       fix="Load the page again")  # fmt: skip
    found.state, found.version = is_now, found.version + 1
    found.save(update_fields=("state", "version"))
    _note(found, is_now, by=by, clock=clock, words=why)
    tell_listeners(Moved(found.id, found.process, clock.now()), clock)


@transaction.atomic
def call_off(case: uuid.UUID, *, by: str, clock: Clock, why: str) -> None:
    """End a case where it stands: its tasks are taken back and it waits for nothing any more."""
    found = _locked(case)
    if found.ended_at is not None:
        raise Conflict("This case has ended", where=Where(thing=found.subject),
                       fix="Load the page again")  # fmt: skip
    now = clock.now()
    gone = list(Task.objects.filter(case=found, state="open").values_list("id", flat=True))
    Task.objects.filter(id__in=gone).update(state="taken back", done_at=now, done_by=by)
    Wait.objects.filter(case=found).delete()
    found.state, found.ended_at, found.version = "called off", now, found.version + 1
    found.save(update_fields=("state", "ended_at", "version"))
    _note(found, "called off", by=by, clock=clock, words=why)
    tell_listeners(Moved(found.id, found.process, now, gone=tuple(gone)), clock)


@transaction.atomic
def take(task: uuid.UUID, *, worker: Worker, clock: Clock) -> None:
    """Take a task of one's role, so that colleagues see who does it.

    Raises:
        NotFound, NotPermitted, Conflict: as ``complete``.
    """
    case, row = _locked_task(task)
    _check(case, row, worker)
    row.assignee = worker.id
    row.first_looked_at = row.first_looked_at or clock.now()
    row.save(update_fields=("assignee", "first_looked_at"))


@transaction.atomic
def hand_over(task: uuid.UUID, to: str, *, worker: Worker, clock: Clock, why: str) -> None:
    """Hand a task to a colleague, or back to everybody of the role with ``to=""``.

    The caller sees that ``worker`` may hand over tasks of this role, and that ``to`` is of it.

    Raises:
        NotFound: if the task is not of the worker's role and employer.
        Conflict: if it is done.
        BadInput: if no reason is given.
    """
    if not why.strip():
        raise BadInput("No reason is given", where=Where(field="reason"), fix="Say why")
    case, row = _locked_task(task)
    if row.person is not None or not _party(row).is_met_by(worker):
        raise NotFound("There is no such task", fix="See your inbox")
    if row.state != "open" or case.state != "running":
        raise Conflict("This task is done, or its case stands still", fix="Load the page again")
    row.assignee = to
    row.save(update_fields=("assignee",))
    _note(case, f"{row.element} handed over", by=worker.id, clock=clock, words=why.strip()[:300])
    tell_listeners(Moved(case.id, case.process, clock.now(), given=(row.id,)), clock)


def _is_open(subject: str) -> Conflict:
    return Conflict("A case about this is open", where=Where(thing=subject), fix="Go on with it")


def _locked(case: uuid.UUID) -> Case:
    found = _lock(id=case)
    if found is None:
        raise NotFound("There is no such case", fix="See your inbox")
    return found


def _locked_task(task: uuid.UUID) -> tuple[Case, Task]:
    """Return a task and its case, which is locked first: whoever moves a case locks it."""
    case = _lock(tasks=task)
    if case is None:
        raise NotFound("There is no such task", fix="See your inbox")
    return case, Task.objects.get(id=task)


def _lock(**which: uuid.UUID) -> Case | None:
    # The files of its diagram are kept in memory: they are too long to be read at every step.
    rows = Case.objects.select_related("diagram").defer("diagram__files")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    return rows.filter(**which).order_by().first()


def _check(case: Case, row: Task, worker: Worker) -> None:
    process = process_named(case.process)
    done: dict[str, set[str]] = {}
    if any(row.lane in group for group in process.apart):
        accounts = accounts_of(worker.id, worker.person)
        before = Task.objects.filter(case=case, state="done", done_by__in=accounts)
        done[worker.id] = set(before.values_list("lane", flat=True))
    check_may_do(
        Standing(row.lane, _party(row), open=row.state == "open" and case.state == "running",
                 assignee=row.assignee, about=case.about, done_by=done, apart=process.apart),
        worker,
    )  # fmt: skip


def _party(row: Task) -> Party:
    return Party(row.role, row.employer, row.person)


def _written(party: Party) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(party).items() if value}


def _stride(
    case: Case, change: Callable[[Stride], None], *, by: str, clock: Clock, what: str,
    worker: Worker | None = None,
) -> Moved:  # fmt: skip
    """Move a locked case on by one step, and write everything the step changed."""
    # What verbs of services note of themselves stands in the log with the step, appended once.
    with together("decisions", ledger().append):
        stride = Stride(case, by=by, clock=clock, worker=worker)
        change(stride)
        moved = stride.write()
        _note(case, what, by=by, clock=clock, steps=stride.run.done)
        tell_listeners(moved, clock)
    return moved


def _note(
    case: Case, what: str, *, by: str, clock: Clock, words: str = "",
    steps: list[tuple[str, str]] | None = None,
) -> None:  # fmt: skip
    now = clock.now()
    if steps:
        Step.objects.bulk_create(
            Step(case=case, process=process, element=element, at=now, by=by)
            for process, element in steps
        )
    else:
        Step.objects.create(case=case, process=case.process, element=what[:100], at=now, by=by,
                            words=words[:300])  # fmt: skip
    ledger().append_one(
        "decisions", "muster.casework.case.moved.v1", f"case:casework:{case.id}",
        {"by": by, "what": what, "version": case.version,
         "steps": [element for _process, element in steps or ()]},
    )  # fmt: skip
