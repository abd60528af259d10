"""Attacks on the gate from beside: asking for the same table as if it were another."""

import uuid
from pathlib import Path

import pytest

from muster.gates import metrics, release
from muster.gates.audit import deciding
from muster.gates.models import HELD, OUT, WITHDRAWN, Release
from muster.gates.release import ReleasedTable, cited
from muster.gates.rows import EVERYBODY, SYSTEMS, TERMINAL, audience_of, same_rows
from muster.hub.models import System
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotPermitted
from muster.ledger.current import ledger
from synthetic.make import AS_AT
from tests.attackers.worlds import FLAG, few_staff
from tests.integration.people_files import load_service

pytestmark = pytest.mark.django_db
STAFF = few_staff(5, people=900)
METRIC = STAFF.metric(characteristic=True)


def ask(
    *dimensions: str, audience: str = EVERYBODY, metric: str = METRIC.name, month: int = 0
) -> ReleasedTable:
    day = STAFF.dates()[month] if metric == METRIC.name else AS_AT[-1]
    return release.release(
        metric, dimensions, day, audience=audience, purpose="p", by="x", clock=SYSTEM_CLOCK
    )


@pytest.fixture
def staff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "declared", lambda: {METRIC.name: METRIC})
    monkeypatch.setattr(release, "reader_of", lambda metric, audience: STAFF)


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("state", [HELD, WITHDRAWN])
@pytest.mark.parametrize(
    ("again", "audience"),
    [
        (("grade", "employer"), EVERYBODY),
        (("employer", "grade"), TERMINAL),
        (("grade", "employer"), SYSTEMS),
    ],
)
def test_a_table_that_is_shut_is_shut_however_it_is_asked(
    state: str, again: tuple[str, ...], audience: str
) -> None:
    """Neither dimensions in another order nor another audience of everybody's figures opens it."""
    shut = ask("employer", "grade")
    Release.objects.filter(id=shut.release).update(state=state)
    ledger().append_one("exchange", "muster.test.v1", "test:newer", {})
    with pytest.raises(NotPermitted):
        ask(*again, audience=audience)


@pytest.mark.usefixtures("staff")
def test_the_same_table_that_left_in_another_order_goes_with_what_is_withdrawn() -> None:
    twin, shut = ask("grade", "employer", audience=SYSTEMS), ask("employer", "grade")
    Release.objects.filter(id=shut.release).update(state=HELD)
    with pytest.raises(NotPermitted, match="held"):
        cited(twin.release)
    deciding.withdraw(release=shut.release, reason="Tells of one", by="x", clock=SYSTEM_CLOCK)
    with pytest.raises(NotPermitted, match="withdrawn"):
        cited(twin.release)
    assert Release.objects.get(id=twin.release).state == OUT


@pytest.mark.usefixtures("staff")
def test_another_wording_of_a_metric_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shut = ask("employer", FLAG)
    Release.objects.filter(id=shut.release).update(state=WITHDRAWN)
    said = type(METRIC)(**{**vars(METRIC), "definition": "The same people, in other words"})
    monkeypatch.setattr(metrics, "declared", lambda: {METRIC.name: said})
    with pytest.raises(NotPermitted, match="withdrawn"):
        ask("employer", FLAG)


def test_an_employer_learns_of_no_errors_but_those_of_its_own_cells(fresh_home: Path) -> None:
    """Who can count its own people knows the error of its own figures, and of nobody else's."""
    load_service()
    own = System.objects.filter(code__startswith="hr:").order_by("code")[0].employer
    assert own is not None
    everybody = ask("employer", "age", metric="headcount").only("employer", own.hex)
    mine = ask("age", metric="headcount", audience=audience_of(own))
    assert [(one.key[1:], one.labels[1:], one.shown, one.kind) for one in everybody] == [
        (one.key, one.labels, one.shown, one.kind) for one in mine.cells
    ]
    assert {one.kind for one in mine.cells} >= {"perturbed"}


def test_only_everybodys_figures_are_of_the_same_rows() -> None:
    one, other = audience_of(uuid.uuid4()), audience_of(uuid.uuid4())
    assert same_rows(EVERYBODY, SYSTEMS)
    assert same_rows(one, one)
    assert not any(same_rows(*two) for two in ((one, other), (one, SYSTEMS), (EVERYBODY, other)))
