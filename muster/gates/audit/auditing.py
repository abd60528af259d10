"""Auditing releases: which cells are attacked, within a time, and what is held."""

import datetime as dt
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction

from muster.gates.audit.bounds import bounds
from muster.gates.audit.hierarchies import lifted
from muster.gates.audit.systems import around
from muster.gates.audit.tables import Axes, BoundedTable, axes_of, bounded
from muster.gates.disclosure import BAND_TOP
from muster.gates.models import HELD, LET_OUT, OUT, Audit, Release
from muster.gates.perturbing import MOST_OFF
from muster.gates.release import metric_then
from muster.gates.telling import is_perturbed
from muster.kernel.clock import Clock
from muster.kernel.metrics import Metric
from muster.ledger.current import ledger

NARROW = 3
"""A small cell of which fewer values than this lie between its bounds is found out."""
SECONDS = 20.0
MOST_CELLS = 200
_WORST_KEPT = 20


@dataclass
class Found:
    """What the audit of one release found. ``bounds`` are of cells: dimensions, key, ends."""

    tables: int = 0
    small: int = 0
    looked: int = 0
    exact: int = 0
    narrow: int = 0
    narrowest: int | None = None
    worst: list[tuple[int, dict[str, str], float, float]] = field(default_factory=list)

    def note(self, key: dict[str, str], low: float, high: float) -> None:
        """Count one cell that was attacked."""
        self.looked += 1
        if not math.isfinite(high):
            return
        width = int(high - low)
        self.exact += width == 0
        self.narrow += width < NARROW
        self.narrowest = width if self.narrowest is None else min(self.narrowest, width)
        if width < BAND_TOP:
            self.worst.append((width, key, low, high))


def audit(*, clock: Clock, seconds: float = SECONDS) -> tuple[int, int]:
    """Audit every protected release that nobody has audited, the earliest first.

    Args:
        clock: stamps what is found.
        seconds: so long is looked at one release at most; small cells that could most easily be
            found out come first.

    Returns:
        How many releases were audited, and how many of them are held.
    """
    waiting = Release.objects.filter(profile="protected", state=OUT, audit__isnull=True)
    done = held = 0
    for release in waiting.order_by("released_at", "id"):
        held += _audit(release, clock=clock, seconds=seconds)
        done += 1
    return done, held


def _audit(release: Release, *, clock: Clock, seconds: float) -> bool:
    began = time.monotonic()
    beside = _beside(release)
    same = next((one for one in beside if one.dimensions == release.dimensions), None)
    unmoved = same is not None and same.content["cells"] == release.content["cells"]
    if unmoved or metric_then(release).pay:
        # Newer data that changed none of it tells nothing new. Amounts of pay are no small counts
        # that could be narrowed: their steps are no smaller than what anybody earns.
        found = Found(tables=1)
    else:
        others = [one for one in beside if one.dimensions != release.dimensions]
        found = _look(release, others, until=began + seconds)
    with transaction.atomic():
        Audit.objects.create(
            release=release,
            at=clock.now(),
            tables=found.tables,
            small=found.small,
            looked=found.looked,
            exact=found.exact,
            narrow=found.narrow,
            narrowest=found.narrowest,
            seconds=time.monotonic() - began,
            bounds=[list(one[1:]) for one in sorted(found.worst, key=lambda w: w[0])[:_WORST_KEPT]],
        )
        if found.narrow:
            Release.objects.filter(id=release.id, state=OUT).update(state=HELD)
            ledger().append_one(
                "decisions",
                "muster.gates.table.held.v1",
                f"release:gates:{release.id}",
                {"exact": found.exact, "narrow": found.narrow, "looked": found.looked},
            )
    return bool(found.narrow)


def _beside(release: Release) -> list[Release]:
    """Return what else the same audience has of the metric and date: the latest of each table.

    Only tables that add up with it tell more of it.
    """
    metric = metric_then(release)
    before = Release.objects.filter(
        metric=release.metric,
        as_at=release.as_at,
        audience=release.audience,
        state__in=(OUT, LET_OUT),
        audit__isnull=False,
    ).exclude(id=release.id)
    latest: dict[str, Release] = {}
    for one in before.order_by("snapshot", "released_at"):
        if _averaged(metric, one) == _averaged(metric, release):
            latest[one.dimensions] = one
    return list(latest.values())


