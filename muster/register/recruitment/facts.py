"""What recruitment offers to count: applications as last told, and the stages each has reached.

Rows hold no reference and no name. Grades are read by the code lists that posts are read by; where
a campaign is for several grades, none is told; of several places, what all of them share is told.
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
from muster.register.employers import succession_queries as successions
from muster.register.employers.succession_restating import restated
from muster.register.places.facts import PLACED, every_place
from muster.register.places.queries import with_where
from muster.register.posts.levelled import every_level, every_profession, with_levels
from muster.register.recruitment import returning
from muster.register.recruitment.rules import MAIN_CHAIN, OUTCOMES, STAGES, VETTING_CHAIN

ANSWERS = (
    "sex", "ethnicity", "disability", "age_band", "orientation", "religion", "parental_occupation",
)  # fmt: skip
DIMENSIONS = (
    "employer", "employer_today", "grade", "profession", "scheme", *PLACED, *ANSWERS,
)  # fmt: skip
NOT_STATED = "Not asked or not given"
DAYS = (30, 60, 90, 120, 150, 180, 240, 365)
"""Where bands of days to hire end; the last band has no end."""
STEP_DAYS = (7, 14, 21, 28, 42, 56, 84, 112, 168)
"""Where bands of days between stages end."""
STEPS = {
    "applied sifted": "Application to sift",
    "sifted interviewed": "Sift to interview",
    "interviewed offered": "Interview to offer",
    "vetting_started vetting_cleared": "Vetting, from start to clearance",
    "offered started": "Offer to first day",
}
"""The steps that are counted, by the dates at which they begin and end; with their labels."""
_DATES = ("sifted", "interviewed", "offered", "vetting_started", "vetting_cleared", "withdrawn",
          "reinstated")  # fmt: skip
_RAW: Mapping[str, type[pl.DataType]] = {
    "system": pl.String, "applicant": pl.String, "employer": pl.String, "stated": pl.String,
    "stated_profession": pl.String, "scheme": pl.String, "place": pl.String,
    "applied": pl.Date, "started": pl.Date,
    "stage": pl.String, "outcome": pl.String, **dict.fromkeys(_DATES, pl.Date), "as_at": pl.Date,
    **dict.fromkeys(ANSWERS, pl.String),
}  # fmt: skip
# Each application as the latest standing extract that names it tells it.
_TOLD = f"""
    SELECT told.system, told.applicant, REPLACE(CAST(told.employer_id AS text), '-', ''),
           told.grade, about.profession, about.scheme, told.location,
           CAST(told.applied AS text), CAST(told.started AS text), told.stage, told.outcome,
           {", ".join(f"CAST(told.{name} AS text)" for name in _DATES)},
           CAST(told.as_at AS text),
           {", ".join(f"answered.{name}" for name in ANSWERS)}
    FROM (SELECT fact.*, said.system, said.employer_id, said.as_at,
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
    days: tuple[str] | tuple[str, str] = ("applied",)
    alone: Mapping[str, Sequence[str]] = {}
    first: Mapping[str, str] = {}

    def frame(self) -> pl.DataFrame:
        """Return applications as they are known now."""
        took = (pl.col("started") - pl.col("applied")).dt.total_days()
        hired = pl.col("outcome") == "started"
        within = _within(took, DAYS)
        return _told().with_columns(
            days=pl.when(hired & took.is_not_null()).then(within).otherwise(pl.lit(NOT_MAPPED))
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
        "application": "int64", **_COMMON, "reached": "string", "applied": "date", "first": "int64",
    }  # fmt: skip
    alone: Mapping[str, Sequence[str]] = {"application": ("reached",)}
    first: Mapping[str, str] = {"application": "first"}

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
            .with_columns(first=(pl.col("reached") == STAGES[0]).cast(pl.Int64))
        )


class Steps(Applications):
    """One row for each step between two dated stages that follow each other, once both are past."""

    name = "recruitment_steps"
    columns: Mapping[str, str] = {
        **_COMMON, "step": "string", "took": "string", "applied": "date",
    }  # fmt: skip

    def frame(self) -> pl.DataFrame:
        """Return the steps of applications as they are known now."""
        told = _with_past_dates(_told())
        steps = []
        for start, end in pairwise((*MAIN_CHAIN, *VETTING_CHAIN[1:])):
            both = pl.col(start).is_not_null() & pl.col(end).is_not_null()
            took = (pl.col(end) - pl.col(start)).dt.total_days()
            named = f"{start} {end}"
            if named in STEPS:
                step = told.filter(both)
                steps.append(step.with_columns(step=pl.lit(named), took=_within(took, STEP_DAYS)))
        return pl.concat(steps)


def _with_past_dates(told: pl.DataFrame) -> pl.DataFrame:
    """Return applications without dates that are plans: see ``rules.Application.happened``."""
    stands = pl.col("reinstated").is_null() | (pl.col("reinstated") < pl.col("withdrawn"))
    withdrew = pl.when(stands).then("withdrawn")
    last = pl.min_horizontal("as_at", withdrew)
    past = {*MAIN_CHAIN, *VETTING_CHAIN} - {"applied"}
    return told.with_columns(
        pl.when(pl.col(name) <= last).then(name).alias(name) for name in sorted(past)
    )


def _told() -> pl.DataFrame:
    """Return applications with their dimensions; whoever applied is a number."""
    days = [name for name, kind in _RAW.items() if kind is pl.Date]
    raw = read_frame(_TOLD, [], {**_RAW, **dict.fromkeys(days, pl.String)})
    frame = raw.with_columns(pl.col(days).str.to_date())
    frame = with_where(with_levels(frame), several=True)
    frame = restated(frame, successions.standing(), since="applied", until=None)
    whose = pl.struct("system", "applicant").rank("dense").cast(pl.Int64)
    return frame.with_columns(person=whose).with_columns(pl.col(*DIMENSIONS).fill_null(NOT_MAPPED))


def _within(took: pl.Expr, ends: Sequence[int]) -> pl.Expr:
    """Return the band of a number of days."""
    told = pl.lit(f"over {ends[-1]}")
    for end in reversed(ends):
        told = pl.when(took <= end).then(pl.lit(f"to {end}")).otherwise(told)
    return told


def bands(ends: Sequence[int] = DAYS) -> dict[str, str]:
    """Return bands of days with their labels."""
    said = {f"to {end}": f"{since + 1} to {end} days" for since, end in pairwise((0, *ends))}
    said[f"to {ends[0]}"] = f"Up to {ends[0]} days"
    return {**said, f"over {ends[-1]}": f"More than {ends[-1]} days"}


def _domain(dimension: str, as_at: dt.date) -> Mapping[str, str]:
    if dimension == "employer":
        return returning.employers_told(as_at)
    if dimension == "employer_today":
        missing = returning.missing_at(as_at)
        return successions.complete_today(returning.employers_told(as_at), missing, as_at)
    if dimension == "grade":
        return every_level("Not mapped")
    if dimension == "profession":
        return every_profession(NOT_STATED)
    if dimension in PLACED:
        return every_place(dimension)
    if dimension in ("days", "took"):
        return bands(DAYS if dimension == "days" else STEP_DAYS)
    if dimension == "step":
        return STEPS
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
