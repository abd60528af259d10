"""What the measures of data quality mean: pure functions over what feeds came to.

Four measures, each told for itself. Two suppliers with the same mean of four could hardly be less
alike, so there is no score; the one summary is how many measures meet their standard. The tables
in ``tests/spec/test_data_quality.py`` are the documentation for HR people.

Shares are exact fractions of a hundred, days whole numbers: what is compared is never rounded.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median
from typing import Literal, get_args

Measure = Literal["completeness", "timeliness", "errors", "conflicts"]
Trend = Literal["better", "same", "worse", "not enough"]
# Why a measure has no amount.
Why = Literal[
    "", "no feed", "no rows", "no rhythm", "not due", "not measured", "not counted", "erased",
]  # fmt: skip
MEASURES: tuple[Measure, ...] = get_args(Measure)
# A feed is compared with the middle one of so many before it, and of no fewer than these.
COMPARED_WITH, FEWEST_COMPARED = 6, 3
# How many of the latest feeds that were due are counted as on time or late.
COUNTED_ON_TIME = 12


@dataclass(frozen=True)
class Standard:
    """What is good enough, and how much an amount must move before it is better or worse.

    For completeness the limit is the least, for the others the most that meets the standard.
    """

    limit: Fraction
    moves: Fraction
    more_is_better: bool = False


STANDARDS: Mapping[Measure, Standard] = {
    "completeness": Standard(Fraction(98), Fraction(1, 2), more_is_better=True),
    "timeliness": Standard(Fraction(0), Fraction(1)),
    "errors": Standard(Fraction(1), Fraction(1, 2)),
    "conflicts": Standard(Fraction(1, 2), Fraction(1, 10)),
}


@dataclass(frozen=True)
class Reading:
    """One measure of one feed: an amount in per cent or days, or why there is none."""

    amount: Fraction | None
    why: Why = ""


@dataclass(frozen=True)
class Awaited:
    """A feed that a declared rhythm asks for: the day it speaks of, the last day in time."""

    as_at: dt.date
    by: dt.date


@dataclass(frozen=True)
class Sent:
    """What one feed came to: all that a supplier sent of one as-at date.

    Args:
        as_at: the day it speaks of.
        came_on: the legal day on which the first file that was taken in came; None while none was.
        rows: rows of the files that stand.
        wrong: of these, how many could not go on when they came; None where its evidence is erased.
        waiting: how many wait still.
        filled: by field that matters, in how many records it is filled, and of how many it is
            asked; None where it is not counted.
        measured: whether fields and conflicts of this kind of data are measured at all.
        records: accepted records.
        conflicts: of these, how many claim days on this date that are not believed.
        resent: files that were replaced by a later one for the same.
        withdrawn: files that were taken back.
        stopped: files that were refused or are held.
        aside: lines that are no records, such as titles and totals.
        settled_after: days from the receipt to the day on which its last row was accepted; None
            while rows wait.
    """

    as_at: dt.date
    came_on: dt.date | None = None
    rows: int = 0
    wrong: int | None = 0
    waiting: int = 0
    filled: Mapping[str, tuple[int, int]] | None = None
    measured: bool = True
    records: int = 0
    conflicts: int = 0
    resent: int = 0
    withdrawn: int = 0
    stopped: int = 0
    aside: int = 0
    settled_after: int | None = None


@dataclass(frozen=True)
class FeedMeasures:
    """One feed that came or should have come, measured."""

    sent: Sent
    due_by: dt.date | None
    readings: Mapping[Measure, Reading]

    @property
    def as_at(self) -> dt.date:
        """The day it speaks of."""
        return self.sent.as_at


@dataclass(frozen=True)
class Measured:
    """A supplier, measured: its latest readings, how they moved, and its feeds, latest first.

    ``latest`` is the feed that completeness, errors and conflicts are of, ``expected`` the one
    that timeliness is of: they differ where the latest feed that was due has not come.
    """

    readings: Mapping[Measure, Reading]
    trends: Mapping[Measure, Trend]
    feeds: tuple[FeedMeasures, ...] = ()
    latest: FeedMeasures | None = None
    expected: FeedMeasures | None = None
    on_time: tuple[int, int] = (0, 0)
    missed: tuple[dt.date, ...] = field(default=())

    @property
    def met(self) -> tuple[int, int]:
        """How many measures meet their standard, and how many there are amounts of."""
        told = [meets(name, one.amount) for name, one in self.readings.items()]
        return told.count(True), len(told) - told.count(None)


def completeness(filled: Mapping[str, tuple[int, int]] | None, *, measured: bool) -> Reading:
    """Return which share of the fields that matter is filled, in the records they matter for.

    A record without a value that nobody asks of it, such as the salary of an agency worker, is
    complete. Fields that every record must have do not count: without them it waits as an error.
    """
    if not measured:
        return Reading(None, "not measured")
    if filled is None:
        return Reading(None, "not counted")
    there, asked = (
        (sum(column) for column in zip(*filled.values(), strict=True)) if filled else (0, 0)
    )
    return Reading(Fraction(100 * there, asked)) if asked else Reading(None, "no rows")


def error_rate(wrong: int | None, rows: int) -> Reading:
    """Return which share of the rows could not go on when they came, whatever was mended since."""
    if wrong is None:
        return Reading(None, "erased")
    return Reading(Fraction(100 * wrong, rows)) if rows else Reading(None, "no rows")


def conflict_rate(conflicts: int, records: int, *, measured: bool) -> Reading:
    """Return which share of the records claims days that are not believed.

    They contradict another record of the same person, or what somebody decided.
    """
    if not measured:
        return Reading(None, "not measured")
    return Reading(Fraction(100 * conflicts, records)) if records else Reading(None, "no rows")


def days_late(due_by: dt.date | None, came_on: dt.date | None, *, today: dt.date) -> Reading:
    """Return how many days after its last day in time a feed came, or is late by today."""
    if due_by is None:
        return Reading(None, "no rhythm")
    if came_on is None and today <= due_by:
        return Reading(None, "not due")
    return Reading(Fraction(max(0, ((came_on or today) - due_by).days)))


def meets(measure: Measure, amount: Fraction | None) -> bool | None:
    """Tell whether an amount meets the standard; None where there is no amount."""
    if amount is None:
        return None
    standard = STANDARDS[measure]
    return amount >= standard.limit if standard.more_is_better else amount <= standard.limit


def trend(measure: Measure, now: Fraction | None, before: Sequence[Fraction]) -> Trend:
    """Return how an amount compares with what is usual: the median of the feeds before it.

    Args:
        measure: which measure.
        now: its amount for the latest feed.
        before: its amounts for earlier feeds, the latest of them first.
    """
    usual = before[:COMPARED_WITH]
    if now is None or len(usual) < FEWEST_COMPARED:
        return "not enough"
    standard = STANDARDS[measure]
    moved = now - median(usual)
    if abs(moved) < standard.moves:
        return "same"
    return "better" if (moved > 0) is standard.more_is_better else "worse"


def measure(sent: Iterable[Sent], awaited: Iterable[Awaited], *, today: dt.date) -> Measured:
    """Return a supplier's measures.

    Args:
        sent: what came. What speaks of a day that has not come yet does not count yet.
        awaited: the feeds that its rhythm asks for, as far as their time is up or they came; none
            where no rhythm is declared.
        today: the legal day on which this is asked.
    """
    came = {one.as_at: one for one in sent if one.as_at <= today}
    due = {one.as_at: one.by for one in awaited}
    feeds = tuple(
        _measured(came.get(day, Sent(day)), due.get(day), today=today)
        for day in sorted({*came, *due}, reverse=True)
    )
    standing = [one for one in feeds if one.sent.came_on is not None]
    expected = [one for one in feeds if one.readings["timeliness"].amount is not None]
    chosen = {name: expected if name == "timeliness" else standing for name in MEASURES}
    readings = {name: _first(chosen[name], name, rhythm=bool(due)) for name in MEASURES}
    counted = expected[:COUNTED_ON_TIME]
    return Measured(
        readings,
        {name: _trend(name, chosen[name]) for name in MEASURES},
        feeds,
        standing[0] if standing else None,
        expected[0] if expected else None,
        (sum(meets("timeliness", one.readings["timeliness"].amount) is True for one in counted),
         len(counted)),
        tuple(one.as_at for one in expected if one.sent.came_on is None),
    )  # fmt: skip


def _measured(sent: Sent, due_by: dt.date | None, *, today: dt.date) -> FeedMeasures:
    """Return one feed, measured; of what was not taken in there is nothing but its lateness."""
    late = days_late(due_by, sent.came_on, today=today)
    if sent.came_on is None:
        none = Reading(None, "no feed")
        return FeedMeasures(sent, due_by, dict.fromkeys(MEASURES, none) | {"timeliness": late})
    readings: dict[Measure, Reading] = {
        "completeness": completeness(sent.filled, measured=sent.measured),
        "timeliness": late,
        "errors": error_rate(sent.wrong, sent.rows),
        "conflicts": conflict_rate(sent.conflicts, sent.records, measured=sent.measured),
    }
    return FeedMeasures(sent, due_by, readings)


def _first(feeds: Sequence[FeedMeasures], name: Measure, *, rhythm: bool) -> Reading:
    if feeds:
        return feeds[0].readings[name]
    if name == "timeliness":
        return Reading(None, "not due" if rhythm else "no rhythm")
    return Reading(None, "no feed")


def _trend(name: Measure, feeds: Sequence[FeedMeasures]) -> Trend:
    amounts = [one.readings[name].amount for one in feeds]
    before = [amount for amount in amounts[1:] if amount is not None]
    return trend(name, amounts[0] if amounts else None, before)


# Shares as readers see them who may know how good data are, but not of how many people they are.
# The same cuts for every supplier, whatever its size, with every standard among them.
_CUTS = tuple(map(Fraction, ("0", "0.5", "1", "2", "5", "10", "25", "50", "100")))
# How large a feed is, for the same readers: from so many rows on.
SIZES = (100, 1_000, 10_000)


@dataclass(frozen=True)
class Band:
    """A share of what is wrong, as a stretch: over ``low`` and up to ``high`` per cent."""

    low: Fraction
    high: Fraction


def band_of(measure: Measure, amount: Fraction) -> Band:
    """Return the band of what is wrong by a share: of completeness, what is empty.

    Nothing wrong at all is a band of its own, from 0 to 0.
    """
    wrong = 100 - amount if STANDARDS[measure].more_is_better else amount
    if not wrong:
        return Band(wrong, wrong)
    high = next(cut for cut in _CUTS if wrong <= cut)
    return Band(_CUTS[_CUTS.index(high) - 1], high)


def written(measure: Measure, amount: Fraction) -> Fraction:
    """Return a share in tenths of a per cent as it is written, never better than it is.

    So 97.96 % filled is written 97.9, not a 98.0 that would seem to meet the standard, and 0.0 % of
    rows with errors means none.
    """
    if STANDARDS[measure].more_is_better:
        return Fraction(int(amount * 10), 10)
    return Fraction(-int(-amount * 10 // 1), 10)


def size_of(rows: int) -> tuple[int, int | None]:
    """Return how large a feed is, as a stretch: from so many rows to one less than so many."""
    ends = (0, *SIZES)
    low = max(end for end in ends if rows >= end)
    return low, next((end for end in SIZES if end > rows), None)


Task = Literal[
    "send", "stopped", "mend", "nobody", "source", "fill", "conflicts", "sooner", "declare"
]


@dataclass(frozen=True)
class Step:
    """Something to do next about a supplier's feeds, and what it is about."""

    task: Task
    as_at: dt.date | None = None
    field: str = ""
    count: int = 0
    of: int = 0


