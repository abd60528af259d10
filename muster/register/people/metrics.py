"""The figure the people room offers: headcount. It counts people, so it passes the full gate."""

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl

from muster.kernel.metrics import NOT_MAPPED, Dimension, Metric, RawCell, Returns
from muster.register.people import queries
from muster.register.posts.grades import shipped_code_list
from muster.register.posts.metrics import GRADE, PROFESSION
from muster.register.posts.rules import LEVELS

EMPLOYER = Dimension("employer", "Employer", "The employer whose HR system holds the person.")
_COLUMNS = {"employer": "employer", "grade": "level", "profession": "profession"}

METRICS = (
    Metric(
        name="headcount",
        title="Headcount",
        unit="people",
        definition="People in the substantive employment of an employer on the date, full time or"
        " part time, permanent or fixed term, including those lent to another employer, those on a"
        " career break or other long absence, and those with an FTE of zero. Whoever has two posts"
        " at one employer is one person, at the grade of the substantive post; whoever acts up is"
        " counted at the substantive grade. Loans in, contractors and agency workers are not"
        " counted, nor is anybody before the first day or after the last. Only employers that made"
        " a return for the date are counted.",
        grain="one person in one employer on the date",
        scale=1,
        dimensions=(EMPLOYER, GRADE, PROFESSION),
        profile="protected",
        lawful_basis="Public task: workforce planning. Only figures that pass the disclosure"
        " gate are made.",
        owner="Workforce statistics lead",
        source="HR files that employers send under their data-sharing agreements",
        reader="muster.register.people.metrics.Headcount",
    ),
)


class Headcount:
    """Counts people in substantive employment."""

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        columns = [_COLUMNS[name] for name in dimensions]
        counted = queries.headcount_cells(as_at)
        if not columns:
            people = int(counted["people"].sum())
            return [RawCell((), people, people)]
        summed = counted.group_by(columns).agg(pl.col("people").sum())
        return [
            RawCell(tuple(NOT_MAPPED if part is None else part for part in key), people, people)
            for *key, people in summed.iter_rows()
        ]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        if dimension == EMPLOYER.name:
            return {one.employer.hex: one.title for one in queries.returns(as_at).made}
        if dimension == GRADE.name:
            return {level.code: level.label for level in LEVELS} | {NOT_MAPPED: GRADE.not_mapped}
        professions = sorted(set(shipped_code_list().professions.values()))
        return {name: name for name in professions} | {NOT_MAPPED: PROFESSION.not_mapped}

    def dates(self) -> Sequence[dt.date]:
        return sorted(queries.dates_returned())

    def returns(self, as_at: dt.date) -> Returns:
        found = queries.returns(as_at)
        missing = tuple(title for _employer, title in found.missing)
        feeds = queries.feeds_at(as_at)
        return Returns(len(found.made), len(found.made) + len(missing), missing, feeds)
