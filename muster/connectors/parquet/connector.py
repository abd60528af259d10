"""Pulls and pushes Parquet: in a folder, a zip or a single file."""

from pathlib import Path

from muster.connectors.drop.connector import Drop

KIND = "parquet"
ENDINGS = (".parquet",)
WHAT = "Parquet"


class ParquetDrop(Drop):
    """A folder, a zip or a single file of Parquet. See ``drop.connector.Drop``.

    Args:
        place: the folder, zip or file.
        megabytes: the largest file that is taken, as it lies on disk.
    """

    def __init__(self, place: Path, *, megabytes: int = 200) -> None:
        super().__init__(
            place,
            kind=KIND,
            title="Parquet files in a folder or zip",
            endings=ENDINGS,
            what=WHAT,
            megabytes=megabytes,
        )
