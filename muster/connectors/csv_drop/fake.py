"""A csv_drop without a disk: the public fake, held to the same contract tests."""

from collections.abc import Mapping

from muster.connectors.csv_drop.connector import ENDINGS, KIND, WHAT
from muster.connectors.drop.fake import FakeDrop


class FakeCsvDrop(FakeDrop):
    """Holds files in memory under their paths; ``reachable`` switches it off."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        title = "Delimited files in memory"
        super().__init__(files, kind=KIND, title=title, endings=ENDINGS, what=WHAT)
