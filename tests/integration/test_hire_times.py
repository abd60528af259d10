"""How long hires take: steps held against the rules, percentiles against the true ones."""

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

from muster.gates.metrics import metric_named, reader_of
from muster.gates.percentiles import Percentile
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import months_before
from muster.register.recruitment.enrolment import enrol
from muster.register.recruitment.facts import STEPS
from muster.register.recruitment.models import ApplicationFact
from muster.register.recruitment.rules import Application, stages
from muster.services.grid.times import EACH, dimensions, hire_times
from synthetic.make import AS_AT as DAYS
from tests.integration.people_files import BY, enrolled, load, service
from tests.integration.test_recruitment_figures import latest

pytestmark = pytest.mark.django_db
AS_AT = DAYS[-1]
_SAID = (
    "applied", "sifted", "sift_outcome", "interviewed", "interview_outcome", "offered",
    "offer_response", "vetting_started", "vetting_cleared", "started", "withdrawn", "reinstated",
    "rejected_stage",
)  # fmt: skip


@pytest.fixture
def loaded(fresh_home: Path) -> None:
    out = enrolled(service(3, 1500))
    enrol(out, by=BY, clock=SYSTEM_CLOCK)
    load(out / "recruitment")


def recent() -> list[ApplicationFact]:
    since = months_before(AS_AT, 12)
    return [one for one in latest() if since < one.applied <= AS_AT]


def steps_of(fact: ApplicationFact) -> list[tuple[str, int]]:
    """Return the counted steps of an application, as the rules tell them."""
    said = {name: getattr(fact, name) for name in _SAID}
    told = stages(Application(as_at=fact.statement.as_at, **said)).steps
    named = [(f"{one.start} {one.end}", one.days) for one in told]
    return [(name, days) for name, days in named if name in STEPS]


def within(days: int, code: str, domain: list[str]) -> bool:
    word, _, number = code.partition(" ")
    low = max((int(one[3:]) for one in domain if one[:2] == "to" and int(one[3:]) < int(number)),
              default=-1)  # fmt: skip
    return days > int(number) if word == "over" else low < days <= int(number)


def test_steps_are_those_of_the_rules(loaded: None) -> None:
    told = [step for fact in recent() for step in steps_of(fact)]
    assert {name for name, _days in told} == set(STEPS)
    reader = reader_of(metric_named("recruitment_steps"))
    domain = list(reader.domain("took", AS_AT))
    counted = Counter(
        (name, code) for name, days in told for code in domain if within(days, code, domain)
    )
    assert sum(counted.values()) == len(told) > 500
    cells = reader.cells(("step", "took"), AS_AT)
    assert {cell.key: cell.value for cell in cells} == counted


def test_percentiles_hold_the_true_ones(loaded: None) -> None:
    found = hire_times("scheme", str(AS_AT), "", purpose="p", asked_by=BY, clock=SYSTEM_CLOCK)
    assert found.everybody is not None
    took = [(one.started - one.applied).days for one in recent()
            if one.outcome == "started" and one.started]  # fmt: skip
    assert_holds(found.everybody.percentiles, took)
    for step in found.steps:
        days = [n for fact in recent() for name, n in steps_of(fact) if name == step.times.code]
        assert_holds(step.times.percentiles, days)
    assert sum(step.times.half is not None for step in found.steps) > 1


def assert_holds(told: tuple[Percentile | None, ...], days: list[int]) -> None:
    days.sort()
    for per_cent, found in zip(EACH, told, strict=True):
        true = days[-(-per_cent * len(days) // 100) - 1]
        if found is not None:
            assert found.low <= true
            assert found.high is None or true <= found.high


@pytest.mark.parametrize("by", ["employer", "employer_today", "profession", "grade", "sex"])
def test_the_page_tells_times_by_everything_declared(loaded: None, client: Client, by: str) -> None:
    assert by in dict(dimensions())
    client.post("/sign-in/as/analyst")
    page = client.get(f"/grid/times/?by={by}&as_at={AS_AT}")
    assert page.status_code == 200
    text = re.sub(r"\s+", " ", page.content.decode())
    assert "The slowest step:" in text
    assert "Half were made within" in text
    for label in STEPS.values():
        assert label in text
    if by == "sex":
        assert "carry a small error" in text


def test_one_group_alone_is_read_from_its_own_cells(loaded: None) -> None:
    codes = {cell.key[0] for cell in reader_of(metric_named("hires")).cells(("grade",), AS_AT)}
    code = max(codes)
    found = hire_times("grade", str(AS_AT), code, purpose="p", asked_by=BY, clock=SYSTEM_CLOCK)
    assert found.of == code
    assert all(len(one.dimensions) <= 3 for one in found.releases)
    unknown = hire_times("grade", "1999-01-31", "nobody", purpose="p", asked_by=BY,
                         clock=SYSTEM_CLOCK)  # fmt: skip
    assert unknown.of == ""
    assert unknown.releases[0].as_at in unknown.dates
    assert isinstance(unknown.releases[0].as_at, dt.date)
