"""What this room receives from the hub: the contract of adverts, its layout, and the sink."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import polars as pl

from muster.hub.contracts import Contract, load_contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.hub.layouts import load_layout
from muster.services.skills.adverts.actions import Told, keep, withdraw
from muster.services.skills.map.reading.contacts import without_contacts
from muster.services.skills.map.reading.plain import plain

REPEATED = "stands in an earlier row of the file: give each advert one row, or a reference each"
NO_EMPLOYER = "comes from a system of no employer: say whose system it is first"
EMPTY = "has no words: send the advert's text"
_WORDS = r"[a-zA-Z\u00c0-\u024f]{2}"


def advert_intake() -> ContractIntake:
    """Return the room's offer to the hub."""
    here = files("muster.services.skills.adverts")
    contract = load_contract((here / "contract.json").read_text(encoding="utf-8"))
    layouts = sorted((here / "layouts").iterdir(), key=lambda path: path.name)
    return ContractIntake(
        contract,
        tuple(
            load_layout(path.read_text(encoding="utf-8"))
            for path in layouts
            if path.name.endswith(".toml")
        ),
        AdvertSink(contract),
    )


class AdvertSink:
    """Keeps what recruitment systems advertise."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        ownerless = [feed.number for feed in feeds if feed.employer is None]
        texts = plain(frame["description"].fill_null(""))
        repeated = pl.struct("file", "advert_reference").is_first_distinct().not_()
        faults = (
            (frame.select(repeated).to_series(), "advert_reference", REPEATED),
            (frame["file"].is_in(ownerless), "advert_reference", NO_EMPLOYER),
            (~texts.str.contains(_WORDS), "description", EMPTY),
        )
        found = [
            self._problems(wrong & frame[field].is_not_null(), field, why)
            for wrong, field, why in faults
        ]
        return Prepared(frame, pl.concat([no_problems(), *found]))

    def _problems(self, wrong: pl.Series, field: str, why: str) -> pl.DataFrame:
        places = wrong.fill_null(False).arg_true()
        values = pl.repeat("", len(places), dtype=pl.String, eager=True)
        return problems_at(places, self._contract.field(field).title, values, why, personal=True)

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
        quiet = frame.with_columns(without_contacts(frame["description"]).alias("description"))
        of = {feed.number: feed for feed in feeds}
        keep([_told(of[row["file"]], row) for row in quiet.iter_rows(named=True)], at=at)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: an advert that is told of no more was asked for all the same."""
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


def _told(feed: Feed, row: Mapping[str, Any]) -> Told:
    assert feed.employer is not None
    said = {name: row.get(name) or "" for name in ("profession", "grade", "place", "region")}
    return Told(
        employer=feed.employer, system=feed.source, key=row["advert_reference"],
        title=row["title"], **said, posted=row.get("posted"), text=row["description"],
        may_show=row.get("sentences_shown") == "yes", landing=feed.landing, row=row.get("row"),
    )  # fmt: skip
