"""What a calendar is once a sheet is loaded into it, or why it cannot be. Pure.

The days between the first and the last that a sheet states are as the sheet says, all others stay.
Together they must be periods that follow each other, cut off and paid in turn.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from muster.casework.calendars.reading import Stated
from muster.casework.calendars.rules import Changes, Convention, PayPeriod, changes
from muster.kernel.errors import BadInput, Conflict, Where
from muster.kernel.working_days import Nation


@dataclass(frozen=True)
class Merged:
    """What changes, and how the calendar counts from then on."""

    changes: Changes
    convention: Convention
    nation: Nation


def merge(
    known: Sequence[PayPeriod], stated: Sequence[Stated], *, convention: Convention, nation: Nation
) -> Merged:
    """Return what becomes of a calendar.

    Args:
        known: its periods now.
        stated: the rows of one sheet, all of one frequency.
        convention: how it counts part periods, where the rows do not say.
        nation: whose bank holidays it keeps, likewise.

    Raises:
        BadInput: naming the row that overlaps another, leaves days out, or is out of turn, or says
            another way of counting than the rest.
        Conflict: naming the row that would change a frozen period.
    """
    rows = sorted(stated, key=lambda row: row.period.starts)
    at = {row.period: row.where for row in rows}
    for before, after in pairwise(rows):
        if before.period.days.overlaps(after.period.days):
            raise BadInput(
                f"This period overlaps that of row {before.where.row}",
                where=after.where, fix="Let it start the day after the other ends",
            )  # fmt: skip
    found = changes(known, [row.period for row in rows])
    _refuse_frozen(found, rows)
    gone = {*found.removed, *(before for before, _ in found.moved)}
    stays = [one for one in known if one not in gone]
    becomes = [*stays, *found.added, *dict.fromkeys(after for _, after in found.moved)]
    _refuse_lost(known, becomes, rows)
    _refuse_broken(becomes, at, rows)
    return Merged(found, *_counting(rows, convention, nation))


def _refuse_frozen(found: Changes, rows: Sequence[Stated]) -> None:
    for before in (*found.removed, *(before for before, _ in found.moved)):
        if before.frozen_at is not None:
            row = next((one for one in rows if one.period.days.overlaps(before.days)), rows[0])
            raise Conflict(
                f"The period from {before.starts} is frozen", where=row.where,
                fix="Payroll has taken its changes: state it as it was, or leave it out",
            )  # fmt: skip


def _refuse_lost(
    known: Sequence[PayPeriod], becomes: Sequence[PayPeriod], rows: Sequence[Stated]
) -> None:
    """Refuse a sheet that begins or ends within a period and leaves the rest of it to nobody."""
    first, end = min(one.starts for one in becomes), max(one.ends for one in becomes)
    for one in known:
        if one.starts < first:
            raise _lost(one.starts, min(one.ends, first), rows[0].where)
        if one.ends > end:
            raise _lost(max(one.starts, end), one.ends, rows[-1].where)


def _lost(since: dt.date, until: dt.date, where: Where) -> BadInput:
    return BadInput(
        f"The days from {since} to before {until} lie in no pay period",
        where=where, fix="State the period that pays them",
    )  # fmt: skip


def _refuse_broken(
    periods: Sequence[PayPeriod], at: Mapping[PayPeriod, Where], rows: Sequence[Stated]
) -> None:
    ordered = sorted(periods, key=lambda one: one.starts)
    for before, after in pairwise(ordered):
        where = at.get(after) or at.get(before) or rows[0].where
        if before.ends != after.starts:
            raise _lost(before.ends, after.starts, where)
        if before.cut_off >= after.cut_off:
            raise BadInput(
                f"The cut-off is not after that of the period from {before.starts}",
                where=replace(where, field="cut-off date"), fix="State the one that is right",
            )  # fmt: skip
        if before.pay_day > after.pay_day:
            raise BadInput(
                f"The pay day is before that of the period from {before.starts}",
                where=replace(where, field="pay day"), fix="State the one that is right",
            )  # fmt: skip


def _counting(
    rows: Sequence[Stated], convention: Convention, nation: Nation
) -> tuple[Convention, Nation]:
    conventions = [row for row in rows if row.convention is not None]
    nations = [row for row in rows if row.nation is not None]
    for row in rows:
        if conventions and row.convention != conventions[0].convention:
            raise _two_ways(row, "part periods")
        if nations and row.nation != nations[0].nation:
            raise _two_ways(row, "bank holidays")
    return (
        (conventions[0].convention or convention) if conventions else convention,
        (nations[0].nation or nation) if nations else nation,
    )


def _two_ways(row: Stated, field: str) -> BadInput:
    return BadInput(
        "This row counts otherwise than another of the same calendar",
        where=replace(row.where, field=field), fix="Say the same in every row, or in none",
    )  # fmt: skip
