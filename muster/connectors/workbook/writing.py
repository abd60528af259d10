"""Writes messages as the rows of one sheet, in the columns that a form declares.

The same rows make the same bytes. A text is a cell of text and never a formula or a link; one that
begins as a formula does is marked so that editing the cell does not make it one either.
"""

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from muster.connectors.places.leaving import Unwritable
from muster.connectors.workbook.form import Column, Form

Value = str | dt.date | float | None
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_AS_FORMULA = ("=", "+", "-", "@")
_FIRST_DAY, _LAST_DAY = dt.date(1900, 3, 1), dt.date(9999, 12, 31)
"""Spreadsheets count days before March 1900 in different ways, or not at all."""
_EXACT = 15  # the digits of a number that a spreadsheet keeps
_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - what a workbook says of itself has no zone
_DAY = "dd/mm/yyyy"


def row_of(form: Form, row: Mapping[str, Any]) -> tuple[Value, ...]:
    """Return the cells of one message.

    Raises:
        Unwritable: if a value cannot be written as it is.
    """
    for name, why in form.refuse.items():
        if row.get(name):
            raise Unwritable(f"it {why}, which this workbook cannot hold")
    return tuple(_cell(one, row) for one in form.columns.values())


def book_of(form: Form, rows: Sequence[tuple[Value, ...]], moment: dt.datetime | None) -> bytes:
    """Return the workbook: what stands above, the headings, and a row for each message.

    Args:
        form: what stands where.
        rows: of ``row_of``.
        moment: as of when the workbook says that it was made.

    Raises:
        Unwritable: if what stands above cannot be written.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    made = moment.astimezone(dt.UTC).replace(tzinfo=None) if moment else _MADE
    book.set_properties({"created": made, "author": "", "company": ""})
    sheet = book.add_worksheet(form.sheet)
    looks = _Looks(book)
    for at, texts in enumerate(form.above):
        for place, text in enumerate(texts):
            looks.write(sheet, at, place, _text(text, "above", len(text)))
    for place, heading in enumerate(form.columns):
        looks.write(sheet, len(form.above), place, heading)
    columns = tuple(form.columns.values())
    for at, row in enumerate(rows, len(form.above) + 1):
        for place, value in enumerate(row):
            looks.write(sheet, at, place, value, columns[place].decimals)
    book.close()
    return content.getvalue()


class _Looks:
    """How cells look: days as days, amounts with their decimals, texts as texts."""

    def __init__(self, book: Any) -> None:
        self._text = book.add_format({"num_format": "@"})
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._day = book.add_format({"num_format": _DAY})
        self._number = {
            places: book.add_format({"num_format": f"0.{'0' * places}" if places else "General"})
            for places in range(10)
        }

    def write(self, sheet: Any, at: int, place: int, value: Value, decimals: int = 0) -> None:
        if isinstance(value, dt.date):
            sheet.write_datetime(at, place, value, self._day)
        elif isinstance(value, float):
            sheet.write_number(at, place, value, self._number[decimals])
        elif value:
            # Whatever it begins with, it is written as text: no formula and no link is made of it.
            look = self._quoted if value.startswith(_AS_FORMULA) else self._text
            sheet.write_string(at, place, value, look)


def _cell(one: Column, row: Mapping[str, Any]) -> Value:
    if one.text:
        return one.text
    if one.field not in row:
        raise Unwritable(f"the field {one.field} is not among those that are sent")
    value = row[one.field]
    if value is None or value == "":
        if one.needed:
            raise Unwritable(f"the field {one.field} is empty, and this workbook needs it")
        return None
    if one.holds == "date":
        return _date(value, one.field)
    if one.holds == "number":
        return _number(value, one)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise Unwritable(f"the field {one.field} is of a kind that no cell holds")
    return _text(str(value), one.field, one.longest)


def _text(text: str, field: str, longest: int) -> str:
    if _UNSEEN.search(text):
        raise Unwritable(f"the field {field} holds a control character: remove it at the sender's")
    if len(text) > longest:
        raise Unwritable(f"the field {field} is longer than the {longest:,} characters of its cell")
    return text


def _date(value: Any, field: str) -> dt.date:
    try:
        found = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    except ValueError:
        raise Unwritable(f"the field {field} holds no date") from None
    if isinstance(found, dt.datetime):
        found = found.date()
    if not _FIRST_DAY <= found <= _LAST_DAY:
        raise Unwritable(f"the field {field} holds a date that spreadsheets do not count alike")
    return found


def _number(value: Any, one: Column) -> float:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Unwritable(f"the field {one.field} holds no number") from None
    if not number.is_finite():
        raise Unwritable(f"the field {one.field} holds no number")
    far = number.adjusted() if number else 0
    if len(number.normalize().as_tuple().digits) > _EXACT or abs(far) >= _EXACT:
        raise Unwritable(f"the field {one.field} has more digits than a spreadsheet keeps")
    return float(number)
