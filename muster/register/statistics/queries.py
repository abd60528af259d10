"""Questions about official figures. Only statements that stand now count.

A later release of the same table may state an earlier period again, revised. For each period of a
series the latest release that states it counts, whole; the earlier ones can be looked at beside it.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from muster.register.statistics.models import Figure, Statement
from muster.register.statistics.rules import BILLION, Series, rounded_to


@dataclass(frozen=True)
class Release:
    """The statements of a series that count for one period of a measure: one release's.

    ``statements`` are more than one where rows went on from quarantine later.
    """

    landing: uuid.UUID
    as_at: dt.date
    statements: tuple[int, ...]


@dataclass(frozen=True)
class StatedFigure:
    """One published figure and where it stands; ``counts`` unless a later release revised it."""

    landing: uuid.UUID
    row: int
    released: dt.date
    counts: bool
    source: str
    table: str
    organisation: str
    published_as: str
    department: str
    measure: str
    period: dt.date
    tenure: str
    value: Decimal
    rounded_to: int


def periods(series: Series, measure: str) -> list[dt.date]:
    """Return the periods that a series states a measure for, in order."""
    found = _figures(series, measure).values_list("period", flat=True)
    return list(found.distinct().order_by("period"))


def release_of(series: Series, measure: str, period: dt.date) -> Release | None:
    """Return the release whose figures count for a period; None where none states it."""
    states_it = _figures(series, measure).filter(period=period).values("statement_id")
    found = Statement.objects.filter(id__in=states_it).order_by("as_at", "recorded_from", "id")
    latest = found.last()
    if latest is None:
        return None
    of_it = found.filter(landing=latest.landing).values_list("id", flat=True)
    return Release(latest.landing, latest.as_at, tuple(of_it))


def by_employer(series: Series, measure: str, period: dt.date) -> list[tuple[uuid.UUID, int, int]]:
    """Return each employer's figure in billionths, and how many rows of the table it is made of.

    A table states bodies that do not overlap, so two that are one employer to the register (a
    body under an old and a new name) are added up.
    """
    found = _counting(series, measure, period).filter(level="organisation")
    grouped = found.values_list("employer_id").annotate(value=Sum("value"), rows=Count("row"))
    return [(employer, int(value), rows) for employer, value, rows in grouped.order_by()]


def by_department(series: Series, measure: str, period: dt.date) -> list[tuple[str, str, int]]:
    """Return departments with their agencies: name, tenure, figure in billionths."""
    found = _counting(series, measure, period).filter(
        level="department", sex="all", working_pattern="all"
    )
    rows = found.order_by("statement_id", "row").values_list("organisation", "tenure", "value")
    return list(rows)


def stated_total(series: Series, measure: str, period: dt.date) -> int | None:
    """Return the source's own total of the civil service, in billionths; None if it states none."""
    found = _counting(series, measure, period).filter(
        level="civil_service", sex="all", working_pattern="all", tenure="all"
    )
    return found.values_list("value", flat=True).first()


def behind(
    employer: uuid.UUID | None, measure: str, period: dt.date, series: Sequence[Series]
) -> tuple[StatedFigure, ...]:
    """Return every figure that standing statements hold of an employer, or of the whole.

    Latest release first within each series; those that a later release revised do not count.

    Args:
        employer: whose; None for the civil service as a whole.
        measure: which measure.
        period: which period.
        series: which series, in order.
    """
    found = []
    for one in series:
        release = release_of(one, measure, period)
        counting = set() if release is None else set(release.statements)
        figures = _figures(one, measure).filter(period=period, employer=employer)
        if employer is None:
            figures = figures.filter(level="civil_service", sex="all", working_pattern="all")
        else:
            figures = figures.filter(level="organisation")
        ordered = figures.select_related("statement").order_by("-statement__as_at", "row")
        found += [_stated(figure, figure.statement_id in counting) for figure in ordered]
    return tuple(found)


def _figures(series: Series, measure: str) -> QuerySet[Figure]:
    return Figure.objects.filter(
        source=series.source,
        table=series.table,
        measure=measure,
        statement__recorded_to__isnull=True,
    )


def _counting(series: Series, measure: str, period: dt.date) -> QuerySet[Figure]:
    release = release_of(series, measure, period)
    if release is None:
        return Figure.objects.none()
    return Figure.objects.filter(
        source=series.source,
        table=series.table,
        measure=measure,
        period=period,
        statement_id__in=release.statements,
    )


def _stated(figure: Figure, counts: bool) -> StatedFigure:
    return StatedFigure(
        landing=figure.statement.landing,
        row=figure.row,
        released=figure.statement.as_at,
        counts=counts,
        source=figure.source,
        table=figure.table,
        organisation=figure.organisation,
        published_as=figure.published_as or "",
        department=figure.department or "",
        measure=figure.measure,
        period=figure.period,
        tenure=figure.tenure,
        value=Decimal(figure.value) / BILLION,
        rounded_to=rounded_to(figure.source, figure.statement.as_at),
    )
