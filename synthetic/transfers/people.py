"""Who moves: a person's record as the employer they leave truly holds it.

Shares are round numbers near those published: a fifth work part-time, one in eleven has a Scottish
code and one in twenty a Welsh one, four in ten of the younger repay a student loan, nearly all are
in alpha. Everything is invented; see `synthetic.identifiers` for numbers that are nobody's.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from synthetic.chance import Chance, Weighted
from synthetic.identifiers import nino
from synthetic.names import NameBook
from synthetic.transfers.workplaces import FULL_TIME_HOURS
from synthetic.work import GRADES, Grade, draw_fte, draw_pay

_GRADES = GRADES[:10]
_GRADE = Weighted(_GRADES, [grade.share for grade in _GRADES])
_CODES = Weighted(
    ("1257L", "", "K", "BR", "D0", "0T", "1383M", "1131N", "NT"),
    (700, 190, 25, 20, 8, 12, 20, 20, 0),
)
_REGIMES = Weighted(("", "S", "C"), (860, 90, 50))
_LOANS = Weighted(
    ((), ("2",), ("1",), ("4",), ("PG",), ("2", "PG"), ("1", "PG")), (640, 200, 70, 40, 15, 30, 5)
)
_SCHEMES = Weighted(("alpha", "partnership", "opted out"), (970, 18, 12))
_ALLOWANCES = (
    ("Location", 60_000, 420_000), ("On call", 36_000, 300_000), ("First aid", 9_600, 24_000),
    ("Digital skills", 120_000, 900_000), ("Welsh language", 24_000, 72_000),
    ("Shift working", 90_000, 480_000),
)  # fmt: skip
_TAX_YEAR = date(2026, 4, 6)


def pounds(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


def draw_grade_of_mover(chance: Chance) -> Grade:
    return _GRADE.draw(chance)


def grade_next(grade: Grade) -> Grade:
    """The next grade up, or the same at the top."""
    return _GRADES[min(_GRADES.index(grade) + 1, len(_GRADES) - 1)]


def salary_in(grade: Grade, chance: Chance) -> int:
    """Full-time pence a year within a grade; for one in eight not in whole pounds."""
    pence = draw_pay(grade, "", chance)
    return pence + chance.below(100) if chance.happens(0.125) else pence


def hours_of(hundredths: int) -> str:
    worked = Fraction(FULL_TIME_HOURS * hundredths, 100)
    return f"{float(worked):.2f}"


def share_of(hundredths: int) -> str:
    """0.8 for 80, 1 for 100."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def draw_allowances(chance: Chance) -> list[dict[str, str]]:
    if not chance.happens(0.28):
        return []
    kinds = sorted({chance.below(len(_ALLOWANCES)) for _ in range(2 if chance.happens(0.2) else 1)})
    return [
        {
            "name": _ALLOWANCES[kind][0],
            "annual": pounds(chance.between(*_ALLOWANCES[kind][1:])),
            "pensionable": "yes" if kind % 2 else "no",
        }
        for kind in kinds
    ]


def _birth_date(first_day: date, chance: Chance) -> date:
    """Of working age, some under 21; never so near an age that a letter hangs on a day."""
    years = 19 if chance.happens(0.02) else chance.between(22, 63)
    born = first_day - timedelta(days=int(365.25 * years) + chance.between(30, 330))
    return born + timedelta(days=1) if (born.month, born.day) == (2, 29) else born


def _under_21(born: date, first_day: date) -> bool:
    return (first_day - born).days < 20.9 * 365.25


def _code(chance: Chance) -> str:
    code = _CODES.draw(chance)
    if code == "":
        return f"{chance.between(400, 1500)}{chance.pick('LLLT')}"
    return f"K{chance.between(20, 800)}" if code == "K" else code


