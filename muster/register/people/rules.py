"""What the files of an HR system say about employments, and what may be believed of it.

For whoever asks why somebody is shown as employed, gone or in dispute. A *record* is a source
system's own entry for a person (system and staff number). Each file that lists it is one
``Stated`` row; each full snapshot that does not, although it speaks for the whole system, is a
*silence*. A delta that does not list it says nothing. Beliefs are a pure function of rows and
silences in the order of their as-at dates, whatever the order in which they came in, so a late,
corrected or withdrawn file needs no rule of its own:

1. A record's first row opens an employment from its stated start.
2. A later row with another start corrects it, unless the record was last seen at work before
   that start, or had said that it leaves before it: then a new employment began (a rehire).
3. A stated leaving date, the last day employed, ends the employment on the next day. A later row
   without one withdraws the ending.
4. A silence ends the employment as of the silent snapshot's date, marked ``vanished``. If the
   record comes back with the same start, it had never ended.
5. Between employee and anything else (loan in, contractor, agency) lies the line between two
   employments: crossing it ends one and opens another as of the snapshot that first says so.
6. Whatever else changes (post, grade, hours, name) changes as of the snapshot that first says so.
7. A loan out is a way of being an employee: it ends nothing. A loan in is not substantive: the
   person stays employed by the lender, and is counted there.
8. Pay that says since when it holds, holds since then: a pay award may reach back before the
   snapshot that first states it, as far as the employment does, or lie ahead of it.
9. A leaving reason of ``did_not_start`` says that there was no employment. So does absence from a
   full snapshot before the first day.

Several records may be one person. Two of one employer over the same days are one employment in
two posts: the one that lasts longer is substantive, the other a *further* post. Otherwise
substantive employments must not overlap; ``settle`` decides which are believed and which become
conflicts for people to resolve. The tables in ``tests/spec/test_employment_rules.py`` and
``tests/spec/test_messy_people.py`` show every rule at work.
"""

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from muster.kernel.days import ONE_DAY, Period
from muster.register.people.telling.timelines import Held, Row, backdated, beside, timeline

__all__ = [
    "DID_NOT_START", "ENGAGEMENTS", "FURTHER", "SUBSTANTIVE", "TEMPORARY_NINO", "YOUNGEST",
    "Claimant", "Ended", "Engagement", "Held", "History", "Spell", "Stated", "Verdict",
    "same_person", "settle", "tell", "timeline", "within",
]  # fmt: skip

Engagement = Literal["employee", "further", "loan_in", "contractor", "agency"]
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
FURTHER: Engagement = "further"  # an employee's other post at the same employer, on the same days
YOUNGEST = 14  # years; nobody may be employed full time below it, so a younger one is a slip
DID_NOT_START = "did_not_start"  # the leaving reason of a hire that came to nothing
# TN, birth date and sex: what systems put where a number is still awaited. Two people may share it.
TEMPORARY_NINO = r"^TN[0-9]{6}[MF]$"


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
        assignment: whatever identifies post and terms; the last of it is the pay.
        row: statement and row number, for provenance.
        paid_from: the day since when the pay holds, if stated.
        leaving_reason: why the record leaves, if stated.
    """

    as_at: dt.date
    start: dt.date
    leaving: dt.date | None
    stated: str
    name: Hashable
    identifiers: tuple[Hashable | None, ...]
    assignment: tuple[Any, ...]
    row: Row
    paid_from: dt.date | None = None
    leaving_reason: str | None = None


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
    assignments: tuple[Held[tuple[Any, ...]], ...] = ()
    leaving_reason: str | None = None

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
    leaving_reason: str | None = None

    def hear(self, row: Stated) -> None:
        """Take the days that a row states; the first row that states them is their source."""
        # 31 December 9999 is how HR systems write "no end"; the calendar has no day after it.
        leaving = None if row.leaving == dt.date.max else row.leaving
        days = max(row.start, self.floor), None if leaving is None else leaving + ONE_DAY
        if row.leaving_reason == DID_NOT_START:
            days = days[0], days[0]
        if not self.rows or days != (self.valid_from, self.valid_to):
            self.row = row.row
        self.rows.append(row)
        self.valid_from, self.valid_to = days
        self.ended = None if days[1] is None else "stated"
        self.leaving_reason = row.leaving_reason if self.ended else None

    def end(self, day: dt.date, why: Ended) -> None:
        """End on a day, unless it had ended by then."""
        if self.valid_to is None or day < self.valid_to:
            self.valid_to, self.ended, self.leaving_reason = day, why, None

    def followed_by(self, engagement: Engagement, row: Stated) -> "_Open":
        """Return the next spell, which a row begins; it holds no day that this one holds."""
        return _Open(engagement, max(self.floor, self.valid_to or row.start), [], row.start)


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
    if seen is not None and _begins_anew(seen, row):
        last.end(row.start, "restarted")
        told.append(last.followed_by(engagement, row))
    elif engagement != last.engagement:
        last.end(row.as_at, "engagement changed")
        told.append(last.followed_by(engagement, row))
    told[-1].hear(row)


def _begins_anew(seen: Stated, row: Stated) -> bool:
    """Tell whether a row's start is that of another employment than the one last seen."""
    at_work = seen.start <= seen.as_at
    left = seen.leaving is not None and seen.leaving < row.start
    return at_work and seen.start < row.start and (left or seen.as_at < row.start)


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
            one.leaving_reason,
        )
        for number, one in enumerate(held, start=1)
    )


