"""The figures the people room offers: who is employed, who comes and who goes.

They count people, so every one passes the full gate.
"""

from muster.kernel.metrics import Condition, Dimension, Measure, Metric
from muster.register.employers.succession_dimensions import EMPLOYER_TODAY, OTHER_TODAY
from muster.register.places.facts import PLACES
from muster.register.posts.metrics import GRADE, PROFESSION

EMPLOYER = Dimension("employer", "Employer", "The employer whose HR system holds the person.")
AGE = Dimension(
    "age", "Age", "In bands of years, on the day that counts.", "Not known", characteristic=True
)
WORKING = Dimension(
    "kind", "Kind of worker", "Who works for an employer without being employed by it."
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
_RETURNED = "Only employers that made a return for the date are counted."
_YEAR = f"Within the 12 months to the date. {_RETURNED}"
_ALIKE = {
    "profile": "protected",
    "lawful_basis": "Public task: workforce planning. Only figures that pass the disclosure"
    " gate are made.",
    "owner": "Workforce statistics lead",
    "source": "HR files that employers send under their data-sharing agreements",
}


def _moves(name: str, title: str, definition: str, *what: str) -> Metric:
    """Return a metric of comings or goings."""
    return Metric(
        name=name,
        title=title,
        unit="people",
        definition=f"{definition} {_YEAR}",
        grain="one coming or going of one person at one employer",
        scale=1,
        dimensions=(*_WHERE, *_BESIDE, *_TERMS) if name == "movers" else (*_WHERE, *_TERMS),
        facts=_MOVES,
        measure=Measure(people="person", where=(Condition("what", what),), months=12),
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
        " employer on the date. What they cost is not told: HR files state no day rate, and state a"
        f" salary only of people whom the employer pays itself. {_RETURNED}",
        grain="one person in one employer on the date",
        scale=1,
        dimensions=(WORKING, *_WHERE, GRADE, PROFESSION),
        facts=_EMPLOYMENTS,
        measure=Measure(
            people="person", where=(Condition("kind", ("contractor", "agency", "loan_in")),)
        ),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    _moves(
        "joiners",
        "Joiners",
        "Employees who began, and did not come from another of these employers within 28 days.",
        "joined",
    ),
    _moves(
        "leavers",
        "Leavers",
        "Employees who left, and did not begin at another of these employers within 28 days.",
        "left",
    ),
    _moves(
        "movers",
        "Movers between employers",
        "Employees who began at one employer within 28 days of leaving another, counted where they"
        " began.",
        "moved in",
    ),
)
