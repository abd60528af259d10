"""Figures of recruitment, held against a plain count over every application as it was told last."""

import datetime as dt
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from django.test import Client

from muster.gates.facts import snapshots
from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import release
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import months_before
from muster.register.recruitment.enrolment import enrol
from muster.register.recruitment.models import ApplicationFact, DiversityAnswer, Statement
from muster.register.recruitment.rules import STAGES
from synthetic.make import AS_AT as DAYS
from tests.integration.people_files import BY, enrolled, load, service

pytestmark = pytest.mark.django_db
AS_AT = DAYS[-1]
Key = tuple[str, ...]


@pytest.fixture
def loaded(fresh_home: Path) -> None:
    out = enrolled(service(3, 1500))
    enrol(out, by=BY, clock=SYSTEM_CLOCK)
    load(out / "recruitment")


def latest() -> list[ApplicationFact]:
    """Return each application's last row, found one by one."""
    found: dict[tuple[str, str], tuple[tuple[dt.date, int, int], ApplicationFact]] = {}
    for fact in ApplicationFact.objects.select_related("statement"):
        said = fact.statement
        if said.recorded_to is not None:
            continue
        key, age = (said.system, fact.application), (said.as_at, said.pk, fact.row)
        if key not in found or found[key][0] < age:
            found[key] = age, fact
    return [fact for _, fact in found.values()]


def answers() -> dict[tuple[int, int], DiversityAnswer]:
    return {(one.statement_id, one.row): one for one in DiversityAnswer.objects.all()}


def test_the_funnel_counts_every_stage_reached_by_every_answer(loaded: None) -> None:
    given, counted = answers(), Counter[Key]()
    told_at = set(Statement.objects.filter(as_at=AS_AT).values_list("employer", flat=True))
    for fact in latest():
        if not months_before(AS_AT, 12) < fact.applied <= AS_AT:
            continue
        assert fact.statement.employer_id in told_at
        answer = given.get((fact.statement_id, fact.row))
        sex = (answer.sex if answer else None) or ""
        for stage in STAGES[: STAGES.index(fact.stage) + 1]:
            counted[stage, sex] += 1
    cells = reader_of(metric_named("recruitment_funnel")).cells(("reached", "sex"), AS_AT)
    assert {cell.key: cell.value for cell in cells} == counted
    assert sum(counted.values()) > 500


def test_without_stages_the_funnel_counts_every_application_once(loaded: None) -> None:
    told = {
        name: {cell.key: cell.value for cell in reader_of(metric_named(name)).cells((by,), AS_AT)}
        for name in ("recruitment_funnel", "applications")
        for by in ("employer",)
    }
    assert told["recruitment_funnel"] == told["applications"]
    [funnel] = reader_of(metric_named("recruitment_funnel")).cells((), AS_AT)
    [all_of_them] = reader_of(metric_named("applications")).cells((), AS_AT)
    assert (funnel.value, funnel.people > 7) == (all_of_them.value, True)


def test_hires_by_days_from_applying_to_starting(loaded: None) -> None:
    counted = Counter[int]()
    for fact in latest():
        recent = months_before(AS_AT, 12) < fact.applied <= AS_AT
        if recent and fact.outcome == "started" and fact.started:
            counted[(fact.started - fact.applied).days] += 1
    reader = reader_of(metric_named("hires"))
    for cell in reader.cells(("days",), AS_AT):
        [band] = cell.key
        word, _, end = band.partition(" ")
        ends = [int(code.partition(" ")[2]) for code in reader.domain("days", AS_AT)]
        low = max((one for one in ends if one < int(end)), default=-1)
        within = (
            d > int(end) if word == "over" else low < d <= int(end) for d in counted.elements()
        )
        assert cell.value == sum(within)


def test_nobody_not_asked_is_counted_as_preferring_not_to_say(loaded: None) -> None:
    domain = reader_of(metric_named("applications")).domain("sex", AS_AT)
    assert domain["prefer_not_to_say"] == "Prefer not to say"
    assert domain[""] == "Not asked or not given"


def test_what_leaves_holds_every_cell_and_no_exact_one(loaded: None) -> None:
    table = release(
        "recruitment_funnel", ("reached", "scheme"), AS_AT,
        audience="a", purpose="p", by=BY, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    reader = reader_of(table.metric)
    whole = product(*(reader.domain(name, AS_AT) for name in table.dimensions))
    assert [cell.key for cell in table.cells] == list(whole)
    assert all(cell.value is None or cell.value % 5 == 0 for cell in table.cells)
    assert any(cell.value for cell in table.cells)


def test_a_snapshot_is_made_once_and_named_by_the_log(loaded: None, fresh_home: Path) -> None:
    reader = reader_of(metric_named("applications"))
    for _ in range(2):
        reader.cells((), AS_AT)
    [place] = (fresh_home / snapshots.FOLDER).glob("*.parquet")
    assert place.name.startswith("applications-")
    text = place.read_bytes()
    for fact in latest()[:50]:
        assert fact.applicant.encode() not in text
        assert fact.application.encode() not in text


def test_every_figure_is_explored_and_asked_why(loaded: None, client: Client) -> None:
    client.post("/sign-in/as/analyst")
    for metric in ("recruitment_funnel", "hires", "drop_out", "applications"):
        page = client.get(f"/grid/?metric={metric}&by=employer&as_at={AS_AT}")
        assert page.status_code == 200, metric
        why = client.get(f"/grid/why/?metric={metric}&as_at={AS_AT}")
        assert ".csv" in why.content.decode(), metric
