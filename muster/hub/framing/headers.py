"""Headers: the rows of a sheet in which the names of its columns stand."""

from collections.abc import Iterator

import polars as pl

from muster.connectors.contract import Sheet
from muster.hub.framing.tables import named
from muster.hub.layouts import header_key

_PORTION = 20_000
_SEARCHED = 60  # rows with content among which a header is looked for


class FirstRows:
    """The first rows of a sheet as headers might stand in them."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.count = 1 if sheet.headers is not None else min(sheet.height, _SEARCHED)
        self._keys: dict[tuple[int, int], frozenset[str]] = {}

    def keys(self, place: int, depth: int) -> frozenset[str]:
        known = self._keys.get((place, depth))
        if known is None:
            names = named(list(map(whole, header_at(self._sheet, place, depth))))
            known = self._keys[place, depth] = frozenset(map(header_key, names))
        return known


def header_at(sheet: Sheet, place: int, depth: int) -> list[tuple[str, ...]]:
    """Return the parts of each column's header, of ``depth`` rows from a place on.

    Merged cells hold their text in all of their rectangle. In all rows but the last a blank cell
    belongs to the filled one on its left, but not across a column without any text.
    """
    if sheet.headers is not None:
        return [(header,) for header in sheet.headers]
    block = sheet.cells[place : place + depth]
    rows = [[cell.replace("\u00a0", " ").strip() for cell in row] for row in block.iter_rows()]
    if depth > 1:
        spaced = _spacers(sheet, place)
        _fill_merged(rows, sheet, place)
        for row in rows[:-1]:
            for at in range(1, len(row)):
                if not row[at] and not spaced[at]:
                    row[at] = row[at - 1] if not spaced[at - 1] else ""
    return list(zip(*rows, strict=True))


def _spacers(sheet: Sheet, place: int) -> list[bool]:
    """Tell which columns hold no text from a row on."""
    below = sheet.cells[place:]
    return [not found for found in columns_with_text(below)]


def _fill_merged(rows: list[list[str]], sheet: Sheet, place: int) -> None:
    numbers = {number: at for at, number in enumerate(sheet.rows[place : place + len(rows)])}
    for top, left, bottom, right in dict.fromkeys(sheet.merged):
        covered = [rows[at] for number, at in numbers.items() if top <= number <= bottom]
        if left >= len(rows[0]) or not covered:
            continue
        text = squeezed("".join(sheet.cells[str(left)].filter(sheet.rows == top)))
        for row in covered:
            for at in range(left, min(right, len(row) - 1) + 1):
                row[at] = row[at] or text


def columns_with_text(cells: pl.DataFrame) -> list[bool]:
    """Tell which columns hold any text; most show it in their first rows."""
    found: set[str] = set()
    for portion in portions(cells):
        left = [name for name in cells.columns if name not in found]
        if not left:
            break
        told = portion.select((pl.col(left).str.strip_chars() != "").any()).row(0)
        found.update(name for name, holds in zip(left, told, strict=True) if holds)
    return [name in found for name in cells.columns]


def portions(cells: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the rows so many at a time: what is made of all cells would stand beside them."""
    return cells.iter_slices(_PORTION)


def whole(parts: tuple[str, ...]) -> str:
    """Return the whole header of a column from its parts; a blank lowest part adds nothing."""
    return " / ".join(filter(None, map(squeezed, parts)))


def squeezed(cell: str) -> str:
    return " ".join(cell.replace("\u00a0", " ").split())
