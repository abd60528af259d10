"""The official figures the room offers: one metric for each series and measure, already public.

Figures of different publishers are different metrics on purpose: nothing that asks for a total can
add one publisher's people to another's. The total of a metric is the one its source states, never
the sum of its rows.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from muster.kernel.metrics import Dimension, Metric, RawCell, Returns
from muster.register.employers.queries import titles
from muster.register.statistics import places, queries, survey
from muster.register.statistics.rules import BILLION, FTE, HEADCOUNT, SERIES, Series

EMPLOYER = Dimension(
    "employer", "Employer", "The employer of the register that the name in the table means."
)
DEPARTMENT = Dimension(
    "department", "Department with its agencies", "The group of departments, as the table names it."
)
TENURE = Dimension("tenure", "Tenure", "Permanent, or temporary and casual, employees.")
_TENURES = {"permanent": "Permanent", "temporary": "Temporary or casual", "all": "All"}
_WORDS = {HEADCOUNT: "Headcount", FTE: "Full-time equivalents (FTE)"}
_UNITS = {HEADCOUNT: "people", FTE: "FTE"}


class OfficialFigures:
    """Answers for one series and measure; each metric has a reader of its own."""

    series: Series
    measure: str

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        if not dimensions:
            total = queries.stated_total(self.series, self.measure, as_at)
            return [] if total is None else [RawCell((), total, 0)]
        if self.series.bodies:
            found = queries.by_employer(self.series, self.measure, as_at)
            return [RawCell((employer.hex,), value, 0) for employer, value, _rows in found]
        sums: dict[tuple[str, ...], int] = {}
        for name, tenure, value in queries.by_department(self.series, self.measure, as_at):
            parts = {DEPARTMENT.name: name, TENURE.name: tenure}
            key = tuple(parts[dimension] for dimension in dimensions)
            sums[key] = sums.get(key, 0) + value
        return [RawCell(key, value, 0) for key, value in sums.items()]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        if dimension == EMPLOYER.name:
            found = queries.by_employer(self.series, self.measure, as_at)
            named = titles([employer for employer, _value, _rows in found])
            ordered = sorted(named.items(), key=lambda item: item[1])
            return {employer.hex: title for employer, title in ordered}
        if dimension == TENURE.name:
            return _TENURES
        stated = queries.by_department(self.series, self.measure, as_at)
        return {name: name for name, _tenure, _value in stated}

    def dates(self) -> Sequence[dt.date]:
        return queries.periods(self.series, self.measure)

    def returns(self, as_at: dt.date) -> Returns:
        there = as_at in self.dates()
        return Returns(int(there), 1, ())


def metric_name(series: Series, measure: str) -> str:
    """Return the name of the metric that tells a measure of a series."""
    return f"official_{measure}_{series.code}"


def series_of(metric: str) -> tuple[Series, str] | None:
    """Return the series and measure that a metric tells; None if it is no official figure."""
    told = {metric_name(series, measure): (series, measure) for series, measure in _TOLD}
    return told.get(metric)


def reader_for(series: Series, measure: str) -> type[OfficialFigures]:
    """Return the reader of one series and measure."""
    name = f"{series.code.title().replace('_', '')}{measure.title()}"
    return type(name, (OfficialFigures,), {"series": series, "measure": measure})


_TOLD = [(series, measure) for series in SERIES for measure in (HEADCOUNT, FTE)]
_READERS = {(series.code, measure): reader_for(series, measure) for series, measure in _TOLD}
# The gate finds a reader by its dotted path.
globals().update({reader.__name__: reader for reader in _READERS.values()})


def _metric(series: Series, measure: str) -> Metric:
    what = (
        "Bodies as the table lists them, each under the employer that its name certainly means."
        if series.bodies
        else "Departments with their agencies, as the table lists them; permanent and temporary"
        " employees are two rounded figures, which are added where tenure is not asked for."
    )
    return Metric(
        name=metric_name(series, measure),
        title=f"{_WORDS[measure]}: {series.title}",
        unit=_UNITS[measure],
        definition=f"{what} Figures are exactly as published, with the publisher's own rounding;"
        " figures below five are not published. The total is the one the source states, not the"
        " sum of the rows. A later release of the same table counts instead of an earlier one.",
        grain="one figure of a published table",
        scale=BILLION,
        dimensions=(EMPLOYER,) if series.bodies else (DEPARTMENT, TENURE),
        profile="already public",
        lawful_basis="Public task; official statistics published by their owners, without personal"
        " data.",
        owner="Workforce statistics lead",
        source=series.attribution,
        reader=f"{__name__}.{_READERS[series.code, measure].__name__}",
    )


METRICS = (*(_metric(series, measure) for series, measure in _TOLD), places.METRIC, *survey.METRICS)
