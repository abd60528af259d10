"""Attendance of a pretend service through the hub, held against a plain count over its truth."""

import datetime as dt
from collections import defaultdict
from fractions import Fraction
from itertools import product
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest

from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import release
from muster.hub.models import Landing, QuarantinedRow
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.attendance.enrolment import enrol
from muster.register.attendance.models import Building, Count
from muster.register.employers.queries import ids_by_key
from muster.register.employers.succession_actions import state_succession
from synthetic.make import AS_AT as DAYS
from tests.integration.people_files import BY, enrolled, load, service, truth
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
AS_AT = DAYS[-1]
SUNDAYS = tuple(AS_AT - dt.timedelta(days=6 + 7 * back) for back in range(4))
Key = tuple[str, ...]


@pytest.fixture
def loaded(fresh_home: Path) -> Path:
    return remembered("attendance of five employers", load_attendance)


def load_attendance() -> Path:
    out = enrolled(service(5, 1500))
    enrol(out, by=BY, clock=SYSTEM_CLOCK)
    load(out / "attendance")
    return out


def expected(out: Path, *by: str, measure: str = "present") -> dict[Key, int]:
    """Return averages in thousandths, worked out row by row from the truth."""
    ids = {key.partition(":")[2]: one.hex for key, one in ids_by_key().items()}
    places = {(b.system, b.name, b.town): b.id.hex for b in Building.objects.all()}
    days: dict[tuple[str, Key], int] = defaultdict(int)
    sums: dict[tuple[str, Key], int] = defaultdict(int)
    for row in truth(out, "attendance").iter_rows(named=True):
        if row["week"] + dt.timedelta(days=6) not in SUNDAYS:
            continue
        building = places[f"buildings:{row['sender']}", row["building"], row["town"]]
        said = {
            "employer": ids[row["employer"]],
            "building": building,
            "workplace": building + ids[row["employer"]],
            "town": row["town"],
            "region": row["region"].lower().replace(" ", "_"),
            "week": row["week"].isoformat(),
            "weekday": f"{row['day']:%A}" if row["day"] else "",
        }
        place = said["workplace"], tuple(said[name] for name in by)
        days[place] += row["days"]
        sums[place] += row[measure] * (1 if measure == "present" else row["days"])
    found: dict[Key, int] = defaultdict(int)
    for (workplace, key), total in sums.items():
        found[key] += int(Fraction(1000 * total, days[workplace, key]) + Fraction(1, 2))
    return dict(found)


def test_every_row_arrives(loaded: Path) -> None:
    assert set(Landing.objects.values_list("state", flat=True)) == {"accepted"}
    assert not QuarantinedRow.objects.exists()
    told = truth(loaded, "attendance")
    assert Count.objects.count() == told.height > 500
    assert told["day"].null_count() > 0, "some employers send weeks"
    kept = pl.DataFrame(list(Count.objects.values("present", "days", "desks", "based")))
    for column in ("present", "days", "desks", "based"):
        assert kept[column].sum() == told[column].sum()


@pytest.mark.parametrize(
    "by",
    [(), ("employer",), ("building",), ("week",), ("building", "week"), ("workplace", "week"),
     ("weekday",), ("region", "weekday"), ("town",), ("employer", "region", "week")],
    ids=" and ".join,
)  # fmt: skip
def test_figures_are_the_truth(loaded: Path, by: Key) -> None:
    cells = reader_of(metric_named("attendance")).cells(by, AS_AT)
    found = expected(loaded, *by)
    assert {cell.key: cell.value for cell in cells} == found
    assert all(cell.people <= cell.value / 1000 < cell.people + 1 for cell in cells)


@pytest.mark.parametrize(
    ("metric", "measure"), [("attendance_based", "based"), ("attendance_desks", "desks")]
)
def test_what_it_is_measured_against_is_the_truth(loaded: Path, metric: str, measure: str) -> None:
    cells = reader_of(metric_named(metric)).cells(("building", "week"), AS_AT)
    found = expected(loaded, "building", "week", measure=measure)
    assert {cell.key: cell.value for cell in cells} == found


