"""What sources say of a person on a day and as known at an instant, from facts of all times.

For ``told`` (one person, from their record) and ``many`` (many people, from the tables): both make
*lines* of what they read, and this says which of them speak. Pure functions.
"""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from muster.register.people.rules import FURTHER, SUBSTANTIVE
from muster.register.people.survivorship.rules import FORMER, HOST, OWN, Field, Kind, Said


class _Recorded(Protocol):
    @property
    def recorded_from(self) -> dt.datetime: ...
    @property
    def recorded_to(self) -> dt.datetime | None: ...


_R = TypeVar("_R", bound=_Recorded)


@dataclass(frozen=True, slots=True)
class Line:
    """That a record states a value of a field from one day until another; as ``Said`` has it."""

    record: str
    field: Field
    value: str
    valid_from: dt.date
    valid_to: dt.date | None
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None = None
    fact: str = ""
    key: str = ""
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """That a record employs its person from one day until another."""

    record: str
    engagement: str
    valid_from: dt.date
    valid_to: dt.date | None
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """That a system spoke of a record as at a day."""

    as_at: dt.date
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """A source record: whose it is, in which system, and when that spoke of it."""

    record: str
    employer: str
    system: str
    kind: Kind
    heard: tuple[Heard, ...] = ()


@dataclass
class Known:
    """Lines as they were known at one instant, arranged so that any day is found quickly."""

    holders: Mapping[str, Holder]
    _lines: dict[tuple[str, Field], list[Line]] = field(default_factory=dict)
    _jobs: dict[str, list[Job]] = field(default_factory=dict)
    _heard: dict[str, list[dt.date]] = field(default_factory=dict)

    @classmethod
    def at(
        cls,
        lines: Iterable[Line],
        jobs: Iterable[Job],
        holders: Mapping[str, Holder],
        known: dt.datetime | None = None,
    ) -> "Known":
        """Return what was known at an instant; None is now."""
        by_field: dict[tuple[str, Field], list[Line]] = defaultdict(list)
        by_record: dict[str, list[Job]] = defaultdict(list)
        for one in believed_at(lines, known):
            if one.record in holders:
                by_field[one.record, one.field].append(one)
        for job in believed_at(jobs, known):
            by_record[job.record].append(job)
        for found in by_field.values():
            found.sort(key=lambda line: (line.valid_from, line.recorded_from, line.fact))
        heard = {
            record: sorted(one.as_at for one in believed_at(holder.heard, known))
            for record, holder in holders.items()
        }
        return cls(holders, dict(by_field), dict(by_record), heard)

    def said(self, day: dt.date) -> list[Said]:
        """Return all that is said on a day."""
        ranks = {record: self._rank(record, day) for record in self.holders}
        found = []
        for (record, _field), lines in self._lines.items():
            at = bisect_right(lines, day, key=lambda line: line.valid_from) - 1
            if at >= 0 and _holds(lines[at], day) and not _over(lines[at], ranks[record]):
                found.append(self._said(lines, at, day, ranks[record]))
        return found

    def days(self) -> list[dt.date]:
        """Return the days on which something that is said may have changed, in order."""
        held: list[Line | Job] = [one for lines in self._lines.values() for one in lines]
        held += [one for jobs in self._jobs.values() for one in jobs]
        days = {day for one in held for day in (one.valid_from, one.valid_to)}
        return sorted(day for day in days if day is not None)

    def _said(
        self, lines: Sequence[Line], at: int, day: dt.date, rank: tuple[int, dt.date, bool]
    ) -> Said:
        line, holder = lines[at], self.holders[lines[at].record]
        first = line
        for before in reversed(lines[:at]):
            if before.valid_to != first.valid_from or _word(before) != _word(line):
                break
            first = before
        heard = self._heard[line.record]
        last = bisect_right(heard, day)
        employs, since, main = rank
        return Said(
            line.field, line.value, line.record, holder.employer, holder.system, holder.kind,
            first.valid_from, heard[last - 1] if last else None, employs, since, line.fact,
            first.recorded_from, line.key, line.temporary, main,
        )  # fmt: skip

    def _rank(self, record: str, day: dt.date) -> tuple[int, dt.date, bool]:
        """Return how a record employs its person on a day, since when, and whether mainly."""
        jobs = self._jobs.get(record, ())
        now = [job for job in jobs if _holds(job, day)]
        since = min((job.valid_from for job in now or jobs), default=dt.date.max)
        kinds = {job.engagement for job in now}
        own = kinds & {SUBSTANTIVE, FURTHER}
        return OWN if own else HOST if kinds else FORMER, since, SUBSTANTIVE in kinds


def believed_at(found: Iterable[_R], known: dt.datetime | None) -> list[_R]:
    """Return what was believed at an instant; None is now."""
    if known is None:
        return [one for one in found if one.recorded_to is None]
    return [
        one for one in found
        if one.recorded_from <= known and (one.recorded_to is None or known < one.recorded_to)
    ]  # fmt: skip


def _over(line: Line, rank: tuple[int, dt.date, bool]) -> bool:
    """Tell whether a line says nothing any more: a work email lasts no longer than the work."""
    return line.field == "work_email" and rank[0] == FORMER


def _word(line: Line) -> tuple[str, bool]:
    return line.key or line.value, line.temporary


def _holds(one: Line | Job, day: dt.date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
