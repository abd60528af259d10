"""Stage extracts of the pretend service: their cells are their truth, and life is as messy.

The files are read here with the csv module and the words of the questions, not by any layout.
"""

import csv
import io
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from synthetic import recruitment_files
from synthetic.make import AS_AT, Made, make
from synthetic.recruitment import QUESTIONS
from synthetic.recruitment_files import HEADERS, TWENTY, WORDS, write_large_extract

LAST = AS_AT[-1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("service") / "s", employers=5, people=6000, seed=4)


@pytest.fixture(scope="module")
def rows(made: Made) -> pl.DataFrame:
    return pl.read_parquet(made.truth["application"])


@pytest.fixture(scope="module")
def last(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(as_at=LAST)


def cells_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def meant(header: str, cell: str) -> object:
    """Return what a cell means, as its truth states it."""
    field = HEADERS[header]
    if not cell:
        return None
    if field == "posts":
        return float(cell)
    if field in recruitment_files._DATES:
        return datetime.strptime(cell, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    codes = {words: code for code, words in WORDS.get(field, {}).items()}
    return codes.get(cell, cell)


def test_every_cell_is_the_truth_of_its_row(made: Made, rows: pl.DataFrame) -> None:
    told = {(one["file"], one["row_number"]): one for one in rows.iter_rows(named=True)}
    seen = 0
    for extract in made.extracts:
        cells = cells_of(extract.path)
        assert len(cells) == extract.rows
        for number, row in enumerate(cells, start=1):
            truth = told[extract.path.relative_to(made.out).as_posix(), number]
            assert tuple(row) == tuple(HEADERS)
            assert {HEADERS[name]: meant(name, cell) for name, cell in row.items()} == {
                field: truth[field] for field in HEADERS.values()
            }
            seen += 1
    assert seen == len(told) > 3000


def test_every_column_is_explained() -> None:
    explained = recruitment_files.__doc__ or ""
    assert [header for header in HEADERS if header not in explained] == [
        "Ethnicity", "Disability", "Sexual Orientation", "Religion or Belief", "Age Band",
    ]  # fmt: skip


def test_there_are_no_names(rows: pl.DataFrame) -> None:
    assert not [name for name in rows.columns if "name" in name or "mail" in name]


def test_most_fail_the_sift_and_few_start(last: pl.DataFrame) -> None:
    decided = last["sift_outcome"].drop_nulls()
    assert 0.5 < (decided == "failed").sum() / len(decided) < 0.75
    assert 0.03 < last.filter(stage="start").height / last.height < 0.15
    assert set(last["outcome"]) == {
        "in_progress", "reserve", "withdrawn", "declined", "rejected", "started",
    }  # fmt: skip


def test_vetting_takes_weeks_and_months_for_some(last: pl.DataFrame) -> None:
    days = (last["vetting_cleared"] - last["vetting_started"]).dt.total_days().drop_nulls()
    slow = days.filter(days > 55)
    assert 0.03 < len(slow) / len(days) < 0.3
    assert (days >= 0).all()


def test_prefer_not_to_say_is_there_beside_blanks(last: pl.DataFrame) -> None:
    for question in QUESTIONS:
        unsaid = last.filter(pl.col(question) == "prefer_not_to_say").height
        assert 0 < unsaid < last.height * 0.2, question
        assert 0 < last[question].null_count() < last.height, question


def test_people_apply_again(last: pl.DataFrame) -> None:
    campaigns = last.group_by("employer", "applicant_reference").agg(
        pl.col("campaign_reference").n_unique(), pl.len().alias("applications")
    )
    assert campaigns.filter(pl.col("campaign_reference") > 1).height > 50
    # Twice for one campaign, the first time having withdrawn.
    twice = campaigns.filter(pl.col("applications") > pl.col("campaign_reference"))
    assert twice.height > 0
    first = last.sort("applied").unique(
        ["employer", "applicant_reference", "campaign_reference"], keep="first"
    )
    pairs = last.filter(
        pl.len().over("employer", "applicant_reference", "campaign_reference") > 1
    ).join(first, on=["employer", "application_reference"])
    assert set(pairs["outcome"]) == {"withdrawn"}


def test_campaigns_open_again_and_are_merged(made: Made, last: pl.DataFrame) -> None:
    campaigns = pl.read_parquet(made.truth["campaign"])
    assert campaigns["reopened"].is_not_null().sum() > 0
    assert campaigns["merged_into"].is_not_null().sum() > 0
    again = last.filter(pl.col("reopened").is_not_null())
    assert again.filter(pl.col("applied") >= pl.col("reopened")).height > 0
    assert again.filter(pl.col("applied") < pl.col("reopened")).height > 0


def test_some_stages_are_skipped_and_some_dates_lie_ahead(last: pl.DataFrame) -> None:
    skipped = last.filter(pl.col("sifted").is_null() & pl.col("interview_outcome").is_not_null())
    assert skipped.height > 0
    for plan in ("interviewed", "started"):
        assert last.filter(pl.col(plan) > LAST).height > 0, plan
    happened = last.select(pl.col("applied", "sifted", "offered", "withdrawn").max())
    assert all(day <= LAST for day in happened.row(0))


def test_systems_delete_what_is_old(rows: pl.DataFrame) -> None:
    before = rows.filter(as_at=AS_AT[0]).select("employer", "application_reference", "outcome")
    gone = before.join(
        rows.filter(as_at=LAST), on=["employer", "application_reference"], how="anti"
    )
    assert gone.height > 0
    assert "in_progress" not in set(gone["outcome"])


def test_a_large_extract_has_as_many_rows_as_asked(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        assert write_large_extract(tmp_path / name, rows=3000, seed=2) > 5
    rows = cells_of(tmp_path / "one.csv")
    assert len(rows) == 3000
    assert len(TWENTY) == 20
    assert tuple(rows[0]) == TWENTY
    assert len({row["Application ID"] for row in rows}) == 3000
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert max(row["Submitted Date"][6:] for row in rows) <= str(date(2026, 10, 31).year)
