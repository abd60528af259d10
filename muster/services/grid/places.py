"""Where people work: what one look at the places page shows, made of released tables only.

Choosing an employer, or a region whose towns to see, shows part of released tables. How many work
outside London is a difference of released figures, their share a rate of such, and a commitment is
judged by these alone: nothing here tells more than the tables themselves. No table by London and
elsewhere is released, since beside the regions it would narrow what a band hides. Towns are asked
for of all employers together: in many towns one employer has nearly everybody, and the audit holds
tables by employer and town.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from muster.gates.disclosure import BAND_TOP, WITHHELD_SHOWN, Told, rate, tellable, write_number
from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import ReleasedCell, ReleasedTable, release
from muster.kernel.clock import Clock
from muster.kernel.errors import NotPermitted
from muster.kernel.metrics import Metric
from muster.register.places.queries import Promised, promises
from muster.register.places.rules import LONDON, REGIONS, Judged, judged, parts_of
from muster.register.statistics.places import NAME as OFFICIAL
from muster.services.grid.explore import AUDIENCE

HEADCOUNT, HIRES = "headcount", "hires"
MEASURES = (HEADCOUNT, HIRES)
MOST_DATES = 13
"""Commitments are judged over so many of the latest dates."""
_NOT_TOLD = Told("withheld", None, WITHHELD_SHOWN)


@dataclass(frozen=True)
class Asker:
    """Who asks, what for and when: what the record of a release needs."""

    purpose: str
    by: str
    clock: Clock

    def table(self, metric: str, by: tuple[str, ...], on: dt.date) -> ReleasedTable | None:
        """Return a released table; None if it is held for a person or was withdrawn."""
        try:
            return release(
                metric, by, on,
                audience=AUDIENCE, purpose=self.purpose, by=self.by, clock=self.clock,
            )  # fmt: skip
        except NotPermitted:
            return None


@dataclass(frozen=True)
class Question:
    """What is asked, as the address states it; ``employer`` and ``region`` may be empty."""

    metric: Metric
    as_at: dt.date | None
    employer: str
    region: str
    dates: tuple[dt.date, ...]
    employers: Mapping[str, str]


@dataclass(frozen=True)
class Pledge:
    """A commitment, and how its employer does by it.

    ``told`` holds the released figure of each date, in per cent or people, as it is shown; and
    ``values`` what of it is compared, None where nothing was told.
    """

    promised: Promised
    as_at: dt.date
    told: Mapping[dt.date, Told]
    values: Mapping[dt.date, Decimal | None]
    judged: Judged


@dataclass(frozen=True)
class Answer:
    """Released cells of the question. ``official`` holds those published for 2019, by region.

    ``held`` names the tables, by their last dimension, that wait for a person or were withdrawn.
    """

    question: Question
    regions: tuple[ReleasedCell, ...] = ()
    towns: tuple[ReleasedCell, ...] = ()
    outside: Told = _NOT_TOLD
    total: ReleasedCell | None = None
    share: Told = _NOT_TOLD
    official: Mapping[str, Decimal] = field(default_factory=dict)
    official_on: dt.date | None = None
    pledges: tuple[Pledge, ...] = ()
    returned: int = 0
    known: int = 0
    without: tuple[str, ...] = ()
    releases: Mapping[str, uuid.UUID] = field(default_factory=dict)
    held: tuple[str, ...] = ()


def ask(metric: str, as_at: str, employer: str, region: str) -> Question:
    """Return the question an address states; what it leaves out is chosen for it."""
    chosen = metric_named(metric if metric in MEASURES else HEADCOUNT)
    reader = reader_of(chosen)
    dates = tellable(chosen, sorted(set(reader.dates())))
    stated = next((date for date in dates if date.isoformat() == as_at), None)
    fullest = max(
        dates[-MOST_DATES:], key=lambda date: (reader.returns(date).returned, date), default=None
    )
    day = stated or fullest
    employers: dict[str, str] = {}
    for date in dates[-MOST_DATES:]:
        employers |= reader.domain("employer", date)
    named = dict(sorted(employers.items(), key=lambda item: item[1]))
    return Question(
        chosen, day, employer if employer in named else "",
        region if region in REGIONS else "", dates, named,
    )  # fmt: skip


def answer(question: Question, asker: Asker) -> Answer:
    """Answer a question from released tables."""
    if question.as_at is None:
        return Answer(question, pledges=pledges(asker, None))
    narrow = ("employer",) if question.employer else ()
    tables = {
        name: asker.table(question.metric.name, (*narrow, *by), question.as_at)
        for name, by in _TABLES.items()
        if name != "town" or not question.employer
    }
    cells = {name: _of(table, question.employer) for name, table in tables.items()}
    total = next(iter(cells["total"]), None)
    outside, known = outside_london(cells["region"], total)
    found = next((table for table in tables.values() if table is not None), None)
    official_on, official = _official(question, asker)
    return Answer(
        question=question,
        regions=cells["region"],
        towns=tuple(cell for cell in cells.get("town", ()) if _shown(cell, question.region)),
        outside=outside,
        total=total,
        share=rate(outside, known),
        official=official,
        official_on=official_on,
        pledges=pledges(asker, question.as_at),
        returned=found.returned if found else 0,
        known=found.known if found else 0,
        without=found.without if found else (),
        releases={name: table.release for name, table in tables.items() if table is not None},
        held=tuple(name for name, table in tables.items() if table is None),
    )


_TABLES = {"region": ("region",), "town": ("town",), "total": ()}


def outside_london(
    regions: Sequence[ReleasedCell], total: ReleasedCell | None
) -> tuple[Told, Told]:
    """Return how many work outside London, and of how many that is: those whose place is known.

    Both are differences of released figures, in which a band counts as nobody.
    """
    told = {cell.key[-1]: cell for cell in regions}
    if total is None or total.value is None or not told:
        return _NOT_TOLD, _NOT_TOLD
    known = total.value - (told[""].value or 0)
    return _difference(known - (told[LONDON].value or 0)), _difference(known)


def _difference(people: Decimal) -> Told:
    if people <= BAND_TOP:
        return _NOT_TOLD
    return Told("rounded", people, write_number(people))


def _of(table: ReleasedTable | None, employer: str) -> tuple[ReleasedCell, ...]:
    if table is None:
        return ()
    return table.only("employer", employer) if employer else table.cells


def _shown(cell: ReleasedCell, region: str) -> bool:
    """Tell whether a town is shown: all of a chosen region, else those that are more than a band.

    Which towns are left out tells nothing: a band is what each of them would say.
    """
    if region:
        return parts_of(cell.key[-1]).region == region
    return cell.kind != "band"


def _official(question: Question, asker: Asker) -> tuple[dt.date | None, Mapping[str, Decimal]]:
    """Return what is published of the same employers in 2019, by region; nothing beside hires.

    Of all employers only those count that made a return for the date, so that no two sets of
    employers stand side by side. Published figures are exact and may be added up.
    """
    reader = reader_of(metric_named(OFFICIAL))
    dates = reader.dates()
    if question.metric.name != HEADCOUNT or question.as_at is None or not dates:
        return None, {}
    returned = reader_of(question.metric).domain("employer", question.as_at)
    same = {question.employer} if question.employer else set(returned)
    table = asker.table(OFFICIAL, ("employer", "region"), dates[-1])
    sums: dict[str, Decimal] = {}
    for cell in table.cells if table else ():
        employer, region = cell.key
        if employer in same and cell.value is not None:
            sums[region] = sums.get(region, Decimal(0)) + cell.value
    return (dates[-1], sums) if sums else (None, {})


def pledges(asker: Asker, as_at: dt.date | None) -> tuple[Pledge, ...]:
    """Return every commitment that stands, judged by the released headcounts up to a date.

    Args:
        asker: who asks.
        as_at: the date; None where nothing was returned yet.
    """
    metric = metric_named(HEADCOUNT)
    dates = [one for one in tellable(metric, sorted(set(reader_of(metric).dates())))
             if as_at is not None and one <= as_at][-MOST_DATES:]  # fmt: skip
    standing = promises()
    if not standing:
        return ()
    by_region = {on: asker.table(HEADCOUNT, ("employer", "region"), on) for on in dates}
    by_employer = {on: asker.table(HEADCOUNT, ("employer",), on) for on in dates}
    found = []
    for one in standing:
        told: dict[dt.date, Told] = {}
        values: dict[dt.date, Decimal | None] = {}
        for on in dates:
            code = one.employer.hex
            total = next(iter(_of(by_employer[on], code)), None)
            told[on], values[on] = _figure(one, *outside_london(_of(by_region[on], code), total))
        last = dates[-1] if dates else dt.date.min
        goal = one.percent if one.percent is not None else one.roles or 0
        found.append(Pledge(one, last, told, values, judged(goal, one.due, values, last)))
    return tuple(found)


def _figure(one: Promised, outside: Told, whole: Told) -> tuple[Told, Decimal | None]:
    """Return the figure that a commitment is about, and what of it is compared with the goal."""
    if one.percent is None:
        return outside, outside.value
    part = rate(outside, whole)
    if part.kind == "band" and whole.value is not None:
        # "Nearly all": at least all but the band, as the released figures themselves say.
        return part, Decimal(100 * (whole.value - BAND_TOP) / whole.value)
    return part, part.value


def series_of(pledge: Pledge) -> Sequence[tuple[dt.date, Told]]:
    """Return the figures of a commitment over time, the earliest first."""
    return sorted(pledge.told.items(), key=lambda item: item[0])
