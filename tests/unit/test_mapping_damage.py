"""Mapping what arrives damaged: what is put right and noted, what people said, what waits."""

import json

import polars as pl
import pytest

from muster.hub.contracts import load_contract
from muster.hub.layouts import FieldMapping, Layout
from muster.hub.mapping import Mapped, apply_layout, as_read
from muster.hub.parsers import FIXED, KINDS, LOST_ZEROS, Parser, parser_said, sentence
from muster.hub.parsers.reasons import KEPT_DAMAGE, REPAIRED, WERE_SERIALS

FIELDS = {
    "number": {"title": "Staff number", "type": "string", "x-personal": True},
    "name": {"title": "Name", "type": "string", "x-personal": True},
    "grade": {"title": "Grade", "type": "string", "enum": ["SEO", "HEO"]},
    "start": {"title": "Start date", "type": "string", "format": "date"},
    "born": {"title": "Birth date", "type": "string", "format": "date", "x-personal": True},
    "fte": {"title": "FTE", "type": "integer"},
}
CONTRACT = load_contract(
    json.dumps({"$id": "x", "type": "object", "additionalProperties": False, "properties": FIELDS})
)
NUMBER = FieldMapping("number", ("no",), Parser("identifier", digits=8))
NAME = FieldMapping("name", ("name", "fullname"), Parser("text"), join=("suffix",))
GRADE = FieldMapping("grade", ("grade",), Parser("text"))
START = FieldMapping("start", ("start",), Parser("date", "DD/MM/YYYY"))
BORN = FieldMapping("born", ("born",), Parser("date", "DD/MM/YYYY"))


def mapped(
    *mappings: FieldMapping, fixes: dict[str, dict[str, str]] | None = None, **cells: list[str]
) -> Mapped:
    height = len(next(iter(cells.values())))
    source = pl.DataFrame({"file": [1] * height, "row": list(range(2, height + 2)), **cells})
    layout = Layout("x", "x", "x", frozenset(), mappings, frozenset())
    return apply_layout(source, layout, CONTRACT, fixes)


def noted(found: Mapped) -> list[tuple[int, str, str]]:
    return sorted(found.notes.select("at", "field", "reason").rows())


def causes(found: Mapped) -> list[tuple[int, str]]:
    return sorted(found.problems.select("at", "cause").rows())


def test_lost_zeros_are_put_back_and_counted() -> None:
    found = mapped(NUMBER, no=["123", "00000123", "123.0", "x", "", " 7 "])
    numbers = ["00000123", "00000123", "00000123", None, None, "00000007"]
    assert found.frame["number"].to_list() == numbers
    assert noted(found) == [(at, "Staff number", LOST_ZEROS) for at in (0, 2, 5)]
    assert causes(found) == [(3, "Staff number: not 8 digits")]


def test_without_digits_no_zero_is_ever_put_back() -> None:
    found = mapped(FieldMapping("number", ("no",), Parser("identifier")), no=["123", "00123"])
    assert found.frame["number"].to_list() == ["123", "00123"]
    assert found.notes.is_empty()


def test_notes_of_repairs_name_no_value() -> None:
    found = mapped(NAME, name=["SiÃ¢n", "Zoë", "Ann"])
    assert found.frame["name"].to_list() == ["Siân", "Zoë", "Ann"]
    assert noted(found) == [(0, "Name", REPAIRED)]
    assert found.notes["cause"].to_list() == [f"Name: {REPAIRED}"]
    assert found.notes["value"].to_list() == ["SiÃ¢n"]


def test_a_repair_is_noted_for_the_cells_that_were_taken() -> None:
    found = mapped(NAME, name=["a", "b", "c"], fullname=["Ã©", "", ""], suffix=["", "Ã©", ""])
    assert found.frame["name"].to_list() == ["a", "b é", "c"]
    assert noted(found) == [(1, "Name", REPAIRED)]


def test_a_repair_that_is_kept_as_it_was_is_noted_so() -> None:
    kept = FieldMapping("name", ("name",), Parser("text", damaged="kept"))
    found = mapped(kept, name=["Si\ufffdn"])
    assert (found.frame["name"].to_list(), noted(found)) == (
        ["Si\ufffdn"],
        [(0, "Name", KEPT_DAMAGE)],
    )


def test_remains_wait_in_every_field() -> None:
    found = mapped(NAME, START, name=["#REF!", "Ann", "=A2"], start=["", "####", ""])
    assert causes(found) == [
        (0, "Name: a spreadsheet's error, #REF!: mend the cell's formula"),
        (1, "Start date: a column that was too narrow to show its values: widen it and save again"),
        (2, "Name: a formula where its result is expected: send the values"),
    ]


def test_absence_is_said_by_the_layout_alone() -> None:
    cells = ["#N/A", "[z]", ".."]
    said = frozenset({"#n/a", "[z]"})
    found = mapped(FieldMapping("name", ("name",), Parser("text"), absent=said), name=cells)
    assert found.frame["name"].to_list() == [None, None, ".."]
    assert found.problems.is_empty()


