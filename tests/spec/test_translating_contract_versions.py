"""What a change to a contract does: the table is the rule, for whoever proposes a new revision.

Each row gives a field's rules before and after (``none`` where there is no such field, ``!`` where
the field is required), how the revision is classed, and what people are told. *Backward* means that
new readers can read old messages, *forward* that old readers can read new ones, *full* both.
"""

import json
from typing import Any

import pytest

from muster.hub.contract_versions import compare
from muster.hub.contracts import Contract, load_contract
from tests.tables import rows_of

TABLE = """
before | after | is | because
text | text | same |
text | text titled Grade | same |
none | text | backward | field grade is new: old readers refuse messages that state it
none | ! text | breaking | field grade is new and required: messages of old senders, which lack it, will be refused
text | none | forward | field grade is gone: messages of old senders that state it will be refused
! text | none | breaking | field grade is gone: messages of old senders that state it will be refused, and old readers refuse messages without it
text | ! text | forward | field grade became required: old senders' messages without it will be refused
! text | text | backward | field grade is no longer required: old readers refuse messages without it
text | number | breaking | field grade was text and is a whole number: messages of old senders can be refused, and old readers can refuse new messages
date | text | backward | field grade was a date and is text: old readers can refuse new messages
text | date | forward | field grade was text and is a date: messages of old senders can be refused
date | text from 10 to 10 characters | backward | field grade was a date and is text; has another shortest length: none, now 10; has another greatest length: none, now 10: old readers can refuse new messages
date | text to 9 characters | breaking | field grade was a date and is text; has another greatest length: none, now 9: messages of old senders can be refused, and old readers can refuse new messages
one of AO, EO | one of AO, EO, SEO | backward | field grade may also be SEO: old readers can refuse new messages
one of AO, EO | one of EO, AO | same |
one of AO, EO | one of AO | forward | field grade may no longer be EO: messages of old senders can be refused
one of AO, EO | one of AO, HEO | breaking | field grade may also be HEO; may no longer be EO: messages of old senders can be refused, and old readers can refuse new messages
one of AO, EO | text | backward | field grade may hold any value now: old readers can refuse new messages
one of AO, EO | text to 2 characters | backward | field grade may hold any value now; has another greatest length: none, now 2: old readers can refuse new messages
one of AO, HEO | text to 2 characters | breaking | field grade may hold any value now; has another greatest length: none, now 2: messages of old senders can be refused, and old readers can refuse new messages
text | one of AO | forward | field grade may hold listed values only: messages of old senders can be refused
text to 5 characters | text to 9 characters | backward | field grade has another greatest length: 5, now 9: old readers can refuse new messages
text to 9 characters | text to 5 characters | forward | field grade has another greatest length: 9, now 5: messages of old senders can be refused
text | text from 0 to 5 characters | forward | field grade has another shortest length: none, now 0; has another greatest length: none, now 5: messages of old senders can be refused
text like ^[A-Z]+$ | text | backward | field grade has another pattern: ^[A-Z]+$, now none: old readers can refuse new messages
text | text like ^[A-Z]+$ | forward | field grade has another pattern: none, now ^[A-Z]+$: messages of old senders can be refused
text like ^[A-Z]+$ | text like ^[A-Z]{1,}$ | breaking | field grade has another pattern: ^[A-Z]+$, now ^[A-Z]{1,}$: messages of old senders can be refused, and old readers can refuse new messages
number from 0 to 9 | number from 0 to 99 | backward | field grade has another greatest value: 9, now 99: old readers can refuse new messages
number from 0 to 9 | number from 1 to 9 | forward | field grade has another least value: 0, now 1: messages of old senders can be refused
number from 0 to 9 | number from 1 to 99 | breaking | field grade has another least value: 0, now 1; has another greatest value: 9, now 99: messages of old senders can be refused, and old readers can refuse new messages
text | personal text | full | field grade is personal now: agreements and mappings that name it need another look
personal text | text | full | field grade is no longer personal: agreements and mappings that name it need another look
"""  # noqa: E501


def rules(said: str) -> dict[str, Any]:
    """Return the rules that a cell states, as JSON Schema."""
    words, _, pattern = said.removeprefix("! ").partition(" like ")
    words, _, title = words.partition(" titled ")
    kind, _, limits = words.removeprefix("personal ").partition(" ")
    if words.startswith("one of "):
        return {"type": "string", "enum": words.removeprefix("one of ").split(", ")}
    found: dict[str, Any] = {"type": "integer" if kind == "number" else "string"}
    found |= {"format": "date"} if kind == "date" else {}
    found |= {"pattern": pattern} if pattern else {}
    found |= {"title": title} if title else {}
    found |= {"x-personal": True} if said.startswith("personal ") else {}
    names = {"from": "minimum", "to": "maximum"}
    if kind == "text":
        names = {"from": "minLength", "to": "maxLength"}
    parts = limits.removesuffix(" characters").split()
    bounds = zip(parts[::2], parts[1::2], strict=True)
    return found | {names[word]: int(number) for word, number in bounds}


def contract(said: str) -> Contract:
    """Return a contract of a required name and a grade as a cell states it."""
    properties = {"name": {"type": "string"}}
    if said != "none":
        properties["grade"] = rules(said)
    required = ["name", "grade"] if said.startswith("!") else ["name"]
    return load_contract(
        json.dumps(
            {"$id": "x", "type": "object", "additionalProperties": False,
             "required": required, "properties": properties}
        )
    )  # fmt: skip


@pytest.mark.parametrize(("before", "after", "kind", "because"), rows_of(TABLE))
def test_revisions_are_classed_as_the_table_says(
    before: str, after: str, kind: str, because: str
) -> None:
    found = compare(contract(before), contract(after))
    assert (found.kind, "; ".join(change.said for change in found.changes)) == (kind, because)


def test_one_breaking_change_among_kind_ones_breaks() -> None:
    old, new = contract("text"), contract("none")
    assert compare(old, new).kind == "forward"
    assert compare(new, old).kind == "backward"
    widened = contract("! text to 5 characters"), contract("text to 9 characters")
    assert [change.backward for change in compare(*widened).changes] == [True, True]
    assert compare(*widened).kind == "backward"


def test_what_ends_something_is_a_change_that_breaks_nobody_and_is_said() -> None:
    plain, ending = contract("text"), contract("text")
    schema = {**ending.schema, "x-ends": {"grade": ["Left", "Retired"]}}
    ending = load_contract(json.dumps(schema))
    found = compare(plain, ending)
    assert (found.kind, [one.said for one in found.changes]) == (
        "full", ["field grade ends something by Left, Retired now"],
    )  # fmt: skip
    assert compare(ending, plain).changes[0].said == "field grade ends something by no value now"
    assert compare(ending, ending).kind == "same"
