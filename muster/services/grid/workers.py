"""Employees and contractors beside each other: how many they are, and what they cost in a year.

Every number is a figure that was released, or a share made of figures as they were told. What
contractors cost is known only where a day rate is stated; of how many it is, stands beside it.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from muster.gates.disclosure import WITHHELD_SHOWN, Told, rate
from muster.gates.metrics import metric_named
from muster.gates.release import ReleasedCell, ReleasedTable, release
from muster.kernel.clock import Clock
from muster.services.grid.explore import AUDIENCE
from muster.services.grid.explore.known import known_of

COST = "contractor_cost"
BY = ("employer", "employer_today", "grade", "profession", "region")
_PRICED, _DAY_RATE = "priced", "day rate"
_NOT_TOLD = Told("withheld", None, WITHHELD_SHOWN)
_Cells = Mapping[str, ReleasedCell]
_Release = Callable[[str, tuple[str, ...]], ReleasedTable]


@dataclass(frozen=True)
class Workers:
    """Who works somewhere, or in some grade or profession, and what they cost in a year.

    Args:
        label: of the group; empty for all.
        employees: how many are employed.
        others: how many work there without being employed.
        rated: of how many of these a day rate is stated.
        pay: what employees come to.
        average: what one of them earns.
        cost: what those with a day rate come to.
    """

    label: str
    employees: Told
    others: Told
    rated: Told
    pay: Told
    average: Told
    cost: Told

    @property
    def share_of_people(self) -> Told:
        """Return the share of those who are not employed among all."""
        return _share(self.others, self.employees)

    @property
    def share_of_cost(self) -> Told:
        """Return the share of those with a day rate in what all come to."""
        return _share(self.cost, self.pay)


@dataclass(frozen=True)
class Beside:
    """What is told of employees and contractors on a date.

    Args:
        dates: for which there are figures.
        by: what they are broken down by.
        as_at: the date; None where there are no figures.
        everybody: all of them.
        groups: each, in the order of its domain.
        releases: the tables that this is read from, that of everybody employed first.
    """

    dates: tuple[dt.date, ...]
    by: str
    as_at: dt.date | None = None
    everybody: Workers | None = None
    groups: tuple[Workers, ...] = ()
    releases: tuple[ReleasedTable, ...] = ()


def choices() -> tuple[tuple[str, str], ...]:
    """Return what figures may be broken down by, with its title."""
    metric = metric_named(COST)
    return tuple((one.name, one.title) for one in metric.dimensions if one.name in BY)


def workers(by: str, as_at: str, *, purpose: str, asked_by: str, clock: Clock) -> Beside:
    """Return how many employees and contractors there are on a date, and what they cost.

    Args:
        by: one of ``BY``; the employer if it is none.
        as_at: the date as an address states it; the best known one if there is no such.
        purpose: what for.
        asked_by: who asks.
        clock: stamps releases.

    Raises:
        NotPermitted: if a table is held or was withdrawn.
    """
    known = known_of(metric_named(COST))
    by = by if by in BY else BY[0]
    date = next((one for one in known.dates if one.isoformat() == as_at), known.first_shown)
    if date is None:
        return Beside(known.dates, by)
    used: list[ReleasedTable] = []

    def ask(metric: str, dimensions: tuple[str, ...]) -> ReleasedTable:
        table = release(
            metric, dimensions, date,
            audience=AUDIENCE, purpose=purpose, by=asked_by, clock=clock,
        )  # fmt: skip
        used.append(table)
        return table

    [everybody] = _groups(ask, ())
    return Beside(known.dates, by, date, everybody, _groups(ask, (by,)), tuple(used))


def _groups(ask: _Release, by: tuple[str, ...]) -> tuple[Workers, ...]:
    """Return each group: what the tables tell of the same code."""
    headcount, others, pay, average, cost = (
        _by_code(ask(name, by))
        for name in ("headcount", "contractors", "pay_bill", "average_pay", COST)
    )
    rated = _by_code(ask("contractors", (_PRICED, *by)), _DAY_RATE)
    return tuple(
        Workers(
            ", ".join(cell.labels),
            _of(headcount, code),
            _of(others, code),
            _of(rated, code),
            _of(pay, code),
            _of(average, code),
            _of(cost, code),
        )
        for code, cell in headcount.items()
    )


def _by_code(table: ReleasedTable, priced: str = "") -> _Cells:
    """Return the cells of a table by the code of their group; of one price alone, where asked."""
    cells = table.only(_PRICED, priced) if priced else table.cells
    return {"".join(cell.key[1:] if priced else cell.key): cell for cell in cells}


def _of(cells: _Cells, code: str) -> Told:
    cell = cells.get(code)
    return _NOT_TOLD if cell is None else Told(cell.kind, cell.value, cell.shown)


def _share(part: Told, rest: Told) -> Told:
    """Return the share of a part in itself and the rest, as they were told."""
    if part.value is None or rest.value is None:
        return _NOT_TOLD
    return rate(part, Told("rounded", part.value + rest.value, ""))
