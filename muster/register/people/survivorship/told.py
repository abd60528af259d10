"""What sources say of one person, from the person's record: on any day, as known at any instant.

For the person's own page and for HR. Everything rests on the facts of the record that is given, so
that what was left out of it (another employer's data, a hidden name) is left out here as well.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from muster.hub.models import System
from muster.kernel.running import keyring
from muster.register.people.models import Claim, SourceRecord
from muster.register.people.person_record import Believed, History, PersonRecord
from muster.register.people.sealing import open_nino
from muster.register.people.survivorship.lines import Heard, Holder, Job, Known, Line, believed_at
from muster.register.people.survivorship.marks import Decision, decisions_of, settled_on
from muster.register.people.survivorship.rules import (
    APART,
    Field,
    Kind,
    Value,
    kind_of,
    number_is_temporary,
    values,
)
from muster.register.people.survivorship.table import rules

_TERMS: tuple[Field, ...] = (
    "grade", "fte", "salary", "post_title", "place", "profession", "absence"
)  # fmt: skip
Key = tuple[Field, str]


@dataclass(frozen=True)
class Change:
    """That on a day another value of a field came to hold; None: none was known before, or is."""

    day: dt.date
    field: Field
    employer: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True)
class Told:
    """All that sources ever said of one person, and what people decided about it."""

    lines: tuple[Line, ...]
    jobs: tuple[Job, ...]
    holders: Mapping[str, Holder]
    decisions: tuple[Decision, ...] = ()

    def values(self, day: dt.date, known: dt.datetime | None = None) -> dict[Key, Value]:
        """Return what is believed on a day, by field and employer, as known at an instant (now)."""
        return self._values(Known.at(self.lines, self.jobs, self.holders, known), day, known)

    def changes(self, known: dt.datetime | None = None) -> tuple[Change, ...]:
        """Return what came to hold on which day, latest first; days to come are among them."""
        at = Known.at(self.lines, self.jobs, self.holders, known)
        before: dict[Key, Value] = {}
        found: list[Change] = []
        for day in at.days():
            now = self._values(at, day, known)
            found += compared(before, now, day)
            before = now
        return tuple(reversed(found))

    def of(self, employer: str) -> "Told":
        """Return what one employer's own sources say, as if there were no others."""
        own = {
            record: holder for record, holder in self.holders.items()
            if holder.employer == employer
        }  # fmt: skip
        return Told(
            tuple(one for one in self.lines if one.record in own),
            tuple(one for one in self.jobs if one.record in own),
            own,
            self.decisions,
        )

    def _values(self, at: Known, day: dt.date, known: dt.datetime | None) -> dict[Key, Value]:
        said = at.said(day)
        return values(said, rules(), settled_on(believed_at(self.decisions, known), said, day))


