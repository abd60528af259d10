"""How long hires take, and where people are lost: percentiles read from released counts.

"Have I lost people because I take too long?" asks two things at once: how many days each step
takes, and how many withdrew while they waited for it. Both are shown beside each other; that one
caused the other is for the reader to judge.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from muster.gates.disclosure import Told, rate
from muster.gates.metrics import metric_named
from muster.gates.percentiles import CHARACTERISTIC, Band, Percentile, percentile
from muster.gates.release import ReleasedCell, ReleasedTable, release
from muster.gates.telling import is_perturbed
from muster.kernel.clock import Clock
from muster.services.grid.explore import AUDIENCE
from muster.services.grid.explore.known import known_of

HIRES = "hires"
EACH = (10, 50, 90)
_LEFT_OUT = ("days", "town")
# The stage at which somebody waits for the end of a step.
WAITING_AT = {
    "applied sifted": "application",
    "sifted interviewed": "sift",
    "interviewed offered": "interview",
    "vetting_started vetting_cleared": "vetting",
    "offered started": "offer",
}
Ask = Callable[[str, tuple[str, ...]], ReleasedTable]


@dataclass(frozen=True)
class Times:
    """How long something took: of whom, how many as told, and each percentile of ``EACH``."""

    code: str
    label: str
    told: str
    percentiles: tuple[Percentile | None, ...]

    @property
    def half(self) -> Percentile | None:
        """In how many days half of them were there."""
        return self.percentiles[EACH.index(50)]


@dataclass(frozen=True)
class Step:
    """A step, how long it took, and who withdrew while waiting for it: how many, of how many."""

    times: Times
    withdrew: str
    waited: str
    share: str


@dataclass(frozen=True)
class HireTimes:
    """Everything the page shows.

    Args:
        by: the dimension that groups are told by.
        of: the group whose steps are shown; empty for everybody.
        dates: for which there are figures.
        groups: of ``by``.
        everybody: all hires; None where there are no figures.
        steps: from one stage to the next.
        releases: the tables that all of it is read from.
    """

    by: str
    of: str
    dates: tuple[dt.date, ...]
    groups: tuple[Times, ...] = ()
    everybody: Times | None = None
    steps: tuple[Step, ...] = ()
    releases: tuple[ReleasedTable, ...] = ()


def dimensions() -> tuple[tuple[str, str], ...]:
    """Return what times can be told by: name and title."""
    return tuple(
        (one.name, one.title) for one in metric_named(HIRES).dimensions if one.name not in _LEFT_OUT
    )


def hire_times(
    by: str, as_at: str, of: str, *, purpose: str, asked_by: str, clock: Clock
) -> HireTimes:
    """Return how long hires took in the year to a date.

    Args:
        by: a dimension; the employer if it is none.
        as_at: the date as an address states it; the best known one if there is no such.
        of: the code of a group whose steps are shown; empty for everybody.
        purpose: what for.
        asked_by: who asks.
        clock: stamps releases.
    """
    known = known_of(metric_named(HIRES))
    by = by if by in dict(dimensions()) else "employer"
    date = next((one for one in known.dates if one.isoformat() == as_at), known.first_shown)
    if date is None:
        return HireTimes(by, "", known.dates)
    used: list[ReleasedTable] = []

    def ask(metric: str, asked: tuple[str, ...]) -> ReleasedTable:
        used.append(
            release(
                metric, asked, date, audience=AUDIENCE, purpose=purpose, by=asked_by, clock=clock
            )
        )
        return used[-1]

    groups = _groups(ask, by)
    of = of if of in {one.code for one in groups} else ""
    # The total stands first, so that it is what the page's completeness is said of.
    total, days = ask(HIRES, ()).cells[0], ask(HIRES, ("days",))
    everybody = Times("", "", total.shown, _percentiles(days, "days", days.cells, total))
    return HireTimes(by, of, known.dates, groups, everybody, _steps(ask, by, of), tuple(used))


def _groups(ask: Ask, by: str) -> tuple[Times, ...]:
    counted, days = ask(HIRES, (by,)), ask(HIRES, (by, "days"))
    within = defaultdict[str, list[ReleasedCell]](list)
    for cell in days.cells:
        within[cell.key[0]].append(cell)
    return tuple(
        Times(
            cell.key[0], cell.labels[0], cell.shown,
            _percentiles(days, "days", within[cell.key[0]], cell),
        )
        for cell in counted.cells
    )  # fmt: skip


def _steps(ask: Ask, by: str, of: str) -> tuple[Step, ...]:
    narrow = (by,) if of else ()

    def mine(table: ReleasedTable) -> list[ReleasedCell]:
        return [cell for cell in table.cells if not of or cell.key[0] == of]

    took = ask("recruitment_steps", (*narrow, "step", "took"))
    counted = mine(ask("recruitment_steps", (*narrow, "step")))
    lost = {cell.key[-1]: cell for cell in mine(ask("drop_out", (*narrow, "stage")))}
    came = {cell.key[-1]: cell for cell in mine(ask("recruitment_funnel", (*narrow, "reached")))}
    steps = []
    for cell in counted:
        code = cell.key[-1]
        bands = [one for one in mine(took) if one.key[-2] == code]
        times = Times(code, cell.labels[-1], cell.shown, _percentiles(took, "took", bands, cell))
        withdrew, waited = lost[WAITING_AT[code]], came[WAITING_AT[code]]
        share = rate(_told(withdrew), _told(waited))
        steps.append(Step(times, withdrew.shown, waited.shown, share.shown))
    return tuple(steps)


def _told(cell: ReleasedCell) -> Told:
    return Told(cell.kind, cell.value, cell.shown)


def _percentiles(
    table: ReleasedTable, days: str, cells: Sequence[ReleasedCell], whole: ReleasedCell
) -> tuple[Percentile | None, ...]:
    """Return each percentile of a table's cells by bands of days, all of the group of ``whole``."""
    place = table.dimensions.index(days)
    slack = CHARACTERISTIC if is_perturbed(table.metric, table.dimensions) else 0
    bands = bands_of((cell.key[place], cell) for cell in cells)
    return tuple(percentile(bands, each, whole=whole.value, slack=slack) for each in EACH)


def bands_of(coded: Iterable[tuple[str, ReleasedCell]]) -> list[Band]:
    """Return released counts as bands: ``to 30`` ends on day 30, ``over 365`` begins after it.

    Whoever took an unknown number of days is in no band.
    """
    bands, low = list[Band](), 0
    for code, cell in coded:
        word, _, number = code.partition(" ")
        if word == "to":
            bands.append(Band(low, int(number), cell.value))
            low = int(number) + 1
        elif word == "over":
            bands.append(Band(int(number) + 1, None, cell.value))
    return bands
