"""Two teams at two employers, and tasks in their inboxes: what notices, cover and pages are about.

Tasks are rows of one case each, as a step of the engine would leave them.
"""

import datetime as dt
import itertools
import uuid
from typing import Any

from muster.casework.models import Case, Diagram, Task
from muster.casework.notifying.colleagues import note_seen
from muster.casework.notifying.templates import TEMPLATES
from muster.connectors.notify.fake import FakeNotify, FakeService
from muster.gates.access import Role
from muster.kernel.clock import FixedClock
from muster.register.employers.queries import ids_by_key
from tests.integration.test_people_feeds import enrol_bodies

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
"""A Monday."""
HR: Role = "HR caseworker"
PAYROLL: Role = "payroll lead"
MOLE, RAT, TOAD = "persona:mole", "persona:rat", "persona:toad"
PROCESS = "pretend"
_counted = itertools.count(1)


class InboxWorld:
    """Mole and Rat look after records at the mill, Toad at the weir."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        enrol_bodies("mill", "weir")
        self.mill, self.weir = ids_by_key()["mill"], ids_by_key()["weir"]

    def staffed(self) -> "InboxWorld":
        self.seen(MOLE, "Mole", self.mill)
        self.seen(RAT, "Rat", self.mill)
        self.seen(TOAD, "Toad", self.weir)
        return self

    def seen(
        self, actor: str, name: str, employer: uuid.UUID | None, *roles: str,
        person: uuid.UUID | None = None,
    ) -> None:  # fmt: skip
        note_seen(actor=actor, name=name, person=person, employer=employer, roles=roles or (HR,),
                  clock=self.clock)  # fmt: skip

    def later(self, **by: float) -> None:
        self.clock.move(dt.timedelta(**by))

    def task(self, *, days: float | None = 10, **said: Any) -> Task:
        """Open a case with one task, due so many days from now."""
        number = next(_counted)
        diagram, _made = Diagram.objects.get_or_create(
            process=PROCESS, digest="0" * 64,
            defaults={"files": "{}", "loaded_at": NOW, "loaded_by": "test"},
        )  # fmt: skip
        case = Case.objects.create(
            diagram=diagram, process=PROCESS, subject=f"pretend:{uuid.uuid4()}", shape=b"",
            opened_at=NOW, opened_by="test", about=said.pop("about", None),
        )  # fmt: skip
        due = None if days is None else self.clock.now() + dt.timedelta(days=days)
        usual: dict[str, Any] = {
            "process": PROCESS, "element": "agree", "title": f"Agree the date {number}",
            "lane": "Mill", "role": HR, "employer": self.mill, "opened_at": NOW, "due_at": due,
        }  # fmt: skip
        if said.get("person"):
            usual |= {"role": "", "employer": None}
        return Task.objects.create(id=uuid.uuid4(), case=case, **(usual | said))

    def done(self, task: Task, by: str) -> None:
        task.state, task.done_at, task.done_by = "done", self.clock.now(), by
        task.save()


def fake(**said: Any) -> FakeNotify:
    """Return a notification service with every template in every way."""
    names = [f"{name}{way}" for name in TEMPLATES for way in ("", "_text", "_letter")]
    return FakeNotify(FakeService(names, **said))


def sent(service: FakeNotify) -> list[tuple[str, str, str]]:
    """Return what went: how, which template, and to where."""
    return [(one.way, one.template, one.to) for _name, one in service.service.sent.values()]
