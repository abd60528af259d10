"""Framing: finding the tables of known layouts in what a connector read.

A sheet is text in cells; nothing says where its table begins. Of the layouts that fit some of its
first rows the one that asks for most columns counts. Rows above the header are titles. Totals and
notes below are set aside and counted where the layout declares them, or where they stand at the
very end and plainly are no records; everything else is a row, so that nothing is lost quietly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import polars as pl

from muster.connectors.contract import Sheet
from muster.hub.framing.asides import Asides
from muster.hub.framing.headers import FirstRows, columns_with_text, header_at, whole
from muster.hub.framing.records import from_records
from muster.hub.framing.shapes import Shape
from muster.hub.framing.tables import Table, joined, must_agree, named, unpivoted
from muster.hub.layouts import Layout
from muster.kernel.errors import BadInput, Where

_Cells = TypeVar("_Cells", pl.DataFrame, pl.Series)


@dataclass(frozen=True)
class Framed:
    """What a file holds: a table for each layout found, and the sheets that are none.

    ``untaken`` holds the sheets in which no layout was found, hidden ones among them.
    """

    found: tuple[tuple[Layout, Table], ...]
    untaken: tuple[Sheet, ...]


def frame_file(sheets: Sequence[Sheet], layouts: Sequence[Layout], *, file: str) -> Framed:
    """Return the tables of known layouts in a file.

    Raises:
        BadInput: if there are none, naming the nearest layout and what it misses; or if a table
            contradicts what the file says of itself.
    """
    visible = [sheet for sheet in sheets if not sheet.hidden]
    layouts = [layout for layout in layouts if layout.shape.takes_file(file)]
    framed = [(sheet, _header_of(sheet, layouts)) for sheet in visible]
    fitting = [(sheet, *found) for sheet, found in framed if found is not None]
    if not fitting:
        raise _nothing_fits(visible, layouts, file)
    order = {layout.name: place for place, (_, layout, _) in reversed([*enumerate(fitting)])}
    fitting.sort(key=lambda each: order[each[1].name])
    found = []
    for layout, group in groupby(fitting, key=lambda each: each[1]):
        tables = [_table(sheet, layout, place, file) for sheet, _, place in group]
        table = joined(tables, layout, file=file)
        must_agree(table, layout.shape.control, file=file)
        found.append((layout, table))
    taken = {id(sheet) for sheet, *_ in fitting}
    return Framed(tuple(found), tuple(sheet for sheet in sheets if id(sheet) not in taken))


def _table(sheet: Sheet, layout: Layout, place: int, file: str) -> Table:
    """Return the table of a layout whose header stands at a place of a sheet."""
    shape = layout.shape
    if shape.records is not None:
        return from_records(sheet, shape.records, file=file)
    table = under_header(sheet, shape, place)
    return unpivoted(table, shape.unpivot, file=file) if shape.unpivot else table


def _header_of(sheet: Sheet, layouts: Sequence[Layout]) -> tuple[Layout, int] | None:
    """Return the layout that fits best and the place of its header among the sheet's rows."""
    best: tuple[tuple[int, str], Layout, int] | None = None
    candidates = [one for one in layouts if one.shape.takes_sheet(sheet.name)]
    for layout in candidates:
        if layout.shape.records is not None and _begins(sheet, layout):
            return layout, 0
    candidates = [one for one in candidates if one.shape.records is None]
    rows = FirstRows(sheet)
    for place in range(rows.count):
        for layout in candidates:
            if not layout.missing(rows.keys(place, layout.shape.header_rows)):
                score = (len(layout.recognise), layout.name)
                if best is None or score > best[0]:
                    best = (score, layout, place)
        if best is not None:
            return best[1], best[2]
    return None


def under_header(sheet: Sheet, shape: Shape, place: int) -> Table:
    """Return the rows under a header, without what is no record."""
    parts = header_at(sheet, place, shape.header_rows)
    start = 0 if sheet.headers is not None else place + shape.header_rows
    cells, rows = sheet.cells[start:], sheet.rows[start:]
    cells = _merged_down(cells, rows, sheet)
    has_text = columns_with_text(cells)
    keep = [at for at, part in enumerate(parts) if part[-1] or has_text[at]]
    width = 1 + max((at for at, part in enumerate(parts) if part[-1]), default=-1)
    if sheet.widths is not None:
        keep = [at for at in keep if at < width]
    names = named(list(map(whole, parts)))
    headers = tuple(names[at] for at in keep)
    aside = Asides(cells, headers, [parts[at] for at in keep], keep)
    aside.note("title", place if sheet.headers is None else 0)
    headings = aside.sort_out(shape)
    taken = aside.taken
    frame = cells.select(pl.col(str(at)).alias(str(n)) for n, at in enumerate(keep))
    kept_parts = tuple(parts[at] for at in keep)
    if headings is not None:
        frame = frame.with_columns(headings.alias(str(len(keep))))
        headers, kept_parts = (*headers, shape.headings), (*kept_parts, (shape.headings,))
    return Table(
        headers, kept_parts, _only(frame, taken), _only(rows, taken).cast(pl.Int64),
        ragged=_ragged(sheet, start, width, taken), aside=aside.counts,
        sheets=(sheet.name,) if sheet.name and sheet.headers is None else (),
        stated=sheet.stated, blank=sheet.blank, read_as=sheet.read_as, notes=sheet.notes,
        at=tuple(keep),
    )  # fmt: skip


