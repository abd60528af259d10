"""What employees and contractors cost: exact cells, what the gate tells of them, and the page."""

import datetime as dt
import re
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client

from muster.gates.disclosure import WITHHELD_SHOWN
from muster.gates.metrics import metric_named, reader_of
from muster.gates.models import Release
from muster.gates.release import ReleasedTable, release
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.metrics import RawCell, SerialReader
from muster.register.people.facts import Employments
from muster.services.grid.workers import BY, choices, workers
from tests.integration.told_feeds import FULL_TIME, Register, row
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
AUG, SEP = dt.date(2026, 8, 31), dt.date(2026, 9, 30)
HALF = FULL_TIME // 2


def people(prefix: str, first: int, many: int, **said: Any) -> list[dict[str, Any]]:
    """Return rows of different people: the same number is the same person everywhere."""
    return [
        row(
            f"{prefix}{n}", nino=f"QQ{n:06}A", surname=f"Mole{chr(97 + n % 26)}{chr(97 + n // 26)}",
            birth_date=dt.date(1970, 1, 1) + dt.timedelta(days=31 * n), **said,
        )
        for n in range(first, first + many)
    ]  # fmt: skip


def contractors(prefix: str, first: int, many: int, **said: Any) -> list[dict[str, Any]]:
    return people(prefix, first, many, **{"engagement": "contractor", "grade": "G7", **said})


def told() -> None:
    """Let the mill tell of 22 employees and 13 others, the weir of 9 and one who earns most."""
    register = Register()
    mill = [
        *people("M", 0, 20, salary=4_000_000), *people("M", 20, 1, salary=6_000_000, fte=HALF),
        *people("M", 21, 1), *contractors("M", 40, 10, day_rate=50_000),
        *contractors("M", 50, 2), *people("M", 55, 1, engagement="loan_in"),
    ]  # fmt: skip
    weir = [
        *people("W", 60, 9, salary=3_000_000, grade="SEO"),
        *people("W", 70, 1, salary=300_000_000, grade="SEO"),
        *contractors("W", 80, 3, day_rate=60_000),
    ]
    register.tells("mill", AUG, mill[:20])
    register.tells("mill", SEP, mill)
    register.tells("weir", SEP, weir)


@pytest.fixture
def costs(client: Client) -> Client:
    remembered("costs of two employers", told)
    client.post("/sign-in/as/analyst")
    return client


def cells(metric: str, *by: str, on: dt.date = SEP) -> dict[str, RawCell]:
    """Return exact cells by the titles of their keys."""
    reader = reader_of(metric_named(metric))
    domains = [reader.domain(name, on) for name in by]
    return {
        ", ".join(domain[code] for domain, code in zip(domains, cell.key, strict=True)): cell
        for cell in reader.cells(by, on)
    }


def released(metric: str, *by: str) -> ReleasedTable:
    return release(
        metric, by, SEP, audience="test", purpose="test", by="test", clock=SYSTEM_CLOCK
    )  # fmt: skip


@pytest.mark.usefixtures("costs")
def test_cells_hold_the_sum_the_people_and_the_two_who_cost_most() -> None:
    bill = cells("pay_bill", "employer")
    assert bill["Mill"][1:] == (83_000_000, 21, (4_000_000, 4_000_000))
    assert bill["Weir"][1:] == (327_000_000, 10, (300_000_000, 3_000_000))
    assert cells("average_pay")[""][1:] == (410_000_000, 31, (300_000_000, 4_000_000))
    cost = cells("contractor_cost", "employer")
    assert cost["Mill"][1:] == (10 * 11_000_000, 10, (11_000_000, 11_000_000))
    assert cost["Weir"][1:] == (3 * 13_200_000, 3, (13_200_000, 13_200_000))
    counted = cells("contractors", "employer", "priced")
    assert {key: cell.people for key, cell in counted.items()} == {
        "Mill, A day rate": 10, "Mill, Not stated": 3, "Weir, A day rate": 3,
    }  # fmt: skip


@pytest.mark.usefixtures("costs")
def test_months_are_asked_one_by_one_and_say_the_same() -> None:
    reader = reader_of(metric_named("pay_bill"))
    assert isinstance(reader, SerialReader)
    found = reader.over(("employer",), [AUG, SEP])
    for date in (AUG, SEP):
        assert sorted(found[date]) == sorted(reader.cells(("employer",), date))
        assert all(cell.largest is not None for cell in found[date])


