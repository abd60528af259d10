"""What a succession changes: headcounts as they were, beside the restated ones."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from muster.gates.metrics import metric_named
from muster.gates.release import ReleasedTable, release
from muster.kernel.clock import Clock
from muster.register.employers.succession_queries import Stated
from muster.services.grid.explore import AUDIENCE
from muster.services.grid.explore.known import known_of

METRIC = "headcount"
Ask = Callable[[str, dt.date], ReleasedTable]


@dataclass(frozen=True)
class Effect:
    """One employer on one date: the figure as it was and as restated; None where there is none."""

    as_at: dt.date
    employer: str
    was: str | None
    restated: str | None


def effects(found: Stated, *, purpose: str, by: str, clock: Clock) -> tuple[Effect, ...]:
    """Return headcounts of the employers of a succession, in both forms.

    They are of the last date before the day for which there are figures, and of the latest.
    """
    dates = known_of(metric_named(METRIC)).dates
    before = [date for date in dates if date < found.day]
    chosen = dict.fromkeys((*before[-1:], *dates[-1:]))

    def ask(dimension: str, date: dt.date) -> ReleasedTable:
        return release(
            METRIC, (dimension,), date, audience=AUDIENCE, purpose=purpose, by=by, clock=clock
        )

    told = []
    for date in chosen:
        was = _by_code(ask("employer", date))
        restated = _by_code(ask("employer_today", date))
        for code, title in ((found.former, found.title), *found.successors):
            told.append(Effect(date, title, was.get(code.hex), restated.get(code.hex)))
    return tuple(told)


def _by_code(table: ReleasedTable) -> dict[str, str]:
    return {cell.key[0]: cell.shown for cell in table.cells}
