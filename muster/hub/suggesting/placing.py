"""Placing: where in a sheet nobody described the table stands, told by its content.

A header is a row of short, different texts above rows that look otherwise: numbers, dates, codes.
That most of its cells are names by which known layouts or people call something counts most. Rows
above it are titles; totals and headings between the rows are found by how little they fill.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from muster.connectors.contract import Sheet
from muster.hub.framing.frame import under_header
from muster.hub.framing.headers import header_at, whole
from muster.hub.framing.shapes import Shape
from muster.hub.framing.tables import Table
from muster.hub.layouts import header_key

_SEARCHED, _BELOW = 60, 40  # rows searched for a header; rows below it that are looked at
_MOST_COLUMNS = 2_000
_LEAST_COVERED, _LEAST_LABELS = 0.6, 0.6
_DEEP = 0.3  # how much better a header of two rows must be
_LONGEST_LABEL = 120
_DATA = re.compile(
    r"\d{1,4}[-/. ][A-Za-z0-9]{1,9}[-/. ]\d{2,4}.*|[^@\s]+@[^@\s]+\.[^@\s]+"
    r"|[A-Z]{0,6}[-/ ]?\d{2,}\w?|[A-Z]{2} ?(\d{2} ?){3}[A-D]|[^A-Za-zÀ-ÿ]*",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"((?:grand |sub[ -]?)?totals?)\b.*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Placed:
    """A table found in a sheet.

    Args:
        sheet: the sheet's name; empty where a file holds just one.
        row: the number of the header's first row; 0 where the format names the columns.
        shape: where the table stands, as a layout would say it.
        table: its rows.
        sure: how plainly the header is one, from 0.
    """

    sheet: str
    row: int
    shape: Shape
    table: Table
    sure: float


def place_table(sheet: Sheet, names: Collection[str]) -> Placed | None:
    """Return the table of a sheet; None if no row of it looks like a header.

    Args:
        sheet: the sheet.
        names: header keys by which people call things.
    """
    if sheet.headers is not None:
        table = under_header(sheet, Shape(), 0)
        return Placed(sheet.name, 0, Shape(), table, 1.0) if sheet.height else None
    best: tuple[float, int, int] | None = None
    for place in range(min(sheet.height - 1, _SEARCHED)):
        for depth in (1, 2):
            score = _score(sheet, place, depth, names)
            if score is not None and (best is None or score > best[0]):
                best = (score, place, depth)
    if best is None:
        return None
    score, place, depth = best
    shape = _shape(sheet, place + depth, depth)
    table = under_header(sheet, shape, place)
    return Placed(sheet.name, sheet.rows[place], shape, table, score)


def _score(sheet: Sheet, place: int, depth: int, names: Collection[str]) -> float | None:
    """Return how well rows serve as a header; None if they cannot."""
    start = place + depth
    body = sheet.cells[start : start + _BELOW]
    raw = [list(map(str.strip, row)) for row in sheet.cells[place:start].iter_rows()]
    if body.is_empty() or any(not _labels_only(row) for row in raw):
        return None
    parts = header_at(sheet, place, depth)[:_MOST_COLUMNS]
    filled = _fill(body)[:_MOST_COLUMNS]
    headed = [bool(part[-1] or (depth > 1 and whole(part))) for part in parts]
    wide = [at for at, share in enumerate(filled) if share >= 0.3] or [
        at for at, share in enumerate(filled) if share
    ]
    if sum(headed) < 2 or not wide:
        return None
    covered = sum(headed[at] for at in wide) / len(wide)
    if covered < _LEAST_COVERED:
        return None
    texts = [whole(part) for part in parts if whole(part)]
    keys = [header_key(text) for text in texts]
    lasts = [header_key(part[-1]) for part in parts]
    known = sum(key in names or last in names for key, last in zip(keys, lasts, strict=False))
    contrast = sum(headed[at] and _is_data(body[str(at)]) for at in wide) / len(wide)
    plain = sum(map(is_label, texts)) / len(texts)
    if not known and not contrast and plain < 1:
        return None
    distinct = len(set(keys)) / len(keys)
    return (
        2 * covered
        + 2 * plain
        + distinct
        + 3 * known / len(texts)
        + contrast
        - (_DEEP if depth > 1 else 0)
    )


def _labels_only(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    labels = sum(map(is_label, filled))
    return len(filled) > 1 and labels >= _LEAST_LABELS * len(filled)


def is_label(text: str) -> bool:
    """Tell whether a text could name a column: it holds letters, and is no date, code or number."""
    short = 0 < len(text) <= _LONGEST_LABEL
    return short and any(map(str.isalpha, text)) and _DATA.fullmatch(text) is None


def _fill(body: pl.DataFrame) -> list[float]:
    shares = body.select((pl.all().str.strip_chars() != "").mean())
    return [float(share) for share in shares.row(0)]


def _is_data(cells: pl.Series) -> bool:
    filled = [text for text in map(str.strip, cells.to_list()) if text]
    return 2 * sum(not is_label(text) for text in filled) > len(filled) > 0


def _shape(sheet: Sheet, start: int, depth: int) -> Shape:
    """Return the shape of a table whose rows begin at a place: its totals and headings declared."""
    cells = sheet.cells[start:]
    filled = cells.select(
        pl.sum_horizontal((pl.all().str.strip_chars() != "").cast(pl.UInt32)).alias("n")
    )["n"]
    usual = int(filled.median() or 0)  # type: ignore[arg-type]
    sparse = cells.filter(filled <= usual // 2).head(10_000)
    totals: dict[str, None] = {}
    headings = 0
    for row in sparse.iter_rows():
        texts = [text for text in map(str.strip, row) if text]
        match = _TOTAL.fullmatch(texts[0])
        if match:
            totals[f"{match[1].capitalize()}*"] = None
        headings += len(texts) == 1 and bool(row[0].strip()) and _is_heading(texts[0])
    several = headings > 1 and usual > 3 and headings * 4 < len(filled)
    return Shape(header_rows=depth, totals=tuple(totals), headings="heading" if several else "")


def _is_heading(text: str) -> bool:
    return is_label(text) and not any(map(str.isdigit, text)) and _TOTAL.fullmatch(text) is None
