"""A workbook drop without a disk: the public fake, held to the same contract tests."""

from collections.abc import Mapping

from muster.connectors.drop.fake import FakeDrop
from muster.connectors.workbook.connector import ENDINGS, KIND, WHAT


class FakeWorkbook(FakeDrop):
    """Holds files in memory under their paths; ``reachable`` switches it off."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        title = "Workbooks in memory"
        super().__init__(files, kind=KIND, title=title, endings=ENDINGS, what=WHAT)
