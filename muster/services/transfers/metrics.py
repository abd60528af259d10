"""The figures transfers offer: how many, how long, how often first pay was wrong, and at what cost.

They are about people, so every one passes the full gate. What today's process costs is published
by others and is no figure of ours: pages state it beside these, with its source.
"""

from muster.kernel.metrics import Dimension, Measure, Metric
from muster.register.employers.succession_dimensions import EMPLOYER_TODAY
from muster.register.posts.metrics import GRADE, PROFESSION

JOINED = Dimension("employer", "Employer", "The employer that the person joins.")
PAYING = Dimension("employer", "Employer", "The employer whose payroll it is.")
OWING = Dimension(
    "employer",
    "Employer",
    "The employer that owes the hand-off. Of what the person owes, it is the one they join.",
)
LEFT = Dimension("left", "Employer left", "The employer that the person leaves.")
KIND = Dimension("kind", "Kind of move", "Permanent, promotion, loan and so on, as it was drafted.")
STAGE = Dimension("stage", "Stage", "Where a transfer stands, or stood until it went on.")
TOOK = Dimension("took", "Days", "Days from entering a stage to leaving it, in bands.")
AGREED_IN = Dimension(
    "agreed_in", "Days to agreement", "Days from the offer to both signatures, in bands."
)
EFFECTED_IN = Dimension(
    "effected_in", "Days to effect", "Days from the offer to taking effect, in bands."
)
TOUCHED = Dimension(
    "touched",
    "Minutes of people",
    "Minutes that people spent on a transfer, by the table of minutes for each task, in bands.",
)
LANE = Dimension("lane", "Whose task", "The part in the move of whoever did the task.")
TASK = Dimension("task", "Task", "The task as the diagram of the process names it.")
SIDE = Dimension("side", "Side", "Whether it is the employer joined or the one left that pays.")
VERDICT = Dimension("verdict", "Right or wrong", "Whether first pay was as expected at first.")
CAUSE = Dimension(
    "cause",
    "Cause",
    "What differed. A first pay that was wrong in several ways counts under each of them.",
    additive=False,
)
SECTION = Dimension("section", "Part of the record", "What part of the record it stands in.")
FOUND = Dimension(
    "found",
    "When it was found",
    "Before or after the earliest cut-off that the transfer was ever booked for; before, if none.",
)
HANDED = Dimension("handed", "Hand-off", "What changes hands.")
OWNER = Dimension("owner", "Who owes it", "The person, either employer, or payroll.")
IN_TIME = Dimension(
    "in_time", "In time", "Whether it was handed over by its day, or waived for a reason."
)
ACTION = Dimension("action", "Instruction", "What payroll was told of.")
_WHERE = (JOINED, EMPLOYER_TODAY, LEFT, KIND)
_FACTS = "muster.services.transfers.facts"
_YEAR = "Within the 12 months to the date."
_BY_FIRST_DAY = "Counted on the first day of the new post, within the 12 months to the date."
_STANDS = "One that was reversed since does not count."
_ALIKE = {
    "scale": 1,
    "profile": "protected",
    "lawful_basis": "Public task: administering civil service employment, and seeing that it is"
    " done well. Only figures that pass the disclosure gate are made.",
    "owner": "Transfers service lead",
    "source": "Transfers between civil service employers, as done in Muster",
}

METRICS = (
    Metric(
        name="transfers_under_way",
        title="Transfers under way",
        unit="transfers",
        definition="Transfers that were drafted and are neither closed nor given up on the date, by"
        " the stage at which they stood when the day ended.",
        grain="one transfer in one stage on the date",
        dimensions=(STAGE, *_WHERE),
        facts=f"{_FACTS}.Standing",
        measure=Measure(people="person"),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="transfers_effected",
        title="Transfers that took effect",
        unit="transfers",
        definition=f"Transfers that took effect. {_BY_FIRST_DAY} {_STANDS}",
        grain="one transfer",
        dimensions=(*_WHERE, GRADE, PROFESSION, AGREED_IN, EFFECTED_IN, TOUCHED),
        facts=f"{_FACTS}.Effected",
        measure=Measure(people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="transfer_stages",
        title="Days in each stage of a transfer",
        unit="stages left",
        definition="Stages that transfers left, by how many days passed since they entered it,"
        f" whatever became of them. A transfer that came back counts again. {_YEAR}",
        grain="one transfer and one stay in a stage",
        dimensions=(STAGE, TOOK, *_WHERE),
        facts=f"{_FACTS}.Passed",
        measure=Measure(people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="transfer_first_pays",
        title="First pays after a transfer",
        unit="first pays",
        definition="What a payroll first reported that it paid after a transfer, beside what was"
        " expected to the penny: each employer's first word counts, so that what was put right"
        f" since stays wrong. {_BY_FIRST_DAY} {_STANDS}",
        grain="one transfer and one employer's payroll",
        dimensions=(VERDICT, CAUSE, PAYING, EMPLOYER_TODAY, LEFT, KIND, SIDE),
        facts=f"{_FACTS}.FirstPays",
        measure=Measure(how="distinct", of="pay", people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="transfer_faults",
        title="Faults found in transfers",
        unit="faults",
        definition="Fields of a record or of terms that were stated in two ways and had to be"
        " settled before both employers could agree; each field of a transfer once, when it was"
        f" first found. {_YEAR}",
        grain="one transfer and one field",
        dimensions=(SECTION, FOUND, *_WHERE),
        facts=f"{_FACTS}.Faults",
        measure=Measure(people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="transfer_hand_offs",
        title="Hand-offs that were due",
        unit="hand-offs",
        definition="What was to change hands by a day that has passed, and whether it did by then."
        " What was handed over again counts by the last time; what a move that was given up before"
        f" would have needed does not count. {_YEAR}",
        grain="one transfer and one hand-off",
        dimensions=(HANDED, IN_TIME, OWNER, OWING, EMPLOYER_TODAY, LEFT, KIND),
        facts=f"{_FACTS}.HandedOver",
        measure=Measure(people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="missed_cut_offs",
        title="Missed cut-offs",
        unit="instructions",
        definition="What a payroll was told about a move after the cut-off of the pay period that"
        f" should have taken it, and that was not taken back. {_YEAR}",
        grain="one instruction to one payroll",
        dimensions=(PAYING, EMPLOYER_TODAY, LEFT, KIND, ACTION),
        facts=f"{_FACTS}.TooLate",
        measure=Measure(people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
    Metric(
        name="transfer_minutes",
        title="Minutes that people spent on transfers",
        unit="minutes",
        definition="Minutes of the tasks that people really had in transfers that took effect, by a"
        " table of minutes for each task. Nobody is timed; what is no task, such as a telephone"
        f" call, is not in it. {_BY_FIRST_DAY} {_STANDS}",
        grain="one task that somebody did",
        dimensions=(LANE, TASK, *_WHERE),
        facts=f"{_FACTS}.Touches",
        measure=Measure(how="sum", of="minutes", people="person", months=12),
        **_ALIKE,  # type: ignore[arg-type]
    ),
)
