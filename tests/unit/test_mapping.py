"""Mapping and checking whole columns: one example for each way a field can be stated."""

import datetime as dt
import json

import polars as pl
import pytest

from muster.hub.contracts import Contract, load_contract
from muster.hub.layouts import Layout, load_layout
from muster.hub.mapping import Mapped, apply_layout
from muster.kernel.errors import BadInput

FIELDS = {
    "reference": {"type": "string", "maxLength": 5},
    "grade": {"type": "string"},
    "name": {"type": "string", "x-personal": True, "maxLength": 3},
    "fte": {"type": "integer", "minimum": 0, "x-control-total": True},
    "pay": {"type": "integer"},
    "start": {"type": "string", "format": "date"},
    "kind": {"type": "string", "enum": ["post", "group"]},
}
LAYOUT = """
[layout]
name = "x"
title = "x"
contract = "x"
recognise = ["Ref"]
"""


def contract(required: tuple[str, ...] = (), **fields: object) -> Contract:
    schema = {
        "$id": "x",
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": fields or FIELDS,
    }
    return load_contract(json.dumps(schema))


def layout(fields: str) -> Layout:
    return load_layout(LAYOUT + fields)


def mapped(fields: str, *, required: tuple[str, ...] = (), **columns: list[str | None]) -> Mapped:
    height = len(next(iter(columns.values())))
    source = pl.DataFrame(
        {"file": [1] * height, "row": list(range(2, height + 2)), **columns},
        schema_overrides=dict.fromkeys(columns, pl.String),
    )
    return apply_layout(source, layout(fields), contract(required))


def faults(found: pl.DataFrame) -> list[tuple[int, str, str]]:
    return [(at, field, cause) for at, field, _, _, cause in found.sort("at").iter_rows()]


def test_text_is_kept_but_for_the_space_around_it() -> None:
    found = mapped('[fields.reference]\nfrom = "Ref"', ref=[" a b\u00a0", "c=d", "", " \t"])
    assert found.frame["reference"].to_list() == ["a b", "c=d", None, None]
    assert found.frame["row"].to_list() == [2, 3, 4, 5]
    assert found.problems.is_empty()


def test_of_several_columns_the_first_that_each_file_has_counts() -> None:
    fields = '[fields.grade]\nfrom = ["Grade or equivalent", "Grade"]'
    found = mapped(fields, gradeorequivalent=["SEO", "", None], grade=[None, "x", "HEO"])
    assert found.frame["grade"].to_list() == ["SEO", None, "HEO"]


def test_joined_columns_follow_where_they_hold_any() -> None:
    fields = '[fields.grade]\nfrom = "A"\njoin = ["B", "C"]'
    found = mapped(fields, a=["x", "x", ""], b=["y", "", ""])
    assert found.frame["grade"].to_list() == ["x y", "x", None]


@pytest.mark.parametrize(
    ("part", "expected"),
    [(1, ["Bee", "Bee", None]), (2, ["Ann, B", None, None]), (-1, ["B", "Bee", None])],
)
def test_a_cell_that_holds_two_things_is_cut(part: int, expected: list[str | None]) -> None:
    fields = f'[fields.grade]\nfrom = "A"\nsplit = ","\npart = {part}'
    assert mapped(fields, a=["Bee, Ann, B", "Bee", ""]).frame["grade"].to_list() == expected


def test_the_rest_before_the_last_part_is_what_stands_before_it() -> None:
    fields = '[fields.grade]\nfrom = "A"\nsplit = ","\npart = -2'
    assert mapped(fields, a=["a,b,c", "a"]).frame["grade"].to_list() == ["a,b", None]


def test_words_for_absence_are_absence_and_no_fault() -> None:
    fields = '[fields.pay]\nfrom = "Pay"\nparse = "pence"\nabsent = ["N/D", "ns"]'
    found = mapped(fields, pay=["1.50", " n/d ", "NS", ""])
    assert found.frame["pay"].to_list() == [150, None, None, None]
    assert found.problems.is_empty()


def test_what_cannot_be_read_names_its_value_and_is_not_missing_as_well() -> None:
    fields = '[fields.fte]\nfrom = "FTE"\nparse = "decimal"'
    found = mapped(fields, required=("fte",), fte=["1", "1.O", "", "1.O"])
    assert found.frame["fte"].to_list() == [1_000_000_000, None, None, None]
    assert faults(found.problems) == [
        (1, "fte", "fte: not a number (1.O)"),
        (2, "fte", "fte: missing"),
        (3, "fte", "fte: not a number (1.O)"),
    ]


def test_a_lenient_field_is_left_empty_and_noted() -> None:
    fields = '[fields.pay]\nfrom = "Pay"\nparse = "pence"\nlenient = true'
    found = mapped(fields, pay=["low", "2"])
    assert found.frame["pay"].to_list() == [None, 200]
    assert found.problems.is_empty()
    assert faults(found.notes) == [(0, "pay", "pay: not an amount in pounds and pence (low)")]


def test_a_lenient_field_that_is_required_is_missing() -> None:
    fields = '[fields.fte]\nfrom = "FTE"\nparse = "decimal"\nlenient = true'
    found = mapped(fields, required=("fte",), fte=["x"])
    assert faults(found.problems) == [(0, "fte", "fte: missing")]


