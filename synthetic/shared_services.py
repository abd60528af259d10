"""Shared services of the pretend service: three providers, their quarters and business cases.

    shared-services/<provider>/<quarter's end>-return.csv
    shared-services/<provider>/<year's end>-business-case.csv

One provider keeps its promises, one earns its investment back and saves too little, and one costs
more than it saves: whoever reads the figures should meet all three.

Truth: `shared_service` has one row for each row of each return, `business_case` one for each year;
money in pence, shares in tenths of per cent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from synthetic.chance import Chance
from synthetic.forms.delimited import Delimited
from synthetic.forms.form import About, Cell

FORM = Delimited(",", "utf-8", "\r\n")
SERVICES = {
    "payroll": "Payroll",
    "hr_admin": "HR administration",
    "finance": "Finance",
    "procurement": "Procurement",
}
RETURN = (
    "Provider", "Service Line", "Quarter Ending", "Transactions", "Cost (£)", "Within Time",
    "Satisfied", "Survey Answers",
)  # fmt: skip
CASE = (
    "Provider", "Year Ending", "Baseline Running Cost (£)", "Planned Investment (£)",
    "Investment (£)", "Promised Saving (£)", "Saving (£)",
)  # fmt: skip
SCHEMAS: dict[str, dict[str, type[pl.DataType]]] = {
    "shared_service": {
        "provider": pl.String, "service": pl.String, "quarter": pl.Date, "transactions": pl.Int64,
        "cost": pl.Int64, "on_time": pl.Int64, "satisfaction": pl.Int64, "answers": pl.Int64,
        "file": pl.String, "row_number": pl.Int64,
    },
    "business_case": {
        "provider": pl.String, "year": pl.Date, "baseline": pl.Int64,
        "planned_investment": pl.Int64, "investment": pl.Int64, "promised_saving": pl.Int64,
        "saving": pl.Int64, "file": pl.String, "row_number": pl.Int64,
    },
}  # fmt: skip
_QUARTERS, _FIRST_YEAR, _YEARS = 8, 2023, 7
_POUNDS = 100
_MILLION = 1_000_000 * _POUNDS


@dataclass(frozen=True, slots=True)
class Provider:
    """A pretend provider; amounts in millions of pounds, by year from the first."""

    slug: str
    name: str
    unit_cost: int  # pence a transaction
    on_time: int  # tenths of per cent
    satisfied: int  # tenths of per cent
    baseline: int
    planned: tuple[int, ...]
    invested: tuple[int, ...]
    promised: tuple[int, ...]
    saved: tuple[int, ...]


PROVIDERS = (
    Provider(
        "lantern-shared-services", "Lantern Shared Services", 412, 962, 781, 40,
        (8, 4, 0, 0, 0, 0, 0), (9, 4, 0), (0, 6, 9, 10, 10, 10, 10), (1, 7, 11),
    ),
    Provider(
        "quayside-business-centre", "Quayside Business Centre", 655, 911, 640, 60,
        (4, 2, 0, 0, 0, 0, 0), (5, 3, 1), (2, 9, 14, 15, 15, 15, 15), (1, 5, 8),
    ),
    Provider(
        "tideway-transactions", "Tideway Transactions", 930, 804, 452, 55,
        (10, 5, 0, 0, 0, 0, 0), (14, 11, 6), (2, 9, 13, 14, 14, 14, 14), (-1, 2, 4),
    ),
)  # fmt: skip


def write_shared_services(out: Path, last: date, chance: Chance) -> dict[str, Path]:
    """Write every provider's files up to a day, and the tables of truth; where these are."""
    returns: list[tuple[object, ...]] = []
    cases: list[tuple[object, ...]] = []
    for provider in PROVIDERS:
        folder = f"shared-services/{provider.slug}"
        for quarter in _quarters(last):
            name = f"{folder}/{quarter.isoformat()}-return.csv"
            rows = list(_quarter(provider, quarter, chance))
            _write(out / name, RETURN, [_return_cells(row) for row in rows], quarter)
            returns += [(*row, name, number) for number, row in enumerate(rows, start=1)]
        done = date(_FIRST_YEAR + len(provider.invested), 3, 31)
        name = f"{folder}/{done.isoformat()}-business-case.csv"
        years = list(_case(provider, chance.between(0, 900) * 1000 * _POUNDS))
        _write(out / name, CASE, [_case_cells(row) for row in years], done)
        cases += [(*row, name, number) for number, row in enumerate(years, start=1)]
    return {
        table: _keep(out, table, rows)
        for table, rows in (("shared_service", returns), ("business_case", cases))
    }


# The columns of truth, in their order.
_Row = tuple[object, ...]
_Cells = tuple[Cell, ...]


def _quarters(last: date) -> tuple[date, ...]:
    """The ends of the last quarters that are over on a day, in order."""
    day = last + timedelta(days=1)
    found: list[date] = []
    while len(found) < _QUARTERS:
        day = day.replace(day=1) - timedelta(days=1)
        if day.month % 3 == 0:
            found.append(day)
    return tuple(reversed(found))


def _quarter(provider: Provider, quarter: date, chance: Chance) -> Iterator[_Row]:
    for service in SERVICES:
        count = chance.between(20_000, 60_000)
        cost = count * (provider.unit_cost + chance.between(-40, 40))
        on_time = provider.on_time + chance.between(-25, 25)
        satisfied = provider.satisfied + chance.between(-60, 60)
        answers = chance.between(40, 900)
        yield (provider.name, service, quarter, count, cost, on_time, satisfied, answers)


def _case(provider: Provider, more: int) -> Iterator[_Row]:
    for place in range(_YEARS):
        done = place < len(provider.invested)
        yield (
            provider.name,
            date(_FIRST_YEAR + place + 1, 3, 31),
            provider.baseline * _MILLION + more,
            provider.planned[place] * _MILLION,
            provider.invested[place] * _MILLION if done else None,
            provider.promised[place] * _MILLION,
            provider.saved[place] * _MILLION if done else None,
        )


def _return_cells(row: _Row) -> _Cells:
    provider, service, quarter, count, cost, on_time, satisfied, answers = row
    return (
        str(provider), SERVICES[str(service)], _day(quarter), str(count), _pounds(cost),
        _percent(on_time), _percent(satisfied), str(answers),
    )  # fmt: skip


def _percent(tenths: object) -> str:
    assert isinstance(tenths, int)
    return f"{tenths // 10}.{tenths % 10}%"


def _case_cells(row: _Row) -> _Cells:
    provider, year, *amounts = row
    return (str(provider), _day(year), *map(_pounds, amounts))


def _day(day: object) -> str:
    assert isinstance(day, date)
    return day.strftime("%d/%m/%Y")


def _pounds(pence: object) -> str:
    if pence is None:
        return ""
    assert isinstance(pence, int)
    sign, whole = "-" if pence < 0 else "", abs(pence)
    return f"{sign}{whole // _POUNDS:,}.{whole % _POUNDS:02d}"


def _write(path: Path, header: Sequence[str], rows: Sequence[_Cells], day: date) -> None:
    writing = FORM.begin(path, header, About("", day))
    writing.add(rows)
    writing.finish()


def _keep(out: Path, table: str, rows: Sequence[_Row]) -> Path:
    path = out / "truth" / f"{table}.parquet"
    pl.DataFrame(rows, schema=SCHEMAS[table], orient="row").write_parquet(path)
    return path
