"""A transfer driven through its diagrams: by people in their lanes, timers and payrolls."""

import datetime as dt
import uuid
from typing import Any

import pytest

from muster.casework import actions as cases
from muster.casework import queries as casework
from muster.casework.calendars.actions import load_calendar
from muster.casework.rules import Worker
from muster.kernel.errors import Conflict, MusterError, NotFound, NotPermitted
from muster.register.people.models import Employment
from muster.services.transfers import queries
from muster.services.transfers.models import Booking, Transfer
from muster.services.transfers.payrolls.models import Instruction
from muster.services.transfers.payrolls.results import Came, keep
from muster.services.transfers.payrolls.shipped import open_transfers
from muster.services.transfers.process import driving
from tests.integration.transfers_world import FIRST_DAY, RECORD, TERMS, World

pytestmark = pytest.mark.django_db
RECORD_HERE = {**RECORD, "paid_to": "2026-12-06"}
TERMS_HERE = {**TERMS, "staff_number": "W/77"}


class Played:
    """A transfer and the people who work on it."""

    def __init__(self, world: World) -> None:
        self.world, self.clock = world, world.clock
        self.person = world.somebody()
        for name in ("mill", "weir"):
            load_calendar(sheet=sheet(name), name=f"{name}.csv", employer=world.employer(name),
                          by="test", clock=self.clock)  # fmt: skip
            open_transfers(world.employer(name), by="test")
        self.workers = {
            "Joining manager": self._officer("manager", "line manager", "weir"),
            "Joining HR": self._officer("hr-weir", "HR caseworker", "weir"),
            "Leaving HR": self._officer("hr-mill", "HR caseworker", "mill"),
            "Joining payroll": self._officer("pay-weir", "payroll lead", "weir"),
            "Leaving payroll": self._officer("pay-mill", "payroll lead", "mill"),
            "Person": Worker("una", frozenset({"civil servant"}), None, self.person),
        }
        self.transfer = driving.draft(
            person=self.person, exporter=world.employer("mill"), importer=world.employer("weir"),
            kind="permanent", first_day=FIRST_DAY, post="Analyst",
            worker=self.workers["Joining manager"], clock=self.clock,
        ).transfer  # fmt: skip

    def _officer(self, name: str, role: str, employer: str) -> Worker:
        return Worker(name, frozenset({role}), self.world.employer(employer))

    @property
    def case(self) -> uuid.UUID:
        found = queries.transfer(self.transfer).case
        assert found is not None
        return found

    def open(self) -> dict[str, casework.TaskView]:
        return {one.element: one for one in casework.open_tasks(self.case)}

    def do(self, element: str, answers: dict[str, Any] | None = None, by: str = "") -> None:
        task = self.open()[element]
        worker = self.workers[by or task.lane]
        driving.do(task.id, answers or {}, worker=worker, clock=self.clock)

    def to_release(self) -> None:
        self.do("make_offer")
        self.do("answer_offer", {"answer": "accept"})

    def to_scheduled(self) -> None:
        self.to_release()
        self.do("state_details", {"details": {"surname": "Brockbank"}})
        self.do("state_terms", {"terms": TERMS_HERE})
        self.do("release_record", {"record": RECORD_HERE})
        self.do("sign_leaving")
        self.do("sign_joining")

    def to_effected(self) -> None:
        self.to_scheduled()
        self.do("confirm_leaver", {"evidence": {"p45": "ref 1"}})
        self.do("confirm_starter", {"evidence": {"pension": "ref 2"}})
        self.world.dawn(FIRST_DAY)
        cases.fire_due(clock=self.clock)

    def pay(self, employer: str, *, extra: int = 0) -> None:
        told = Instruction.objects.get(employer_id=self.world.employer(employer), kind="pay")
        from muster.services.transfers.payrolls.sending import content_of

        _fields, expected, days = content_of(told)
        gross = f"{float(expected) + extra:.2f}"
        came = Came(f"payroll:{employer}", told.employer_id, {
            "instruction": str(told.id), "staff_number": told.staff_number,
            "period_starts": str(told.period_starts), "gross": gross, "paid_from": days[0],
            "paid_to": days[1],
        })  # fmt: skip
        keep([came], at=self.clock.now(), by="payroll", clock=self.clock)

    @property
    def state(self) -> str:
        return queries.transfer(self.transfer).state


