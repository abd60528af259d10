"""The page of a pay period, as a payroll lead reads it, and what nobody else may."""

import datetime as dt
import html
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from muster.connectors.contract import Offer
from muster.gates.access import Actor, Role
from muster.hub.models import Agreement, Suspension
from muster.hub.reading import read
from muster.register.employers.queries import ids_by_key
from muster.register.people.restricting.actions import restrict
from muster.register.people.restricting.rules import KINDS, NOBODY
from muster.services.transfers.pages import pay_period
from muster.services.transfers.payrolls import enrolment
from muster.services.transfers.payrolls.models import Instruction, PayRun
from muster.services.transfers.payrolls.queries import view
from muster.services.transfers.payrolls.results import Came, keep
from muster.services.transfers.payrolls.sending import Told, send_waiting
from muster.services.transfers.payrolls.telling import cancel_payrolls
from muster.services.transfers.payrolls.this_period import freeze_due
from tests.integration.payrolls_world import TERMS, PayrollsWorld

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
Sign = Callable[..., Client]
PAGE = "/transfers/pay-period"
AFTER = dt.datetime(2026, 11, 12, 18, tzinfo=dt.UTC)
CHANGE = {"salary": "32000.00", "effective_from": "2026-11-20"}


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> PayrollsWorld:
    made = PayrollsWorld(tmp_path).build("calendar_days")
    monkeypatch.setattr(pay_period, "SYSTEM_CLOCK", made.clock)
    return made


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> Sign:
    def sign_in(role: Role = "payroll lead", employer: str = "mill") -> Client:
        own = ids_by_key()[employer] if employer else None
        actor = Actor("persona:payroll", "Payroll", frozenset({role}), own)
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return client

    return sign_in


def agreed(world: PayrollsWorld) -> None:
    (world.folder / "out").mkdir()
    system = enrolment.fixed_width(
        "payroll:mill", "Payroll", url=f"file://{world.folder}/out", payroll="MILL"
    )
    enrolment.tell(world.mill, system, by="test", clock=world.clock)


