"""Released figures as an OpenDocument spreadsheet, laid out like the workbook."""

import io
from collections.abc import Sequence
from decimal import Decimal

from odfdo import Document, Row, Table

from muster.services.grid.exports.contents import Contents, Value
from muster.services.grid.exports.workbook import NOT_TOLD, SHEETS, cover_lines


def as_ods(contents: Contents) -> dict[str, bytes]:
    """Return a spreadsheet in the open format governments publish in."""
    document = Document("spreadsheet")
    document.body.clear()
    document.meta.title = contents.title
    document.meta.subject = contents.release
    titles = tuple(one.title for one in contents.columns)
    sheets: tuple[Sequence[Sequence[Value]], ...] = (
        [(contents.title,), *((line,) for line in cover_lines(contents))],
        [("About", "Note"), *contents.notes],
        [(contents.title,), titles, *contents.rows],
    )
    for name, rows in zip(SHEETS, sheets, strict=True):
        table = Table(name)
        for values in rows:
            row = Row()
            row.set_values([_cell(value) for value in values])
            table.append_row(row)
        document.body.append(table)
    out = io.BytesIO()
    document.save(out)
    return {f"{contents.name}.ods": out.getvalue()}


def _cell(value: Value) -> str | Decimal:
    return NOT_TOLD if value is None else value
