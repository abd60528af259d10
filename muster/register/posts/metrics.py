"""The figures the posts room offers: senior posts and FTE, both already published by employers."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from muster.kernel.metrics import Dimension, Metric, RawCell, Returns
from muster.register.employers import succession_queries as successions
from muster.register.employers.succession import principal_today
from muster.register.employers.succession_dimensions import EMPLOYER_TODAY
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
    "dimensions": (EMPLOYER, EMPLOYER_TODAY, GRADE, PROFESSION),
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
        name="vacancies",
        title="Vacant senior posts",
        unit="posts",
        definition="Posts in the Senior Civil Service or its equivalent that an employer published"
        " with no full-time equivalent: nobody holds them at the date. The files say of no other"
        " post whether anybody holds it, and posts below this level are published as groups, so"
        " this is no count of all vacancies.",
        grain="one published row about a senior post",
        scale=1,
        reader="muster.register.posts.metrics.Vacancies",
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


# Stands for an employer of today of which a part is missing.
_SHORT = "short"


class _Posts:
    """What both metrics share."""

    measure = "fte"

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        # Nobody can be followed here: of a split everything goes to the principal successor.
        asked = tuple(EMPLOYER.name if one == EMPLOYER_TODAY.name else one for one in dimensions)
        if len(set(asked)) < len(asked):
            asked = tuple(one for one in dimensions if one != EMPLOYER_TODAY.name)
        sums: Counter[tuple[str, ...]] = Counter()
        today = self._today(as_at) if EMPLOYER_TODAY.name in dimensions else {}
        for key, value in queries.cells(asked, as_at, measure=self.measure):
            said = dict(zip(asked, key, strict=True))
            if today:
                said[EMPLOYER_TODAY.name] = today[said[EMPLOYER.name]]
            if said.get(EMPLOYER_TODAY.name) != _SHORT:
                sums[tuple(said[name] for name in dimensions)] += value
        return [RawCell(key, value, 0) for key, value in sums.items()]

    def _today(self, as_at: dt.date) -> dict[str, str]:
        """Return the employer of today of each employer of a date; none where a part is missing."""
        passed, whole = successions.standing(), self.domain(EMPLOYER_TODAY.name, as_at)
        ends = {one: principal_today(one, as_at, passed) for one in queries.employers_at(as_at)}
        return {one: end if end in whole else _SHORT for one, end in ends.items()}

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        if dimension == EMPLOYER.name:
            return queries.employers_at(as_at)
        if dimension == EMPLOYER_TODAY.name:
            present = queries.employers_at(as_at)
            return successions.complete_today(present, queries.missing_at(as_at), as_at)
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


class Vacancies(_Posts):
    """Counts senior posts that nobody holds."""

    measure = "vacancies"
