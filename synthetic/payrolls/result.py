"""A result as both payrolls mean it, in flat text: what a first pay is judged by.

The names are those of the result Muster asks for, and beside them the pay and tax to date of
earlier employments, because a cumulative code is only right with them.
"""

from synthetic.payrolls.orders import pounds
from synthetic.payrolls.payroll import Payment

NAMES = (
    "instruction", "staff_number", "nino", "surname", "period_starts", "period_ends", "pay_day",
    "gross", "paid_from", "paid_to", "tax_code", "tax_regime", "tax_basis", "ni_letter",
    "student_loans", "pension_scheme", "p45_pay", "p45_tax",
)  # fmt: skip


def result_of(payment: Payment) -> dict[str, str]:
    """A payment in flat text."""
    worker, period = payment.worker, payment.period
    return {
        "instruction": worker.behind, "staff_number": worker.number, "nino": worker.nino,
        "surname": worker.surname, "period_starts": period.starts.isoformat(),
        "period_ends": period.last_day.isoformat(), "pay_day": period.pay_day.isoformat(),
        "gross": pounds(payment.gross), "paid_from": payment.paid_from.isoformat(),
        "paid_to": payment.paid_to.isoformat(), "tax_code": worker.tax_code,
        "tax_regime": worker.tax_regime, "tax_basis": worker.tax_basis,
        "ni_letter": worker.ni_letter, "student_loans": ";".join(worker.loans),
        "pension_scheme": worker.scheme, "p45_pay": pounds(worker.p45_pay),
        "p45_tax": pounds(worker.p45_tax),
    }  # fmt: skip
