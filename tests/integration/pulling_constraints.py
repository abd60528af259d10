"""What the database always states of inlets, answers and lookup tables, and how it is violated.

For ``test_constraints``, which tries every one of them on the store of its run.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from muster.hub.models import (
    Agreement,
    AnswerFile,
    Delivery,
    Inlet,
    InletAlarm,
    LookupTable,
    Route,
    RowAnswer,
    System,
)
from muster.kernel.ids import new_id

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def _system() -> System:
    return System.objects.create(code=f"s:{new_id()}", title="S", kind="hr")


def _inlet(**changes: Any) -> Inlet:
    said = {
        "code": str(new_id()), "system": _system(), "kind": "mailbox", "every": 60, "due_at": NOW,
        "set_at": NOW, "set_by": "t", **changes,
    }  # fmt: skip
    return Inlet.objects.create(**said)


def _alarm_twice() -> None:
    inlet = _inlet()
    for _ in range(2):
        InletAlarm.objects.create(inlet=inlet, cause="c", said="s", raised_at=NOW)


def _file() -> AnswerFile:
    system = _system()
    route = Route.objects.create(code=str(new_id()), contract="c", source=system)
    agreement = Agreement.objects.create(
        code=str(new_id()), sender=system, fields=[], starts=NOW.date()
    )
    delivery = Delivery.objects.create(
        route=route, shard=0, first=1, last=1, messages=1, agreement=agreement, entry=1, fence=1,
        agreement_version=1, translation_version=0, began_at=NOW, handed_at=NOW,
    )  # fmt: skip
    return AnswerFile.objects.create(delivery=delivery, route=route, name="n", looked_at=NOW)


def _answer(file: AnswerFile, outcome: str = "taken") -> None:
    RowAnswer.objects.create(file=file, position=1, outcome=outcome, told_at=NOW)


def _answer_twice() -> None:
    file = _file()
    _answer(file)
    _answer(file, "rejected")


def _version_twice() -> None:
    route = Route.objects.create(code=str(new_id()), contract="c", source=_system())
    for _ in range(2):
        LookupTable.objects.create(
            route=route, name="n", version=1, columns=["a", "b"], rows=1, content=b"",
            digest="0" * 64, kept_at=NOW, kept_by="t",
        )  # fmt: skip


PULLING_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "hub_inlet_not_all_the_time": (
        "A system is not asked all the time.",
        lambda: _inlet(every=9),
    ),
    "hub_inlet_alarm_one_for_a_cause": (
        "Of an inlet that fails for a cause, one alarm is raised.",
        _alarm_twice,
    ),
    "hub_row_answer_once": ("A message of a shipment is answered once.", _answer_twice),
    "hub_row_answer_outcome_known": (
        "A loader takes or rejects a message.",
        lambda: _answer(_file(), "perhaps"),
    ),
    "hub_lookup_version_once": ("A version of a lookup table is kept once.", _version_twice),
}
