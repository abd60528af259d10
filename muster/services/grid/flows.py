"""Who moves between employers: released cells of movers, as flows from one employer to another.

Read in two forms: between employers as they were, and between the employers of today. In the latter
a merger is a flow from an employer to itself: the functions stayed, and the people with them.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from muster.gates.metrics import metric_named
from muster.gates.release import ReleasedTable, release
from muster.kernel.clock import Clock
from muster.kernel.metrics import NOT_MAPPED
from muster.services.grid.explore import AUDIENCE
from muster.services.grid.explore.known import known_of

METRIC = "movers"
THEN, TODAY = "then", "today"
FORMS = {THEN: ("employer", "other"), TODAY: ("employer_today", "other_today")}


@dataclass(frozen=True)
class Movement:
    """People who went from one employer to another, as the gate tells their number."""

    start: str
    end: str
    value: Decimal
    shown: str


@dataclass(frozen=True)
class Movements:
    """What is told of a year's moves.

    Args:
        dates: for which there are figures.
        form: ``then`` or ``today``.
        table: the released table it is read from; None where there are no figures.
        between: flows between two employers that are more than a few people, the largest first.
        within: flows of an employer into itself, in today's structure.
        few: from how many employers to another 0 to 7 people went, or nobody.
    """

    dates: tuple[dt.date, ...]
    form: str
    table: ReleasedTable | None = None
    between: tuple[Movement, ...] = ()
    within: tuple[Movement, ...] = ()
    few: int = 0


def movements(as_at: str, form: str, *, purpose: str, by: str, clock: Clock) -> Movements:
    """Return the moves of the year to a date.

    Args:
        as_at: the date as an address states it; the best known one if there is no such.
        form: ``then`` or ``today``; ``then`` if it is neither.
        purpose: what for.
        by: who asks.
        clock: stamps releases.
    """
    known = known_of(metric_named(METRIC))
    form = form if form in FORMS else THEN
    date = next((one for one in known.dates if one.isoformat() == as_at), known.first_shown)
    if date is None:
        return Movements(known.dates, form)
    table = release(
        METRIC, FORMS[form], date, audience=AUDIENCE, purpose=purpose, by=by, clock=clock
    )
    told, few = list[Movement](), 0
    for cell in table.cells:
        (_to, origin), (end, start) = cell.key, cell.labels
        if origin == NOT_MAPPED:
            continue
        if cell.value is None:
            few += start != end
        else:
            told.append(Movement(start, end, cell.value, cell.shown))
    between = _largest_first(one for one in told if one.start != one.end)
    within = _largest_first(one for one in told if one.start == one.end)
    return Movements(known.dates, form, table, between, within, few)


def _largest_first(flows: Iterable[Movement]) -> tuple[Movement, ...]:
    return tuple(sorted(flows, key=lambda one: (-one.value, one.start, one.end)))
