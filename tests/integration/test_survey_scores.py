"""Survey scores from file to figure: exact, suppressed ones kept as such, nothing dropped."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from muster.gates.release import ReleasedTable, release
from muster.hub.intakes import intake_for
from muster.hub.models import Landing, QuarantinedRow
from muster.hub.reading import read
from muster.hub.withdrawal import withdraw
from muster.register.employers.queries import find
from muster.register.names import choose_employer
from muster.register.statistics import survey
from muster.register.statistics.models import SurveyScore
from tests.integration.loads import BY, CLOCK, only
from tests.integration.survey_files import (
    LINES,
    TABLE_3,
    by_year,
    load_scores,
    table_1,
    table_3,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
LAST, FIRST = dt.date(2024, 12, 31), dt.date(2013, 12, 31)


def told(metric: str, *by: str, on: dt.date = LAST) -> ReleasedTable:
    return release(metric, by, on, audience="everybody", purpose="test", by=BY, clock=CLOCK)


def by_label(metric: str, *by: str, on: dt.date = LAST) -> dict[tuple[str, ...], Decimal | None]:
    return {cell.labels: cell.value for cell in told(metric, *by, on=on).cells}


def test_every_row_is_a_score_a_mark_or_waits() -> None:
    landing = only(load_scores({"scores.csv": by_year()}))
    assert landing.said == "", landing.said
    assert (landing.layout, landing.as_at) == ("people-survey-scores-by-year", LAST)
    assert (landing.rows, landing.accepted, landing.quarantined) == (40, 36, 4)
    assert SurveyScore.objects.count() == 36
    waiting = QuarantinedRow.objects.filter(landing=landing)
    assert {one.reason for one in waiting} == {"no employer of the register has this name"}
    withheld = SurveyScore.objects.get(score__isnull=True)
    assert (withheld.organisation, withheld.mark, withheld.published) == (
        "Companies House", "[c]", "[c]",
    )  # fmt: skip


def test_indices_and_rates_are_told_as_published() -> None:
    load_scores({"scores.csv": by_year()})
    assert by_label(survey.INDEX_NAME, "employer") == {
        ("HM Treasury",): Decimal("70.125"),
        ("Home Office",): Decimal(60),
    }
    assert by_label(survey.INDEX_NAME) == {(): Decimal("64.076")}
    assert by_label(survey.INDEX_NAME, "employer", on=FIRST) == {
        ("HM Treasury",): Decimal(68),
        ("Companies House",): Decimal(60),
    }
    assert by_label(survey.INDEX_NAME, on=FIRST) == {(): Decimal(58)}
    assert by_label(survey.RATE_NAME, "employer")["Home Office",] == Decimal("103.398")
    assert by_label(survey.RATE_NAME, "employer", on=FIRST)["Companies House",] == 66


def test_themes_and_questions_are_never_one_figure() -> None:
    load_scores({"scores.csv": by_year()})
    assert by_label(survey.THEME_NAME, "theme", "employer")["My work", "Home Office"] == 0
    assert by_label(survey.THEME_NAME, "theme") == {("My work",): Decimal("77.349")}
    question = "B01. I am interested in my work (% selecting 'Strongly agree' or 'Agree')"
    assert by_label(survey.QUESTION_NAME, "question", "employer") == {
        (question, "Companies House"): Decimal(91),
        (question, "HM Treasury"): Decimal("93.333"),
        (question, "Home Office"): Decimal(100),
    }
    for metric in (survey.THEME_NAME, survey.QUESTION_NAME):
        assert told(metric).cells == told(metric, "employer").cells == ()


def test_two_names_of_one_employer_wait_because_scores_have_no_sum() -> None:
    twice = by_year(
        (2024, "HM Treasury", (1, 2)),
        (2024, "HM Treasury (excluding agencies)", (3, 4)),
        (2013, "HM Treasury (excluding agencies)", (5,)),
    )
    landing = only(load_scores({"scores.csv": twice}))
    assert (landing.accepted, landing.quarantined) == (1, 4)
    (reason,) = set(QuarantinedRow.objects.values_list("reason", flat=True))
    assert reason.startswith("another name of the same table is the same employer")


def test_a_name_said_later_does_not_push_a_second_score_beside_the_first() -> None:
    lines = ((2024, "HM Treasury", (1,)), (2024, "Nobody at all", (2,)))
    landing = only(load_scores({"scores.csv": by_year(*lines)}))
    assert (landing.accepted, landing.quarantined) == (1, 1)
    treasury = find("hm-treasury")
    assert treasury is not None
    choose_employer(stated="Nobody at all", employer=treasury[0], by=BY, read=read, clock=CLOCK)
    assert SurveyScore.objects.count() == 1
    assert by_label(survey.RATE_NAME, "employer") == {("HM Treasury",): Decimal(1)}


def test_a_name_said_later_brings_its_scores() -> None:
    load_scores({"scores.csv": by_year()})
    chosen = find("uk-export-finance")
    assert chosen is not None
    choose_employer(stated="Nobody at all", employer=chosen[0], by=BY, read=read, clock=CLOCK)
    assert by_label(survey.INDEX_NAME, "employer")["UK Export Finance",] == 51
    assert not QuarantinedRow.objects.exists()


@pytest.mark.parametrize(
    ("value", "waits"),
    [
        ("[x]", True), ("", True), ("-1", True), ("74%", True), ("1e2", True), ("7,5", True),
        ("#N/A", True), ("1001", True), ("[C]", False), ("[z]", False), ("0", False),
        ("56.00000000000001", False), ("100.0", False),
    ],
)  # fmt: skip
def test_odd_values(value: str, waits: bool) -> None:
    landing = only(load_scores({"scores.csv": by_year((2024, "HM Treasury", (1, value)))}))
    assert (landing.accepted, landing.quarantined) == ((1, 1) if waits else (2, 0))
    if waits:
        (row,) = QuarantinedRow.objects.all()
        assert row.reason


@pytest.mark.parametrize("published", ["..", "[x]", None])
def test_a_mark_that_no_publisher_uses_waits_whatever_a_layout_takes_for_absent(
    published: str | None,
) -> None:
    load_scores({})
    intake = intake_for("muster.statistics.survey_score.v1")
    stated = {"organisation": "HM Treasury", "measure": "EES", "period": LAST, "source": "s",
              "table": "t", "published": published}  # fmt: skip
    columns = {
        field.name: pl.Series([stated.get(field.name)], dtype=field.dtype)
        for field in intake.contract.fields
    }
    frame = pl.DataFrame({"file": [1], "row": [2], **columns})
    problems = intake.sink.prepare(frame, []).problems
    assert problems["field"].to_list() == ["As published"]


def test_a_score_stated_twice_waits() -> None:
    line = LINES[5]
    landing = only(load_scores({"scores.csv": by_year(line, line)}))
    assert (landing.accepted, landing.quarantined) == (0, 8)


def test_withdrawn_scores_are_told_no_more() -> None:
    landing = only(load_scores({"scores.csv": by_year()}))
    withdraw(landing=landing.id, reason="wrong file", by=BY, clock=CLOCK)
    assert told(survey.INDEX_NAME, "employer").cells == ()
    assert Landing.objects.get().state == "withdrawn"


WORKBOOK = table_3(
    ("CS_MEDIAN", "Civil Service Benchmark (median)", "All", None, 74.0, 64.076, 77.349),
    ("CS_MEAN", "All civil servants (mean score)", "All", None, 61.0, 61.246, 75.2),
    ("HMT", "HM Treasury", "HM Treasury", "[note 7]", 80.5, 70.999, 82.001),
    ("CH", "Companies House", "Business", None, 77.0, "[c]", 79.5),
    ("MOJ_GROUP", "Ministry of Justice group (including agencies)", "Justice", None, 44.394, 61, 7),
    ("XX", "Nobody at all", "None", None, 1.0, 2.0, 3.0),
)


def test_a_workbook_of_one_year_keeps_marks_notes_and_codes() -> None:
    landing = only(load_scores({TABLE_3: WORKBOOK}))
    assert landing.said == ""
    assert (landing.layout, landing.as_at) == ("people-survey-table-3-2024", LAST)
    assert (landing.rows, landing.accepted, landing.quarantined) == (18, 15, 3)
    treasury = SurveyScore.objects.get(organisation="HM Treasury", code="EES")
    assert (treasury.score, treasury.notes, treasury.organisation_code) == (
        70_999_000_000, "[note 7]", "HMT",
    )  # fmt: skip
    assert treasury.words == "Employee engagement index (B47 to B51)"
    withheld = SurveyScore.objects.get(organisation="Companies House", code="EES")
    assert (withheld.score, withheld.mark) == (None, "[c]")
    assert withheld.employer_id is not None
    assert survey.marks_of(withheld.employer_id) == {LAST: {"EES": "[c]"}}
    assert by_label(survey.INDEX_NAME) == {(): Decimal("64.076")}


@pytest.mark.parametrize("first", [TABLE_3, "scores.csv"])
def test_the_publishers_own_table_counts_whichever_came_first(first: str) -> None:
    files = {TABLE_3: WORKBOOK, "scores.csv": by_year()}
    for name in sorted(files, key=lambda name: name != first):
        load_scores({name: files[name]})
    assert by_label(survey.INDEX_NAME, "employer") == {("HM Treasury",): Decimal("70.999")}
    stated = survey.behind(None, LAST, ("EES",))
    assert {(one.table, one.counts) for one in stated} == {
        ("Table 3: mean scores by organisation", True),
        ("scores by organisation and year", False),
    }
    # Of a year that the workbook does not state the compiled file counts.
    assert by_label(survey.INDEX_NAME, "employer", on=FIRST)["HM Treasury",] == 68


def test_benchmarks_of_many_years_keep_what_was_not_asked() -> None:
    rows = (
        ("EES", "Employee engagement index (B47 to B51)", "Engagement", None, 58.347, 56.465),
        ("B16A", "Heard of it\n(% yes)", "Managers", "[note 1]", "[z]", 50.0),
    )
    landing = only(load_scores({"benchmarks.ods": table_1(*rows)}))
    assert (landing.layout, landing.accepted) == ("people-survey-table-1", 4)
    kept = SurveyScore.objects.order_by("row").values_list("code", "period__year", "score", "mark")
    assert set(kept) == {
        ("EES", 2009, 58_347_000_000, None),
        ("EES", 2010, 56_465_000_000, None),
        ("B16A", 2009, None, "[z]"),
        ("B16A", 2010, 50_000_000_000, None),
    }
    assert survey.EngagementIndex().dates() == []


def test_another_years_workbook_needs_a_layout_of_its_own() -> None:
    landing = only(load_scores({"scores 2025.ods": WORKBOOK}))
    assert (landing.rows, SurveyScore.objects.count()) == (0, 0)
    assert landing.said