def _only(cells: _Cells, taken: pl.Series) -> _Cells:
    """Return the rows that are taken; a copy only where some are not."""
    return cells if taken.all() else cells.filter(taken)


def _ragged(sheet: Sheet, start: int, width: int, taken: pl.Series) -> dict[int, int]:
    """Return the rows of delimited text that have another number of cells than the header."""
    if sheet.widths is None or sheet.headers is not None:
        return {}
    widths, rows = sheet.widths[start:], sheet.rows[start:]
    odd = (widths < width) & taken
    beyond = [str(at) for at in range(width, sheet.cells.width)]
    if beyond:
        more = sheet.cells[start:].select(
            pl.any_horizontal(pl.col(name).str.strip_chars() != "" for name in beyond)
        )
        odd = odd | (more.to_series() & taken)
    return dict(zip(rows.filter(odd).to_list(), widths.filter(odd).to_list(), strict=True))


def _merged_down(cells: pl.DataFrame, rows: pl.Series, sheet: Sheet) -> pl.DataFrame:
    """Fill the cells that a merge hides below the one that shows its text."""
    spans = [span for span in sheet.merged if span[2] > span[0]]
    if not spans or cells.is_empty():
        return cells
    places: Mapping[int, int] = {row: place for place, row in enumerate(rows)}
    changed: dict[str, list[str]] = {}
    for top, left, bottom, _right in spans:
        if top not in places or left >= cells.width:
            continue
        column = changed.setdefault(str(left), cells[str(left)].to_list())
        for row in range(top + 1, min(bottom, top + 10_000) + 1):
            if row in places and not column[places[row]]:
                column[places[row]] = column[places[top]]
    return cells.with_columns(pl.Series(name, column) for name, column in changed.items())


def _begins(sheet: Sheet, layout: Layout) -> bool:
    """Tell whether a sheet begins as the records of a layout do."""
    records = layout.shape.records
    if records is None or sheet.cells.is_empty() or sheet.headers is not None:
        return False
    first = sheet.cells.row(0)
    text = first[0] if records.kind == "fixed_width" else "|".join(first)
    single = sheet.cells.width == 1
    return single == (records.kind == "fixed_width") and text.startswith(
        records.header or records.detail
    )


def _nothing_fits(sheets: Sequence[Sheet], layouts: Sequence[Layout], file: str) -> BadInput:
    """Return why no layout fits, naming the nearest and what it misses."""
    if not any(sheet.height or sheet.headers for sheet in sheets):
        return BadInput(
            "The file has no header", where=Where(file=file, row=1),
            fix="Send it with the names of its columns in the first row",
        )  # fmt: skip
    nearest, missing, sheet = None, frozenset[str](), ""
    for layout, lacks, name in _near(sheets, layouts):
        hits = len(layout.recognise) - len(lacks)
        if hits and (nearest is None or hits > len(nearest.recognise) - len(missing)):
            nearest, missing, sheet = layout, lacks, name
    if nearest is None:
        return BadInput(
            "No layout is known for a file with these columns", where=Where(file=file),
            fix="Map this file, or have a layout added for it", needs="layout",
        )  # fmt: skip
    within = f" of sheet {sheet!r}" if sheet else ""
    return BadInput(
        f"No layout fits; the nearest, {nearest.title}, also needs{within}:"
        f" {', '.join(sorted(missing))}",
        where=Where(file=file),
        fix="Send the missing columns, or map this file",
        needs="layout",
    )


def _near(
    sheets: Sequence[Sheet], layouts: Sequence[Layout]
) -> Iterator[tuple[Layout, frozenset[str], str]]:
    for sheet in sheets:
        rows = FirstRows(sheet)
        for place in range(rows.count):
            for layout in layouts:
                if layout.shape.records is None and layout.shape.takes_sheet(sheet.name):
                    keys = rows.keys(place, layout.shape.header_rows)
                    yield layout, layout.missing(keys), sheet.name
