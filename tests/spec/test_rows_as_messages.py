"""How a row of a table is said in a message: nothing is guessed, rounded or made up.

The first table is for HR and payroll people: what stands in a system's table, of which kind the
contract's field is, and what the message says. What is no value of the field's kind goes as it is,
and the contract refuses it by name.
"""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.hub.contracts import load_contract
from muster.hub.messages.envelope import read_message
from muster.hub.pulling.rows import Manner, messages_of, read_columns, stated, taken_columns
from muster.kernel.errors import BadInput
from tests.integration.hub_world import SCHEMA

MORNING = dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC)
SAID: list[tuple[Any, str, Any]] = [
    # what stands there          the field      the message says
    ("0012",                     "string",      "0012"),
    (12,                         "string",      "12"),
    (12,                         "integer",     12),
    ("12",                       "integer",     "12"),
    (Decimal("37.0"),            "integer",     37),
    (Decimal("37.5"),            "integer",     37.5),
    (Decimal("37.50"),           "string",      "37.50"),
    (37.0,                       "integer",     37),
    (0.1,                        "string",      "0.1"),
    (1e21,                       "integer",     10**21),
    (float("nan"),               "integer",     "nan"),
    (float("inf"),               "string",      "inf"),
    (True,                       "integer",     True),
    (True,                       "string",      True),
    (dt.date(2026, 4, 1),        "string",      "2026-04-01"),
    (MORNING,                    "string",      "2026-04-01T09:00:00+00:00"),
    ("",                         "string",      ""),
]  # fmt: skip

COLUMNS: list[tuple[str, dict[str, str]]] = [
    # what was typed                       of which column each field is made
    ("",                                   {}),
    ("grade = GRADE_CODE",                 {"grade": "GRADE_CODE"}),
    (" grade=GRADE \r\n\r\n hours = h h ", {"grade": "GRADE", "hours": "h h"}),
    ("grade = a = b",                      {"grade": "a = b"}),
]  # fmt: skip

CONTRACT = load_contract(json.dumps(SCHEMA))


def manner(**changes: Any) -> Manner:
    said: dict[str, Any] = {
        "system": "hr:mill", "contract": CONTRACT, "gone": CONTRACT, "about": "employment",
        "keys": ("staff_number",), "columns": {}, "change": "", "remembered": True, **changes,
    }  # fmt: skip
    return Manner(**said)


def made(row: dict[str, Any], page: int = 0, **changes: Any) -> tuple[str, str, dict[str, Any]]:
    """Return id, subject and data of the message that a row becomes."""
    frame = pl.DataFrame([{**row, "_change": row.get("_change", "new")}], strict=False)
    (raw,) = messages_of(frame, manner(**changes), page)
    envelope, data = read_message(raw)
    return envelope.id, envelope.subject, json.loads(data)


@pytest.mark.parametrize(("value", "kind", "said"), SAID)
def test_a_value_is_said_as_it_is(value: Any, kind: str, said: Any) -> None:
    told = stated(value, kind)
    assert told == said
    assert type(told) is type(said)


@pytest.mark.parametrize(("typed", "columns"), COLUMNS)
def test_columns_are_read_as_they_are_typed(typed: str, columns: dict[str, str]) -> None:
    assert read_columns(typed) == columns


@pytest.mark.parametrize("typed", ["grade", "= x", "grade =", "grade = a\ngrade = a"])
def test_a_line_that_says_nothing_is_named(typed: str) -> None:
    with pytest.raises(BadInput, match="Line"):
        read_columns(typed)


def test_only_columns_that_a_field_is_made_of_leave_the_table() -> None:
    _, _, data = made({"STAFF_NUMBER": "1", "staff_number": "1", "secret": "x", "grade": None})
    assert data == {"staff_number": "1"}
    assert taken_columns(["a", "GRADE", "staff_number"], manner(columns={"hours": "a"})) == {
        "staff_number": "staff_number", "grade": "GRADE", "hours": "a",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "why"), [({"mood": "a"}, "no field mood"), ({"grade": "b"}, "no column b")]
)
def test_what_is_not_there_is_named(columns: dict[str, str], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        taken_columns(["a", "grade"], manner(columns=columns))
    with pytest.raises(BadInput, match="No column"):
        taken_columns(["x"], manner())


def test_bytes_and_rows_without_a_key_are_no_messages() -> None:
    with pytest.raises(BadInput, match="bytes"):
        made({"staff_number": b"1"})
    with pytest.raises(BadInput, match="key column"):
        made({"staff_number": None, "grade": "EO"})


def test_what_became_of_a_row_is_said_where_the_contract_asks_for_it() -> None:
    _, _, data = made({"staff_number": "1", "_change": "changed"}, change="surname")
    assert data == {"staff_number": "1", "surname": "changed"}


KEYS = st.one_of(st.text(st.characters(codec="utf-8"), min_size=1), st.integers())


@given(KEYS, KEYS, KEYS, KEYS)
def test_two_rows_have_one_subject_only_if_their_keys_read_alike(
    one: Any, two: Any, three: Any, four: Any
) -> None:
    both = ("staff_number", "grade")
    first = made({"staff_number": one, "grade": two}, keys=both)[1]
    second = made({"staff_number": three, "grade": four}, keys=both)[1]
    alike = (str(one), str(two)) == (str(three), str(four))
    assert (first == second) is alike


@given(
    st.lists(st.sampled_from(["EO", "HEO"]), min_size=1, max_size=4),
    st.integers(0, 3),
    st.booleans(),
)
def test_the_same_row_is_the_same_message_and_no_other_is(
    grades: list[str], page: int, remembered: bool
) -> None:
    names = {
        (grade, at): made({"staff_number": "1", "grade": grade}, at, remembered=remembered)[0]
        for grade in grades for at in (0, page)
    }  # fmt: skip
    # Where the table says itself when a row changed, the page it came with says nothing more.
    told = {grade if remembered else (grade, at) for grade, at in names}
    assert len(set(names.values())) == len(told)