def draw_record(
    number: int, staff_number: str, first_day: date, names: NameBook, chance: Chance
) -> dict[str, Any]:
    """A whole record, without oddities beyond those of ordinary life."""
    sex = chance.pick("FM")
    name = names.name(sex, chance)
    born = _birth_date(first_day, chance)
    grown = born.replace(year=born.year + 18)
    started = chance.day(max(grown, date(2005, 1, 4)), first_day - timedelta(days=200))
    since = chance.day(max(grown, date(1998, 1, 5)), started) if chance.happens(0.4) else started
    last_day = first_day - timedelta(days=1)
    return {
        "surname": name.surname,
        "forenames": " ".join(filter(None, (name.first, name.middle))),
        "known_as": name.known_as,
        "birth_date": born.isoformat(),
        "sex": sex,
        "nino": nino(2_000_000 + number),
        "address": [f"{chance.between(1, 180)} Lighthouse Row", "Little Harbour", "ZZ9 9ZZ"],
        "staff_number": staff_number,
        "employment_started": started.isoformat(),
        "continuous_service_from": since.isoformat(),
        **_pay(sex, last_day, chance),
        **_tax_and_pension(born, since, first_day, chance),
        **_leave_and_checks(started, first_day, chance),
    }


def _pay(sex: str, last_day: date, chance: Chance) -> dict[str, Any]:
    grade, share = _GRADE.draw(chance), draw_fte(sex, chance)
    return {
        "grade": grade.key,
        "salary": pounds(salary_in(grade, chance)),
        "fte": share_of(share),
        "weekly_hours": hours_of(share),
        "full_time_hours": f"{FULL_TIME_HOURS}.00",
        "allowances": draw_allowances(chance),
        "paid_to": last_day.isoformat(),
        "pay_after_leaving": "",
        "pay_frequency": "M1",
    }


def _tax_and_pension(born: date, since: date, first_day: date, chance: Chance) -> dict[str, Any]:
    code, scheme = _code(chance), _SCHEMES.draw(chance)
    regime = "" if code == "NT" else _REGIMES.draw(chance)
    loans = _LOANS.draw(chance) if born.year > 1975 else ()
    order = chance.happens(0.012)
    return {
        "tax_year": "2026-27",
        "tax_code": code,
        "tax_regime": regime,
        "tax_basis": "non-cumulative" if chance.happens(0.05) else "cumulative",
        "p45_issued": "yes",
        "ni_letter": "M" if _under_21(born, first_day) else "A",
        "student_loans": list(loans),
        "attachment_orders": (
            [{"kind": "DEO", "reference": f"D{chance.between(10_000, 99_999)}"}] if order else []
        ),
        "salary_sacrifice": (
            [{"scheme": "Cycle to work", "monthly": pounds(chance.between(3_000, 9_000))}]
            if chance.happens(0.06)
            else []
        ),
        "pension_scheme": scheme,
        "pension_member_since": "" if scheme == "opted out" else since.isoformat(),
        "pension_opted_out_on": (
            (first_day - timedelta(days=chance.between(100, 150))).isoformat()
            if scheme == "opted out"
            else ""
        ),
        "partnership_provider": "Harbour Mutual" if scheme == "partnership" else "",
        "partnership_contribution": "5.00" if scheme == "partnership" else "",
    }


def p45_of(record: dict[str, Any], first_day: date, chance: Chance) -> dict[str, str]:
    """Pay and tax of this tax year up to the last day, near enough to be believed."""
    months = max((first_day - _TAX_YEAR).days * 12 / 365, 0.1)
    yearly = float(record["salary"]) * float(record["fte"])
    pay = int(yearly / 12 * months * 100) + chance.below(5_000)
    share = 0.0 if record["tax_code"] == "NT" else 0.08 + 0.14 * chance.unit()
    return {"p45_pay": pounds(pay), "p45_tax": pounds(int(pay * share))}


def _leave_and_checks(started: date, first_day: date, chance: Chance) -> dict[str, Any]:
    cleared = chance.happens(0.2)
    return {
        "leave_balance": f"{chance.between(0, 40) / 2:g}",
        "leave_unit": "days",
        "leave_year_starts": date(first_day.year - 1, 4, 1).isoformat(),
        "sick_taken": str(chance.below(12)),
        "sick_entitlement": "365",
        "right_to_work_checked": started.isoformat(),
        "clearance_level": "SC" if cleared else "BPSS",
        "clearance_reference": f"V{chance.between(100_000, 999_999)}" if cleared else "",
        "clearance_review_due": first_day.replace(year=first_day.year + 3).isoformat()
        if cleared
        else "",
        "learning_record": f"LR{chance.between(10_000, 99_999)}",
    }
