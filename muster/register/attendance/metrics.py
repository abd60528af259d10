"""The figures attendance offers: who came on an average day, who is based there, and desks.

People are counted, so every figure passes the full gate: where up to seven come on an average day,
nobody learns how many. A figure is judged by the people of an average day, which are never more
than the different people behind it.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence

import polars as pl

from muster.kernel.metrics import NOT_MAPPED, Dimension, Metric, RawCell, Returns
from muster.register.attendance import queries
from muster.register.attendance.rules import REGIONS, THOUSAND, WORKING_DAYS, weeks_in
from muster.register.employers import succession_queries as successions
from muster.register.employers.queries import titles
from muster.register.employers.succession_restating import restated

NOT_STATED = "Not stated"
EMPLOYER_TODAY = Dimension(
    "employer_today",
    "Employer, as of today's structure",
    "The employer of today to which the functions of the employer passed: after a merger its"
    " successor; after a split its principal successor, as counts name nobody to be followed."
    " While a return of any employer that counts under it is missing, it is left out.",
)
DIMENSIONS = (
    Dimension("employer", "Employer", "The employer whose people were counted."),
    EMPLOYER_TODAY,
    Dimension(
        "workplace", "Workplace", "A building as one employer uses it.",
    ),
    Dimension("building", "Building", "A building with everybody in it, of whichever employer."),
    Dimension("town", "Town", "As the building's system states it.", NOT_STATED),
    Dimension("region", "Region", "The country or region of England.", NOT_STATED),
    Dimension("week", "Week", "By its Monday. A week counts in the month in which it ends.",
              additive=False),
    Dimension(
        "weekday", "Day of the week", "Monday to Friday.", "Counted by week: day not stated",
        additive=False,
    ),
)  # fmt: skip


class AverageDay:
    """Answers for one measure: its average over days for each workplace, then added up."""

    measure = "present"

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        """Return averages in thousandths, for each combination that occurs."""
        rows = queries.counting(as_at)
        if rows.is_empty():
            return []
        if EMPLOYER_TODAY.name in dimensions:
            rows = restated(
                rows.with_columns(on=pl.lit(as_at)), successions.standing(), since="on", until=None
            )
        stated = pl.col(self.measure)
        # A row's people are the sum of its days; desks and people based are the same on each.
        summed = stated if self.measure == "present" else stated * pl.col("days")
        by_workplace = rows.group_by("workplace", *(d for d in dimensions if d != "workplace")).agg(
            total=summed.sum(), days=pl.col("days").sum()
        )
        average = (2 * THOUSAND * pl.col("total") + pl.col("days")) // (2 * pl.col("days"))
        averaged = by_workplace.with_columns(value=average)
        if not dimensions:
            return [_cell((), int(averaged["value"].sum()))]
        told = averaged.group_by(list(dimensions)).agg(pl.col("value").sum())
        return [_cell(tuple(key), value) for *key, value in told.iter_rows()]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code a dimension may take in a month."""
        if dimension == "weekday":
            return {day: day for day in WORKING_DAYS} | {NOT_MAPPED: ""}
        if dimension == "region":
            return {**REGIONS, NOT_MAPPED: ""}
        if dimension == "week":
            weeks = weeks_in(as_at)
            return {week.isoformat(): f"Week of {week.day} {week:%B %Y}" for week in weeks}
        rows = queries.counting(as_at)
        if dimension == "employer":
            named = titles_of(rows["employer"])
            return dict(sorted(named.items(), key=lambda pair: pair[1]))
        if dimension == EMPLOYER_TODAY.name:
            missing = queries.missing_in(as_at)
            return successions.complete_today(rows["employer"].unique(), missing, as_at)
        if dimension == "town":
            return {town: town for town in sorted(rows["town"].unique())}
        return _places(rows, dimension)

    def dates(self) -> Sequence[dt.date]:
        """Return the month ends of which figures can be told."""
        return queries.months()

    def returns(self, as_at: dt.date) -> Returns:
        """Return which employers told of the month."""
        return queries.returns(as_at)


class People(AverageDay):
    """People based in buildings."""

    measure = "based"


class Desks(AverageDay):
    """Desks in buildings."""

    measure = "desks"


def titles_of(employers: pl.Series) -> dict[str, str]:
    """Return titles by the hexadecimal ids of employers."""
    named = titles([uuid.UUID(hex=one) for one in employers.unique()])
    return {one.hex: title for one, title in named.items()}


def _cell(key: tuple[str, ...], value: int) -> RawCell:
    return RawCell(key, value, value // THOUSAND)


def _places(rows: pl.DataFrame, dimension: str) -> dict[str, str]:
    """Return buildings, or buildings with the employer that uses them, by name."""
    named = queries.building_names(set(rows["building"].unique()))
    whose = titles_of(rows["employer"])
    found: dict[str, str] = {}
    for building, employer in rows.select("building", "employer").unique().iter_rows():
        place = ", ".join(part for part in named[building] if part)
        if dimension == "workplace":
            found[building + employer] = f"{place} ({whose[employer]})"
        else:
            found[building] = place
    # Buildings of two systems may have one name: then the first letters of their keys part them.
    named_so = Counter(found.values())
    parted = {
        code: label if named_so[label] == 1 else f"{label} [{code[-4:]}]"
        for code, label in found.items()
    }
    return dict(sorted(parted.items(), key=lambda pair: pair[1]))


_HOW = (
    " Of each building the average over the days on which people were counted, Monday to Friday, in"
    " the weeks that end in the month; averages of buildings are added up. Days without a count are"
    " neither zero nor carried over; a week without any is told as 0 to 7, as if nobody had come."
)
_ALIKE = {
    "scale": THOUSAND,
    "dimensions": DIMENSIONS,
    "profile": "protected",
    "lawful_basis": "Public task: running and planning government buildings. Counts alone are"
    " taken in, no person among them, and only figures that pass the disclosure gate are made.",
    "owner": "Government property statistics lead",
    "source": "Counts that building systems send under their agreements",
}

METRICS = (
    Metric(
        name="attendance",
        title="Attendance on an average day",
        unit="people a day",
        definition="People in a building on an average working day. Somebody who came to two"
        f" buildings on a day counts in both.{_HOW}",
        grain="one building, employer and day, or week",
        reader="muster.register.attendance.metrics.AverageDay",
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="attendance_based",
        title="People based in buildings",
        unit="people",
        definition="People whose place of work a building is, as the employer states it beside each"
        f" count. What attendance is measured against.{_HOW}",
        grain="one building, employer and day, or week",
        reader="muster.register.attendance.metrics.People",
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="attendance_desks",
        title="Desks in buildings",
        unit="desks",
        definition="Desks that an employer's people may use, as stated beside each count. They pass"
        " the gate as people do, so that how full a building is tells no more of its"
        f" people.{_HOW}",
        grain="one building, employer and day, or week",
        reader="muster.register.attendance.metrics.Desks",
        **_ALIKE,  # type: ignore[arg-type]
    ),
)
