"""Which records a changed return says something new of: only their histories are told again.

A return is compared with what its system had said before, with what it says next, and with what
the return itself said until now. A record of which all of these say the same needs no telling.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from muster.register.bulk import read_frame
from muster.register.people.telling.claims import (
    Waiting,
    hexed,
    read_among,
    standing_returns,
    state_of,
)


@dataclass(frozen=True)
class Touched:
    """A return that has just changed: its system and date, and its statements that went."""

    system: str
    as_at: dt.date
    replaced: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Side:
    """Statements that are compared as one.

    ``whole``: who is not listed is absent. ``last``: of several statements about one record the
    last counts, otherwise the first.
    """

    statements: Sequence[int] = field(default_factory=tuple)
    whole: bool = True
    last: bool = True

    def said(self, state: pl.DataFrame) -> pl.DataFrame:
        own = state.filter(pl.col("statement").is_in(self.statements)).sort("turn")
        keep: Literal["first", "last"] = "last" if self.last else "first"
        return own.unique("record", keep=keep, maintain_order=True).select("record", "said")


def records_to_tell(touched: Sequence[Touched], waiting: Waiting) -> set[str]:
    """Return the records whose history may be another than before these returns changed."""
    standing = standing_returns({one.system for one in touched})
    replaced = _full_among({one for each in touched for one in each.replaced})
    dates = {(one.system, one.as_at) for one in touched}
    pairs = [
        pair
        for one in touched
        for pair in _pairs(one, standing.filter(system=one.system), replaced, dates)
    ]
    wanted = {one for pair in pairs for side in pair for one in side.statements}
    state = state_of(wanted, waiting)
    found: set[str] = set()
    for one, other in pairs:
        found |= _differing(one, other, state)
    for each in touched:
        now = standing.filter(system=each.system).filter(pl.col("as_at") == each.as_at)
        found |= _said_twice(now, state)
        listed = _listed(now, state)
        if now["full"].any():
            found |= _believed_but_absent(each, listed)
        ended = _ended_by_decision(each)
        found.update(ended.join(listed, on="record", how="semi")["record"])
        if each.replaced:
            found |= {*_ended_by_silence(each), *ended["record"]}
    return found


def _pairs(
    one: Touched, own: pl.DataFrame, replaced: Collection[int], touched: Collection[object]
) -> Iterator[tuple[_Side, _Side]]:
    """Yield what is to be compared for a return, among its system's standing statements."""
    same = own.filter(pl.col("as_at") == one.as_at)
    now = _Side(same["statement"].to_list(), bool(same["full"].any()))
    gone = _Side(list(one.replaced), any(each in replaced for each in one.replaced))
    earlier, later = (
        own.filter(pl.col("as_at") < one.as_at),
        own.filter(pl.col("as_at") > one.as_at),
    )
    since = earlier.filter("full")["as_at"].max()
    before = earlier if since is None else earlier.filter(pl.col("as_at") >= since)
    until = later.filter("full")["as_at"].min()
    after = later if until is None else later.filter(pl.col("as_at") <= until)
    # The next return compares itself with this one, if it has changed as well.
    covered = after["as_at"].n_unique() == 1 and (one.system, until) in touched
    for side in (now, gone):
        if side.statements:
            yield side, _Side(before["statement"].to_list())
            if after.height and not covered:
                yield side, _Side(after["statement"].to_list(), until is not None, last=False)
    if now.statements and gone.statements:
        yield _Side(now.statements), _Side(gone.statements)


def _differing(one: _Side, other: _Side, state: pl.DataFrame) -> set[str]:
    """Return the records of which two sides say different things, as far as they speak of them."""
    left, right = one.said(state), other.said(state)
    both = left.join(right, on="record", suffix="_other")
    found = set(both.filter(pl.col("said").ne_missing(pl.col("said_other")))["record"])
    if other.whole:
        found.update(left.join(right, on="record", how="anti")["record"])
    if one.whole:
        found.update(right.join(left, on="record", how="anti")["record"])
    return found


def _said_twice(now: pl.DataFrame, state: pl.DataFrame) -> set[str]:
    """Return the records of which statements for one date say different things.

    The last of them counts. It may repeat what was said before that date, and yet be new: until
    now another counted.
    """
    if now.height < 2:
        return set()
    own = state.filter(pl.col("statement").is_in(now["statement"].to_list()))
    differing = own.group_by("record").agg(pl.col("said").n_unique() > 1)
    return set(differing.filter("said")["record"])


def _full_among(statements: Collection[int]) -> set[int]:
    found = read_among(
        'SELECT id FROM register_people_statement WHERE "full" AND id IN {}',
        statements,
        {"id": pl.Int64},
    )
    return set(found["id"])


def _listed(now: pl.DataFrame, state: pl.DataFrame) -> pl.DataFrame:
    return state.filter(pl.col("statement").is_in(now["statement"].to_list())).select("record")


def _believed_but_absent(one: Touched, listed: pl.DataFrame) -> set[str]:
    """Return records believed to be employed after a full return's date that it does not list."""
    day = one.as_at.isoformat()
    believed = _believed(one.system, "valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)",
                         [day, day])  # fmt: skip
    return set(believed.join(listed, on="record", how="anti")["record"])


def _ended_by_silence(one: Touched) -> set[str]:
    """Return records believed to have ended because a return of this date did not list them."""
    ended = _believed(one.system, "valid_to = %s AND ended = 'vanished'", [one.as_at.isoformat()])
    return set(ended["record"])


def _ended_by_decision(one: Touched) -> pl.DataFrame:
    """Return records that somebody decided to have ended by then: to be listed contradicts it."""
    where = "decided_by IS NOT NULL AND ended = 'decided' AND valid_to <= %s"
    return _believed(one.system, where, [one.as_at.isoformat()])


def _believed(system: str, where: str, values: list[str]) -> pl.DataFrame:
    return read_frame(
        f"SELECT {hexed('record_id')} FROM register_employment"  # noqa: S608
        " WHERE recorded_to IS NULL AND record_id IN"
        f" (SELECT id FROM register_source_record WHERE system = %s) AND {where}",
        [system, *values],
        {"record": pl.String},
    )
