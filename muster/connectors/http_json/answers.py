"""What an answer means for the messages it answers.

``tests/spec/test_http_answers.py`` is the table of it.

Success is only what says so: an empty answer with a status of success, or JSON that names each
message with a status of its own. A page in HTML is no success whatever its status, because proxies
and sign-in pages answer 200 as well. What is said of a message is the receiver's text, made
harmless: short, one line, and without the values of the message it speaks of.
"""

import datetime as dt
import email.utils
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Meaning = Literal["taken", "each", "rejected", "later", "elsewhere", "doubt"]
"""``taken``: all. ``each``: see ``of_each``. ``rejected``: these messages, or one of them, for
good. ``later``: nothing was taken, come again. ``elsewhere``: nothing was taken and no message is
to blame, but address, access or form. ``doubt``: nobody knows."""

Outcome = Literal["taken", "had", "rejected", "retry", "doubt"]

LONGEST_ANSWER = 4 * 1024 * 1024
_LONGEST_WAIT = 86_400.0
_LATER = {408, 425, 429, 503}
# Whoever answers so may still be at work on the same message, asked a moment ago.
_AT_WORK = {409, 423}
_ELSEWHERE = {401, 402, 403, 404, 405, 406, 407, 410, 411, 414, 415, 421, 426, 431, 451, 501, 511}
_EMPTY = {200, 201, 202, 204}
_FILLED = {200, 201, 202, 207}


@dataclass(frozen=True)
class Answer:
    """What one answer means.

    Args:
        meaning: see ``Meaning``.
        said: what came, in words that hold no personal value.
        retry_after: seconds to leave the receiver alone, if it asked.
        of_each: outcome and the receiver's text, by the message's id.
        text: the receiver's text about all; not yet made harmless.
        at_work: of ``rejected``: for now, as the receiver is at work on the same message.
    """

    meaning: Meaning
    said: str
    retry_after: float | None = None
    of_each: Mapping[str, tuple[Outcome, str]] = field(default_factory=dict)
    text: str = ""
    at_work: bool = False


def read_answer(
    status: int,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    ids: Sequence[str],
    now: dt.datetime,
) -> Answer:
    """Return what an answer means.

    Args:
        status: of the answer.
        headers: by lower-case name.
        body: as it came; None if it was longer than ``LONGEST_ANSWER``.
        ids: of the messages that were sent.
        now: for a ``Retry-After`` that names a moment.
    """
    said = f"answered {status}"
    wait = _retry_after(headers.get("retry-after", ""), now)
    if 200 <= status < 300:
        return _read_success(status, headers, body, ids)
    if status in _LATER:
        return Answer("later", said, wait)
    if 300 <= status < 400:
        return Answer("elsewhere", f"{said}: it lives at another address now", wait)
    if status in _ELSEWHERE:
        return Answer("elsewhere", said, wait)
    if 400 <= status < 500:
        text = _explained(headers, body)
        return Answer("rejected", said, wait, text=text, at_work=status in _AT_WORK)
    return Answer("doubt", said, wait)


def _read_success(
    status: int, headers: Mapping[str, str], body: bytes | None, ids: Sequence[str]
) -> Answer:
    said = f"answered {status}"
    if body is None:
        return Answer("doubt", f"{said} with more than anybody reads")
    if not body.strip():
        empty = status in _EMPTY
        return Answer("taken", said) if empty else Answer("doubt", f"{said} and nothing more")
    if status not in _FILLED or not _is_json(headers):
        return Answer("doubt", f"{said}, but not in JSON")
    of_each = _of_each(_parsed(body), ids)
    if of_each is None:
        return Answer("doubt", f"{said}, but not with what became of each message")
    return Answer("each", said, of_each=of_each)


def _of_each(parsed: Any, ids: Sequence[str]) -> dict[str, tuple[Outcome, str]] | None:
    """Return what became of each message; None where the answer is not of the agreed form."""
    rows = [parsed] if isinstance(parsed, dict) and len(ids) == 1 else parsed
    if not isinstance(rows, list):
        return None
    found: dict[str, tuple[Outcome, str]] = {}
    asked = set(ids)
    for row in rows:
        if not isinstance(row, dict):
            return None
        name, status, detail = row.get("id"), row.get("status"), row.get("detail", "")
        if not isinstance(name, str) or name not in asked or name in found:
            return None
        if type(status) is not int:
            return None
        found[name] = (_outcome(status), detail if isinstance(detail, str) else "")
    return found


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return "had" if status == 208 else "taken"
    if status in (408, 425, 429, 503):
        return "retry"
    return "rejected" if 400 <= status < 500 else "doubt"


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _is_json(headers: Mapping[str, str]) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    agreed = kind == "application/json" or (kind.endswith("+json") and "problem" not in kind)
    return agreed and headers.get("content-encoding", "identity").lower() == "identity"


def is_absence(headers: Mapping[str, str]) -> bool:
    """Tell whether a 404 was written by the receiver, not by a proxy or a wrong address."""
    return "json" in headers.get("content-type", "").partition(";")[0].lower()


def _explained(headers: Mapping[str, str], body: bytes | None) -> str:
    """Return what a refusal says for itself, if it says so in JSON."""
    parsed = _parsed(body) if body and is_absence(headers) else None
    rows = parsed if isinstance(parsed, list) else [parsed]
    said = []
    for row in rows[:1]:
        if isinstance(row, dict):
            words = (row.get(name) for name in ("title", "detail", "message", "error"))
            said += [word for word in words if isinstance(word, str)]
    return ": ".join(said)


def _retry_after(written: str, now: dt.datetime) -> float | None:
    written = written.strip()
    if not written:
        return None
    if written.isascii() and written.isdigit():
        return min(float(written[:9]), _LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(written)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return min(max((moment - now).total_seconds(), 0.0), _LONGEST_WAIT)
