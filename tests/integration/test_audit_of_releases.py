"""The audit of what was released: what tells too much is held, and a person decides."""

from itertools import combinations

import polars as pl
import pytest
from django.test import Client
from django.urls import get_resolver

from muster.gates import metrics, release, telling
from muster.gates.audit import auditing, deciding
from muster.gates.models import Audit, Release
from muster.gates.release import ReleasedTable, cited
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, NotFound, NotPermitted
from muster.ledger.current import ledger
from tests.attackers.campaign import told_by_gate
from tests.attackers.worlds import FLAG, few_staff

pytestmark = pytest.mark.django_db
STAFF = few_staff(5, people=900)
METRIC = STAFF.metric(characteristic=False)
TABLES = [one for n in range(4) for one in combinations(("employer", "grade", FLAG), n)]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    # Pages are imported before anything is put in the place of what they import.
    assert get_resolver().url_patterns
    monkeypatch.setattr(metrics, "declared", lambda: {METRIC.name: METRIC})
    monkeypatch.setattr("muster.services.grid.pages.audit.declared", metrics.declared)
    monkeypatch.setattr(release, "reader_of", lambda metric, audience: STAFF)


@pytest.fixture
def leaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide small figures alone, and tell the others exactly, as is usual elsewhere."""

    def exactly(scale: int, cells: pl.DataFrame) -> pl.DataFrame:
        small = (pl.col("people") > 0) & (pl.col("people") <= 2)
        return cells.with_columns(
            kind=pl.when(small).then(pl.lit("band")).otherwise(pl.lit("exact")),
            told=pl.when(~small).then(pl.col("value")),
        )

    monkeypatch.setattr(telling, "told_columns", exactly)


def ask(*dimensions: str, audience: str = "staff") -> ReleasedTable:
    return release.release(
        METRIC.name, dimensions, STAFF.dates()[0], audience=audience, purpose="p", by="x",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip


def test_what_passed_the_gate_passes_the_audit() -> None:
    for dimensions in TABLES:
        ask(*dimensions)
    done, held = auditing.audit(clock=SYSTEM_CLOCK, seconds=0.6)
    assert (done, held) == (len(TABLES), 0)
    last = deciding.releases(limit=1)[0]
    assert last.tables == len(TABLES)
    assert last.looked
    assert (last.exact, last.narrow) == (0, 0)
    assert auditing.audit(clock=SYSTEM_CLOCK) == (0, 0)


@pytest.mark.usefixtures("leaking")
def test_a_table_that_tells_too_much_is_held_until_a_person_decides() -> None:
    first, second = ask("employer"), ask("employer", FLAG)
    done, held = auditing.audit(clock=SYSTEM_CLOCK, seconds=3)
    assert (done, held) == (2, 1)
    [waits] = deciding.releases(held=True)
    assert waits.id == second.release
    assert waits.narrow
    assert waits.worst
    assert cited(first.release) == first
    with pytest.raises(NotPermitted, match="held"):
        cited(second.release)
    with pytest.raises(NotPermitted, match="held"):
        ask("employer", FLAG)
    ledger().append_one("exchange", "muster.test.v1", "test:newer", {})
    with pytest.raises(NotPermitted, match="held"):
        ask("employer", FLAG)
    with pytest.raises(NotPermitted, match="held"):
        ask("employer", FLAG, audience="another")
    deciding.let_out(release=waits.id, reason="Known anyway", by="officer", clock=SYSTEM_CLOCK)
    assert cited(second.release) == second
    types = [entry.type for entry in ledger().read("decisions")]
    assert types.count("muster.gates.table.held.v1") == 1
    assert types.count("muster.gates.table.decided.v1") == 1


@pytest.mark.usefixtures("leaking")
def test_a_withdrawn_table_never_comes_back() -> None:
    ask("employer")
    table = ask("employer", FLAG)
    auditing.audit(clock=SYSTEM_CLOCK, seconds=3)
    with pytest.raises(BadInput):
        deciding.withdraw(release=table.release, reason=" ", by="o", clock=SYSTEM_CLOCK)
    deciding.withdraw(release=table.release, reason="Too much", by="o", clock=SYSTEM_CLOCK)
    with pytest.raises(NotFound):
        deciding.let_out(release=table.release, reason="Yes", by="o", clock=SYSTEM_CLOCK)
    with pytest.raises(NotPermitted, match="withdrawn"):
        ask("employer", FLAG)
    assert Release.objects.get(id=table.release).audit.reason == "Too much"


@pytest.mark.usefixtures("leaking")
def test_the_officer_sees_why_and_decides(client: Client) -> None:
    ask("employer")
    table = ask("employer", FLAG)
    auditing.audit(clock=SYSTEM_CLOCK, seconds=3)
    client.post("/sign-in/as/analyst")
    assert client.get("/grid/audit/").status_code == 403
    client.post("/sign-in/as/governance")
    assert "Held" in client.get("/grid/audit/").content.decode()
    address = f"/grid/audit/{table.release}"
    assert "Found out exactly" in client.get(address).content.decode()
    wrong = client.post(address, {"decision": "let out"})
    assert "Enter the reason" in wrong.content.decode()
    done = client.post(address, {"decision": "withdraw", "reason": "Too much"}, follow=True)
    assert "Withdrawn" in done.content.decode()
    assert Audit.objects.get(release=table.release).decided_by
    assert client.get(f"/grid/releases/{table.release}").status_code == 403


def test_newer_data_that_changed_nothing_is_not_looked_at_again() -> None:
    ask("employer", FLAG)
    auditing.audit(clock=SYSTEM_CLOCK, seconds=0.3)
    ledger().append_one("exchange", "muster.test.v1", "test:newer", {})
    ask("employer", FLAG)
    auditing.audit(clock=SYSTEM_CLOCK, seconds=0.3)
    assert deciding.releases(limit=1)[0].looked == 0
    shown = [row.content["cells"] for row in Release.objects.all()]
    assert shown[0] == shown[1]


def test_attackers_read_what_is_released() -> None:
    """The attackers' campaign asks for whole tables at once; a release holds the same figures."""
    asked = told_by_gate(STAFF, characteristic=False)
    for dimensions in TABLES:
        cells = [
            (cell.key, None if cell.value is None else float(cell.value), cell.kind)
            for cell in ask(*dimensions).cells
        ]
        assert cells == list(asked(dimensions, 0))
