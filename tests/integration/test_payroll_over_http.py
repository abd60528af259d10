"""A payroll that is spoken to over HTTP is told by real workers, and what it paid is compared."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from muster.hub.messages.acceptance import accept
from muster.hub.messages.envelope import Envelope, source_of, write_message
from muster.hub.pulling.inlets import set_inlet
from muster.hub.pulling.pulling import pull_one
from muster.kernel.clock import FixedClock, SystemClock
from muster.services.transfers.payrolls import enrolment
from muster.services.transfers.payrolls.models import PayDifference, PayResult
from muster.services.transfers.payrolls.results import take_messages
from muster.services.transfers.payrolls.shipped import PAY_RESULT
from synthetic.payrolls.json_payroll import JsonPayroll
from synthetic.payrolls.service import Service, serving
from tests.integration.payrolls_world import NOW, YEAR, PayrollsWorld

pytestmark = pytest.mark.django_db
PAID = "1076.72"
"""15 days of 25000.00 and of 1200.00 a year, in 365ths: 1027.40 and 49.32."""


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> PayrollsWorld:
    return PayrollsWorld(tmp_path).build()


@pytest.fixture
def payroll() -> Iterator[Service]:
    with serving(JsonPayroll("WEIR", YEAR), token="t0ken", now=NOW) as served:
        yield served


def told(world: PayrollsWorld, payroll: Service) -> None:
    system = enrolment.over_http(
        "payroll:mill", "Payroll", url=f"{payroll.url}/v2/instructions", token="t0ken"
    )
    enrolment.tell(world.mill, system, by="test", clock=world.clock)
    enrolment.hear("payroll:mill", title="Payroll", by="test", clock=world.clock)


def ran(payroll: Service, kind: str = "text/csv") -> bytes:
    headers = {"Authorization": "Bearer t0ken", "Accept": kind}
    with httpx.Client(base_url=payroll.url, headers=headers, trust_env=False) as client:
        client.post("/v2/payruns", json={"payPeriod": "2026-11"}).raise_for_status()
        return client.get("/v2/payruns/2026-11/payments").raise_for_status().content


def test_one_instruction_goes_and_its_result_comes_back(
    world: PayrollsWorld, payroll: Service
) -> None:
    told(world, payroll)
    sent = world.instruct(expected=PAID)
    assert sent.because == ""
    world.carry()
    landing = world.load("payments.csv", ran(payroll), "payroll-mill-results")
    assert (landing.state, landing.accepted) == ("accepted", 1), landing.said
    [result] = PayResult.objects.all()
    assert result.instruction_id == sent.instruction
    assert result.outcome == "agrees", [one.fields for one in PayDifference.objects.all()]


def test_results_are_fetched_and_what_is_not_there_yet_is_no_failure(
    world: PayrollsWorld, payroll: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Which months are asked for is told by the machine's clock: it stands in the month of the run.
    in_its_month = FixedClock(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC))
    monkeypatch.setattr(SystemClock, "now", lambda _machine: in_its_month.now())
    told(world, payroll)
    sent = world.instruct(expected=PAID)
    world.carry()
    set_inlet(
        code="payroll-mill", system="payroll:mill", kind="http_json", every=60, here=True,
        settings={"url": f"{payroll.url}/v2/payruns/{{month}}/payments", "local": "yes",
                  "route": "payroll-mill-results"},
        secrets={"token": "t0ken"}, by="test", clock=world.clock,
    )  # fmt: skip
    assert pull_one("payroll-mill", in_its_month).brought == 0
    ran(payroll)
    assert pull_one("payroll-mill", in_its_month).brought == 1
    assert pull_one("payroll-mill", in_its_month).brought == 0
    [result] = PayResult.objects.all()
    assert (result.instruction_id, result.outcome) == (sent.instruction, "agrees")


def test_a_result_that_comes_as_a_message_is_read_once(
    world: PayrollsWorld, payroll: Service
) -> None:
    told(world, payroll)
    sent = world.instruct(expected=PAID)
    data = {
        "instruction": str(sent.instruction), "staff_number": "0417", "gross": "1076.72",
        "period_starts": "2026-11-01", "period_ends": "2026-11-30", "pay_day": "2026-11-30",
        "tax_code": "S1257L", "student_loans": "PLAN2,PGL",
    }  # fmt: skip
    envelope = Envelope("1", source_of("payroll:mill"), PAY_RESULT, "person:hr:mill:0417")
    [answer] = accept([write_message(envelope, data)], system="payroll:mill", clock=world.clock)
    assert answer.outcome == "accepted", answer.said
    assert take_messages(clock=world.clock) == 1
    assert take_messages(clock=world.clock) == 0
    again = Envelope("2", source_of("payroll:mill"), PAY_RESULT, "person:hr:mill:0417")
    accept([write_message(again, data)], system="payroll:mill", clock=world.clock)
    assert take_messages(clock=world.clock) == 0
    [result] = PayResult.objects.all()
    assert result.outcome == "agrees"
