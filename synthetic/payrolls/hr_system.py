"""An HR system that sends and takes workbooks, and fills in the form that is e-mailed today.

See `hr_layout`. It knows people by its own numbers and gives them to joiners; it has no interface
but what its users export and import by hand.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from synthetic.payrolls.hr_layout import JOINERS, LABELS, LEAVERS
from synthetic.payrolls.sheet_cells import Value, day_of, sheets_of

Record = Mapping[str, Any]
_SHEETS = ("Part A Employee", "Part B Exporting employer", "Part C Importing employer")
_HEADING = ("About you", "Pay, tax and pension", "The new post")
_DAY_COLUMNS = frozenset({"DOB", "Starts on", "Cont. service from"})


class HrSystem:
    """One employer's HR system.

    Args:
        employer: its name.
        next_number: the first staff number it gives to a joiner.
    """

    def __init__(self, employer: str, next_number: int = 700_001) -> None:
        self.employer = employer
        self.joined: dict[str, dict[str, str]] = {}  # by the reference they came with
        self._next = next_number

    def leavers(self, records: Sequence[Record], printed: date) -> bytes:
        """`Leavers.xlsx` of people whose records also say `last_day` and `going_to`."""
        book, content = _new_book()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Leavers")
        sheet.write_string(0, 0, self.employer)
        sheet.write_string(1, 0, "Printed on")
        sheet.write_datetime(1, 1, printed, day)
        sheet.write_row(3, 0, LEAVERS)
        for row, record in enumerate(records, 4):
            for column, value in enumerate(_leaver(record)):
                _write(sheet, row, column, value, day)
        book.close()
        return content.getvalue()

    def take_joiners(self, content: bytes) -> bytes:
        """Take `Joiners.xlsx`; answer with it and two columns more. ValueError if it is none."""
        cells = sheets_of(content).get("Joiners", {})
        columns = {str(v): c for (r, c), v in cells.items() if r == 1}
        if missing := [name for name in JOINERS if name not in columns]:
            raise ValueError(f"columns are missing: {', '.join(missing)}")
        rows = []
        for row in sorted({row for row, _ in cells if row > 1}):
            joiner = {name: _text(name, cells.get((row, columns[name]), "")) for name in JOINERS}
            rows.append([*joiner.values(), *self._take(joiner)])
        book, out = _new_book()
        sheet = book.add_worksheet("Joiners")
        for at, cells_of_row in enumerate(([*JOINERS, "Emp No", "Outcome"], *rows)):
            for column, text in enumerate(cells_of_row):
                sheet.write_string(at, column, text)
        book.close()
        return out.getvalue()

    def _take(self, joiner: dict[str, str]) -> tuple[str, str]:
        if not all(joiner[name] for name in ("Ref", "Last name", "Starts on", "FT salary")):
            return "", "not taken: a needed cell is empty"
        if joiner["Ref"] in self.joined:
            return self.joined[joiner["Ref"]]["Emp No"], "had before"
        number = f"{self._next:08d}"
        self._next += 1
        self.joined[joiner["Ref"]] = {**joiner, "Emp No": number}
        return number, "taken"


def filled_form(record: Record, terms: Record, *, first_day: date, version: int = 1) -> bytes:
    """The form that is e-mailed today, filled in by hand: labels beside values, not a table.

    Args:
        record: what the employer left and the person state.
        terms: what the employer joined states.
        first_day: with the employer joined.
        version: 1 or 2, which differ in wording and in where rows stand.
    """
    book, content = _new_book()
    said = {**record, **terms, "first_day": first_day.isoformat(), "tax_code": _code(record)}
    sheets = [book.add_worksheet(name) for name in _SHEETS]
    rows = [version + 2] * len(sheets)
    for sheet, heading in zip(sheets, _HEADING, strict=True):
        sheet.write_string(0, 1, f"Staff transfer form v{version}")
        sheet.write_string(version, 1, heading)
    for name, (part, *labels) in LABELS.items():
        sheet, row = sheets[part], rows[part]
        sheet.write_string(row, 1, labels[version - 1])
        sheet.write_string(row, 3, typed(name, said.get(name, "")))
        sheet.write_string(row, 4, "Ask HR if unsure")
        rows[part] += version  # the second version leaves rows empty
    book.close()
    return content.getvalue()


def typed(name: str, value: Any) -> str:
    """A value as people type it."""
    if not value:
        return "None" if value == [] else ""
    if name in ("allowances", "new_allowances"):
        return "; ".join(f"{each['name']} £{float(each['annual']):,.2f}" for each in value)
    if name == "student_loans":
        return " + ".join("PG" if plan == "PG" else f"Plan {plan}" for plan in value)
    if name == "address":
        return "\n".join(value)
    if name in ("salary", "new_salary", "p45_pay", "p45_tax", "pay_after_leaving"):
        return f"£{float(value):,.2f}"
    if name in ("fte", "new_fte"):
        return f"{float(value) * 100:.7g}%"
    if name.endswith(("_date", "_day", "_from", "_started", "_to")):
        day = date.fromisoformat(value)
        return f"{day.day}/{day.month}/{day.year}"
    return str(value)


def _code(record: Record) -> str:
    """A tax code as payslips show it: regime in front, X behind."""
    basis = " X" if record["tax_basis"] == "non-cumulative" else ""
    return f"{record['tax_regime']}{record['tax_code']}{basis}"


def _leaver(record: Record) -> list[Any]:
    days = {
        name: date.fromisoformat(record[name])
        for name in (
            "birth_date", "employment_started", "continuous_service_from", "last_day", "paid_to",
        )
    }  # fmt: skip
    return [
        record["staff_number"], record["surname"], record["forenames"], record["known_as"],
        days["birth_date"], record["sex"], record["nino"], record["grade"],
        float(record["salary"]), float(record["fte"]) * 100, float(record["weekly_hours"]),
        days["employment_started"], days["continuous_service_from"], days["last_day"],
        record["going_to"], days["paid_to"], _code(record),
        record["ni_letter"], typed("student_loans", record["student_loans"]),
        record["pension_scheme"], typed("allowances", record["allowances"]),
        float(record["leave_balance"]), float(record["sick_taken"]),
        typed("address", record["address"]),
    ]  # fmt: skip


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, float):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, value)


def _text(name: str, value: Value) -> str:
    if isinstance(value, str):
        return value.strip()
    return day_of(value).isoformat() if name in _DAY_COLUMNS else f"{value:.15g}"


def _new_book() -> tuple[Any, io.BytesIO]:
    content = io.BytesIO()
    return xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_numbers": False}), content
