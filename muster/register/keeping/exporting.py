"""Everything that is held about one person, gathered for them: Article 15.

Which tables hold something is not written here: the models declare their personal fields, and the
schedule says how a person's rows are found in each. Rooms above add what only they can read, such
as who has looked, by ``also_held``. Nobody else's values are in it: of a pair of records only the
person's own is named, and a waiting row that may be somebody else's is told of without its content.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, Q

from muster.hub.models import Landing, Message
from muster.hub.quarantine_queries import quarantined
from muster.kernel.running import keyring
from muster.ledger.current import ledger
from muster.register.employers.queries import titles
from muster.register.keeping.schedule import Holding, holdings
from muster.register.people.models import (
    Claim,
    Crosswalk,
    Employment,
    SourceRecord,
    Statement,
    WaitingRow,
)
from muster.register.people.restricting.queries import untold_glass
from muster.register.people.sealing import hash_ninos, open_nino
from muster.register.told.sealing import unseal

Row = Mapping[str, Any]
Source = Callable[[uuid.UUID], Sequence[Row]]
_sources: dict[str, Source] = {}
_SEALED = {"register_told.Change": "kind", "register_told.ToldFact": "kind",
           "register_told.Notice": "notice", "register_told.Correction": "correction"}  # fmt: skip
_GLASS = {"register_people.BrokenGlass": "id", "register_people.GlassNotice": "glass",
          "gates.Look": "glass"}  # fmt: skip
SOMEBODY = "another record"


Opener = Callable[[Any], Mapping[str, Any]]
_openers: dict[str, Opener] = {}


def opens(model: str, opener: Opener) -> None:
    """Say how rows of a table above are opened that stand encrypted; called once at start-up."""
    _openers[model] = opener


def also_held(title: str, source: Source) -> None:
    """Add a table of what a room above holds of a person; called once at start-up."""
    _sources[title] = source


@dataclass(frozen=True)
class Part:
    """One table of a copy: its name in files, its title, its columns in order, and the rows."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Copy:
    """Everything held about a person at an instant, and what is not in it, in words."""

    person: uuid.UUID
    made_at: dt.datetime
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = field(default=())


def copy_for(person: uuid.UUID, *, at: dt.datetime) -> Copy:
    """Return everything that is held about a person."""
    own = _Own(person)
    parts = [_part(held, own) for held in holdings() if held.by not in ("", "withheld")]
    parts.append(_made("quarantined_rows", "Rows about you that wait, as they came", own.waiting()))
    parts.append(_made("messages", "Messages about you", own.messages()))
    for title, source in _sources.items():
        parts.append(_made(title.lower().replace(" ", "_"), title, source(person)))
    notes = [
        f"{held.title}: not in this copy, for whoever it is made"
        " (Data Protection Act 2018 Schedule 2 paragraph 2)"
        for held in holdings()
        if held.by == "withheld"
    ]
    notes.append("Applications for jobs are held without names: nobody can tell which are yours")
    return Copy(person, at, tuple(parts), tuple(notes))


