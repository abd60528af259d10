"""How one stated value is read: pure functions from text to value, or a reason in words.

A mapping reads each *distinct* value of a column once and joins the results back, so the same
function serves a file of a million rows and a single message, and gives the same answer for
both. The table in ``tests/spec/test_parsers.py`` is the documentation for HR people.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from muster.kernel.money import read_pounds

BILLION = 1_000_000_000
_DECIMAL = re.compile(r"(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})?(?:\.(\d*))?", re.ASCII)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}
_DATE_FORMS = {
    "YYYY-MM-DD": re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})", re.ASCII),
    "DD/MM/YYYY": re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})", re.ASCII),
    "DD.MM.YYYY": re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})", re.ASCII),
    "DD-MON-YYYY": re.compile(r"(?P<d>\d{1,2})-(?P<m>[A-Za-z]{3})-(?P<y>\d{4})", re.ASCII),
}
Value = str | int | dt.date | None
_INITIAL = re.compile(r"^[^\W\d_]\.?$")


class Unreadable(ValueError):
    """A value cannot be read; its message is the reason, without the value."""


def read_billionths(text: str) -> int:
    """Return a decimal number such as an FTE in billionths, exactly.

    Raises:
        Unreadable: if the text is not a plain decimal below a thousand million with at most nine
            decimals.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None or text in ("", "."):
        raise Unreadable("not a number")
    whole, decimals = (match[1] or "0").replace(",", ""), match[2] or ""
    if len(decimals) > 9 and decimals[9:].strip("0"):
        raise Unreadable("more than nine decimals, as a spreadsheet's rounding error has")
    return int(whole) * BILLION + int(decimals[:9].ljust(9, "0"))


def read_percent(text: str) -> int:
    """Return a percentage such as ``80%`` in billionths of a whole.

    Raises:
        Unreadable: if it is not a number with a percent sign.
    """
    if not text.endswith("%"):
        raise Unreadable("not a percentage: it has no % sign")
    billionths = read_billionths(text[:-1].rstrip())
    if billionths % 100:
        raise Unreadable("more than seven decimals in a percentage")
    return billionths // 100


def read_share(text: str, whole: str) -> int:
    """Return ``text`` as a share of ``whole`` (weekly hours of standard hours), in billionths.

    Rounded to the nearest billionth, half up: 20 of 37 hours is 0.540540541.

    Raises:
        Unreadable: if either is no number, or the whole is zero.
    """
    part, total = read_billionths(text), read_billionths(whole)
    if total == 0:
        raise Unreadable("the standard hours are zero")
    return int(Fraction(part * BILLION, total) + Fraction(1, 2))


def read_pence(text: str) -> int:
    """Return an amount in pounds as pence; ``Unreadable`` if it is none."""
    try:
        return read_pounds(text)
    except ValueError:
        raise Unreadable("not an amount in pounds and pence") from None


def read_date(text: str, form: str) -> dt.date:
    """Return a date written in one declared form, such as ``DD/MM/YYYY``.

    Raises:
        Unreadable: if it is in another form, or no such day exists.
    """
    match = _DATE_FORMS[form].fullmatch(text)
    if match is None:
        raise Unreadable(f"not a date of the form {form}")
    month = match["m"]
    number = int(month) if month.isdecimal() else _MONTHS.get(month.upper(), 0)
    try:
        return dt.date(int(match["y"]), number, int(match["d"]))
    except ValueError:
        raise Unreadable("no such day in the calendar") from None


def read_compact(text: str) -> str:
    """Return an identifier without spaces and in capitals: ``qa 12 34 56 c`` is ``QA123456C``."""
    return "".join(text.split()).upper()


def read_surname_in_capitals(text: str) -> str:
    """Return the surname of a name such as ``Ann Maria VAN DYCK``: the capitals at its end.

    A single letter before them is an initial and belongs to the forenames.

    Raises:
        Unreadable: if the last word is not in capitals.
    """
    return " ".join(_halves(text)[1])


def read_name_before_capitals(text: str) -> str | None:
    """Return the forenames that stand before a surname in capitals; None for a surname alone.

    Raises:
        Unreadable: as ``read_surname_in_capitals``.
    """
    return " ".join(_halves(text)[0]) or None


def _halves(text: str) -> tuple[list[str], list[str]]:
    words = text.split()
    start = len(words)
    while start and words[start - 1] == words[start - 1].upper() != words[start - 1].lower():
        start -= 1
    if start == len(words):
        raise Unreadable("not a name that ends with its surname in capitals")
    while start < len(words) - 1 and _INITIAL.match(words[start]):
        start += 1
    return words[:start], words[start:]


@dataclass(frozen=True)
class Parser:
    """One declared way to read a column.

    Args:
        kind: ``text``, ``decimal``, ``percent``, ``share``, ``pence``, ``date``, ``code``,
            ``compact``, ``surname_in_capitals`` or ``name_before_capitals``.
        form: for dates, how they are written.
        codes: for codes, the sender's value (in lower case) to the contract's value.
        otherwise: for codes, the value of what is not in the list; None refuses it.
    """

    kind: str
    form: str = "YYYY-MM-DD"
    codes: Mapping[str, str] | None = None
    otherwise: str | None = None

    def read(self, text: str, whole: str = "") -> Value:
        """Return the value of a stated text that is neither empty nor marked as absent.

        Raises:
            Unreadable: with the reason.
        """
        if self.kind == "date":
            return read_date(text, self.form)
        if self.kind == "share":
            return read_share(text, whole)
        if self.kind == "code":
            found = (self.codes or {}).get(text.casefold(), self.otherwise)
            if found is None:
                raise Unreadable("not in the code list of this layout")
            return found
        return _SIMPLE[self.kind](text)


_SIMPLE: dict[str, Callable[[str], Value]] = {
    "text": str,
    "decimal": read_billionths,
    "percent": read_percent,
    "pence": read_pence,
    "compact": read_compact,
    "surname_in_capitals": read_surname_in_capitals,
    "name_before_capitals": read_name_before_capitals,
}
KINDS = (*_SIMPLE, "date", "share", "code")
DATE_FORMS = tuple(_DATE_FORMS)
