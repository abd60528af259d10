"""The attackers of the gate through the public API: what they get there is what the gate tells.

The whole campaign runs against the gate's own function; here it is shown that the API returns the
same cells, and fewer people are attacked over HTTP alone, with the gate and without it.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

import pytest
from django.test import Client

from muster.gates import metrics, release
from muster.gates.telling import Stored, told_over
from muster.hub.models import System
from muster.hub.tokens import make_token
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.metrics import Metric, Reader
from muster.register.people import metrics as people_metrics
from tests.attackers import differencing, months, programmes
from tests.attackers.advantage import Advantage, advantage_of, balanced
from tests.attackers.campaign import LEAST_WITHOUT, MINDS
from tests.attackers.differencing import Targets
from tests.attackers.reading import Ask, reading
from tests.attackers.worlds import FLAG, Staff, few_staff, moving_staff, rare_staff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
SEED, PAIRS = 20_261_031, 10
LEAST_OF_EACH = 300
attacked: list[Staff] = []


def people() -> Staff:
    """Return who is attacked: the reader that the metric names."""
    return attacked[-1]


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    metric = replace(few_staff(1).metric(characteristic=True), reader=f"{__name__}.people")
    kinds = {one.name: one for staff in (moving_staff(1, people=1, months=2),
                                         rare_staff(1, employers=1, people=50))
             for one in staff.metric(characteristic=True).dimensions}  # fmt: skip
    every = {**{one.name: one for one in metric.dimensions}, **kinds}
    monkeypatch.setattr(
        people_metrics, "METRICS", (replace(metric, dimensions=tuple(every.values())),)
    )
    monkeypatch.setattr(release, "_secret", lambda: b"of the test alone")
    metrics.declared.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    metrics.declared.cache_clear()


def over_http(staff: Staff) -> Ask:
    """Return how figures are come by over HTTP."""
    attacked.append(staff)
    System.objects.create(code="press", title="Press", kind="figures")
    token = make_token(system="press", title="figures", by="test", clock=SYSTEM_CLOCK)
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def ask(
        dimensions: tuple[str, ...], month: int
    ) -> list[tuple[tuple[str, ...], float | None, str]]:
        chosen = {"by": list(dimensions), "as_at": staff.dates()[month].isoformat()}
        answer = client.get("/api/v1/figures/attacked", chosen)
        assert answer.status_code == 200, answer.content
        return [(tuple(c["key"]), c["value"], c["kind"]) for c in answer.json()["cells"]]

    return ask


def without_gate(
    metric: Metric, reader: Reader, dimensions: tuple[str, ...], dates: Sequence[dt.date],
    *, secret: bytes, **_more: object,
) -> dict[dt.date, list[Stored]]:  # fmt: skip
    """Return everything exactly: what the API would tell if there were no gate."""
    return {
        date: [[list(cell.key), list(cell.key), "exact", str(cell.value), str(cell.value)]
               for cell in reader.cells(dimensions, date)]
        for date in dates
    }  # fmt: skip


def achieved(targets: Targets) -> dict[str, Advantage]:
    chosen = targets.some(balanced(targets.truth, SEED))
    return {name: advantage_of(mind(chosen, PAIRS), chosen.truth) for name, mind in MINDS.items()}


def run(attack: str) -> dict[str, Advantage]:
    """Return what each mind achieves over HTTP."""
    if attack == "months":
        staff = moving_staff(SEED, people=15_000, months=6)
        return achieved(months.attack(staff, reading(staff, over_http(staff)), pairs=PAIRS))
    staff = rare_staff(SEED, employers=30, people=45_000)
    staff.months = 1
    return achieved(differencing.attack(staff, reading(staff, over_http(staff)), pairs=PAIRS))


@pytest.mark.usefixtures("declare")
def test_the_api_returns_exactly_what_the_gate_tells() -> None:
    """So what holds of the gate's function in the whole campaign holds of the public API."""
    staff = moving_staff(SEED, people=500, months=3)
    ask, metric = over_http(staff), metrics.metric_named("attacked")
    for dimensions in ((), (FLAG,), ("grade", FLAG), (FLAG, "team", "grade"), ("employer",)):
        told = told_over(metric, staff, dimensions, staff.dates(), secret=release._secret())
        for month, date in enumerate(staff.dates()):
            assert [(key, kind, value) for key, value, kind in ask(dimensions, month)] == [
                (tuple(cast("list[str]", key)), kind, None if value is None else float(str(value)))
                for key, _labels, kind, value, _shown in told[date]
            ]


@pytest.mark.usefixtures("declare")
@pytest.mark.parametrize("attack", ["tables of a month", "months"])
def test_who_subtracts_over_http_learns_nobodys_answer(attack: str) -> None:
    found = run(attack)
    for mind, one in found.items():
        assert one.has == one.has_not >= LEAST_OF_EACH
        assert one.value <= (0.1 if mind == "guesses" else 0.01), (mind, one)


@pytest.mark.parametrize("attack", ["tables of a month", "months"])
def test_the_same_requests_tell_everything_without_the_gate(
    declare: pytest.MonkeyPatch, attack: str
) -> None:
    declare.setattr(release, "told_over", without_gate)
    assert all(one.value >= LEAST_WITHOUT for one in run(attack).values())


@pytest.mark.parametrize("gate", [True, False])
def test_all_tables_of_the_api_solved_at_once(declare: pytest.MonkeyPatch, gate: bool) -> None:
    staff = few_staff(SEED, people=900)
    if not gate:
        declare.setattr(release, "told_over", without_gate)
    read = reading(staff, over_http(staff))
    asked = [(), ("employer",), ("grade",), (FLAG,), ("employer", "grade"), ("employer", FLAG),
             ("grade", FLAG), ("employer", "grade", FLAG)]  # fmt: skip
    tables = [(dimensions, read(dimensions, 0)) for dimensions in asked]
    found = programmes.solve(staff, tables, month=0, cells=8, seed=SEED)
    assert (found.exact, found.narrow, found.wrong) == ((0, 0, 0) if gate else (8, 8, 0))
