"""What full snapshots of an HR system say about employments, and what may be believed of it.

For whoever asks why somebody is shown as employed, gone or in dispute. A *record* is a source
system's own entry for a person (system and staff number). Each snapshot that lists it is one
``Stated`` row; each that does not, although it speaks for the whole system, is a *silence*.
Beliefs are a pure function of rows and silences in the order of their as-at dates, whatever the
order in which they came in, so a late or corrected file needs no rule of its own:

1. A record's first row opens an employment from its stated start.
2. A later row with another start corrects it, unless the record was last seen at work before
   that start: then the earlier employment ended and a new one began.
3. A stated leaving date, the last day employed, ends the employment on the next day. A later row
   without one withdraws the ending.
4. A silence ends the employment as of the silent snapshot's date, marked ``vanished``. If the
   record comes back with the same start, it had never ended.
5. Between employee and anything else (loan in, contractor, agency) lies the line between two
   employments: crossing it ends one and opens another as of the snapshot that first says so.
6. Whatever else changes (post, grade, hours, name) changes as of the snapshot that first says so.
7. A loan out is a way of being an employee: it ends nothing. A loan in is not substantive: the
   person stays employed by the lender, and is counted there.

Several records may be one person. Their substantive employments must not overlap; ``settle``
decides which are believed and which become conflicts for people to resolve. The table in
``tests/spec/test_employment_rules.py`` shows every rule at work.
"""

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from muster.kernel.days import ONE_DAY, Period

Engagement = Literal["employee", "loan_in", "contractor", "agency"]
Ended = Literal["stated", "vanished", "restarted", "engagement changed", "decided"]
ENGAGEMENTS: dict[str, Engagement] = {
    "permanent": "employee",
    "fixed_term": "employee",
    "loan_out": "employee",
    "loan_in": "loan_in",
    "contractor": "contractor",
    "agency": "agency",
}
SUBSTANTIVE: Engagement = "employee"
YOUNGEST = 14  # years; nobody may be employed full time below it, so a younger one is a slip
Row = tuple[int, int]
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Stated:
    """What one row of a snapshot says.

    Args:
        as_at: the snapshot's date.
        start: first day employed.
        leaving: last day employed, if stated.
        stated: the engagement as the contract names it; a key of ``ENGAGEMENTS``.
        name: whatever identifies the name as held.
        identifiers: national insurance number, birth date, email: absent ones as None.
        assignment: whatever identifies post and terms.
        row: statement and row number, for provenance.
    """

    as_at: dt.date
    start: dt.date
    leaving: dt.date | None
    stated: str
    name: Hashable
    identifiers: tuple[Hashable | None, ...]
    assignment: Hashable
    row: Row


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """A value that held from a day until another, and the row that first stated it."""

    value: T
    valid_from: dt.date
    valid_to: dt.date | None
    row: Row


@dataclass(frozen=True, slots=True)
class Spell:
    """One employment as a record tells it; ``number`` counts the record's employments from 1.

    ``row`` is the first row that stated its days as they are. ``assignments`` fill its days in
    order.
    """

    number: int
    valid_from: dt.date
    valid_to: dt.date | None
    engagement: Engagement
    ended: Ended | None
    row: Row
    assignments: tuple[Held[Hashable], ...] = ()

    @property
    def substantive(self) -> bool:
        """Whether the employer is the person's own."""
        return self.engagement == SUBSTANTIVE


@dataclass(frozen=True, slots=True)
class History:
    """Everything one record says: employments, names as held, and one line per identifier."""

    spells: tuple[Spell, ...]
    names: tuple[Held[Hashable], ...]
    identifiers: tuple[tuple[Held[Hashable], ...], ...]


@dataclass(slots=True)
class _Open:
    """A spell while it is being told."""

    engagement: Engagement
    floor: dt.date
    rows: list[Stated]
    valid_from: dt.date
    valid_to: dt.date | None = None
    ended: Ended | None = None
    row: Row = (0, 0)

    def hear(self, row: Stated) -> None:
        """Take the days that a row states; the first row that states them is their source."""
        # 31 December 9999 is how HR systems write "no end"; the calendar has no day after it.
        leaving = None if row.leaving == dt.date.max else row.leaving
        days = max(row.start, self.floor), None if leaving is None else leaving + ONE_DAY
        if not self.rows or days != (self.valid_from, self.valid_to):
            self.row = row.row
        self.rows.append(row)
        self.valid_from, self.valid_to = days
        self.ended = None if leaving is None else "stated"

    def end(self, day: dt.date, why: Ended) -> None:
        """End on a day, unless it had ended by then."""
        if self.valid_to is None or day < self.valid_to:
            self.valid_to, self.ended = day, why


def tell(rows: Sequence[Stated], silences: Iterable[dt.date] = ()) -> History:
    """Return what a record's rows and silences say.

    Args:
        rows: one for each snapshot that lists the record, in any order; at least one.
        silences: dates of snapshots of its system from which it is truly absent.
    """
    ordered = sorted(rows, key=lambda row: row.as_at)
    told: list[_Open] = []
    quiet = sorted(silences)
    for row in ordered:
        while quiet and quiet[0] < row.as_at:
            _fall_silent(told, quiet.pop(0))
        _hear(told, row)
    for day in quiet:
        _fall_silent(told, day)
    spells = _numbered(told)
    first = min((spell.valid_from for spell in spells), default=ordered[0].start)
    names = timeline([(row.as_at, row.name, row.row) for row in ordered], first)
    kinds = range(len(ordered[0].identifiers))
    identifiers = tuple(
        timeline([(row.as_at, row.identifiers[kind], row.row) for row in ordered], first)
        for kind in kinds
    )
    return History(spells, names, identifiers)


