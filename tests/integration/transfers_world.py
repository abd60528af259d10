"""Two employers, a person, and a transfer taken as far as a test wants it."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from muster.casework.calendars.rules import PayPeriod
from muster.kernel.clock import FixedClock
from muster.kernel.days import ONE_DAY
from muster.register.employers.models import Employer
from muster.register.people.actions import Terms, open_employment
from muster.register.people.models import Employment, Person
from muster.services.transfers import actions
from muster.services.transfers.knowing import known_of
from muster.services.transfers.models import FirstPay, HandOff, Transfer
from muster.services.transfers.planning.rules import Booking, Plan
from muster.services.transfers.verbs.stepping import Moved

STARTED = dt.date(2019, 9, 2)
FIRST_DAY = dt.date(2026, 12, 7)
NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
PAY = 250_000
RECORD = {
    "surname": "Brockbank", "forenames": "Una", "birth_date": "1988-04-02", "sex": "F",
    "nino": "QQ123456C", "staff_number": "M/1", "employment_started": "2019-09-02",
    "continuous_service_from": "2019-09-02", "grade": "HEO", "salary": "36000.00", "fte": "1",
    "tax_code": "1257L", "tax_basis": "cumulative", "ni_letter": "A", "student_loans": [],
    "pension_scheme": "alpha",
}  # fmt: skip
_OF_REGISTER = ("grade", "salary", "fte")
TERMS = {"salary": "39000.00", "fte": "1", "grade": "SEO"}
ANSWERS = {"surname": "Brockbank"}
STEPS = (
    "offer", "accept", "ask_exporter", "state_details", "state_terms", "release", "sign_exporter",
    "sign_importer", "schedule", "effect", "paid_exporter", "paid_importer", "reconcile",
    "hand_offs", "close",
)  # fmt: skip


@dataclass
class World:
    """Employers by name, one clock, and who acts for whom."""

    clock: Any = field(default_factory=lambda: FixedClock(NOON))
    employers: dict[str, uuid.UUID] = field(default_factory=dict)

    def employer(self, name: str) -> uuid.UUID:
        if name not in self.employers:
            made, _ = Employer.objects.get_or_create(
                key=name, defaults={"title": name.title(), "status": "live"}
            )
            self.employers[name] = made.id
        return self.employers[name]

    def somebody(self, at: str = "mill", starts: dt.date = STARTED, fte: int = 10**9) -> uuid.UUID:
        person = Person.objects.create().id
        open_employment(
            person=person, employer=self.employer(at), engagement="employee", first_day=starts,
            terms=Terms("permanent", fte, grade="HEO", salary=3_600_000), by="hr:mill",
            reason="known", clock=self.clock,
        )  # fmt: skip
        return person

    def draft(self, person: uuid.UUID, **more: Any) -> Moved:
        said = {
            "exporter": self.employer("mill"), "importer": self.employer("weir"),
            "kind": "permanent", "first_day": FIRST_DAY, "post": "Analyst", "by": "hr:weir",
            "clock": self.clock, **more,
        }  # fmt: skip
        return actions.open_draft(person=person, **said)

    def take(self, transfer: uuid.UUID, step: str, **more: Any) -> Any:
        """Take one step as the right person would."""
        verb, said = self._asked(transfer, step)
        return verb(transfer=transfer, clock=self.clock, **{**said, **more})

    def up_to(self, transfer: uuid.UUID, last: str, start: str = "offer") -> Any:
        """Take every step from one to another."""
        moved = None
        for step in STEPS[STEPS.index(start) : STEPS.index(last) + 1]:
            if step == "effect":
                self.dawn(row(transfer).first_day)
            moved = self.take(transfer, step)
        return moved

    def dawn(self, day: dt.date) -> None:
        """Let it be noon of a day, if it is not later already."""
        noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
        if noon > self.clock.now():
            self.clock.move(noon - self.clock.now())

    def _asked(self, transfer: uuid.UUID, step: str) -> tuple[Any, dict[str, Any]]:
        one = row(transfer)
        paid = {"gross_expected": PAY, "gross_paid": PAY, "by": "system:payroll",
                "period_starts": one.first_day.replace(day=1)}  # fmt: skip
        released = record(one) if step == "release" else {}
        asked: dict[str, tuple[Any, dict[str, Any]]] = {
            "offer": (actions.offer, {"by": "hr:weir"}),
            "accept": (actions.accept, {"by": "person:una"}),
            "ask_exporter": (actions.ask_exporter, {"by": "system:process"}),
            "state_details": (actions.state_details, {"by": "person:una", "answers": ANSWERS}),
            "state_terms": (actions.state_terms, {"by": "hr:weir", "terms": TERMS}),
            "release": (actions.release, {"by": "hr:mill", "record": released}),
            "sign_exporter": (actions.sign_date, {"by": "hr:mill", "side": "exporter",
                                                  "first_day": one.first_day}),
            "sign_importer": (actions.sign_date, {"by": "hr:weir", "side": "importer",
                                                  "first_day": one.first_day}),
            "schedule": (actions.schedule, {"by": "system:process", "plan": plan(one)}),
            "effect": (actions.effect, {"by": "system:process"}),
            "paid_exporter": (actions.note_pay_result, {**paid, "employer": one.exporter_id}),
            "paid_importer": (actions.note_pay_result, {**paid, "employer": one.importer_id}),
            "reconcile": (actions.reconcile, {"by": "system:process"}),
            "hand_offs": (hand_all_over, {}),
            "close": (actions.close, {"by": "system:process"}),
        }  # fmt: skip
        return asked[step]


def hand_all_over(*, transfer: uuid.UUID, clock: FixedClock) -> None:
    """Hand over what is still open, with evidence."""
    held = HandOff.objects.filter(transfer=transfer, state="open")
    actions.hand_over_many(
        transfer=transfer, by="hr:mill", clock=clock,
        evidence=dict.fromkeys(held.values_list("kind", flat=True), "ref 1"),
    )  # fmt: skip


def record(one: Transfer) -> dict[str, Any]:
    """Return the record an exporter would release for a transfer, on the terms they hold."""
    terms = {name: said for name, said in known_of(one).items() if name in _OF_REGISTER}
    return {**RECORD, **terms, "paid_to": (one.first_day - ONE_DAY).isoformat()}


def row(transfer: uuid.UUID) -> Transfer:
    """Return a transfer as it stands."""
    return Transfer.objects.get(id=transfer)


def plan(one: Transfer, **more: Any) -> Plan:
    """Return a plan that is in time, with a month of each payroll."""
    month = one.first_day.replace(day=1)
    ends = (month + dt.timedelta(32)).replace(day=1)
    period = PayPeriod(
        month, ends, dt.datetime(month.year, month.month, 15, 12, tzinfo=dt.UTC), ends - ONE_DAY
    )
    said = {
        "first_day": one.first_day, "in_time": True, "margin_working_days": 5,
        "next_safe": one.first_day, "pro_rata": None,
        "books": (Booking(one.exporter_id, period), Booking(one.importer_id, period)),
        "deadline": one.first_day, "started": False, "correction": None, **more,
    }  # fmt: skip
    return Plan(**said)


def employments(person: uuid.UUID) -> list[Employment]:
    """Return what is believed of a person's employments, by first day."""
    held = Employment.objects.filter(person=person, recorded_to__isnull=True)
    return list(held.order_by("valid_from", "id"))


def pay_of(transfer: uuid.UUID) -> list[FirstPay]:
    """Return what payrolls said that stands."""
    return list(FirstPay.objects.filter(transfer=transfer, recorded_to__isnull=True))
