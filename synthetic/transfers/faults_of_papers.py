"""Faults of what papers say: a value that is none, values that cannot both be, values of another.

None of them uses a rule of whoever checks: each is made the way people make it.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from synthetic.chance import Chance
from synthetic.identifiers import miskeyed
from synthetic.payrolls.calendar import PayPeriod
from synthetic.transfers.faults import Others, fault
from synthetic.transfers.transfer import Papers, PretendTransfer

INJECTED = "of the 21 faults injected into a full payment submission"
FORM = "the staff transfer form as people fill it in"


def _record(transfer: PretendTransfer, **fields: Any) -> Papers:
    papers = transfer.papers
    return replace(papers, record={**papers.record, **fields})


def _terms(transfer: PretendTransfer, **fields: Any) -> Papers:
    papers = transfer.papers
    return replace(papers, terms={**papers.terms, **fields})


# ---- syntax: a value that cannot be one ---------------------------------------------------------


@fault("syntax", 16, f"{INJECTED}: missing suffix; rejected by the schema")
def nino_without_its_letter(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The last letter of the National Insurance number is missing."""
    return _record(t, nino=t.record["nino"][:8])


@fault("syntax", 12, f"{INJECTED}: a prefix that is never issued")
def nino_prefix_of_none(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The National Insurance number begins with letters that none begins with."""
    return _record(t, nino=chance.pick(("GB", "ZZ", "NT", "DA", "AO")) + t.record["nino"][2:])


@fault("syntax", 20, f"{FORM}: letters for digits")
def tax_code_with_letters_for_digits(
    t: PretendTransfer, chance: Chance, others: Others
) -> Papers | None:
    """The tax code has the letter I or O for the digit 1 or 0."""
    code = t.record["tax_code"]
    typed = code.replace("0", "O", 1) if "0" in code else code.replace("1", "I", 1)
    return _record(t, tax_code=typed) if typed != code else None


@fault("syntax", 12, f"{INJECTED}: a day that no month has")
def birth_date_of_no_month(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The birth date is the 31st of a month of 30 days."""
    return _record(t, birth_date=f"{t.record['birth_date'][:4]}-{chance.pick(('06', '09'))}-31")


@fault("syntax", 16, f"{FORM}: 31k, £31,250 pa")
def salary_in_words(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The new salary is written as a rounded sum with a word."""
    return _terms(t, new_salary=f"{round(float(t.terms['new_salary']) / 1000)}k")


@fault("syntax", 12, f"{INJECTED}: a category letter that there is not")
def ni_letter_of_none(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The National Insurance letter is one that is not given."""
    return _record(t, ni_letter=chance.pick("OUAa1"[:3]))


@fault("syntax", 12, "public implementations disagree on the codes of plans")
def loan_plan_of_none(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The student loan plan is one that there is not."""
    return _record(t, student_loans=["3"])


@fault("syntax", 8, f"{FORM}: 80 for 80 %")
def share_in_percent(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The share of full time is written as a percentage."""
    return _terms(t, new_fte=f"{float(t.terms['new_fte']) * 100:g}")


# ---- cross-field: values that cannot both be ----------------------------------------------------


@fault("cross-field", 24, f"{INJECTED}: annual pay in a monthly field; passes the schema")
def monthly_pay_for_yearly(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The new salary is a month's pay."""
    return _terms(t, new_salary=f"{float(t.terms['new_salary']) / 12:.2f}")


@fault("cross-field", 29, "part-time staff are a fifth; the form has both boxes")
def share_against_hours(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """A part-timer's share of full time is written as 1 beside part-time hours."""
    return _terms(t, new_fte="1") if t.terms["new_fte"] != "1" else None


@fault("cross-field", 21, f"{INJECTED}: wrong category letter; passes the schema")
def ni_letter_of_another_age(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The National Insurance letter is for people under 21 or over pension age."""
    age = t.first_day.year - int(t.record["birth_date"][:4])
    return _record(t, ni_letter=chance.pick("CM")) if 25 <= age <= 60 else None


@fault("cross-field", 16, f"{INJECTED}: tax over pay is not compared by the schema")
def tax_and_pay_changed_about(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """Pay and tax to date stand in each other's box."""
    pay, tax = t.record["p45_pay"], t.record["p45_tax"]
    return _record(t, p45_pay=tax, p45_tax=pay) if pay != tax else None


@fault("cross-field", 8, f"{INJECTED}: birth date 2080; passes the schema", harms=False)
def born_in_the_future(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """Two digits of a year became another century: the person is not born yet."""
    return _record(t, birth_date=f"20{t.record['birth_date'][2:]}")


@fault("cross-field", 8, "continuous service decides leave, sick pay and pension", harms=False)
def service_later_than_start(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """Continuous service is stated from after the day the person joined the employer left."""
    started = date.fromisoformat(t.record["employment_started"])
    return _record(t, continuous_service_from=(started + timedelta(days=90)).isoformat())


@fault("cross-field", 12, "the pension section is no field of a payment submission")
def opted_out_and_a_member(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """A member of partnership is stated as opted out, with the day of membership beside it."""
    return _record(t, pension_scheme="opted out") if _partner(t) else None


def _partner(transfer: PretendTransfer) -> bool:
    return bool(transfer.record["pension_scheme"] == "partnership")


# ---- mismatch: a value that could be, and is not ------------------------------------------------


@fault("mismatch", 11, f"{INJECTED}: transposed number; passes the schema, no check digit exists")
def nino_digits_changed_about(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """Two neighbouring digits of the National Insurance number are changed about."""
    typed = miskeyed(t.record["nino"], chance)
    return _record(t, nino=typed) if typed != t.record["nino"] else None


@fault("mismatch", 7, "rows of a list slip when it is sorted by one column")
def nino_of_another(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The National Insurance number is that of somebody else who moves."""
    other = chance.pick(others)
    return _record(t, nino=other.record["nino"]) if other.number != t.number else None


@fault("mismatch", 9, f"{INJECTED}: BR for 1000L; passes the schema")
def basic_rate_for_a_code(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The tax code is BR, as payrolls put where they know none."""
    return _record(t, tax_code="BR", tax_regime="") if t.record["tax_code"] != "BR" else None


@fault("mismatch", 8, "codes of last year stay on forms that were saved")
def tax_code_of_last_year(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The tax code is the one before the last notice."""
    code = t.record["tax_code"]
    number = "".join(filter(str.isdigit, code))
    return _record(t, tax_code=f"{int(number) - 14}L") if number and code[-1] == "L" else None


@fault("mismatch", 7, "the mark stands behind the code and is an attribute, not text")
def month_one_mark_lost(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """A code that is not cumulative is stated without its mark."""
    lost = t.record["tax_basis"] == "non-cumulative"
    return _record(t, tax_basis="cumulative") if lost else None


@fault("mismatch", 7, "the letter of a regime is an attribute of the code, not text")
def regime_lost(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The S or C before a Scottish or Welsh code is missing."""
    fits = t.record["tax_regime"] and t.record["tax_code"] not in ("D2", "D3")
    return _record(t, tax_regime="") if fits else None


@fault("mismatch", 9, "guidance has an annex on student loans of its own")
def loan_left_out(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """A student loan is not stated."""
    return _record(t, student_loans=[]) if t.record["student_loans"] else None


@fault("mismatch", 7, "figures of the month before, where the last payslip came late")
def figures_of_a_month_ago(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """Pay and tax to date leave out the last month."""
    pay, tax = float(t.record["p45_pay"]) * 0.87, float(t.record["p45_tax"]) * 0.87
    return _record(t, p45_pay=f"{pay:.2f}", p45_tax=f"{tax:.2f}") if tax else None


@fault("mismatch", 6, "the pension section is no field of a payment submission")
def other_pension_scheme(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """A member of partnership is stated as a member of alpha."""
    return _record(t, pension_scheme="alpha", partnership_provider="") if _partner(t) else None


@fault("mismatch", 8, "the salary template is filled from the last payslip")
def salary_before_promotion(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The new salary of somebody promoted is the old one."""
    old = t.record["salary"]
    fits = t.kind == "promotion" and old != t.terms["new_salary"]
    return _terms(t, new_salary=old) if fits else None


@fault("mismatch", 7, "a new post is full time until somebody says otherwise")
def part_time_forgotten(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """A part-timer's new share and hours are those of full time."""
    full = t.record["full_time_hours"]
    fits = t.terms["new_fte"] != "1"
    return _terms(t, new_fte="1", new_weekly_hours=full) if fits else None


@fault("mismatch", 7, "allowances are agreed by word of mouth and missing on the form")
def new_allowance_left_out(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """An allowance of the new post is not stated."""
    return _terms(t, new_allowances=[]) if t.terms["new_allowances"] else None


@fault("mismatch", 8, f"{INJECTED}: a start a month late; passes the schema")
def first_day_of_next_month(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The first day on the form is that of an earlier plan: a month later."""
    return replace(t.papers, first_day=_following(t.period))


@fault("mismatch", 8, f"{INJECTED}: day and month changed about; passes the schema", harms=False)
def birth_day_and_month_changed(
    t: PretendTransfer, chance: Chance, others: Others
) -> Papers | None:
    """Day and month of birth are changed about."""
    year, month, day = t.record["birth_date"].split("-")
    fits = int(day) <= 12 and day != month
    return _record(t, birth_date=f"{year}-{day}-{month}") if fits else None


@fault("mismatch", 8, f"{INJECTED}: wrong surname; passes the schema", harms=False)
def surname_of_another(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The surname is that of somebody else who moves."""
    other = chance.pick(others).record["surname"]
    return _record(t, surname=other) if other != t.record["surname"] else None


@fault("mismatch", 8, f"{INJECTED}: wrong sex; passes the schema", harms=False)
def other_sex(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The sex that payroll reports is the other one."""
    return _record(t, sex="M" if t.record["sex"] == "F" else "F")


def _following(period: PayPeriod) -> date:
    return period.ends
