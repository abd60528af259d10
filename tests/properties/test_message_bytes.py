"""Whatever a message holds: its values stand where they are said to, and binary mode loses nothing.

Python's own JSON reader is the second implementation.
"""

import hashlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from muster.hub.messages.binary import rebuild
from muster.hub.messages.envelope import Envelope, read_message, write_message
from muster.hub.messages.where_from import spans
from muster.kernel.errors import BadInput

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
VALUES = st.none() | st.booleans() | st.integers() | TEXT | st.lists(TEXT, max_size=2)
DATA = st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=2), max_size=5)
PLAIN = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=30)
ENVELOPE = Envelope("1", "/systems/hr:mill", "muster.test.v1", "person:hr:1")
INDENTS = st.sampled_from([None, 0, 1, 4])


def spaced(said: dict[str, Any], indent: int | None, *, ascii_only: bool) -> bytes:
    return json.dumps(said, indent=indent, ensure_ascii=ascii_only).encode()


@given(DATA, INDENTS, st.booleans())
def test_each_value_stands_where_it_is_said_to(
    data: dict[str, Any], indent: int | None, ascii_only: bool
) -> None:
    said = json.loads(write_message(ENVELOPE, {}))
    # A field called data, and one before it that looks like the end of it.
    said = {"note": '"data": {}', **said, "data": data, "zz": "}"}
    raw = spaced(said, indent, ascii_only=ascii_only)
    found = spans(raw)
    assert {name: json.loads(raw[one.start : one.end]) for name, one in found.items()} == data


def header(text: str) -> str:
    """Return a value as CloudEvents writes it in a header."""
    return "".join(
        sign if 0x21 <= ord(sign) <= 0x7E and sign not in '"%' else
        "".join(f"%{byte:02X}" for byte in sign.encode())
        for sign in text
    )  # fmt: skip


@given(PLAIN, PLAIN, DATA, INDENTS)
def test_binary_mode_says_what_structured_mode_says(
    name: str, subject: str, data: dict[str, Any], indent: int | None
) -> None:
    body = spaced(data, indent, ascii_only=False)
    headers = {
        "CE-SpecVersion": "1.0", "ce-id": header(name), "Ce-Source": "/systems/hr:mill",
        "ce-type": "muster.test.v1", "ce-subject": header(subject), "Accept": "x",
    }  # fmt: skip
    raw = rebuild(headers, body)
    assert raw == rebuild(dict(reversed(headers.items())), body)
    envelope, kept = read_message(raw)
    assert (envelope.id, envelope.subject, kept) == (name, subject, body)
    assert json.loads(raw)["bodysha256"] == hashlib.sha256(body).hexdigest()


@given(st.binary(max_size=60) | DATA.map(lambda data: json.dumps(data).encode() + b', "x": {}'))
def test_no_body_becomes_an_attribute(body: bytes) -> None:
    headers = {
        "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/systems/hr:mill",
        "ce-type": "muster.test.v1", "ce-subject": "s",
    }  # fmt: skip
    try:
        raw = rebuild(headers, body)
    except BadInput:
        return
    assert set(json.loads(raw)) <= {
        "specversion", "id", "source", "type", "subject", "datacontenttype", "bodysha256", "data",
    }  # fmt: skip
