"""What the statistics room receives from the hub: the contract, its layouts, and the sink.

A figure about an organisation stands under an employer of the register; a name that certainly means
none waits in quarantine for a person, under the same cause as in every other feed. A total or a
group of departments needs no employer.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

import polars as pl

from muster.hub.contracts import load_contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.hub.layouts import Layout, load_layout
from muster.register.bulk import insert_frame
from muster.register.employers.resolving import resolve_employers
from muster.register.statements import open_statements, withdraw_statements
from muster.register.statistics.models import Figure, Statement
from muster.register.statistics.rules import MWMI, ONS, plain_name

_OF_BODIES = ("organisation", "place")
# What tells one figure of a file from another. A figure stated twice would count twice.
_KEY = (
    "file", "source", "table", "measure", "period", "level", "organisation", "department",
    "postcode", "grade_group", "sex", "working_pattern", "tenure",
)  # fmt: skip
_STATED = (
    "row", "level", "organisation", "published_as", "department", "measure", "measure_label",
    "period", "source", "table", "value", "postcode", "grade_group", "sex", "working_pattern",
    "tenure", "latitude", "longitude", "notes",
)  # fmt: skip


def statistics_intake() -> ContractIntake:
    """Return the room's offer to the hub."""
    here = files("muster.register.statistics")
    contract = load_contract((here / "contract.json").read_text())
    return ContractIntake(contract, shipped_layouts(contract.name), StatisticsSink())


def shipped_layouts(contract: str) -> tuple[Layout, ...]:
    """Return the layouts of this room that are of a contract, by the names of their files."""
    there = files("muster.register.statistics") / "layouts"
    texts = sorted((path.name, path.read_text()) for path in there.iterdir() if _is_layout(path))
    layouts = [load_layout(text) for _name, text in texts]
    return tuple(one for one in layouts if one.contract == contract)


def _is_layout(path: Traversable) -> bool:
    return path.name.endswith(".toml")


class StatisticsSink:
    """Stores figures as stated."""

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        released = pl.DataFrame(
            [(feed.number, feed.as_at) for feed in feeds],
            schema={"file": frame.schema["file"], "as_at": pl.Date},
            orient="row",
        )
        frame = frame.join(released, on="file", how="left", maintain_order="left")
        frame = frame.with_columns(
            period=pl.coalesce("period", "as_at"),
            published_as=_published_as(),
            **{
                name: pl.col(name).fill_null("all") for name in ("sex", "working_pattern", "tenure")
            },
        ).drop("as_at")
        body = pl.when(pl.col("level").is_in(_OF_BODIES)).then(pl.col("organisation"))
        frame = frame.with_columns(body=body)
        employers, problems = resolve_employers(frame["body"], plain=plain_name)
        frame = frame.join(
            employers, left_on="body", right_on="organisation", how="left", maintain_order="left"
        )
        return Prepared(frame.drop("body"), pl.concat([problems, _stated_twice(frame)]))

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
        figures = frame.join(ids, on="file").select("statement_id", "employer_id", *_STATED)
        insert_frame("register_statistics_figure", figures)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: a published figure ends nothing."""
        return {}

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        withdraw_statements(Statement, [Figure], landings, reinstated=reinstated, at=at)


def _published_as() -> pl.Expr:
    """Return the publisher's own name of the organisation, where the file holds another."""
    own = (
        pl.when(pl.col("source") == ONS)
        .then(pl.col("name_in_qpses"))
        .when(pl.col("source") == MWMI)
        .then(pl.col("name_in_mwmi"))
    )
    return pl.when(own != pl.col("organisation")).then(own)


def _stated_twice(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a problem for each figure that its file states more than once."""
    again = frame.select(pl.struct(_KEY).is_duplicated()).to_series()
    if not again.any():
        return no_problems()
    places = again.arg_true()
    reason = "its file states this figure more than once, so none of them can count"
    return problems_at(places, "Figure", None, reason, personal=True)
