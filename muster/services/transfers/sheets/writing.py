"""Our own workbook, written: a part for the person, one for each employer, as many as are wanted.

Labels and help are locked, answers are not; cells are text, so that nothing is counted with,
shortened or taken for a formula, whoever typed it.
"""

import io
from collections.abc import Collection, Mapping
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from muster.services.transfers.record.facts import Record
from muster.services.transfers.record.fields import PARTS, Field, Who, fields_of, sections
from muster.services.transfers.record.rules import stated
from muster.services.transfers.sheets.layout import (
    ABOUT,
    FORM,
    HEADERS,
    LISTED,
    NEITHER,
    NONE,
    PART_SHEETS,
    SPARE_LINES,
    choices,
    how_to,
    list_sheet,
    lists_of,
)

_PRIVATE = "adjustments"


def write(
    record: Record, parts: Collection[Who] = PARTS, *, transfer: str = "", kind: str = "permanent"
) -> bytes:
    """Return the parts of the workbook, filled with what a record states.

    Args:
        record: what is known already; values are written as they are, right or wrong. Adjustments
            stand in a workbook for the person alone, unless the person shares them.
        parts: whose parts to write; at least one.
        transfer: the transfer's reference, by which parts that come back are kept apart.
        kind: the kind of move, which says what is needed.
    """
    if set(parts) != {"person"} and record.get("adjustments_shared") != "yes":
        record = {name: value for name, value in record.items() if name != _PRIVATE}
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": "Staff transfer", "author": "", "company": "",
                             "comments": FORM})  # fmt: skip
        looks = _looks(book)
        about = {
            "about.transfer": transfer,
            "about.surname": str(record.get("surname") or ""),
            "about.birth_date": str(record.get("birth_date") or ""),
        }
        for who in (one for one in PART_SHEETS if one in parts):
            _write_part(book.add_worksheet(PART_SHEETS[who]), who, record, about, kind, looks)
            for field in lists_of(who):
                _write_list(book.add_worksheet(list_sheet(field)), field, record, looks)
    return content.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    text = {"num_format": "@", "valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "section": book.add_format({"bold": True, "font_size": 12, "bottom": 2}),
        "header": book.add_format({"bold": True, "bg_color": "#DEE0E2", "border": 1}),
        "label": book.add_format({"valign": "top", "text_wrap": True}),
        "needed": book.add_format({"valign": "top", "text_wrap": True, "bold": True}),
        "answer": book.add_format(text | {"locked": False, "border": 1, "bg_color": "#FFF9E5"}),
        "fixed": book.add_format(text),
        "help": book.add_format({"valign": "top", "text_wrap": True, "font_color": "#505A5F"}),
        "name": book.add_format({"font_color": "#B1B4B6", "font_size": 7, "valign": "top"}),
    }


def _write_part(
    sheet: Worksheet,
    who: Who,
    record: Record,
    about: Mapping[str, str],
    kind: str,
    looks: Mapping[str, Any],
) -> None:
    for column, width in enumerate((38, 34, 70, 12)):
        sheet.set_column(column, column, width, None)
    sheet.write_string(0, 0, f"Staff transfer: {PART_SHEETS[who]}", looks["title"])
    sheet.write_string(0, 3, FORM, looks["name"])
    row = 1
    for code, label in ABOUT.items():
        sheet.write_string(row, 0, label, looks["label"])
        sheet.write_string(row, 1, about[code], looks["fixed"])
        sheet.write_string(row, 3, code, looks["name"])
        row += 1
    for column, header in enumerate(HEADERS):
        sheet.write_string(row + 1, column, header, looks["header"])
    row += 2
    titles, section = sections(), ""
    for field in fields_of(who):
        if field.section != section:
            section = field.section
            sheet.write_string(row, 0, titles[section], looks["section"])
            row += 1
        needed = kind in field.needed
        label = f"{field.title} (needed)" if needed else field.title
        sheet.write_string(row, 0, label, looks["needed" if needed else "label"])
        sheet.write_string(row, 1, _answer(field, record), looks["answer"])
        sheet.write_string(row, 2, how_to(field), looks["help"])
        sheet.write_string(row, 3, field.name, looks["name"])
        if offered := choices(field):
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": offered})
        row += 1
    _finish(sheet)


def _write_list(sheet: Worksheet, field: Field, record: Record, looks: Mapping[str, Any]) -> None:
    lines = record.get(field.name) or ()
    sheet.write_string(0, 0, field.title, looks["title"])
    sheet.write_string(0, len(field.items), field.name, looks["name"])
    sheet.write_string(1, 0, field.rule, looks["help"])
    last = len(lines) + SPARE_LINES
    for column, item in enumerate(field.items):
        sheet.set_column(column, column, 28)
        sheet.write_string(2, column, item.title, looks["header"])
        sheet.write_string(3, column, item.name, looks["name"])
        for number in range(last):
            line = lines[number] if number < len(lines) else {}
            sheet.write_string(4 + number, column, str(line.get(item.name, "")), looks["answer"])
        if item.values:
            options = {"validate": "list", "source": list(item.values)}
            sheet.data_validation(4, column, 3 + last, column, options)
    _finish(sheet)


def _finish(sheet: Worksheet) -> None:
    sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _answer(field: Field, record: Record) -> str:
    value = record.get(field.name)
    if field.type == "list":
        return (LISTED if value else NONE) if stated(record, field) else ""
    if field.type == "loans":
        return ("; ".join(value or ()) or NONE) if stated(record, field) else ""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return NEITHER if value == "" and "" in field.values else str(value)
