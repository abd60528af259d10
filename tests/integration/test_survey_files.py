"""Scores of the People Survey as published: each cell accounted for, and told as it stands there.

The files are not part of the project; without them this is skipped. What they say is read a second
time in another way: by fixed places, plain loops and another reader.
"""

import datetime as dt
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from muster.gates.release import release
from muster.hub.models import Landing, QuarantinedRow
from muster.hub.reading import ENDINGS, dropped
from muster.register.statistics import survey
from muster.register.statistics.models import SurveyScore
from tests.integration.loads import BY, CLOCK
from tests.integration.official_files import DATA, SURVEY, cells
from tests.integration.survey_files import load_scores
from tests.remembered import remembered

SCORES = DATA / "people_survey" / "csps_organisation_scores_2009_2024.parquet"
BILLION = 10**9
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.skipif(not DATA.exists(), reason="the published scores are not beside this"),
]
Cell = tuple[str, str, int, str]  # organisation, measure, year, what stands in the cell


def landed(path: Path) -> dict[str, Landing]:
    """Load a file as ``muster load`` does; return its landings by layout, each adding up."""
    taken = remembered(f"survey {path.name}", lambda: load_scores(dropped(path)))
    found = {one.layout: one for one in Landing.objects.filter(id__in=taken.fresh)}
    for one in found.values():
        assert (one.state, one.said) == ("accepted", "")
        assert one.rows == one.accepted + one.quarantined
        assert one.accepted == SurveyScore.objects.filter(statement__landing=one.id).count()
        assert one.quarantined == QuarantinedRow.objects.filter(landing=one).count()
    return found


def held(landing: Landing) -> Counter[Cell]:
    """Return the cells that the register holds of a landing: the number, or the mark."""
    rows = SurveyScore.objects.filter(statement__landing=landing.id).values_list(
        "organisation", "measure", "period", "score", "mark"
    )
    return Counter(
        (name, " ".join(measure.split()), period.year,
         str(mark) if score is None else _plain(Decimal(score) / BILLION))
        for name, measure, period, score, mark in rows
    )  # fmt: skip


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _cell(value: object) -> str:
    return str(value) if isinstance(value, str) else _plain(Decimal(repr(value)))


def workbook_table_3() -> Counter[Cell]:
    head, *rows = cells(SURVEY, "Table_3")[5:]
    return Counter(
        (str(row[1]), " ".join(str(head[place]).split()), 2024, _cell(row[place]))
        for row in rows
        for place in range(4, len(head))
    )


@pytest.mark.parametrize(
    ("layout", "sheet", "who"),
    [
        ("people-survey-table-1", "Table_1", "Civil Service Benchmark (median)"),
        ("people-survey-table-2", "Table_2", "All civil servants (mean score)"),
    ],
)
def test_benchmarks_of_every_year_hold_what_the_workbook_holds(
    layout: str, sheet: str, who: str
) -> None:
    landing = landed(SURVEY)[layout]
    head, *rows = cells(SURVEY, sheet)[4:]
    stated = Counter(
        (who, " ".join(str(row[0]).split()), int(str(head[place])), _cell(row[place]))
        for row in rows
        for place in range(4, 20)
    )
    assert landing.rows == stated.total() == 2_059 + 1_061
    assert (landing.quarantined, held(landing)) == (0, stated)
    assert sum(count for one, count in stated.items() if one[3] == "[z]") == 1_061


def test_scores_of_organisations_hold_what_the_workbook_holds() -> None:
    landing = landed(SURVEY)["people-survey-table-3-2024"]
    stated = workbook_table_3()
    assert landing.rows == stated.total() == 12_163 + 784
    kept = held(landing)
    assert kept <= stated
    waiting = stated - kept
    assert waiting.total() == landing.quarantined
    # Whole organisations wait, for their names; no single score does.
    assert {one[0] for one in waiting} & {one[0] for one in kept} == set()
    reasons = set(QuarantinedRow.objects.filter(landing=landing).values_list("reason", flat=True))
    assert reasons == {"no employer of the register has this name"}
    assert sum(count for one, count in kept.items() if one[3] == "[c]") > 400


def test_figures_are_told_as_the_workbook_states_them() -> None:
    landed(SURVEY)
    head, *rows = cells(SURVEY, "Table_3")[5:]
    stated = {str(row[1]): row for row in rows}
    for metric, place in ((survey.RATE_NAME, 4), (survey.INDEX_NAME, 5)):
        table = release(
            metric, ("employer",), dt.date(2024, 12, 31),
            audience="everybody", purpose="test", by=BY, clock=CLOCK,
        )  # fmt: skip
        by_name = {cell.labels[0]: cell.value for cell in table.cells}
        alike = set(by_name) & set(stated)
        assert len(alike) > 50
        assert {name: by_name[name] for name in alike} == {
            name: Decimal(repr(stated[name][place])) for name in alike
        }
    assert str(head[5]).startswith("EES\n")


@pytest.mark.skipif(".parquet" not in ENDINGS, reason="the hub has no reader of Parquet set up")
def test_scores_of_every_year_hold_what_the_file_holds() -> None:
    import pyarrow.parquet  # type: ignore[import-untyped]

    (landing,) = landed(SCORES).values()
    file = pyarrow.parquet.read_table(SCORES).to_pylist()
    stated = Counter(
        (one["organisation"], " ".join(one["question_measure"].split()), one["obj_year"],
         _plain(Decimal(one["value"]).quantize(Decimal("1e-9"), ROUND_HALF_UP)))
        for one in file
    )  # fmt: skip
    assert landing.rows == stated.total() == 151_495
    kept = held(landing)
    assert kept <= stated
    assert (stated - kept).total() == landing.quarantined
    # The workbook of 2024 and the compiled file state the same scores.
    of_2024 = Counter({one: n for one, n in stated.items() if one[2] == 2024})
    assert of_2024 == Counter({c: n for c, n in workbook_table_3().items() if c[3] != "[c]"})


@pytest.mark.skipif(".parquet" not in ENDINGS, reason="the hub has no reader of Parquet set up")
def test_every_year_has_an_engagement_index() -> None:
    landed(SCORES)
    reader = survey.EngagementIndex()
    assert [one.year for one in reader.dates()] == list(range(2009, 2025))
    assert [one.year for one in survey.ResponseRate().dates()] == list(range(2013, 2025))
    for date in reader.dates():
        assert len(reader.cells(("employer",), date)) > 40
        assert len(reader.cells((), date)) == 1
