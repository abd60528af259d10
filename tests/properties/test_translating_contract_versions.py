"""What is said of a new revision is so: a full validator reads messages of both revisions."""

import copy
import json
from typing import Any

import jsonschema_rs
from hypothesis import event, given, settings
from hypothesis import strategies as st

from muster.hub.contract_versions import compare
from muster.hub.contracts import load_contract

TEXTS = ["", "A", "AB", "ABC", "12", "1", "é", "\U0001d538", "2026-02-28", "2026-02-30",
         "0000-01-01", "\u0662026-01-01", "2026-1-1", "ABCDEFGHIJ", "A\n"]  # fmt: skip
NUMBERS = [-(2**63), -1, 0, 1, 2, 3, 2**53 + 1, 2**63 - 1]
VALUES: list[Any] = [*TEXTS, *NUMBERS, 1.0, 1.5, True, None, [], 2**70]
STRINGS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 3), "maxLength": st.sampled_from([0, 1, 2, 9, 10]),
        "pattern": st.sampled_from(["^[A-Z]+$", "^[A-Z]*$", r"\d", "^.{2}$"]),
        "enum": st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4),
        "title": st.text(max_size=1), "x-personal": st.booleans(),
    },
)  # fmt: skip
INTEGERS = st.fixed_dictionaries(
    {"type": st.just("integer")},
    optional={
        "minimum": st.sampled_from(NUMBERS), "maximum": st.sampled_from(NUMBERS),
        "enum": st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=4),
    },
)  # fmt: skip
FIELDS = st.one_of(STRINGS, INTEGERS, st.just({"type": "string", "format": "date"}))


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    fields = draw(st.dictionaries(st.sampled_from("ab"), FIELDS, min_size=1))
    required = draw(st.lists(st.sampled_from(sorted(fields)), unique=True))
    return {"$id": "x", "type": "object", "additionalProperties": False, "required": required,
            "properties": fields}  # fmt: skip


@st.composite
def revisions(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a schema and another: anything, or the same with one thing changed."""
    old = draw(schemas())
    if draw(st.booleans()):
        return old, draw(schemas())
    new = copy.deepcopy(old)
    name = draw(st.sampled_from(sorted(old["properties"])))
    rules = new["properties"][name]
    match draw(st.sampled_from(["rules", "word", "required", "gone", "new", "title"])):
        case "rules":
            new["properties"][name] = draw(FIELDS)
        case "word":
            other = draw(STRINGS if rules["type"] == "string" else INTEGERS)
            rules.pop(draw(st.sampled_from(sorted(set(rules) - {"type"}) or ["title"])), None)
            if "format" not in rules:
                rules.update(other)
        case "required":
            new["required"] = sorted(set(old["required"]) ^ {name})
        case "gone":
            del new["properties"][name]
            new["required"] = sorted(set(old["required"]) - {name})
        case "new":
            new["properties"]["c"] = draw(FIELDS)
        case _:
            rules["title"] = "Another"
    return (old, new) if draw(st.booleans()) else (new, old)


@given(revisions())
@settings(max_examples=400, deadline=None)
def test_messages_are_read_as_the_comparison_promises(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    old, new = pair
    found = compare(load_contract(json.dumps(old)), load_contract(json.dumps(new)))
    event(found.kind)
    names = sorted({*old["properties"], *new["properties"]})
    absent = object()
    validators = [jsonschema_rs.Draft202012Validator(one, validate_formats=True) for one in pair]
    # Each field's verdict is its own, so it is enough to vary two of them at a time.
    enough = [absent, *VALUES]
    for first in enough:
        for second in enough if len(names) > 1 else [absent]:
            chosen = dict(zip(names, (first, second), strict=False))
            message = {name: value for name, value in chosen.items() if value is not absent}
            was_read, is_read = (one.is_valid(message) for one in validators)
            if found.backward:
                assert not was_read or is_read, message
            if found.forward:
                assert not is_read or was_read, message
    if found.kind == "same":
        assert found.changes == ()


@given(revisions())
@settings(max_examples=200, deadline=None)
def test_looking_the_other_way_exchanges_backward_and_forward(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    old, new = (load_contract(json.dumps(schema)) for schema in pair)
    there, back = compare(old, new), compare(new, old)
    assert (there.backward, there.forward) == (back.forward, back.backward)
    assert compare(old, old).kind == "same"
