"""Employers, people and transfers for benchmarks, and the steps that each person takes.

Two employers with monthly payrolls; everybody moves from the one to the other on the same day. What
people answer is right, so each step is taken at the first try.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FIRST_DAY = dt.date(2026, 12, 7)
NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
DAWN = dt.datetime(2026, 12, 7, 6, tzinfo=dt.UTC)
STARTED = dt.date(2019, 9, 2)
RECORD = {
    "surname": "Brockbank", "forenames": "Una", "birth_date": "1988-04-02", "sex": "F",
    "nino": "QQ123456C", "staff_number": "M/1", "employment_started": "2019-09-02",
    "continuous_service_from": "2019-09-02", "grade": "HEO", "salary": "36000.00", "fte": "1",
    "tax_code": "1257L", "tax_basis": "cumulative", "ni_letter": "A", "student_loans": [],
    "pension_scheme": "alpha", "paid_to": "2026-12-06",
}  # fmt: skip
TERMS = {"salary": "39000.00", "fte": "1", "grade": "SEO"}
# What the person answers, the leaving and the joining employer do, before the first day and after.
BEFORE: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("make_offer", {}),
    ("answer_offer", {"answer": "accept"}),
    ("state_details", {"details": {"surname": "Brockbank"}}),
    ("state_terms", {"terms": TERMS}),
    ("release_record", {"record": RECORD}),
    ("sign_leaving", {}),
    ("sign_joining", {}),
    ("confirm_leaver", {"evidence": {"p45": "reference"}}),
    ("confirm_starter", {"evidence": {"pension": "reference", "partnership": "reference"}}),
)
AFTER: tuple[tuple[str, Mapping[str, Any]], ...] = (("prepare", {}), ("file_record", {}))
STEPS_OF_PEOPLE = len(BEFORE) + len(AFTER) + 1


@dataclass
class Ends:
    """The two employers and who works for them."""

    mill: uuid.UUID
    weir: uuid.UUID
    workers: dict[str, Any] = field(default_factory=dict)

    def worker(self, lane: str, person: uuid.UUID) -> Any:
        """Return who stands in a lane of one person's transfer."""
        from muster.casework.rules import Worker

        if lane == "Person":
            return Worker(f"person:{person}", frozenset({"civil servant"}), None, person)
        name, role, employer = {
            "Joining manager": ("manager", "line manager", self.weir),
            "Joining HR": ("hr-weir", "HR caseworker", self.weir),
            "Leaving HR": ("hr-mill", "HR caseworker", self.mill),
            "Joining payroll": ("pay-weir", "payroll lead", self.weir),
            "Leaving payroll": ("pay-mill", "payroll lead", self.mill),
        }[lane]
        return Worker(name, frozenset({role}), employer)


def build(people: int) -> list[uuid.UUID]:
    """Make the two employers with their calendars, and people at the first; return the people."""
    from muster.casework.calendars.actions import load_calendar
    from muster.kernel.clock import FixedClock
    from muster.kernel.ids import new_id
    from muster.register.employers.models import Employer
    from muster.register.people.models import Assignment, Employment, Person
    from muster.services.transfers.payrolls.shipped import open_transfers

    clock = FixedClock(NOON)
    for name in ("mill", "weir"):
        employer = Employer.objects.create(key=name, title=name.title(), status="live").id
        load_calendar(sheet=_sheet(name), name=f"{name}.csv", employer=employer, by="bench",
                      clock=clock)  # fmt: skip
        open_transfers(employer, by="bench")
    found = [Person(id=new_id()) for _ in range(people)]
    Person.objects.bulk_create(found, batch_size=500)
    known = {"valid_from": STARTED, "decided_by": "bench", "recorded_from": NOON}
    employments = [
        Employment(id=new_id(), employment=new_id(), person=one, employer_id=ends().mill,
                   engagement="employee", substantive=True, **known)
        for one in found
    ]  # fmt: skip
    Employment.objects.bulk_create(employments, batch_size=500)
    Assignment.objects.bulk_create(
        (Assignment(id=new_id(), employment=one.employment, engagement_as_stated="permanent",
                    fte=10**9, grade="HEO", salary=3_600_000, **known) for one in employments),
        batch_size=500,
    )  # fmt: skip
    return [one.id for one in found]