def test_whole_months_are_told_and_every_week_once(loaded: Path) -> None:
    reader = reader_of(metric_named("attendance"))
    assert list(reader.dates()) == list(DAYS)
    weeks = [week for day in reader.dates() for week in reader.domain("week", day)]
    assert len(set(weeks)) == len(weeks)
    told = set(truth(loaded, "attendance")["week"].dt.to_string("%Y-%m-%d"))
    # The week that ends on the first of November counts in that month, which is not over.
    assert told - set(weeks) == {"2026-10-26"}


def test_what_leaves_holds_every_cell_and_no_exact_one(loaded: Path) -> None:
    table = release(
        "attendance", ("building", "weekday"), AS_AT,
        audience="a", purpose="p", by=BY, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    reader = reader_of(table.metric)
    whole = product(*(reader.domain(name, AS_AT) for name in table.dimensions))
    assert [cell.key for cell in table.cells] == list(whole)
    assert all(cell.value is None or cell.value % 5 == 0 for cell in table.cells)
    assert any(cell.value for cell in table.cells)


def test_completeness_names_who_did_not_tell(loaded: Path) -> None:
    reader = reader_of(metric_named("attendance"))
    returns = reader.returns(AS_AT)
    assert (returns.returned, returns.known, returns.without) == (5, 5, ())
    for slug in ("national-weather-museum", "weather-and-tides"):
        sent = Landing.objects.get(name=f"{slug}/2026-10-31-attendance.csv")
        withdraw(landing=sent.id, reason="sent by mistake", by=BY, clock=SYSTEM_CLOCK)
    returns = reader.returns(AS_AT)
    missing = ("Ministry of Weather and Tides", "National Weather Museum")
    assert (returns.returned, returns.without) == (3, missing)
    # The file of September still tells of the first days of the first week.
    assert "Ministry of Weather and Tides" in {who for _landing, who in returns.feeds}


def test_after_a_merger_attendance_counts_under_the_successor(loaded: Path) -> None:
    reader = reader_of(metric_named("attendance"))
    before = {key: cell.value for cell in reader.cells(("employer",), AS_AT) for key in cell.key}
    names = {title: code for code, title in reader.domain("employer", AS_AT).items()}
    museum, weather = names["National Weather Museum"], names["Ministry of Weather and Tides"]
    state_succession(
        former=UUID(museum), day=AS_AT, successors=[UUID(weather)], source="An order", by=BY,
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    today = {
        key: cell.value for cell in reader.cells(("employer_today",), AS_AT) for key in cell.key
    }
    assert today == {
        code: value + (before[museum] if code == weather else 0)
        for code, value in before.items()
        if code != museum
    }
    assert set(reader.domain("employer_today", AS_AT)) == set(today)
    sent = Landing.objects.get(name="weather-and-tides/2026-10-31-attendance.csv")
    withdraw(landing=sent.id, reason="sent by mistake", by=BY, clock=SYSTEM_CLOCK)
    assert set(reader.domain("employer_today", AS_AT)) == set(today) - {weather}


def test_a_shared_building_holds_everybody(loaded: Path) -> None:
    domain = reader_of(metric_named("attendance")).domain("workplace", AS_AT)
    buildings = [code[:32] for code in domain]
    [shared] = {one for one in buildings if buildings.count(one) > 1}
    both = [label for code, label in domain.items() if code.startswith(shared)]
    assert ["Department for Harbours" in label for label in both].count(True) == 1
    values = {cell.key: cell.value for cell in
              reader_of(metric_named("attendance")).cells(("building",), AS_AT)}  # fmt: skip
    parts = reader_of(metric_named("attendance")).cells(("workplace",), AS_AT)
    assert values[shared,] == sum(c.value for c in parts if c.key[0].startswith(shared))