def within(
    rows: Sequence[Stated], valid_from: dt.date, valid_to: dt.date | None
) -> tuple[Held[tuple[Any, ...]], ...]:
    """Return the assignments that rows state, filling a period without gap or overlap.

    A change that is first stated after the last day is dated to the last day. Pay that says since
    when it holds is dated by that; before the first such day the pay is not known.
    """
    last = None if valid_to is None else valid_to - ONE_DAY
    days = [row.as_at if last is None else min(row.as_at, last) for row in rows]
    if all(row.paid_from is None for row in rows):
        stated = zip(days, rows, strict=True)
        return timeline(((day, row.assignment, row.row) for day, row in stated),
                        valid_from, valid_to)  # fmt: skip
    terms = [(day, row.assignment[:-1], row.row) for day, row in zip(days, rows, strict=True)]
    paid = []
    for number, (day, row) in enumerate(zip(days, rows, strict=True)):
        since = row.paid_from or (day if number else valid_from)
        paid.append((since if last is None else min(since, last), row.assignment[-1], row.row))
    return beside(timeline(terms, valid_from, valid_to), backdated(paid, valid_from, valid_to))


@dataclass(frozen=True, slots=True)
class Claimant:
    """A substantive employment that asks to be believed of a person.

    Args:
        key: what identifies it.
        asked: the days it asks for.
        believed: the days believed of it until now, if any.
        certain: a person decided these days, or nothing new is said of them.
        employer: whose it is; two of one employer do not stand in each other's way.
    """

    key: Hashable
    asked: Period
    believed: Period | None = None
    certain: bool = False
    employer: Hashable | None = None

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
    """What is believed of a claimant now (None: nothing), and which one stands against the rest.

    ``further``: it is believed as a further post, beside a substantive one of the same employer.
    """

    believed: Period | None
    against: Hashable | None = None
    further: bool = False


def settle(claimants: Sequence[Claimant]) -> dict[Hashable, Verdict]:
    """Return what is believed of one person's employments: no substantive ones overlap.

    Whoever is believed already keeps what they have; a newcomer that overlaps it is not applied
    and names the one it overlaps. A further post stands and falls with the one it is beside.
    """
    verdicts: dict[Hashable, Verdict] = {}
    accepted: list[tuple[Period, Hashable]] = []
    further = _further(claimants)
    contest = [one for one in claimants if one.key not in further]
    for one in sorted(contest, key=lambda claimant: claimant.rank):
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
    asked = {one.key: one.asked for one in claimants}
    for key, beside_which in further.items():
        stands = verdicts[beside_which].believed is not None
        against = None if stands else verdicts[beside_which].against
        verdicts[key] = Verdict(asked[key] if stands else None, against, further=stands)
    return verdicts


def _further(claimants: Sequence[Claimant]) -> dict[Hashable, Hashable]:
    """Return those that are further posts, with the one each is beside.

    Of several at one employer on the same days the one that lasts longest is substantive, so that
    whoever keeps one of two posts stays employed; of equals, the one that began first.
    """
    found: dict[Hashable, Hashable] = {}
    leading: list[Claimant] = []
    for one in sorted(claimants, key=_lasting):
        main = next((other for other in leading if _same_employer(one, other)), None)
        if main is not None and not one.certain:
            found[one.key] = main.key
        else:
            leading.append(one)
    return found


def _same_employer(one: Claimant, other: Claimant) -> bool:
    known = one.employer is not None and one.employer == other.employer
    return known and one.asked.overlaps(other.asked)


def _lasting(one: Claimant) -> tuple[bool, int, dt.date, str]:
    end = dt.date.max if one.asked.end is None else one.asked.end
    return (not one.certain, -end.toordinal(), one.asked.start, str(one.key))


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
