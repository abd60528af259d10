"""The figures the posts room offers: senior posts and FTE, both already published by employers."""

import datetime as dt
from collections.abc import Mapping, Sequence

from muster.kernel.metrics import Dimension, Metric, RawCell, Returns
from muster.register.posts import queries
from muster.register.posts.levelled import every_level, every_profession

EMPLOYER = Dimension("employer", "Employer", "The employer of the register that the return names.")
GRADE = Dimension(
    "grade",
    "Responsibility level",
    "The level that a code list with a source gives to the grade as stated. Grades that no list"
    " covers are counted as not mapped.",
    not_mapped="Not mapped",
)
PROFESSION = Dimension("profession", "Profession", "The government profession stated for the post.")
_PUBLISHED = "Organograms published by departments on data.gov.uk, Open Government Licence v3.0"
_PUBLIC = {
    "dimensions": (EMPLOYER, GRADE, PROFESSION),
    "profile": "already public",
    "lawful_basis": "Public task; the rows are published by their employers and hold no"
    " personal data.",
    "owner": "Workforce transparency lead",
    "source": _PUBLISHED,
}

METRICS = (
    Metric(
        name="posts",
        title="Senior posts",
        unit="posts",
        definition="Posts in the Senior Civil Service or its equivalent, filled or vacant, as"
        " each employer published them at the date. Each published row counts once.",
        grain="one published row about a senior post",
        scale=1,
        reader="muster.register.posts.metrics.SeniorPosts",
        **_PUBLIC,  # type: ignore[arg-type]
    ),
    Metric(
        name="fte",
        title="Full-time equivalents (FTE)",
        unit="FTE",
        definition="Full-time equivalents of senior posts and of groups of junior posts, as each"
        " employer published them at the date. Rows that repeat each other are all counted,"
        " because employers publish equal groups of posts as equal rows.",
        grain="one published row about a senior post or a group of junior posts",
        scale=1_000_000_000,
        reader="muster.register.posts.metrics.FullTimeEquivalents",
        **_PUBLIC,  # type: ignore[arg-type]
    ),
)


class _Posts:
    """What both metrics share."""

    measure = "fte"

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        return [
            RawCell(key, value, 0)
            for key, value in queries.cells(tuple(dimensions), as_at, measure=self.measure)
        ]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        if dimension == EMPLOYER.name:
            return queries.employers_at(as_at)
        if dimension == GRADE.name:
            return every_level(GRADE.not_mapped)
        return every_profession(PROFESSION.not_mapped)

    def dates(self) -> Sequence[dt.date]:
        return queries.dates()

    def returns(self, as_at: dt.date) -> Returns:
        return queries.returns(as_at)


class FullTimeEquivalents(_Posts):
    """Sums FTE over senior posts and groups."""


class SeniorPosts(_Posts):
    """Counts senior posts."""

    measure = "posts"
