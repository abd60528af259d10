"""Peeking: the first rows of a file, read without reading the rest.

A person who maps a file wants to see something at once, however large the file is. Delimited text
is cut behind a row, a sheet of an XLSX behind an element; both are then read as any file is. What
cannot be cut safely (XML, older workbooks) is read whole.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.delimiter import find_delimiter

BEGINNING = 256 * 1024
SMALL = 1024 * 1024  # a file up to this size is read whole
_MOST = 16 * 1024 * 1024  # of text in which no row ends
_END = "\x03end\x03"
_PACKED = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CLOSE = b"</sheetData></worksheet>"
Read = Callable[[Offer], Sequence[Sheet]]


@dataclass(frozen=True)
class Beginning:
    """The beginning of a file: its sheets so far, and whether that is all of them."""

    sheets: tuple[Sheet, ...]
    whole: bool


def peek(offer: Offer, read: Read, *, size: int = BEGINNING) -> Beginning:
    """Return the first rows of a file.

    Args:
        offer: the file.
        read: reads bytes as sheets.
        size: about how many bytes of rows to read.

    Raises:
        BadInput: if it cannot be read.
    """
    content = offer.content
    cut = content
    if len(content) <= SMALL:
        return Beginning(tuple(read(offer)), whole=True)
    if content.startswith(_PACKED):
        cut = _cut_workbook(content, size)
    elif can_be_cut(content):
        cut = cut_text(content, size)
    return Beginning(tuple(read(replace(offer, content=cut))), cut is content)


def can_be_cut(content: bytes) -> bool:
    """Tell from its first bytes whether a file is text of which a beginning can be read."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    packed = content.startswith((_PACKED, _COMPOUND))
    return not packed and not _is_xml(content) and (marked or b"\0" not in content[:4096])


def _is_xml(content: bytes) -> bool:
    begins = content[:4096]
    if begins.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        begins = begins[: len(begins) // 2 * 2].decode("utf-16", "replace").encode()
    return begins.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<")


def cut_text(content: bytes, size: int) -> bytes:
    """Return the beginning of delimited text, cut behind its last whole row; all of it if short.

    UTF-16 comes back as UTF-8, because only there a line end is one byte.
    """
    while size < min(len(content), _MOST):
        head = content[:size]
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            head = head[: size // 2 * 2].decode("utf-16", "ignore").encode()
        lines = _whole_rows(head)
        if lines:
            return b"".join(lines)
        size *= 4
    return content


def _whole_rows(head: bytes) -> list[bytes]:
    """Return the lines of text that make up whole rows; the last one may have been cut off."""
    lines = head.splitlines(keepends=True)[:-1]
    texts = [line.decode("utf-8", "replace") for line in lines]
    reader = csv.reader([*texts, _END], delimiter=find_delimiter("".join(texts)))
    ended = before = 0
    last: list[str] = []
    try:
        for row in reader:
            last, before, ended = row, ended, reader.line_num
    except csv.Error:
        return []
    return lines if last == [_END] else lines[:before]


def _cut_workbook(content: bytes, size: int) -> bytes:
    """Return an XLSX with the beginning of each sheet; the bytes themselves if it is none.

    Sheets that spreadsheet programs write alike are cut behind a row; what follows the rows, such
    as merged cells, is then lost.
    """
    target = io.BytesIO()
    was_cut = False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(target, "w") as small:
            for member in book.infolist():
                with book.open(member) as part:
                    if not _SHEET.fullmatch(member.filename) or member.file_size <= size:
                        small.writestr(member.filename, part.read())
                        continue
                    head = part.read(size)
                    end = head.rfind(b"</row>") + len(b"</row>")
                    if end < len(b"</row>") or b"<sheetData>" not in head:
                        return content
                    small.writestr(member.filename, head[:end] + _CLOSE)
                    was_cut = True
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return content
    return target.getvalue() if was_cut else content