def sheet(name: str) -> bytes:
    lines = ["employer,frequency,period start,period end,cut-off date,cut-off time,pay day"]
    for month in range(11, 17):
        first = dt.date(2026 + (month - 1) // 12, (month - 1) % 12 + 1, 1)
        last = (first + dt.timedelta(40)).replace(day=1) - dt.timedelta(1)
        lines.append(f"{name.title()},monthly,{first},{last},{first.replace(day=17)},17:00,"
                     f"{first.replace(day=27)}")  # fmt: skip
    return "\n".join(lines).encode()


@pytest.fixture
def played(fresh_home: object) -> Played:
    return Played(World())


def test_a_transfer_runs_from_offer_to_closed(played: Played) -> None:
    played.to_effected()
    assert played.state == "effected"
    facts = Employment.objects.filter(person=played.person, recorded_to__isnull=True)
    ends = {one.valid_to for one in facts if one.valid_to}
    assert ends == {FIRST_DAY}
    assert {one.valid_from for one in facts} == {FIRST_DAY, dt.date(2019, 9, 2)}
    played.do("prepare")
    played.do("file_record")
    played.pay("mill")
    assert played.state == "effected"
    played.pay("weir")
    assert played.state == "reconciled"
    left = {one.kind: "ref" for one in queries.hand_offs(played.transfer, FIRST_DAY)
            if one.state in ("open", "late")}  # fmt: skip
    played.do("hand_over", {"evidence": left})
    assert played.state == "closed"
    assert casework.case(played.case).state == "ended"


def test_pay_that_differs_waits_for_somebody(played: Played) -> None:
    played.to_effected()
    played.do("prepare")
    played.do("file_record")
    played.pay("mill")
    played.pay("weir", extra=1)
    assert played.state == "effected"
    played.do("explain", {"why": "Paid with the next run"})
    assert played.state == "reconciled"


def test_nobody_works_in_anothers_lane_nor_at_both_ends(played: Played) -> None:
    played.to_release()
    with pytest.raises(NotFound):
        played.do("release_record", {"record": RECORD_HERE}, by="Joining HR")
    with pytest.raises(NotFound):
        played.do("state_details", {"details": {}}, by="Leaving HR")
    both = Worker("hr-mill", frozenset({"HR caseworker"}), played.world.employer("weir"))
    played.do("release_record", {"record": RECORD_HERE})
    played.workers["both"] = both
    with pytest.raises(NotPermitted):
        played.do("state_terms", {"terms": TERMS_HERE}, by="both")


def test_what_is_wrong_with_an_answer_leaves_the_task_open(played: Played) -> None:
    played.to_release()
    version = casework.case(played.case).version
    with pytest.raises(MusterError):
        played.do("release_record", {"record": {**RECORD_HERE, "tax_code": "S1257L M1"}})
    assert "release_record" in played.open()
    assert casework.case(played.case).version == version


def test_an_offer_taken_back_after_scheduling_leaves_nothing(played: Played) -> None:
    played.to_scheduled()
    assert Booking.objects.filter(recorded_to__isnull=True).count() == 2
    assert Instruction.objects.exclude(action="cancel").count() == 3
    driving.rescind(played.transfer, reason="The post is gone", clock=played.clock,
                    worker=played.workers["Joining HR"])  # fmt: skip
    assert played.state == "rescinded"
    assert not Booking.objects.filter(recorded_to__isnull=True).exists()
    # No payroll had an agreement to be told by, so what waited never goes.
    assert not Instruction.objects.filter(taken_back_at__isnull=True).exists()
    assert not played.open()
    assert casework.case(played.case).ended is not None
    played.world.dawn(FIRST_DAY)
    cases.fire_due(clock=played.clock)
    facts = Employment.objects.filter(person=played.person, recorded_to__isnull=True)
    assert [one.valid_to for one in facts] == [None]


def test_a_day_past_the_cut_off_is_offered_the_next_safe_one(played: Played) -> None:
    played.clock.move(dt.datetime(2026, 12, 16, 12, tzinfo=dt.UTC) - played.clock.now())
    Transfer.objects.filter(id=played.transfer).update(first_day=dt.date(2026, 12, 28))
    played.to_release()
    played.do("state_details", {"details": {"surname": "Brockbank"}})
    played.do("state_terms", {"terms": TERMS_HERE})
    played.do("release_record", {"record": {**RECORD_HERE, "paid_to": "2026-12-27"}})
    played.do("sign_leaving")
    played.do("sign_joining")
    assert set(played.open()) == {"choose"}
    played.do("choose", {"choice": "next safe"})
    assert set(played.open()) == {"sign_leaving", "sign_joining"}
    assert queries.transfer(played.transfer).first_day == dt.date(2027, 1, 1)
    played.do("sign_leaving")
    played.do("sign_joining")
    assert played.state == "scheduled"


def test_held_transfers_stand_still(played: Played) -> None:
    played.to_release()
    driving.hold(played.transfer, side="importer", reason="Budget", clock=played.clock,
                 worker=played.workers["Joining HR"])  # fmt: skip
    with pytest.raises(MusterError):
        played.do("state_terms", {"terms": TERMS_HERE})
    driving.resume(played.transfer, side="importer", clock=played.clock,
                   worker=played.workers["Joining HR"])  # fmt: skip
    played.do("state_terms", {"terms": TERMS_HERE})


def test_a_booked_transfer_is_held_and_booked_again(played: Played) -> None:
    played.to_scheduled()
    worker = played.workers["Joining HR"]
    driving.hold(played.transfer, side="importer", reason="Budget", clock=played.clock,
                 worker=worker)  # fmt: skip
    assert not Booking.objects.filter(recorded_to__isnull=True).exists()
    assert not Instruction.objects.filter(taken_back_at__isnull=True).exists()
    driving.resume(played.transfer, side="importer", clock=played.clock, worker=worker)
    assert played.state == "scheduled"
    assert Booking.objects.filter(recorded_to__isnull=True).count() == 2
    assert Instruction.objects.filter(taken_back_at__isnull=True).count() >= 3
    driving.hold(played.transfer, side="importer", reason="Budget", clock=played.clock,
                 worker=worker)  # fmt: skip
    played.world.dawn(dt.date(2026, 12, 17))
    with pytest.raises(Conflict):
        driving.resume(played.transfer, side="importer", clock=played.clock, worker=worker)
    assert played.state == "on_hold"