def text(client: Client, address: str = PAGE, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    return html.unescape(response.content.decode())


def paid(world: PayrollsWorld, told: Told, gross: str) -> None:
    fields = {
        "instruction": str(told.instruction), "staff_number": "0417", "gross": gross,
        "period_starts": "2026-11-01", "period_ends": "2026-11-30", "pay_day": "2026-11-30",
    }  # fmt: skip
    now = world.clock.now()
    keep([Came("payroll:mill", world.mill, fields)], at=now, by="test", clock=world.clock)


def test_without_an_agreement_nothing_flows_and_the_page_says_why(
    world: PayrollsWorld, as_: Sign
) -> None:
    told = world.instruct(expected="1091.67")
    assert told.position is None
    shown = text(as_())
    assert "Blocked" in shown
    assert told.because in shown
    assert "Mole, Moldy" in shown
    agreed(world)
    assert send_waiting(clock=world.clock) == 1
    assert send_waiting(clock=world.clock) == 0
    shown = text(as_())
    assert "Nothing is blocked." in shown
    assert "Payroll was told" in shown


def test_the_same_instruction_twice_is_told_once(world: PayrollsWorld) -> None:
    agreed(world)
    first, second = world.instruct(), world.instruct()
    assert first == second
    assert Instruction.objects.count() == 1


def test_a_suspended_agreement_blocks_and_loses_nothing(world: PayrollsWorld) -> None:
    agreed(world)
    agreement = Agreement.objects.get(code="payroll-mill-pay-instruction")
    stopped = Suspension.objects.create(
        agreement=agreement, side="sender", began_at=world.clock.now(), began_by="t", reason="t"
    )
    told = world.instruct()
    assert told.position is None
    assert "suspended" in told.because
    stopped.delete()
    assert send_waiting(clock=world.clock) == 1


def test_what_is_frozen_stays_and_what_comes_later_goes_on(world: PayrollsWorld, as_: Sign) -> None:
    agreed(world)
    told = world.instruct(expected="1091.67")
    assert freeze_due(clock=world.clock) == 1  # October's, whose cut-off was last month
    world.move(AFTER)
    assert freeze_due(clock=world.clock) == 1
    assert freeze_due(clock=world.clock) == 0
    late = world.instruct("change", fields=CHANGE, first_day=dt.date(2026, 11, 20))
    assert late.period_starts == dt.date(2026, 12, 1)
    assert late.late_for == dt.date(2026, 11, 1)
    december = text(as_())
    assert "Came after the cut-off of the period from 1 November 2026" in december
    november = text(as_(), f"{PAGE}/from/2026-11-01")
    assert "This list is frozen" in november
    assert "Not reported yet" in november
    run = PayRun.objects.get(starts="2026-11-01")
    assert (run.starters, run.changes, run.moved_on) == (1, 0, 0)
    assert told.period_starts == dt.date(2026, 11, 1)


def test_what_could_not_go_by_the_cut_off_moves_on(world: PayrollsWorld) -> None:
    world.instruct()
    world.move(AFTER)
    freeze_due(clock=world.clock)
    row = Instruction.objects.get()
    assert (str(row.period_starts), str(row.late_for)) == ("2026-12-01", "2026-11-01")
    agreed(world)
    assert send_waiting(clock=world.clock) == 1
    row.refresh_from_db()
    assert (str(row.period_starts), str(row.late_for)) == ("2026-12-01", "2026-11-01")


def test_control_totals_agree_or_differ_and_only_then_can_be_agreed(
    world: PayrollsWorld, as_: Sign
) -> None:
    agreed(world)
    told = world.instruct(expected="1091.67")
    world.move(AFTER)
    freeze_due(clock=world.clock)
    address = f"{PAGE}/from/2026-11-01"
    paid(world, told, "1091.66")
    shown = text(as_(), address)
    assert "Differ" in shown
    assert "Agree the control totals" not in shown
    assert as_().post(f"{address}/agree").status_code == 409
    differs = text(as_(), f"{PAGE}/pay/{told.instruction}")
    assert "1091.67" in differs
    assert "1091.66" in differs
    paid(world, told, "1091.67")
    shown = text(as_(), address)
    assert "Agree the control totals" in shown
    assert as_().post(f"{address}/agree").status_code == 302
    assert "The control totals are agreed." in text(as_(), address)
    assert as_().post(f"{address}/agree").status_code == 409


def test_a_difference_is_settled_on_its_page(world: PayrollsWorld, as_: Sign) -> None:
    agreed(world)
    told = world.instruct(expected="1091.67")
    paid(world, told, "1000.00")
    address = f"{PAGE}/pay/{told.instruction}"
    assert "Enter how it was settled" in html.unescape(as_().post(address).content.decode())
    assert as_().post(address, {"why": "Paid by advance"}).status_code == 302
    assert "Differs, settled" in text(as_())


def test_the_files_hold_what_the_page_shows(world: PayrollsWorld, as_: Sign) -> None:
    agreed(world)
    world.instruct(expected="1091.67", fields={**TERMS, "surname": "=Mole"})
    sheet = as_().get(f"{PAGE}?as=csv").content.decode("utf-8-sig")
    assert 'Starters,"\'=Mole, Moldy",0417,2026-11-16,1091.67' in sheet
    book = as_().get(f"{PAGE}?as=xlsx")
    [cells] = read(Offer("period.xlsx", book.content))
    assert cells.cells.row(1)[1:3] == ("=Mole, Moldy", "0417")


def test_a_cancellation_takes_back_what_was_asked_for_in_the_period(world: PayrollsWorld) -> None:
    agreed(world)
    world.instruct(expected="1091.67")
    world.clock.move(dt.timedelta(minutes=1))
    world.instruct("cancel", fields={})
    found = view(world.mill, viewer=NOBODY, now=world.clock.now())
    assert found is not None
    assert found.entries == ()
    assert found.totals.state == "nothing"


def test_what_was_taken_back_before_it_went_never_goes(world: PayrollsWorld, as_: Sign) -> None:
    told = world.instruct(expected="1091.67")
    row = Instruction.objects.get(id=told.instruction)
    assert cancel_payrolls(transfer_id=row.transfer, by="t", clock=world.clock) == ()
    agreed(world)
    assert send_waiting(clock=world.clock) == 0
    assert "Nobody starts in this period." in text(as_())
    assert Instruction.objects.count() == 1


def test_a_person_who_is_hidden_stands_on_no_list(world: PayrollsWorld, as_: Sign) -> None:
    told = world.instruct(expected="1091.67")
    restrict(
        person=world.mole, kind=KINDS[0], reason="police advice", office=None, by="persona:guard",
        clock=world.clock,
    )  # fmt: skip
    shown = text(as_())
    assert "Mole" not in shown
    assert "0417" not in shown
    assert "Mole" not in as_().get(f"{PAGE}?as=csv").content.decode()
    assert as_().get(f"{PAGE}/pay/{told.instruction}").status_code == 404


def test_only_the_payroll_lead_of_the_employer_sees_it(world: PayrollsWorld, as_: Sign) -> None:
    told = world.instruct()
    assert as_("HR caseworker").get(PAGE).status_code == 403
    shown = text(as_(employer="weir"))
    assert "No pay period is known" in shown
    assert "Mole" not in shown
    assert as_(employer="weir").get(f"{PAGE}/pay/{told.instruction}").status_code == 404
    assert as_(employer="weir").get(f"{PAGE}/from/2026-11-01").status_code == 404
    assert as_(employer="").get(PAGE).status_code == 403
    assert as_().get(f"{PAGE}/from/nonsense").status_code == 404
    assert as_().get(f"{PAGE}/pay/{uuid.uuid4()}").status_code == 404
