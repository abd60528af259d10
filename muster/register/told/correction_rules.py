"""How a request for a correction goes on, and when what a source states is what was asked. Pure.

``tests/spec/test_corrections.py`` is the table of it.
"""

import calendar
import datetime as dt
import unicodedata
from typing import Literal, get_args

CorrectionState = Literal[
    "sent", "queued", "accepted", "refused", "answered", "corrected", "withdrawn"
]
STATES: tuple[CorrectionState, ...] = get_args(CorrectionState)
Outcome = Literal["accepted", "refused", "answered"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
LONGEST_ASKED, LONGEST_REASON = 300, 1000
_WAITING = ("sent", "queued")
_OPEN = (*_WAITING, "accepted")
_TRUE_DAYS = ("birth_date", "employed_from", "last_day")


def promised_day(asked: dt.date) -> dt.date:
    """Return the last day for an answer: one month on (UK GDPR article 12(3)).

    The same day of the next month, or its last day where it has no such day.
    """
    year, month = asked.year + asked.month // 12, asked.month % 12 + 1
    return dt.date(year, month, min(asked.day, calendar.monthrange(year, month)[1]))


def may_answer(state: str) -> bool:
    """Tell whether a request still waits for its answer."""
    return state in _WAITING


def is_open(state: str) -> bool:
    """Tell whether a fact counts as disputed: nobody has answered, or its correction is awaited."""
    return state in _OPEN


def is_overdue(state: str, promised: dt.date, today: dt.date) -> bool:
    """Tell whether an answer should have come."""
    return state in _WAITING and today > promised


def earlier(promised: dt.date, offered: dt.date | None, asked: dt.date) -> dt.date:
    """Return the day that counts where a source promises one; only an earlier one does."""
    return min(promised, offered) if offered is not None and offered >= asked else promised


def plain(field: str, text: str) -> str:
    """Return a value as two are compared: however it is written, spaced or cased."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if field == "nino":
        return folded.replace(" ", "").upper()
    if field in _TRUE_DAYS:
        return _day(folded)
    if field in ("salary", "day_rate", "fte"):
        return _number(folded)
    return folded


def states_it(field: str, asked: str, stated: str) -> bool:
    """Tell whether a source states the value that was asked for."""
    return plain(field, asked) == plain(field, stated)


def _day(text: str) -> str:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %m %Y", "%d %B %Y", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    return text


def _number(text: str) -> str:
    bare = text.replace("£", "").replace(",", "").strip()
    try:
        return f"{float(bare):.6f}"
    except ValueError:
        return text
