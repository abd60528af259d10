"""What the employers room receives from the hub: the codes that public registers give to bodies.

A code stands under the employer that its name certainly means. A name that means none is no
reason to wait: the code is what old files speak of, and is kept with the name as stated.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from importlib.resources import files

import polars as pl

from muster.hub.contracts import load_contract, no_problems
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.hub.layouts import load_layout
from muster.register.bulk import insert_frame
from muster.register.employers.models import CodeStatement, OrganisationCode
from muster.register.employers.resolving import resolve_employers
from muster.register.statements import open_statements, withdraw_statements


def employers_intake() -> ContractIntake:
    """Return the room's offer to the hub."""
    here = files("muster.register.employers")
    layouts = sorted((here / "layouts").iterdir(), key=lambda path: path.name)
    return ContractIntake(
        load_contract((here / "contract.json").read_text()),
        tuple(load_layout(path.read_text()) for path in layouts if path.name.endswith(".toml")),
        CodesSink(),
    )


class CodesSink:
    """Stores the codes of organisations as stated."""

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        employers, _unknown = resolve_employers(frame["name"])
        frame = frame.join(
            employers, left_on="name", right_on="organisation", how="left", maintain_order="left"
        )
        return Prepared(frame, no_problems())

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        ids = open_statements(CodeStatement, feeds, file=frame.schema["file"], at=at)
        codes = frame.join(ids, on="file").select(
            "statement_id", "row", "code", "name", "website", "employer_id",
            starts="start", ends="end",
        )  # fmt: skip
        insert_frame("register_organisation_code", codes)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: a code ends nobody."""
        return {}

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        withdraw_statements(
            CodeStatement, [OrganisationCode], landings, reinstated=reinstated, at=at
        )
