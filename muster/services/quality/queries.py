"""Scorecards: what hub and register count of each supplier, measured."""

import datetime as dt
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from muster.hub import quality as hub
from muster.hub.expected import due, next_due
from muster.hub.quality import FeedCounts, Supplier, WaitingCause
from muster.hub.queries import landings
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.register.employers.queries import titles
from muster.register.people import quality as people
from muster.register.people.enrolment import HR_RECORD
from muster.register.people.quality import Filled, StandingReturn
from muster.services.quality.rules import COMPARED_WITH, Awaited, Measured, Sent, measure

# What is older is looked at only where there is nothing newer.
_DAYS_BACK = 3 * 366
# So many of the latest feeds are shown of one supplier; a league compares fewer.
SHOWN = 24
# A page counts fields of new feeds for so long; the rest when somebody asks again.
PAGE_SECONDS = 2.0
_COMPARED = COMPARED_WITH + 1
# Of so many files of the latest feed it is told what was noticed in them.
_FILES = 25
_FEW = 20


@dataclass(frozen=True)
class Scorecard:
    """A supplier with its employer's title and its measures.

    ``stopped`` is how many files of no known date were refused or are held, ``uncounted`` whether
    there was no time yet to count the fields of some of its feeds.
    """

    supplier: Supplier
    employer: str
    measured: Measured
    stopped: int
    uncounted: bool

    @property
    def uncompared(self) -> bool:
        """Tell whether a measure has too few feeds before it to be compared with."""
        measured = self.measured
        return any(
            reading.amount is not None and measured.trends[name] == "not enough"
            for name, reading in measured.readings.items()
        )


@dataclass(frozen=True)
class Detail:
    """More of one supplier: why rows of its latest feed wait, and whether absence is believed.

    ``nobody``: a row waits that says of nobody whom it means, so whoever is missing from the
    latest feed is not taken as having left. ``notes`` are what was noticed in its files.
    """

    card: Scorecard
    causes: tuple[WaitingCause, ...]
    nobody: bool
    notes: tuple[str, ...] = ()


def league(*, clock: Clock, seconds: float | None = None) -> tuple[Scorecard, ...]:
    """Return the scorecard of every supplier, by employer and title; see ``scorecards``."""
    found = scorecards(hub.suppliers(), clock=clock, feeds=_COMPARED, seconds=seconds)
    return tuple(sorted(found, key=lambda card: (card.employer.casefold(), card.supplier.title)))


def supplier(route: str) -> Supplier | None:
    """Return the supplier of a route, or None."""
    return next(iter(hub.suppliers(route=route)), None)


def scorecards(
    suppliers: Sequence[Supplier],
    *,
    clock: Clock,
    feeds: int = SHOWN,
    seconds: float | None = None,
) -> tuple[Scorecard, ...]:
    """Return the scorecards of suppliers, in their order.

    Args:
        suppliers: whom to measure.
        clock: says which day it is.
        feeds: how many of the latest feeds of each to look at.
        seconds: after so many no more fields are counted, and the cards say so; what was counted
            once is not counted again.
    """
    today = legal_day(clock.now())
    since = today - dt.timedelta(days=_DAYS_BACK)
    sent = hub.feed_counts([one.route for one in suppliers], since=since)
    silent = [one.route for one in suppliers if not any(_came(sent.get(one.route, ())))]
    if silent:
        sent |= hub.feed_counts(silent, since=dt.date.min)
    awaited = {one.route: _awaited(one, today, feeds) for one in suppliers}
    known = {
        one.route: _chosen(sent.get(one.route, ()), awaited[one.route], today, feeds)
        for one in suppliers
    }
    counts = _people(suppliers, known, seconds)
    named = titles([one.employer for one in suppliers if one.employer is not None])
    cards = []
    for one in suppliers:
        came = [_sent(feed, one, counts) for feed in known[one.route]]
        measured = measure(came, awaited[one.route], today=today)
        undated = sum(feed.stopped for feed in sent.get(one.route, ()) if feed.as_at is None)
        late = any(feed.readings["completeness"].why == "not counted" for feed in measured.feeds)
        title = named.get(one.employer, "") if one.employer else ""
        cards.append(Scorecard(one, title, measured, undated, late))
    return tuple(cards)


def _came(sent: Sequence[FeedCounts]) -> Iterator[bool]:
    return (feed.as_at is not None and feed.came_at is not None for feed in sent)


def _chosen(
    sent: Sequence[FeedCounts], awaited: Sequence[Awaited], today: dt.date, feeds: int
) -> list[FeedCounts]:
    """Return the latest feeds, and those that were due, of which there may be fewer."""
    past = [feed for feed in sent if feed.as_at is not None and feed.as_at <= today]
    due_days = {one.as_at for one in awaited}
    return [*past[:feeds], *(feed for feed in past[feeds:] if feed.as_at in due_days)]


