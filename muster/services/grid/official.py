"""Official headcounts: what publishers say of the same employers, side by side, for one period.

A question is a measure and a period. Its answer holds released tables only, one for each source:
figures of two sources are never added up, and a source's total is the one it states itself. What is
worked out here is only how far apart the sources are.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import ReleasedTable, release
from muster.hub.queries import LandingView, landings_by_id
from muster.kernel.clock import Clock
from muster.kernel.metrics import Metric
from muster.register.statistics.metrics import metric_name
from muster.register.statistics.queries import release_of
from muster.register.statistics.rules import (
    FTE,
    HEADCOUNT,
    SERIES,
    Difference,
    Series,
    Stated,
    TotalCheck,
    compare,
    rounded_to,
)
from muster.services.grid.explore import AUDIENCE

MEASURES = (HEADCOUNT, FTE)
BODIES = tuple(series for series in SERIES if series.bodies)
DEPARTMENTS = next(series for series in SERIES if not series.bodies)


@dataclass(frozen=True)
class Source:
    """One source of the answer: its series, the file that counts, and its total checked."""

    series: Series
    metric: Metric
    file: LandingView | None
    released: dt.date
    total: TotalCheck
    releases: tuple[str, ...]


@dataclass(frozen=True)
class EmployerRow:
    """One employer: its title and code, and what each source (by series code) states of it."""

    code: str
    title: str
    figures: Mapping[str, Stated]
    difference: Difference


@dataclass(frozen=True)
class DepartmentRow:
    """A department with its agencies; None where the source publishes no figure."""

    title: str
    permanent: Decimal | None
    temporary: Decimal | None


@dataclass(frozen=True)
class Comparison:
    """The answer. ``periods`` are those that any source states, with how many do."""

    measure: str
    period: dt.date | None
    periods: Mapping[dt.date, int]
    sources: tuple[Source, ...]
    rows: tuple[EmployerRow, ...]
    departments: tuple[DepartmentRow, ...]
    department_source: Source | None


@dataclass(frozen=True)
class _Asker:
    """Who asks, what for and when: what the record of a release needs."""

    purpose: str
    by: str
    clock: Clock

    def table(
        self, series: Series, measure: str, by: tuple[str, ...], on: dt.date
    ) -> ReleasedTable:
        return release(
            metric_name(series, measure), by, on,
            audience=AUDIENCE, purpose=self.purpose, by=self.by, clock=self.clock,
        )  # fmt: skip


def compare_sources(
    measure: str, period: str, *, purpose: str, by: str, clock: Clock
) -> Comparison:
    """Return what every source states of every employer.

    Args:
        measure: ``headcount`` or ``fte``; anything else means headcount.
        period: as an ISO date; one that no source states means the latest that most sources state.
        purpose: what for.
        by: who asks.
        clock: stamps releases.
    """
    measure = measure if measure in MEASURES else HEADCOUNT
    periods = _periods(measure)
    stated = next((day for day in periods if day.isoformat() == period), None)
    day = stated or max(periods, key=lambda one: (periods[one], one), default=None)
    if day is None:
        return Comparison(measure, None, {}, (), (), (), None)
    asker = _Asker(purpose, by, clock)
    sources: list[Source] = []
    titles: dict[str, str] = {}
    figures: dict[str, dict[str, Stated]] = {}
    for series in BODIES:
        table = asker.table(series, measure, ("employer",), day)
        source = _source(series, measure, day, table, asker)
        if source is None:
            continue
        sources.append(source)
        for cell in table.cells:
            assert cell.value is not None  # what is already public is told exactly
            (code,), (title,) = cell.key, cell.labels
            titles[code] = title
            stated_here = Stated(cell.value, source.total.rounded_to)
            figures.setdefault(code, {})[series.code] = stated_here
    rows = [
        EmployerRow(code, titles[code], found, _difference(found))
        for code, found in figures.items()
    ]
    rows.sort(key=lambda row: row.title)
    departments, source = _departments(measure, day, asker)
    return Comparison(measure, day, periods, tuple(sources), tuple(rows), departments, source)


def _difference(figures: Mapping[str, Stated]) -> Difference:
    """Return how far apart the sources are; equal copies of one publisher's figure are one source.

    Copies that are not equal are told: one of them was revised, or copied wrongly.
    """
    found = compare(figures)
    publishers = {series.source for series in BODIES if series.code in figures}
    if found.verdict == "equal" and len(publishers) == 1:
        return compare({})
    return found


def _periods(measure: str) -> dict[dt.date, int]:
    counted: dict[dt.date, int] = {}
    for series in BODIES:
        for day in reader_of(metric_named(metric_name(series, measure))).dates():
            counted[day] = counted.get(day, 0) + 1
    return dict(sorted(counted.items(), reverse=True))


def _source(
    series: Series, measure: str, day: dt.date, table: ReleasedTable, asker: _Asker
) -> Source | None:
    """Return a source with its own total; None if it states nothing for the period."""
    counting = release_of(series, measure, day)
    if counting is None:
        return None
    whole = asker.table(series, measure, (), day)
    total = whole.cells[0].value if whole.cells else None
    file = landings_by_id([counting.landing]).get(counting.landing)
    check = TotalCheck(
        stated=total,
        added=sum((cell.value or Decimal(0) for cell in table.cells), Decimal(0)),
        bodies=len(table.cells),
        waiting=file.quarantined if file else 0,
        rounded_to=rounded_to(series.source, counting.as_at),
    )
    ids = (str(table.release), str(whole.release))
    return Source(series, table.metric, file, counting.as_at, check, ids)


def _departments(
    measure: str, day: dt.date, asker: _Asker
) -> tuple[tuple[DepartmentRow, ...], Source | None]:
    table = asker.table(DEPARTMENTS, measure, ("department", "tenure"), day)
    found: dict[str, dict[str, Decimal | None]] = {}
    for cell in table.cells:
        department, tenure = cell.key
        found.setdefault(department, {})[tenure] = cell.value
    rows = tuple(
        DepartmentRow(title, parts.get("permanent"), parts.get("temporary"))
        for title, parts in found.items()
    )
    return rows, _source(DEPARTMENTS, measure, day, table, asker)
