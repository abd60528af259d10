"""Pulls and pushes fixed-width text: in a folder, a zip or a single file."""

from pathlib import Path

from muster.connectors.drop.connector import Drop

KIND = "fixed_width"
ENDINGS = (".txt", ".dat", ".fix", ".fwf", ".asc", ".prn")
WHAT = "fixed-width text"


class FixedWidthDrop(Drop):
    """A folder, a zip or a single file of fixed-width text. See ``drop.connector.Drop``.

    Args:
        place: the folder, zip or file.
        megabytes: the largest file that is taken, unpacked.
    """

    def __init__(self, place: Path, *, megabytes: int = 200) -> None:
        super().__init__(
            place,
            kind=KIND,
            title="Fixed-width files in a folder or zip",
            endings=ENDINGS,
            what=WHAT,
            megabytes=megabytes,
        )
