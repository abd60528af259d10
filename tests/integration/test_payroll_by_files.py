"""A payroll of fixed-width files takes what real workers leave, and its results come back."""

import datetime as dt
import uuid
from pathlib import Path

import pytest

from muster.hub.models import System
from muster.hub.withdrawal import withdraw
from muster.kernel.errors import BadInput, Conflict
from muster.register.employers.queries import ids_by_key
from muster.services.transfers.payrolls import enrolment
from muster.services.transfers.payrolls.models import Instruction, PayDifference, PayResult
from muster.services.transfers.payrolls.results import differences_of, settle
from synthetic.payrolls import fixed_layout
from synthetic.payrolls.bugs import NONE
from synthetic.payrolls.fixed_width import FixedWidthPayroll
from tests.integration.payrolls_world import NOW, TERMS, YEAR, PayrollsWorld

pytestmark = pytest.mark.django_db
PAID = "1091.67"
"""15 of November's 30 days of a twelfth of 25000.00 and of 1200.00: 1041.67 and 50.00."""
NOVEMBER = dt.date(2026, 11, 1)
ROUTE = "payroll-mill-results"


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> PayrollsWorld:
    made = PayrollsWorld(tmp_path).build("calendar_days")
    (tmp_path / "out").mkdir()
    system = enrolment.fixed_width(
        "payroll:mill", "Payroll", url=f"file://{tmp_path}/out", payroll="MILL"
    )
    enrolment.tell(made.mill, system, by="test", clock=made.clock)
    enrolment.hear("payroll:mill", title="Payroll", by="test", clock=made.clock)
    return made


def left(world: PayrollsWorld) -> list[bytes]:
    """Return the files that were left for the payroll."""
    world.carry()
    return [place.read_bytes() for place in sorted((world.folder / "out").iterdir())]


def payroll(*bugs: str) -> FixedWidthPayroll:
    return FixedWidthPayroll("MILL", YEAR, bugs=frozenset(bugs) or NONE)


def paid(made: FixedWidthPayroll, world: PayrollsWorld) -> bytes:
    """Let a payroll take what was left, and run."""
    for content in left(world):
        answer = fixed_layout.as_lines(made.receive(content, NOW))
        assert answer[-1].endswith("0" * 9), answer
    made.run(NOVEMBER)
    return made.results(NOVEMBER)


def outcomes() -> list[str]:
    rows = PayResult.objects.filter(withdrawn_at__isnull=True)
    return sorted(rows.values_list("outcome", flat=True))


def open_fields() -> list[list[str]]:
    rows = PayDifference.objects.filter(settled_at__isnull=True)
    return list(rows.values_list("fields", flat=True))


def test_what_is_left_is_what_the_payroll_reads(world: PayrollsWorld) -> None:
    told = world.instruct(fields={**TERMS, "surname": "Møle-Ōno", "allowances": "A=1.00;B=2.50"})
    [content] = left(world)
    [record] = fixed_layout.read_instructions(content).records
    assert record["instruction"] == str(told.instruction)
    assert (record["surname"], record["first_day"]) == ("Møle-Ono", "2026-11-16")
    assert (record["salary"], record["fte"]) == ("31250.00", "0.8")
    assert (record["allowances"], record["student_loans"]) == ("A=1.00;B=2.50", "2;PG")
    assert (record["tax_basis"], record["pension_scheme"]) == ("cumulative", "alpha")
    assert (record["period_starts"], record["pay_day"]) == ("2026-11-01", "2026-11-30")


def test_a_fourth_allowance_is_not_lost_but_waits(world: PayrollsWorld) -> None:
    world.instruct(fields={**TERMS, "allowances": "A=1.00;B=1.00;C=1.00;D=1.00"})
    assert left(world) == []


def test_pay_as_expected_agrees(world: PayrollsWorld) -> None:
    world.instruct(expected=PAID)
    landing = world.load("results.txt", paid(payroll(), world), ROUTE)
    assert (landing.state, landing.accepted) == ("accepted", 1), landing.said
    assert outcomes() == ["agrees"]
    assert open_fields() == []


@pytest.mark.parametrize(
    ("bug", "fields"),
    [
        ("rounds_down", ["gross"]),
        ("drops_allowances", ["gross"]),
        ("pays_from_period_start", ["gross", "paid_from"]),
    ],
)
def test_a_payroll_that_errs_is_seen(world: PayrollsWorld, bug: str, fields: list[str]) -> None:
    world.instruct(expected=PAID)
    world.load("results.txt", paid(payroll(bug), world), ROUTE)
    [found] = open_fields()
    assert set(found) <= set(fields)
    assert "gross" in found
    [row] = PayResult.objects.all()
    [gross] = [one for one in differences_of(row) if one.field == "gross"]
    assert gross.expected == PAID != gross.reported


def test_a_trailer_that_does_not_add_up_refuses_the_whole_file(world: PayrollsWorld) -> None:
    world.instruct(expected=PAID)
    landing = world.load("results.txt", paid(payroll("misadds"), world), ROUTE)
    assert landing.state == "refused"
    assert "adds up" in str(landing.said)
    assert outcomes() == []


def test_a_result_again_or_of_nobody_asked_for_is_harmless(world: PayrollsWorld) -> None:
    made = payroll()
    world.instruct(expected=PAID)
    content = paid(made, world)
    world.load("one.txt", content, ROUTE)
    world.load("two.txt", content, ROUTE)
    assert outcomes() == ["agrees"]
    world.load("three.txt", content.replace(b"0417", b"9999"), ROUTE)
    assert outcomes() == ["agrees", "unsolicited"]
    assert open_fields() == []


def test_a_later_result_that_agrees_settles_the_difference(world: PayrollsWorld) -> None:
    world.instruct(expected=PAID)
    content = paid(payroll(), world)
    world.load("one.txt", content.replace(PAID.encode(), b"1091.66"), ROUTE)
    assert open_fields() == [["gross"]]
    world.clock.move(dt.timedelta(hours=1))
    second = world.load("two.txt", content, ROUTE)
    assert open_fields() == []
    # What is taken back counts no more: the earlier result stands again, and differs.
    withdraw(landing=second.id, reason="test", by="persona:other", clock=world.clock)
    assert open_fields() == [["gross"]]


def test_a_difference_is_settled_with_a_reason(world: PayrollsWorld) -> None:
    told = world.instruct(expected=PAID)
    world.load("one.txt", paid(payroll("rounds_down", "drops_allowances"), world), ROUTE)
    asked = {"instruction": told.instruction, "employer": world.mill, "by": "t"}
    with pytest.raises(BadInput):
        settle(**asked, why=" ", clock=world.clock)  # type: ignore[arg-type]
    settle(**asked, why="Paid on the 4th", clock=world.clock)  # type: ignore[arg-type]
    assert open_fields() == []
    with pytest.raises(Conflict):
        settle(**asked, why="Again", clock=world.clock)  # type: ignore[arg-type]


def test_another_employers_payroll_answers_nothing_of_ours(world: PayrollsWorld) -> None:
    told = world.instruct(expected=PAID, transfer=uuid.UUID(int=9))
    content = paid(payroll(), world)
    System.objects.filter(code="payroll:mill").update(employer=ids_by_key()["weir"])
    world.load("one.txt", content, ROUTE)
    assert outcomes() == ["unsolicited"]
    assert not Instruction.objects.get(id=told.instruction).results.exists()
