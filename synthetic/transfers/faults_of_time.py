"""Faults of when and how often: late papers, slow and slipping hands, doubles, later changes."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from synthetic.chance import Chance
from synthetic.payrolls.calendar import LONDON
from synthetic.transfers.faults import Others, fault
from synthetic.transfers.transfer import ONE_DAY, Change, Papers, PretendTransfer

LATE = "44 % of sampled overpayments were late notice of a change (Irish C&AG, civil service)"
SLOW = "20 % of sampled overpayments were delays and errors in processing (Irish C&AG)"
CUT_OFF = "most overpayments arise when news comes after the payroll cut-off (City of Westminster)"
ORDINARY = "an ordinary case of every payroll office"


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)


# ---- lateness -----------------------------------------------------------------------------------


@fault("lateness", 155, LATE)
def form_after_the_cut_off(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The form comes some days after the importer's cut-off."""
    return replace(t.papers, came=t.period.cut_off + timedelta(hours=chance.between(3, 200)))


@fault("lateness", 55, f"{LATE}; already started when the form comes")
def form_after_the_first_day(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The person has started, and the cut-off is gone, when the form comes."""
    late = max(t.period.cut_off, _noon(t.first_day))
    return replace(t.papers, came=late + timedelta(days=chance.between(1, 6)))


@fault("lateness", 65, "moves 'not completed in full or sufficiently promptly': 7 % (2023)")
def form_without_its_tax_part(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The form comes a few days before the cut-off without tax and National Insurance; the rest
    is asked for and comes too late."""
    papers = t.papers
    gone = dict.fromkeys(("tax_code", "tax_regime", "tax_basis", "ni_letter"), "")
    came = t.period.cut_off - timedelta(days=chance.between(2, 5))
    return replace(papers, came=came, record={**papers.record, **gone})


@fault("lateness", 45, "payslips and P45 come last; guidance says to chase after 4 working days")
def no_figures_yet(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """Pay and tax to date are not known when the form is sent, and nobody sends them on."""
    papers = t.papers
    return replace(papers, record={**papers.record, "p45_pay": "", "p45_tax": ""})


@fault("lateness", 20, CUT_OFF, harms=False)
def leaver_told_late(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The exporter's payroll has paid beyond the last day, to the end of the month."""
    papers, leaving = t.papers, t.exporter.calendar.holding(t.last_day)
    if leaving.last_day == t.last_day:
        return None
    return replace(papers, record={**papers.record, "paid_to": leaving.last_day.isoformat()})


# ---- keying: only where people copy -------------------------------------------------------------


@fault("keying", 95, SLOW, by_hand=True)
def waits_past_the_cut_off(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The form is in time and waits in an inbox until the cut-off is gone."""
    papers = t.papers
    weekdays = (t.period.cut_off - papers.came).days * 5 // 7 + 3
    return replace(papers, keyed_days=weekdays + chance.between(1, 5))


@fault("keying", 16, f"{SLOW}; transposition is the commonest slip of the hand", by_hand=True)
def salary_digits_changed_about(
    t: PretendTransfer, chance: Chance, others: Others
) -> Papers | None:
    """Two digits of the salary are changed about when it is keyed."""
    salary = t.terms["new_salary"]
    typed = salary[0] + salary[2] + salary[1] + salary[3:]
    return replace(t.papers, miskeyed={"salary": typed}) if typed != salary else None


@fault("keying", 14, f"{SLOW}; screens offer the first of the month", by_hand=True)
def first_day_keyed_as_first_of_month(
    t: PretendTransfer, chance: Chance, others: Others
) -> Papers | None:
    """The first day is left at the first of the month that the screen offers."""
    first = t.first_day.replace(day=1)
    fits = first != t.first_day
    return replace(t.papers, miskeyed={"first_day": first.isoformat()}) if fits else None


@fault("keying", 10, f"{SLOW}; spreadsheets drop leading noughts", by_hand=True)
def staff_number_without_its_nought(
    t: PretendTransfer, chance: Chance, others: Others
) -> Papers | None:
    """The staff number loses its leading noughts in a spreadsheet."""
    number = t.terms["new_staff_number"]
    fits = number.startswith("0")
    return replace(t.papers, miskeyed={"staff_number": number.lstrip("0")}) if fits else None


@fault("keying", 12, f"{SLOW}; the share has a screen of its own", by_hand=True)
def share_not_keyed(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """A part-timer is keyed as full time."""
    return replace(t.papers, miskeyed={"fte": "1"}) if t.terms["new_fte"] != "1" else None


@fault("keying", 10, f"{SLOW}; allowances have a screen of their own", by_hand=True)
def allowance_not_keyed(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """An allowance of the new post is not keyed."""
    return replace(t.papers, miskeyed={"allowances": ""}) if t.terms["new_allowances"] else None


@fault("keying", 10, f"{SLOW}; eyes slip to the line above", by_hand=True)
def tax_code_of_the_line_above(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The tax code keyed is that of another person on the list."""
    other = chance.pick(others).record["tax_code"]
    return (
        replace(t.papers, miskeyed={"tax_code": other}) if other != t.record["tax_code"] else None
    )


# ---- duplicates ---------------------------------------------------------------------------------


@fault("duplicate", 22, "duplicate records pass the schema of a payment submission")
def form_sent_twice(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The form is sent again to be sure, and the person is entered under two numbers.

    PAYROLL-J knows a National Insurance number again; this happens where the other is in use.
    """
    return replace(t.papers, copies=2) if t.importer.kind == "fixed" else None


@fault("duplicate", 14, ORDINARY)
def staff_number_of_another(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The new staff number is given to two people; the payroll refuses the second."""
    papers = t.papers
    for _ in range(40):
        other = chance.pick(others)
        earlier = other.came < papers.came - ONE_DAY * 12 and other.fault == ""
        if other.importer is t.importer and earlier:
            number = other.terms["new_staff_number"]
            return replace(papers, terms={**papers.terms, "new_staff_number": number})
    return None


@fault("duplicate", 14, "versions of a form go round by e-mail")
def earlier_version_of_the_form(
    t: PretendTransfer, chance: Chance, others: Others
) -> Papers | None:
    """An earlier version of the form, with the first offer's salary, comes last and counts."""
    papers, salary = t.papers, float(t.terms["new_salary"])
    return replace(papers, copies=1, terms={**papers.terms, "new_salary": f"{salary * 0.98:.2f}"})


# ---- post-effect: what becomes true afterwards --------------------------------------------------


def _after_effect(t: PretendTransfer, chance: Chance) -> datetime | None:
    """A moment after the first day at which the importer's payroll can still be told."""
    known = _noon(t.first_day + timedelta(days=chance.between(1, 3)))
    return known if known < t.period.cut_off - timedelta(days=3) else None


@fault("post-effect", 8, "notices of coding go to the employer that HMRC knows")
def tax_notice_to_the_old_employer(
    t: PretendTransfer, chance: Chance, others: Others
) -> Papers | None:
    """A notice of a new tax code, after the move, goes to the employer that was left."""
    known, code = _after_effect(t, chance), f"{chance.between(700, 1100)}T"
    if known is None or code == t.record["tax_code"]:
        return None
    fields = {
        "tax_code": code, "tax_regime": t.record["tax_regime"], "tax_basis": t.record["tax_basis"]
    }  # fmt: skip
    return replace(t.papers, changes=(Change(t.first_day, known, "exporter", fields),))


@fault("post-effect", 6, "notices to begin a student loan go to the employer that HMRC knows")
def loan_notice_to_the_old_employer(
    t: PretendTransfer, chance: Chance, others: Others
) -> Papers | None:
    """A notice to deduct a student loan, after the move, goes to the employer that was left."""
    known = _after_effect(t, chance)
    if known is None or t.record["student_loans"]:
        return None
    change = Change(t.first_day, known, "exporter", {"student_loans": "2"})
    return replace(t.papers, changes=(change,))


@fault("post-effect", 8, ORDINARY)
def pay_award_after_booking(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """A pay award for the new post, from the first day, is agreed after the move was booked."""
    known = _after_effect(t, chance)
    if known is None:
        return None
    salary = f"{float(t.terms['new_salary']) * 1.025:.2f}"
    return replace(t.papers, changes=(Change(t.first_day, known, "importer", {"salary": salary}),))


@fault("post-effect", 6, ORDINARY)
def first_day_put_off(t: PretendTransfer, chance: Chance, others: Others) -> Papers | None:
    """The first day is put off within its month after the move was booked, by word of mouth."""
    papers, later = t.papers, t.first_day + timedelta(days=chance.between(2, 9))
    known = t.deadline - timedelta(days=5)
    if later >= t.period.ends or known <= papers.came:
        return None
    fields = {"first_day": later.isoformat()}
    return replace(papers, changes=(Change(later, known, "importer", fields),))
