"""What services bring: their processes, with the actions and task handlers a diagram names.

A service registers a ``Process`` in its ``apps.py``. Functions are named by dotted path and
imported when first needed, so registering costs nothing.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

from django.utils.module_loading import import_string

from muster.casework.rules import Party, Worker
from muster.kernel.clock import Clock
from muster.kernel.errors import NotFound, Where

Known = dict[str, Any]


@dataclass
class CaseContext:
    """What an action or a task handler is told.

    Args:
        case: the case.
        subject: what it is about, such as ``transfer:<id>``.
        by: who does it; the worker of a task, or ``casework`` for what happens by itself.
        clock: stamps what it writes.
        known: what the case knows: small, and nothing personal. What an action puts here, the
            diagram's conditions and deadlines can ask about.
        worker: who did the task, where a person did.
        element: the element of the diagram.
    """

    case: uuid.UUID
    subject: str
    by: str
    clock: Clock
    known: Known
    element: str
    worker: Worker | None = None

    @property
    def subject_id(self) -> uuid.UUID:
        """The identifier in the subject."""
        return uuid.UUID(self.subject.rpartition(":")[2])


Action = Callable[[CaseContext], None]
Handler = Callable[[CaseContext, Mapping[str, Any]], None]
Parties = Callable[[str], Mapping[str, Party]]


@dataclass(frozen=True)
class Process:
    """A process that a service brings.

    Args:
        key: the id of the process in its diagram.
        sources: its own diagram first, then those it calls.
        actions: what its service tasks name, as dotted paths of ``Action``.
        tasks: what checks and keeps the answers to a user task, by element; dotted paths of
            ``Handler``. A task without one is simply done.
        parties: dotted path of what tells who stands in each lane, by subject.
        lanes: the lanes that ``parties`` knows.
        apart: groups of lanes, of which nobody may work in two for one case.
        page: the address name of a page that shows the subject; it takes the subject's id.
        task_pages: address names of pages for tasks, by element; they take the task's id.
        title: dotted path of what names a case for those who may see it, by subject.
        told_late: whether the person a case is about learns of it with their first task in it.
    """

    key: str
    sources: tuple[Path, ...]
    actions: Mapping[str, str]
    tasks: Mapping[str, str]
    parties: str
    lanes: tuple[str, ...]
    apart: tuple[frozenset[str], ...] = ()
    page: str = ""
    task_pages: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    told_late: bool = False


@dataclass(frozen=True)
class Moved:
    """What a step changed, for those who listen: tasks given and taken back, whether it ended."""

    case: uuid.UUID
    process: str
    at: dt.datetime
    given: tuple[uuid.UUID, ...] = ()
    gone: tuple[uuid.UUID, ...] = ()
    ended: bool = False


Listener = Callable[[Moved, Clock], None]

_processes: dict[str, Process] = {}
_listeners: list[str] = []


def told_late() -> frozenset[str]:
    """Return the processes of which somebody learns with their first task alone."""
    return frozenset(key for key, one in _processes.items() if one.told_late)


def register_listener(path: str) -> None:
    """Have a function told of every step, within its transaction; by dotted path."""
    if path not in _listeners:
        _listeners.append(path)


def tell_listeners(moved: Moved, clock: Clock) -> None:
    """Tell everybody who listens of a step."""
    for path in _listeners:
        cast("Listener", import_string(path))(moved, clock)


def register_process(process: Process) -> None:
    """Let cases of a process be opened."""
    _processes[process.key] = process


def process_named(key: str) -> Process:
    """Return a process.

    Raises:
        NotFound: if no service brings it.
    """
    found = _processes.get(key)
    if found is None:
        raise NotFound("There is no such process", where=Where(thing=key), fix="See the processes")
    return found


def processes() -> tuple[Process, ...]:
    """Return every process that services bring."""
    return tuple(_processes.values())


@cache
def action_at(path: str) -> Action:
    """Return an action by its dotted path."""
    return cast("Action", import_string(path))


@cache
def handler_at(path: str) -> Handler:
    """Return a task handler by its dotted path."""
    return cast("Handler", import_string(path))


def parties_of(process: Process, subject: str) -> Mapping[str, Party]:
    """Return who stands in each lane of a case."""
    return cast("Parties", import_string(process.parties))(subject)
