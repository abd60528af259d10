"""Pulls and pushes workbooks: in a folder, a zip or a single file."""

from pathlib import Path

from muster.connectors.drop.connector import Drop

KIND = "workbook"
# Binary workbooks (.xlsb) are taken so that somebody is told what to do with them.
ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
WHAT = "a workbook"


class Workbook(Drop):
    """A folder, a zip or a single file of workbooks. See ``drop.connector.Drop``.

    Args:
        place: the folder, zip or file.
        megabytes: the largest file that is taken, as it lies on disk.
    """

    def __init__(self, place: Path, *, megabytes: int = 200) -> None:
        super().__init__(
            place,
            kind=KIND,
            title="Workbooks in a folder or zip",
            endings=ENDINGS,
            what=WHAT,
            megabytes=megabytes,
        )
