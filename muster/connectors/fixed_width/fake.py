"""A fixed_width without a disk: the public fake, held to the same contract tests."""

from collections.abc import Mapping

from muster.connectors.drop.fake import FakeDrop
from muster.connectors.fixed_width.connector import ENDINGS, KIND, WHAT


class FakeFixedWidthDrop(FakeDrop):
    """Holds files in memory under their paths; ``reachable`` switches it off."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        title = "Fixed-width files in memory"
        super().__init__(files, kind=KIND, title=title, endings=ENDINGS, what=WHAT)
