"""Shapes: where in a file a layout's table stands, and what it says of itself, as data in TOML.

People send workbooks with titles above the header, totals and notes below, periods across the
columns, or files of header, detail and trailer records. A shape declares that; ``framing`` finds
it. See ``docs/how-to/add-a-layout.md``.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from muster.hub.parsers import DATE_FORMS
from muster.kernel.errors import BadInput, Where

_SHEET_WORDS = {"names", "header_rows", "ends", "totals", "headings", "needs"}
_UNPIVOT_WORDS = {"keep", "into", "value", "leave", "absent"}
_RECORD_WORDS = {"kind", "header", "detail", "trailer", "columns", "stated", "positions"}
_CONTROL_WORDS = {"count", "total", "of"}
_AS_AT_WORDS = {"on", "column", "stated", "form"}
# A year of two digits needs more words than this; it is for fields.
_AS_AT_FORMS = tuple(form for form in DATE_FORMS if form != "DD/MM/YY")
RECORD_KINDS = ("fixed_width", "delimited")


@dataclass(frozen=True)
class Span:
    """A part of a record: characters from ``first`` (counted from 1), or one cell of that number.

    ``record`` is ``header``, ``detail`` or ``trailer``; ``length`` 0 means a cell.
    """

    record: str
    first: int
    length: int = 0


@dataclass(frozen=True)
class Records:
    """A file of records without a line of column names.

    ``header``, ``detail`` and ``trailer`` are what the records of each kind begin with;
    ``in_bytes`` whether positions count bytes of UTF-8, as some systems do, or characters.
    """

    kind: str
    header: str
    detail: str
    trailer: str
    columns: Mapping[str, Span]
    stated: Mapping[str, Span]
    in_bytes: bool = False


@dataclass(frozen=True)
class Unpivot:
    """How columns become rows: one for each cell.

    Args:
        keep: headers (patterns) of columns that stay columns.
        into: the columns that receive the parts of the header, one for each header row.
        value: the column that receives the cell.
        leave: patterns of header parts whose columns are not taken.
        absent: texts of cells that make no row, in lower case.
    """

    keep: tuple[str, ...]
    into: tuple[str, ...]
    value: str
    leave: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset(("",))


@dataclass(frozen=True)
class Control:
    """What the file says of itself and must agree: names in what it states, and a column."""

    count: str = ""
    total: str = ""
    of: str = ""


@dataclass(frozen=True)
class AsAt:
    """Which day a file of the layout speaks of, where its name does not say.

    ``on`` a day, for what was published once; ``column`` whose latest date counts; or ``stated``
    in its header or trailer. ``form`` is how that date is written.
    """

    on: dt.date | None = None
    column: str = ""
    stated: str = ""
    form: str = "YYYY-MM-DD"


@dataclass(frozen=True)
class Shape:
    """Where the table of a layout stands in its file.

    Args:
        files: patterns of file names; none means any file.
        names: patterns of sheet names; none means any visible sheet.
        header_rows: how many rows make up the header.
        ends: patterns of the first text of the row at which notes begin.
        totals: patterns of the first text of rows that are totals.
        headings: the column that receives the text of heading rows; "" if there are none.
        needs: headers of columns without which a row is no record but a spacer or repetition.
        unpivot: set if columns become rows.
        records: set if the file consists of records of several kinds.
        control: what must agree.
        as_at: set if the file itself says which day it speaks of.
    """

    files: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    header_rows: int = 1
    ends: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    headings: str = ""
    needs: tuple[str, ...] = ()
    unpivot: Unpivot | None = None
    records: Records | None = None
    control: Control = field(default_factory=Control)
    as_at: AsAt | None = None

    def takes_file(self, name: str) -> bool:
        """Tell whether a file of this name (without its folder) may be of the layout."""
        return not self.files or matches(PurePosixPath(name).name, self.files)

    def takes_sheet(self, name: str) -> bool:
        """Tell whether a sheet of this name may hold the table."""
        return not self.names or matches(name, self.names)


def matches(text: str, patterns: Sequence[str]) -> bool:
    """Tell whether a text fits one of the patterns; case and outer spaces do not matter."""
    plain = " ".join(text.split()).casefold()
    return any(fnmatchcase(plain, pattern.casefold()) for pattern in patterns)


def load_shape(layout: str, raw: Mapping[str, Any]) -> Shape:
    """Return the shape that the tables of a layout's TOML declare.

    Raises:
        BadInput: naming the table and what is wrong with it.
    """
    said = _known(layout, "sheet", raw.get("sheet", {}), _SHEET_WORDS)
    rows = said.get("header_rows", 1)
    if not isinstance(rows, int) or not 1 <= rows <= 5:
        raise _bad(layout, "sheet", "header_rows is not a number from 1 to 5", "Say how many")
    shape = Shape(
        files=_texts(raw["layout"].get("files", ())),
        names=_texts(said.get("names", ())),
        header_rows=rows,
        ends=_texts(said.get("ends", ())),
        totals=_texts(said.get("totals", ())),
        headings=said.get("headings", ""),
        needs=_texts(said.get("needs", ())),
        unpivot=_unpivot(layout, raw.get("unpivot"), rows),
        records=_records(layout, raw.get("records")),
        control=Control(**_known(layout, "control", raw.get("control", {}), _CONTROL_WORDS)),
        as_at=_as_at(layout, raw["layout"].get("as_at")),
    )
    if bool(shape.control.total) != bool(shape.control.of):
        raise _bad(layout, "control", "total and of belong together", "Name both or neither")
    return shape


def _unpivot(layout: str, raw: Mapping[str, Any] | None, header_rows: int) -> Unpivot | None:
    if raw is None:
        return None
    said = _known(layout, "unpivot", raw, _UNPIVOT_WORDS)
    if {"keep", "into", "value"} - set(said) or len(said["into"]) != header_rows:
        raise _bad(
            layout, "unpivot", f"it needs keep, value, and {header_rows} names in into",
            "Name one column of `into` for each header row",
        )  # fmt: skip
    absent = frozenset(text.casefold() for text in said.get("absent", [""]))
    return Unpivot(
        _texts(said["keep"]),
        _texts(said["into"]),
        said["value"],
        _texts(said.get("leave", ())),
        absent,
    )


def _records(layout: str, raw: Mapping[str, Any] | None) -> Records | None:
    if raw is None:
        return None
    said = _known(layout, "records", raw, _RECORD_WORDS)
    kind = said.get("kind")
    if kind not in RECORD_KINDS or not said.get("detail") or not said.get("columns"):
        raise _bad(
            layout, "records", f"it needs a kind ({', '.join(RECORD_KINDS)}), detail and columns",
            "See docs/how-to/add-a-layout.md",
        )  # fmt: skip
    columns = {
        name: _span(layout, name, ["detail", *_listed(place)], kind)
        for name, place in said["columns"].items()
    }
    stated = {
        name: _span(layout, name, _listed(place), kind)
        for name, place in said.get("stated", {}).items()
    }
    return Records(
        kind, said.get("header", ""), said["detail"], said.get("trailer", ""), columns, stated,
        said.get("positions", "characters") == "bytes",
    )  # fmt: skip


def _span(layout: str, name: str, place: Sequence[Any], kind: str) -> Span:
    numbers = 2 if kind == "fixed_width" else 1
    record, *rest = place
    whole = [number for number in rest if type(number) is int and number > 0]
    if record not in ("header", "detail", "trailer") or not len(rest) == len(whole) == numbers:
        raise _bad(
            layout, f"records, {name}", "not a place in a record",
            "Write [first, length] for fixed width, one position for delimited, counted from 1;"
            ' before it "header" or "trailer" for what the file states',
        )  # fmt: skip
    return Span(record, *whole)


def _as_at(layout: str, raw: object) -> AsAt | None:
    if raw is None:
        return None
    if isinstance(raw, str | dt.date):
        try:
            return AsAt(on=raw if isinstance(raw, dt.date) else dt.date.fromisoformat(raw))
        except ValueError:
            raise _bad(layout, "layout", f"as_at {raw} is no date", "Write 2026-03-31") from None
    said = _known(layout, "as_at", raw if isinstance(raw, Mapping) else {}, _AS_AT_WORDS)
    form = said.get("form", "YYYY-MM-DD")
    if bool(said.get("column")) == bool(said.get("stated")) or form not in _AS_AT_FORMS:
        raise _bad(
            layout, "layout", "as_at needs column or stated, and a known form",
            f"Dates are {', '.join(_AS_AT_FORMS)}",
        )  # fmt: skip
    return AsAt(None, said.get("column", ""), said.get("stated", ""), form)


def _known(layout: str, table: str, said: Mapping[str, Any], words: set[str]) -> Mapping[str, Any]:
    unknown = sorted(set(said) - words)
    if unknown:
        fix = f"Use {', '.join(sorted(words))}"
        raise _bad(layout, table, f"unknown words: {', '.join(unknown)}", fix)
    return said


def _listed(place: object) -> list[Any]:
    return list(place) if isinstance(place, list) else [place]


def _texts(said: Sequence[str] | str) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _bad(layout: str, table: str, what: str, fix: str) -> BadInput:
    return BadInput(f"In [{table}]: {what}", where=Where(file=f"layout {layout}"), fix=fix)
