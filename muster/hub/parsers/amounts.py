"""Numbers: decimals, percentages, shares of a whole, hours and money; exact, never guessed.

Numbers are kept in billionths and money in pence, as whole numbers. A number that could mean two
things, such as ``1.234,56`` or a bare ``80`` among percentages, is refused with the question it
raises, unless the layout says what is meant.
"""

import datetime as dt
import re
from fractions import Fraction

from muster.hub.parsers.reasons import BILLION, WERE_ROUNDED, Damaged, Unreadable
from muster.kernel.money import read_pounds

NOT_A_NUMBER = "not a number"
NOT_WHOLE = "not a whole number"
SHORTENED = "a spreadsheet shortened it and its last digits are lost: send the column as text"
DECIMAL_COMMA = "a decimal comma, or a comma out of place: write 1234.56"
PERCENTAGE = "a percentage where a plain number is expected"
BRACKETS = "a number in brackets: the layout does not say that it is negative"
MINUS_BEHIND = "a minus sign behind the number: the layout does not say that it is negative"
NEGATIVE = "a negative number: the layout does not say that there are any"
OTHER_MONEY = "an amount in another currency than pounds"
NO_POUNDS = "not an amount in pounds and pence"
NO_PERCENT_SIGN = "not a percentage: it has no % sign"
LESS_THAN_ONE_PERCENT = "at most 1 where percentages are expected: write 80, or 80%"
MORE_THAN_TWICE = "more than 2 where a fraction of one is expected: write 0.8, or 80%"
NO_WHOLE = "what it is a share of is not stated"
NO_HOURS = "not a number of hours"
DATE_FOR_HOURS = "a date where hours are expected"

NEGATIVES = ("leading", "brackets", "trailing")
PERCENT_UNITS = ("fraction", "percent")
HOUR_UNITS = ("hours", "days")

_DECIMAL = re.compile(r"(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})?(?:\.(\d*))?", re.ASCII)
_SHORTENED = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d{1,3}", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_COMMA = re.compile(r"[-+(]?[\d.]*\d,[\d,.]*\d[-)]?", re.ASCII)
_CURRENCY = re.compile(r"[$€¥]|\b(EUR|USD)\b")
_NEGATIVE = {
    "leading": re.compile(r"-()(.*)", re.DOTALL),
    "brackets": re.compile(r"(£?)\((.*)\)", re.DOTALL),
    "trailing": re.compile(r"()(.*)-", re.DOTALL),
}
_SIGNS = (("leading", NEGATIVE), ("brackets", BRACKETS), ("trailing", MINUS_BEHIND))
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?", re.ASCII)
_SPELT = re.compile(
    r"(\d{1,5}) ?h(?:ours|rs|r)?(?: ?([0-5]?\d) ?(?:m|min|mins)?)?", re.ASCII | re.I
)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?", re.ASCII)
# Where spreadsheets begin to count days: hours beyond 24 show as a time on one of the next days.
_FIRST_DAYS = (dt.date(1899, 12, 31), dt.date(1904, 1, 1))
_DAYS_OF_HOURS = 31


def shortened(text: str) -> bool:
    """Tell whether a number is written with a power of ten, as spreadsheets show long ones."""
    return _SHORTENED.fullmatch(text) is not None


def read_billionths(text: str, negative: str = "", *, rounded: bool = False) -> int:
    """Return a decimal number such as an FTE in billionths, exactly.

    Args:
        text: what stands in the cell.
        negative: how negative numbers are written, one of ``NEGATIVES``; empty where none is
            expected. A minus sign before a number is understood with each.
        rounded: whether more than nine decimals are rounded, half up, or refused.

    Raises:
        Unreadable: if the text is not a plain decimal below a thousand million with at most nine
            decimals.
    """
    sign, digits = _without_sign(text, negative) if negative else (1, text)
    match = _DECIMAL.fullmatch(digits)
    if match is None or digits in ("", "."):
        raise _no_number(text, NOT_A_NUMBER)
    whole, decimals = (match[1] or "0").replace(",", ""), match[2] or ""
    billionths = int(whole) * BILLION + int(decimals[:9].ljust(9, "0"))
    if len(decimals) > 9 and decimals[9:].strip("0"):
        if not rounded:
            raise Damaged("more than nine decimals, as a spreadsheet's rounding error has")
        billionths += decimals[9] >= "5"
    return sign * billionths


def read_whole(text: str, negative: str = "") -> int:
    """Return a whole number such as a count of desks; ``12.0`` is one, as spreadsheets write it.

    Args:
        text: what stands in the cell.
        negative: as in ``read_billionths``.

    Raises:
        Unreadable: if the text is no plain number below a thousand million, or not a whole one.
    """
    number, rest = divmod(read_billionths(text, negative), BILLION)
    if rest:
        raise Unreadable(NOT_WHOLE)
    return number


def rounding_note(text: str) -> str | None:
    """Return what is noted of a number that ``read_billionths`` rounded; None if it did not."""
    return WERE_ROUNDED if text.partition(".")[2][9:].strip("0)-") else None