def test_the_days_a_serial_number_may_mean_are_told_where_they_tell_nothing_of_a_person() -> None:
    found = mapped(START, BORN, start=["46112"], born=["24000"])
    assert found.problems["reason"].to_list() == [
        "a spreadsheet's serial number: is it 31 March 2026, or 1 April 2030 where days are counted from 1904?",  # noqa: E501 - as people see it
        "a spreadsheet's serial number",
    ]
    assert causes(found) == [
        (0, "Birth date: a spreadsheet's serial number"),
        (0, "Start date: a spreadsheet's serial number"),
    ]
    read = FieldMapping("born", ("born",), Parser("date", "DD/MM/YYYY", serials="1900"))
    assert noted(mapped(read, born=["24000"])) == [(0, "Birth date", WERE_SERIALS)]


def test_what_somebody_said_is_read_instead_and_noted() -> None:
    fixes = {"grade": {"VOA Band 5": "SEO", "tbc": ""}, "start": {"31/02/2026": "28/02/2026"}}
    found = mapped(
        GRADE,
        START,
        fixes=fixes | {"unknown": {"a": "b"}, "fte": {}},
        grade=[" VOA Band 5", "tbc", "HEO", "tba"],
        start=["31/02/2026", "2026-02-28", "", ""],
    )
    assert found.frame["grade"].to_list() == ["SEO", None, "HEO", "tba"]
    assert found.frame["start"].cast(pl.String).to_list() == ["2026-02-28"] * 2 + [None] * 2
    assert noted(found) == [(0, "Grade", FIXED), (0, "Start date", FIXED), (1, "Grade", FIXED)]
    assert causes(found) == [(3, "Grade: not one of SEO, HEO (tba)")]


def test_a_fix_that_cannot_be_read_waits_like_any_value() -> None:
    found = mapped(START, fixes={"start": {"x": "y"}}, start=["x"])
    assert causes(found) == [(0, "Start date: not a date of the form DD/MM/YYYY (x)")]


@pytest.mark.parametrize(
    ("cell", "known_as"),
    [(" Ann\u00a0B ,x", "Ann B"), ("-,x", None), ("SiÃ¢n, x", "Siân"), ("", None), ("=1,x", "=1")],
)
def test_a_fix_is_known_by_the_text_that_is_read(cell: str, known_as: str | None) -> None:
    mapping = FieldMapping("name", ("n",), Parser("text"), split=",", absent=frozenset("-"))
    assert as_read(cell, mapping) == known_as
    if known_as is not None:
        found = mapped(mapping, fixes={"name": {known_as: "told"}}, n=[cell])
        assert found.frame["name"].to_list() == ["told"]


def test_a_lenient_field_in_doubt_is_left_empty_and_noted() -> None:
    lenient = FieldMapping("start", ("start",), START.parser, lenient=True)
    found = mapped(lenient, start=["01/02/2026", "12/31/2026"])
    assert found.frame["start"].to_list() == [None, None]
    assert {reason for _, _, reason in noted(found)} == {
        "day and month may be swapped in this column"
    }


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"parse": "number"}, "cannot read number"),
        ({"parse": "date", "form": "DD/MM"}, "form cannot be DD/MM"),
        ({"parse": "date", "form": "DD/MM/YY"}, "need pivot"),
        ({"parse": "date", "form": "DD/MM/YY", "pivot": 29}, "pivot cannot be 29: say one of 1900"),
        ({"parse": "date", "serials": 1900}, "serials cannot be 1900"),
        ({"parse": "date", "order": "year first"}, "order cannot be year first"),
        ({"parse": "date", "order": "month first"}, "order is for dates of the forms"),
        (
            {"parse": "date", "form": "serial-1900", "order": "day first with cells exchanged"},
            "not all serial numbers",
        ),
        ({"parse": "text", "digits": 8}, "digits is for identifier, compact, code, not for text"),
        ({"parse": "identifier", "digits": True}, "digits cannot be True"),
        ({"parse": "identifier", "digits": 0}, "digits cannot be 0: say one of 1 to 30"),
        ({"parse": "percent", "unit": "hours"}, "say one of fraction, percent"),
        ({"parse": "hours", "unit": "percent"}, "say one of hours, days"),
        ({"parse": "decimal", "rounded": 1}, "rounded cannot be 1"),
        ({"parse": "pence", "negative": "red"}, "negative cannot be red"),
        ({"codes": {"a": "b"}}, "codes is for code, not for text"),
    ],
)
def test_a_layout_that_says_what_cannot_be_is_told(said: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        parser_said(said)


def test_words_of_other_parts_of_a_field_are_left_alone() -> None:
    assert parser_said({"from": "A", "absent": ["x"], "lenient": True}) == Parser("text")
    assert parser_said({"parse": "code", "codes": {"A": "b"}}).codes == {"a": "b"}
    assert {parser_said({"parse": kind}).kind for kind in KINDS} == set(KINDS)


def test_sentences_count_rows_and_values() -> None:
    assert sentence("FTE", "not a number", 2) == "FTE: left empty in 2 rows, not a number."
    assert sentence("FTE", FIXED, 1) == f"FTE: 1 value {FIXED}."