def test_a_share_needs_its_whole() -> None:
    fields = '[fields.fte]\nfrom = "Hours"\nparse = "share"\nof = "Standard"'
    found = mapped(fields, hours=["20", "20", "", "2\x1f0"], standard=["37", "", "37", "37"])
    assert found.frame["fte"].to_list() == [540_540_541, None, None, None]
    assert [at for at, _, _ in faults(found.problems)] == [1, 3]
    alone = mapped(fields, hours=["20"])
    assert faults(alone.problems) == [(0, "fte", "fte: what it is a share of is not stated")]


def test_a_unit_separator_within_a_cell_hides_nothing() -> None:
    found = mapped('[fields.fte]\nfrom = "FTE"\nparse = "decimal"', fte=["5\x1f9"])
    assert found.frame["fte"].to_list() == [None]


@pytest.mark.parametrize(
    "columns", [{"ref": ["a", "b"]}, {"kind": ["", " "]}, {"kind": [None] * 2}]
)
def test_a_default_stands_where_nothing_is_stated(columns: dict[str, list[str | None]]) -> None:
    fields = '[fields.kind]\nfrom = "Kind"\ndefault = "post"\nparse = "code"\ncodes = {P = "group"}'
    assert mapped(fields, required=(), **columns).frame["kind"].to_list() == ["post", "post"]


def test_a_default_never_hides_a_fault() -> None:
    fields = '[fields.fte]\nfrom = "FTE"\nparse = "decimal"\ndefault = "1000000000"'
    found = mapped(fields, fte=["x", ""])
    assert found.frame["fte"].to_list() == [None, 1_000_000_000]
    assert faults(found.problems) == [(0, "fte", "fte: not a number (x)")]


def test_codes_and_dates_are_read_by_their_lists_and_forms() -> None:
    fields = (
        '[fields.kind]\nfrom = "K"\nparse = "code"\ncodes = {Senior = "post"}\n'
        '[fields.start]\nfrom = "S"\nparse = "date"\nform = "DD/MM/YYYY"'
    )
    found = mapped(fields, k=["SENIOR", "x"], s=["31/03/2011", "30/02/2011"])
    assert found.frame["kind"].to_list() == ["post", None]
    assert found.frame["start"].to_list() == [dt.date(2011, 3, 31), None]
    assert {field for _, field, _ in faults(found.problems)} == {"kind", "start"}


def test_every_rule_of_the_contract_is_checked() -> None:
    fields = '[fields.reference]\nfrom = "R"\n[fields.kind]\nfrom = "K"\n'
    found = mapped(fields, r=["12345", "123456"], k=["post", "team"])
    assert faults(found.problems) == [
        (1, "reference", "reference: longer than 5 characters (123456)"),
        (1, "kind", "kind: not one of post, group (team)"),
    ]


def test_a_cause_never_holds_a_personal_value() -> None:
    found = mapped('[fields.name]\nfrom = "N"', n=["Annabel"])
    assert found.problems["value"].to_list() == ["Annabel"]
    assert faults(found.problems) == [(0, "name", "name: longer than 3 characters")]


def test_fields_nobody_maps_are_empty_and_typed() -> None:
    found = mapped('[fields.reference]\nfrom = "Ref"', ref=["a"])
    assert found.frame.schema["fte"] == pl.Int64
    assert found.frame.schema["start"] == pl.Date
    assert found.frame["fte"].to_list() == [None]


def test_no_rows_are_no_rows() -> None:
    found = mapped('[fields.fte]\nfrom = "FTE"\nparse = "decimal"', fte=[])
    assert found.frame.height == 0
    assert found.problems.is_empty()


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"type": "number"}, "type number"),
        ({"type": ["string", "null"]}, "type"),
        ({}, "type None"),
        ({"type": "string", "minimum": 1}, "minimum"),
        ({"type": "integer", "pattern": "a"}, "pattern"),
        ({"type": "string", "format": "email"}, "format"),
        ({"type": "string", "format": "date", "maxLength": 9}, "maxLength"),
        ({"type": "string", "pattern": "(?=a)"}, "a pattern"),
        ({"type": "string", "pattern": "("}, "a pattern"),
        ({"type": "string", "enum": ["a", 1]}, "enum"),
        ({"type": "integer", "enum": [1, True]}, "enum"),
        ({"type": "integer", "minimum": 0.5}, "a limit"),
        ({"type": "integer", "maximum": 2**63}, "a limit"),
        ({"type": "string", "const": "a"}, "const"),
    ],
)
def test_a_contract_beyond_what_is_checked_is_refused(rules: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=f"Unsupported in field f: .*{says}"):
        contract(f=rules)


@pytest.mark.parametrize(
    "schema",
    [
        "{",
        '{"type": "array"}',
        '{"type": "object", "properties": {}}',
        '{"type": "object", "additionalProperties": false, "anyOf": [], "properties": {}}',
        '{"type": "object", "additionalProperties": false, "required": ["a"], "properties": {}}',
    ],
)
def test_a_schema_that_says_more_than_a_flat_object_is_refused(schema: str) -> None:
    with pytest.raises(BadInput):
        load_contract(schema)
