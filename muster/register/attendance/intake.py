"""What the attendance room receives from the hub: the contract, its layouts, and the sink.

A row speaks of one day or of one week. A day that a file states twice would count twice, so rows
that overlap wait: a repeated one behind the first, others all of them.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

import polars as pl

from muster.hub.contracts import Contract, load_contract, no_problems, problems_at
from muster.hub.effects import Effect
from muster.hub.intakes import ContractIntake, Feed, Prepared
from muster.hub.layouts import load_layout
from muster.register.attendance.actions import store, withdraw
from muster.register.attendance.queries import counted_by
from muster.register.employers.resolving import resolve_employers

OWNERLESS = "names no employer, and none owns the sending system"
NEITHER = "states neither a day nor a week"
BOTH = "states a day and a week"
AHEAD = "lies after the day the file speaks of"
UNFINISHED = "is not over on the day the file speaks of"
NO_MONDAY = "does not begin on a Monday"
NO_DAYS = "needed for a week: on how many days people were counted"
REPEATED = "repeats an earlier row of the file"
DIFFERS = "stands in several rows of the file, which differ"
OVERLAPS = "is told by day and by week in the file"
TOLD = "stands in another row of the file, which was accepted"
SHUT_DAYS = "Rows of Saturdays and Sundays are kept and do not count"
_OF = ["file", "building", "town", "employer_id", "week"]
_SAID = ("region", "days", "present", "desks", "based")
# An expression that is true where a row has to wait, the contract's field, and why.
_Fault = tuple[pl.Expr, str, str]


def attendance_intake() -> ContractIntake:
    """Return the room's offer to the hub."""
    here = files("muster.register.attendance")
    layouts = sorted((here / "layouts").iterdir(), key=lambda path: path.name)
    contract = load_contract((here / "contract.json").read_text())
    return ContractIntake(
        contract,
        tuple(load_layout(path.read_text()) for path in layouts if path.name.endswith(".toml")),
        AttendanceSink(contract),
    )


class AttendanceSink:
    """Stores counts of people in buildings."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        told = _with_feeds(frame, feeds)
        employers, unknown = resolve_employers(told["organisation"])
        rows = told.join(employers, on="organisation", how="left", maintain_order="left")
        owned = pl.when(pl.col("organisation").is_null()).then("owner").otherwise("employer_id")
        rows = rows.with_columns(
            employer_id=owned,
            monday=pl.coalesce("week", pl.col("day").dt.truncate("1w")),
        )
        found = [unknown, *self._found(rows), *self._overlapping(rows, feeds)]
        ready = rows.with_columns(
            week=pl.col("monday"),
            town=pl.col("town").fill_null(""),
            region=pl.col("region").fill_null(""),
            days=pl.col("days").fill_null(1),
        )
        weekend = rows.filter(pl.col("day").dt.weekday() > 5)["file"].unique().to_list()
        # The contract's own columns go on as they were read: what the row said is kept beside it.
        added = ready.select(
            pl.col("employer_id", "system"),
            **{f"kept_{name}": pl.col(name) for name in ("week", "town", "region", "days")},
        )
        return Prepared(
            pl.concat([frame, added], how="horizontal"),
            pl.concat(found) if found else no_problems(),
            {number: [SHUT_DAYS] for number in weekend},
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
        kept = {name: pl.col(f"kept_{name}") for name in ("week", "town", "region", "days")}
        store(frame.with_columns(**kept), feeds, at=at)

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return nothing: a count ends nothing."""
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

    def _found(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yield problems that one row shows by itself."""
        day, week = pl.col("day"), pl.col("week")
        ownerless = pl.col("organisation").is_null() & pl.col("owner").is_null()
        faults: list[_Fault] = [
            (ownerless, "organisation", OWNERLESS),
            (day.is_null() & week.is_null(), "day", NEITHER),
            (day.is_not_null() & week.is_not_null(), "week", BOTH),
            (day > pl.col("as_at"), "day", AHEAD),
            (week.dt.weekday() != 1, "week", NO_MONDAY),
            (week.dt.offset_by("4d") > pl.col("as_at"), "week", UNFINISHED),
            (week.is_not_null() & pl.col("days").is_null(), "days", NO_DAYS),
        ]
        for fault, field, reason in faults:
            places = rows.select(fault.fill_null(False).arg_true()).to_series()
            if not places.is_empty():
                yield self._problem(rows, places, field, reason)

    def _problem(
        self, rows: pl.DataFrame, places: pl.Series, field: str, reason: str
    ) -> pl.DataFrame:
        said = self._contract.field(field)
        values = rows[field].gather(places).cast(pl.String)
        return problems_at(places, said.title, values, reason, personal=said.personal)

    def _overlapping(self, rows: pl.DataFrame, feeds: Sequence[Feed]) -> Iterator[pl.DataFrame]:
        """Yield problems of rows about days that other rows of the file are about."""
        named = rows.with_columns(
            town=pl.col("town").fill_null(""), spoken=pl.col("week").is_not_null()
        )
        named = named.with_columns(week=pl.col("monday")).with_row_index("at")
        named = named.filter(pl.col("employer_id").is_not_null() & pl.col("week").is_not_null())
        key = [*_OF, "day"]
        again = named.filter(pl.struct(key).is_duplicated()).with_columns(
            alike=pl.struct(_SAID).n_unique().over(key) == 1,
            later=pl.int_range(pl.len()).over(key) > 0,
        )
        mixed = named.filter(pl.col("spoken").n_unique().over(_OF) > 1)
        found = [
            (again.filter("alike", "later"), REPEATED),
            (again.filter(~pl.col("alike")), DIFFERS),
            (mixed, OVERLAPS),
        ]
        for feed in feeds:
            if feed.part > 0:
                mine = named.filter(file=feed.number)
                found.append((mine.filter(_is_told(mine, feed)), TOLD))
        for some, reason in found:
            if not some.is_empty():
                yield self._problem(rows, some["at"], "building", reason)


def _is_told(rows: pl.DataFrame, feed: Feed) -> pl.Series:
    """Return which rows are about a day or week that accepted rows of the same file tell of."""
    told = counted_by(feed.landing)
    weeks = {(building, town, employer, week) for building, town, employer, week, _ in told}
    by_week = {one[:4] for one in told if one[4] is None}
    return pl.Series(
        [
            row in told or row[:4] in by_week or (row[4] is None and row[:4] in weeks)
            for row in rows.select("building", "town", "employer_id", "week", "day").iter_rows()
        ],
        dtype=pl.Boolean,
    )


def _with_feeds(frame: pl.DataFrame, feeds: Sequence[Feed]) -> pl.DataFrame:
    """Return rows with the day their file speaks of, its system, and who owns that."""
    of = pl.DataFrame(
        [(f.number, f.as_at, f.source, f.employer.hex if f.employer else None) for f in feeds],
        schema={
            "file": frame.schema["file"], "as_at": pl.Date, "system": pl.String,
            "owner": pl.String,
        },
        orient="row",
    )  # fmt: skip
    return frame.join(of, on="file", how="left", maintain_order="left")
