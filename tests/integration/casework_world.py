"""A pretend process for tests of cases: an errand is written, checked, filed and signed for.

Each action and each handler leaves one row behind, a system named after it, so that a test can
count what took effect; ``Fault`` lets one of them fail.
"""

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.db import connections

from muster.casework import actions, ports, versions
from muster.casework.models import Case, Task
from muster.casework.ports import CaseContext, Process, register_process
from muster.casework.rules import Party, Worker
from muster.hub.models import System
from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict
from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.people.models import Person
from tests.diagrams import bpmn

MILL, ORCHARD = uuid.UUID(int=1), uuid.UUID(int=2)
ERIN = uuid.UUID(int=3)
MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
ANN = Worker("ann", frozenset({"caseworker"}), MILL)
BEN = Worker("ben", frozenset({"manager"}), MILL)
BOTH = Worker("bo", frozenset({"caseworker", "manager"}), MILL)
HERSELF = Worker("erin", frozenset({"caseworker"}), MILL, ERIN)
ERRAND = """
s start | write task @Officer due=working_days(5) | check task @Checker | x exclusive | e end
r3 boundary on=write due=working_days(3) beside | a3 action do=errand.remind | e3 end
r5 boundary on=write due=working_days(5) beside | a5 action do=errand.remind | e5 end
r7 boundary on=write due=working_days(7) beside | a7 action do=errand.remind | e7 end
keep action do=errand.keep | heard message hears=answered | sign task @Person due=on(day)
s > write > check > x
x > write else
x > keep if approved == True
keep > heard > sign > e
r3 > a3 > e3
r5 > a5 > e5
r7 > a7 > e7
"""
fault: dict[str, Exception] = {}


def parties(_subject: str) -> Mapping[str, Party]:
    return {"Officer": Party("caseworker", MILL), "Checker": Party("manager", MILL),
            "Person": Party(person=ERIN)}  # fmt: skip


def act(context: CaseContext) -> None:
    """Do what an action does: one row, and whatever fault is set."""
    _leave(context)


def checked(context: CaseContext, answers: Mapping[str, Any]) -> None:
    """Keep the answer of a check."""
    context.known["approved"] = answers.get("approved", False)
    _leave(context)


def _leave(context: CaseContext) -> None:
    name = f"effect:{context.subject}:{context.element}"
    System.objects.create(code=f"{name}:{new_id()}", title=name, kind="t")
    if context.element in fault:
        raise fault[context.element]


def effects(element: str, subject: str = "errand:1") -> int:
    """Count how often an element of a case took effect."""
    return System.objects.filter(title=f"effect:{subject}:{element}").count()


def bring(folder: Path, text: str = ERRAND, *, lanes: tuple[str, ...] = ()) -> Process:
    """Bring the process as a service would; another text is another version of its file."""
    path = folder / f"errand_{new_id()}.bpmn"
    path.write_bytes(bpmn(text, "errand"))
    here = "tests.integration.casework_world"
    process = Process(
        "errand", (path,), {"errand.remind": f"{here}.act", "errand.keep": f"{here}.act"},
        {"check": f"{here}.checked", "write": f"{here}.wrote"}, f"{here}.parties",
        lanes or ("Officer", "Checker", "Person"), apart=(frozenset({"Officer", "Checker"}),),
    )  # fmt: skip
    register_process(process)
    return process


def wrote(context: CaseContext, answers: Mapping[str, Any]) -> None:
    """Refuse an errand without words."""
    _leave(context)
    if answers.get("words") == "":
        raise BadInput("The errand is empty", fix="Write what is to be done")


class Errands:
    """Opens errands and works on them."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock

    def open(self, subject: str = "errand:1", **more: Any) -> uuid.UUID:
        return actions.open_case("errand", subject, by="ann", clock=self.clock, **more)

    def task(self, case: uuid.UUID) -> Task:
        return Task.objects.get(case=case, state="open")

    def do(self, case: uuid.UUID, worker: Worker, **answers: Any) -> ports.Moved:
        task = self.task(case)
        return actions.complete(task.id, answers, worker=worker, clock=self.clock)

    def pass_(self, **time: float) -> int:
        """Let time pass and fire what is due."""
        self.clock.move(dt.timedelta(**time))
        return actions.fire_due(clock=self.clock)

    def state(self, case: uuid.UUID) -> str:
        return Case.objects.get(id=case).state


def errands_in(folder: Path) -> Iterator[Errands]:
    """Bring the process for one test, and take it away afterwards."""
    fault.clear()
    bring(folder)
    for key in (MILL, ORCHARD):
        Employer.objects.create(id=key, key=f"e{key.int}", title="E", status="live")
    Person.objects.create(id=ERIN)
    yield Errands(FixedClock(MONDAY))
    fault.clear()
    ports._processes.pop("errand", None)
    versions._shipped.cache_clear()


def at_once(hands: int, do: Callable[[int], Any]) -> list[Any]:
    """Let many hands do something at the same moment; return what each got, refusals included."""
    ready = threading.Barrier(hands)

    def hand(number: int) -> Any:
        try:
            ready.wait()
            return do(number)
        except Conflict as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(hand, range(hands)))
