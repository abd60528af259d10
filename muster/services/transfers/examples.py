"""People and records for demonstrations of transfers, as an HR system of theirs would state them.

Whoever moves is somebody the register knows; what it knows of them is stated as it is. What no HR
file tells (tax code, pension scheme, loans) is made up, and always the same for the same person.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from muster.kernel.days import ONE_DAY
from muster.register.people.movers import employees_of
from muster.register.people.person_record import EmploymentFact, PersonRecord, linked_to, person
from muster.services.transfers.payrolls.rules import pounds

_FULL_TIME = 10**9
_RISE = 4
# What an employer calls a grade, by what joining payrolls have room for.
_GRADES = {
    "ADMINISTRATIVE ASSISTANT": "AA", "ADMINISTRATIVE OFFICER": "AO", "EXECUTIVE OFFICER": "EO",
    "HIGHER EXECUTIVE OFFICER": "HEO", "SENIOR EXECUTIVE OFFICER": "SEO", "GRADE 7": "Grade 7",
    "GRADE 6": "Grade 6",
}  # fmt: skip
_LADDER = ("AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6")
_AREAS = (" NAT", " LON")
_TAX_CODES = ("1257L", "1257L", "1257L", "1185L", "1263L", "BR")
_LOANS = ((), (), (), ("1",), ("2",), ("2", "PG"))


@dataclass(frozen=True)
class Mover:
    """Somebody who can move: what the register knows of them that a record has to state."""

    person: uuid.UUID
    exporter: uuid.UUID
    since: dt.date
    continuous: dt.date
    surname: str
    forenames: str
    birth_date: str
    nino: str
    staff_number: str
    grade: str
    salary: int
    fte: int
    sex: str = ""
    code: str = ""

    @property
    def tax_code(self) -> str:
        """A tax code of theirs, made up unless it is given as ``code``."""
        return self.code or _TAX_CODES[self.person.int % len(_TAX_CODES)]

    @property
    def level(self) -> str:
        """Their grade in a few letters; "" for those above the ladder, who are not moved here."""
        plain = self.grade.removesuffix(_AREAS[0]).removesuffix(_AREAS[1])
        found = _GRADES.get(plain.upper(), plain)
        return found if found in _LADDER else ""

    def record(self, first_day: dt.date) -> dict[str, Any]:
        """Return the record their employer would release for a first day elsewhere."""
        return {
            "surname": self.surname, "forenames": self.forenames, "birth_date": self.birth_date,
            "sex": self.sex or "FM"[self.person.int % 2], "nino": self.nino,
            "staff_number": self.staff_number, "employment_started": self.since.isoformat(),
            "continuous_service_from": self.continuous.isoformat(), "grade": self.grade,
            "salary": pounds(self.salary), "fte": share(self.fte),
            "paid_to": (first_day - ONE_DAY).isoformat(), "tax_code": self.tax_code,
            "tax_basis": "cumulative", "ni_letter": "A",
            "student_loans": list(_LOANS[self.person.int % len(_LOANS)]),
            "pension_scheme": "alpha",
        }  # fmt: skip

    def terms(self, number: str, *, promoted: bool = False) -> dict[str, Any]:
        """Return the terms on which they are joined: a little more pay, or the grade above."""
        rise = self.salary * (3 * _RISE if promoted else _RISE) // 100
        level = self.level
        grade = _LADDER[_LADDER.index(level) + 1] if promoted and level != _LADDER[-1] else level
        salary = (self.salary + rise) // 10_000 * 10_000
        return {"salary": pounds(salary), "fte": share(self.fte), "grade": grade,
                "staff_number": number}  # fmt: skip

    def details(self) -> dict[str, Any]:
        """Return what they state of themselves."""
        return {"surname": self.surname}


def movers(employer: uuid.UUID, on: dt.date) -> Iterator[Mover]:
    """Yield people of an employer whose record the register could state whole on a day."""
    for held in employees_of(employer, on):
        if held.ends is None and (found := mover(held.person, employer, on)):
            yield found


def mover(who: uuid.UUID, employer: uuid.UUID, on: dt.date) -> Mover | None:
    """Return somebody as a mover; None where a field a record needs is not known, or doubtful."""
    known = person(who, on)
    if known is None:
        return None
    own = [one for one in known.employments if one.employer == employer and one.substantive]
    names = [one for one in known.names if own and one.record == own[0].record]
    said = {kind: {one.value for one in known.identifiers if one.kind == kind}
            for kind in ("nino", "birth_date")}  # fmt: skip
    if len(own) != 1 or not own[0].assignments or not names or not _known(said):
        return None
    spent, number = own[0].assignments[0], _number(who, own[0].record)
    if spent.salary is None or not spent.grade or not number or not names[0].forenames:
        return None
    found = Mover(
        who, employer, own[0].believed.valid_from, _continuous(known, own[0]),
        names[0].surname, names[0].forenames, said["birth_date"].pop(),
        said["nino"].pop(), number, spent.grade, spent.salary, spent.fte,
    )  # fmt: skip
    return found if found.level else None


def share(fte: int) -> str:
    """Return billionths of full time as a record states them: 0.8."""
    return f"{(Decimal(fte) / _FULL_TIME).normalize():f}"


def _continuous(known: PersonRecord, own: EmploymentFact) -> dt.date:
    """Return since when they have served without a break: employments that follow on each other."""
    since = own.believed.valid_from
    earlier = {
        one.believed.valid_to: one.believed.valid_from for one in known.history.employments
        if one.substantive and one.believed.was(None)
    }  # fmt: skip
    while since in earlier:
        since = earlier.pop(since)
    return since


def _known(said: dict[str, set[str]]) -> bool:
    """Tell whether each is known once; sources that differ are settled before somebody moves."""
    return all(len(values) == 1 for values in said.values())


def _number(who: uuid.UUID, record: uuid.UUID | None) -> str:
    found = (one for one in linked_to(who) if one.record == record and one.recorded_to is None)
    return next((one.staff_number for one in found), "")
