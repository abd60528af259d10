"""Attendance by building and week against what is expected, from released tables alone.

A question is a month and perhaps one employer. Its answer has one line for each employer, or for
each building of the one that is asked about. What is worked out here is only how released figures
stand to each other: a share of people based there, a share of desks, and what was expected.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from muster.gates.disclosure import ROUNDED_TO, Told, rate, tellable
from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import ReleasedCell, ReleasedTable, release
from muster.kernel.clock import Clock
from muster.kernel.metrics import Metric
from muster.register.attendance.queries import counted_in, expectations
from muster.register.attendance.rules import Expected, Verdict, against, expected_on
from muster.services.grid.explore import AUDIENCE

PRESENT, BASED, DESKS = "attendance", "attendance_based", "attendance_desks"
OFF = Decimal(ROUNDED_TO) / 2
"""How far rounding may have moved a released figure."""
_NOBODY = Told("withheld", None, "")


@dataclass(frozen=True)
class Line:
    """One employer or building: what was told of it, and how it stands.

    ``weeks`` are by the code of the week; one of which nothing was counted is missing. ``expected``
    is in whole per cent; None where nothing is expected.
    """

    code: str
    label: str
    weeks: Mapping[str, Told]
    present: Told
    based: Told
    share: Told
    filled: Told
    expected: int | None
    verdict: Verdict


@dataclass(frozen=True)
class Attendance:
    """The answer. ``month`` is None while no month can be told of.

    ``named`` is the employer asked about; ``weeks`` are the Mondays of the month's weeks by code,
    ``employers`` titles by code; ``tables`` are the released tables that every figure stands in.
    """

    month: dt.date | None
    months: tuple[dt.date, ...]
    employer: str
    named: str
    employers: Mapping[str, str]
    weeks: Mapping[str, dt.date]
    lines: tuple[Line, ...]
    total: Line | None
    tables: tuple[ReleasedTable, ...]
    metric: Metric

    @property
    def returned(self) -> ReleasedTable | None:
        """A table that says how complete the month is."""
        return self.tables[0] if self.tables else None


@dataclass(frozen=True)
class _Asker:
    """Who asks, what for and when: what the record of a release needs."""

    month: dt.date
    purpose: str
    by: str
    clock: Clock

    def table(self, metric: str, *by: str) -> ReleasedTable:
        return release(
            metric, by, self.month,
            audience=AUDIENCE, purpose=self.purpose, by=self.by, clock=self.clock,
        )  # fmt: skip


def attendance(month: str, employer: str, *, purpose: str, by: str, clock: Clock) -> Attendance:
    """Return attendance of one month, by employer or by the buildings of one.

    Args:
        month: its end, as an ISO date; one that nothing is told of means the latest.
        employer: hexadecimal id; one that told nothing of the month means all.
        purpose: what for.
        by: who asks.
        clock: stamps releases.
    """
    metric = metric_named(PRESENT)
    reader = reader_of(metric)
    months = tellable(metric, reader.dates())
    asked = next((day for day in months if day.isoformat() == month), None)
    day = asked or max(months, default=None)
    if day is None:
        return Attendance(None, (), "", "", {}, {}, (), None, (), metric)
    employers = reader.domain("employer", day)
    chosen = employer if employer in employers else ""
    named = employers.get(chosen, "")
    asker = _Asker(day, purpose, by, clock)
    kind = "workplace" if chosen else "employer"
    tables = _tables(asker, kind)
    expected, counted = _expected(day), counted_in(day)
    # The code of a workplace ends with that of its employer.
    lines = [
        _line(key, label.removesuffix(f" ({named})"), tables, expected.get(key[-32:]), counted)
        for key, label in _labels(tables[1]).items()
        if key.endswith(chosen)
    ]
    if chosen:
        whole = _tables(asker, "employer")
        total = _line(chosen, named, whole, expected.get(chosen), counted)
    else:
        whole, total = (), None
    return Attendance(
        month=day,
        months=months,
        employer=chosen,
        named=named,
        employers=employers,
        weeks={week: dt.date.fromisoformat(week) for week in reader.domain("week", day)},
        lines=tuple(lines),
        total=total,
        tables=(*tables, *whole),
        metric=metric,
    )


def _tables(asker: _Asker, kind: str) -> tuple[ReleasedTable, ...]:
    """Return attendance by week and of the month, people based, and desks, in this order."""
    return (
        asker.table(PRESENT, kind, "week"),
        asker.table(PRESENT, kind),
        asker.table(BASED, kind),
        asker.table(DESKS, kind),
    )


def _labels(table: ReleasedTable) -> dict[str, str]:
    return {cell.key[0]: cell.labels[0] for cell in table.cells}


def _line(
    code: str,
    label: str,
    tables: tuple[ReleasedTable, ...],
    expected: Expected | None,
    counted: Collection[tuple[str, str]],
) -> Line:
    by_week, *rest = tables
    mine = {cell.key[1]: _told(cell) for cell in by_week.cells if cell.key[0] == code}
    weeks = {week: told for week, told in mine.items() if (code, week) in counted}
    present, based, desks = (
        next((_told(cell) for cell in table.cells if cell.key[0] == code), _NOBODY)
        for table in rest
    )
    share = None if expected is None else expected.share
    return Line(
        code=code,
        label=label,
        weeks=weeks,
        present=present,
        based=based,
        share=rate(present, based),
        filled=rate(present, desks),
        expected=share,
        verdict=against(present.value, based.value, share, off=OFF),
    )


def _told(cell: ReleasedCell) -> Told:
    return Told(cell.kind, cell.value, cell.shown)


def _expected(day: dt.date) -> dict[str, Expected]:
    """Return what each employer expects on a day, by its id in hexadecimal."""
    declared: dict[uuid.UUID, list[Expected]] = {}
    for one in expectations():
        declared.setdefault(one.employer, []).append(Expected(one.share, one.starts))
    found = {whose.hex: expected_on(all_of_it, day) for whose, all_of_it in declared.items()}
    return {whose: one for whose, one in found.items() if one is not None}
