"""Where a case stands, as pages show it: phase by phase, and on each of its diagrams."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from muster.casework.diagrams.elements import Diagram as Drawn
from muster.casework.diagrams.elements import Element, Kind
from muster.casework.diagrams.ways import State, Where, stands
from muster.casework.models import Case, Diagram, Step, Task, Wait
from muster.casework.ports import told_late
from muster.casework.queries import CaseView, case_view, in_reach
from muster.casework.rules import Worker
from muster.casework.versions import loaded_row
from muster.kernel.errors import NotFound

_PLACED = ("process", "element", "due_at")


@dataclass(frozen=True)
class Standing:
    """One element of a case.

    Args:
        process: the diagram it is drawn on.
        element: its id there.
        title: as people read it.
        kind: what it is.
        lane: whose it is.
        words: what the diagram says of it.
        state: whether it is done, open now, still to come, only needed in some cases, or not
            needed any more.
        at: when it was last done.
        by: who did it, where it was a person; an actor's id.
        due: until when, of what is open.
    """

    process: str
    element: str
    title: str
    kind: Kind
    lane: str
    words: str
    state: State
    at: dt.datetime | None
    by: str
    due: dt.datetime | None


@dataclass(frozen=True)
class Phase:
    """What happens one after the other on one diagram, until another is called."""

    process: str
    title: str
    steps: tuple[Standing, ...]


@dataclass(frozen=True)
class Drawing:
    """One diagram of a case, with the ids of its elements that are done and that are open."""

    process: str
    title: str
    done: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """A whole case: its phases in order, its diagrams, and the reminders that come by themselves.

    ``reminders`` are boundary timers of what is open, each called what it leads to, with its own
    title as words and its moment as due.
    """

    phases: tuple[Phase, ...]
    drawings: tuple[Drawing, ...]
    reminders: tuple[Standing, ...]


@dataclass(frozen=True)
class VersionView:
    """The version of its process that a case keeps to.

    Args:
        number: 1 for the first one that was loaded.
        digest: SHA-256 of its files.
        loaded: when it was first loaded.
        latest: whether no later one was.
    """

    number: int
    digest: str
    loaded: dt.datetime
    latest: bool


def case_in_reach(worker: Worker, key: uuid.UUID) -> CaseView:
    """Return a case for somebody who had or has a task in it, or whom it is about.

    Of a process that is told late, whom it is about learns with their first task.

    Raises:
        NotFound: if there is none, or it is not the worker's to see.
    """
    tasks = Task.objects.filter(Q(done_by=worker.id) | in_reach(worker), state__in=("open", "done"))
    whose = Q(id__in=tasks.filter(case=key).values("case"))
    if worker.person is not None:
        heard = Task.objects.filter(case=key, person=worker.person).values("case")
        whose |= Q(about=worker.person) & (Q(id__in=heard) | ~Q(process__in=told_late()))
    row = Case.objects.filter(whose, id=key).first()
    if row is None:
        raise NotFound("There is no such case", fix="Check the address, or search for it again")
    return case_view(row)


def version_of(case: CaseView) -> VersionView:
    """Return the version a case keeps to."""
    rows = list(Diagram.objects.filter(process=case.process).order_by("id").only(
        "id", "digest", "loaded_at"))  # fmt: skip
    place = next(at for at, one in enumerate(rows) if one.id == case.diagram)
    row = rows[place]
    return VersionView(place + 1, row.digest, row.loaded_at, latest=place == len(rows) - 1)


def course(key: uuid.UUID) -> Course:
    """Return where a case stands; the caller has seen that it may be shown."""
    return _Standings(Case.objects.select_related("diagram").get(id=key)).course()


class _Standings:
    """Puts together what rows say of a case with what its diagrams say."""

    def __init__(self, case: Case) -> None:
        _files, self._drawn = loaded_row(case.diagram)
        self._case = case
        self._steps: dict[tuple[str, str], Step] = {}
        self._done: dict[str, set[str]] = defaultdict(set)
        for step in Step.objects.filter(case=case).order_by("id"):
            if step.process in self._drawn and step.element in self._drawn[step.process].elements:
                self._steps[step.process, step.element] = step
                self._done[step.process].add(step.element)
        self._open: dict[str, dict[str, dt.datetime | None]] = defaultdict(dict)
        waits = Wait.objects.filter(case=case)
        tasks = Task.objects.filter(case=case, state="open")
        for rows in (waits.values_list(*_PLACED), tasks.values_list(*_PLACED)):
            for process, element, due in rows:
                self._open[process][element] = due

    def course(self) -> Course:
        first = self._drawn[self._case.process]
        going = self._case.ended_at is None
        phases: list[Phase] = []
        drawings: dict[str, Drawing] = {}
        reminders: list[Standing] = []
        self._walk(first, going, phases, drawings, reminders)
        reminders.sort(key=lambda one: (one.due is None, one.due, one.element))
        return Course(tuple(phases), tuple(drawings.values()), tuple(reminders))

    def _walk(
        self, drawn: Drawn, going: bool, phases: list[Phase], drawings: dict[str, Drawing],
        reminders: list[Standing],
    ) -> None:  # fmt: skip
        if drawn.process in drawings:
            return
        where = Where(frozenset(self._done[drawn.process]), self._open_on(drawn, going))
        drawings[drawn.process] = Drawing(
            drawn.process, drawn.title, _in_order(drawn, where.done - where.open),
            _in_order(drawn, where.open),
        )  # fmt: skip
        states = stands(drawn, where, going=going)
        steps: list[Standing] = []
        for element in drawn.elements.values():
            state = states[element.id]
            if element.kind == "boundary":
                if self._open[drawn.process].get(element.id) is not None:
                    reminders.append(self._reminder(drawn, element))
            elif element.kind == "call" and element.calls in self._drawn:
                phases.extend(_phase(drawn, steps))
                steps = []
                self._walk(
                    self._drawn[element.calls], going and state in ("open", "to come"), phases,
                    drawings, reminders,
                )  # fmt: skip
            elif _is_listed(element, state):
                steps.append(self._standing(drawn, element, state))
        phases.extend(_phase(drawn, steps))

    def _open_on(self, drawn: Drawn, going: bool) -> frozenset[str]:
        """Return what is open on a diagram; a call is, while anything on what it calls is."""
        if not going:
            return frozenset()
        listed = {
            key for key in self._open[drawn.process]
            if key in drawn.elements and drawn.elements[key].kind != "boundary"
        }  # fmt: skip
        calls = {
            one.id for one in drawn.elements.values()
            if one.kind == "call" and one.calls in self._drawn and self._open[one.calls]
        }  # fmt: skip
        return frozenset(listed | calls)

    def _reminder(self, drawn: Drawn, timer: Element) -> Standing:
        """Return what a boundary timer leads to, with when; its own title says why."""
        [flow] = drawn.outgoing[timer.id]
        comes = drawn.elements[flow.target]
        return Standing(
            drawn.process, timer.id, comes.title, timer.kind, timer.lane, timer.title, "open", None,
            "", self._open[drawn.process].get(timer.id),
        )  # fmt: skip

    def _standing(self, drawn: Drawn, element: Element, state: State) -> Standing:
        step = self._steps.get((drawn.process, element.id))
        by = step.by if step is not None and element.kind == "task" else ""
        return Standing(
            drawn.process, element.id, element.title, element.kind, element.lane, element.words,
            state, step.at if step is not None else None, by,
            self._open[drawn.process].get(element.id),
        )  # fmt: skip


def _is_listed(element: Element, state: State) -> bool:
    """Tell whether an element stands on the list: an end does once the case came to it."""
    if element.kind == "end":
        return state == "done" and element.title != element.id
    return element.kind in ("task", "action", "timer", "message", "call")


def _phase(drawn: Drawn, steps: list[Standing]) -> Iterator[Phase]:
    if steps:
        yield Phase(drawn.process, drawn.title, tuple(steps))


def _in_order(drawn: Drawn, keys: frozenset[str]) -> tuple[str, ...]:
    return tuple(key for key in drawn.elements if key in keys)
