"""Forms as workbooks: our own in three parts, and the form an employer uses today.

For employers that are not on Muster yet, and for people who fill in what they state at home. What
is read goes through the same rules as everything else; nothing is taken that is not certain.
"""

from muster.services.transfers.sheets.foreign import ForeignRead, Question, read_foreign
from muster.services.transfers.sheets.reading import ReadBack, SheetProblem, read
from muster.services.transfers.sheets.writing import write

__all__ = [
    "ForeignRead", "Question", "ReadBack", "SheetProblem", "read", "read_foreign", "write",
]  # fmt: skip
