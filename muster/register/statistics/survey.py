"""Scores of the Civil Service People Survey as figures: already public, told exactly as published.

Scores are averages of answers, so none is ever added to another or averaged again. For each year
one table counts, whole; the score of all civil servants beside employers' is the one that the same
table states. A score that the publisher withholds is no figure: ``marks_of`` says what stands in
its place.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from muster.kernel.metrics import Dimension, Metric, RawCell, Returns
from muster.register.employers.queries import titles
from muster.register.statistics.models import Statement, SurveyScore
from muster.register.statistics.rules import BILLION
from muster.register.statistics.survey_rules import (
    ENGAGEMENT,
    RESPONSE_RATE,
    THEMES,
    is_mean,
)

INDEX_NAME, RATE_NAME = "survey_engagement_index", "survey_response_rate"
THEME_NAME, QUESTION_NAME = "survey_theme_score", "survey_question_score"

_EMPLOYER = Dimension(
    "employer",
    "Employer",
    "The employer of the register that the name in the table means. Groups of organisations that"
    " took part together are no employer.",
    additive=False,
)
_THEME = Dimension(
    "theme", "Theme or index", "Each is worked out by the publisher from several questions.",
    additive=False,
)  # fmt: skip
_QUESTION = Dimension(
    "question",
    "Question",
    "As that year's table writes it. Numbers of questions moved between years.",
    additive=False,
)


@dataclass(frozen=True)
class StandingScore:
    """One published score, or the mark in its place, and where it stands.

    ``counts`` unless another table of the same year does.
    """

    landing: uuid.UUID
    row: int
    table: str
    organisation: str
    published: str
    counts: bool


class SurveyScores:
    """What the readers share. ``codes`` of measures are told; none means every question."""

    codes: tuple[str, ...] = ()
    measure: str = ""

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        """Return employers' scores, or without employers those of all civil servants."""
        if self.measure and self.measure not in dimensions:
            # Scores of several questions or themes are not one figure.
            return []
        by_employer = "employer" in dimensions
        rows = _counting(as_at, self.codes).filter(score__isnull=False)
        rows = rows.filter(level="organisation" if by_employer else "civil_service")
        found: dict[tuple[str, ...], int] = {}
        for one in rows.order_by("statement_id", "row"):
            if one.score is None or (not by_employer and is_mean(one.organisation)):
                continue
            employer = one.employer_id.hex if one.employer_id else ""
            parts = {
                "employer": employer,
                "theme": one.code,
                "question": question(one.code, one.words),
            }
            found[tuple(parts[name] for name in dimensions)] = one.score
        return [RawCell(key, score, 0) for key, score in found.items()]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return employers by title; themes and questions in the order of the table."""
        rows = _counting(as_at, self.codes)
        if dimension == "employer":
            bodies = rows.filter(level="organisation").values_list("employer", flat=True)
            named = titles(list(bodies.distinct().order_by()))
            ordered = sorted(named.items(), key=lambda item: item[1])
            return {employer.hex: title for employer, title in ordered}
        if dimension == "theme":
            held = set(rows.values_list("code", flat=True).distinct().order_by())
            return {code: title for code, title in THEMES.items() if code in held}
        asked = rows.order_by("statement_id", "row").values_list("code", "words")
        written = dict.fromkeys(question(code, words) for code, words in asked)
        return {one: one for one in written}

    def dates(self) -> Sequence[dt.date]:
        """Return the last days of the years for which a table states scores of organisations."""
        found = _standing(self.codes).filter(level="organisation", score__isnull=False)
        return list(found.values_list("period", flat=True).distinct().order_by("period"))

    def returns(self, as_at: dt.date) -> Returns:
        """Return whether a table of the year is there, and which file it stands in."""
        counting = counting_statements(as_at)
        landings = Statement.objects.filter(id__in=counting).values_list("landing", flat=True)
        feeds = tuple((landing, _PUBLISHER) for landing in landings.distinct().order_by())
        return Returns(int(bool(feeds)), 1, (), feeds)


class EngagementIndex(SurveyScores):
    """The employee engagement index."""

    codes = (ENGAGEMENT,)


class ResponseRate(SurveyScores):
    """The share of those who were asked that answered."""

    codes = (RESPONSE_RATE,)


class ThemeScores(SurveyScores):
    """Themes and the two indices of wellbeing."""

    codes, measure = tuple(THEMES), "theme"


class QuestionScores(SurveyScores):
    """Single questions."""

    measure = "question"


_PUBLISHER = "Cabinet Office"


def question(code: str, words: str) -> str:
    """Return a question as it is told: its number in its year, and its words if there are any."""
    return words if not code or words.startswith(code) else f"{code}. {words}"


def counting_statements(period: dt.date) -> tuple[int, ...]:
    """Return the statements of the one table that counts for a year: the publisher's own first.

    A table that one workbook of one year holds comes before one that was compiled of several;
    among equals the one that was recorded last counts.
    """
    of_year = SurveyScore.objects.filter(
        period=period, level="organisation", statement__recorded_to__isnull=True
    )
    tables = of_year.values_list("statement__landing", "table", "statement__recorded_from")
    found = [
        (table.startswith("Table "), recorded, landing)
        for landing, table, recorded in tables.distinct().order_by()
    ]
    if not found:
        return ()
    landing = max(found, key=lambda one: (one[0], one[1], one[2].hex))[2]
    standing = Statement.objects.filter(landing=landing, recorded_to__isnull=True)
    return tuple(standing.values_list("id", flat=True))


def marks_of(employer: uuid.UUID) -> dict[dt.date, dict[str, str]]:
    """Return the marks that stand instead of an employer's scores, by year and measure."""
    withheld = SurveyScore.objects.filter(
        employer=employer, mark__isnull=False, statement__recorded_to__isnull=True
    ).values_list("period", "statement_id", "code", "mark")
    found: dict[dt.date, dict[str, str]] = {}
    counting: dict[dt.date, tuple[int, ...]] = {}
    for period, statement, code, mark in withheld:
        if period not in counting:
            counting[period] = counting_statements(period)
        if statement in counting[period]:
            found.setdefault(period, {})[code] = mark or ""
    return found