def read_percent(text: str, unit: str = "") -> int:
    """Return a percentage such as ``80%`` in billionths of a whole.

    Args:
        text: what stands in the cell.
        unit: what a number without a percent sign is: a ``fraction`` of one, as percent cells of
            workbooks arrive (0.8), or ``percent`` (80); empty refuses it.

    Raises:
        Unreadable: if it is no number, or seems to be in the other unit.
    """
    if not text.endswith("%"):
        return _bare_percent(text, unit)
    return _hundredth(read_billionths(text[:-1].rstrip()))


def _bare_percent(text: str, unit: str) -> int:
    if not unit:
        raise Damaged(NO_PERCENT_SIGN)
    billionths = read_billionths(text)
    if unit == "fraction":
        if billionths > 2 * BILLION:
            raise Damaged(MORE_THAN_TWICE)
        return billionths
    if 0 < billionths <= BILLION:
        raise Damaged(LESS_THAN_ONE_PERCENT)
    return _hundredth(billionths)


def _hundredth(billionths: int) -> int:
    if billionths % 100:
        raise Damaged("more than seven decimals in a percentage")
    return billionths // 100


def read_share(text: str, whole: str) -> int:
    """Return ``text`` as a share of ``whole`` (weekly hours of standard hours), in billionths.

    Both may be hours in any of the ways ``read_hours`` knows. Rounded to the nearest billionth,
    half up: 20 of 37 hours is 0.540540541.

    Raises:
        Unreadable: if either is no number, or the whole is zero.
    """
    if not whole:
        raise Damaged(NO_WHOLE)
    part, total = _hours(text, NOT_A_NUMBER), _hours(whole, NOT_A_NUMBER)
    if total == 0:
        raise Unreadable("the standard hours are zero")
    return _rounded(part / total)


# More hours than a number may have before its decimals.
_TOO_MANY_HOURS = 1_000_000_000 * BILLION


def read_hours(text: str, unit: str = "hours") -> int:
    """Return hours in billionths: ``37.5``, ``37:30``, ``37:30:00``, ``37h30``.

    A spreadsheet that took hours for a time of day shows ``1900-01-01 13:30:00`` for 37.5 hours.

    Args:
        text: what stands in the cell.
        unit: whether a plain number counts ``hours``, or ``days`` as durations of spreadsheets do.

    Raises:
        Unreadable: if it is no number of hours.
    """
    if unit == "days" and _DECIMAL.fullmatch(text):
        hours = 24 * read_billionths(text)
        if hours >= _TOO_MANY_HOURS:
            raise Unreadable(NO_HOURS)
        return hours
    return _rounded(_hours(text, NO_HOURS))


def _hours(text: str, otherwise: str) -> Fraction:
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = match.groups()
        return Fraction(int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0), 3600)
    if match := _SPELT.fullmatch(text):
        return int(match[1]) + Fraction(int(match[2] or 0), 60)
    if match := _MOMENT.fullmatch(text):
        return _since_the_first_day(match[1], match[2])
    if _DECIMAL.fullmatch(text) and text not in ("", "."):
        return Fraction(read_billionths(text), BILLION)
    raise _no_number(text, otherwise)


def _since_the_first_day(day: str, time: str | None) -> Fraction:
    try:
        moment = dt.datetime.fromisoformat(f"{day} {time or '00:00'}")
    except ValueError:
        raise Unreadable(NO_HOURS) from None
    for first in _FIRST_DAYS:
        passed = moment - dt.datetime.combine(first, dt.time())
        if dt.timedelta(days=first.year == 1899) <= passed < dt.timedelta(days=_DAYS_OF_HOURS):
            return Fraction(int(passed.total_seconds()), 3600)
    raise Damaged(DATE_FOR_HOURS)


def _rounded(value: Fraction) -> int:
    return int(value * BILLION + Fraction(1, 2))


def read_pence(text: str, negative: str = "leading") -> int:
    """Return an amount in pounds as pence; ``Unreadable`` if it is none."""
    sign, amount = _without_sign(text, negative)
    try:
        return sign * read_pounds(amount)
    except ValueError:
        raise _no_number(text, NO_POUNDS) from None


def _without_sign(text: str, negative: str) -> tuple[int, str]:
    """Return the sign and the rest; two signs remain for the reader of the rest to refuse."""
    for how in dict.fromkeys(("leading", negative)):
        match = _NEGATIVE[how].fullmatch(text)
        if match and not any(match[2].startswith(mark) for mark in "-("):
            return -1, match[1] + match[2].strip()
    return 1, text


def _no_number(text: str, otherwise: str) -> Unreadable:
    """Return why a text is no number: what it is instead, as far as that can be told."""
    if shortened(text):
        return Damaged(SHORTENED)
    if _CURRENCY.search(text):
        return Unreadable(OTHER_MONEY)
    bare = text.replace("£", "").replace(" ", "")
    if bare.endswith("%") and _DECIMAL.fullmatch(bare[:-1]):
        return Damaged(PERCENTAGE)
    if _COMMA.fullmatch(bare) and not _GROUPED.fullmatch(bare.strip("-+()")):
        return Damaged(DECIMAL_COMMA)
    for how, reason in _SIGNS:
        match = _NEGATIVE[how].fullmatch(bare)
        if match and match[2] and _DECIMAL.fullmatch(match[2]):
            return Damaged(reason)
    return Unreadable(otherwise)