class _Own:
    """What is a person's own: their records and employments, by which rows are found."""

    def __init__(self, person: uuid.UUID) -> None:
        self.person = person
        walks = Crosswalk.objects.filter(person=person, recorded_to__isnull=True)
        self.records = set(walks.values_list("record", flat=True))
        held = Employment.objects.filter(person=person)
        self.employments = set(held.values_list("employment", flat=True))
        self.untold = set(untold_glass(person))

    def rows(self, held: Holding, model: type[Model]) -> Iterator[Model]:
        """Yield a person's rows of a table."""
        if held.by == "pair":
            wanted = Q(first__in=self.records) | Q(second__in=self.records)
        elif held.by == "waiting":
            wanted = reduce(or_, (Q(pk=pk) for pk, own in self._waits() if own), Q(pk__in=[]))
        else:
            values = {"person": {self.person}, "record": self.records,
                      "employment": self.employments}[held.by]  # fmt: skip
            wanted = Q(**{f"{held.through}__in": values})
        hidden = _GLASS.get(held.model)
        for row in model._base_manager.filter(wanted).order_by("pk"):
            if hidden is None or getattr(row, f"{hidden}_id", getattr(row, hidden)) not in (
                self.untold
            ):
                yield row

    def _waits(self) -> list[tuple[tuple[int, int], bool]]:
        """Return the keys of waiting rows that name a record of the person.

        Beside each, whether it names nobody else: a row with the staff number of one person and
        the National Insurance number of another may be either's.
        """
        found: list[tuple[tuple[int, int], bool]] = []
        for record in SourceRecord.objects.filter(id__in=self.records):
            hashes = set(
                Claim.objects.filter(record=record, nino_hash__isnull=False).values_list(
                    "nino_hash", flat=True
                )
            )
            rows = WaitingRow.objects.filter(
                Q(staff_number=record.staff_number)
                | Q(staff_number__isnull=True, nino_hash__in=hashes),
                statement__in=Statement.objects.filter(system=record.system),
            )
            for row in rows:
                own = row.nino_hash is None or row.nino_hash in hashes
                found.append(((row.statement_id, row.row), own))
        return found

    def waiting(self) -> Iterator[Row]:
        """Yield the rows in quarantine of these, with what stands in them where it is own.

        A row that holds a National Insurance number of another person may be that person's.
        """
        places: dict[tuple[uuid.UUID, int], bool] = {}
        for (statement, row), own in self._waits():
            landing = Statement.objects.values_list("landing", flat=True).get(id=statement)
            places[landing, row] = own and places.get((landing, row), True)
        for landing in sorted({one for one, _row in places}):
            for one in quarantined(landing_id=landing, limit=1_000_000):
                if (landing, one.row) not in places:
                    continue
                mine = places[landing, one.row] and self._is_mine(one.cells)
                yield {
                    "file": one.file,
                    "place": one.place,
                    "problems": [problem.get("reason", "") for problem in one.problems],
                    "cells": dict(one.cells) if mine else {},
                    "note": "" if mine else "It may be about somebody else: ask the employer",
                }

    def _is_mine(self, cells: Mapping[str, str]) -> bool:
        """Tell whether no cell of a row names somebody else by their number."""
        import polars as pl  # noqa: PLC0415 - only where a row waits

        texts = [value.replace(" ", "").upper() for value in cells.values() if value]
        hashes = hash_ninos(pl.Series("nino", texts, dtype=pl.String), keyring()).to_list()
        known = Claim.objects.filter(nino_hash__in=[one for one in hashes if one])
        return not known.exclude(record__in=self.records).exists()

    def messages(self) -> Iterator[Row]:
        """Yield the messages whose subject is a record of the person, with what they say."""
        named = [f":{one.system}:{one.staff_number}"
                 for one in SourceRecord.objects.filter(id__in=self.records)]  # fmt: skip
        if not named:
            return
        wanted = reduce(or_, (Q(subject__endswith=one) for one in named))
        found = list(Message.objects.filter(wanted).select_related("system").order_by("position"))
        places = [one.position for one in found]
        bodies = ledger().bodies("exchange", places) if places else []
        for one, body in zip(found, bodies, strict=True):
            yield {
                "position": one.position,
                "received": one.received_at.isoformat(),
                "from": one.system.title,
                "contract": one.contract,
                "subject": one.subject,
                "says": "lawfully erased" if body is None else body.decode(errors="replace"),
            }


def _part(held: Holding, own: _Own) -> Part:
    label, _, name = held.model.partition(".")
    model = apps.get_model(label, name)
    rows = list(own.rows(held, model))
    return _made(model._meta.db_table, held.title, [_row(held, row, own) for row in rows])


def _made(name: str, title: str, rows: Sequence[Row] | Iterator[Row]) -> Part:
    kept = tuple(rows)
    columns = dict.fromkeys(column for row in kept for column in row)
    return Part(name, title, tuple(columns), kept)


def _row(held: Holding, row: Model, own: _Own) -> Row:
    """Return a row as its person may read it: opened, with names instead of keys."""
    said: dict[str, Any] = {}
    for one in row._meta.concrete_fields:
        value = getattr(row, one.attname)
        if held.by == "pair" and one.name in ("first", "second") and value not in own.records:
            value = SOMEBODY
        elif one.name == "sealed":
            value = _opened(held, row, own)
        elif isinstance(one, ForeignKey):
            value = _named(one, value)
        elif one.name == "nino" and value:
            value = open_nino(keyring(), value)
        said[one.name.replace("_", " ")] = _plain(value)
    if getattr(row, "kind", "") == "nino" and said.get("value"):
        said["value"] = open_nino(keyring(), said["value"])
    return said


def _opened(held: Holding, row: Any, own: _Own) -> Any:
    if held.model in _openers:
        return _openers[held.model](row)
    what = _SEALED[held.model]
    kind = row.kind if what == "kind" else what
    return unseal(keyring(), row.sealed, person=own.person, what=kind)


def _named(one: ForeignKey[Any, Any], value: Any) -> Any:
    """Return what a key names beside the key itself: an employer, a file, a record, a place."""
    model = one.related_model
    words = ""
    if value is None:
        return None
    label = model._meta.label if isinstance(model, type) else ""
    if label == "register_employers.Employer":
        words = titles([value]).get(value, "")
    elif label == "register_people.SourceRecord":
        record = SourceRecord.objects.filter(id=value).first()
        words = f"{record.system} {record.staff_number}" if record else ""
    elif label == "register_people.Statement":
        said = Statement.objects.filter(id=value).first()
        file = Landing.objects.filter(id=said.landing).first() if said else None
        words = f"{file.name}, as at {said.as_at}" if file and said else ""
    elif label == "register_places.Place" and isinstance(model, type):
        words = getattr(model._base_manager.filter(pk=value).first(), "name", "")
    return f"{words} ({value})" if words else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list | dict):
        return json.loads(json.dumps(value, default=str))
    return value
