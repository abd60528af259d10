"""The figures the people room offers: who is employed, at what cost, who comes and who goes.

They are about people, so every one passes the full gate.
"""

from typing import Literal

from muster.kernel.metrics import Condition, Dimension, Measure, Metric
from muster.register.employers.succession_dimensions import EMPLOYER_TODAY, OTHER_TODAY
from muster.register.people.costs import DAY_RATE, DAYS_A_YEAR, MOST_A_YEAR, SALARY
from muster.register.places.facts import PLACES, REGION
from muster.register.posts.metrics import GRADE, PROFESSION

EMPLOYER = Dimension("employer", "Employer", "The employer whose HR system holds the person.")
AGE = Dimension(
    "age", "Age", "In bands of years, on the day that counts.", "Not known", characteristic=True
)
WORKING = Dimension(
    "kind", "Kind of worker", "Who works for an employer without being employed by it."
)
PRICED = Dimension(
    "priced",
    "What is stated of their price",
    "What an HR system states of what a worker costs. A day rate counts for contractors and agency"
    " workers with an FTE above zero; of people on loan nothing is counted.",
)
OTHER = Dimension(
    "other",
    "Other employer",
    "Where the person came from or went to, if that employer sends its HR files as well.",
    not_mapped="None, or not known",
)
_TERMS = (GRADE, PROFESSION, AGE, *PLACES)
_WHERE, _BESIDE = (EMPLOYER, EMPLOYER_TODAY), (OTHER, OTHER_TODAY)
_EMPLOYMENTS, _MOVES = (f"muster.register.people.facts.{name}" for name in ("Employments", "Moves"))
_EMPLOYEES = (Condition("kind", ("employee",)),)
_SALARIED = (*_EMPLOYEES, Condition("priced", (SALARY,)))
_BY_THE_DAY = (Condition("kind", ("contractor", "agency")), Condition("priced", (DAY_RATE,)))
_SLIPS = f"An amount above £{MOST_A_YEAR // 100:,} a year is taken for a slip and left out."
_RETURNED = "Only employers that made a return for the date are counted."
_WITHIN = {12: "the 12 months", 1: "the month"}
_PER_YEAR = "pounds a year"
_ALIKE = {
    "profile": "protected",
    "lawful_basis": "Public task: workforce planning. Only figures that pass the disclosure"
    " gate are made.",
    "owner": "Workforce statistics lead",
    "source": "HR files that employers send under their data-sharing agreements",
}


def _moves(name: str, title: str, definition: str, what: str) -> tuple[Metric, Metric]:
    """Return two metrics of comings or goings: within the year to a date, and within the month."""
    dimensions = (*_WHERE, *_BESIDE, *_TERMS) if name == "movers" else (*_WHERE, *_TERMS)
    year, month = (
        Metric(
            name=name if months > 1 else f"{name}_in_month",
            title=title if months > 1 else f"{title} in the month",
            unit="people",
            definition=f"{definition} Within {_WITHIN[months]} to the date. {_RETURNED}",
            grain="one coming or going of one person at one employer",
            scale=1,
            dimensions=dimensions,
            facts=_MOVES,
            measure=Measure(people="person", where=(Condition("what", (what,)),), months=months),
            **_ALIKE,  # type: ignore[arg-type]
        )
        for months in (12, 1)
    )
    return year, month


def _costs(
    name: str,
    title: str,
    definition: str,
    counted: tuple[Condition, ...],
    *more: Dimension,
    pay: Literal["sum", "average"] = "sum",
) -> Metric:
    """Return a metric of what people cost in a year."""
    return Metric(
        name=name,
        title=title,
        unit=_PER_YEAR,
        definition=f"{definition} {_RETURNED}",
        grain="one person in one employer on the date",
        scale=100,
        dimensions=(*more, *_WHERE, GRADE, PROFESSION, REGION),
        facts=_EMPLOYMENTS,
        measure=Measure(how="sum", of="cost", people="person", where=counted),
        pay=pay,
        **_ALIKE,  # type: ignore[arg-type]
    )


METRICS = (
    Metric(
        name="headcount",
        title="Headcount",
        unit="people",
        definition="People in the substantive employment of an employer on the date, full time or"
        " part time, permanent or fixed term, including those lent to another employer, those on a"
        " career break or other long absence, and those with an FTE of zero. Whoever has two posts"
        " at one employer is one person, at the grade of the substantive post; whoever acts up is"
        " counted at the substantive grade. Loans in, contractors and agency workers are not"
        f" counted, nor is anybody before the first day or after the last. {_RETURNED}",
        grain="one person in one employer on the date",
        scale=1,
        dimensions=(*_WHERE, *_TERMS),
        facts=_EMPLOYMENTS,
        measure=Measure(people="person", where=_EMPLOYEES),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="staff_fte",
        title="Full-time equivalents of staff",
        unit="full-time equivalents",
        definition="The FTE of everybody that headcount counts, as stated for the post that counts;"
        f" the band follows the people behind it. {_RETURNED}",
        grain="one person in one employer on the date",
        scale=1_000_000_000,
        dimensions=(*_WHERE, *_TERMS),
        facts=_EMPLOYMENTS,
        measure=Measure(how="sum", of="fte", people="person", where=_EMPLOYEES),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="contractors",
        title="Workers who are not employees",
        unit="people",
        definition="Contractors, agency workers and people on loan from elsewhere who work for an"
        " employer on the date, whether what they cost is stated or not; of how many it is stated,"
        f" and how, is told by what is stated of their price. {_RETURNED}",
        grain="one person in one employer on the date",
        scale=1,
        dimensions=(WORKING, PRICED, *_WHERE, GRADE, PROFESSION, REGION),
        facts=_EMPLOYMENTS,
        measure=Measure(
            people="person", where=(Condition("kind", ("contractor", "agency", "loan_in")),)
        ),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    _costs(
        "pay_bill",
        "Pay bill of employees",
        "What salaries of employees come to in a year: the full-time salary as stated for the post"
        " that counts, times the FTE, of everybody that headcount counts who has an FTE above zero"
        " and of whom a salary is stated. Allowances, overtime, pensions and National Insurance"
        f" contributions are not in it; long absence does not lessen it. {_SLIPS}",
        _SALARIED,
    ),
    _costs(
        "average_pay",
        "Average pay of employees",
        "What employees of whom a salary is stated earn in a year, on average: the full-time salary"
        " as stated for the post that counts, times the FTE, shared out among the people. Whoever"
        f" works for two employers is one person, who earns both. {_SLIPS}",
        _SALARIED,
        pay="average",
    ),
    _costs(
        "contractor_cost",
        "Cost of contractors and agency workers",
        "What contractors and agency workers come to in a year: the day rate as stated, times the"
        f" FTE, times {DAYS_A_YEAR} days, of those with an FTE above zero of whom a day rate is"
        " stated. It is what a whole year of the workers there on the date comes to, not what was"
        " spent. An agency's fee is in it, VAT is not. People on loan are not in it."
        f" {_SLIPS}",
        _BY_THE_DAY,
        WORKING,
    ),
    *_moves(
        "joiners",
        "Joiners",
        "Employees who began, and did not come from another of these employers within 28 days.",
        "joined",
    ),
    *_moves(
        "leavers",
        "Leavers",
        "Employees who left, and did not begin at another of these employers within 28 days.",
        "left",
    ),
    *_moves(
        "movers",
        "Movers between employers",
        "Employees who began at one employer within 28 days of leaving another, counted where they"
        " began.",
        "moved in",
    ),
)
