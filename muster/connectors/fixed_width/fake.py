"""A fixed_width without a disk: the public fake, held to the same contract tests."""

from collections.abc import Mapping

from muster.connectors.drop.fake import FakeDrop
from muster.connectors.fixed_width.connector import ENDINGS, KIND, WHAT
from muster.connectors.fixed_width.outlet import FixedWidthOutlet
from muster.connectors.places.fake import FakePlace

FORM = """
[header]
Kind = { at = [1, 2], text = "H1" }
Name = { at = [3, 40], stated = "file" }

[detail]
Kind = { at = [1, 1], text = "D" }
Number = { at = [2, 8], field = "number", right = true, fill = "0" }
Name = { at = [10, 40], field = "name" }

[trailer]
Kind = { at = [1, 2], text = "T9" }
Count = { at = [3, 9], stated = "count", right = true, fill = "0" }
Total = { at = [12, 15], stated = "total", of = "Number", right = true, fill = "0" }
"""


class FakeFixedWidthDrop(FakeDrop):
    """Holds files in memory under their paths; ``reachable`` switches it off."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        title = "Fixed-width files in memory"
        super().__init__(files, kind=KIND, title=title, endings=ENDINGS, what=WHAT)


class FakeFixedWidthOutlet(FixedWidthOutlet):
    """Leaves fixed-width files in memory.

    Args:
        place: what it holds; outlives the outlet, as a server does.
        form: the form of the files.
    """

    def __init__(self, place: FakePlace, form: str = FORM) -> None:
        self.place = place
        super().__init__({"url": "memory:///memory", "local": "yes", "form": form}, place=place)
