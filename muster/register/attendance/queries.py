"""Questions about attendance. Only statements that stand now count."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl
from django.db.models import Max

from muster.kernel.metrics import NOT_MAPPED, Returns
from muster.ledger.current import ledger
from muster.register.attendance.models import Building, Count, Expectation, Statement
from muster.register.attendance.rules import (
    WORKING_DAYS,
    months_told,
    weeks_in,
)
from muster.register.bulk import read_frame
from muster.register.employers.queries import titles

_COLUMNS: Mapping[str, type[pl.DataType]] = {
    "building": pl.String, "town": pl.String, "employer": pl.String, "region": pl.String,
    "week": pl.String, "day": pl.String, "days": pl.Int64, "present": pl.Int64,
    "desks": pl.Int64, "based": pl.Int64, "as_at": pl.String, "said": pl.Int64, "row": pl.Int64,
}  # fmt: skip
_STANDING = """
    SELECT REPLACE(CAST(counted.building_id AS text), '-', ''), place.town,
           REPLACE(CAST(counted.employer_id AS text), '-', ''), counted.region,
           CAST(counted.week AS text), CAST(counted.day AS text), counted.days, counted.present,
           counted.desks, counted.based, CAST(said.as_at AS text), said.id, counted.row
    FROM register_attendance_count counted
    JOIN register_attendance_statement said ON said.id = counted.statement_id
    JOIN register_attendance_building place ON place.id = counted.building_id
    WHERE said.recorded_to IS NULL AND counted.week >= %s AND counted.week <= %s
"""
_WHOSE = ["building", "employer", "week"]
# A page asks for the rows of a month a dozen times.
_KEPT = 8


@dataclass(frozen=True)
class Declared:
    """An expectation in force or taken back, for the page that lists them."""

    id: uuid.UUID
    employer: uuid.UUID
    title: str
    share: int
    starts: dt.date
    declared_by: str
    declared_at: dt.datetime


def counting(month: dt.date) -> pl.DataFrame:
    """Return the rows that count in a month: each day of a building and employer once.

    Of two files that tell of the same day the later one counts. Where one tells a week by day and
    another as a whole, the way the later one tells it counts. Saturdays and Sundays do not count.

    Returns:
        ``workplace``, ``building``, ``employer``, ``town``, ``region``, ``week`` and ``weekday`` as
        text, and ``days``, ``present``, ``desks`` and ``based``.
    """
    return _counting_at(month, ledger().store.read_head("exchange").root())


@lru_cache(maxsize=_KEPT)
def _counting_at(month: dt.date, _exchange: bytes) -> pl.DataFrame:
    """Return the rows of a month as at one root of the exchange log: no count comes without it."""
    weeks = weeks_in(month)
    rows = read_frame(_STANDING, [weeks[0], weeks[-1]], dict(_COLUMNS)).with_columns(
        pl.col("week", "day").str.to_date()
    )
    age = pl.struct("as_at", "said", "row")
    rows = rows.filter(age.rank("ordinal", descending=True).over([*_WHOSE, "day"]) == 1)
    whole = pl.col("day").is_null()
    latest = whole.sort_by(age).last().over(_WHOSE)
    rows = rows.filter(whole == latest)
    rows = rows.filter(pl.col("day").dt.weekday().fill_null(1) <= len(WORKING_DAYS))
    names = dict(enumerate(WORKING_DAYS, start=1))
    return rows.select(
        "building", "employer", "town", "region",
        workplace=pl.concat_str("building", "employer"),
        week=pl.col("week").dt.to_string("%Y-%m-%d"),
        weekday=pl.col("day").dt.weekday().replace_strict(
            names, default=NOT_MAPPED, return_dtype=pl.String
        ),
        days=pl.col("days"), present=pl.col("present"), desks=pl.col("desks"),
        based=pl.col("based"),
    )  # fmt: skip


def months() -> tuple[dt.date, ...]:
    """Return the month ends of which figures can be told, in order."""
    standing = Count.objects.filter(statement__recorded_to__isnull=True)
    weeks = standing.order_by("week").values_list("week", flat=True).distinct()
    latest = Statement.objects.filter(recorded_to__isnull=True).aggregate(last=Max("as_at"))
    return months_told(weeks, latest["last"])


def returns(month: dt.date) -> Returns:
    """Return how many employers told of a month, of those that ever did, and by which feeds.

    An employer has told of a month once it told of the month's last week: the first days of it may
    stand in the file of the month before.
    """
    weeks = weeks_in(month)
    standing = Count.objects.filter(statement__recorded_to__isnull=True).order_by()
    here = standing.filter(week__gte=weeks[0], week__lte=weeks[-1])
    known, missing = who_tells(), missing_in(month)
    without = tuple(sorted(known[one] for one in missing))
    sent = here.values_list("statement__landing", "employer").distinct()
    feeds = sorted(((landing, known[employer]) for landing, employer in sent),
                   key=lambda feed: (feed[1], feed[0]))  # fmt: skip
    return Returns(len(known) - len(missing), len(known), without, tuple(feeds))


def missing_in(month: dt.date) -> frozenset[uuid.UUID]:
    """Return the employers that ever told of anything, and not of a month's last week."""
    standing = Count.objects.filter(statement__recorded_to__isnull=True).order_by()
    last = standing.filter(week=weeks_in(month)[-1])
    known, told = (
        frozenset(rows.values_list("employer", flat=True).distinct()) for rows in (standing, last)
    )
    return known - told


def counted_in(month: dt.date) -> frozenset[tuple[str, str]]:
    """Return of whom anything was counted in which week of a month.

    Each is an employer, or a building with the employer that uses it, by the code that figures have
    for it, and the code of the week. Of what is missing here nobody knows anything.
    """
    rows = counting(month)
    return frozenset(
        pair for name in ("employer", "workplace") for pair in rows.select(name, "week").iter_rows()
    )


def building_names(ids: set[str]) -> dict[str, tuple[str, str]]:
    """Return name and town of buildings by their id in hexadecimal."""
    found = Building.objects.filter(id__in=[uuid.UUID(hex=one) for one in ids])
    return {one.id.hex: (one.name, one.town) for one in found}


def counted_by(
    landing: uuid.UUID,
) -> set[tuple[str, str, str, dt.date, dt.date | None]]:
    """Return what a landing's accepted rows are about: building, town, employer, week and day."""
    found = Count.objects.filter(statement__landing=landing, statement__recorded_to__isnull=True)
    rows = found.values_list("building__name", "building__town", "employer_id", "week", "day")
    return {(name, town, employer.hex, week, day) for name, town, employer, week, day in rows}


def expectations(employer: uuid.UUID | None = None) -> tuple[Declared, ...]:
    """Return the expectations in force, by employer and day; only one employer's if given."""
    found = Expectation.objects.filter(recorded_to__isnull=True).select_related("employer")
    if employer is not None:
        found = found.filter(employer=employer)
    return tuple(
        Declared(
            row.id, row.employer_id, row.employer.title, row.share, row.starts, row.declared_by,
            row.recorded_from,
        )
        for row in found.order_by("employer__title", "-starts")
    )  # fmt: skip


def who_tells() -> dict[uuid.UUID, str]:
    """Return titles of the employers whose people were ever counted, in order."""
    standing = Count.objects.filter(statement__recorded_to__isnull=True).order_by()
    named = titles(list(standing.values_list("employer", flat=True).distinct()))
    return dict(sorted(named.items(), key=lambda pair: pair[1]))
