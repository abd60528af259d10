"""What the statistics room receives of surveys: scores as published, and the marks in their place.

A score of a body stands under an employer of the register; a name that certainly means none waits
in quarantine. Of scores nothing can be added up: where two names of one table are one employer in
a year, a person decides which of them is meant.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from importlib.resources import files

import polars as pl

from muster.hub.contracts import load_contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.register.bulk import insert_frame
from muster.register.employers.resolving import resolve_employers
from muster.register.statements import open_statements, withdraw_statements
from muster.register.statistics.intake import shipped_layouts
from muster.register.statistics.models import Statement, SurveyScore
from muster.register.statistics.rules import plain_name
from muster.register.statistics.survey_rules import MARKS, level_of, read_measure

TWICE = "its file states this score more than once, so none of them can count"
NEITHER = "neither a score nor a mark that says why there is none ([c], [z])"
SEVERAL = "another name of the same table is the same employer in this year; say whom each means"
_KEY = ("file", "source", "table", "period", "organisation", "measure")
_BODY = ("source", "table", "period", "employer_id")
_STATED = (
    "row", "level", "organisation", "organisation_code", "department", "measure", "code", "words",
    "period", "source", "table", "score", "published", "mark", "notes",
)  # fmt: skip


def survey_intake() -> ContractIntake:
    """Return the room's offer to the hub for scores of surveys."""
    here = files("muster.register.statistics")
    contract = load_contract((here / "survey_score.json").read_text())
    return ContractIntake(contract, shipped_layouts(contract.name), SurveySink())


class SurveySink:
    """Stores scores as published."""

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        frame = frame.join(_read_measures(frame), on="measure", how="left", maintain_order="left")
        frame = frame.with_columns(
            words=pl.coalesce("label", "words"),
            level=pl.col("organisation").replace_strict(_levels(frame), return_dtype=pl.String),
            mark=pl.when(pl.col("score").is_null()).then(
                pl.col("published").str.to_lowercase().str.strip_chars()
            ),
        )
        body = pl.when(pl.col("level") == "organisation").then(pl.col("organisation"))
        frame = frame.with_columns(body=body)
        employers, problems = resolve_employers(frame["body"], plain=plain_name)
        frame = frame.join(
            employers, left_on="body", right_on="organisation", how="left", maintain_order="left"
        ).drop("body")
        found = [problems, _stated_twice(frame), _without_score(frame), _several(frame)]
        return Prepared(frame, pl.concat(found))

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        ids = open_statements(Statement, feeds, file=frame.schema["file"], at=at)
        scores = frame.join(ids, on="file").select("statement_id", "employer_id", *_STATED)
        insert_frame("register_statistics_score", scores)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: a published score ends nothing."""
        return {}

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        withdraw_statements(Statement, [SurveyScore], landings, reinstated=reinstated, at=at)


def _read_measures(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what each published measure asks, once for each."""
    stated = frame["measure"].drop_nulls().unique().to_list()
    read = [(one, asked.code, asked.words) for one in stated for asked in [read_measure(one)]]
    schema = {"measure": pl.String, "code": pl.String, "words": pl.String}
    return pl.DataFrame(read, schema=schema, orient="row")


def _levels(frame: pl.DataFrame) -> dict[str | None, str | None]:
    stated = frame["organisation"].unique().to_list()
    return {name: None if name is None else level_of(name) for name in stated}


def _stated_twice(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a problem for each score that its file states more than once."""
    again = frame.select(pl.struct(_KEY).is_duplicated()).to_series()
    return _wrong(again, "Score", TWICE)


def _without_score(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a problem for each row that has no score and no mark that a publisher uses."""
    known = pl.col("mark").is_in(MARKS).fill_null(False)
    neither = frame.select(pl.col("score").is_null() & ~known).to_series()
    return _wrong(neither, "As published", NEITHER)


def _several(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a problem for each score of an employer that another name of its table means too.

    Rows that go on from quarantine are looked at beside all others of their file, so a name that
    was said later cannot push a second score beside the first.
    """
    several = pl.col("organisation").n_unique().over("file", *_BODY) > 1
    found = frame.select(pl.col("employer_id").is_not_null() & several).to_series()
    return _wrong(found, "Organisation", SEVERAL)


def _wrong(rows: pl.Series, field: str, reason: str) -> pl.DataFrame:
    if not rows.any():
        return no_problems()
    return problems_at(rows.arg_true(), field, None, reason, personal=True)
