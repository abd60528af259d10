"""Returns and business cases of pretend providers through the hub, against a count of truth."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import ReleasedTable, release
from muster.hub.models import Landing, QuarantinedRow
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.shared_services.enrolment import enrol
from muster.register.shared_services.models import CaseYear, ServiceReturn
from tests.integration.people_files import BY, enrolled, load, service, truth
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
QUARTER, YEAR = dt.date(2026, 9, 30), dt.date(2026, 3, 31)
Rows = list[dict[str, Any]]


@pytest.fixture
def loaded(fresh_home: Path) -> Path:
    return remembered("shared services", load_services)


def load_services() -> Path:
    out = enrolled(service(3, 300))
    enrol(out, by=BY, clock=SYSTEM_CLOCK)
    load(out / "shared-services")
    return out


def released(metric: str, by: tuple[str, ...], as_at: dt.date) -> ReleasedTable:
    return release(
        f"shared_service_{metric}", by, as_at,
        audience="a", purpose="p", by=BY, clock=SYSTEM_CLOCK,
    )  # fmt: skip


def told(table: ReleasedTable) -> dict[tuple[str, ...], Decimal | None]:
    return {cell.key: cell.value for cell in table.cells}


def grouped(rows: pl.DataFrame, by: tuple[str, ...]) -> dict[tuple[str, ...], Rows]:
    found: dict[tuple[str, ...], Rows] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault(tuple(row[name] for name in by), []).append(row)
    return found


def weighed(share: str, weight: str) -> Callable[[Rows], Decimal]:
    def figure(rows: Rows) -> Decimal:
        whole = sum(row[weight] for row in rows)
        tenths = round(Fraction(sum(row[share] * row[weight] for row in rows), whole))
        return Decimal(tenths) / 10

    return figure


FIGURES: dict[str, Callable[[Rows], Decimal]] = {
    "transactions": lambda rows: Decimal(sum(row["transactions"] for row in rows)),
    "cost": lambda rows: Decimal(sum(row["cost"] for row in rows)) / 100,
    "unit_cost": lambda rows: (
        Decimal(round(Fraction(sum(r["cost"] for r in rows), sum(r["transactions"] for r in rows))))
        / 100
    ),
    "on_time": weighed("on_time", "transactions"),
    "satisfaction": weighed("satisfaction", "answers"),
}


def test_every_row_arrives(loaded: Path) -> None:
    assert set(Landing.objects.values_list("state", flat=True)) == {"accepted"}
    assert not QuarantinedRow.objects.exists()
    assert ServiceReturn.objects.count() == truth(loaded, "shared_service").height
    assert CaseYear.objects.count() == truth(loaded, "business_case").height


@pytest.mark.parametrize("metric", FIGURES)
@pytest.mark.parametrize("by", [(), ("provider",), ("service",), ("provider", "service")], ids=str)
def test_figures_of_a_quarter_are_the_truth(loaded: Path, metric: str, by: tuple[str, ...]) -> None:
    rows = truth(loaded, "shared_service").filter(quarter=QUARTER)
    expected = {key: FIGURES[metric](found) for key, found in grouped(rows, by).items()}
    table = released(metric, by, QUARTER)
    assert told(table) == expected
    assert (table.returned, table.known) == (3, 3)


@pytest.mark.parametrize(
    ("metric", "column"),
    [("baseline", "baseline"), ("planned_investment", "planned_investment"),
     ("investment", "investment"), ("promised_saving", "promised_saving"), ("saving", "saving")],
)  # fmt: skip
def test_amounts_of_a_year_are_the_truth(loaded: Path, metric: str, column: str) -> None:
    rows = truth(loaded, "business_case").filter(year=YEAR)
    pounds = {row["provider"]: Decimal(row[column]) / 100 for row in rows.iter_rows(named=True)}
    assert told(released(metric, ("provider",), YEAR)) == {(k,): v for k, v in pounds.items()}
    assert told(released(metric, (), YEAR)) == {(): sum(pounds.values())}


def test_nothing_is_told_as_done_of_years_to_come(loaded: Path) -> None:
    later = dt.date(2028, 3, 31)
    assert later in reader_of(metric_named("shared_service_saving")).dates()
    assert told(released("saving", ("provider",), later)) == {}
    assert len(told(released("promised_saving", ("provider",), later))) == 3
