"""Whether a feed would do something unusual: one pure function, asked before it is written.

An extract that lost half its rows looks like half a service leaving. Such a feed is held for a
named person, unless somebody else than its sender announced the change. The table in
``tests/spec/test_unusual_feeds.py`` is the documentation for HR people.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from muster.hub.effects import Effect

# Of the people a feed covers, so many may end at once; of a small feed, so many in number.
SMALL_FEED = 2_500
ENDING_SHARE = 0.02
SMALL_ENDING, SMALL_ENDING_SHARE = 50, 0.10
CHANGED_SHARE = 0.20
# Of records that are only carried on, so few may change whatever their share is.
FEW_RECORDS = 10
_OWN = ". It was announced by the person who sent it, so another person must approve it"


@dataclass(frozen=True)
class Announced:
    """A bulk change that a person announced: how many may end or change, on which days.

    ``own`` tells that whoever handed the feed in announced it: then it does not count.
    """

    starts: dt.date
    ends: dt.date
    ending: int
    changed: int
    own: bool = False

    def covers(self, day: dt.date) -> bool:
        """Tell whether a feed of this day was announced; both days count."""
        return self.starts <= day <= self.ends


def why_unusual(
    effect: Effect,
    *,
    full: bool,
    as_at: dt.date,
    announced: Sequence[Announced] = (),
    of: str = "people",
) -> str | None:
    """Return why a feed must wait for a person, or None if it may go on.

    Args:
        effect: what writing it would do.
        full: whether it lists everything, so that absence ends people and most rows should be
            unchanged; of a delta only the endings count.
        as_at: the day it speaks of.
        announced: the bulk changes of its route.
        of: what is counted: people, or the records a receiver was told of.
    """
    expected = [one for one in announced if one.covers(as_at)]
    others = [one for one in expected if not one.own]
    reasons = _beyond(effect, full, others, of)
    if not reasons:
        return None
    own = reasons != _beyond(effect, full, expected, of)
    return f"It would {' and '.join(reasons)}{_OWN if own else ''}"


def _beyond(effect: Effect, full: bool, expected: Sequence[Announced], of: str) -> list[str]:
    """Return what a feed would do beyond what is usual and what is expected of its day."""
    may_end = max((one.ending for one in expected), default=0)
    may_change = max((one.changed for one in expected), default=0)
    reasons = []
    if effect.ending > max(usual_endings(effect.covered), may_end):
        reasons.append(f"end {effect.ending:,} of the {effect.covered:,} {of} it covers")
    few = FEW_RECORDS if of == "records" else 0
    usual = max(CHANGED_SHARE * effect.rows, few, may_change)
    if full and effect.covered and effect.changed > usual:
        reasons.append(f"change {effect.changed:,} of {effect.rows:,} rows")
    return reasons


def usual_endings(covered: int) -> int:
    """Return how many people may end at once without anybody being asked."""
    if covered >= SMALL_FEED:
        return int(covered * ENDING_SHARE)
    return min(SMALL_ENDING, int(covered * SMALL_ENDING_SHARE))
