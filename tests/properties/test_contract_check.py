"""The check of whole columns agrees, row by row, with a full JSON Schema validator.

And mapping a file at once gives what mapping each of its rows alone gives.
"""

import json
from collections.abc import Sequence
from typing import Any

import jsonschema_rs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.hub.contracts import ContractField, load_contract
from muster.hub.layouts import load_layout
from muster.hub.mapping import apply_layout

TRICKY = ["", "a", "ab", "abc", "A1", "12", "\u0661", "é", "e\u0301", "a\n", "£5", "\U0001d538"]
TEXTS = st.one_of(
    st.sampled_from(TRICKY),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
)
NUMBERS = st.one_of(st.sampled_from([0, -1, 1, 2**53 + 1, 2**63 - 1, -(2**63)]), st.integers(-9, 9))
PATTERNS = [
    "^a",
    "b$",
    r"^\d+$",
    r"^[\d-]+$",
    r"\w",
    r"^\W$",
    "^[A-Z]{1,2}[0-9]?$",
    "é|£",
    r"\\",
    "^$",
]
STRINGS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 4),
        "maxLength": st.integers(0, 4),
        "pattern": st.sampled_from(PATTERNS),
        "enum": st.lists(TEXTS, min_size=1, max_size=3),
        "title": st.just("T"),
        "x-personal": st.booleans(),
    },
)
INTEGERS = st.fixed_dictionaries(
    {"type": st.just("integer")},
    optional={
        "minimum": NUMBERS,
        "maximum": NUMBERS,
        "enum": st.lists(NUMBERS, min_size=1, max_size=3),
    },
)
DATES = st.just({"type": "string", "format": "date"})


def rows_as_messages(frame: pl.DataFrame, fields: Sequence[ContractField]) -> list[dict[str, Any]]:
    """Return rows as the JSON objects the contract describes; absent fields are left out."""
    dates = [field.name for field in fields if field.dtype is pl.Date]
    plain = frame.select([field.name for field in fields]).with_columns(
        [pl.col(name).dt.to_string("%Y-%m-%d") for name in dates]
    )
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in plain.iter_rows(named=True)
    ]


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    fields = draw(
        st.dictionaries(st.sampled_from("abc"), st.one_of(STRINGS, INTEGERS, DATES), min_size=1)
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:x",
        "type": "object",
        "additionalProperties": False,
        "required": draw(st.lists(st.sampled_from(sorted(fields)), unique=True)),
        "properties": fields,
    }


def cells(field: ContractField) -> st.SearchStrategy[Any]:
    """Return what a column of this field may hold."""
    values = {pl.String: TEXTS, pl.Int64: NUMBERS, pl.Date: st.dates()}[field.dtype]
    if "enum" in field.rules:
        values = st.one_of(values, st.sampled_from(field.rules["enum"]))
    return st.none() | values


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_columns_and_validator_give_the_same_verdict_on_every_row(data: st.DataObject) -> None:
    schema = data.draw(schemas())
    contract = load_contract(json.dumps(schema))
    validator = jsonschema_rs.Draft202012Validator(schema)
    height = data.draw(st.integers(0, 6))
    frame = pl.DataFrame(
        [
            pl.Series(
                field.name,
                data.draw(st.lists(cells(field), min_size=height, max_size=height)),
                dtype=field.dtype,
            )
            for field in contract.fields
        ]
    )
    faulty = set(contract.check(frame)["at"].to_list())
    messages = rows_as_messages(frame, contract.fields)
    for at, message in enumerate(messages):
        assert validator.is_valid(message) == (at not in faulty), message


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_the_same_for_characters_of_every_script(pattern: str) -> None:
    rules = {"type": "string", "pattern": pattern}
    schema = {"type": "object", "additionalProperties": False, "properties": {"a": rules}}
    faults = load_contract(json.dumps(schema)).check(pl.DataFrame({"a": TRICKY}))
    valid = jsonschema_rs.Draft202012Validator(rules).is_valid
    wrong = [at for at, text in enumerate(TRICKY) if not valid(text)]
    assert sorted(faults["at"]) == wrong


LAYOUT = load_layout("""
[layout]
name = "x"
title = "x"
contract = "urn:x"
recognise = ["A"]

[fields.text]
from = ["A", "B"]
absent = ["none"]
join = ["C"]

[fields.fte]
from = "F"
parse = "decimal"

[fields.share]
from = "F"
parse = "share"
of = "W"
lenient = true

[fields.day]
from = "D"
parse = "date"

[fields.code]
from = "A"
parse = "code"
codes = {a = "x", b = "y"}
default = "x"

[fields.last]
from = "B"
split = ","
part = -1
""")
CONTRACT = load_contract(
    json.dumps(
        {
            "$id": "urn:x",
            "type": "object",
            "additionalProperties": False,
            "required": ["fte"],
            "properties": {
                "text": {"type": "string", "maxLength": 4},
                "fte": {"type": "integer", "minimum": 1, "x-control-total": True},
                "share": {"type": "integer"},
                "day": {"type": "string", "format": "date"},
                "code": {"type": "string", "enum": ["x"]},
                "last": {"type": "string", "pattern": "^[a-z]*$"},
            },
        }
    )
)
COLUMNS = ("a", "b", "c", "f", "w", "d")
CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "a", "A ", "b", "none", "1", "0.5", "37", "1.O", "a,b", "x\x1fy", "0"]
    ),
    st.sampled_from(["2011-03-31", "2011-02-30", "\u0661", "\u00a01", "-1", ",", "999999999999"]),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4),
)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_mapping_a_file_is_mapping_each_of_its_rows_alone(data: st.DataObject) -> None:
    present = data.draw(st.lists(st.sampled_from(COLUMNS), unique=True, min_size=1))
    height = data.draw(st.integers(1, 6))
    source = pl.DataFrame(
        {
            "file": [1] * height,
            "row": list(range(2, height + 2)),
            **{
                name: data.draw(st.lists(CELLS, min_size=height, max_size=height))
                for name in present
            },
        },
        schema_overrides=dict.fromkeys(present, pl.String),
    )
    whole = apply_layout(source, LAYOUT, CONTRACT)
    for at in range(height):
        alone = apply_layout(source[at], LAYOUT, CONTRACT)
        assert alone.frame.equals(whole.frame[at])
        for one, all_of_it in ((alone.problems, whole.problems), (alone.notes, whole.notes)):
            expected = all_of_it.filter(pl.col("at") == at).drop("at")
            assert sorted(one.drop("at").rows()) == sorted(expected.rows())
