"""What this room receives from the hub as files: what payrolls paid, and the layouts of it all.

The trailer of a file states how many records it has and what their gross pay adds up to; a file
that does not add up is refused whole by the hub, before anything is compared.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from importlib.resources import files

import polars as pl

from muster.hub.contracts import Contract, load_contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.hub.layouts import Layout, load_layout
from muster.kernel.clock import FixedClock
from muster.services.transfers.payrolls.results import Came, keep, withdraw

ONE_AMOUNT = "is to be stated once: in pounds, or in pence"
_AMOUNTS = ["gross", "gross_pence"]


def pay_result_intake() -> ContractIntake:
    """Return the room's offer to the hub: what payrolls paid."""
    contract, layouts = shipped("pay_result")
    return ContractIntake(contract, layouts, PayResultSink(contract))


def shipped(name: str) -> tuple[Contract, tuple[Layout, ...]]:
    """Return a contract that this room receives by, and the layouts that ship for it."""
    here = files("muster.services.transfers.payrolls")
    contract = load_contract((here / "contracts" / f"{name}.json").read_text(encoding="utf-8"))
    paths = sorted((here / "layouts").iterdir(), key=lambda path: path.name)
    found = (load_layout(path.read_text(encoding="utf-8")) for path in paths
             if path.name.endswith(".toml"))  # fmt: skip
    return contract, tuple(one for one in found if one.contract == contract.name)


class PayResultSink:
    """Keeps what payrolls paid."""

    def __init__(self, contract: Contract) -> None:
        self._names = tuple(field.name for field in contract.fields)
        self._gross = contract.field("gross").title

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        stated = pl.sum_horizontal(pl.col(_AMOUNTS).is_not_null().cast(pl.Int8))
        places = frame.select((stated != 1).arg_true()).to_series()
        values = pl.repeat("", len(places), dtype=pl.String, eager=True)
        wrong = problems_at(places, self._gross, values, ONE_AMOUNT, personal=True)
        return Prepared(frame, wrong if len(places) else no_problems())

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        replaced = [feed.replaces for feed in feeds if feed.replaces is not None]
        if replaced:
            withdraw(replaced, at=at)
        of = {feed.number: feed for feed in feeds}
        keep(
            [
                _came(of[row["file"]], row, self._names)
                for row in frame.iter_rows(named=True)
                if of[row["file"]].employer is not None
            ],
            at=at,
            by=by,
            clock=FixedClock(at),
        )

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: a result ends nothing."""
        return {}

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        withdraw(landings, reinstated=reinstated, at=at)


def _came(feed: Feed, row: Mapping[str, object], names: Sequence[str]) -> Came:
    fields = {name: plain(row.get(name)) for name in names}
    assert feed.employer is not None
    number = row.get("row")
    return Came(
        feed.source, feed.employer, fields, landing=feed.landing,
        row=number if isinstance(number, int) else None,
    )  # fmt: skip


def plain(value: object) -> str:
    """Return a value of a row as text; days as the ISO standard writes them."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)