def ends() -> Ends:
    """Return the two employers."""
    from muster.register.employers.models import Employer

    found = dict(Employer.objects.filter(key__in=("mill", "weir")).values_list("key", "id"))
    return Ends(found["mill"], found["weir"])


def draft(person: uuid.UUID, both: Ends, clock: Any) -> uuid.UUID:
    """Draft a person's transfer; return it."""
    from muster.services.transfers.process import driving

    moved = driving.draft(
        person=person, exporter=both.mill, importer=both.weir, kind="permanent",
        first_day=FIRST_DAY, post="Analyst", worker=both.worker("Joining manager", person),
        clock=clock, key=f"bench:{person}",
    )  # fmt: skip
    return moved.transfer


def take(
    transfer: uuid.UUID, person: uuid.UUID, steps: Sequence[tuple[str, Mapping[str, Any]]],
    both: Ends, clock: Any, *, missing: bool = False,
) -> int:  # fmt: skip
    """Take steps of people, one after the other; return how many.

    Args:
        transfer: whose.
        person: who moves.
        steps: elements and answers, in order.
        both: the two employers.
        clock: stamps them.
        missing: whether steps that were taken before are left out.
    """
    from muster.casework import queries
    from muster.services.transfers import queries as transfers
    from muster.services.transfers.process import driving

    case = transfers.transfer(transfer).case
    assert case is not None
    for element, answers in steps:
        waiting = {one.element: one for one in queries.open_tasks(case)}
        if missing and element not in waiting:
            continue
        task = waiting[element]
        said = {**answers}
        if element == "state_terms":
            said = {"terms": {**TERMS, "staff_number": f"W{transfer.hex[-10:]}"}}
        driving.do(task.id, said, worker=both.worker(task.lane, person), clock=clock)
    return len(steps)


def pay(transfer: uuid.UUID, clock: Any) -> None:
    """Let both payrolls report what was expected of them."""
    from muster.services.transfers.payrolls.models import Instruction
    from muster.services.transfers.payrolls.results import Came, keep
    from muster.services.transfers.payrolls.sending import content_of

    told = Instruction.objects.filter(transfer=transfer, kind="pay").exclude(action="cancel")
    came = []
    for one in told:
        _fields, expected, days = content_of(one)
        came.append(Came(f"payroll:{one.employer_id}", one.employer_id, {
            "instruction": str(one.id), "staff_number": one.staff_number, "gross": expected,
            "period_starts": str(one.period_starts), "paid_from": days[0], "paid_to": days[1],
        }))  # fmt: skip
    keep(came, at=clock.now(), by="bench", clock=clock)


def finish(transfer: uuid.UUID, person: uuid.UUID, both: Ends, clock: Any) -> int:
    """Hand over what is left; return how many steps that took."""
    from muster.services.transfers import queries

    left = {one.kind: "reference" for one in queries.hand_offs(transfer, FIRST_DAY)
            if one.state in ("open", "late")}  # fmt: skip
    return take(transfer, person, (("hand_over", {"evidence": left}),), both, clock)


def _sheet(name: str) -> bytes:
    lines = ["employer,frequency,period start,period end,cut-off date,cut-off time,pay day"]
    for month in range(11, 17):
        first = dt.date(2026 + (month - 1) // 12, (month - 1) % 12 + 1, 1)
        last = (first + dt.timedelta(40)).replace(day=1) - dt.timedelta(1)
        lines.append(f"{name.title()},monthly,{first},{last},{first.replace(day=17)},17:00,"
                     f"{first.replace(day=27)}")  # fmt: skip
    return "\n".join(lines).encode()
