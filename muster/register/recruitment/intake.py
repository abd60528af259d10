"""What the recruitment room receives from the hub: the contract, its layouts, and the sink.

The sink judges every row by the rules of stages, and what one row alone cannot show: an
application that stands in the file twice, and rows of one campaign that say different things of
it. What most rows of a campaign say counts; those that say otherwise wait, and where no value is
that of most rows, all of them do. So the rows that go on never contradict each other.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files

import polars as pl

from muster.hub.contracts import Contract, load_contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.hub.layouts import load_layout
from muster.register.recruitment import columns
from muster.register.recruitment.actions import store, withdraw
from muster.register.recruitment.columns import CAMPAIGN
from muster.register.recruitment.queries import applications_told, campaigns_told

REPEATED = "repeats an earlier row of the file"
DIFFERS = "stands in several rows of the file, which differ"
TOLD = "stands in another row of the file, which was accepted"
OUTVOTED = "not what most rows of this campaign say"
OWNERLESS = "no employer owns the sending system"
_PLACE = ["file", "campaign_reference"]
# What earlier parts of a landing told of a campaign outweighs every row of a later one.
_SETTLED = 1_000_000_000
# Rows whose keys are compared at once: the keys take more room than the rows.
_PORTION = 100_000


def recruitment_intake() -> ContractIntake:
    """Return the room's offer to the hub."""
    here = files("muster.register.recruitment")
    layouts = sorted((here / "layouts").iterdir(), key=lambda path: path.name)
    contract = load_contract((here / "contract.json").read_text())
    return ContractIntake(
        contract,
        tuple(load_layout(path.read_text()) for path in layouts if path.name.endswith(".toml")),
        RecruitmentSink(contract),
    )


class RecruitmentSink:
    """Stores what recruitment systems say of campaigns and applications."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        days = {feed.number: feed.as_at for feed in feeds}
        dated = frame.with_columns(
            as_at=pl.col("file").replace_strict(days, return_dtype=pl.Date),
        )
        read = columns.read(dated).with_columns(columns.round_of())
        ownerless = [feed.number for feed in feeds if feed.employer is None]
        faults = [
            *columns.application_faults(),
            *columns.campaign_faults(),
            (pl.col("file").is_in(ownerless), "campaign_reference", OWNERLESS),
        ]
        found = [
            *self._found(read, faults),
            *self._repeated(read, feeds),
            *self._outvoted(read, feeds),
        ]
        return Prepared(
            columns.plain(read).drop("as_at"), pl.concat(found) if found else no_problems()
        )

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        store(frame, feeds, waiting=waiting, at=at)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: an application that an extract leaves out stays as it was last told."""
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

    def _found(
        self, frame: pl.DataFrame, faults: Sequence[columns.Fault]
    ) -> Iterator[pl.DataFrame]:
        # One pass tells which faults occur at all; in a good file that is none.
        occur = frame.select(
            fault.fill_null(False).any().alias(f"{number}")
            for number, (fault, _, _) in enumerate(faults)
        )
        for (fault, field, reason), occurs in zip(faults, occur.row(0), strict=True):
            if occurs:
                places = frame.select(fault.fill_null(False).arg_true()).to_series()
                yield self._problem(frame, places, field, reason)

    def _problem(
        self, frame: pl.DataFrame, places: pl.Series, field: str, reason: str
    ) -> pl.DataFrame:
        said = self._contract.field(field)
        values = frame[field].gather(places).cast(pl.String)
        return problems_at(places, said.title, values, reason, personal=said.personal)

    def _repeated(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Iterator[pl.DataFrame]:
        """Yield problems of rows about an application that other rows of the file are about."""
        key = ["file", "application_reference"]
        named = frame.select(*key).with_row_index("at").drop_nulls()
        again = named.filter(_may_repeat(named, key)).filter(pl.struct(key).is_duplicated())
        if not again.is_empty():
            said = [field.name for field in self._contract.fields]
            content = frame.select(pl.struct(said).hash().gather(again["at"])).to_series()
            again = again.with_columns(said=content).with_columns(
                alike=pl.col("said").n_unique().over(key) == 1,
                later=pl.int_range(pl.len()).over(key) > 0,
            )
            for rows, reason in (
                (again.filter("alike", "later"), REPEATED),
                (again.filter(~pl.col("alike")), DIFFERS),
            ):
                yield self._problem(frame, rows["at"], "application_reference", reason)
        for feed in _later(feeds):
            mine = named.filter(file=feed.number)
            told = applications_told(feed.landing, mine["application_reference"].to_list())
            known = mine.filter(pl.col("application_reference").is_in(list(told)))
            yield self._problem(frame, known["at"], "application_reference", TOLD)

    def _outvoted(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Iterator[pl.DataFrame]:
        """Yield problems of rows that say of their campaign what most of its rows do not."""
        said = _said_of_campaigns(frame)
        settled = [
            campaigns_told(feed.landing).select(
                pl.lit(feed.number, dtype=pl.Int64).alias("file"),
                *(pl.col(name) for name in ("campaign_reference", *CAMPAIGN)),
                pl.lit(_SETTLED, dtype=said.schema["rows"]).alias("rows"),
            )
            for feed in _later(feeds)
        ]
        said = pl.concat([said, *settled]).filter(pl.len().over(_PLACE) > 1)
        if said.is_empty():
            return
        most = pl.col("rows").sum().over(_PLACE)
        odd = [
            (pl.col("rows").sum().over(*_PLACE, name) * 2 <= most).alias(f"odd {name}")
            for name in CAMPAIGN
        ]
        rows = (
            frame.select(*_PLACE, *CAMPAIGN)
            .with_row_index("at")
            .join(said.with_columns(odd), on=[*_PLACE, *CAMPAIGN], nulls_equal=True)
            .unique("at")
            .sort("at")
        )
        for name in CAMPAIGN:
            places = rows.filter(f"odd {name}")["at"]
            if not places.is_empty():
                yield self._problem(frame, places, name, OUTVOTED)


def _may_repeat(frame: pl.DataFrame, key: list[str]) -> pl.Series:
    """Return which rows may have the key of another: those whose hash another has.

    Almost always none. Hashes take a tenth of the room that keys take when they are compared.
    """
    hashes = frame.select(pl.struct(key).hash()).to_series()
    in_order = hashes.sort()
    twice = in_order.filter(in_order == in_order.shift()).unique()
    return hashes.is_in(twice.implode())


def _said_of_campaigns(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what rows say of campaigns, and in how many ``rows`` it stands."""
    told = [*_PLACE, *CAMPAIGN]
    portions = (frame.clear(), *frame.select(told).iter_slices(_PORTION))
    counted = [portion.group_by(told).len("rows") for portion in portions]
    said = pl.concat(counted).group_by(told).agg(pl.col("rows").sum())
    return said.drop_nulls("campaign_reference")


def _later(feeds: Iterable[Feed]) -> list[Feed]:
    """Return the feeds that are rows of a file of which others were accepted before."""
    return [feed for feed in feeds if feed.part > 0]
