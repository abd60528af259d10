"""The shared strings of an XLSX workbook: each text once, however many cells hold it."""

import re
from collections.abc import Callable, Iterator

import polars as pl

from muster.connectors.workbook.grid import Room
from muster.connectors.workbook.package import Attributes, parsing, plain, too_large
from muster.connectors.workbook.pieces import (
    TEXT,
    CellText,
    Unusual,
    head_of,
    whole_elements,
    without_entities,
)
from muster.connectors.workbook.texts import unescaped

_OPENING = re.compile(rb"<sst[\s>/](?:[^<>]*>)?")
_STRING = rf'^<t(?: xml:space="preserve")?>(?P<text>{TEXT})</t></si>$'
_MOST = 16_000_000


def shared_strings(open_: Callable[[], Iterator[bytes]], room: Room) -> pl.Series:
    """Return a workbook's shared strings in order.

    Args:
        open_: begins to read their XML.
        room: what the workbook may still hold.

    Raises:
        BadInput: if they cannot be read, or are too many.
    """
    before = room.text
    try:
        return _gathered(_split(open_()), room)
    except Unusual:
        room.text = before
        return _gathered(_parsed(open_()), room)


def _gathered(blocks: Iterator[pl.Series], room: Room) -> pl.Series:
    found, count = [pl.Series([], dtype=pl.String)], 0
    for block in blocks:
        count += block.len()
        if count > _MOST:
            raise too_large(f"The workbook has over {_MOST // 1_000_000} million texts")
        room.take_text(int(block.str.len_bytes().sum() or 0))
        coded = block.str.contains("_x", literal=True).any()
        texts = [unescaped(text) for text in block] if coded else block
        found.append(pl.Series(texts, dtype=pl.String))
    return pl.concat(found)


def _split(chunks: Iterator[bytes]) -> Iterator[pl.Series]:
    """Yield texts without a parser where they are written as spreadsheet programs do."""
    head, rest = head_of(chunks, _OPENING)
    for piece, _ in whole_elements(rest, chunks, b"</si>", b"</sst>"):
        texts = _plain(piece)
        if texts is not None:
            yield texts
        else:
            yield from _parsed(iter((head, piece, b"</sst>")))


def _plain(piece: bytes) -> pl.Series | None:
    try:
        parts = pl.Series("text", [piece.decode()]).str.split("<si>").explode()
    except UnicodeDecodeError:
        return None
    texts = parts[1:].str.extract(_STRING)
    if parts[0] or texts.null_count():
        return None
    return without_entities(texts) if b"&" in piece else texts


def _parsed(chunks: Iterator[bytes]) -> Iterator[pl.Series]:
    """Yield texts by the XML parser: of rich text all runs, of phonetic hints nothing."""
    strings = _Strings()
    for _ in parsing(chunks, start=strings.start, end=strings.end, text=strings.text):
        yield strings.take()


class _Strings:
    """Gathers shared strings from the events of an XML parser."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._text = CellText()
        self._inside, self._phonetic = False, 0

    def start(self, name: str, attributes: Attributes) -> None:
        name = plain(name)
        if name == "t":
            self._inside = True
        elif name == "rPh":
            self._phonetic += 1

    def text(self, piece: str) -> None:
        if self._inside and not self._phonetic:
            self._text.add(piece)

    def end(self, name: str) -> None:
        name = plain(name)
        if name == "si":
            self.found.append(self._text.take())
        elif name == "t":
            self._inside = False
        elif name == "rPh":
            self._phonetic -= 1

    def take(self) -> pl.Series:
        taken, self.found = pl.Series(self.found, dtype=pl.String), []
        return taken
