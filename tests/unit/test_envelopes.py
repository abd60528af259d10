"""CloudEvents as they come in: what is taken, and what is said of what is not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.hub.messages.envelope import (
    DEEPEST,
    LARGEST_MESSAGE,
    Envelope,
    data_of,
    read_message,
    split_batch,
    write_message,
)
from muster.kernel.errors import BadInput

GOOD: dict[str, Any] = {
    "specversion": "1.0", "id": "1", "source": "/systems/hr:mill",
    "type": "muster.people.employment.changed.v1", "subject": "employment:hr:mill:7",
    "time": "2026-11-22T09:00:00Z", "data": {"staff_number": "7"},
}  # fmt: skip
REFUSED: tuple[tuple[str, dict[str, Any] | bytes, str], ...] = (
    ("no version", {"specversion": None}, "specversion"),
    ("another version", {"specversion": "0.3"}, "specversion"),
    ("no id", {"id": ""}, "id"),
    ("an id that is a number", {"id": 7}, "id"),
    ("an id that is too long", {"id": "x" * 201}, "id"),
    ("a null character", {"subject": "a\x00b"}, "subject"),
    ("half a surrogate pair", {"subject": "a\ud800b"}, "subject"),
    ("no subject", {"subject": None}, "subject"),
    ("data that is text", {"data": "7"}, "data"),
    ("data that is a list", {"data": [1]}, "data"),
    ("data in base 64", {"data": None, "data_base64": "Nw=="}, "data"),
    ("another content type", {"datacontenttype": "text/csv"}, "datacontenttype"),
    ("a time that is none", {"time": "yesterday"}, "time"),
    ("a traceparent that is none", {"traceparent": "00-1-1-1"}, "traceparent"),
    ("an attribute in capitals", {"MyField": "x"}, "an attribute"),
    ("no JSON", b"{", ""),
    ("a list", b"[]", ""),
    ("not UTF-8", b'{"id": "\xff"}', ""),
    ("a name twice", b'{"specversion":"1.0","id":"1","id":"2"}', "id"),
    ("not a number", b'{"id": NaN}', ""),
)  # fmt: skip


@pytest.mark.parametrize(("said", "field"), [(said, field) for _, said, field in REFUSED],
                         ids=[title for title, _, _ in REFUSED])  # fmt: skip
def test_what_is_no_message_is_refused_by_its_field(said: Any, field: str) -> None:
    raw = said if isinstance(said, bytes) else json.dumps({**GOOD, **said}).encode()
    with pytest.raises(BadInput) as refused:
        read_message(raw)
    assert (refused.value.where.field or "") == field


def test_a_name_twice_within_the_data_is_refused() -> None:
    raw = json.dumps(GOOD).encode().replace(b'"7"}', b'"7", "staff_number": "8"}')
    with pytest.raises(BadInput, match="twice"):
        read_message(raw)


def test_deep_nesting_and_large_messages_are_refused_at_once() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    for raw in (deep, json.dumps({**GOOD, "data": {"x": json.loads("[" * 40 + "]" * 40)}})):
        with pytest.raises(BadInput):
            read_message(raw.encode())
    with pytest.raises(BadInput, match="bytes"):
        read_message(b" " * (LARGEST_MESSAGE + 1))
    assert DEEPEST < 40


def test_the_data_is_handed_on_as_it_was_written() -> None:
    data = b'{ "staff_number" :  "7" , "name": "Si\\u00e2n" }'
    head = json.dumps({**GOOD, "data": 0}).encode()
    raw = head.replace(b'"data": 0', b'"data": ' + data)
    assert read_message(raw)[1] == data
    assert data_of([raw]) == [data]


def test_a_batch_falls_apart_into_exact_bytes() -> None:
    parts = [json.dumps({**GOOD, "id": str(n)}, indent=n).encode() for n in range(1, 4)]
    assert split_batch(b"[ " + b" ,\n".join(parts) + b" ]") == parts
    for wrong in (b"{}", b"[]", b"[1", b"[" + b"{}," * 10_001 + b"{}]"):
        with pytest.raises(BadInput):
            split_batch(wrong)


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x7f", min_codepoint=32),
    min_size=1,
    max_size=40,
)


@given(id=TEXT, subject=TEXT, data=st.dictionaries(TEXT, TEXT, max_size=4))
def test_what_is_written_is_read_again(id: str, subject: str, data: dict[str, str]) -> None:
    envelope = Envelope(id, "/systems/hr:mill", "muster.people.x.y.v1", subject)
    read, held = read_message(write_message(envelope, data))
    assert (read, json.loads(held)) == (envelope, data)
