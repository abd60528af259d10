"""The sink of what pension administrators answer, as files."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import polars as pl

from muster.hub.contracts import Contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.kernel.clock import FixedClock
from muster.services.transfers.payrolls import answers
from muster.services.transfers.payrolls.intake import plain, shipped

NOT_TOLD = "names nothing that this administrator was told: ask its sender which instruction it is"


def pension_answer_intake() -> ContractIntake:
    """Return the room's offer to the hub: what pension administrators answer."""
    contract, layouts = shipped("pension_answer")
    return ContractIntake(contract, layouts, PensionAnswerSink(contract))


class PensionAnswerSink:
    """Keeps what pension administrators answered."""

    def __init__(self, contract: Contract) -> None:
        self._reference = contract.field("instruction").title

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        known: dict[int, dict[str, uuid.UUID]] = {}
        for feed in feeds:
            own = frame.filter(pl.col("file") == feed.number)["instruction"]
            known[feed.number] = answers.known(feed.employer, own.drop_nulls().unique().to_list())
        pairs = zip(frame["file"].to_list(), frame["instruction"].to_list(), strict=True)
        places = [at for at, (file, said) in enumerate(pairs) if said not in known.get(file, {})]
        if not places:
            return Prepared(frame, no_problems())
        values = pl.Series([""] * len(places), dtype=pl.String)
        wrong = problems_at(
            pl.Series(places, dtype=pl.UInt32), self._reference, values, NOT_TOLD, personal=True
        )
        return Prepared(frame, wrong)

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        clock = FixedClock(at)
        replaced = [feed.replaces for feed in feeds if feed.replaces is not None]
        if replaced:
            answers.withdraw(replaced, clock=clock)
        of = {feed.number: feed for feed in feeds}
        answers.keep(
            [_came(of[row["file"]], row) for row in frame.iter_rows(named=True)],
            at=at, clock=clock,
        )  # fmt: skip

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: an answer ends nothing."""
        return {}

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        answers.withdraw(landings, reinstated=reinstated, clock=FixedClock(at))


def _came(feed: Feed, row: Mapping[str, object]) -> answers.Answered:
    said = {name: plain(row.get(name)) for name in ("scheme", "since", "words")}
    number = row.get("row")
    return answers.Answered(
        uuid.UUID(str(row["instruction"])), feed.source, str(row["answer"]),
        {name: value for name, value in said.items() if value}, feed.landing,
        number if isinstance(number, int) else None,
    )  # fmt: skip