def compared(before: Mapping[Key, Value], after: Mapping[Key, Value], day: dt.date) -> list[Change]:
    """Return the fields whose value is not the same before and after."""
    return [
        Change(day, *key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if _word(before.get(key)) != _word(after.get(key))
    ]


def told_of(record: PersonRecord) -> Told:
    """Return what sources say of the person of a record, as far as the record tells of it."""
    stated = list(_lines(record.history))
    jobs = tuple(_jobs(record.history))
    records = {one.record for one in stated} | {one.record for one in jobs}
    holders = holders_of(records)
    lines = (*stated, *_temporary(records, {one.record for one in stated if one.field == "nino"}))
    return Told(tuple(lines), jobs, holders, decisions_of(records))


def holders_of(records: set[str]) -> dict[str, Holder]:
    """Return source records by id, with the kind of each one's system and when it spoke."""
    heard: dict[str, list[Heard]] = defaultdict(list)
    spoke = _claims(records).values_list(
        "record", "statement__as_at", "statement__recorded_from", "statement__recorded_to"
    )
    for record, as_at, recorded_from, recorded_to in spoke:
        heard[record.hex].append(Heard(as_at, recorded_from, recorded_to))
    rows = list(SourceRecord.objects.filter(id__in=[uuid.UUID(hex=one) for one in records]))
    kinds = kinds_of({row.system for row in rows})
    return {
        row.id.hex: Holder(
            row.id.hex, row.employer_id.hex, row.system, kinds[row.system],
            tuple(heard[row.id.hex]),
        )
        for row in rows
    }  # fmt: skip


def kinds_of(systems: set[str]) -> dict[str, Kind]:
    """Return what systems are for, as the hub knows them."""
    known = dict(System.objects.filter(code__in=systems).values_list("code", "kind"))
    return {code: kind_of(code, known.get(code, "")) for code in systems}


def _word(value: Value | None) -> str | None:
    return None if value is None else value.shown.compared


def _claims(records: set[str]) -> QuerySet[Claim]:
    return Claim.objects.filter(record__in=[uuid.UUID(hex=one) for one in records])


def _lines(history: History) -> Iterator[Line]:
    for name in history.names:
        if name.record is not None:
            legal = f"{name.surname}{APART}{name.forenames or ''}"
            yield _line(name.record, "legal_name", legal, name.believed)
            if name.known_as:
                yield _line(name.record, "known_as", name.known_as, name.believed)
    for one in history.identifiers:
        if one.record is not None:
            yield _line(
                one.record,
                _IDENTIFIERS[one.kind],
                one.value,
                one.believed,
                one.hashed or "",
                temporary=one.kind == "nino" and number_is_temporary(one.value),
            )
    for job in history.employments:
        if job.record is None:
            continue
        start = job.believed.valid_from.isoformat()
        yield _line(job.record, "employed_since", start, job.believed)
        for terms in job.assignments:
            for field in _TERMS:
                value = getattr(terms, field)
                if value is not None and value != "":
                    yield from _while(
                        _line(job.record, field, str(value), terms.believed), job.believed
                    )


_IDENTIFIERS: dict[str, Field] = {
    "birth_date": "birth_date", "nino": "nino", "work_email": "work_email"
}  # fmt: skip


def _line(
    record: uuid.UUID, field: Field, value: str, believed: Believed, key: str = "",
    *, temporary: bool = False,
) -> Line:  # fmt: skip
    return Line(
        record.hex, field, value, believed.valid_from, believed.valid_to, believed.recorded_from,
        believed.recorded_to, believed.id.hex, key, temporary,
    )  # fmt: skip


def _while(line: Line, employed: Believed) -> Iterator[Line]:
    """Yield a line for the time in which the employment it belongs to was believed, if ever."""
    starts = max(line.recorded_from, employed.recorded_from)
    ends = min(filter(None, (line.recorded_to, employed.recorded_to)), default=None)
    if ends is None or starts < ends:
        yield replace(line, recorded_from=starts, recorded_to=ends)


def _jobs(history: History) -> Iterator[Job]:
    for one in history.employments:
        if one.record is not None:
            held = one.believed
            yield Job(
                one.record.hex, one.engagement, held.valid_from, held.valid_to,
                held.recorded_from, held.recorded_to,
            )  # fmt: skip


def _temporary(records: set[str], numbered: set[str]) -> Iterator[Line]:
    """Yield the temporary numbers of records that have no other: no fact is made of such a one."""
    found = _claims(records - numbered).filter(nino__isnull=False, nino_hash__isnull=True)
    seen = set()
    rows = found.order_by("statement__as_at").values_list(
        "record", "nino", "statement__as_at", "statement__recorded_from",
        "statement__recorded_to",
    )  # fmt: skip
    for record, sealed, as_at, recorded_from, recorded_to in rows:
        if record not in seen and sealed:
            seen.add(record)
            number = open_nino(keyring(), sealed)
            yield Line(
                record.hex, "nino", number, as_at, None, recorded_from, recorded_to,
                temporary=True,
            )  # fmt: skip
