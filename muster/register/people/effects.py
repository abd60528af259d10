"""What feeds would do to what is believed of people, counted before anything is written.

For the breaker that holds a feed which would end or change too much at once. Feeds of one system
that come together are counted one after the other, by as-at date, each on top of the one before.
People are counted by their staff numbers.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from muster.hub.effects import Effect
from muster.hub.intakes import Feed
from muster.kernel.keys import Keyring
from muster.register.bulk import read_frame
from muster.register.people.rules import DID_NOT_START
from muster.register.people.sealing import hash_ninos
from muster.register.people.telling.claims import (
    read_among,
    said_by,
    said_in,
    standing_returns,
)

_ROW = ("staff_number", "valid_from", "valid_to", "said")
_STAFF = {"staff_number": pl.String}


@dataclass(frozen=True)
class _Known:
    """What is known of a system's people by a day.

    ``employed`` holds those in force (staff number and days), ``stated`` what was last said of
    each, ``later`` those of whom a later return speaks: what is said now does not end them.
    """

    employed: pl.DataFrame
    stated: pl.DataFrame
    later: pl.DataFrame


@dataclass(frozen=True)
class _Waiting:
    """Staff numbers whose rows wait; ``doubtful`` if a row is of nobody known."""

    heard: pl.DataFrame
    doubtful: bool
    rows: int


def effects_of(
    frame: pl.DataFrame, feeds: Sequence[Feed], waiting: pl.DataFrame, keys: Keyring
) -> dict[int, Effect]:
    """Return the effect of each feed by its number. Reads only.

    Args:
        frame: the rows that would be accepted, as the contract has them, with ``file``.
        feeds: the files they stand in.
        waiting: the rows that would wait in quarantine, in the same columns.
        keys: to compare National Insurance numbers by their hash.
    """
    rows = _as_said(frame, keys)
    effects: dict[int, Effect] = {}
    ordered = sorted(feeds, key=lambda feed: (feed.source, feed.as_at, feed.number))
    for system, group in groupby(ordered, key=lambda feed: feed.source):
        standing = standing_returns([system])
        newest = standing["as_at"].max()
        known, before = None, dt.date.min
        for feed in group:
            # What stands since the feed before it says more of the system than that feed did.
            if known is None or (isinstance(newest, dt.date) and newest >= before):
                known = _known_at(feed, standing)
            said = rows.filter(file=feed.number).select(_ROW)
            waits = _waiting_in(waiting.filter(file=feed.number), system, keys)
            effects[feed.number] = _effect(feed, said, waits, known)
            known, before = _afterwards(feed, said, waits, known), feed.as_at
    return effects


def _as_said(frame: pl.DataFrame, keys: Keyring) -> pl.DataFrame:
    """Return rows with the days they state and all that they say as one number."""
    hashed = frame.with_columns(hash_ninos(frame["nino"], keys).alias("nino_hash"))
    never = (pl.col("leaving_reason") == DID_NOT_START).fill_null(False)
    ends = pl.when(pl.col("leaving") < dt.date.max).then(pl.col("leaving")).dt.offset_by("1d")
    return frame.select(
        "file",
        "staff_number",
        valid_from="start",
        valid_to=pl.when(never).then("start").otherwise(ends),
        said=said_in(hashed).hash(),
    )


def _effect(feed: Feed, said: pl.DataFrame, waits: _Waiting, known: _Known) -> Effect:
    covered = known.employed
    seen = known.stated.select("staff_number", "seen")
    listed = covered.join(said, on="staff_number", suffix="_now")
    listed = listed.join(seen, on="staff_number", how="left")
    earlier = pl.col("valid_to").is_null() | (pl.col("valid_to_now") < pl.col("valid_to"))
    ahead = pl.col("valid_to").is_null() | (pl.col("valid_from_now") < pl.col("valid_to"))
    # Who was never seen at work is hired later now; who was, is hired again.
    unseen = (pl.col("valid_from") > pl.col("seen")).fill_null(False)
    never = (pl.col("valid_from_now") > feed.as_at) & (ahead | unseen)
    ending = listed.filter((pl.col("valid_to_now").is_not_null() & earlier) | never)
    gone = [ending.select("staff_number"), _absent(feed, said, waits, covered)]
    spoken = said.join(known.stated, on="staff_number", suffix="_before")
    before = pl.concat([covered.select("staff_number"), known.stated.select("staff_number")])
    return Effect(
        covered=covered["staff_number"].n_unique(),
        ending=pl.concat(gone).unique().join(known.later, on="staff_number", how="anti").height,
        changed=spoken.filter(pl.col("said") != pl.col("said_before")).height,
        joining=said.join(before, on="staff_number", how="anti").height,
        rows=said.height + waits.rows,
    )


def _absent(feed: Feed, said: pl.DataFrame, waits: _Waiting, covered: pl.DataFrame) -> pl.DataFrame:
    """Return who would be gone because a full feed does not list them."""
    silent = covered.select("staff_number").unique().join(said, on="staff_number", how="anti")
    if not feed.full or feed.part or waits.doubtful:
        return silent.clear()
    return silent.join(waits.heard, on="staff_number", how="anti")


def _afterwards(feed: Feed, said: pl.DataFrame, waits: _Waiting, known: _Known) -> _Known:
    """Return what would be known once a feed is written, for the next one of its system."""
    absent = _absent(feed, said, waits, known.employed)
    stay = known.employed.join(said, on="staff_number", how="anti").join(
        absent, on="staff_number", how="anti"
    )
    other = known.stated.join(said, on="staff_number", how="anti")
    if feed.full and not feed.part:
        other = other.join(waits.heard, on="staff_number", how="semi")
    days = said.select("staff_number", "valid_from", "valid_to")
    return _Known(
        pl.concat([stay, days.filter(_in_force(feed.as_at))]),
        pl.concat([other, said.select("staff_number", "said", seen=pl.lit(feed.as_at))]),
        known.later,
    )


def _in_force(day: dt.date) -> pl.Expr:
    ends = pl.col("valid_to")
    return (pl.col("valid_from") <= day) & (ends.is_null() | (ends > day))


def _known_at(feed: Feed, standing: pl.DataFrame) -> _Known:
    """Return what is known of a feed's system by its day, before it is written."""
    spoke = standing.filter(pl.col("as_at") <= feed.as_at)
    since = spoke.filter("full")["as_at"].max()
    spoke = spoke if since is None else spoke.filter(pl.col("as_at") >= since)
    later = standing.filter(pl.col("as_at") > feed.as_at)["statement"].to_list()
    return _Known(
        _employed_at(feed.source, feed.as_at),
        _stated_in(spoke),
        read_among(
            "SELECT DISTINCT record.staff_number FROM register_people_claim claim"
            " JOIN register_source_record record ON record.id = claim.record_id"
            " WHERE claim.statement_id IN {}",
            later,
            _STAFF,
        ),
    )


