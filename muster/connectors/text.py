"""Bytes as text, without being told the encoding: for every kind of file that is lines of text.

A byte order mark decides. Otherwise text in which every second byte is NUL is UTF-16, valid UTF-8
is UTF-8 (text in another encoding almost never is), and the rest is Windows-1252. Systems paste
text from elsewhere into their exports, so a file may hold both: where some lines are valid UTF-8
and others are not, each byte is read as what it can be, and the lines are counted in a note.

Text is handed out in blocks of whole lines, because a large file as one string, beside its bytes
and the table made of it, would not fit into the memory that a worker has.

What a receiver answers is text of a stranger as well: ``harmless`` makes it fit to be kept.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from muster.connectors.contract import Offer
from muster.kernel.errors import BadInput, Where

BLOCK_BYTES = 2 * 1024 * 1024
# A line longer than this is no row of anything; read at all, it could fill the memory.
LONGEST_LINE_BYTES = 16 * 1024 * 1024

_UTF_16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# How files begin that are no text, whatever their name says.
_SIGNATURES = (b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_SAMPLE_BYTES = 65_536
_MOST_NUL, _LEAST_NUL = 0.5, 0.05
_END_MARK = b"\x1a"
_EITHER = "muster-utf-8-or-windows-1252"
# Bytes of UTF-8 that begin no character, and those that begin one of two units in UTF-16.
_WITHIN, _ASTRAL = bytes(range(0x80, 0xC0)), bytes(range(0xF0, 0xF8))
_LONGEST_HEARD, _LONGEST_SAID, _SHORTEST_VALUE = 10_000, 300, 3


@dataclass(frozen=True)
class Span:
    """Where something stands in exact bytes: from ``start`` (counted from 0) to before ``end``."""

    start: int
    end: int


@dataclass(frozen=True)
class Text:
    """The text of an offer.

    Args:
        file: the offer's name, for errors.
        encoding: how the bytes are read, in words.
        notes: what was noticed while finding that out.
    """

    file: str
    encoding: str
    notes: tuple[str, ...]
    _content: bytes
    _codec: str
    _errors: str = "strict"
    _start: int = 0
    # How many bytes the mark before text of UTF-16 takes, which is held rewritten; else None.
    _mark: int | None = None

    def blocks(self) -> Iterator[str]:
        """Yield the text in blocks of whole lines; line ends are kept as they stand.

        Raises:
            BadInput: if bytes are no text after all, or a line is longer than any row.
        """
        for block in _blocks(self._content, self.file, self._start):
            try:
                text = block.decode(self._codec, self._errors)
            except UnicodeDecodeError:
                raise _not_text(self.file) from None
            if "\0" in text:
                raise _not_text(self.file)
            yield text

    def raw_blocks(self) -> Iterator[tuple[int, bytes]]:
        """Yield the blocks undecoded, each with where it begins in the text as it is held.

        In them every ASCII byte stands for itself, and no part of another character is one.
        """
        start = self._start
        for block in _blocks(self._content, self.file, start):
            yield start, block
            start += len(block)

    def records(
        self, record: re.Pattern[bytes], *, since: int = 1
    ) -> Iterator[tuple[int, int, bytes]]:
        """Yield each record: its number, where it begins in the text as held, and its bytes.

        Args:
            record: matches one, its line end behind the first group; one that goes on in the next
                block is not matched.
            since: the number of the first record that is wanted; they are counted from 1.
        """
        number, carried = 0, b""
        for place, block in self.raw_blocks():
            if not carried and b'"' not in block:
                count = _line_ends(block)
                if number + count < since:
                    number += count
                    continue
            start, left, at = place - len(carried), carried + block, 0
            while at < len(left) and (found := record.match(left, at)):
                number += 1
                if number >= since:
                    yield number, start + at, found[1]
                at = found.end()
            carried = left[at:]

    def read(self, piece: bytes) -> str:
        """Return a piece of a raw block as text; it begins and ends between characters."""
        return piece.decode(self._codec, self._errors)

    def sizes(self, piece: bytes) -> list[int]:
        """Return of how many bytes of a piece each of its characters was read."""
        sizes: list[int] = []
        while piece:
            try:
                piece.decode(self._codec)
                sound, odd = len(piece), 0
            except UnicodeDecodeError as problem:
                sound, odd = problem.start, problem.end - problem.start
            sizes += (len(sign.encode(self._codec)) for sign in piece[:sound].decode(self._codec))
            sizes += [1] * odd
            piece = piece[sound + odd :]
        return sizes

    def exact(self, start: int, end: int) -> Span:
        """Return where a part of the text, as it is held, stands in the bytes of the offer."""
        if self._mark is None:
            return Span(start, end)
        before = self._units(0, start)
        first = self._mark + 2 * before
        return Span(first, first + 2 * self._units(start, end))

    def _units(self, start: int, end: int) -> int:
        """Return how many units of UTF-16 a part of the text takes."""
        units = 0
        for at in range(start, end, BLOCK_BYTES):
            piece = self._content[at : min(at + BLOCK_BYTES, end)]
            units += len(piece.translate(None, _WITHIN))
            units += len(piece) - len(piece.translate(None, _ASTRAL))
        return units


def decode(offer: Offer) -> Text:
    """Find out how the bytes of an offer are text.

    Raises:
        BadInput: if they are none.
    """
    content = offer.content
    if content.startswith(_SIGNATURES):
        raise _not_text(offer.name)
    if content.startswith(codecs.BOM_UTF8):
        return _from_utf_8(content, "UTF-8 with byte order mark", offer.name, len(codecs.BOM_UTF8))
    for mark, marked in _UTF_16:
        if content.startswith(mark):
            return _from_utf_16(content, len(mark), marked, "UTF-16", offer.name)
    codec = _unmarked_utf_16(content[:_SAMPLE_BYTES])
    if codec is not None:
        return _from_utf_16(content, 0, codec, "UTF-16 without byte order mark", offer.name)
    return _from_utf_8(content, "UTF-8", offer.name, 0)


def split_lines(block: str) -> pl.Series:
    """Return the lines of a block without their ends, which may be LF, CRLF or CR."""
    if "\r" in block:
        block = block.replace("\r\n", "\n").replace("\r", "\n")
    return pl.Series([block.removesuffix("\n")]).str.split("\n").explode()


def harmless(said: str, values: Sequence[Any]) -> str:
    """Return a receiver's words as one short line, without the values of the message.

    Args:
        said: as it came.
        values: the fields of the message, and how they were written; what is shorter than three
            characters says too little to be missed, and is left.
    """
    shown = _one_line(said[:_LONGEST_HEARD])
    known = {_one_line(str(value)) for value in values if value is not None}
    for value in sorted(known, key=len, reverse=True):
        if len(value) >= _SHORTEST_VALUE:
            shown = re.sub(re.escape(value), "[…]", shown, flags=re.IGNORECASE)
    return shown[:_LONGEST_SAID]


def _one_line(text: str) -> str:
    """Return a text without marks that are not shown, each white space once."""
    plain = (" " if unicodedata.category(mark)[0] in "CZ" else mark for mark in text)
    return " ".join("".join(plain).split())


def empty(file: str) -> BadInput:
    """Return the error for a file without any content."""
    return BadInput(
        "The file is empty",
        where=Where(file=file),
        fix="Send it with its rows, and the names of its columns above them",
    )


def _unmarked_utf_16(sample: bytes) -> str | None:
    pairs = len(sample) // 2
    first, second = sample[0 : 2 * pairs : 2].count(0), sample[1::2].count(0)
    if pairs and second >= _MOST_NUL * pairs and first <= _LEAST_NUL * pairs:
        return "utf-16-le"
    if pairs and first >= _MOST_NUL * pairs and second <= _LEAST_NUL * pairs:
        return "utf-16-be"
    return None


def _from_utf_16(content: bytes, mark: int, codec: str, title: str, file: str) -> Text:
    """Write UTF-16 as UTF-8, so that lines can be found in bytes."""
    decoder = codecs.getincrementaldecoder(codec)()
    pieces = []
    try:
        for start in range(mark, len(content), BLOCK_BYTES):
            pieces.append(decoder.decode(content[start : start + BLOCK_BYTES]).encode())
        pieces.append(decoder.decode(b"", final=True).encode())
    except UnicodeError:
        raise _not_text(file) from None
    return Text(file, title, (), b"".join(pieces), "utf-8", _mark=mark)


def _from_utf_8(content: bytes, title: str, file: str, start: int) -> Text:
    notes: tuple[str, ...] = ()
    if content.endswith(_END_MARK):
        content = content.rstrip(_END_MARK)
        notes = ("the mark for the end of a file was left out",)
    if all(map(_is_utf_8, _blocks(content, file, start))):
        return Text(file, title, notes, content, "utf-8", _start=start)
    utf_8, other = _census(content, file, start)
    if not utf_8 and not start:
        return Text(file, "Windows-1252", notes, content, "cp1252")
    if utf_8 >= other or start:
        said = f"{_lines(other)} Windows-1252 in a UTF-8 file"
    else:
        title, said = "Windows-1252", f"{_lines(utf_8)} UTF-8 in a Windows-1252 file"
    return Text(file, title, (*notes, said), content, "utf-8", _EITHER, start)


def _is_utf_8(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def _census(content: bytes, file: str, start: int) -> tuple[int, int]:
    """Return how many lines beyond ASCII are valid UTF-8, and how many are not."""
    utf_8 = other = 0
    for block in _blocks(content, file, start):
        for line in () if block.isascii() else block.splitlines():
            if not line.isascii():
                valid = _is_utf_8(line)
                utf_8, other = utf_8 + valid, other + (not valid)
    return utf_8, other


def _lines(count: int) -> str:
    return "1 line was" if count == 1 else f"{count:,} lines were"


def _as_windows_1252(problem: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as Windows-1252; for ``bytes.decode``."""
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    return problem.object[problem.start : problem.end].decode("cp1252"), problem.end


