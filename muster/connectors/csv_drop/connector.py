"""Pulls and pushes delimited text: in a folder, a zip or a single file."""

from pathlib import Path

from muster.connectors.drop.connector import Drop

KIND = "csv_drop"
ENDINGS = (".csv", ".txt", ".tsv", ".psv", ".dat")
WHAT = "delimited text"


class CsvDrop(Drop):
    """A folder, a zip or a single file of delimited text. See ``drop.connector.Drop``.

    Args:
        place: the folder, zip or file.
        megabytes: the largest file that is taken, unpacked.
    """

    def __init__(self, place: Path, *, megabytes: int = 200) -> None:
        super().__init__(
            place,
            kind=KIND,
            title="Delimited files in a folder or zip",
            endings=ENDINGS,
            what=WHAT,
            megabytes=megabytes,
        )