def next_steps(found: Measured, *, stopped: int = 0, nobody: bool = False) -> tuple[Step, ...]:
    """Return what to do next, what holds most back first; nothing if every measure is met.

    Args:
        found: the supplier's measures.
        stopped: files of no known date that were refused or are held.
        nobody: whether a row waits that says of nobody whom it means.
    """
    steps = [Step("send", day, count=len(found.missed)) for day in found.missed[:1]]
    latest, last = found.latest, found.feeds[0].sent if found.feeds else None
    here = stopped + (last.stopped if last and last.came_on is None else 0)
    if here:
        steps.append(Step("stopped", count=here))
    if latest is not None:
        sent = latest.sent
        steps += (
            [Step("mend", sent.as_at, count=sent.waiting, of=sent.rows)] if sent.waiting else []
        )
        steps += [Step("nobody", sent.as_at)] if nobody else []
        steps += [_step_for(name, latest) for name in MEASURES if _misses(name, found)]
    if found.expected is None and found.readings["timeliness"].why == "no rhythm":
        steps.append(Step("declare"))
    return tuple(steps)


def emptiest(filled: Mapping[str, tuple[int, int]]) -> tuple[str, int, int]:
    """Return the field with the largest share left empty: its name, how many, of how many."""
    asked = {name: counts for name, counts in filled.items() if counts[1]}
    name = min(asked, key=lambda one: Fraction(*asked[one]))
    there, of = asked[name]
    return name, of - there, of


def _misses(name: Measure, found: Measured) -> bool:
    late = name == "timeliness"
    here = found.expected is not None and found.expected.sent.came_on is not None
    return meets(name, found.readings[name].amount) is False and (here or not late)


def _step_for(name: Measure, feed: FeedMeasures) -> Step:
    sent = feed.sent
    if name == "completeness":
        field, empty, of = emptiest(sent.filled or {})
        return Step("fill", sent.as_at, field, empty, of)
    if name == "conflicts":
        return Step("conflicts", sent.as_at, count=sent.conflicts, of=sent.records)
    if name == "errors":
        return Step("source", sent.as_at, count=sent.wrong or 0, of=sent.rows)
    return Step("sooner", feed.due_by)