def detail(card: Scorecard) -> Detail:
    """Return more of one supplier."""
    route, days = card.supplier.route, [feed.as_at for feed in card.measured.feeds]
    since = min(days, default=dt.date.max)
    aside, settled = hub.set_aside(route, since=since), hub.settled_at(route, since=since)
    feeds = tuple(
        replace(
            feed,
            sent=replace(
                feed.sent,
                aside=aside.get(feed.as_at, 0),
                settled_after=_days_between(feed.sent.came_on, settled.get(feed.as_at)),
            ),
        )
        for feed in card.measured.feeds
    )
    latest = card.measured.latest
    system = card.supplier.system
    return Detail(
        replace(card, measured=replace(card.measured, feeds=feeds)),
        hub.causes_of(route, latest.as_at) if latest and latest.sent.waiting else (),
        latest is not None
        and _of_people(card.supplier)
        and (system, latest.as_at) in people.doubtful([system]),
        notes_of(card),
    )


def notes_of(card: Scorecard) -> tuple[str, ...]:
    """Return what was noticed in the files of a supplier's latest feed and stopped no row.

    They may name stated values and count rows: only who may see the feeds is told them.
    """
    latest = card.measured.latest
    if latest is None:
        return ()
    found = landings(
        route=card.supplier.route, as_at=latest.as_at, state="accepted", sort="name", limit=_FILES
    ).found
    return tuple(dict.fromkeys(note for view in found for note in view.notes))


@dataclass(frozen=True)
class _People:
    """What the register counts of people, by system and date; ``late`` are not counted yet."""

    filled: Mapping[tuple[str, dt.date], Filled]
    conflicts: Mapping[tuple[str, dt.date], int]
    late: Collection[tuple[str, dt.date]]


def _of_people(one: Supplier) -> bool:
    return one.contract == HR_RECORD


def _people(
    suppliers: Sequence[Supplier], known: Mapping[str, Sequence[FeedCounts]], seconds: float | None
) -> _People:
    days = {
        one.system: {feed.as_at for feed in known[one.route] if feed.as_at and feed.came_at}
        for one in suppliers
        if _of_people(one)
    }
    every = [day for dates in days.values() for day in dates]
    if not every:
        return _People({}, {}, ())
    # Of many systems it is quicker to ask for all than to name each.
    among = days if len(days) < _FEW else None
    returns = [
        one
        for one in people.standing(since=min(every), until=max(every), systems=among)
        if one.as_at in days.get(one.system, ())
    ]
    counted = _counted(returns, seconds)
    filled: dict[tuple[str, dt.date], Filled] = {}
    late = set()
    for one in returns:
        key = (one.system, one.as_at)
        if one.statement in counted:
            filled[key] = _added(filled.get(key), counted[one.statement])
        else:
            late.add(key)
    return _People(
        filled, people.in_conflict(since=min(every), until=max(every), systems=among), late
    )


def _counted(returns: Sequence[StandingReturn], seconds: float | None) -> Mapping[int, Filled]:
    """Count the fields of returns, the latest first, until time is up."""
    if seconds is None:
        return people.filled(returns)
    began, done = time.monotonic(), people.counted(returns)
    missing = [one for one in returns if one.statement not in done]
    for start in range(0, len(missing), people.AT_ONCE):
        if time.monotonic() - began > seconds:
            break
        done |= people.filled(missing[start : start + people.AT_ONCE])
    return done


def _added(one: Filled | None, other: Filled) -> Filled:
    if one is None:
        return other
    return Filled(
        one.records + other.records,
        {
            field: (there + other.fields[field][0], asked + other.fields[field][1])
            for field, (there, asked) in one.fields.items()
        },
    )


def _sent(feed: FeedCounts, one: Supplier, counts: _People) -> Sent:
    assert feed.as_at is not None
    key = (one.system, feed.as_at)
    counted = None if key in counts.late else counts.filled.get(key, Filled(0, {}))
    return Sent(
        as_at=feed.as_at,
        came_on=legal_day(feed.came_at) if feed.came_at else None,
        rows=feed.rows,
        wrong=feed.wrong,
        waiting=feed.waiting,
        filled=counted.fields if counted else None,
        measured=_of_people(one),
        records=counted.records if counted else 0,
        conflicts=counts.conflicts.get(key, 0),
        resent=feed.resent,
        withdrawn=feed.withdrawn,
        stopped=feed.stopped,
    )


def _awaited(one: Supplier, today: dt.date, feeds: int) -> list[Awaited]:
    """Return the latest feeds that were due, and the next one."""
    if one.rhythm is None:
        return []
    after = next_due(one.rhythm, today=today)
    found = [*due(one.rhythm, today=today)[-feeds:], *([after] if after else [])]
    return [Awaited(each.as_at, each.by) for each in found]


def _days_between(came_on: dt.date | None, settled: dt.datetime | None) -> int | None:
    return None if came_on is None or settled is None else (legal_day(settled) - came_on).days
