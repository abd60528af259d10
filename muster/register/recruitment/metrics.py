"""The figures recruitment offers: how many apply, how far they come, how long a hire takes.

They count people, so every one passes the full gate. "Prefer not to say" is an answer and a code of
its own; nobody who was not asked, or did not answer, is counted under it.
"""

from muster.kernel.metrics import Condition, Dimension, Measure, Metric
from muster.register.employers.succession_dimensions import EMPLOYER_TODAY
from muster.register.places.facts import PLACES
from muster.register.posts.metrics import GRADE
from muster.register.recruitment.facts import NOT_STATED

EMPLOYER = Dimension("employer", "Employer", "The employer whose recruitment system told of it.")
PROFESSION = Dimension(
    "profession", "Profession", "The government profession of the campaign.", NOT_STATED
)
SCHEME = Dimension(
    "scheme", "Scheme", "The scheme a campaign is part of; none for an ordinary one.", NOT_STATED
)
_ASKED = "As the applicant answered when applying"
ANSWERS = tuple(
    Dimension(name, title, f"{_ASKED}{more}.", NOT_STATED, characteristic=True)
    for name, title, more in (
        ("sex", "Sex", ""),
        ("ethnicity", "Ethnicity", ", in five groups"),
        ("disability", "Disability", ""),
        ("age_band", "Age", ", in bands of years"),
        ("orientation", "Sexual orientation", ""),
        ("religion", "Religion or belief", ""),
        (
            "parental_occupation",
            "Parental occupation",
            ": what the parent who earned most did when the applicant was 14",
        ),
    )
)
COMMON = (EMPLOYER, EMPLOYER_TODAY, GRADE, PROFESSION, SCHEME, *PLACES, *ANSWERS)
REACHED = Dimension(
    "reached", "Stage reached", "Each stage that something shows: a date, an outcome, a rejection."
)
STAGE = Dimension("stage", "Last stage", "The furthest stage an application reached.")
OUTCOME = Dimension("outcome", "Outcome", "What became of an application so far.")
DAYS = Dimension("days", "Days to hire", "Days from applying to the first day at work, in bands.")
STEP = Dimension("step", "Step", "From one stage to the next, both with a date that is past.")
TOOK = Dimension("took", "Days", "Days from one stage to the next, in bands.")
_YEAR = (
    "Only applications made within the 12 months to the date, of employers whose systems told of"
    " it, as the latest extract tells them."
)
_APPLICATIONS = "muster.register.recruitment.facts.Applications"
_ALIKE = {
    "scale": 1,
    "profile": "protected",
    "lawful_basis": "Public task: fair and open recruitment, and the public sector equality duty"
    " (Equality Act 2010 section 149). Only figures that pass the disclosure gate are made.",
    "owner": "Recruitment statistics lead",
    "source": "Stage extracts that employers' recruitment systems send under their agreements",
}

METRICS = (
    Metric(
        name="applications",
        title="Applications",
        unit="applications",
        definition=f"Applications to campaigns, each counted once. {_YEAR}",
        grain="one application",
        dimensions=(*COMMON, STAGE, OUTCOME),
        facts=_APPLICATIONS,
        measure=Measure(people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="recruitment_funnel",
        title="Recruitment funnel",
        unit="applications",
        definition=f"Applications at every stage they reached: who was interviewed is counted as"
        f" applied, sifted and interviewed. {_YEAR}",
        grain="one application at one stage",
        dimensions=(REACHED, *COMMON),
        facts="muster.register.recruitment.facts.Stages",
        measure=Measure(how="distinct", of="application", people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="hires",
        title="Hires",
        unit="people hired",
        definition=f"Applications whose applicant has started work. {_YEAR}",
        grain="one application",
        dimensions=(*COMMON, DAYS),
        facts=_APPLICATIONS,
        measure=Measure(people="person", months=12, where=(Condition("outcome", ("started",)),)),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="drop_out",
        title="Applications withdrawn",
        unit="applications",
        definition=f"Applications that the applicant withdrew, or whose offer was declined, by the"
        f" last stage reached. {_YEAR}",
        grain="one application",
        dimensions=(STAGE, *COMMON),
        facts=_APPLICATIONS,
        measure=Measure(
            people="person",
            months=12,
            where=(Condition("outcome", ("withdrawn", "declined")),),
        ),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="recruitment_steps",
        title="Days between stages",
        unit="applications",
        definition="Applications that went from one stage to the next, by how many days passed"
        " between the two dates. A date after the day the extract speaks of, or after a withdrawal,"
        f" is a plan and does not count; nor does a step over a stage without a date. {_YEAR}",
        grain="one application and one step",
        dimensions=(STEP, TOOK, *COMMON),
        facts="muster.register.recruitment.facts.Steps",
        measure=Measure(people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
)
