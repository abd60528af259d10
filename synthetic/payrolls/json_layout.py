"""PAYROLL-J's messages: which name holds what, over HTTP in JSON.

Names are flat; one without a value is left out. Days are YYYY-MM-DD. Money is whole pence, as a
number or as digits in text. Truth values are JSON's, or the words true and false.

**Instructions, in.** `POST /v2/instructions`, one object or a list of at most 500 as
`application/json`; or CloudEvents (`application/cloudevents+json`,
`application/cloudevents-batch+json`) whose `data` is the object. The fields of an instruction:

    requestId            the instruction's own reference (required; for a CloudEvent its
                         `idempotencykey` where data has none)
    moveRef              the transfer it belongs to
    event                STARTER, LEAVER, AMEND, or WITHDRAW, which cancels those of moveRef
    payRef               staff number with this employer
    niNumber
    familyName           the only name of who has one
    givenNames
    dateOfBirth
    gender               male or female, or M or F
    startDate            first day with this employer
    endDate              last day employed
    paidUpTo             last day the employer before has paid for; kept, and pay begins on
                         startDate all the same: that employer takes back what it paid too much
    payAfterLeavingPence gross pay another employer paid for days after leaving
    annualPence          annual salary for full time
    ftePercent           percent of full time in text, up to seven decimals: "80", "54.0540541"
    allowances           "Location:120000|On call:60000": name, colon, pence a year, parted by bars
    gradeCode
    taxCode              with the letter of its regime in front: S1257L, CK45, BR
    nonCumulative        true where each month stands alone
    previousPayPence     pay to date of earlier employments this tax year
    previousTaxPence     tax to date of them
    niCategory
    studentLoans         "PLAN1,PLAN2,PLAN4,PGL"
    courtOrders          attachment orders, as stated
    sacrifices           salary sacrifice, as stated
    pensionScheme        ALPHA, PARTNERSHIP, OPTED_OUT, CLASSIC, CLASSIC_PLUS, PREMIUM, NUVOS
    effectiveDate        the day from which an AMEND counts
    payPeriod            "2026-11", the month in which the period it is meant for begins
    payDate

Of an AMEND, a name left out means unchanged; an empty text empties what may be empty.

The answer is 207 and a list, in the order asked, of `{"id", "status", "detail"}`; of one plain
object it is that one row, its status also the answer's. `id` is the CloudEvent's id, else the
requestId. 201 taken; 202 taken but late: it counts from the next period; 208 had before (same
requestId, same content); 409 the same requestId with other content, or a starter whose niNumber is
on the payroll; 404 nobody has that payRef; 422 a field cannot be read, named in `detail`. With the
header `Muster-Trial: true` nothing is kept. A body that is not JSON is answered 400; more than 500
instructions 413. A requestId is remembered only until the run of the period it came in: sent again
after that it is judged afresh, so a starter is answered 409, and an AMEND is done again.

`GET /v2/instructions/<requestId>` answers 200 with `{"requestId", "state", "payRef"}` (state
WAITING, APPLIED or WITHDRAWN), or 404 in JSON.

**Calendar, out.** `GET /v2/payperiods?year=2026`: a list of `{"payPeriod", "periodStart",
"periodEnd", "cutOff", "payDate"}`; cutOff is a moment with its offset, periodEnd the last day.

**Results, out.** `GET /v2/payruns/2026-11/payments` after the run, `.../draft` at any time before:

    {"payroll": "PAYROLL-J", "payPeriod": "2026-11", "run": 11, "draft": false, "count": 1,
     "totalGrossPence": 260417, "payments": [{...}]}

404 in JSON before the run. With `Accept: text/csv` the payments come as CSV (UTF-8, the names
below as its header) without the envelope. The fields of a payment:

    requestId, payRef, niNumber, familyName
    payPeriod, periodStart, periodEnd (last day), payDate
    grossPence           less than nothing where pay is taken back
    paidFrom, paidUpTo   first and last day this payment is for
    taxCode, nonCumulative, niCategory, studentLoans, pensionScheme
    previousPayPence, previousTaxPence

**To operate it.** `POST /v2/payruns` with `{"payPeriod": "2026-11"}` runs a period (201, or 409 if
it was run), as the payroll's own staff would on cut-off; `POST /v2/clock` with `{"now": "..."}`
sets the service's clock, which otherwise is the machine's. Requests bear
`Authorization: Bearer <token>` where the service was started with one; otherwise 401.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from synthetic.payrolls.orders import pounds
from synthetic.payrolls.payroll import Payment

NAMES = {
    "instruction": "requestId", "transfer": "moveRef", "action": "event",
    "staff_number": "payRef", "nino": "niNumber", "surname": "familyName",
    "forenames": "givenNames", "birth_date": "dateOfBirth", "sex": "gender",
    "first_day": "startDate", "last_day": "endDate", "paid_to": "paidUpTo",
    "pay_after_leaving": "payAfterLeavingPence", "salary": "annualPence", "fte": "ftePercent",
    "allowances": "allowances", "grade": "gradeCode", "tax_code": "taxCode",
    "tax_basis": "nonCumulative", "p45_pay": "previousPayPence", "p45_tax": "previousTaxPence",
    "ni_letter": "niCategory", "student_loans": "studentLoans", "attachment_orders": "courtOrders",
    "salary_sacrifice": "sacrifices", "pension_scheme": "pensionScheme",
    "effective_from": "effectiveDate", "period_starts": "payPeriod", "pay_day": "payDate",
}  # fmt: skip
EVENTS = {"start": "STARTER", "leave": "LEAVER", "change": "AMEND", "cancel": "WITHDRAW"}
SCHEMES = {
    "alpha": "ALPHA", "partnership": "PARTNERSHIP", "opted out": "OPTED_OUT", "classic": "CLASSIC",
    "classic plus": "CLASSIC_PLUS", "premium": "PREMIUM", "nuvos": "NUVOS",
}  # fmt: skip
PLANS = {"1": "PLAN1", "2": "PLAN2", "4": "PLAN4", "PG": "PGL"}
MOST = 500
Message = dict[str, Any]


class NotReadable(ValueError):
    """A name's value cannot be read: `name` says which. The value is not repeated."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} cannot be read")
        self.name = name


