"""Tables that somebody brings, as rows of text that keep the numbers they have in their file.

CSV and Parquet are read here; what a workbook holds comes as rows (``Listed.of_rows``). Nothing is
guessed: cells are text, the first row with anything in it names the columns, and what cannot be
read is told with its row.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from muster.kernel.errors import BadInput, Where

LARGEST = 50_000_000
"""Bytes of a file that are read: ESCO as published, with descriptions, has 10 million."""

MOST_ROWS = 300_000
LONGEST_CELL = 100_000
_MOST_LETTERS = 300_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")
)  # fmt: skip
_OTHERS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_NAMED = 20  # columns that an error lists
_SAVE = "Save it as CSV in UTF-8, as Parquet, or as a workbook (.xlsx)"

Row = tuple[int, Sequence[str]]


@dataclass(frozen=True, eq=False)
class Listed:
    """A table as it stood in its file.

    Args:
        file: its name, for errors.
        sheet: the sheet of a workbook; None for others.
        headings: the columns as they are called in the file.
        cells: one text column for each heading, named ``"0"``, ``"1"``, ...; nothing is null.
        rows: the number of each row in its file; a table whose heading is row 1 begins with 2.
        said: what was noticed while it was read.
    """

    file: str
    sheet: str | None
    headings: tuple[str, ...]
    cells: pl.DataFrame
    rows: pl.Series
    said: tuple[str, ...] = ()

    @classmethod
    def of_rows(
        cls, rows: Iterable[Row], *, file: str, sheet: str | None = None, said: Sequence[str] = ()
    ) -> "Listed":
        """Return a table of numbered rows, the first of which with anything in it is the heading.

        Raises:
            BadInput: if a row has cells beyond the last heading, or there are too many rows.
        """
        headings: tuple[str, ...] = ()
        numbers: list[int] = []
        kept: list[list[str]] = []
        for number, cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if not headings:
                headings = _headings(cells)
                continue
            if any(cell.strip() for cell in cells[len(headings) :]):
                raise _too_wide(len(cells), len(headings), Where(file, sheet, number))
            row = [*cells[: len(headings)], *[""] * (len(headings) - len(cells))]
            _fits(row, headings, Where(file, sheet, number))
            kept.append(row)
            numbers.append(number)
            if len(kept) > MOST_ROWS:
                raise _too_many(file)
        columns = {str(place): pl.String for place in range(len(headings))}
        frame = pl.DataFrame(kept, schema=columns, orient="row")
        return cls(file, sheet, headings, frame, pl.Series(numbers, dtype=pl.UInt32), tuple(said))

    def where(self, row: int | None = None, field: str | None = None) -> Where:
        """Return the place that an error speaks of."""
        return Where(file=self.file, sheet=self.sheet, row=row, field=field)


def read_listed(path: Path, *, file: str) -> Listed:
    """Return the table in a file of CSV or Parquet.

    Args:
        path: where it is.
        file: the name it was given.

    Raises:
        BadInput: if it is too large, or no table; the error names the row where there is one.
    """
    try:
        size = path.stat().st_size
        start = path.open("rb").read(8) if size else b""
    except OSError as error:
        raise _no_table(file) from error
    if size > LARGEST:
        raise BadInput(
            f"The file has {size:,} bytes, and at most {LARGEST:,} are read",
            where=Where(file=file),
            fix="Leave out columns that are not needed, or rows of skills that nobody asks for",
        )
    if start.startswith(b"PAR1") or file.lower().endswith((".parquet", ".pq")):
        return _of_parquet(path, file)
    return _of_csv(path.read_bytes(), file)


def _of_parquet(path: Path, file: str) -> Listed:
    try:
        lazy = pl.scan_parquet(path)
        if lazy.select(pl.len()).collect().item() > MOST_ROWS:
            raise _too_many(file)
        frame = lazy.collect()
        texts = frame.select(_as_text(frame, name) for name in frame.columns)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _no_table(file) from error
    letters = sum(int(texts[name].str.len_bytes().sum()) for name in texts.columns)
    if letters > _MOST_LETTERS:
        raise BadInput(
            f"The file holds {letters:,} letters, and at most {_MOST_LETTERS:,} are read",
            where=Where(file=file), fix="Leave out columns that are not needed",
        )  # fmt: skip
    headings = _headings(texts.columns)
    rows = pl.Series(range(2, texts.height + 2), dtype=pl.UInt32)
    texts.columns = [str(place) for place in range(texts.width)]
    blank = pl.all_horizontal(pl.all().str.strip_chars() == "") if texts.width else pl.lit(False)
    kept = texts.select(~blank).to_series() if texts.width else rows > 0
    return Listed(file, None, headings, texts.filter(kept), rows.filter(kept))


def _as_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return a column as text; several values of a row stand on lines of their own."""
    kind, column = frame.schema[name], pl.col(name)
    if isinstance(kind, pl.List) and kind.inner == pl.String:
        return column.list.join("\n").fill_null("")
    if kind.is_nested() or kind == pl.Binary:
        return pl.lit("").alias(name)
    return column.cast(pl.String).fill_null("").str.slice(0, LONGEST_CELL)


