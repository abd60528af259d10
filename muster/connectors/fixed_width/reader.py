"""Reads fixed-width text as one column of whole lines: where to cut is for a layout to say."""

import polars as pl

from muster.connectors.cells import LONGEST_CELL, SPACES, Cells
from muster.connectors.contract import Offer, Sheet
from muster.connectors.text import decode, empty, split_lines
from muster.kernel.errors import BadInput, Where

# Some systems count positions in bytes. Every letter beyond ASCII then shifts what follows it.
BYTE_POSITIONS = (
    "lines are equally long in bytes, not in characters: positions may be counted in bytes"
)
TABS = "lines hold tabs, which may stand for several positions"


def read(offer: Offer) -> tuple[Sheet, ...]:
    """Return the lines of a file, as its one sheet; only line ends are taken off.

    Raises:
        BadInput: if the bytes are not text or hold no content, or a line is longer than any.
    """
    text = decode(offer)
    cells, blank, last = Cells(offer.name), 0, 0
    shape = _Shape()
    for block in text.blocks():
        lines = split_lines(block)
        rows = pl.int_range(last + 1, last + len(lines) + 1, dtype=pl.UInt32, eager=True)
        last += len(lines)
        full = lines.str.strip_chars(SPACES) != ""
        blank += len(lines) - int(full.sum())
        lines, rows = lines.filter(full), rows.filter(full)
        if len(lines):
            _check_lengths(lines, rows, offer.name)
            shape.see(lines)
            cells.reserve(len(lines), 1)
            cells.add([lines], rows)
    numbers = cells.rows()
    if numbers.is_empty():
        raise empty(offer.name)
    sheet = Sheet(
        cells=cells.frame(),
        rows=numbers,
        blank=blank,
        read_as=f"{text.encoding}, lines of {shape.lengths()} characters",
        notes=(*text.notes, *shape.notes(text.encoding)),
    )
    return (sheet,)


class _Shape:
    """How long lines are, in characters and in bytes of UTF-8."""

    def __init__(self) -> None:
        self._characters: set[int] = set()
        self._bytes: set[int] = set()
        self._tabs = False

    def see(self, lines: pl.Series) -> None:
        self._characters.update(lines.str.len_chars().unique().to_list())
        self._bytes.update(lines.str.len_bytes().unique().to_list())
        self._tabs = self._tabs or bool(lines.str.contains("\t", literal=True).any())

    def lengths(self) -> str:
        shortest, longest = min(self._characters), max(self._characters)
        return f"{shortest}" if shortest == longest else f"{shortest} to {longest}"

    def notes(self, encoding: str) -> tuple[str, ...]:
        # One record type or several: what varies in characters and not in bytes gives it away.
        in_bytes = len(self._bytes) < len(self._characters) and encoding.startswith("UTF-8")
        found = ((in_bytes, BYTE_POSITIONS), (self._tabs, TABS))
        return tuple(note for true, note in found if true)


def _check_lengths(lines: pl.Series, rows: pl.Series, file: str) -> None:
    lengths = lines.str.len_chars()
    longest = lengths.arg_max() or 0
    if lengths[longest] > LONGEST_CELL:
        raise BadInput(
            f"A line is longer than {LONGEST_CELL:,} characters",
            where=Where(file=file, row=rows[longest]),
            fix="Send each record on a line of its own",
        )
