"""What looks wrong and is right: moves that a hasty check would hold up.

Each changes what is true of a move, so that it stays consistent; none is a fault. They are dealt to
one move in eight, besides what chance brings along.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from synthetic.chance import Chance
from synthetic.transfers.transfer import PretendTransfer

Oddity = Callable[[PretendTransfer, Chance], PretendTransfer]
SHARE = 0.125


def _with(transfer: PretendTransfer, **fields: Any) -> PretendTransfer:
    return replace(transfer, record={**transfer.record, **fields})


def _terms(transfer: PretendTransfer, **fields: Any) -> PretendTransfer:
    return replace(transfer, terms={**transfer.terms, **fields})


def accents(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """Letters of Welsh, Polish and Turkish that old systems cannot write."""
    names = (("Llŷr", "Siân Ŵyn"), ("Wiśniewska", "Małgorzata"), ("Şahin", "Gökçe İrem"))
    surname, forenames = chance.pick(names)
    return _with(transfer, surname=surname, forenames=forenames)


def mononym(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """One name only."""
    return _with(transfer, surname=chance.pick(("Suharto", "Thiri", "Wulandari")), forenames="")


def long_name(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """Longer than the 35 characters a payroll submission takes."""
    name = "Fotheringham-Wolstenholme de la Featherstone"
    return _with(transfer, surname=name, forenames="Maximiliana Alexandrina Theodora")


def apostrophe(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """A surname with an apostrophe and one with a space."""
    return _with(transfer, surname=chance.pick(("O'Mara", "D'Souza", "van der Berg", "St. John")))


def leap_day(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """Born on 29 February."""
    born = date(chance.pick((1968, 1976, 1984, 1992, 1996)), 2, 29)
    begun = max(transfer.record["employment_started"], f"{born.year + 18}-03-01")
    since = max(transfer.record["continuous_service_from"], f"{born.year + 18}-03-01")
    member = since if transfer.record["pension_member_since"] else ""
    return _with(
        transfer, birth_date=born.isoformat(), ni_letter="A", employment_started=begun,
        continuous_service_from=since, pension_member_since=member,
        right_to_work_checked=begun,
    )  # fmt: skip


def pension_age(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """At work after State Pension age: letter C is right."""
    return _with(transfer, birth_date=f"{chance.between(1955, 1957)}-05-17", ni_letter="C")


def deferred(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """Letter J: another job pays the contributions."""
    return _with(transfer, ni_letter="J") if transfer.record["ni_letter"] == "A" else transfer


def scottish(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """A Scottish code, a rate of Scotland's own among them, though the employer is in England."""
    return _with(transfer, tax_code=chance.pick(("1257L", "D2", "D1", "K310")), tax_regime="S")


def welsh(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """A Welsh code: C here is no National Insurance letter."""
    return _with(transfer, tax_code=chance.pick(("1257L", "K45", "BR")), tax_regime="C")


def k_code(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """A code that adds to pay, and so more tax than usual."""
    pay = float(transfer.record["p45_pay"])
    return _with(transfer, tax_code=f"K{chance.between(400, 999)}", p45_tax=f"{pay * 0.29:.2f}")


def no_tax(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """No tax paid this year, under NT."""
    return _with(transfer, tax_code="NT", tax_regime="", p45_tax="0.00")


def month_one(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """0T not cumulative, with P45 figures all the same."""
    return _with(transfer, tax_code="0T", tax_basis="non-cumulative")


def two_loans(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """An undergraduate and a postgraduate loan at once."""
    return _with(transfer, student_loans=["4", "PG"])


def twenty_hours(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """20 of 37 hours: a share that no decimal ends."""
    fields = {"fte": "0.540540541", "weekly_hours": "20.00"}
    new = {f"new_{name}": value for name, value in fields.items()}
    pay = float(transfer.record["salary"]) * 20 / 37 * 0.75
    tax = {"p45_pay": f"{pay:.2f}", "p45_tax": f"{pay * 0.1:.2f}"}
    return _terms(_with(transfer, **fields, **tax), **new)


def tiny_share(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """Half a day a week."""
    fields = {"fte": "0.1", "weekly_hours": "3.70"}
    new = {f"new_{name}": value for name, value in fields.items()}
    tax = {"p45_pay": "2100.00", "p45_tax": "0.00"}
    return _terms(_with(transfer, **fields, **tax), **new)


def other_full_time(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """36 hours are full time with the exporter, 37 with the importer."""
    if transfer.record["fte"] != "1":
        return transfer
    return _with(transfer, weekly_hours="36.00", full_time_hours="36.00")


def less_pay(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """A level move with a lower salary, mark time over."""
    if transfer.kind != "level_move":
        return transfer
    lower = round(float(transfer.record["salary"]) * 0.97)
    return _terms(transfer, new_salary=f"{lower}.00")


def negative_leave(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """More leave taken than earned."""
    return _with(transfer, leave_balance="-2.5")


def many_orders(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """Two attachment orders of the same kind, of different courts."""
    orders = [{"kind": "AEO", "reference": f"C{chance.between(1000, 9999)}"} for _ in range(2)]
    return _with(transfer, attachment_orders=orders)


def twin(transfer: PretendTransfer, chance: Chance) -> PretendTransfer:
    """The twin of the person before: surname and birth date are theirs. See `make`."""
    return transfer


ODDITIES: dict[str, Oddity] = {
    each.__name__: each
    for each in (
        accents, mononym, long_name, apostrophe, leap_day, pension_age, deferred, scottish, welsh,
        k_code, no_tax, month_one, two_loans, twenty_hours, tiny_share, other_full_time, less_pay,
        negative_leave, many_orders, twin,
    )
}  # fmt: skip