def _hear(told: list[_Open], row: Stated) -> None:
    engagement = ENGAGEMENTS[row.stated]
    if not told:
        told.append(_Open(engagement, dt.date.min, [], row.start))
    last = told[-1]
    seen = last.rows[-1] if last.rows else None
    if seen is not None and seen.start <= seen.as_at < row.start:
        last.end(row.start, "restarted")
        told.append(_Open(engagement, last.valid_to or row.start, [], row.start))
    elif engagement != last.engagement:
        last.end(row.as_at, "engagement changed")
        told.append(_Open(engagement, last.valid_to or row.as_at, [], row.start))
    told[-1].hear(row)


def _fall_silent(told: list[_Open], day: dt.date) -> None:
    if told:
        told[-1].end(day, "vanished")


def _numbered(told: Sequence[_Open]) -> tuple[Spell, ...]:
    """Return the spells that hold at least one day, numbered, with their assignments."""
    held = [one for one in told if one.valid_to is None or one.valid_from < one.valid_to]
    return tuple(
        Spell(
            number,
            one.valid_from,
            one.valid_to,
            one.engagement,
            one.ended,
            one.row,
            within(one.rows, one.valid_from, one.valid_to),
        )
        for number, one in enumerate(held, start=1)
    )


def within(
    rows: Sequence[Stated], valid_from: dt.date, valid_to: dt.date | None
) -> tuple[Held[Hashable], ...]:
    """Return the assignments that rows state, filling a period without gap or overlap.

    A change that is first stated after the last day is dated to the last day.
    """
    last = None if valid_to is None else valid_to - ONE_DAY
    points = [
        (row.as_at if last is None else min(row.as_at, last), row.assignment, row.row)
        for row in rows
    ]
    return timeline(points, valid_from, valid_to)


def timeline(
    points: Iterable[tuple[dt.date, T | None, Row]],
    valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> tuple[Held[T], ...]:
    """Return the values that points in order of time state, as periods that touch.

    The first value holds from ``valid_from``; each other from the day that first states it. None
    states nothing. Of several values for one day the last counts.
    """
    line: list[Held[T]] = []
    for day, value, row in points:
        if value is None or (line and line[-1].value == value):
            continue
        since = max(day, valid_from) if line else valid_from
        if line and line[-1].valid_from >= since:
            line.pop()
        elif line:
            line[-1] = replace(line[-1], valid_to=since)
        if line and line[-1].value == value:
            line[-1] = replace(line[-1], valid_to=None)
            continue
        line.append(Held(value, since, None, row))
    if line and valid_to is not None:
        line[-1] = replace(line[-1], valid_to=valid_to)
    return tuple(line)


@dataclass(frozen=True, slots=True)
class Claimant:
    """A substantive employment that asks to be believed of a person.

    Args:
        key: what identifies it.
        asked: the days it asks for.
        believed: the days believed of it until now, if any.
        certain: a person decided these days, or nothing new is said of them.
    """

    key: Hashable
    asked: Period
    believed: Period | None = None
    certain: bool = False

    @property
    def rank(self) -> tuple[int, dt.date, str]:
        """Who is heard first: the certain, those that ask no more than they have, the others."""
        if self.certain:
            return (0, self.asked.start, str(self.key))
        if self.believed is None:
            return (3, self.asked.start, str(self.key))
        more = self.asked.start < self.believed.start or (
            self.believed.end is not None
            and (self.asked.end is None or self.asked.end > self.believed.end)
        )
        return (2 if more else 1, self.asked.start, str(self.key))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is believed of a claimant now (None: nothing), and which one stands against the rest."""

    believed: Period | None
    against: Hashable | None = None


def settle(claimants: Sequence[Claimant]) -> dict[Hashable, Verdict]:
    """Return what is believed of one person's substantive employments: none of them overlap.

    Whoever is believed already keeps what they have; a newcomer that overlaps it is not applied
    and names the one it overlaps.
    """
    verdicts: dict[Hashable, Verdict] = {}
    accepted: list[tuple[Period, Hashable]] = []
    for one in sorted(claimants, key=lambda claimant: claimant.rank):
        against = _in_the_way(one.asked, accepted)
        if against is None:
            accepted.append((one.asked, one.key))
            verdicts[one.key] = Verdict(one.asked)
            continue
        kept = one.believed
        if kept is not None and _in_the_way(kept, accepted) is not None:
            kept = None
        if kept is not None:
            accepted.append((kept, one.key))
        verdicts[one.key] = Verdict(kept, against)
    return verdicts


def _in_the_way(asked: Period, accepted: Iterable[tuple[Period, Hashable]]) -> Hashable | None:
    return next((key for period, key in accepted if period.overlaps(asked)), None)


def same_person(
    nino_hash: str | None, birth_date: dt.date | None, surname: str | None
) -> tuple[str, dt.date, str] | None:
    """Return what two records must share to be certainly one person; None if one part is absent.

    National Insurance number, birth date and legal surname, all equal. Letter case is set aside,
    because some systems hold surnames in capitals; nothing else is.
    """
    if not nino_hash or birth_date is None or not surname:
        return None
    return (nino_hash, birth_date, surname.casefold())
