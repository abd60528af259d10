"""Reading a request that brings messages: its type, its size, and the messages it holds.

What is too large is refused before it is read, what is of another type before it is parsed.
"""

from django.http import HttpRequest

from muster.hub.messages.binary import is_binary, rebuild
from muster.hub.messages.envelope import LARGEST_BATCH, LARGEST_MESSAGE, split_batch
from muster.kernel.errors import BadInput

ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
DATA = "application/json"
_TYPES = f"{ONE}, {BATCH}, or {DATA} with ce- headers"


class Fault(Exception):
    """The whole request cannot be taken, with the status that says so."""

    def __init__(self, status: int, what: str, field: str | None, fix: str) -> None:
        super().__init__(what)
        self.status, self.what, self.field, self.fix = status, what, field, fix


def read_request(request: HttpRequest) -> tuple[bytes, list[bytes], bool]:
    """Return the exact body, the messages in it as structured JSON, and whether it is a single one.

    Raises:
        Fault: if the request cannot be taken: 400, 413 or 415.
    """
    kind = _kind(request)
    largest = LARGEST_BATCH if kind == BATCH else LARGEST_MESSAGE
    body = _body(request, largest)
    if kind == ONE:
        return body, [body], True
    try:
        if kind == BATCH:
            return body, split_batch(body), False
        return body, [rebuild(request.headers, body)], True
    except BadInput as problem:
        raise Fault(400, problem.what, problem.where.field, problem.fix) from None


def _kind(request: HttpRequest) -> str:
    """Return which of the three forms a request has."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Fault(415, "The body is compressed", "Content-Encoding", "Send it as it is")
    kind, _, parameters = request.headers.get("Content-Type", "").partition(";")
    kind = kind.strip().lower()
    charset = dict(
        part.strip().lower().partition("=")[::2] for part in parameters.split(";") if "=" in part
    ).get("charset", "utf-8")  # fmt: skip
    if charset.strip('"') not in ("utf-8", "utf8", "us-ascii"):
        raise Fault(415, "The body is not in UTF-8", "Content-Type", "Send UTF-8")
    if kind in (ONE, BATCH) or (kind == DATA and is_binary(request.headers)):
        return kind
    raise Fault(415, "The content type is none of messages", "Content-Type", f"Send {_TYPES}")


def _body(request: HttpRequest, largest: int) -> bytes:
    """Return the body; one that is too large is not read, or not further."""
    stated = request.headers.get("Content-Length", "")
    body = b""
    if not (stated.isdigit() and int(stated) > largest):
        body = request.read(largest + 1)
        if len(body) <= largest:
            return body
    many = "Send fewer at once" if largest == LARGEST_BATCH else "Send less in one message"
    raise Fault(413, f"The body has more than {largest:,} bytes", None, many)
