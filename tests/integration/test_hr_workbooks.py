"""HR systems by workbook: joiners they import, and what they hold of people who leave."""

import datetime as dt
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from muster.hub.models import Landing
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.queries import ids_by_key
from muster.register.keeping.exporting import copy_for
from muster.services.transfers import queries
from muster.services.transfers.payrolls import enrolment, leavers
from muster.services.transfers.payrolls.models import HeldRecord, Instruction
from muster.services.transfers.payrolls.telling import cancel_payrolls
from muster.services.transfers.process import told
from muster.services.transfers.verbs.stating import said_by
from synthetic.payrolls.hr_system import HrSystem
from synthetic.payrolls.sheet_cells import sheets_of
from tests.integration.payrolls_world import PayrollsWorld
from tests.integration.transfers_world import FIRST_DAY, RECORD, World, record, row

pytestmark = pytest.mark.django_db
HELD: dict[str, Any] = {
    "staff_number": "M/1", "surname": "Mole", "forenames": "Martha", "known_as": "",
    "birth_date": "1980-03-01", "sex": "F", "nino": "QA123456C", "grade": "G7",
    "salary": "36000.00", "fte": "0.8", "weekly_hours": "29.6",
    "employment_started": "2019-09-02", "continuous_service_from": "2019-09-02",
    "last_day": "2026-12-06", "going_to": "Weir", "paid_to": "2026-12-06", "tax_code": "1257L",
    "tax_regime": "S", "tax_basis": "non-cumulative", "ni_letter": "A",
    "student_loans": ["2", "PG"], "pension_scheme": "alpha",
    "allowances": [{"name": "Location", "annual": "1200.00"}], "leave_balance": "11.5",
    "sick_taken": "3", "address": ["1 Mill Lane", "Hull"],
}  # fmt: skip


class Hr:
    """The mill's HR system lists leavers, the weir’s takes joiners; Mole moves."""

    def __init__(self, folder: Path) -> None:
        self.hub = PayrollsWorld(folder).build()
        self.world = World(self.hub.clock, {name: ids_by_key()[name] for name in ("mill", "weir")})
        self.folder, self.mill = folder, HrSystem("Mill")
        for name in ("mill", "weir"):
            (folder / name).mkdir()
            system = enrolment.hr_by_workbook(
                f"hr-books:{name}", f"HR of {name}", url=f"file://{folder}/{name}"
            )
            employer = self.world.employer(name)
            enrolment.tell(employer, system, by="test", clock=self.hub.clock)
            enrolment.hear(system.code, title=name, of="hr", by="test", clock=self.hub.clock)

    def draft(self) -> uuid.UUID:
        return self.world.draft(self.hub.mole).transfer

    def list_leavers(self, *records: Mapping[str, Any], name: str = "Leavers.xlsx") -> Landing:
        content = self.mill.leavers(list(records), dt.date(2026, 11, 6))
        return self.hub.load(name, content, "hr-books-mill-leavers")

    def left(self, name: str) -> list[bytes]:
        self.hub.carry()
        return [place.read_bytes() for place in sorted((self.folder / name).iterdir())]

    def released(self, transfer: uuid.UUID, **more: Any) -> None:
        self.world.up_to(transfer, "state_terms")
        said = {**record(row(transfer)), "nino": "QA123456C", "birth_date": "1980-03-01"}
        self.world.take(transfer, "release", record={**said, **more})


@pytest.fixture
def hr(tmp_path: Path, fresh_home: Path) -> Hr:
    return Hr(tmp_path)


def fields(transfer: uuid.UUID) -> set[str]:
    return {one.field for one in queries.differences(transfer) if not one.settled_by}


def test_a_joiner_is_imported_by_the_hr_system_once(hr: Hr) -> None:
    transfer = hr.draft()
    hr.released(transfer)
    for _ in range(2):
        told.tell(queries.transfer(transfer), by="t", clock=hr.hub.clock)
    [content] = hr.left("weir")
    system = HrSystem("Weir")
    cells = sheets_of(system.take_joiners(content))["Joiners"]
    [joined] = system.joined.values()
    assert cells[2, 13] == "taken"
    assert joined["Ref"] == str(Instruction.objects.get(kind="hr").id)
    assert (joined["Last name"], joined["DOB"]) == (RECORD["surname"], "1980-03-01")
    assert (joined["Starts on"], joined["FT salary"]) == (FIRST_DAY.isoformat(), "39000")
    assert (joined["Contract %"], joined["Coming from"]) == ("100", "Mill")
    assert sheets_of(system.take_joiners(content))["Joiners"][2, 13] == "had before"


def test_no_hr_system_is_told_where_no_route_leads_to_one(hr: Hr) -> None:
    transfer = hr.world.draft(hr.world.somebody("weir"), exporter=hr.world.employer("weir"),
                              importer=hr.world.employer("lock")).transfer  # fmt: skip
    hr.world.up_to(transfer, "schedule")
    told.tell(queries.transfer(transfer), by="t", clock=hr.hub.clock)
    assert not Instruction.objects.filter(kind="hr").exists()