@pytest.mark.usefixtures("costs")
def test_a_second_way_of_counting_comes_to_the_same() -> None:
    frame = Employments().frame().filter(
        pl.col("valid_from") <= SEP, pl.col("valid_to").is_null() | (pl.col("valid_to") > SEP)
    )  # fmt: skip
    for metric, kinds, priced in (
        ("pay_bill", ["employee"], "salary"),
        ("contractor_cost", ["contractor", "agency"], "day rate"),
    ):
        rows = frame.filter(pl.col("kind").is_in(kinds), priced=priced)
        for by in ("employer", "grade", "profession", "region"):
            summed = rows.group_by(by).agg(pl.col("cost").sum(), n=pl.col("person").n_unique())
            exact = reader_of(metric_named(metric)).cells((by,), SEP)
            assert {(*cell.key, cell.value, cell.people) for cell in exact} == set(summed.rows())


@pytest.mark.usefixtures("costs")
def test_the_gate_tells_no_amount_that_is_mostly_one_persons() -> None:
    shown = {cell.labels[0]: cell.shown for cell in released("pay_bill", "employer").cells}
    assert shown["Weir"] == WITHHELD_SHOWN
    assert shown["Mill"][0].isdigit()
    average = {cell.labels[0]: cell.shown for cell in released("average_pay", "employer").cells}
    assert average["Weir"] == WITHHELD_SHOWN
    cost = {cell.labels[0]: cell.shown for cell in released("contractor_cost", "employer").cells}
    assert cost["Weir"] == "0 to 7"
    assert cost["Mill"][0].isdigit()


@pytest.mark.usefixtures("costs")
def test_shares_are_made_of_figures_as_they_are_told() -> None:
    found = workers(
        "employer", SEP.isoformat(), purpose="test", asked_by="test", clock=SYSTEM_CLOCK
    )
    mill, weir = found.groups
    assert (mill.employees.shown, mill.others.shown, mill.rated.shown) == ("20", "15", "10")
    assert mill.share_of_people.shown == "43%"
    assert mill.share_of_cost.value is not None
    assert mill.cost.value is not None
    assert mill.pay.value is not None
    share = 100 * mill.cost.value / (mill.cost.value + mill.pay.value)
    assert abs(mill.share_of_cost.value - share) <= 1
    assert (weir.others.shown, weir.share_of_people.shown) == ("0 to 7", WITHHELD_SHOWN)
    assert (weir.pay.shown, weir.share_of_cost.shown) == (WITHHELD_SHOWN, WITHHELD_SHOWN)
    assert {one.metric.name for one in found.releases} == {
        "headcount", "contractors", "pay_bill", "average_pay", "contractor_cost"
    }  # fmt: skip


@pytest.mark.parametrize("by", [*BY, "age", ""])
def test_the_page_shows_released_figures_alone(costs: Client, by: str) -> None:
    response = costs.get(f"/grid/workers/?by={by}")
    assert response.status_code == 200
    text = unescape(response.content.decode())
    told = {
        cell[-1] for one in Release.objects.all() for cell in one.content["cells"]
    } | {WITHHELD_SHOWN, "Nearly all"}  # fmt: skip
    figures = re.findall(r"<td[^>]*numeric[^>]*>\s*([^<]*?)\s*</td>", text)
    assert figures
    for figure in figures:
        assert figure.lstrip("£").removesuffix(" people") in told or re.fullmatch(
            r"\d{1,2}%", figure
        ), figure
    assert "300,000" not in text
    assert dict(choices()).keys() == set(BY)


def test_without_returns_the_page_says_so(client: Client, fresh_home: Path) -> None:
    client.post("/sign-in/as/analyst")
    text = client.get("/grid/workers/").content.decode()
    assert "No employer has made a return yet." in text
    assert "<table" not in text


def test_without_day_rates_no_cost_is_taken_for_nothing(client: Client) -> None:
    register = Register()
    register.tells("mill", SEP, [*people("M", 0, 9), *contractors("M", 20, 9)])
    client.post("/sign-in/as/leader")
    text = client.get("/grid/workers/").content.decode()
    assert "No amount can be told of any group" in text
    assert "not every HR system states day rates" in text
    assert "<svg" not in text.split('id="results"')[1]


def test_who_may_not_see_figures_is_turned_away(client: Client) -> None:
    client.post("/sign-in/as/civil-servant")
    assert client.get("/grid/workers/").status_code == 403