codecs.register_error(_EITHER, _as_windows_1252)


def _blocks(content: bytes, file: str, start: int) -> Iterator[bytes]:
    """Yield bytes in blocks that end where a line does, never between CR and LF."""
    size = len(content)
    while start < size:
        end = min(start + BLOCK_BYTES, size)
        if end < size:
            end = _line_end(content, start, end)
        if end - start > LONGEST_LINE_BYTES:
            raise BadInput(
                "A line is longer than any row",
                where=Where(file=file, row=_line_number(content, start)),
                fix="Send each row on a line of its own",
            )
        yield content[start:end]
        start = end


def _line_end(content: bytes, start: int, end: int) -> int:
    """Return where the last line that ends in a block ends, or the first one that ends later."""
    cut = content.rfind(b"\n", start, end) + 1
    if not cut:
        # Lines may end in CR alone. A CR that stands last may have its LF behind it.
        cut = content.rfind(b"\r", start, end - 1) + 1
    if cut:
        return cut
    later = [content.find(mark, end - 1) + len(mark) for mark in (b"\n", b"\r")]
    found = [place for place in later if place >= end]
    cut = min(found, default=len(content))
    return cut + content.startswith(b"\n", cut) if content[cut - 1 : cut] == b"\r" else cut


def _line_number(content: bytes, place: int) -> int:
    line_end = b"\n" if b"\n" in content[:place] else b"\r"
    return content.count(line_end, 0, place) + 1


def _line_ends(block: bytes) -> int:
    """Return how many lines a block holds; the last may lack its end."""
    ends = block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")
    return ends + (not block.endswith((b"\n", b"\r")))


def _not_text(file: str) -> BadInput:
    return BadInput(
        "The file is not text in UTF-8, UTF-16 or Windows-1252",
        where=Where(file=file),
        fix="Export it again as text; a workbook or a PDF is none, whatever its name says",
    )
