"""Dates: in the form a layout declares, as real date cells arrive, and as serial numbers.

A date written ``2026-03-31`` is the same day in every form, with or without midnight behind it:
that is how date cells of workbooks reach us. Everything else is read in the declared form only.
"""

import calendar
import datetime as dt
import re

from muster.hub.parsers.reasons import WERE_SERIALS, WERE_SWAPPED, Damaged, Unreadable

NO_SUCH_DAY = "no such day in the calendar"
TIME_OF_DAY = "a time of day where only a date is expected"
TWO_DIGITS = "the year has two digits: the century is not stated"
OUT_OF_TIME = "before 1900 or after 2100"
NEVER_WAS = "29 February 1900, which spreadsheets count and no calendar has"
WITHIN_MONTH = "a day within a month where a whole month is expected"
SERIAL = "a spreadsheet's serial number"
NOT_SWAPPED = "a real date that no spreadsheet can have exchanged, in a column declared exchanged"
FIRST_YEAR, LAST_YEAR = 1900, 2100

_D, _M, _Y = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<y>\d{4})"
_FORMS = {
    "YYYY-MM-DD": r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})",
    "DD/MM/YYYY": f"{_D}/{_M}/{_Y}",
    "MM/DD/YYYY": f"{_M}/{_D}/{_Y}",
    "DD/MM/YY": rf"{_D}/{_M}/(?P<y>\d{{2}})",
    "DD.MM.YYYY": rf"{_D}\.{_M}\.{_Y}",
    "DD-MON-YYYY": f"{_D}-(?P<m>[A-Za-z]{{3}})-{_Y}",
    "DD MMMM YYYY": f"{_D} +(?P<m>[A-Za-z]{{3,9}}) +{_Y}",
    "YYYYMMDD": r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    "YYYYMM": r"(?P<y>\d{4})(?P<m>\d{2})",
    "MMMM YYYY": f"(?P<m>[A-Za-z]{{3,9}}) +{_Y}",
    "YYYY": _Y,
}
_PATTERNS = {form: re.compile(pattern, re.ASCII) for form, pattern in _FORMS.items()}
# The day before the first day, so that serial numbers count from it. Spreadsheets count a
# 29 February 1900: from 61 on, their days are one further than the calendar's.
_BEFORE = {"1900": dt.date(1899, 12, 31), "1904": dt.date(1904, 1, 1)}
_SERIAL_FORMS = {f"serial-{epoch}": epoch for epoch in _BEFORE}
_MONTH_FORMS = ("YYYYMM", "MMMM YYYY")
DATE_FORMS = (*_FORMS, *_SERIAL_FORMS)
EPOCHS = tuple(_BEFORE)

# What a person says when asked whether day and month were swapped: how the text of the column is
# written, and whether its real date cells were made by a spreadsheet that read it the other way.
EXCHANGED = ("day first with cells exchanged", "month first with cells exchanged")
ORDERS = ("day first", "month first", *EXCHANGED)
_BY_ORDER = {"day": "DD/MM/YYYY", "month": "MM/DD/YYYY"}

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_TIMED = re.compile(
    r"(?P<day>.*?\d)(?:T| +)(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?P<half> ?[AaPp][Mm])?"
    r"(?:Z|[+-]00:?00)?",
    re.ASCII,
)
_MIDNIGHT = re.compile(r"0?0:00(:00(\.0+)?)?", re.ASCII)
_TWELVE = re.compile(r"12:00(:00(\.0+)?)?", re.ASCII)
_NUMBER = re.compile(r"(\d{1,7})(?:\.(\d+))?", re.ASCII)
_LIKE_A_SERIAL = re.compile(r"[1-7]\d{4}(?:\.\d+)?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}([/.-])(\d{1,2}|[A-Za-z]{3})\1\d{2}", re.ASCII)
_FULL = [name.upper() for name in calendar.month_name[1:]]
_MONTHS = {name: number for number, name in enumerate(_FULL, 1)}
_MONTHS |= {name[:3]: number for number, name in enumerate(_FULL, 1)} | {"SEPT": 9}


def form_in_order(form: str, order: str) -> str:
    """Return the form in which text is read once somebody said which part comes first."""
    return _BY_ORDER[order.split(maxsplit=1)[0]] if order and form in _BY_ORDER.values() else form


def read_date(text: str, form: str, pivot: int | None = None) -> dt.date:
    """Return a date written in one declared form, such as ``DD/MM/YYYY``.

    Args:
        text: what stands in the cell.
        form: one of ``DATE_FORMS``. Forms of whole months give the month's last day.
        pivot: the last year that a year of two digits can mean.

    Raises:
        Unreadable: if it is in another form, or no such day exists.
    """
    return read_noted_date(text, form, pivot)[0]