def _of_csv(content: bytes, file: str) -> Listed:
    text, said = _text(content, file)
    first = next((line for line in text.splitlines() if line.strip()), "")
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(",;\t|", key=first.count), strict=True
    )
    at = [0]

    def numbered() -> Iterable[Row]:
        for number, cells in enumerate(rows, start=1):
            at[0] = number
            yield number, cells

    try:
        return Listed.of_rows(numbered(), file=file, said=said)
    except csv.Error as error:
        raise BadInput(
            "A quotation mark in or after this row is not closed, or a cell goes on after it",
            where=Where(file=file, row=at[0] + 1),
            fix="Put cells with commas, line ends or quotation marks in double quotation marks, "
            "and write each quotation mark within them twice",
        ) from error


def _text(content: bytes, file: str) -> tuple[str, list[str]]:
    """Return the text of bytes, and how they were read if not as they should be."""
    if content.startswith(_OTHERS):
        raise _no_table(file)
    codec = next((codec for mark, codec in _MARKS if content.startswith(mark)), "utf-8")
    said: list[str] = []
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        if codec != "utf-8":
            raise _no_table(file) from error
        text = content.decode("cp1252", errors="replace")
        said.append(
            "The file is no UTF-8 and was read as Windows-1252: look at letters such as é and ’."
        )
    if "\0" in text:
        raise _no_table(file)
    return text, said


def _headings(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the headings of a row, without the empty ones at its end."""
    named = [" ".join(cell.split()) for cell in cells]
    while named and not named[-1]:
        named.pop()
    return tuple(named)


def plain(heading: str) -> str:
    """Return a heading as columns are known by: small letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def shortly(headings: Sequence[str]) -> str:
    """Return headings for an error: what somebody wrote in a first row may be long."""
    shown = ["".join(each if each.isprintable() else "?" for each in one) for one in headings]
    cut = [one if len(one) <= 40 else f"{one[:40]}…" for one in shown[:_NAMED]]
    return ", ".join(cut) + (" and more" if len(shown) > _NAMED else "") or "none"


def _fits(row: Sequence[str], headings: Sequence[str], where: Where) -> None:
    for cell, heading in zip(row, headings, strict=True):
        if len(cell) > LONGEST_CELL:
            raise BadInput(
                f"The cell has {len(cell):,} letters, and at most {LONGEST_CELL:,} are read",
                where=Where(where.file, where.sheet, where.row, shortly([heading])),
                fix="Shorten it; if it holds many rows, a quotation mark before it is not closed",
            )


def _too_wide(cells: int, headings: int, where: Where) -> BadInput:
    return BadInput(
        f"This row has {cells} cells, and the heading {headings}",
        where=where,
        fix="Put cells that hold a comma or a line end in double quotation marks",
    )


def _too_many(file: str) -> BadInput:
    return BadInput(
        f"The file has more than {MOST_ROWS:,} rows, and no list of skills is so long",
        where=Where(file=file), fix="Check that this is the list of skills, or shorten it",
    )  # fmt: skip


def _no_table(file: str) -> BadInput:
    return BadInput("The file cannot be read as a table", where=Where(file=file), fix=_SAVE)
