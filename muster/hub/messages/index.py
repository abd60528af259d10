"""Comparing the index of messages with the log that holds them.

Pages, replays and deliveries find messages by ``hub_message``. Whoever may write to the database
could change a row of it, and another message would be shown or handed over; verification of the
log compares every row with the exact bytes it speaks of.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Max

from muster.hub.models import Message
from muster.ledger.port import Entry, LogName

_CLOUD_EVENT = b'"specversion"'
_NAMED = {"contract": "type", "subject": "subject", "source": "source", "event_id": "id"}
_OPTIONAL = {"time": "time", "traceparent": "traceparent", "correlation": "correlationid"}


class MessageIndex:
    """``hub_message`` beside the exchange log; see ``ledger.indexes``."""

    log: LogName = "exchange"

    def last(self) -> int:
        """Return the largest position of a message; -1 if there is none."""
        found = Message.objects.aggregate(last=Max("position"))["last"]
        return -1 if found is None else int(found)

    def differing(
        self, start: int, end: int, entries: Sequence[Entry]
    ) -> Iterator[tuple[int, str]]:
        """Yield position and difference where a row does not say what the message says."""
        rows = {
            row["position"]: row
            for row in Message.objects.filter(position__gte=start, position__lt=end).values(
                "position", "digest", *_NAMED, *_OPTIONAL
            )
        }
        for entry in entries:
            row, body = rows.pop(entry.position, None), entry.body or b""
            if row is None:
                if _message(entry, body) is not None:
                    yield entry.position, "the index of messages does not know this message"
                continue
            wrong = _wrong(row, entry, body)
            if wrong:
                yield entry.position, f"the index of messages states another {', '.join(wrong)}"


def _wrong(row: dict[str, Any], entry: Entry, body: bytes) -> list[str]:
    """Return the columns of a row that do not say what the message says."""
    said = _message(entry, body)
    if said is None:
        return ["entry: this one is no message"]
    wrong = [] if bytes(row["digest"]) == hashlib.sha256(body).digest() else ["digest"]
    wrong += [column for column, name in _NAMED.items() if row[column] != said[name]]
    wrong += [column for column, name in _OPTIONAL.items() if row[column] != said.get(name, "")]
    return wrong


def _message(entry: Entry, body: bytes) -> dict[str, Any] | None:
    """Return what a message says of itself; None if the entry is not one."""
    if _CLOUD_EVENT not in body:
        return None
    said = json.loads(body)
    if not isinstance(said, dict) or "specversion" not in said or said["type"] != entry.type:
        return None
    return said
