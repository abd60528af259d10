"""Things that are one row with a day of its own, from which its time runs.

An extract of recruitment counts from its as-at date, a correction from the day it was closed, a
restriction from the day it was lifted, an emergency opening from the look, and the proof of who
told a change from the day it was settled.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q

from muster.kernel.days import legal_day
from muster.register.keeping.rules import Of
from muster.register.people.restricting.models import BrokenGlass, GlassNotice, Restriction
from muster.register.recruitment.models import (
    ApplicationFact,
    DiversityAnswer,
    Statement,
    WaitingApplication,
)
from muster.register.told.models import Change, Correction

_TOLD_OF = (DiversityAnswer, WaitingApplication, ApplicationFact)
_PROOF = ("told_by", "settled_by", "code_hash", "stop_hash")


@dataclass(frozen=True)
class Row:
    """One row that may be past its time: its key, its day, and whose it is."""

    key: str
    day: dt.date
    person: uuid.UUID | None = None
    employer: uuid.UUID | None = None


@dataclass(frozen=True)
class Dated:
    """How rows of one kind are found and erased.

    Args:
        model: their table.
        since: the field with the day or instant from which their time runs.
        still: which of them still hold what is to be erased, and may go.
        person: the field that says whom they are of; empty if they name nobody.
        employer: the field that says which employer they are of; empty likewise.
        erase: takes one away; returns the rows, by table.
    """

    model: type[Model]
    since: str
    still: Q
    erase: Callable[[str], dict[str, int]]
    person: str = ""
    employer: str = ""

    def rows(
        self, *, before: dt.date | None = None, person: uuid.UUID | None = None, key: str = ""
    ) -> Iterator[Row]:
        """Yield rows, in order; those of one person, or one, where these are named.

        Args:
            before: only those whose time began before this day.
            person: only this person's; of a kind that names nobody there are none.
            key: only this one.
        """
        if person is not None and not self.person:
            return
        found = self.model._default_manager.filter(self.still, **{f"{self.since}__isnull": False})
        if before is not None:
            found = found.filter(**{f"{self.since}__lt": _start(self.model, self.since, before)})
        if person is not None:
            found = found.filter(**{self.person: person})
        if key:
            found = found.filter(pk=key)
        wanted = [name for name in (self.since, self.person, self.employer) if name]
        for said in found.order_by("pk").values("pk", *wanted):
            yield Row(
                str(said["pk"]), _day(said[self.since]), said.get(self.person),
                said.get(self.employer),
            )  # fmt: skip


def _start(model: type[Model], name: str, day: dt.date) -> Any:
    """Return a day as the field has it: an instant is compared with a later one than its day."""
    kind = model._meta.get_field(name).get_internal_type()
    return day if kind == "DateField" else dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _day(said: dt.date | dt.datetime) -> dt.date:
    return legal_day(said) if isinstance(said, dt.datetime) else said


def _applications(key: str) -> dict[str, int]:
    """Take away the applications and answers of an extract; that it came stays."""
    erased: dict[str, int] = {}
    for model in _TOLD_OF:
        found = model._default_manager.filter(statement=int(key))
        erased[model._meta.db_table] = found.count()
        found._raw_delete(found.db)
    return {table: count for table, count in erased.items() if count}


def _whole(model: type[Model]) -> Callable[[str], dict[str, int]]:
    """Return what takes a row away with what belongs to it alone."""

    def erase(key: str) -> dict[str, int]:
        _, each = model._default_manager.filter(pk=key).delete()
        tables = {one._meta.label: one._meta.db_table for one in (model, *_related(model))}
        return {tables.get(label, label): count for label, count in each.items() if count}

    return erase


def _related(model: type[Model]) -> list[type[Model]]:
    return [one.related_model for one in model._meta.related_objects]


def _proof(key: str) -> dict[str, int]:
    """Empty who told, confirmed or stopped a change; what was told has a line of its own."""
    changed = Change.objects.filter(pk=key).update(**dict.fromkeys(_PROOF, ""))
    return {"register_told_change": changed}


def _any_told() -> Q:
    of = {"statement": OuterRef("pk")}
    found = Q()
    for model in _TOLD_OF:
        found |= Q(Exists(model._default_manager.filter(**of)))
    return found


DATED: Mapping[Of, Dated] = {
    "extract": Dated(Statement, "as_at", _any_told(), _applications, employer="employer"),
    "correction": Dated(Correction, "closed_at", Q(), _whole(Correction), "person", "employer"),
    "restriction": Dated(
        # Who opened it in an emergency has a time of its own, and rests on it.
        Restriction, "recorded_to",
        ~Q(Exists(GlassNotice.objects.filter(restriction=OuterRef("pk")))),
        _whole(Restriction), "person", "office",
    ),
    "glass": Dated(BrokenGlass, "at", Q(), _whole(BrokenGlass), "person", "employer"),
    "proof": Dated(Change, "settled_at", ~Q(told_by=""), _proof, "person"),
}  # fmt: skip
"""By what the schedule looks at."""
