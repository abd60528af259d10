"""A drop of Parquet without a disk: the public fake, held to the same contract tests."""

from collections.abc import Mapping

from muster.connectors.drop.fake import FakeDrop
from muster.connectors.parquet.connector import ENDINGS, KIND, WHAT


class FakeParquetDrop(FakeDrop):
    """Holds files in memory under their paths; ``reachable`` switches it off."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        title = "Parquet files in memory"
        super().__init__(files, kind=KIND, title=title, endings=ENDINGS, what=WHAT)
