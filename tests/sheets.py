"""Sheets as connectors read them, written down as grids of text."""

import polars as pl

from muster.connectors.contract import Sheet


def sheet_of(
    text: str,
    *,
    name: str = "",
    hidden: bool = False,
    grid: bool = True,
    merged: tuple[tuple[int, int, int, int], ...] = (),
) -> Sheet:
    """Return a sheet of the lines of a text, cells between bars; a blank line is a blank row.

    A ``grid`` gives every row all cells, as workbooks do; other rows keep their own number.
    """
    lines = text.strip("\n").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    width = max((len(row) for _, row in filled), default=0)
    cells = [row + [""] * (width - len(row)) for _, row in filled]
    schema = {str(at): pl.String for at in range(width)}
    return Sheet(
        cells=pl.DataFrame(cells, schema=schema, orient="row"),
        rows=pl.Series([number for number, _ in filled], dtype=pl.UInt32),
        widths=None if grid else pl.Series([len(row) for _, row in filled], dtype=pl.UInt32),
        name=name,
        hidden=hidden,
        merged=merged,
        blank=len(rows) - len(filled),
        read_as="a test",
    )


def rows_under(table: object) -> list[tuple[str, ...]]:
    """Return the rows of a framed table."""
    return table.frame.rows()  # type: ignore[attr-defined, no-any-return]
