"""Our own workbook: any of its parts, every problem with its place, and nothing that does harm."""

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from muster.kernel.errors import BadInput
from muster.services.transfers.record.fields import PARTS, Who, fields_of
from muster.services.transfers.sheets.layout import PART_SHEETS
from muster.services.transfers.sheets.reading import is_ours, read
from muster.services.transfers.sheets.writing import write
from tests.transfer_forms import LAYOUTS, made
from tests.transfer_records import GOOD

PERSON = {"known_as": "Marty", "address": ["1 Mill Lane", "York", "YO1 7HH"]}


def edited(content: bytes, changes: dict[tuple[str, str], Any]) -> bytes:
    """Return a workbook after somebody typed in it: (sheet, name of the field) to what is typed."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for (sheet, name), value in changes.items():
        for row in book[sheet].iter_rows():
            for cell in row:
                if cell.value == name and cell.column == 4:
                    book[sheet].cell(cell.row, 2).value = value
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_record_comes_back_as_it_was_written() -> None:
    record = {**GOOD, **PERSON, "new_grade": "SEO", "new_allowances": []}
    back = read(write(record, transfer="T-17"))
    assert back.problems == ()
    assert back.record == record
    assert back.transfer == "T-17"
    assert set(back.parts) == set(PARTS)


@pytest.mark.parametrize("who", PARTS)
def test_each_part_stands_alone(who: Who) -> None:
    record = {**GOOD, **PERSON, "new_grade": "SEO"}
    back = read(write(record, [who]))
    names = {field.name for field in fields_of(who)}
    assert back.record == {name: value for name, value in record.items() if name in names}
    assert back.parts == (who,)


def test_a_second_reader_finds_the_same_and_labels_locked() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write({**GOOD, **PERSON})))
    assert [name for name in book.sheetnames if name in PART_SHEETS.values()] == [
        "Person", "Employer left", "Employer joined",
    ]  # fmt: skip
    sheet = book["Employer left"]
    assert sheet.protection.sheet
    rows = {row[3].value: row for row in sheet.iter_rows(max_col=4)}
    assert rows["staff_number"][1].value == "0012"
    assert rows["staff_number"][1].protection.locked is False
    assert rows["staff_number"][0].protection.locked is True
    assert rows["staff_number"][0].value == "Staff number (needed)"
    offered = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    assert offered[f"B{rows['tax_basis'][1].row}"] == '"cumulative,non-cumulative"'


def test_what_people_type_is_read_as_they_mean_it() -> None:
    typed = {
        ("Employer left", "birth_date"): "1 March 1980",
        ("Employer left", "paid_to"): dt.date(2026, 11, 30),
        ("Employer left", "nino"): "qq 12 34 56 c",
        ("Employer left", "salary"): "£34,000",
        ("Employer left", "fte"): 0.8,
        ("Employer left", "sex"): "Female",
        ("Employer left", "grade"): "Higher Executive Officer",
        ("Employer left", "student_loans"): "Plan 2 and PGL",
        ("Employer left", "tax_code"): "1257L",
    }
    back = read(edited(write(GOOD, ["exporter"]), typed))
    assert back.problems == ()
    assert back.record == GOOD


def test_a_tax_code_with_regime_and_basis_is_taken_apart() -> None:
    plain = {name: value for name, value in GOOD.items() if not name.startswith("tax_")}
    content = edited(write(plain, ["exporter"]), {("Employer left", "tax_code"): "S1257L M1"})
    back = read(content)
    assert back.problems == ()
    parts = [back.record[name] for name in ("tax_code", "tax_regime", "tax_basis")]
    assert parts == ["1257L", "S", "non-cumulative"]


def test_two_statements_that_contradict_each_other_are_one_problem_and_no_value() -> None:
    content = edited(write(GOOD, ["exporter"]), {("Employer left", "tax_code"): "S1257L"})
    back = read(content)
    assert [(one.sheet, one.field) for one in back.problems] == [("Employer left", "tax_regime")]
    assert not {"tax_code", "tax_regime"} & set(back.record)


def test_every_problem_names_sheet_row_and_field_and_never_the_value() -> None:
    typed = {
        ("Employer left", "birth_date"): "31/02/1980",
        ("Employer left", "nino"): "TN010380F",
        ("Employer left", "fte"): "eighty",
        ("Employer left", "allowances"): "perhaps",
        ("Employer left", "tax_code"): "SECRET-L",
    }
    content = edited(write(GOOD, ["exporter"]), typed)
    back = read(content)
    assert {one.field for one in back.problems} == {name for _, name in typed}
    rows = {
        row[3].value: row[3].row
        for row in openpyxl.load_workbook(io.BytesIO(content))["Employer left"].iter_rows(max_col=4)
    }
    for problem in back.problems:
        assert problem.sheet == "Employer left"
        assert problem.row == rows[problem.field]
        assert problem.fix
        assert not {"31/02/1980", "TN010380F", "eighty", "SECRET-L"} & set(repr(problem).split("'"))
    assert not {name for _, name in typed} & set(back.record)


def test_a_list_is_stated_as_none_or_line_by_line() -> None:
    content = write(GOOD, ["exporter"])
    none = edited(content, {("Employer left", "allowances"): "none"})
    assert [one.field for one in read(none).problems] == ["allowances"]
    listed = edited(content, {("Employer left", "attachment_orders"): "listed"})
    assert [one.field for one in read(listed).problems] == ["attachment_orders"]
    assert "attachment_orders" not in read(listed).record
    silent = edited(content, {("Employer left", "attachment_orders"): None})
    assert read(silent).problems == ()
    assert "attachment_orders" not in read(silent).record


def test_parts_of_two_people_do_not_make_one_record() -> None:
    mixed = edited(write(GOOD), {("Person", "about.surname"): "Vole"})
    assert {one.field for one in read(mixed).problems} == {"surname"}
    other = edited(write(GOOD, transfer="T-1"), {("Employer joined", "about.transfer"): "T-2"})
    assert {one.field for one in read(other).problems} == {"transfer"}


def test_adjustments_never_stand_in_an_employers_workbook_without_the_persons_word() -> None:
    told = {**GOOD, "adjustments": "A standing desk"}
    assert read(write(told, ["person"])).record["adjustments"] == "A standing desk"
    assert "adjustments" not in read(write(told)).record
    shared = {**told, "adjustments_shared": "yes"}
    assert read(write(shared)).record["adjustments"] == "A standing desk"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("https://a.example")', "\t=1"]
)
def test_nothing_that_is_written_becomes_a_formula_or_a_link(text: str) -> None:
    content = write({"workplace": text, "allowances": [{"name": text, "annual": "1.00"}]})
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)
    back = read(content)
    assert back.record["workplace"] == text.strip()


def test_a_formula_that_somebody_put_in_is_not_taken_for_its_result() -> None:
    content = edited(write(GOOD, ["exporter"]), {("Employer left", "workplace"): "=1+1"})
    assert [one.field for one in read(content).problems] == ["workplace"]


def test_what_is_larger_than_any_form_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(BadInput, match="MB"):
        read(b"PK" + bytes(6 * 1024 * 1024))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(21 * 1024 * 1024))
    with pytest.raises(BadInput, match="unpacks"):
        read(bomb.getvalue())


def test_a_sheet_of_a_million_rows_is_refused() -> None:
    def long(book: Any) -> None:
        sheet = book.add_worksheet("Long")
        for row in range(6_000):
            sheet.write_string(row, 0, "x")

    with pytest.raises(BadInput, match="rows"):
        read(made(long))

    def far(book: Any) -> None:
        sheet = book.add_worksheet("Far")
        sheet.write_string(0, 0, "Surname")
        sheet.write_string(1_048_575, 0, "x")

    with pytest.raises(BadInput, match="no part"):
        read(made(far))


def test_another_form_is_refused_with_what_to_do() -> None:
    other = made(LAYOUTS["beside"])
    assert not is_ours(other)
    assert is_ours(write(GOOD, ["person"]))
    with pytest.raises(BadInput, match="the form you use today"):
        read(other)
    with pytest.raises(BadInput):
        read(b"no workbook")
