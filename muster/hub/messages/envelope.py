"""The envelope of a message: CloudEvents 1.0, as JSON with its data inside.

Two attributes that CloudEvents leaves open are required here: ``subject``, the key of order
(``kind:system:local-id`` as the sender knows it), and a ``source`` that names the sending system.
``source`` and ``id`` together are the message's identity. ``traceparent`` (W3C trace context) and
``correlationid`` are extensions that travel along.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from muster.kernel.errors import BadInput, Where

MEGABYTE = 1024 * 1024
LARGEST_MESSAGE = 1 * MEGABYTE
LARGEST_BATCH = 10 * MEGABYTE
MOST_IN_BATCH = 10_000
DEEPEST = 32
_LONGEST = {"id": 200, "source": 300, "subject": 300, "type": 200, "correlationid": 200}
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_ATTRIBUTE = re.compile(r"[a-z0-9]{1,40}")
_UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")
_JSON = ("", "application/json")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes with a message's data. ``traceparent`` and ``correlation`` may be empty."""

    id: str
    source: str
    type: str
    subject: str
    time: str = ""
    traceparent: str = ""
    correlation: str = ""


def source_of(system: str) -> str:
    """Return the source that messages of a system name, or begin with."""
    return f"/systems/{system}"


def split_batch(body: bytes) -> list[bytes]:
    """Return the exact bytes of each message of a CloudEvents batch.

    Raises:
        BadInput: if it is no JSON array of objects, empty, or too large.
    """
    if len(body) > LARGEST_BATCH:
        raise _too_large("The batch", len(body), LARGEST_BATCH)
    try:
        parts = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        raise BadInput("Not a JSON array of messages", fix="Send [ ... ] in UTF-8") from None
    if not 0 < len(parts) <= MOST_IN_BATCH:
        raise BadInput(
            f"The batch holds {len(parts)} messages", fix=f"Send 1 to {MOST_IN_BATCH:,} at once"
        )
    return [bytes(part) for part in parts]


def read_message(raw: bytes) -> tuple[Envelope, bytes]:
    """Return a message's envelope and the exact bytes of its data.

    Raises:
        BadInput: naming the attribute and what to do.
    """
    if len(raw) > LARGEST_MESSAGE:
        raise _too_large("The message", len(raw), LARGEST_MESSAGE)
    said = _parsed(raw)
    if said.get("specversion") != "1.0":
        raise _wrong("specversion", "is not 1.0", 'Send "specversion": "1.0"')
    texts = {name: _text(said, name) for name in ("id", "source", "type", "subject")}
    if said.get("datacontenttype", "") not in _JSON:
        raise _wrong("datacontenttype", "is not application/json", "Send JSON")
    if not isinstance(said.get("data"), dict):
        raise _wrong("data", "is no JSON object", "Send the record as an object in data")
    for name in said:
        if not _ATTRIBUTE.fullmatch(name):
            raise _wrong("an attribute", "is not lower-case letters and digits", "Rename it")
    time = _optional(said, "time", _TIME, "is no RFC 3339 time")
    traceparent = _optional(said, "traceparent", _TRACEPARENT, "is no W3C traceparent")
    correlation = _text(said, "correlationid") if "correlationid" in said else ""
    data = bytes(msgspec.json.decode(raw, type=dict[str, msgspec.Raw])["data"])
    return Envelope(**texts, time=time, traceparent=traceparent, correlation=correlation), data


def data_of(raws: Iterable[bytes]) -> list[bytes]:
    """Return the exact bytes of the data of messages that were read before."""
    decode = _DATA.decode
    return [bytes(decode(raw).data) for raw in raws]


class _Data(msgspec.Struct):
    """The only member of a message that delivery reads again."""

    data: msgspec.Raw


_DATA = msgspec.json.Decoder(_Data)


def write_message(envelope: Envelope, data: dict[str, Any]) -> bytes:
    """Return a message as structured CloudEvents JSON."""
    said: dict[str, Any] = {
        "specversion": "1.0", "id": envelope.id, "source": envelope.source, "type": envelope.type,
        "subject": envelope.subject, "datacontenttype": "application/json",
    }  # fmt: skip
    if envelope.time:
        said["time"] = envelope.time
    if envelope.traceparent:
        said["traceparent"] = envelope.traceparent
    if envelope.correlation:
        said["correlationid"] = envelope.correlation
    return msgspec.json.encode({**said, "data": data})


def _parsed(raw: bytes) -> dict[str, Any]:
    """Return a JSON object in which no name stands twice, at any depth."""
    try:
        said = json.loads(raw.decode(), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        twice = isinstance(problem, _TwiceError)
        raise BadInput(
            "A name stands twice in one object" if twice else "Not a JSON object in UTF-8",
            where=Where(field=str(problem)[:100]) if twice else None,
            fix="Send each name once" if twice else "Send a CloudEvent as JSON",
        ) from None
    if not isinstance(said, dict):
        raise BadInput("Not a JSON object", fix="Send a CloudEvent as JSON")
    if _depth(said) > DEEPEST:
        raise BadInput(f"Nested deeper than {DEEPEST} levels", fix="Send flat records")
    return said


class _TwiceError(ValueError):
    """A name stands twice: two readers could understand two things."""


def _once_each(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [
            inner for one in level if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]  # fmt: skip
    return deepest


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(name, "is missing", "Send it as text")
    if len(value) > _LONGEST[name]:
        raise _wrong(name, f"is longer than {_LONGEST[name]} characters", "Shorten it")
    if _UNPRINTABLE.search(value):
        raise _wrong(name, "holds a control character", "Take it out")
    return value


def _optional(said: dict[str, Any], name: str, form: re.Pattern[str], wrong: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _wrong(name, wrong, "Correct it, or leave it out")
    return value


def _wrong(name: str, what: str, fix: str) -> BadInput:
    return BadInput(f"{name} {what}", where=Where(field=name), fix=fix)


def _too_large(what: str, size: int, limit: int) -> BadInput:
    return BadInput(
        f"{what} has {size:,} bytes; at most {limit:,} are taken", fix="Send it in parts"
    )