def test_a_joiner_taken_back_is_not_one_row_more(hr: Hr) -> None:
    transfer = hr.draft()
    hr.released(transfer)
    told.tell(queries.transfer(transfer), by="t", clock=hr.hub.clock)
    before = hr.left("weir")
    cancel_payrolls(transfer_id=transfer, by="t", clock=hr.hub.clock)
    assert Instruction.objects.filter(kind="hr", action="cancel", because="").count() == 1
    assert hr.left("weir") == before


def test_what_the_hr_system_holds_is_read_as_a_record_states_it(hr: Hr) -> None:
    transfer = hr.draft()
    landing = hr.list_leavers(HELD)
    assert (landing.state, landing.accepted) == ("accepted", 1), landing.said
    said = said_by(row(transfer), "exporter")
    wanted = {name: value for name, value in HELD.items()
              if value and name not in ("last_day", "going_to", "grade")}  # fmt: skip
    assert {name: said.get(name) for name in wanted} == wanted
    assert leavers.counted(hr.hub.mill) == leavers.Counted(stated=1)


@pytest.mark.parametrize("first", ["file", "transfer"])
def test_a_record_released_is_held_to_it(hr: Hr, first: str) -> None:
    if first == "file":
        hr.list_leavers(HELD)
        assert leavers.counted(hr.hub.mill) == leavers.Counted(waiting=1)
    transfer = hr.draft()
    if first == "file":
        assert leavers.look_again(clock=hr.hub.clock) == 1
        assert leavers.look_again(clock=hr.hub.clock) == 0
    else:
        hr.list_leavers(HELD)
    hr.released(transfer, tax_code="BR", ni_letter="A")
    assert {"tax_code", "tax_regime", "tax_basis"} <= fields(transfer)
    assert "ni_letter" not in fields(transfer)
    assert HeldRecord.objects.get().sealed == ""


def test_what_waits_is_in_the_persons_copy_of_their_data(hr: Hr) -> None:
    hr.list_leavers(HELD)
    parts = {part.name: part for part in copy_for(hr.hub.mole, at=hr.hub.clock.now()).parts}
    assert "1 Mill Lane" in str(parts["services_transfers_held_record"].rows)


def test_the_same_again_takes_no_step_and_something_else_does(hr: Hr) -> None:
    transfer = hr.draft()
    hr.list_leavers(HELD)
    version = row(transfer).version
    hr.list_leavers(HELD, {**HELD, "staff_number": "M/404"}, name="again.xlsx")
    assert row(transfer).version == version
    hr.hub.clock.move(dt.timedelta(hours=1))
    hr.list_leavers({**HELD, "ni_letter": "C"}, name="other.xlsx")
    assert row(transfer).version == version + 1
    assert said_by(row(transfer), "exporter")["ni_letter"] == "C"


def test_whoever_does_not_move_waits_and_is_forgotten(hr: Hr) -> None:
    hr.list_leavers({**HELD, "staff_number": "M/404"})
    assert leavers.counted(hr.hub.mill) == leavers.Counted(waiting=1)
    hr.draft()
    assert leavers.look_again(clock=hr.hub.clock) == 0
    hr.hub.clock.move(dt.timedelta(leavers.DAYS + 1))
    leavers.look_again(clock=hr.hub.clock)
    assert not HeldRecord.objects.exists()


def test_what_comes_before_all_is_stated_is_compared_and_later_is_kept_beside(hr: Hr) -> None:
    transfer = hr.draft()
    hr.world.up_to(transfer, "state_details")
    said = {**record(row(transfer)), "nino": "QA123456C", "birth_date": "1980-03-01"}
    hr.world.take(transfer, "release", record=said)
    hr.list_leavers(HELD)
    assert "tax_basis" in fields(transfer)
    hr.world.take(transfer, "state_terms")
    before = fields(transfer)
    hr.hub.clock.move(dt.timedelta(hours=1))
    hr.list_leavers({**HELD, "ni_letter": "C"}, name="late.xlsx")
    assert fields(transfer) == before
    assert "ni_letter" in leavers.late_of(transfer)
    assert leavers.counted(hr.hub.mill) == leavers.Counted(stated=1, late=1)


@pytest.mark.parametrize(
    ("column", "text"), [("nino", "ZZ999"), ("tax_code", "=1+1"), ("pension_scheme", "none of it")]
)
def test_a_value_no_record_can_have_waits_with_its_field(hr: Hr, column: str, text: str) -> None:
    transfer = hr.draft()
    said = {**HELD, column: text, "tax_regime": "", "tax_basis": "cumulative"}
    landing = hr.list_leavers(said, {**HELD, "staff_number": "M/2"})
    assert (landing.accepted, landing.quarantined) == (1, 1), landing.said
    assert said_by(row(transfer), "exporter") == {}


def test_a_list_of_people_who_leave_in_a_year_comes_in_as_well(hr: Hr) -> None:
    landing = hr.list_leavers({**HELD, "last_day": "2027-11-30", "paid_to": "2027-11-30"})
    assert landing.state == "accepted", landing.said


def test_a_list_that_is_taken_back_is_stated_no_more(hr: Hr) -> None:
    transfer = hr.draft()
    landing = hr.list_leavers(HELD)
    withdraw(landing=landing.id, reason="test", by="persona:other", clock=SYSTEM_CLOCK)
    assert said_by(row(transfer), "exporter") == {}
    assert leavers.counted(hr.hub.mill) == leavers.Counted()
