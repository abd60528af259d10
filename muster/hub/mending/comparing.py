"""Whether a cell that comes back from a spreadsheet was changed by a person or by the program.

Spreadsheets count what looks like a number: zeros in front go, decimals are shortened, long numbers
are rounded to 15 digits, and dates become date cells or serial numbers. What a program can have
made of the text that stood there is no change: the text stays. Everything else a person meant.
"""

import datetime as dt
import re
from decimal import Decimal

from muster.hub.parsers import Parser, Unreadable, serial_day

_NUMBER = re.compile(r"[+-]?\d{1,300}(?:\.\d{1,300})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?: 00:00:00)?", re.ASCII)
_LINE_ENDS = re.compile(r"\r\n?")
# What XML cannot hold is left out of a workbook.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_KEPT_DIGITS = 15


def changed(stood: str, came: str, parser: Parser | None = None) -> str | None:
    """Return the text that a person put in the place of what stood there; None if they did not.

    Args:
        stood: the text that was handed out.
        came: the text that came back.
        parser: how the column is read, if its layout says so.
    """
    before, after = _plain(stood), _plain(came)
    if before == after or after == _plain(f"'{stood}"):
        return None
    if _counted(before) == after or _is_same_day(before, after, parser):
        return None
    # A sign that shows a spreadsheet that a text is no formula is not part of the text.
    if after.startswith("'") and after[1:].startswith(_FORMULA):
        return after[1:]
    return after


def typed(stood: str, came: str) -> str | None:
    """Return the text that somebody typed in the place of what stood there; None if the same.

    No spreadsheet was between: only line ends and space around it say nothing.
    """
    after = _plain(came)
    return None if after == _plain(stood) else after


def _plain(text: str) -> str:
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", text)).strip()


def _counted(text: str) -> str | None:
    """Return what a spreadsheet makes of a text that it takes for a number; None if it does not."""
    if _NUMBER.fullmatch(text) is None:
        return None
    number = Decimal(text)
    places = number.adjusted() + 1
    if places > 0 or number:
        number = round(number, _KEPT_DIGITS - places) if number else number
    shown = f"{number:f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in ("", "-0") else shown


def _is_same_day(before: str, after: str, parser: Parser | None) -> bool:
    """Tell whether a date came back as a date cell or as a serial number."""
    if parser is None or parser.kind != "date":
        return False
    try:
        stood = parser.read(before) if before else None
        came = _day_of(after)
    except (Unreadable, ValueError):
        return False
    return stood is not None and stood == came


def _day_of(text: str) -> dt.date | None:
    if match := _DAY.fullmatch(text):
        return dt.date.fromisoformat(match[1])
    return serial_day(text, "1900") if _WHOLE.fullmatch(text) else None
