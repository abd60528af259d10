"""A workbook that somebody sent, opened within narrow bounds: a form is small.

The workbook connector bounds what a feed of 100,000 rows may be; the form of one person has a few
hundred cells. What is larger is refused before it is unpacked.
"""

import io
import zipfile

from muster.connectors.contract import Offer, Sheet
from muster.connectors.workbook.reader import read as read_workbook
from muster.kernel.errors import BadInput, Where

MEGABYTE = 1024 * 1024
MOST_BYTES, MOST_UNPACKED = 5 * MEGABYTE, 20 * MEGABYTE
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 5_000, 200, 40
_FIX = "Send the form of one person alone, without other sheets and pictures"


def open_form(content: bytes, name: str) -> tuple[Sheet, ...]:
    """Return the sheets of a form.

    Raises:
        BadInput: if it is no workbook, or larger than any form.
    """
    if len(content) > MOST_BYTES:
        raise _too_large(f"The file has over {MOST_BYTES // MEGABYTE} MB", name)
    if content.startswith(b"PK"):
        _refuse_large(content, name)
    sheets = read_workbook(Offer(name, content))
    if len(sheets) > MOST_SHEETS:
        raise _too_large(f"The workbook has over {MOST_SHEETS} sheets", name)
    for sheet in sheets:
        if sheet.height > MOST_ROWS or sheet.cells.width > MOST_COLUMNS:
            raise _too_large(
                f"A sheet has over {MOST_ROWS:,} rows or {MOST_COLUMNS} columns", name, sheet.name
            )
    return sheets


def _refuse_large(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # The reader says what is wrong with it.
    if unpacked > MOST_UNPACKED:
        raise _too_large(f"The workbook unpacks to over {MOST_UNPACKED // MEGABYTE} MB", name)


def _too_large(what: str, name: str, sheet: str | None = None) -> BadInput:
    return BadInput(what, where=Where(file=name, sheet=sheet), fix=_FIX)
