"""Whether what waits on a route would do something unusual: one pure function, asked beforehand.

A system that sends a message about everybody, or that ends everybody, has far more often lost its
data than its people. Such messages wait for a named person before any of them is handed over,
unless somebody announced the change. The table in ``tests/spec/test_unusual_messages.py`` is the
documentation for HR people.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from muster.hub.unusual import Announced, usual_endings

WITHIN = dt.timedelta(hours=1)
FEW_TOUCHED, TOUCHED_PERCENT = 50, 20
FEW_ENDING = 5
_OWN = ". It was announced by the person who sent it, so another person must approve it"


@dataclass(frozen=True)
class Waiting:
    """What came on a route within an hour and was not handed over yet, or just was.

    Args:
        known: subjects (people, posts, whatever messages are of) that the route carried before.
        touched: of these, the ones that messages of this hour are about. Who was first carried
            within the hour is not counted: so a first load is never unusual.
        ending: subjects carried before that messages of this hour end or cancel.
    """

    known: int
    touched: int
    ending: int = 0


@dataclass(frozen=True)
class Limits:
    """What an approver chose for a route; None leaves it to the usual rule."""

    touched: int | None = None
    ending: int | None = None


def why_unusual_messages(
    waiting: Waiting,
    *,
    on: dt.date,
    limits: Limits | None = None,
    announced: Sequence[Announced] = (),
) -> str | None:
    """Return why messages must wait for a person, or None if they may go on.

    Args:
        waiting: what would be handed over.
        on: the day it would be.
        limits: the route's own, if an approver chose any.
        announced: the bulk changes of the route.
    """
    expected = [one for one in announced if one.covers(on)]
    others = [one for one in expected if not one.own]
    reasons = _beyond(waiting, limits or Limits(), others)
    if not reasons:
        return None
    own = reasons != _beyond(waiting, limits or Limits(), expected)
    return f"Within an hour they would {' and '.join(reasons)}{_OWN if own else ''}"


def usual_touched(known: int) -> int:
    """Return of how many subjects messages may come within an hour without anybody being asked."""
    return max(FEW_TOUCHED, known * TOUCHED_PERCENT // 100)


def usual_ended(known: int) -> int:
    """Return how many subjects messages may end within an hour without anybody being asked."""
    return max(FEW_ENDING, usual_endings(known))


def _beyond(waiting: Waiting, limits: Limits, expected: Sequence[Announced]) -> list[str]:
    """Return what the messages would do beyond what is usual and what is expected of the day."""
    may_end = max((one.ending for one in expected), default=0)
    # Whom a change ends it is also about.
    may_touch = max((max(one.changed, one.ending) for one in expected), default=0)
    usual_touch = usual_touched(waiting.known) if limits.touched is None else limits.touched
    usual_end = usual_ended(waiting.known) if limits.ending is None else limits.ending
    reasons = []
    if waiting.ending > max(usual_end, may_end):
        reasons.append(f"end {waiting.ending:,} of the {waiting.known:,} subjects carried before")
    if waiting.touched > max(usual_touch, may_touch):
        reasons.append(
            f"be about {waiting.touched:,} of the {waiting.known:,} subjects carried before"
        )
    return reasons
