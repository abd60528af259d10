"""One transfer, two unlike payrolls: both are told, both pay, and each day is paid once."""

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from muster.casework.calendars.actions import load_calendar
from muster.hub.actions import begin_intake, open_system, take_in
from muster.hub.reading import dropped, read
from muster.hub.worker import Carrier
from muster.services.transfers import actions, queries
from muster.services.transfers.payrolls import enrolment
from muster.services.transfers.payrolls.due import look_after
from muster.services.transfers.payrolls.models import Instruction, PayDifference, PayResult
from muster.services.transfers.payrolls.telling import cancel_payrolls
from muster.services.transfers.process import told
from synthetic.payrolls.fixed_width import FixedWidthPayroll
from synthetic.payrolls.json_payroll import JsonPayroll
from synthetic.payrolls.service import Service, serving
from tests.integration.payrolls_world import YEAR, sheet_of
from tests.integration.transfers_world import TERMS, World, pay_of, row

pytestmark = pytest.mark.django_db
DECEMBER = dt.date(2026, 12, 1)
MADE = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
TOLD = {**TERMS, "staff_number": "W/9"}
STARTED = {
    "instruction": "00000000-0000-7000-8000-0000000000aa", "transfer": "", "action": "start",
    "staff_number": "M/1", "nino": "QQ123456C", "surname": "Brockbank", "forenames": "Una",
    "first_day": "2026-10-01", "salary": "36000.00", "fte": "1", "tax_code": "1257L",
    "tax_basis": "cumulative", "ni_letter": "A", "pension_scheme": "alpha",
}  # fmt: skip


class _Both:
    """The mill pays by files, the weir over HTTP."""

    def __init__(self, folder: Path, served: Service) -> None:
        self.world, self.folder, self.served = World(), folder, served
        self.files = FixedWidthPayroll("MILL", YEAR)
        self.files.take([STARTED], MADE)
        self.taken: set[Path] = set()
        (folder / "out").mkdir()
        for name, convention in (("mill", "calendar_days"), ("weir", "365ths")):
            sheet = sheet_of(YEAR, convention).replace(b"Mill,", name.title().encode() + b",")
            self._open(name, sheet)
        systems = (
            ("mill", enrolment.fixed_width("payroll:mill", "Mill’s payroll",
                                           url=f"file://{folder}/out", payroll="MILL")),
            ("weir", enrolment.over_http("payroll:weir", "Weir’s payroll",
                                         url=f"{served.url}/v2/instructions")),
        )  # fmt: skip
        for name, system in systems:
            enrolment.tell(self.world.employer(name), system, by="t", clock=self.world.clock)
            enrolment.hear(system.code, title=system.title, by="t", clock=self.world.clock)

    def _open(self, name: str, sheet: bytes) -> None:
        employer = self.world.employer(name)
        open_system(code=f"hr:{name}", title=name, kind="csv_drop", employer=employer)
        load_calendar(
            sheet=sheet, name="year.csv", employer=employer, by="t", clock=self.world.clock
        )

    def scheduled(self) -> uuid.UUID:
        drafted = self.world.draft(self.world.somebody())
        self.world.up_to(drafted.transfer, "state_details")
        self.world.take(drafted.transfer, "state_terms", terms=TOLD)
        self.world.up_to(drafted.transfer, "schedule", "release")
        return drafted.transfer

    def tell(self, transfer: uuid.UUID) -> None:
        told.tell(queries.transfer(transfer), by="t", clock=self.world.clock)
        carrier = Carrier(self.world.clock)
        carrier.drain()
        carrier.stop()
        self.take_files()

    def take_files(self) -> None:
        """Let the mill's payroll take what is new in its folder."""
        for place in sorted(set((self.folder / "out").iterdir()) - self.taken):
            answer = self.files.receive(place.read_bytes(), self.world.clock.now())
            assert b"whole file" not in answer
            self.taken.add(place)

    def pay(self) -> None:
        self.files.run(dt.date(2026, 11, 1))
        self.files.run(DECEMBER)
        self._load("mill", "mill.txt", self.files.results(DECEMBER))
        self.served.payroll.run(DECEMBER)
        with httpx.Client(headers={"Accept": "text/csv"}, trust_env=False) as client:
            answer = client.get(f"{self.served.url}/v2/payruns/2026-12/payments")
        self._load("weir", "weir.csv", answer.raise_for_status().content)

    def _load(self, name: str, file: str, content: bytes) -> None:
        (self.folder / file).write_bytes(content)
        intake = begin_intake(name=file, by="t", clock=self.world.clock)
        take_in(
            dropped(self.folder / file), read, intake=intake, route=f"payroll-{name}-results",
            by="t", clock=self.world.clock,
        )  # fmt: skip


@pytest.fixture
def both(tmp_path: Path, fresh_home: Path) -> Iterator[_Both]:
    with serving(JsonPayroll("WEIR", YEAR), now=MADE) as served:
        yield _Both(tmp_path, served)


def test_both_payrolls_pay_what_was_foretold_and_the_transfer_is_reconciled(both: _Both) -> None:
    transfer = both.scheduled()
    both.tell(transfer)
    both.tell(transfer)
    sent = Instruction.objects.filter(transfer=transfer).order_by("kind", "action")
    assert [(one.action, one.because == "") for one in sent] == [
        ("leave", True), ("start", True), ("transfer", False),
    ]  # fmt: skip
    both.pay()
    assert pay_of(transfer) == []  # it has not taken effect yet
    assert not PayDifference.objects.exists()
    assert PayResult.objects.filter(outcome="agrees").count() == 2
    both.world.dawn(row(transfer).first_day)
    both.world.take(transfer, "effect")
    look_after(clock=both.world.clock)
    paid = {one.employer_id: (one.expected, one.actual, one.exception) for one in pay_of(transfer)}
    assert paid == {
        both.world.employer("mill"): (58_065, 58_065, ""),  # 6 of 31 days of 3000.00
        both.world.employer("weir"): (267_123, 267_123, ""),  # 25 days of 39000.00 in 365ths
    }
    actions.reconcile(transfer=transfer, by="system:process", clock=both.world.clock)
    assert row(transfer).state == "reconciled"


def test_a_transfer_that_is_rescinded_leaves_no_pay_behind(both: _Both) -> None:
    transfer = both.scheduled()
    both.tell(transfer)
    cancelled = cancel_payrolls(transfer_id=transfer, by="t", clock=both.world.clock)
    assert [one.because for one in cancelled] == ["", ""]
    again = cancel_payrolls(transfer_id=transfer, by="t", clock=both.world.clock)
    assert again == cancelled
    carrier = Carrier(both.world.clock)
    carrier.drain()
    carrier.stop()
    both.take_files()
    assert both.served.payroll.draft(DECEMBER, both.world.clock.now()) == []
    [una] = both.files.draft(DECEMBER, both.world.clock.now())
    assert (una.gross, str(una.paid_to)) == (900_000, "2026-12-31")  # three whole months
