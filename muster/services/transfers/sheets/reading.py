"""Our own workbook, read back: any of its parts, in any order, with every problem's place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from muster.connectors.contract import Sheet
from muster.kernel.errors import BadInput, Where
from muster.services.transfers.record.fields import Field, Who, by_name
from muster.services.transfers.record.names import folded
from muster.services.transfers.record.tax import read_tax_code
from muster.services.transfers.record.values import hold, typed, typed_loans
from muster.services.transfers.record.wrong import Wrong
from muster.services.transfers.sheets.layout import ABOUT, HEADERS, LISTED, NONE, all_lists
from muster.services.transfers.sheets.opening import open_form

_NOT_WORKED_OUT = "#FORMULA?"


@dataclass(frozen=True)
class SheetProblem:
    """One thing that is not right with a cell: where it stands, and what to do. Never the value."""

    sheet: str
    row: int
    field: str
    words: str
    fix: str


@dataclass(frozen=True)
class ReadBack:
    """What a workbook of ours states.

    Args:
        record: what it states and could be read; a cell with a problem is not in it.
        problems: every problem, with its place.
        parts: whose parts the workbook had.
        transfer: the reference it was written with.
    """

    record: dict[str, Any] = field(repr=False)
    problems: tuple[SheetProblem, ...]
    parts: tuple[Who, ...]
    transfer: str


class _Reading:
    """What has been read so far, over the sheets of one workbook."""

    def __init__(self) -> None:
        self.record: dict[str, Any] = {}
        self.problems: list[SheetProblem] = []
        self.places: dict[str, tuple[str, int]] = {}
        self.about: dict[str, list[tuple[str, int, str]]] = {}
        self.split: dict[str, str] = {}
        self.parts: list[Who] = []

    def problem(self, sheet: str, row: int, name: str, words: str, fix: str) -> None:
        self.problems.append(SheetProblem(sheet, row, name, words, fix))


def read(content: bytes, *, name: str = "form.xlsx") -> ReadBack:
    """Return what a workbook of ours states.

    Raises:
        BadInput: if it is no workbook, larger than any form, or has no part of ours; a form of
            another layout is for ``read_foreign``.
    """
    reading, lists = _Reading(), all_lists()
    sheets = open_form(content, name)
    for sheet in sheets:
        header = _header(sheet)
        if header is not None:
            _read_part(reading, sheet, *header)
    if not reading.parts:
        raise BadInput(
            "The workbook has no part of the transfer form", where=Where(file=name),
            fix="Send the form that was downloaded, or load it as the form you use today",
        )  # fmt: skip
    for sheet in sheets:
        if sheet.name in lists:
            _read_list(reading, sheet, lists[sheet.name])
    _settle_lists(reading)
    _settle_tax(reading)
    _compare_parts(reading)
    found = reading.about.get("about.transfer", [])
    return ReadBack(
        reading.record, tuple(reading.problems), tuple(dict.fromkeys(reading.parts)),
        found[0][2] if found else "",
    )  # fmt: skip


def is_ours(content: bytes, *, name: str = "form.xlsx") -> bool:
    """Tell whether a workbook has a part of our form.

    Raises:
        BadInput: if it is no workbook, or larger than any form.
    """
    return any(_header(sheet) is not None for sheet in open_form(content, name))


def _header(sheet: Sheet) -> tuple[int, int] | None:
    """Return the columns of answers and names where a sheet is a part of ours."""
    for cells in sheet.cells.rows():
        stripped = [str(cell).strip() for cell in cells]
        if HEADERS[1] in stripped and HEADERS[3] in stripped:
            return stripped.index(HEADERS[1]), stripped.index(HEADERS[3])
    return None


def _read_part(reading: _Reading, sheet: Sheet, answers: int, names: int) -> None:
    known = by_name()
    for number, cells in zip(sheet.rows.to_list(), sheet.cells.rows(), strict=True):
        code, answer = str(cells[names]).strip(), str(cells[answers])
        if code in ABOUT:
            if answer.strip():
                reading.about.setdefault(code, []).append((sheet.name, number, answer.strip()))
        elif code in known:
            _read_answer(reading, sheet.name, number, known[code], answer)


def _read_answer(reading: _Reading, sheet: str, row: int, one: Field, answer: str) -> None:
    reading.parts.append(one.who)
    if one.name in reading.places:
        reading.problem(sheet, row, one.name, "The field stands there twice", "Leave one line out")
        return
    reading.places[one.name] = (sheet, row)
    if not answer.strip():
        return
    try:
        value = _value(reading, one, answer)
    except Wrong as problem:
        reading.problem(sheet, row, one.name, problem.words, problem.fix)
    else:
        reading.record[one.name] = value


def _value(reading: _Reading, one: Field, answer: str) -> Any:
    if answer.strip() == _NOT_WORKED_OUT:
        raise Wrong("formula", "The cell holds a formula without a result", "Type the value")
    if one.type == "list":
        if answer.strip().casefold() not in (NONE, LISTED):
            raise Wrong("list", "It says neither none nor listed", f"Choose {NONE} or {LISTED}")
        return [] if answer.strip().casefold() == NONE else None
    if one.type == "loans":
        return typed_loans(answer)
    if one.type == "lines":
        return typed("lines", answer).split("\n")
    if one.type == "tax_code":
        code = read_tax_code(answer)
        if code.regime:
            reading.split["tax_regime"] = code.regime
        if code.basis_stated:
            reading.split["tax_basis"] = code.basis
        return code.code
    value = typed(one.type, answer, one.values)
    hold(one.type, value, one.values, pretend=True)
    return value


def _read_list(reading: _Reading, sheet: Sheet, one: Field) -> None:
    names = {item.name: item for item in one.items}
    columns: dict[int, str] = {}
    lines = []
    for number, cells in zip(sheet.rows.to_list(), sheet.cells.rows(), strict=True):
        stripped = [str(cell).strip() for cell in cells]
        if not columns:
            if set(names) <= set(stripped):
                columns = {stripped.index(each): each for each in names}
            continue
        stated = {columns[c]: stripped[c] for c in columns if stripped[c]}
        if stated:
            lines.append(dict(_read_line(reading, sheet.name, number, one, stated)))
    if not columns:
        reading.problem(
            sheet.name, 1, one.name, "The line with the names of the columns is missing",
            "Take the sheet from a new form",
        )  # fmt: skip
    elif any(each.sheet == sheet.name for each in reading.problems):
        reading.record.pop(one.name, None)
    elif lines:
        stands = reading.record.get(one.name, ...)
        if stands == []:
            reading.problem(
                *reading.places[one.name], one.name, f"It says {NONE}, and lines are listed",
                "Clear the lines, or choose listed",
            )  # fmt: skip
            del reading.record[one.name]
        elif not any(each.field == one.name for each in reading.problems):
            reading.record[one.name] = lines


def _read_line(
    reading: _Reading, sheet: str, row: int, one: Field, stated: dict[str, str]
) -> Iterator[tuple[str, str]]:
    for item in one.items:
        text = stated.get(item.name, "")
        if not text:
            if item.needed:
                reading.problem(
                    sheet, row, f"{one.name}.{item.name}", f"{item.title} is missing", "State it"
                )
            continue
        try:
            value = typed(item.type, text, item.values)
            hold(item.type, value, item.values)
        except Wrong as problem:
            reading.problem(sheet, row, f"{one.name}.{item.name}", problem.words, problem.fix)
        else:
            yield item.name, value


def _settle_lists(reading: _Reading) -> None:
    """Say of each list that is said to be listed and is not, and take it out."""
    for name in [name for name, value in reading.record.items() if value is None]:
        del reading.record[name]
        reading.problem(
            *reading.places[name], name, "It says listed, and no line is listed",
            f"Fill in its sheet, or choose {NONE}",
        )  # fmt: skip


def _settle_tax(reading: _Reading) -> None:
    """Put what was typed as part of the code in its own fields; two statements are not one."""
    for name, value in reading.split.items():
        stated = reading.record.setdefault(name, value)
        if stated != value:
            reading.problem(
                *reading.places[name], name, "It contradicts what the tax code says of it",
                "Write the code without S, C, W1, M1 and X, or mend this field",
            )  # fmt: skip
            del reading.record[name]
            reading.record.pop("tax_code", None)


def _compare_parts(reading: _Reading) -> None:
    """Say where parts of two transfers or two people were put into one workbook."""
    for code, label in ABOUT.items():
        said = list(reading.about.get(code, []))
        own = code.removeprefix("about.")
        if own in reading.record:
            said.append((*reading.places[own], str(reading.record[own])))
        for sheet, row, text in said[1:]:
            if folded(text) != folded(said[0][2]):
                reading.problem(
                    sheet, row, own, f"{label} differs from that on the sheet {said[0][0]!r}",
                    "Check that the parts are of one person and one transfer",
                )  # fmt: skip
