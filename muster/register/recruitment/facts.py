"""What recruitment offers to count: applications as last told, and the stages each has reached.

Rows hold no reference and no name. Grades are read by the code lists that posts are read by; where
a campaign is for several grades, none is told.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import msgspec
import polars as pl

from muster.kernel.metrics import NOT_MAPPED, Returns
from muster.register.bulk import read_frame
from muster.register.posts.levelled import every_level, every_profession, with_levels
from muster.register.recruitment import returning
from muster.register.recruitment.rules import OUTCOMES, STAGES

ANSWERS = (
    "sex", "ethnicity", "disability", "age_band", "orientation", "religion", "parental_occupation",
)  # fmt: skip
DIMENSIONS = ("employer", "grade", "profession", "scheme", *ANSWERS)
NOT_STATED = "Not asked or not given"
DAYS = (30, 60, 90, 120, 150, 180, 240, 365)
"""Where bands of days to hire end; the last band has no end."""
_RAW: Mapping[str, type[pl.DataType]] = {
    "system": pl.String, "applicant": pl.String, "employer": pl.String, "stated": pl.String,
    "stated_profession": pl.String, "scheme": pl.String, "applied": pl.Date, "started": pl.Date,
    "stage": pl.String, "outcome": pl.String, **dict.fromkeys(ANSWERS, pl.String),
}  # fmt: skip
# Each application as the latest standing extract that names it tells it.
_TOLD = f"""
    SELECT told.system, told.applicant, REPLACE(CAST(told.employer_id AS text), '-', ''),
           told.grade, about.profession, about.scheme, CAST(told.applied AS text),
           CAST(told.started AS text), told.stage, told.outcome,
           {", ".join(f"answered.{name}" for name in ANSWERS)}
    FROM (SELECT fact.*, said.system, said.employer_id,
                 ROW_NUMBER() OVER (PARTITION BY said.system, fact.application
                     ORDER BY said.as_at DESC, said.id DESC, fact.row DESC) AS place
          FROM register_application_fact fact
          JOIN register_recruitment_statement said ON said.id = fact.statement_id
          WHERE said.recorded_to IS NULL) told
    LEFT JOIN register_campaign_fact about
           ON about.statement_id = told.statement_id AND about.campaign_id = told.campaign_id
    LEFT JOIN register_diversity_answer answered
           ON answered.statement_id = told.statement_id AND answered.row = told.row
    WHERE told.place = 1
"""  # noqa: S608 - names are ours
_COMMON: Mapping[str, str] = {"person": "int64", **dict.fromkeys(DIMENSIONS, "string")}


class Applications:
    """One row for each application: what became of it, and how long a hire took."""

    name = "applications"
    columns: Mapping[str, str] = {
        **_COMMON, "stage": "string", "outcome": "string", "days": "string", "applied": "date",
        "started": "date",
    }  # fmt: skip
    days = ("applied",)

    def frame(self) -> pl.DataFrame:
        """Return applications as they are known now."""
        took = (pl.col("started") - pl.col("applied")).dt.total_days()
        bands = pl.lit(NOT_MAPPED)
        for end in reversed((*DAYS, None)):
            within = pl.lit(True) if end is None else took <= end
            bands = pl.when(within).then(pl.lit(_band(end))).otherwise(bands)
        hired = pl.col("outcome") == "started"
        return _told().with_columns(
            days=pl.when(hired & took.is_not_null()).then(bands).otherwise(pl.lit(NOT_MAPPED))
        )

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code of a dimension, whoever has it."""
        return _domain(dimension, as_at)

    def dates(self) -> Sequence[dt.date]:
        """Return the days that extracts speak of."""
        return returning.dates_told()

    def returns(self, as_at: dt.date) -> Returns:
        """Return which employers' recruitment systems told of that day."""
        return returning.returns(as_at)


class Stages(Applications):
    """One row for each application and stage that it has reached: the funnel."""

    name = "recruitment_stages"
    columns: Mapping[str, str] = {
        "application": "int64", **_COMMON, "reached": "string", "applied": "date",
    }  # fmt: skip

    def frame(self) -> pl.DataFrame:
        """Return the stages of applications as they are known now."""
        reached = {stage: list(STAGES[: at + 1]) for at, stage in enumerate(STAGES)}
        return (
            _told()
            .with_row_index("application")
            .with_columns(
                reached=pl.col("stage").replace_strict(reached, return_dtype=pl.List(pl.String))
            )
            .explode("reached")
        )


def _told() -> pl.DataFrame:
    """Return applications with their dimensions; whoever applied is a number."""
    raw = read_frame(_TOLD, [], {**_RAW, "applied": pl.String, "started": pl.String})
    frame = raw.with_columns(pl.col("applied", "started").str.to_date())
    frame = with_levels(frame)
    whose = pl.struct("system", "applicant").rank("dense").cast(pl.Int64)
    return frame.with_columns(person=whose).with_columns(pl.col(*DIMENSIONS).fill_null(NOT_MAPPED))


def _band(end: int | None) -> str:
    return f"over {DAYS[-1]}" if end is None else f"to {end}"


def bands() -> dict[str, str]:
    """Return the bands of days to hire with their labels."""
    said = {_band(end): f"{since + 1} to {end} days" for since, end in pairwise((0, *DAYS))}
    said[_band(DAYS[0])] = f"Up to {DAYS[0]} days"
    return {**said, _band(None): f"More than {DAYS[-1]} days"}


def _domain(dimension: str, as_at: dt.date) -> Mapping[str, str]:
    if dimension == "employer":
        return returning.employers_told(as_at)
    if dimension == "grade":
        return every_level("Not mapped")
    if dimension == "profession":
        return every_profession(NOT_STATED)
    if dimension == "days":
        return bands()
    if dimension in ("reached", "stage"):
        return {stage: stage.capitalize() for stage in STAGES}
    return {code: _label(code) for code in _enumerated(dimension)} | {NOT_MAPPED: NOT_STATED}


@cache
def _enumerated(dimension: str) -> tuple[str, ...]:
    if dimension == "outcome":
        return OUTCOMES
    contract: dict[str, Any] = msgspec.json.decode(
        files("muster.register.recruitment").joinpath("contract.json").read_bytes()
    )
    return tuple(contract["properties"][dimension]["enum"])


def _label(code: str) -> str:
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]
