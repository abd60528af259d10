"""Reading: which connector's reader turns the bytes of a file into sheets.

What a file is called says little: reports named ``.xls`` are web pages, extracts named ``.txt``
are delimited or of fixed width. The first bytes decide between workbooks, Parquet, XML and text;
text is of fixed width where it begins as a known layout of that kind does.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.connector import ENDINGS as DELIMITED
from muster.connectors.csv_drop.reader import read as read_delimited
from muster.connectors.drop.connector import Drop
from muster.connectors.fixed_width.connector import ENDINGS as FIXED_WIDTH
from muster.connectors.fixed_width.reader import read as read_fixed_width
from muster.connectors.parquet.connector import ENDINGS as PARQUET
from muster.connectors.parquet.reader import ENCRYPTED, MAGIC
from muster.connectors.parquet.reader import read as read_parquet
from muster.connectors.workbook.connector import ENDINGS as WORKBOOKS
from muster.connectors.workbook.reader import read as read_workbook
from muster.connectors.xml.connector import ENDINGS as XML
from muster.connectors.xml.reader import read as read_xml
from muster.hub.known import known_layouts

ENDINGS = tuple(dict.fromkeys((*DELIMITED, *FIXED_WIDTH, *WORKBOOKS, *XML, *PARQUET)))
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_LOOKED_AT = 1024

Kind = Literal["workbook", "parquet", "xml", "fixed width", "delimited"]
_READERS: dict[Kind, Callable[[Offer], tuple[Sheet, ...]]] = {
    "workbook": read_workbook,
    "parquet": read_parquet,
    "xml": read_xml,
    "fixed width": read_fixed_width,
    "delimited": read_delimited,
}


def dropped(place: Path, *, megabytes: int = 200) -> Drop:
    """Return the files of every kind that can be read, in a folder, a zip or a single file."""
    return Drop(
        place,
        kind="drop",
        title="Files of every known kind",
        endings=ENDINGS,
        what="delimited text, a workbook, XML, Parquet or records of fixed width",
        megabytes=megabytes,
    )


def read(offer: Offer) -> tuple[Sheet, ...]:
    """Return the sheets of a file, whatever its kind.

    Raises:
        BadInput: if it cannot be read, naming what is wrong and what to do.
    """
    return _READERS[kind_of(offer)](offer)


def kind_of(offer: Offer) -> Kind:
    """Return as what a file is read."""
    begins = offer.content[:_LOOKED_AT]
    named = offer.name.lower()
    if begins.startswith(_PACKED) or named.endswith(WORKBOOKS):
        return "workbook"
    if begins.startswith((MAGIC, ENCRYPTED)) or named.endswith(PARQUET):
        return "parquet"
    if named.endswith(XML) or _text(begins).lstrip().startswith("<?xml"):
        return "xml"
    return "fixed width" if _is_fixed_width(begins) else "delimited"


def _is_fixed_width(begins: bytes) -> bool:
    text = _text(begins).lstrip("\r\n")
    shapes = (layout.shape.records for layout in known_layouts())
    return any(
        records is not None
        and records.kind == "fixed_width"
        and text.startswith(records.header or records.detail)
        for records in shapes
    )


def _text(begins: bytes) -> str:
    if begins.startswith((b"\xff\xfe", b"\xfe\xff")):
        return begins[: len(begins) // 2 * 2].decode("utf-16", "replace")
    return begins.decode("utf-8-sig", "replace")
