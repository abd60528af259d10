"""Records: files of header, detail and trailer lines, cut into columns by declared positions.

Payroll and pension systems send them: the header says what the file is and of which day, the
trailer how many records and what total there must be. A line that is none of these, or a file
without its trailer, was damaged on the way, so it is refused whole.
"""

from collections.abc import Mapping

import polars as pl

from muster.connectors.contract import Sheet
from muster.connectors.fixed_width.reader import BYTE_POSITIONS
from muster.hub.framing.shapes import Records, Span
from muster.hub.framing.tables import Table
from muster.kernel.errors import BadInput, Where


def from_records(sheet: Sheet, records: Records, *, file: str) -> Table:
    """Return the detail records of a file as a table, with what header and trailer state.

    Raises:
        BadInput: if a line is no record of the layout, or the header or trailer is missing.
    """
    if BYTE_POSITIONS in sheet.notes and not records.in_bytes:
        raise BadInput(
            f"Its {BYTE_POSITIONS}", where=Where(file=file),
            fix='Ask its sender; if it is so, say positions = "bytes" in the layout',
        )  # fmt: skip
    kinds = _kinds(sheet, records)
    strange = kinds.is_null().arg_true()
    if len(strange):
        raise BadInput(
            "The line is no record of this layout",
            where=Where(file=file, row=sheet.rows[strange[0]]),
            fix=f"Lines begin with {', '.join(filter(None, _beginnings(records).values()))}",
        )
    places: dict[str, int] = {}
    for kind, wanted in (("header", records.header), ("trailer", records.trailer)):
        found = (kinds == kind).arg_true()
        if wanted and len(found) != 1:
            what = "is missing" if not len(found) else f"stands there {len(found)} times"
            raise BadInput(
                f"The {kind} record {what}: the file is cut off or put together from parts",
                where=Where(file=file, row=sheet.rows[-1]),
                fix="Ask its sender for the whole file again",
            )
        if wanted:
            places[kind] = found[0]
    detail = kinds == "detail"
    frame = sheet.cells.filter(detail).select(
        _cut(span, in_bytes=records.in_bytes).alias(str(at))
        for at, span in enumerate(records.columns.values())
    )
    headers = tuple(records.columns)
    return Table(
        headers, tuple((header,) for header in headers), frame,
        sheet.rows.filter(detail).cast(pl.Int64),
        aside=dict.fromkeys(places, 1), stated=_stated(sheet, records.stated, places),
        blank=sheet.blank, read_as=sheet.read_as, notes=sheet.notes,
    )  # fmt: skip


def _beginnings(records: Records) -> dict[str, str]:
    return {"header": records.header, "trailer": records.trailer, "detail": records.detail}


def _kinds(sheet: Sheet, records: Records) -> pl.Series:
    """Return of which kind each line is; null where of none."""
    fixed = records.kind == "fixed_width"
    line = pl.col("0") if fixed else pl.concat_str(pl.all(), separator="|")
    kind = pl.lit(None, dtype=pl.String)
    for name, begins in reversed(_beginnings(records).items()):
        if begins:
            kind = pl.when(line.str.starts_with(begins)).then(pl.lit(name)).otherwise(kind)
    return sheet.cells.select(kind.alias("kind")).to_series()


def _cut(span: Span, *, in_bytes: bool = False) -> pl.Expr:
    """Return the text at a place of a record, without the blanks that fill it up."""
    if not span.length:
        return pl.col(str(span.first - 1))
    if in_bytes:
        cut = pl.col("0").cast(pl.Binary).bin.slice(span.first - 1, span.length)
        return cut.cast(pl.String).str.strip_chars_end(" ")
    return pl.col("0").str.slice(span.first - 1, span.length).str.strip_chars_end(" ")


def _stated(sheet: Sheet, spans: Mapping[str, Span], places: Mapping[str, int]) -> dict[str, str]:
    return {
        name: sheet.cells[places[span.record]].select(_cut(span)).item().strip()
        for name, span in spans.items()
        if span.record in places
    }
