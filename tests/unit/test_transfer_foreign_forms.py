"""The form an employer uses today: read by its labels, asked about where it is not plain."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from muster.services.transfers.record import check, differences
from muster.services.transfers.sheets.foreign import ForeignRead, read_foreign
from muster.services.transfers.sheets.labels import meant_by
from synthetic.payrolls.hr_layout import LABELS
from synthetic.payrolls.hr_system import filled_form
from synthetic.transfers.make import make_transfers
from tests.transfer_forms import LAYOUTS, STATED, Fill, made
from tests.transfer_records import FIRST_DAY, GOOD, TODAY
from tests.workbooks import ods_of, xls_of, xlsx_of


def lines(*rows: list[str], name: str = "Sheet1") -> Fill:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            for column, text in enumerate(cells):
                sheet.write_string(number, column, text)

    return fill


def read_lines(*rows: list[str], **answers: str) -> ForeignRead:
    return read_foreign(made(lines(*rows)), answers=answers)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_unlike_each_other_state_the_same(layout: str) -> None:
    found = read_foreign(made(LAYOUTS[layout]))
    assert found.questions == ()
    assert found.problems == ()
    assert found.record == STATED
    assert {one.field for one in found.found} == set(STATED)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_read_goes_through_the_same_rules_and_is_compared(layout: str) -> None:
    record = read_foreign(made(LAYOUTS[layout])).record
    told = check(record, kind="promotion", on=FIRST_DAY, today=TODAY, pretend=True)
    assert "ni_letter" in {one.field for one in told if one.rule == "missing"}
    assert {one.rule for one in told if one.blocks} == {"missing"}
    differing = differences(record, GOOD)
    assert {one.field for one in differing if one.stated} == {"tax_regime", "tax_basis"}


def test_what_nobody_understood_is_listed_with_its_place() -> None:
    found = read_foreign(made(LAYOUTS["beside"]))
    texts = {one.text for one in found.not_understood}
    assert {"1.5 Trade union", "Prospect"} <= texts
    assert "1.1 Surname:" not in texts
    above = read_foreign(made(LAYOUTS["above"]))
    assert {"Middle name", "Mary"} <= {one.text for one in above.not_understood}
    assert "Mary" not in repr(above)


def test_a_label_of_both_employers_without_a_part_is_asked_and_not_guessed() -> None:
    rows = ["Grade", "HEO"], ["Surname", "Mole"]
    asked = read_lines(*rows)
    assert asked.record == {"surname": "Mole"}
    question = asked.questions[0]
    assert (question.asks, question.row, question.label) == ("field", 1, "Grade")
    assert question.options == ("grade", "new_grade")
    content = made(lines(*rows))
    assert read_foreign(content, answers={question.key: "new_grade"}).record["new_grade"] == "HEO"
    assert "grade" not in read_foreign(content, answers={question.key: ""}).record
    assert read_foreign(content, answers={question.key: "nino"}).record == {"surname": "Mole"}


def test_two_values_of_one_field_are_asked() -> None:
    rows = ["Date of birth", "01/03/1980"], ["DOB", "03/01/1980"]
    asked = read_lines(*rows)
    assert asked.record == {}
    assert asked.questions[0].asks == "value"
    assert asked.questions[0].options == ("Sheet1!B1", "Sheet1!B2")
    settled = read_foreign(made(lines(*rows)), answers={asked.questions[0].key: "Sheet1!B2"})
    assert settled.record == {"birth_date": "1980-01-03"}
    assert read_lines(["DOB", "01/03/1980"], ["Date of birth", "1 March 1980"]).questions == ()


def test_a_value_right_of_a_label_and_one_below_it_are_asked() -> None:
    asked = read_lines(["Date of birth", "01/03/1980"], ["02/03/1980"])
    assert asked.record == {}
    assert [one.asks for one in asked.questions] == ["place"]
    content = made(lines(["Date of birth", "01/03/1980"], ["02/03/1980"]))
    answer = {asked.questions[0].key: "Sheet1!A2"}
    assert read_foreign(content, answers=answer).record == {"birth_date": "1980-03-02"}


def test_an_empty_box_does_not_take_the_label_below_it() -> None:
    found = read_lines(["Surname"], ["Middle name"], ["Forenames"])
    assert found.record == {}
    found = read_lines(["Surname:"], ["Middle name:", "Mary"], ["NI number", "QQ123456C"])
    assert found.record == {"nino": "QQ123456C"}


def test_values_that_no_field_can_have_are_problems_with_their_place() -> None:
    found = read_lines(["Date of birth", "31/02/1980"], ["Tax code", "L1257"], ["FTE", "x"])
    assert found.record == {}
    places = {(one.sheet, one.row, one.field) for one in found.problems}
    assert ("Sheet1", 1, "birth_date") in places
    assert ("Sheet1", 2, "tax_code") in places
    assert all(one.fix for one in found.problems)
    assert "L1257" not in repr(found)


@pytest.mark.parametrize(
    "label",
    [
        "Monthly salary",
        "Salary (per month)",
        "Salary (actual)",
        "Net salary",
        "Salary p.m. (monthly)",
    ],
)
def test_an_amount_that_is_not_of_a_full_year_is_not_taken_for_one(label: str) -> None:
    assert meant_by(label) is None
    assert read_lines(["Exporting department"], [label, "2,833.33"]).record == {}


def test_a_sentence_or_a_filled_line_that_names_an_employer_opens_no_part() -> None:
    sentence = "The importing department must enrol the person from the first day"
    found = read_lines(
        ["Exporting department"], ["Grade", "HEO"], [sentence], ["FTE", "0.8"],
        ["Importing department", "A small body"], ["Salary", "34000"],
    )  # fmt: skip
    assert found.record == {"grade": "HEO", "fte": "0.8", "salary": "34000.00"}


def test_a_new_part_of_nobody_is_not_taken_for_the_part_before() -> None:
    found = read_lines(["Part A: exporting department"], ["Section C: other"], ["Grade", "HEO"])
    assert [one.asks for one in found.questions] == ["field"]


def test_allowances_are_taken_apart_only_where_each_has_a_name_and_an_amount() -> None:
    part = ["Exporting department"]
    found = read_lines(part, ["Allowances", "Location £1,200.00; First aid £300"])
    assert found.record["allowances"] == [
        {"name": "Location", "annual": "1200.00"}, {"name": "First aid", "annual": "300.00"},
    ]  # fmt: skip
    assert read_lines(part, ["Allowances", "none"]).record == {"allowances": []}
    found = read_lines(part, ["Allowances", "see attached letter"])
    assert found.record == {}
    assert "see attached letter" in {one.text for one in found.not_understood}


@pytest.mark.parametrize("help_text", [["Ask HR"] * 4, ["Ask HR", "Ask payroll", "See B", "Or C"]])
def test_help_beside_an_empty_box_is_not_taken_for_its_value(help_text: list[str]) -> None:
    labels = [["DOB", "01/03/1980"], ["NI number", "QQ123456C"], ["Known as", ""], ["Surname", ""]]
    found = read_lines(*([*row, text] for row, text in zip(labels, help_text, strict=True)))
    assert found.record == {"birth_date": "1980-03-01", "nino": "QQ123456C"}


def test_help_that_stands_line_after_line_is_no_value_even_where_all_boxes_are_empty() -> None:
    labels = ["Surname", "Forenames", "Known as"]
    assert read_lines(*([label, "", "Ask HR"] for label in labels)).record == {}


@pytest.mark.parametrize("version", [1, 2])
def test_forms_of_a_pretend_hr_system_state_what_is_true(version: int) -> None:
    """Written by code that knows nothing of the reader."""
    for transfer in make_transfers(4, 5, faults=False):
        truth = {**transfer.record, **transfer.terms, "first_day": str(transfer.first_day)}
        content = filled_form(
            transfer.record, transfer.terms, first_day=transfer.first_day, version=version
        )
        found = read_foreign(content)
        assert found.questions == ()
        assert found.problems == ()
        # The form does not say what is pensionable.
        stated = {one.field for one in differences(found.record, truth) if one.stated}
        assert stated <= {
            "allowances",
            "new_allowances",
        }
        wanted = {name for name in LABELS if truth.get(name) not in (None, "")}
        # The form's sick leave is of one year, the record's of four.
        assert wanted - set(found.record) == {"sick_taken"}


def test_moving_every_cell_changes_nothing() -> None:
    def moved(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("CST")
        for number, (label, value) in enumerate(
            [("Surname", "Mole"), ("DOB", "01/03/1980"), ("NI number", "QQ123456C")]
        ):
            sheet.write_string(40 + 3 * number, 12, label)
            sheet.write_string(40 + 3 * number, 15, value)

    assert read_foreign(made(moved)).record == {
        "surname": "Mole", "birth_date": "1980-03-01", "nino": "QQ123456C",
    }  # fmt: skip


@pytest.mark.parametrize("write", [ods_of, lambda grid: xls_of({"Form": grid}), xlsx_of])
def test_forms_of_every_workbook_format(write: Callable[[Any], bytes]) -> None:
    grid = [["Surname", "Mole"], ["DOB", dt.date(1980, 3, 1)], ["Staff number", "0012"]]
    found = read_foreign(write([["Exporting department", ""], *grid, ["FTE", 0.8]]))
    assert found.record == {
        "surname": "Mole", "birth_date": "1980-03-01", "staff_number": "0012", "fte": "0.8",
    }  # fmt: skip


def test_formulas_are_not_worked_out_and_homoglyphs_are_not_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("CST")
        sheet.write_string(0, 0, "Surname")
        sheet.write_formula(0, 1, "=HYPERLINK(A9)", value="")
        sheet.write_string(1, 0, "NI number")
        sheet.write_string(1, 1, "\u0410B123456C")

    found = read_foreign(made(fill))
    assert found.record == {}
    assert "nino" in {one.field for one in found.problems}


def test_the_day_a_form_states_is_held_to_the_transfer() -> None:
    record = read_lines(["Importing department"], ["Date of transfer", "02/12/2026"]).record
    told = check(record, kind="loan", on=dt.date(2026, 12, 1), today=TODAY)
    assert "first day of the transfer" in {one.rule for one in told}
