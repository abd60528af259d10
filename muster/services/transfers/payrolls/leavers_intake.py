"""The sink of what employers' HR systems hold of people who leave, as workbooks and files.

Their columns become the fields of a record, read as people type them on forms. A value that no such
field can have keeps its row waiting, with the field and what to do.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from muster.hub.contracts import Contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.kernel.clock import FixedClock
from muster.services.transfers.payrolls import leavers
from muster.services.transfers.payrolls.intake import plain, shipped
from muster.services.transfers.record.fields import by_name
from muster.services.transfers.record.wrong import Wrong
from muster.services.transfers.sheets.labels import Label
from muster.services.transfers.sheets.meaning import value_of

_HELD = "held"
_OTHER = frozenset({"last_day", "going_to"})
"""What an HR system lists and no record states: it is the transfer’s own."""
_CALLED = {"fte_percent": "fte"}
NO_EMPLOYER = "comes from a system of no employer: say whose HR system it is first"


def record_known_intake() -> ContractIntake:
    """Return the room's offer to the hub: what HR systems hold of leavers."""
    contract, layouts = shipped("record_known")
    return ContractIntake(contract, layouts, RecordKnownSink(contract))


class RecordKnownSink:
    """Keeps what HR systems hold of leavers until a transfer takes it."""

    def __init__(self, contract: Contract) -> None:
        self._fields = {one.name: one.title for one in contract.fields if one.name not in _OTHER}

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        records: list[dict[str, Any]] = [{} for _ in range(frame.height)]
        found = []
        for name, title in self._fields.items():
            texts = [plain(value) for value in frame[name].to_list()]
            read = {text: _read(name, text) for text in set(texts)}
            for record, text in zip(records, texts, strict=True):
                said = read[text]
                if not isinstance(said, Wrong):
                    record.update(said)
            found += [
                _problem([at for at, text in enumerate(texts) if text == wrong], title, said)
                for wrong, said in read.items()
                if isinstance(said, Wrong)
            ]
        nobody = [feed.number for feed in feeds if feed.employer is None]
        if nobody:
            places = frame.select(pl.col("file").is_in(nobody).arg_true()).to_series().to_list()
            found.append(_problem(places, self._fields["staff_number"], Wrong("", NO_EMPLOYER, "")))
        texts = [json.dumps(one, ensure_ascii=False, sort_keys=True) for one in records]
        wide = frame.with_columns(pl.Series(_HELD, texts, dtype=pl.String))
        return Prepared(wide, pl.concat([no_problems(), *found]))

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
            leavers.withdraw(replaced, clock=clock)
        of = {feed.number: feed for feed in feeds}
        held = [_held(of[row["file"]], row) for row in frame.iter_rows(named=True)]
        leavers.keep(held, at=at, clock=clock)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: what is held of a leaver ends nothing."""
        return {}

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        leavers.withdraw(landings, reinstated=reinstated, clock=FixedClock(at))


def _read(name: str, text: str) -> dict[str, Any] | Wrong:
    """Return what a text states of a record's fields, or why no such field can have it."""
    if not text:
        return {}
    called = _CALLED.get(name, name)
    try:
        return value_of(by_name()[called], f"{text}%" if called != name else text, Label())
    except Wrong as problem:
        return problem


def _problem(places: list[int], title: str, wrong: Wrong) -> pl.DataFrame:
    values = pl.Series([""] * len(places), dtype=pl.String)
    why = ": ".join(filter(None, (wrong.words, wrong.fix)))
    return problems_at(pl.Series(places, dtype=pl.UInt32), title, values, why, personal=True)


def _held(feed: Feed, row: Mapping[str, object]) -> leavers.Held:
    assert feed.employer is not None
    number = row.get("row")
    return leavers.Held(
        feed.source, feed.employer, str(row["staff_number"]), json.loads(str(row[_HELD])),
        feed.landing, number if isinstance(number, int) else None,
    )  # fmt: skip