def _employed_at(system: str, day: dt.date) -> pl.DataFrame:
    """Return whom a system's records say is in force on a day, as now believed."""
    days = {"valid_from": pl.String, "valid_to": pl.String}
    found = read_frame(
        "SELECT record.staff_number, CAST(held.valid_from AS text), CAST(held.valid_to AS text)"
        " FROM register_employment held JOIN register_source_record record"
        " ON record.id = held.record_id WHERE record.system = %s AND held.recorded_to IS NULL"
        " AND held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to > %s)",
        [system, day.isoformat(), day.isoformat()],
        {**_STAFF, **days},
    )
    return found.with_columns(pl.col(name).str.to_date("%Y-%m-%d") for name in days)


def _stated_in(statements: pl.DataFrame) -> pl.DataFrame:
    """Return what statements say of each staff number; the last counts."""
    found = read_among(
        f"SELECT claim.statement_id, record.staff_number, {said_by('claim')}"  # noqa: S608
        " FROM register_people_claim claim"
        " JOIN register_source_record record ON record.id = claim.record_id"
        " WHERE claim.statement_id IN {}",
        statements["statement"].to_list(),
        {"statement": pl.Int64, **_STAFF, "said": pl.String},
    )
    told = statements.select("statement", "turn", seen="as_at")
    placed = found.join(told, on="statement").sort("turn")
    last = placed.unique("staff_number", keep="last", maintain_order=True)
    return last.select("staff_number", pl.col("said").hash(), "seen")


def _waiting_in(waiting: pl.DataFrame, system: str, keys: Keyring) -> _Waiting:
    """Return of whom the waiting rows of a feed are."""
    named = waiting.select(pl.col("staff_number").drop_nulls().str.head(200))
    nameless = waiting.filter(pl.col("staff_number").is_null())
    hashed = hash_ninos(nameless["nino"], keys)
    numbered = read_among(
        "SELECT DISTINCT claim.nino_hash, record.system, record.staff_number"
        " FROM register_people_claim claim"
        " JOIN register_source_record record ON record.id = claim.record_id"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        " WHERE said.recorded_to IS NULL AND claim.nino_hash IN {}",
        hashed.drop_nulls().unique().to_list(),
        {"nino_hash": pl.String, "system": pl.String, **_STAFF},
    ).filter(system=system)
    lost = ~hashed.is_in(numbered["nino_hash"].to_list()).fill_null(False)
    heard = pl.concat([named, numbered.select("staff_number")]).unique()
    return _Waiting(heard, bool(lost.any()), waiting.height)
