"""How many minutes each task of a transfer takes the person who has it: the documented table.

For figures of human touch time, and for measurements that play people. Nobody is timed: how long
somebody had a page open says little of their work, and would be a record of theirs. So each task
that somebody really had, by its name in the diagram, counts the minutes of this table. What is no
task is not in it: answering the telephone, looking at a payslip.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MINUTES_A_WORKING_DAY = 444
"""7 hours 24 minutes: the civil service's week of 37 hours in five days."""


@dataclass(frozen=True)
class Effort:
    """What one task takes.

    Args:
        minutes: of a person, from opening the task to having checked what they answered.
        title: what the task is.
        because: what these minutes are.
    """

    minutes: int
    title: str
    because: str


EFFORTS: Mapping[str, Effort] = {
    "make_offer": Effort(5, "Offer the move", "A form of eight fields, most of them prefilled"),
    "answer_offer": Effort(2, "Accept or decline", "Reading the offer, one choice"),
    "state_details": Effort(5, "State your details", "A form of the person's own fields"),
    "release_record": Effort(5, "Release the record", "Reading what the HR system states; signing"),
    "state_terms": Effort(4, "State the terms", "A form of the importer's fields, prefilled"),
    "settle": Effort(4, "Settle the differences", "One choice for each field, with a reason"),
    "release_again": Effort(3, "Release the record again", "Correcting a field; signing"),
    "sign_leaving": Effort(1, "Sign the date (leaving)", "Reading one page; signing"),
    "sign_joining": Effort(1, "Sign the date (joining)", "Reading one page; signing"),
    "choose": Effort(4, "Choose a safe date or a pay plan", "Comparing two ways; one choice"),
    "confirm_leaver": Effort(1, "Confirm the leaver", "One reference"),
    "confirm_starter": Effort(1, "Confirm the starter", "Two references"),
    "prepare": Effort(1, "See to the first week", "References of what was ordered before"),
    "file_record": Effort(1, "File the record", "References of what came"),
    "explain": Effort(10, "Put the difference right, or explain it", "A call to payroll; a reason"),
    "hand_over": Effort(1, "Finish what is still to be handed over", "References of what is left"),
}
MINUTES: Mapping[str, int] = {element: one.minutes for element, one in EFFORTS.items()}
"""Minutes alone, by the name of the task in the diagram."""