def codes_of(metric: str, theme: str) -> tuple[str, ...]:
    """Return the codes of the measures that a metric tells; none for questions and other metrics.

    Args:
        metric: its name.
        theme: which theme is asked about; a metric of themes tells none without it.
    """
    if metric == THEME_NAME:
        return (theme,) if theme in THEMES else ()
    return {INDEX_NAME: EngagementIndex.codes, RATE_NAME: ResponseRate.codes}.get(metric, ())


def behind(
    employer: uuid.UUID | None, period: dt.date, codes: Sequence[str]
) -> tuple[StandingScore, ...]:
    """Return all standing scores of an employer (None: all civil servants) in a year, any table."""
    rows = _standing(tuple(codes)).filter(period=period, employer=employer)
    rows = rows.filter(level="civil_service" if employer is None else "organisation")
    counting = set(counting_statements(period))
    ordered = rows.select_related("statement").order_by("-statement__recorded_from", "row")
    return tuple(
        StandingScore(
            landing=one.statement.landing,
            row=one.row,
            table=one.table,
            organisation=one.organisation,
            published=one.published if one.score is None else _written(one.score),
            counts=one.statement_id in counting,
        )
        for one in ordered
    )


def _written(score: int) -> str:
    return f"{(Decimal(score) / BILLION).normalize():f}"


def _standing(codes: tuple[str, ...]) -> QuerySet[SurveyScore]:
    found = SurveyScore.objects.filter(statement__recorded_to__isnull=True)
    if codes:
        return found.filter(code__in=codes)
    return found.exclude(code__in=(RESPONSE_RATE, ENGAGEMENT, *THEMES))


def _counting(period: dt.date, codes: tuple[str, ...]) -> QuerySet[SurveyScore]:
    return _standing(codes).filter(period=period, statement_id__in=counting_statements(period))


def _metric(
    name: str, title: str, what: str, measures: tuple[Dimension, ...], reader: type[SurveyScores],
    unit: str = "points out of 100",
) -> Metric:  # fmt: skip
    return Metric(
        name=name,
        title=title,
        unit=unit,
        definition=f"{what} Scores are exactly as published for the year, which is told by its last"
        " day. Without employers it is the civil service benchmark, which is the median of the"
        " organisations' scores, as the same table states it. A score is left out where the"
        " publisher withholds it because few answered. Scores are never added up or averaged.",
        grain="one score of a published table",
        scale=BILLION,
        dimensions=(*measures, _EMPLOYER),
        profile="already public",
        lawful_basis="Public task; official statistics published by their owners, without personal"
        " data.",
        owner="Workforce statistics lead",
        source="Cabinet Office, Civil Service People Survey, Open Government Licence v3.0",
        reader=f"{__name__}.{reader.__name__}",
    )


METRICS = (
    _metric(
        INDEX_NAME, "Employee engagement index",
        "The index that the Cabinet Office makes of five questions about pride, advocacy,"
        " attachment, inspiration and motivation.",
        (), EngagementIndex,
    ),
    _metric(
        RATE_NAME, "People Survey response rate",
        "Of those who were asked, how many in a hundred answered. It may be above 100 where more"
        " people answered than an organisation had counted. Published since 2013.",
        (), ResponseRate, "per cent",
    ),
    _metric(
        THEME_NAME, "People Survey theme scores",
        "Of the answers to the questions of a theme, how many in a hundred were positive; and the"
        " two indices of wellbeing. In the Proxy Stress Index a high score means high stress.",
        (_THEME,), ThemeScores,
    ),
    _metric(
        QUESTION_NAME, "People Survey question scores",
        "Of those who answered a question, how many in a hundred gave the answers that its words"
        " name.",
        (_QUESTION,), QuestionScores, "per cent",
    ),
)  # fmt: skip
