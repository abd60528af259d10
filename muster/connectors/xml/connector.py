"""Pulls and pushes XML: in a folder, a zip or a single file."""

from pathlib import Path

from muster.connectors.drop.connector import Drop

KIND = "xml"
ENDINGS = (".xml",)
WHAT = "XML"


class XmlDrop(Drop):
    """A folder, a zip or a single file of XML. See ``drop.connector.Drop``.

    Args:
        place: the folder, zip or file.
        megabytes: the largest file that is taken, unpacked.
    """

    def __init__(self, place: Path, *, megabytes: int = 200) -> None:
        super().__init__(
            place,
            kind=KIND,
            title="XML files in a folder or zip",
            endings=ENDINGS,
            what=WHAT,
            megabytes=megabytes,
        )
