"""One step of a case: from the engine's hands into rows, what is new and what is gone."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

from muster.casework.diagrams.elements import Element
from muster.casework.diagrams.expressions import due
from muster.casework.engine.running import Open, Run
from muster.casework.models import Case, Task, Wait
from muster.casework.notifying.listening import deadlines_moved
from muster.casework.ports import (
    CaseContext,
    Known,
    Moved,
    Process,
    action_at,
    handler_at,
    process_named,
)
from muster.casework.rules import Worker
from muster.casework.versions import loaded_row
from muster.kernel.clock import Clock
from muster.kernel.working_days import Nation


class Stride:
    """A case while it takes one step.

    Args:
        case: the case, locked.
        by: who moves it.
        clock: stamps what happens.
        worker: who does a task, where a person does.
    """

    def __init__(self, case: Case, *, by: str, clock: Clock, worker: Worker | None = None) -> None:
        self._case, self._by, self._clock, self._worker = case, by, clock, worker
        self.known: Known = json.loads(case.known)
        loaded, self._drawn = loaded_row(case.diagram)
        self._fresh = not case.shape
        self.run = Run(loaded, self.known, self._act, bytes(case.shape) or None)
        self._tasks = {} if self._fresh else {one.id: one for one in self.run.tasks()}
        self._waits = {} if self._fresh else {one.id: one for one in self.run.waiting()}
        self._dated_again = False
        self.task: uuid.UUID | None = None  # the one that was just done is not taken back

    @cached_property
    def _process(self) -> Process:
        return process_named(self._case.process)

    def _act(self, action: str, element: str) -> None:
        action_at(self._process.actions[action])(self._context(element))

    def _context(self, element: str, worker: Worker | None = None) -> CaseContext:
        return CaseContext(
            self._case.id, self._case.subject, self._by, self._clock, self.known, element, worker
        )

    def handle(self, element: str, answers: Mapping[str, Any], worker: Worker) -> None:
        """Let the service check and keep the answers to a task."""
        path = self._process.tasks.get(element)
        if path is not None:
            handler_at(path)(self._context(element, worker), answers)

    def date_again(self) -> None:
        """Have everything that is open dated again by what the case knows now."""
        self._dated_again = True

    def write(self) -> Moved:
        """Go on as far as it goes, and write what changed; return it."""
        self.run.proceed()
        case, now = self._case, self._clock.now()
        tasks = {one.id: one for one in self.run.tasks()}
        waits = {one.id: one for one in self.run.waiting()}
        fresh = [one for key, one in tasks.items() if key not in self._tasks]
        gone = [key for key in self._tasks if key not in tasks]
        self._write_tasks(fresh, [key for key in gone if key != self.task], now)
        self._write_waits(waits, now)
        if self._dated_again:
            self._date_again(tasks)
        case.shape, case.known = self.run.keep(), json.dumps(self.known)
        case.version += 1
        if self.run.ended:
            case.state, case.ended_at = "ended", now
        case.save(update_fields=("shape", "known", "version", "state", "ended_at"))
        given = tuple(one.id for one in fresh)
        return Moved(case.id, case.process, now, given, tuple(gone), ended=self.run.ended)

    def _write_tasks(self, fresh: list[Open], gone: list[uuid.UUID], now: dt.datetime) -> None:
        if fresh:
            parties = json.loads(self._case.parties)
            Task.objects.bulk_create(self._task(one, parties, now) for one in fresh)
        if gone:
            still = Task.objects.filter(id__in=gone, state="open")
            still.update(state="taken back", done_at=now, done_by=self._by)

    def _write_waits(self, waits: Mapping[uuid.UUID, Open], now: dt.datetime) -> None:
        fresh = [one for key, one in waits.items() if key not in self._waits]
        gone = [key for key in self._waits if key not in waits]
        if fresh:
            Wait.objects.bulk_create(self._wait(one, now) for one in fresh)
        if gone:
            Wait.objects.filter(id__in=gone).delete()

    def _task(self, one: Open, parties: Mapping[str, Mapping[str, str]], now: dt.datetime) -> Task:
        element = self._element(one)
        party = parties.get(element.lane, {})
        return Task(
            id=one.id, case=self._case, process=one.process, element=one.element,
            title=element.title[:200], lane=element.lane, role=party.get("role", ""),
            employer=_uuid(party.get("employer")), person=_uuid(party.get("person")),
            bulk=element.bulk, opened_at=now, due_at=self._due(element, now),
        )  # fmt: skip

    def _wait(self, one: Open, now: dt.datetime) -> Wait:
        element = self._element(one)
        return Wait(
            id=one.id, case=self._case, process=one.process, element=one.element,
            message=element.message, opened_at=now, due_at=self._due(element, now),
        )  # fmt: skip

    def _date_again(self, tasks: Mapping[uuid.UUID, Open]) -> None:
        before = {}
        for task in Task.objects.filter(case=self._case, state="open"):
            before[task.id] = task.due_at
            task.due_at = self._due(self._element(tasks[task.id]), task.opened_at)
            task.save(update_fields=("due_at",))
        for wait in Wait.objects.filter(case=self._case):
            wait.due_at = self._due(self._drawn[wait.process].elements[wait.element],
                                    wait.opened_at)  # fmt: skip
            wait.save(update_fields=("due_at",))
        deadlines_moved(self._case.id, before, clock=self._clock)

    def _element(self, one: Open) -> Element:
        return self._drawn[one.process].elements[one.element]

    def _due(self, element: Element, arrived: dt.datetime) -> dt.datetime | None:
        if not element.due:
            return None
        nation = cast("Nation", self._case.nation)
        return due(element.due, arrived=arrived, known=self.known, nation=nation)


def _uuid(said: str | None) -> uuid.UUID | None:
    return uuid.UUID(said) if said else None
