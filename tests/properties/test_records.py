"""What messages hold is judged as a full validator of JSON Schema judges it."""

import json
from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from muster.hub.contracts import load_contract
from muster.hub.messages.records import read_records

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "muster.test.record.kept.v1",
    "title": "Test",
    "type": "object",
    "additionalProperties": False,
    "required": ["number"],
    "properties": {
        "number": {"type": "string", "maxLength": 3, "pattern": "^[A-Z]"},
        "grade": {"type": "string", "enum": ["AO", "EO"]},
        "hours": {"type": "integer", "minimum": 0, "maximum": 60},
        "start": {"type": "string", "format": "date"},
    },
}
CONTRACT = load_contract(json.dumps(SCHEMA))
FULL = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)
# Whole numbers are written without a decimal point; JSON Schema would also take 1.0.
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=4),
    st.sampled_from(("AO", "A1", "2026-02-28", "2026-02-30", "2026-2-1", "0000-01-01", 0, 61)),
    st.lists(st.integers(), max_size=1), st.dictionaries(st.text(max_size=2), st.none()),
)  # fmt: skip
RECORD = st.dictionaries(st.sampled_from((*SCHEMA["properties"], "other")), ANY, max_size=5)  # type: ignore[misc]
LIKELY = st.fixed_dictionaries(
    {"number": st.sampled_from(("A", "AB", "a", "ABCD"))},
    optional={
        "grade": st.sampled_from(("AO", "EO", "XO")),
        "hours": st.integers(-1, 61),
        "start": st.dates().map(str),
    },
)


@given(st.lists(st.one_of(RECORD, LIKELY), min_size=1, max_size=8))
def test_the_verdict_on_each_record_is_that_of_a_full_validator(
    said: list[dict[str, Any]],
) -> None:
    bodies = [json.dumps(one).encode() for one in said]
    read = read_records(bodies, CONTRACT)
    faulty = set(read.problems["at"])
    assert [at in faulty for at in range(len(said))] == [not FULL.is_valid(one) for one in said]
    assert read.frame.height == len(said)


@given(st.lists(LIKELY, min_size=2, max_size=6), st.data())
def test_a_record_is_read_alike_alone_and_among_others(
    said: list[dict[str, Any]], data: st.DataObject
) -> None:
    bodies = [json.dumps(one).encode() for one in said]
    at = data.draw(st.integers(0, len(said) - 1))
    # One that cannot be read at all must not change how its neighbours are read.
    broken = data.draw(st.sampled_from((b"{", b'{"number":"A"},{"number":"B"}', b"", b"7")))
    among = read_records([*bodies, broken], CONTRACT)
    alone = read_records([bodies[at]], CONTRACT)
    assert among.frame.row(at) == alone.frame.row(0)
    assert len(bodies) in set(among.problems["at"])
    assert (at in set(among.problems["at"])) == (alone.problems.height > 0)