def _digits(value: Any, name: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if not text.removeprefix("-").isdecimal() or not text.isascii():
        raise NotReadable(name)
    return int(text)


def _truth(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise NotReadable(name)
    return bool(value == "true")


def _percent(fte: str) -> str:
    return f"{(Decimal(fte) * 100).normalize():f}"


def message_of(fields: Mapping[str, str]) -> Message:
    """An instruction as PAYROLL-J takes it, from its flat text."""
    told: Message = {NAMES[n]: v for n, v in fields.items() if v and n in NAMES}
    for name in _PENCE:
        if name in told:
            told[name] = int(Decimal(told[name]) * 100)
    told["event"] = EVENTS[fields["action"]]
    if "ftePercent" in told:
        told["ftePercent"] = _percent(told["ftePercent"])
    if "allowances" in told:
        parts = (part.rpartition("=") for part in told["allowances"].split(";") if part)
        told["allowances"] = "|".join(f"{n}:{int(Decimal(a) * 100)}" for n, _, a in parts)
    if "taxCode" in told:
        told["taxCode"] = fields.get("tax_regime", "") + told["taxCode"]
    if "nonCumulative" in told:
        told["nonCumulative"] = told["nonCumulative"] == "non-cumulative"
    if "studentLoans" in told:
        told["studentLoans"] = ",".join(PLANS[plan] for plan in told["studentLoans"].split(";"))
    if "pensionScheme" in told:
        told["pensionScheme"] = SCHEMES[told["pensionScheme"]]
    if "payPeriod" in told:
        told["payPeriod"] = told["payPeriod"][:7]
    return told


def fields_of(told: Message) -> dict[str, str]:
    """The flat text of a message. NotReadable names what cannot be read."""
    ours = {theirs: name for name, theirs in NAMES.items()}
    for name in told:
        if name not in ours:
            raise NotReadable(name)
    plain = {name: value for name, value in told.items() if name not in _READ}
    for name, value in plain.items():
        if not isinstance(value, str):
            raise NotReadable(name)
    fields = {ours[name]: str(value) for name, value in plain.items()}
    for name, read in _READ.items():
        if name in told:
            fields |= read(told[name], name)
    return fields


def _read_code(value: Any, name: str) -> dict[str, str]:
    """S1257L is code 1257L of regime S; BR and SBR differ likewise."""
    if not isinstance(value, str):
        raise NotReadable(name)
    regime = value[:1] if value[:1] in ("S", "C") else ""
    return {"tax_code": value.removeprefix(regime), "tax_regime": regime}


def _read_among(field: str, words: Mapping[str, str], parted: str) -> Callable[..., dict[str, str]]:
    known = {theirs: ours for ours, theirs in words.items()}

    def read(value: Any, name: str) -> dict[str, str]:
        parts = value.split(parted) if isinstance(value, str) and value else []
        if not isinstance(value, str) or any(part not in known for part in parts):
            raise NotReadable(name)
        return {field: ";".join(known[part] for part in parts)}

    return read


def _read_allowances(value: Any, name: str) -> dict[str, str]:
    if not isinstance(value, str):
        raise NotReadable(name)
    parts = [part.rpartition(":") for part in value.split("|") if part]
    said = (f"{label}={pounds(_digits(pence, name))}" for label, _, pence in parts)
    return {"allowances": ";".join(said)}


def _read_percent(value: Any, name: str) -> dict[str, str]:
    try:
        return {"fte": f"{(Decimal(str(value)) / 100).normalize():f}"}
    except ArithmeticError:
        raise NotReadable(name) from None


def _read_basis(value: Any, name: str) -> dict[str, str]:
    return {"tax_basis": "non-cumulative" if _truth(value, name) else "cumulative"}


def _read_month(value: Any, name: str) -> dict[str, str]:
    if not isinstance(value, str) or len(value) != 7:
        raise NotReadable(name)
    return {"period_starts": f"{value}-01"}


def _read_pence(field: str) -> Callable[..., dict[str, str]]:
    return lambda value, name: {field: pounds(_digits(value, name))}


_PENCE = ("payAfterLeavingPence", "annualPence", "previousPayPence", "previousTaxPence")
_READ: dict[str, Callable[..., dict[str, str]]] = {
    **{
        NAMES[field]: _read_pence(field)
        for field in ("pay_after_leaving", "salary", "p45_pay", "p45_tax")
    },
    "event": _read_among("action", EVENTS, ","),
    "taxCode": _read_code,
    "nonCumulative": _read_basis,
    "allowances": _read_allowances,
    "ftePercent": _read_percent,
    "studentLoans": _read_among("student_loans", PLANS, ","),
    "pensionScheme": _read_among("pension_scheme", SCHEMES, ","),
    "payPeriod": _read_month,
}


def payment_of(payment: Payment) -> Message:
    """A payment as PAYROLL-J reports it."""
    worker, period = payment.worker, payment.period
    told: Message = {
        "requestId": worker.behind, "payRef": worker.number, "niNumber": worker.nino,
        "familyName": worker.surname, "payPeriod": f"{period.starts:%Y-%m}",
        "periodStart": period.starts.isoformat(), "periodEnd": period.last_day.isoformat(),
        "payDate": period.pay_day.isoformat(), "grossPence": payment.gross,
        "paidFrom": payment.paid_from.isoformat(), "paidUpTo": payment.paid_to.isoformat(),
        "taxCode": worker.tax_regime + worker.tax_code,
        "nonCumulative": worker.tax_basis == "non-cumulative", "niCategory": worker.ni_letter,
        "studentLoans": ",".join(PLANS.get(plan, plan) for plan in worker.loans),
        "pensionScheme": SCHEMES.get(worker.scheme, ""), "previousPayPence": worker.p45_pay,
        "previousTaxPence": worker.p45_tax,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value not in ("", None)}
