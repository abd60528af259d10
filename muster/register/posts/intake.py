"""What the posts room receives from the hub: the contract, its layouts, and the sink.

The sink resolves each stated organisation to an employer (a name that certainly means none waits
in quarantine for a person) and reads grade and profession by the code lists, once for each
distinct combination in the batch.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import PurePosixPath

import polars as pl

from muster.hub.contracts import PROBLEM_SCHEMA, load_contract
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.hub.layouts import load_layout
from muster.kernel.ids import new_ids
from muster.register.bulk import insert_frame
from muster.register.employers.models import Employer
from muster.register.employers.resolving import resolve_employers
from muster.register.posts.grades import shipped_code_list
from muster.register.posts.models import Post, PostFact, Statement
from muster.register.posts.rules import read_level, read_profession
from muster.register.posts.unlevelled import unlevelled_notes
from muster.register.statements import withdraw_statements

_READ = ("organisation", "parent_department", "grade")


def posts_intake() -> ContractIntake:
    """Return the room's offer to the hub."""
    here = files("muster.register.posts")
    layouts = sorted((here / "layouts").iterdir(), key=lambda path: path.name)
    return ContractIntake(
        load_contract((here / "contract.json").read_text()),
        tuple(load_layout(path.read_text()) for path in layouts),
        PostsSink(),
    )


class PostsSink:
    """Stores statements about posts."""

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        employers, problems = resolve_employers(frame["organisation"])
        frame = frame.join(employers, on="organisation", how="left", maintain_order="left")
        frame = frame.join(
            _levels(frame), on=_READ, how="left", nulls_equal=True, maintain_order="left"
        )
        code_list = shipped_code_list()
        stated = frame["profession"].drop_nulls().unique().to_list()
        read = [read_profession(profession, code_list) for profession in stated]
        professions = pl.DataFrame(
            {"profession": stated, "profession_read": read},
            schema={"profession": pl.String, "profession_read": pl.String},
        )
        frame = frame.join(professions, on="profession", how="left", maintain_order="left")
        # A senior post without a reference cannot be told from another, so it is nobody's post.
        anonymous = (pl.col("kind") == "post") & pl.col("reference").is_null()
        nameless = (
            frame.with_row_index("at")
            .filter(anonymous)
            .select(
                "at",
                field=pl.lit("Post reference"),
                value=pl.lit(""),
                reason=pl.lit("missing"),
                cause=pl.lit("Post reference: missing"),
            )
            .cast(PROBLEM_SCHEMA)  # type: ignore[arg-type]
        )
        return Prepared(frame, pl.concat([problems, nameless]), unlevelled_notes(frame))

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        replaced = [feed.replaces for feed in feeds if feed.replaces]
        Statement.objects.filter(landing__in=replaced, recorded_to__isnull=True).update(
            recorded_to=at
        )
        statements = _open_statements(frame, feeds, at)
        frame = frame.join(statements, on=["file", "employer_id"])
        facts = frame.join(_posts(frame), on=["employer_id", "reference"], how="left").select(
            "statement_id", "row", "kind",
            pl.when(pl.col("kind") == "post").then(pl.col("post_id")).alias("post_id"),
            "organisation", "parent_department", "unit", "title", "function",
            pl.col("grade").alias("grade_as_stated"), "level",
            pl.col("profession").alias("profession_as_stated"),
            pl.col("profession_read").alias("profession"),
            "fte", "pay_floor", "pay_ceiling", "reports_to", "reports_cost", "notes",
        )  # fmt: skip
        insert_frame("register_post_fact", facts)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: a statement speaks for its own date, and ends no earlier one."""
        return {}

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        withdraw_statements(Statement, [PostFact], landings, reinstated=reinstated, at=at)


def _open_statements(frame: pl.DataFrame, feeds: Sequence[Feed], at: dt.datetime) -> pl.DataFrame:
    """Store a statement for each employer that a file speaks of; return their ids.

    A file of which nothing was accepted yet still is a return, and has a statement of its own.
    """
    spoken = frame.select("file", "employer_id").unique().sort("file", "employer_id")
    pairs = spoken.rows()
    silent = {feed.number for feed in feeds if feed.part == 0} - {file for file, _ in pairs}
    pairs += [(file, None) for file in sorted(silent)]
    by_number = {feed.number: feed for feed in feeds}
    statements = Statement.objects.bulk_create(
        Statement(
            landing=by_number[file].landing,
            part=by_number[file].part,
            employer_id=employer and uuid.UUID(hex=employer),
            publisher=PurePosixPath(by_number[file].name).parent.name,
            as_at=by_number[file].as_at,
            recorded_from=at,
        )
        for file, employer in pairs
    )
    return pl.DataFrame(
        [(*pair, one.id) for pair, one in zip(pairs, statements, strict=True)],
        schema={"file": pl.Int64, "employer_id": pl.String, "statement_id": pl.Int64},
        orient="row",
    )


def _levels(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the responsibility level of each distinct grade within its organisation."""
    code_list = shipped_code_list()
    distinct = frame.select(_READ).unique()
    levels = []
    for organisation, parent, grade in distinct.iter_rows():
        reading = read_level(grade or "", organisation or "", parent or "", code_list)
        levels.append(reading.level if reading else None)
    return distinct.with_columns(pl.Series("level", levels, dtype=pl.String))


def _posts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the ids of the senior posts in a batch, making those that are new."""
    pairs = frame.filter(pl.col("kind") == "post").select("employer_id", "reference").unique()
    schema = {"employer_id": pl.String, "reference": pl.String, "post_id": pl.String}
    if pairs.is_empty():
        return pl.DataFrame(schema=schema)
    employers = [uuid.UUID(hex=value) for value in pairs["employer_id"].unique()]
    # Another route may bring posts of the same employers at this moment: it waits here.
    held = Employer.objects.select_for_update(no_key=True).filter(id__in=employers)
    list(held.order_by("id").values_list("id"))
    rows = Post.objects.filter(employer_id__in=employers)
    known = pl.DataFrame(
        [
            (employer.hex, reference, post.hex)
            for employer, reference, post in rows.values_list("employer_id", "reference", "id")
        ],
        schema=schema,
        orient="row",
    )
    fresh = pairs.join(known, on=["employer_id", "reference"], how="anti")
    ids = pl.Series("post_id", [post.hex for post in new_ids(fresh.height)], dtype=pl.String)
    fresh = fresh.with_columns(ids)
    insert_frame(
        "register_post", fresh.select(pl.col("post_id").alias("id"), "employer_id", "reference")
    )
    return pl.concat([known, fresh.select(list(schema))])
