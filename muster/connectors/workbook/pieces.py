"""Large XML in pieces: cut behind whole elements, and split without a parser where that is safe.

Spreadsheet programs write large XML in one way, element behind element on one line. Only XML that
begins so is cut here; whatever differs is for the XML parser.
"""

import re
from collections.abc import Iterator
from itertools import chain

import polars as pl

from muster.connectors.workbook.package import MEGABYTE, damaged

# Text between tags as it may stand: no tag, and nothing that a parser refuses or rewrites.
TEXT = r"[^<\x00-\x08\x0b-\x1f]*"
_MOST_HEAD, _MOST_ELEMENT = MEGABYTE, 64 * MEGABYTE
_MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_ENCODING = re.compile(rb"encoding=[\"'](?!utf-8[\"'])", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));|&")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


# More than any cell may hold: spreadsheets stop at 32,767 characters.
MOST_IN_CELL = 4 * MEGABYTE


class CellText:
    """The text of one cell, as a parser hands it over piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0

    def add(self, piece: str) -> None:
        """Take the next piece.

        Raises:
            BadInput: if the text is longer than any cell's.
        """
        self._size += len(piece)
        if self._size > MOST_IN_CELL:
            raise damaged("A cell holds more text than any cell may")
        self._pieces.append(piece)

    def take(self) -> str:
        """Return the text, and begin another one."""
        text = "".join(self._pieces)
        self._pieces, self._size = [], 0
        return text


class Unusual(Exception):
    """XML is laid out in a way that only a parser can take apart, from its beginning."""


def head_of(chunks: Iterator[bytes], opening: re.Pattern[bytes]) -> tuple[bytes, bytes]:
    """Return XML up to where its elements begin, and what was read of them.

    Args:
        chunks: the XML, piece by piece.
        opening: matches from the root's tag up to the end of the tag that holds the elements.

    Raises:
        Unusual: if it does not begin as spreadsheet programs write it.
    """
    begins = b""
    declared = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^<>]*\?>)?\s*" + opening.pattern, re.DOTALL)
    for piece in chunks:
        begins += piece
        found = declared.match(begins)
        if found is not None or len(begins) > _MOST_HEAD:
            break
    else:
        found = None
    if (
        found is None
        or found[0].endswith(b"/>")
        or b"<!" in found[0]
        or _ENCODING.search(found[0].partition(b"?>")[0])
        or _MAIN not in found[0]
    ):
        raise Unusual
    return found[0], begins[found.end() :]


def whole_elements(
    rest: bytes, chunks: Iterator[bytes], element_end: bytes, closing: bytes
) -> Iterator[tuple[bytes, Iterator[bytes] | None]]:
    """Yield pieces that end where an element does; with the last one, what follows it.

    Args:
        rest: what was read of the elements.
        chunks: the XML behind it.
        element_end: the end tag of each element.
        closing: the end tag behind the last of them.

    Raises:
        Unusual: if a piece holds comments or their like, which may hide such tags.
        BadInput: if the XML ends before the elements do, or one is larger than any.
    """
    looked_at = 0
    for chunk in chain((b"",), chunks):
        rest += chunk
        end = rest.find(closing, looked_at)
        cut = end if end >= 0 else rest.rfind(element_end, looked_at) + len(element_end)
        if end < 0 and cut < len(element_end):
            if len(rest) > _MOST_ELEMENT:
                raise damaged("A part of the workbook has an element larger than any")
            looked_at = max(len(rest) - len(closing), 0)
            continue
        piece, rest, looked_at = rest[:cut], rest[cut:], 0
        if b"<!" in piece or b"<?" in piece:
            raise Unusual
        if end >= 0:
            yield piece, chain((rest,), chunks)
            return
        yield piece, None
    raise damaged()


def without_entities(texts: pl.Series) -> pl.Series:
    """Return texts with ``&amp;`` and its like as the characters they stand for.

    Raises:
        BadInput: if an entity is none that XML knows, as a parser does.
    """
    coded = texts.drop_nulls().unique()
    coded = coded.filter(coded.str.contains("&", literal=True))
    if not coded.len():
        return texts
    return texts.replace(coded, pl.Series([_ENTITY.sub(_character, text) for text in coded]))


def _character(entity: re.Match[str]) -> str:
    if entity[1]:
        return _ENTITIES[entity[1]]
    code = int(entity[3], 16) if entity[3] else int(entity[2] or "0")
    if not (code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE) and not (
        0x10000 <= code <= 0x10FFFF
    ):
        raise damaged("A part of the workbook is not well-formed XML")
    return chr(code)
