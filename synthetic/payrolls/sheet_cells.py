"""Cells of a workbook, read with nothing but an unzipper and an XML parser.

For the HR system, which must read what others made and share no code with them: values of each
sheet by row and column, texts as texts and numbers as numbers. Dates are numbers to a workbook;
whoever reads knows which columns hold days (`day_of`).
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]+)(\d+)")
Value = str | float
Cells = dict[tuple[int, int], Value]  # by row and column, counted from 1


def day_of(number: float) -> date:
    """The day that a workbook's number means."""
    return date(1899, 12, 30) + timedelta(days=int(number))


def sheets_of(content: bytes) -> dict[str, Cells]:
    """The values of each sheet by its name. ValueError if it is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            shared = list(_shared(package))
            return {name: _cells(package, path, shared) for name, path in _paths(package)}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        raise ValueError("it is no workbook") from None


def _root(package: zipfile.ZipFile, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(package.read(path))  # noqa: S314 - of pretend systems alone


def _paths(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    links = {
        link.get("Id"): link.get("Target", "")
        for link in _root(package, "xl/_rels/workbook.xml.rels")
    }
    for sheet in _root(package, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        target = links[sheet.get(_LINK)]
        yield sheet.get("name", ""), target.lstrip("/") if "xl/" in target else f"xl/{target}"


def _shared(package: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" in package.namelist():
        for entry in _root(package, "xl/sharedStrings.xml").iter(f"{_MAIN}si"):
            yield "".join(part.text or "" for part in entry.iter(f"{_MAIN}t"))


def _cells(package: zipfile.ZipFile, path: str, shared: list[str]) -> Cells:
    found: Cells = {}
    for cell in _root(package, path).iter(f"{_MAIN}c"):
        match = _CELL.fullmatch(cell.get("r", ""))
        value = _value(cell, shared)
        if match and value is not None:
            column = 0
            for letter in match[1]:
                column = column * 26 + ord(letter) - 64
            found[int(match[2]), column] = value
    return found


def _value(cell: ElementTree.Element, shared: list[str]) -> Value | None:
    if cell.get("t") == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{_MAIN}t"))
    stated = cell.find(f"{_MAIN}v")
    if stated is None or stated.text is None:
        return None
    if cell.get("t") == "s":
        return shared[int(stated.text)]
    return stated.text if cell.get("t") in ("str", "b", "e") else float(stated.text)
