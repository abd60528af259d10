"""Messages in CloudEvents' binary mode, rebuilt as the structured JSON that everything else reads.

There the attributes are headers that begin with ``ce-`` and the body is the data alone. The same
request always gives the same bytes, so that one sent again is known: the body stands in it exactly
as it came, with its SHA-256 beside it in the attribute ``bodysha256``.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from urllib.parse import unquote

import msgspec

from muster.kernel.errors import BadInput, Where

_MARK = "ce-"
_DIGEST = "bodysha256"
_FIRST = ("specversion", "id", "source", "type", "subject", "time")
_ATTRIBUTE = re.compile(r"[a-z0-9]{1,40}")
# Attributes that the body or its type state.
_NOT_HEADERS = ("data", "datacontenttype", "database64", _DIGEST)


def is_binary(headers: Mapping[str, str]) -> bool:
    """Tell whether headers carry a message's attributes."""
    return any(name.lower() == f"{_MARK}specversion" for name in headers)


def rebuild(headers: Mapping[str, str], body: bytes) -> bytes:
    """Return a message that came in binary mode as structured CloudEvents JSON.

    Raises:
        BadInput: if a header is no attribute, or the body no JSON in UTF-8.
    """
    stated = {
        name.lower().removeprefix(_MARK): _value(name, text)
        for name, text in headers.items()
        if name.lower().startswith(_MARK)
    }
    for name in stated:
        if not _ATTRIBUTE.fullmatch(name) or name in _NOT_HEADERS:
            raise _wrong(f"{_MARK}{name}"[:60], "is no attribute of a message", "Leave it out")
    try:
        body.decode()
        # Read once in whole: what follows a first value must not become attributes.
        msgspec.json.decode(body)
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        raise BadInput("The body is no JSON in UTF-8", fix="Send the record as JSON") from None
    rest = sorted(set(stated) - set(_FIRST))
    said = {name: stated[name] for name in (*_FIRST, *rest) if name in stated}
    said |= {"datacontenttype": "application/json", _DIGEST: hashlib.sha256(body).hexdigest()}
    head = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return head[:-1] + b',"data":' + body + b"}"


def _value(name: str, text: str) -> str:
    """Return what a header says; beyond ASCII it is written in percent signs."""
    if not text.isascii():
        raise _wrong(name.lower(), "is not ASCII", "Write it in percent signs, as CloudEvents asks")
    plain = text.strip()
    if len(plain) > 1 and plain[0] == plain[-1] == '"':
        plain = re.sub(r"\\(.)", r"\1", plain[1:-1])
    try:
        return unquote(plain, errors="strict")
    except UnicodeDecodeError:
        raise _wrong(name.lower(), "is not UTF-8 in percent signs", "Correct it") from None


def _wrong(name: str, what: str, fix: str) -> BadInput:
    return BadInput(f"The header {name} {what}", where=Where(field=name), fix=fix)