def read_noted_date(
    text: str, form: str, pivot: int | None = None, serials: str = "", order: str = ""
) -> tuple[dt.date, str | None]:
    """Return a date as ``read_date`` does, and what was put right, if anything.

    Args:
        text: what stands in the cell.
        form: one of ``DATE_FORMS``.
        pivot: the last year that a year of two digits can mean.
        serials: the epoch of serial numbers that stand among dates of another form.
        order: one of ``ORDERS`` if somebody said so.
    """
    text, at = _without_time(text)
    if iso := _ISO.fullmatch(text):
        read: tuple[dt.date, str | None] = _day(*map(int, iso.groups())), None
        if form in _MONTH_FORMS:
            read = _whole_month(read[0]), None
        elif order in EXCHANGED:
            read = _exchanged(*read)
    elif form in _SERIAL_FORMS:
        read = serial_day(text, _SERIAL_FORMS[form], form), None
    elif match := _PATTERNS[form_in_order(form, order)].fullmatch(text):
        read = _matched(match, form, pivot), None
    elif _LIKE_A_SERIAL.fullmatch(text):
        read = _meant(text, serials)
        if order in EXCHANGED:
            read = _exchanged(*read)
    elif _SHORT_YEAR.fullmatch(text) and form != "DD/MM/YY":
        raise Damaged(TWO_DIGITS)
    else:
        raise Unreadable(f"not a date of the form {form}")
    if at:
        raise Damaged(TIME_OF_DAY)
    return read


def serial_day(text: str, epoch: str, form: str = "") -> dt.date:
    """Return the day that a serial number counts to, from one of ``EPOCHS``.

    Raises:
        Unreadable: if it is no whole number, or counts to no day of 1900 to 2100.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise Unreadable(f"not a date of the form {form or 'serial-' + epoch}")
    number = int(match[1])
    if (match[2] or "").strip("0"):
        raise Damaged(TIME_OF_DAY)
    if epoch == "1900":
        if number == 60:
            raise Unreadable(NEVER_WAS)
        if number == 0:
            raise Unreadable(NO_SUCH_DAY)
        number -= number > 60
    try:
        day = _BEFORE[epoch] + dt.timedelta(days=number)
    except OverflowError:
        raise Unreadable(OUT_OF_TIME) from None
    return _in_time(day)


def _meant(text: str, serials: str) -> tuple[dt.date, str | None]:
    """Read a serial number among other dates, or ask which day it is."""
    if serials:
        return serial_day(text, serials), WERE_SERIALS
    whole = text.partition(".")[0]
    days = []
    for epoch in EPOCHS:
        day = _BEFORE[epoch] + dt.timedelta(days=int(whole) - (epoch == "1900"))
        days.append(f"{day.day} {calendar.month_name[day.month]} {day.year}")
    raise Damaged(SERIAL, f"is it {days[0]}, or {days[1]} where days are counted from 1904?")


def _without_time(text: str) -> tuple[str, bool]:
    """Return the text before a time of day, and whether that time is another than midnight."""
    match = _TIMED.fullmatch(text)
    if match is None:
        return text, False
    half = (match["half"] or "").strip().upper()
    midnight = _TWELVE if half == "AM" else _MIDNIGHT
    return match["day"], half == "PM" or midnight.fullmatch(match["time"]) is None


def _matched(match: re.Match[str], form: str, pivot: int | None) -> dt.date:
    parts = match.groupdict()
    if form == "YYYY":
        return _day(int(parts["y"]), 12, 31)
    month, year = parts["m"], int(parts["y"])
    number = int(month) if month.isdecimal() else _MONTHS.get(month.upper(), 0)
    if len(parts["y"]) == 2:
        if pivot is None:
            raise Damaged(TWO_DIGITS)
        year = pivot - (pivot - year) % 100
    if form not in _MONTH_FORMS:
        return _day(year, number, int(parts["d"]))
    return _whole_month(_day(year, number, 1))


def _whole_month(day: dt.date) -> dt.date:
    """Return the last day of the month that a spreadsheet wrote as its first or last day."""
    last = calendar.monthrange(day.year, day.month)[1]
    if day.day not in (1, last):
        raise Damaged(WITHIN_MONTH)
    return day.replace(day=last)


def _exchanged(day: dt.date, note: str | None) -> tuple[dt.date, str | None]:
    if day.day > 12:
        raise Damaged(NOT_SWAPPED)
    if day.day == day.month:
        return day, note
    return dt.date(day.year, day.day, day.month), WERE_SWAPPED


def _day(year: int, month: int, day: int) -> dt.date:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise Unreadable(NO_SUCH_DAY) from None
    return _in_time(found)


def _in_time(day: dt.date) -> dt.date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(OUT_OF_TIME)
    return day
