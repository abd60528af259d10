"""Grades as stated and the responsibility levels they are read as, in a table for HR people.

The table beside this file is the rule: a row without a level says that nothing may be guessed.
"""

import csv
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from muster.register.posts.grades import shipped_code_list
from muster.register.posts.rules import SCHEMES, read_level, read_profession

HERE = Path(__file__).parent
ORGANOGRAMS = HERE.parents[2] / "shared" / "data" / "organograms" / "organogram_files.zip"
TABLE = list(csv.DictReader((HERE / "responsibility_levels.csv").read_text("utf-8").splitlines()))
CODE_LIST = shipped_code_list()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["grade as stated"] or "blank")
def test_a_grade_is_read_as_the_table_says(row: dict[str, str]) -> None:
    reading = read_level(
        row["grade as stated"], row["organisation"], row["parent department"], CODE_LIST
    )
    if not row["level"]:
        assert reading is None, row["why"]
        return
    assert reading is not None
    assert (reading.level, reading.scheme) == (row["level"], row["why"])
    assert reading.source
    assert reading.rule


def test_the_table_shows_every_scheme_and_what_stays_unmapped() -> None:
    whys = [row["why"] for row in TABLE if row["level"]]
    assert set(whys) == set(SCHEMES)
    assert len(TABLE) - len(whys) >= 15


@pytest.mark.parametrize(
    ("stated", "profession"),
    [
        ("Operational delivery", "Operational Delivery"),
        ("Programme and Project Management (PPM)", "Project Delivery"),
        ("Project and Programme Management (PPM)", "Project Delivery"),
        ("Knowledge and Information Management", "Knowledge and Information Management"),
        ("Knowledge and Information Management (KIM)", "Knowledge and Information Management"),
        ("Science & Engineering", "Science and Engineering"),
        ("Property And Asset Management", "Property"),
        ("information technology", "Digital and Data"),
        ("Procurement", "Commercial"),
        ("statisticians", "Statistics"),
        ("Law", "Legal"),
        ("Military", "Armed Forces"),
        ("Other", None),
        ("N/A", None),
        ("", None),
    ],
)
def test_a_profession_is_read_by_its_present_name(stated: str, profession: str | None) -> None:
    assert read_profession(stated, CODE_LIST) == profession


def _published_posts() -> pl.DataFrame:
    """Grade, organisation, parent department and FTE of every published row, senior and junior."""
    frames = []
    with zipfile.ZipFile(ORGANOGRAMS) as files:
        for name in files.namelist():
            if not name.endswith(("-senior.csv", "-junior.csv")):
                continue
            senior = name.endswith("-senior.csv")
            table = pl.read_csv(io.BytesIO(files.read(name)), infer_schema_length=0)
            fte = pl.col("FTE" if senior else "Number of Posts in FTE")
            frames.append(
                table.select(
                    grade=pl.col("Grade (or equivalent)" if senior else "Grade").fill_null(""),
                    organisation=pl.col("Organisation").fill_null(""),
                    parent=pl.col("Parent Department").fill_null(""),
                    fte=fte.str.replace_all(",", "").cast(pl.Float64, strict=False).fill_null(0),
                )
            )
    return pl.concat(frames).group_by("grade", "organisation", "parent").agg(pl.col("fte").sum())


@pytest.mark.skipif(not ORGANOGRAMS.exists(), reason="the published organograms are not here")
def test_the_published_fte_with_a_level_stays_above_93_in_100() -> None:
    posts = _published_posts()
    mapped = sum(
        fte
        for grade, organisation, parent, fte in posts.iter_rows()
        if read_level(grade, organisation, parent, CODE_LIST) is not None
    )
    assert mapped / posts["fte"].sum() >= 0.93
