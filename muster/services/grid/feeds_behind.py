"""The feeds behind figures of some dates that tell why they changed: late, awaited or replaced.

A feed is late if it came after the day that is declared for its route; where none is declared,
more than three days later after its date than this employer's feeds usually come.
"""

import datetime as dt
import statistics
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from muster.gates.metrics import reader_of
from muster.hub.alarms import late_feeds, rhythm_of
from muster.hub.queries import LandingView, landings, landings_by_id
from muster.kernel.days import legal_day
from muster.kernel.metrics import Metric

Why = Literal["late", "awaited", "replaced"]
GRACE = 3
"""Days more than usual, where no day is declared, before a feed is called late."""
_ENOUGH = 2
"""So many earlier feeds say what is usual; one says nothing."""
_EARLIER, _MOST = 4, 200


@dataclass(frozen=True)
class Behind:
    """One feed that tells why a figure changed.

    ``feed`` is None for one that is awaited. ``due`` is the day it was due, or usually comes.
    ``instead`` is the feed that took its place.
    """

    why: Why
    as_at: dt.date
    who: str
    feed: LandingView | None
    due: dt.date | None = None
    instead: LandingView | None = None


@dataclass(frozen=True)
class Feeds:
    """What feeds behind figures tell of why these changed, and how many feeds are known."""

    telling: tuple[Behind, ...]
    known: int


def behind(metric: Metric, dates: Sequence[dt.date], employers: Collection[str]) -> Feeds:
    """Return what feeds of the dates tell, of some employers or, if none are named, of all."""
    reader = reader_of(metric)
    known = [one for one in reader.dates() if one <= dates[-1]][-_EARLIER - len(dates) :]
    found = {date: dict(reader.returns(date).feeds) for date in dict.fromkeys((*known, *dates))}
    views = landings_by_id([feed for feeds in found.values() for feed in feeds])
    kept = {
        date: {
            feed: who for feed, who in feeds.items()
            if feed in views and _of(views[feed], employers)
        }
        for date, feeds in found.items()
    }  # fmt: skip
    routes = {views[feed].route for feeds in kept.values() for feed in feeds} - {""}
    telling = (
        *_late(dates, kept, views),
        *_awaited(dates, routes),
        *_replaced(dates, kept, views),
    )
    return Feeds(telling, sum(len(kept[date]) for date in dates))


def _of(view: LandingView, employers: Collection[str]) -> bool:
    return not employers or (view.employer is not None and view.employer.hex in employers)


def _late(
    dates: Sequence[dt.date],
    kept: Mapping[dt.date, Mapping[uuid.UUID, str]],
    views: Mapping[uuid.UUID, LandingView],
) -> list[Behind]:
    delays: dict[str, list[int]] = {}
    late: list[Behind] = []
    for date in sorted(kept):
        for feed, who in kept[date].items():
            view = views[feed]
            took = (legal_day(view.received_at) - date).days
            if date in dates:
                rhythm = rhythm_of(view.route) if view.route else None
                declared = None if rhythm is None else rhythm.days
                within = usual_days(declared, delays.get(view.route, []))
                if within is not None and took > within:
                    late.append(Behind("late", date, who, view, date + dt.timedelta(days=within)))
            delays.setdefault(view.route, []).append(took)
    return late


def usual_days(declared: int | None, before: Sequence[int]) -> int | None:
    """Return within how many days after its date a feed is in time; None if nobody can say.

    Args:
        declared: the days that the route's owner declared; None where none did.
        before: after how many days the feeds of earlier dates came.
    """
    if declared is not None:
        return declared
    return int(statistics.median(before)) + GRACE if len(before) >= _ENOUGH else None


def _awaited(dates: Sequence[dt.date], routes: Collection[str]) -> list[Behind]:
    """Return feeds of the dates that are late and have not come, of routes that send such feeds."""
    return [
        Behind("awaited", one.as_at, one.system, None, one.due)
        for one in late_feeds()
        if one.as_at in dates and one.route in routes
    ]


def _replaced(
    dates: Sequence[dt.date],
    kept: Mapping[dt.date, Mapping[uuid.UUID, str]],
    views: Mapping[uuid.UUID, LandingView],
) -> list[Behind]:
    """Return feeds of the dates whose place another took that figures now rest on."""
    found = []
    for date in dates:
        for old in landings(as_at=date, state="superseded", limit=_MOST).found:
            new = old.superseded_by
            if new is not None and new in kept.get(date, {}):
                found.append(Behind("replaced", date, kept[date][new], old, None, views[new]))
    return found
