"""The door: many moves from one seed, the same on any machine.

First days follow the month: three in five moves begin on its first day, the rest on Mondays and
other days, because pay and posts follow the month. The papers of a clean move come in good time:
one to five weeks before the earlier of the two cut-offs, and before the first day.
"""

import uuid
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from synthetic.chance import Chance, Weighted
from synthetic.identifiers import Numbering
from synthetic.names import NameBook
from synthetic.payrolls.calendar import LONDON
from synthetic.transfers import people
from synthetic.transfers.faults import deal
from synthetic.transfers.oddities import ODDITIES, SHARE
from synthetic.transfers.transfer import PretendTransfer
from synthetic.transfers.workplaces import Workplace, make_workplaces
from synthetic.work import GRADES

FIRST_MONTH = date(2027, 1, 1)  # within one tax year, before the new one
_MONTH = Weighted((0, 1, 2), (30, 28, 42))
_KIND = Weighted(("level_move", "promotion", "permanent"), (52, 36, 12))
_BY_KEY = {grade.key: grade for grade in GRADES}
_SPACE = uuid.UUID("d2a4f1b2-8f64-4a0e-9f0c-0f7a5a0c7f42")


def make_transfers(
    count: int, seed: int, *, workplaces: int = 12, faults: bool = True
) -> list[PretendTransfer]:
    """So many moves. The same count and seed give the same; without faults all papers are right.

    Args:
        count: of moves.
        seed: any whole number.
        workplaces: of employers they move between.
        faults: whether papers are spoilt, at the rates of `faults`.
    """
    places = make_workplaces(workplaces, Chance(seed))
    chance, numbering, names = Chance(seed + 1), Numbering(Chance(seed + 2)), NameBook()
    made: list[PretendTransfer] = []
    for number in range(count):
        made.append(_move(number, seed, places, numbering, names, chance))
    made = _odd(made, Chance(seed + 3))
    return deal(made, Chance(seed + 4)) if faults else made


def _move(
    number: int, seed: int, places: tuple[Workplace, ...], numbering: Numbering, names: NameBook,
    chance: Chance,
) -> PretendTransfer:  # fmt: skip
    at = chance.below(len(places))
    exporter = places[at]
    importer = places[(at + chance.between(1, len(places) - 1)) % len(places)]
    first_day = _first_day(chance)
    staff_number = numbering.staff_number(exporter.employer)
    record = people.draw_record(number, staff_number, first_day, names, chance)
    record |= people.p45_of(record, first_day, chance)
    kind = _KIND.draw(chance)
    terms = _terms(kind, record, numbering.staff_number(importer.employer), chance)
    moment = datetime.combine(first_day, time(), LONDON)
    made = PretendTransfer(
        number=number, reference=str(uuid.uuid5(_SPACE, f"{seed}/{number}")), kind=kind,
        exporter=exporter, importer=importer, first_day=first_day, record=record, terms=terms,
        offered=moment, accepted=moment, came=moment, keyed_days=0,
    )  # fmt: skip
    return _dated(made, chance)


def _first_day(chance: Chance) -> date:
    month = FIRST_MONTH.replace(month=FIRST_MONTH.month + _MONTH.draw(chance))
    if chance.happens(0.6):
        return month
    day = month + timedelta(days=chance.between(1, 27))
    return day + timedelta(days=-day.weekday() % 7) if chance.happens(0.5) else day


def _terms(kind: str, record: dict[str, Any], staff_number: str, chance: Chance) -> dict[str, Any]:
    grade = _BY_KEY[record["grade"]]
    if kind == "promotion":
        grade = people.grade_next(grade)
    salary = people.pounds(people.salary_in(grade, chance))
    if kind != "promotion":
        salary = max(salary, record["salary"], key=float)
    share, hours = record["fte"], record["weekly_hours"]
    if chance.happens(0.05):
        hundredths = chance.pick((100, 80, 60))
        share, hours = people.share_of(hundredths), people.hours_of(hundredths)
    return {
        "new_post": f"{grade.key} post",
        "new_workplace": "Little Harbour",
        "new_grade": grade.key,
        "new_salary": salary,
        "new_fte": share,
        "new_weekly_hours": hours,
        "new_staff_number": staff_number,
        "new_pay_frequency": "M1",
        "new_allowances": people.draw_allowances(chance),
    }


def _dated(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """With moments at which papers went and came, all within office hours."""
    least = min(transfer.deadline, datetime.combine(transfer.first_day, time(9), LONDON))
    came = _office(least - timedelta(days=chance.between(9, 35)), chance)
    accepted = _office(came - timedelta(days=chance.between(4, 16)), chance)
    offered = _office(accepted - timedelta(days=chance.between(1, 6)), chance)
    return replace(
        transfer, offered=offered, accepted=accepted, came=came, keyed_days=chance.between(1, 4)
    )


def _office(moment: datetime, chance: Chance) -> datetime:
    """The same day in office hours, or the Friday before a week end."""
    day = moment.date() - timedelta(days=max(moment.weekday() - 4, 0))
    return datetime.combine(day, time(9 + chance.below(8), chance.below(60)), LONDON)


def _odd(made: list[PretendTransfer], chance: Chance) -> list[PretendTransfer]:
    names, odd = tuple(ODDITIES), list(made)
    for at, transfer in enumerate(made):
        if not chance.happens(SHARE):
            continue
        name = chance.pick(names)
        if name == "twin":
            if at:
                odd[at] = _twin_of(odd[at - 1], transfer)
            continue
        changed = ODDITIES[name](transfer, chance)
        odd[at] = replace(changed, odd=name) if changed != transfer else transfer
    return odd


def _twin_of(other: PretendTransfer, transfer: PretendTransfer) -> PretendTransfer:
    """The move with the surname and birth date of the one before, and service to fit."""
    record = {**transfer.record, "surname": other.record["surname"]}
    for name in (
        "birth_date", "ni_letter", "employment_started", "continuous_service_from",
        "right_to_work_checked",
    ):  # fmt: skip
        record[name] = other.record[name]
    if record["pension_member_since"]:
        record["pension_member_since"] = record["continuous_service_from"]
    return replace(transfer, record=record, odd="twin")
