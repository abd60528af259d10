"""A person as one payroll holds them: terms by day, what tax and others need, and what was paid."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from synthetic.payrolls.orders import Allowances, Order


@dataclass(frozen=True, slots=True)
class Terms:
    """Pay from a day on. `salary` is pence a year for full time."""

    since: date
    salary: int
    fte: Fraction
    allowances: Allowances


@dataclass(frozen=True, slots=True)
class Worker:
    """One line of a payroll. `ends` is the first day no longer paid; `paid` is pence by period.

    `behind` is the last instruction that shaped the line.
    """

    number: str
    nino: str
    surname: str
    forenames: str
    behind: str
    move: str
    since: date  # the first day this payroll pays
    ends: date | None
    terms: tuple[Terms, ...]
    tax_code: str
    tax_regime: str
    tax_basis: str
    ni_letter: str
    loans: tuple[str, ...]
    scheme: str
    p45_pay: int | None
    p45_tax: int | None
    ended_by: str = ""  # the transfer whose instruction ended it
    cancelled: bool = False
    paid: tuple[tuple[date, int], ...] = ()

    def stretches(self, first: date, end: date) -> list[tuple[date, date, Terms]]:
        """Stretches of unchanged terms between two days, the second not included."""
        first, found = max(first, self.since), []
        end = min(end, self.ends) if self.ends else end
        if self.cancelled:
            return []
        for at, terms in enumerate(self.terms):
            until = self.terms[at + 1].since if at + 1 < len(self.terms) else end
            begins, stops = max(first, terms.since), min(end, until)
            if begins < stops:
                found.append((begins, stops, terms))
        return found

    def changed(self, order: Order) -> "Worker":
        """With what a change says: pay from the day it counts from, the rest from now."""
        if order.first_day is not None:  # a start that was put off, or brought forward
            first = replace(self.terms[0], since=order.first_day)
            return replace(
                self, behind=order.reference, since=order.first_day, terms=(first, *self.terms[1:])
            )
        last = self.terms[-1]
        since = max(order.effective_from or last.since, self.terms[0].since)
        told = Terms(
            since,
            last.salary if order.salary is None else order.salary,
            last.fte if order.fte is None else order.fte,
            last.allowances if order.allowances is None else order.allowances,
        )
        kept = tuple(terms for terms in self.terms if terms.since < since)
        before = next((terms for terms in reversed(self.terms) if terms.since <= since), last)
        same = (before.salary, before.fte, before.allowances) == (
            told.salary, told.fte, told.allowances,
        )  # fmt: skip
        return replace(
            self,
            behind=order.reference,
            nino=order.nino or self.nino,
            surname=order.surname or self.surname,
            forenames=order.forenames or self.forenames,
            terms=self.terms if same else (*kept, told),
            tax_code=order.tax_code or self.tax_code,
            tax_regime=order.tax_regime if order.tax_code else self.tax_regime,
            tax_basis=order.tax_basis or self.tax_basis,
            ni_letter=order.ni_letter or self.ni_letter,
            loans=self.loans if order.loans is None else order.loans,
            scheme=order.scheme or self.scheme,
            p45_pay=self.p45_pay if order.p45_pay is None else order.p45_pay,
            p45_tax=self.p45_tax if order.p45_tax is None else order.p45_tax,
        )
