"""What can be said of a value: why it is not read, and what was put right on the way.

All texts are free of the value itself, because they stand in causes and notes that people see who
may not see the value. Only ``Unreadable.question`` may tell what the value could mean.
"""

import datetime as dt

Value = str | int | dt.date | None
BILLION = 1_000_000_000

LOST_ZEROS = "had lost leading zeros"
REPAIRED = "held letters that had been read in a wrong encoding, and were put right"
KEPT_DAMAGE = "held letters that were lost before they reached us, and were kept so"
WERE_SERIALS = "were a spreadsheet's serial numbers, read as the layout says"
WERE_SWAPPED = "had day and month exchanged by a spreadsheet, and were put right as the layout says"
WERE_ROUNDED = "had more than nine decimals, and were rounded as the layout says"
FIXED = "were read as somebody had said that they are meant"
NOTED = (LOST_ZEROS, REPAIRED, KEPT_DAMAGE, WERE_SERIALS, WERE_SWAPPED, WERE_ROUNDED, FIXED)
SWAPPED = "day and month may be swapped in this column"


class Unreadable(ValueError):
    """A value cannot be read; its message is the reason, without the value.

    Args:
        reason: what is wrong and, where it is not plain, what to do.
        question: what the value could mean; may tell the value.
    """

    def __init__(self, reason: str, question: str = "") -> None:
        super().__init__(reason)
        self.question = question

    def said(self, *, personal: bool) -> str:
        """Return the reason, with its question where that tells nothing of a person."""
        return str(self) if personal or not self.question else f"{self}: {self.question}"


class Damaged(Unreadable):
    """A value cannot be read, for a reason that befalls whole columns and not one value.

    Its rows wait for one cause, whatever their values: a person mends the column or the layout.
    """


def sentence(field: str, reason: str, count: int) -> str:
    """Return what a feed's page says of ``count`` equal notes of mapping.

    A note is either of a value that was read after something was put right, or of one that could
    not be read and was left empty.
    """
    if reason in NOTED:
        return f"{field}: {count} {'value' if count == 1 else 'values'} {reason}."
    return f"{field}: left empty in {count} {'row' if count == 1 else 'rows'}, {reason}."
