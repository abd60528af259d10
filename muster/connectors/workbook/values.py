"""How a cell that is not text is written as text: the one place that numbers, days and hours pass.

A spreadsheet stores a day as a count of days and an hour as a part of one; only the cell's number
format says that it is meant as a date. Nothing is put right here: a day that never was, such as
the 29 February 1900 that spreadsheets count, is written as the spreadsheet shows it, so that its
row can wait in quarantine.
"""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

# What the number format of a cell says its number is.
NUMBER, DATE, TIME, DURATION = range(4)
UNWORKED = "#FORMULA?"
ERROR_WITHOUT_NAME = "#ERROR?"
_DAY_SECONDS = 86_400
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?Z?", re.ASCII)
_PERIOD = re.compile(
    r"(-?)P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?)?", re.ASCII
)
# Number formats that every spreadsheet knows by number (ECMA-376, 18.8.30), East Asian ones too.
_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59)), DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47), TIME),
    46: DURATION,
}
# What a number format holds beside its pattern: quoted and escaped text, padding, colours.
_ASIDE = re.compile(r'"[^"]*"|\\.|[_*].|AM/PM|A/P', re.IGNORECASE | re.DOTALL)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
# The last day that a spreadsheet counts, 31 December 9999, and the one that never was.
_LAST_DAY, _NO_DAY = 2_958_465, 60
_DAYS_TO_1904 = 1_462
# A time of day of more than a day holds hours that were added up; a count of days this large is
# a moment of which only the time is shown (1927 and later).
_LEAST_MOMENT = 10_000


class NoNumber(ValueError):
    """A cell says that it is a number and holds none."""


def kind_of_format(number: int, codes: Mapping[int, str]) -> int:
    """Return what a number format makes of a number: NUMBER, DATE, TIME or DURATION.

    Args:
        number: the format's number in its workbook.
        codes: the formats that the workbook itself defines, by number.
    """
    if number not in codes:
        return _BUILT_IN.get(number, NUMBER)
    code = codes[number]
    pattern = _ASIDE.sub("", code.partition(";")[0])
    if _ELAPSED.search(pattern):
        return DURATION
    letters = set(_BRACKETS.sub("", pattern).lower())
    if "general" in pattern.lower():
        return NUMBER
    if letters & set("yd") or ("m" in letters and not letters & set("hs")):
        return DATE
    return TIME if letters & set("hs") else NUMBER


def number_text(stated: str) -> str:
    """Return a number plainly, with at most 15 significant digits, as spreadsheets keep them.

    Raises:
        NoNumber: if it is none.
    """
    return _plain(_read(stated))


def serial_text(stated: str, kind: int, from_1904: bool) -> str:
    """Return a count of days as the date, moment, time or duration that it stands for.

    Seconds are the smallest part. A count that can be no date is written as a number.

    Args:
        stated: the number as stored.
        kind: what the cell's format makes of it.
        from_1904: whether the workbook counts days from 1904.

    Raises:
        NoNumber: if it is no number.
    """
    number = _read(stated)
    if kind == NUMBER or abs(number) > _LAST_DAY:
        return _plain(number)
    if kind == DURATION or (kind == TIME and number < _LEAST_MOMENT):
        return duration_text(round(number * _DAY_SECONDS))
    days, seconds = divmod(round(number * _DAY_SECONDS), _DAY_SECONDS)
    days += _DAYS_TO_1904 if from_1904 else 0
    if number < 0 or days > _LAST_DAY:
        return _plain(number)
    return _day(days) + (f" {duration_text(seconds)}" if seconds else "")


def moment_text(stated: str) -> str:
    """Return a date as OpenDocument and ISO 8601 write it; midnight is the date alone.

    Raises:
        NoNumber: if it is none.
    """
    found = _MOMENT.fullmatch(stated.strip())
    if found is None:
        raise NoNumber
    time = f"{found[2]}:{found[3]}:{found[4] or '00'}" if found[2] else "00:00:00"
    return found[1] if time == "00:00:00" else f"{found[1]} {time}"


def period_text(stated: str) -> str:
    """Return a duration as OpenDocument writes it (``PT37H30M00S``) in hours.

    Raises:
        NoNumber: if it is none.
    """
    found = _PERIOD.fullmatch(stated.strip())
    if found is None or not any(found.groups()[1:]):
        raise NoNumber
    days, hours, minutes, seconds = (Decimal(part or 0) for part in found.groups()[1:])
    total = round(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
    return duration_text(-total if found[1] else total)


def duration_text(seconds: int) -> str:
    """Return seconds as ``hours:minutes:seconds``."""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _read(stated: str) -> float:
    text = stated.strip()
    if not _NUMBER.fullmatch(text):
        raise NoNumber
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise NoNumber
    return number


def _plain(number: float) -> str:
    return format(Decimal(f"{number:.15g}"), "f") if number else "0"


def _day(days: int) -> str:
    """Return the day of a count that begins with 1 on 1 January 1900, 29 February 1900 included."""
    if days == _NO_DAY:
        return "1900-02-29"
    if days == 0:
        return "1900-01-00"
    first = dt.date(1899, 12, 31) if days < _NO_DAY else dt.date(1899, 12, 30)
    return (first + dt.timedelta(days=days)).isoformat()


def unworked_note(count: int) -> tuple[str, ...]:
    """Return the note on formulas without a result, if there are any."""
    if not count:
        return ()
    formulas = "1 formula was" if count == 1 else f"{count:,} formulas were"
    return (f"{formulas} never worked out: open the workbook in a spreadsheet program and save it",)