def _averaged(metric: Metric, release: Release) -> set[str]:
    """Return the dimensions of a table over which its figures do not add up."""
    asked = release.dimensions.split(",")
    return {one.name for one in metric.dimensions if one.name in asked and not one.additive}


def _look(release: Release, beside: Sequence[Release], *, until: float) -> Found:
    """Attack small cells of a release, and of the tables beside it, until it is too late."""
    metric = metric_then(release)
    whole = metric.scale == 1
    for others in (beside, [one for one in beside if one.snapshot == release.snapshot]):
        for slack in (0, BAND_TOP):
            axes, tables = _read([release, *others], whole=whole, slack=slack)
            found = _attack(tables, axes, whole=whole, until=until)
            if found is not None:
                return found
    # Figures of other data contradict each other: nobody can subtract them.
    return Found(tables=1 + len(beside), small=len(tables[0].small))


def _read(
    releases: Sequence[Release], *, whole: bool, slack: int
) -> tuple[Axes, list[BoundedTable]]:
    metric = metric_then(releases[0])
    asked = [
        (tuple(part for part in one.dimensions.split(",") if part), one.content["cells"])
        for one in releases
    ]
    stored = lifted(metric, asked)
    more = [MOST_OFF if is_perturbed(metric, dimensions) else 0 for dimensions, _cells in asked]
    axes = axes_of(stored)
    return axes, [
        bounded(*one, axes, whole=whole, slack=slack + off)
        for one, off in zip(stored, more, strict=True)
    ]


def _attack(
    tables: Sequence[BoundedTable], axes: Axes, *, whole: bool, until: float
) -> Found | None:
    """Return what was found; None if the tables contradict each other."""
    found = Found(tables=len(tables), small=sum(len(table.small) for table in tables))
    for table, place in _easiest_first(tables):
        if found.looked >= MOST_CELLS or time.monotonic() > until:
            break
        ends = bounds(around(table, place, tables, axes), whole=whole)
        if ends is None:
            return None
        named = zip(table.dimensions, place, strict=True)
        found.note({name: axes[name][at] for name, at in named}, *ends)
    return found


def _easiest_first(
    tables: Sequence[BoundedTable],
) -> Iterator[tuple[BoundedTable, tuple[int, ...]]]:
    """Yield small cells: those that one subtraction narrows, the narrowest first, then by lot."""
    ranked = []
    for rank, table in enumerate(tables):
        widths = _by_subtraction(table, tables)
        ranked += [(widths[place], rank > 0, table, place) for place in table.small]
    lot = np.random.default_rng(len(ranked)).permutation(len(ranked))
    for at in sorted(lot, key=lambda at: ranked[at][:2]):
        _width, _later, table, place = ranked[at]
        yield table, place


def _by_subtraction(table: BoundedTable, tables: Sequence[BoundedTable]) -> np.ndarray:
    """Return how wide each cell is after its margins are subtracted from once."""
    low, high = table.low.copy(), table.high.copy()
    for margin in tables:
        over = tuple(
            at for at, name in enumerate(table.dimensions) if name not in margin.dimensions
        )
        if len(over) != len(table.dimensions) - len(margin.dimensions) or not over:
            continue
        left = [name for name in table.dimensions if name in margin.dimensions]
        order = [margin.dimensions.index(name) for name in left]
        least, most = (
            np.expand_dims(one.transpose(order), over) for one in (margin.low, margin.high)
        )
        with np.errstate(invalid="ignore"):
            others_low = table.low.sum(axis=over, keepdims=True) - table.low
            others_high = table.high.sum(axis=over, keepdims=True) - table.high
            high = np.fmin(high, most - others_low)
            low = np.fmax(low, np.where(np.isfinite(others_high), least - others_high, 0))
    return high - low


def due(*, now: dt.datetime) -> int:
    """Return how many releases wait to be audited."""
    return Release.objects.filter(
        profile="protected", state=OUT, audit__isnull=True, released_at__lte=now
    ).count()
