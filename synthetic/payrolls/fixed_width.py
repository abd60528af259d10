"""PAYROLL-F: an older payroll that takes and gives files of fixed width, once a period or oftener.

Calendar days, a batch cut-off in the afternoon, control totals on everything. See `fixed_layout`
for the bytes. It knows a reference again for ever; only the bug `duplicates_a_starter` makes it
forget.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from synthetic.payrolls import fixed_layout as layout
from synthetic.payrolls.bugs import NONE
from synthetic.payrolls.calendar import Calendar
from synthetic.payrolls.orders import Fields, pounds
from synthetic.payrolls.payroll import REFUSED, Answer, Payment, Payroll

_STATES = {"accepted": "A", "late": "L", "refused": "R"}


class FixedWidthPayroll(Payroll):
    """PAYROLL-F for one employer. See `Payroll`."""

    def __init__(
        self, code: str, calendar: Calendar, *, convention: str = "calendar_days",
        bugs: frozenset[str] = NONE,
    ) -> None:  # fmt: skip
        super().__init__(code, calendar, convention=convention, bugs=bugs)
        self._answered: dict[str, Answer] = {}
        self._last_file = 0

    def take(self, fields: Sequence[Fields], at: datetime) -> list[Answer]:
        """Take a batch; an instruction that was had before is answered as it was then."""
        new = [each for each in fields if not self._had(each)]
        for answer in super().take(new, at):
            self._answered[answer.reference] = answer
        return [self._answered[each.get("instruction", "")] for each in fields]

    def _had(self, fields: Fields) -> bool:
        forgets = "duplicates_a_starter" in self.bugs and fields.get("action") == "start"
        return fields.get("instruction", "") in self._answered and not forgets

    def receive(self, content: bytes, at: datetime) -> bytes:
        """Take an instruction file that came at a moment; give its acknowledgement file."""
        try:
            batch = layout.read_instructions(content)
            if batch.payroll != self.code:
                raise layout.Refused("the file is for another payroll")
            if batch.number <= self._last_file:
                raise layout.Refused("a file of this number, or a later one, was had")
        except layout.Refused as problem:
            return self._acknowledged(0, [Answer("", REFUSED, "", f"whole file: {problem}")])
        self._last_file = batch.number
        return self._acknowledged(batch.number, self.take(batch.records, at))

    def _acknowledged(self, number: int, answers: list[Answer]) -> bytes:
        lines = [f"H1PAYACK  {self.code:<8}{number:06d}"]
        for each in answers:
            values = {
                "REFNO": each.reference, "STATE": _STATES[each.state], "PERNO": each.number[:10],
                "WHYTX": each.why,
            }  # fmt: skip
            lines.append(layout.record(layout.ACKNOWLEDGEMENT, values))
        refused = sum(each.state == REFUSED for each in answers)
        return layout.as_bytes([*lines, f"T9{len(answers):09d}{refused:09d}"])

    def results(self, starts: date) -> bytes:
        """The result file of a period that was run. LookupError if it was not."""
        return self._written("PAYRES", starts, self.runs[self.calendar.holding(starts).starts])

    def draft_results(self, starts: date, at: datetime) -> bytes:
        """The result file of a draft run."""
        return self._written("PAYDFT", starts, self.draft(starts, at))

    def _written(self, kind: str, starts: date, payments: list[Payment]) -> bytes:
        period = self.calendar.holding(starts)
        run = 1 + self.calendar.periods.index(period)
        days = "".join(map(layout.day, (period.starts, period.last_day, period.pay_day)))
        total = sum(each.gross for each in payments) + ("misadds" in self.bugs)
        return layout.as_bytes(
            [
                f"H1{kind}  {self.code:<8}{days}{run:06d}",
                *(layout.record(layout.RESULT, _places(each)) for each in payments),
                f"T9{len(payments):09d}{Decimal(total) / 100:15.2f}",
            ]
        )


def _places(payment: Payment) -> dict[str, str]:
    worker, period, day = payment.worker, payment.period, layout.day
    return {
        "REFNO": worker.behind, "PERNO": worker.number, "NINUM": worker.nino,
        "SURNM": worker.surname, "PSTRT": day(period.starts), "PENDD": day(period.last_day),
        "PAYDY": day(period.pay_day), "GROSS": pounds(payment.gross),
        "PDFRM": day(payment.paid_from), "PDTO": day(payment.paid_to), "TAXCD": worker.tax_code,
        "TAXRG": worker.tax_regime, "WK1M1": "Y" if worker.tax_basis == "non-cumulative" else "N",
        "NILET": worker.ni_letter, "LOANS": "".join(plan[:1] for plan in worker.loans),
        "PENSC": layout.SCHEMES.get(worker.scheme, ""), "PYTD": pounds(worker.p45_pay),
        "TYTD": pounds(worker.p45_tax),
    }  # fmt: skip
