"""A workbook drop and an outlet without a disk: public fakes, held to the same contract tests."""

from collections.abc import Mapping

from muster.connectors.drop.fake import FakeDrop
from muster.connectors.places.fake import FakePlace
from muster.connectors.workbook.connector import ENDINGS, KIND, WHAT
from muster.connectors.workbook.outlet import WorkbookOutlet

FORM = """
sheet = "People"
above = [["Made by", "Muster"]]

[columns]
"No" = { field = "number", holds = "number" }
"Subject" = { field = "subject" }
"Name" = { field = "name", longest = 40 }
"Source" = { text = "hub" }
"""


class FakeWorkbook(FakeDrop):
    """Holds files in memory under their paths; ``reachable`` switches it off."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        title = "Workbooks in memory"
        super().__init__(files, kind=KIND, title=title, endings=ENDINGS, what=WHAT)


class FakeWorkbookOutlet(WorkbookOutlet):
    """Leaves workbooks in memory.

    Args:
        place: what it holds; outlives the outlet, as a server does.
        form: the form of the workbooks.
    """

    def __init__(self, place: FakePlace, form: str = FORM) -> None:
        self.place = place
        super().__init__({"url": "memory:///memory", "local": "yes", "form": form}, place=place)
