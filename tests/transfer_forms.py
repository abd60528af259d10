"""Forms that employers might use today, in layouts unlike each other, filled in for one person."""

import datetime as dt
import io
from collections.abc import Callable

import xlsxwriter  # type: ignore[import-untyped]

Fill = Callable[[xlsxwriter.Workbook], None]

STATED = {
    "surname": "Mole", "forenames": "Martha", "birth_date": "1980-03-01", "nino": "QQ123456C",
    "staff_number": "0012", "grade": "HEO", "salary": "34000.00", "fte": "0.8",
    "continuous_service_from": "2010-01-04", "paid_to": "2026-11-30", "tax_code": "1257L",
    "tax_regime": "S", "tax_basis": "non-cumulative", "new_grade": "SEO",
    "new_salary": "42000.00", "new_fte": "1",
}  # fmt: skip
"""What each of the layouts states, as a record has it."""


def made(fill: Fill) -> bytes:
    """Return a workbook that a function fills in."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        fill(book)
    return content.getvalue()


def beside(book: xlsxwriter.Workbook) -> None:
    """Labels left of values, in merged cells, in sections one below the other; real dates."""
    sheet, day = book.add_worksheet("Form 7"), book.add_format({"num_format": "dd/mm/yyyy"})
    bold = book.add_format({"bold": True})
    sheet.merge_range("B2:G2", "Inter-departmental transfer", bold)
    sheet.write("B3", "Please fill in every box. The importing department must enrol from day one.")
    row = 4
    for heading, lines in (
        ("Section 1: personal details", [
            ("1.1 Surname:", "Mole"), ("1.2 First name(s):", "Martha"),
            ("1.3 Date of birth (dd/mm/yyyy)", dt.date(1980, 3, 1)),
            ("1.4 N.I. Number *", "QQ 12 34 56 C"), ("1.5 Trade union", "Prospect"),
        ]),
        ("Section 2: to be completed by the exporting department", [
            ("2.1 Payroll no.", "0012"), ("2.2 Grade", "Higher Executive Officer"),
            ("2.3 Full-time annual salary", 34000), ("2.4 FTE", 0.8),
            ("2.5 Civil Service start date", dt.date(2010, 1, 4)),
            ("2.6 Date to which salary has been paid", "30 November 2026"),
            ("2.7 Tax code", "S1257L M1"),
        ]),
        ("Section 3: to be completed by the importing department", [
            ("3.1 Grade", "SEO"), ("3.2 Annual salary", "£42,000"), ("3.3 FTE", "100%"),
            ("3.4 Payroll no.", ""),
        ]),
    ):  # fmt: skip
        sheet.merge_range(row, 1, row, 6, heading, bold)
        row += 1
        for label, value in lines:
            sheet.merge_range(row, 1, row, 3, label)
            if isinstance(value, dt.date):
                sheet.write_datetime(row, 5, dt.datetime.combine(value, dt.time()), day)
            else:
                sheet.write(row, 5, value)
            sheet.write(row, 6, "(as on the payslip)")
            row += 2


def above(book: xlsxwriter.Workbook) -> None:
    """Labels above values, a sheet for each employer, unknown labels among them."""
    first = book.add_worksheet("Exporting dept")
    rows = [
        ["Transfer of staff"], [],
        ["Surname", "Middle name", "Forename", "DOB", "NI no."],
        ["Mole", "Mary", "Martha", "01/03/1980", "qq123456c"], [],
        ["Staff no", "Grade", "Basic salary", "FTE"],
        ["0012", "HEO", "34,000.00", "80%"], [],
        ["Date joined Civil Service", "Last day paid", "PAYE code", "Week 1 / Month 1"],
        ["04/01/2010", "30/11/2026", "S1257L", "Yes"],
    ]  # fmt: skip
    second = book.add_worksheet("Receiving dept")
    others = [["Grade", "Basic salary", "FTE"], ["Senior Executive Officer", "42000", "1.0"]]
    for sheet, lines in ((first, rows), (second, others)):
        for number, cells in enumerate(lines):
            for column, text in enumerate(cells):
                sheet.write_string(number + 1, column + 1, text)


def two_columns(book: xlsxwriter.Workbook) -> None:
    """One column of labels, one column of values for each employer."""
    sheet = book.add_worksheet("CST")
    rows = [
        ["Family name", "Mole"], ["Given names", "Martha"], ["Date of birth", "1 March 1980"],
        ["National Insurance Number", "QQ123456C"], [],
        ["", "Exporting department", "Importing department"],
        ["Staff number", "0012", ""], ["Grade", "HEO", "SEO"],
        ["Salary per annum", "£34,000", "£42,000"], ["FTE", "0.80", "1.00"],
        ["Continuous service date", "4/1/2010", ""], ["Paid up to", "30/11/2026", ""],
        ["Tax code", "S1257L X", ""],
    ]  # fmt: skip
    for number, cells in enumerate(rows):
        for column, text in enumerate(cells):
            sheet.write_string(number, column, text)


def blocks(book: xlsxwriter.Workbook) -> None:
    """Two blocks beside each other, and labels that say whose they are."""
    sheet = book.add_worksheet("Move")
    rows = [
        ["Current employer", "", "", "New employer"],
        ["Grade", "HEO", "", "Grade", "SEO"],
        ["Annual salary", "34000", "", "Annual salary", "42000"],
        ["FTE", "0.8", "", "FTE", "1"],
        ["Staff number", "0012"],
        ["Tax code", "S1257L W1/M1"],
        ["Paid to", "30.11.2026"],
        ["Reckonable service date", "04-Jan-2010"],
        [],
        ["Employee details"],
        ["Surname", "Mole", "", "Forenames", "Martha"],
        ["DOB", "01/03/1980", "", "NINO", "QQ123456C"],
    ]
    for number, cells in enumerate(rows):
        for column, text in enumerate(cells):
            sheet.write_string(number, column, text)


LAYOUTS: dict[str, Fill] = {
    "beside": beside, "above": above, "two columns": two_columns, "blocks": blocks,
}  # fmt: skip
