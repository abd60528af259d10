"""Money, shares, hours, days and codes: how a record writes them, and how people type them.

A record writes money in pounds with two decimals (``31250.00``), shares and hours as decimals
without needless zeros (``0.8``), legal days as ``2026-11-22``.
"""

import datetime as dt
import re
from decimal import Decimal

from muster.hub.parsers.dates import read_date
from muster.hub.parsers.reasons import Unreadable
from muster.kernel.money import read_pounds
from muster.services.transfers.record.wrong import Wrong

_MONEY = re.compile(r"-?(?:0|[1-9]\d{0,8})\.\d{2}", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,5})(?:\.\d{1,9})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PAYE = re.compile(r"\d{3}/[A-Za-z0-9]{1,10}", re.ASCII)
_OFFICE = re.compile(r"\d{3}P[A-Z]\d{7}[0-9X]", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/.\- ]{0,34}", re.ASCII)
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+")
_DATE_FORMS = ("DD/MM/YYYY", "DD.MM.YYYY", "DD-MON-YYYY", "DD MMMM YYYY")
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
GRADES = (
    "AA", "AO", "EO", "HEO", "SEO", "G7", "G6", "SCS1", "SCS1A", "SCS2", "SCS3", "Perm Sec",
)  # fmt: skip
"""The Civil Service's own grades, in order; departments' grades are stated with an equivalent."""
SPELLED = {
    "administrative assistant": "AA", "administrative officer": "AO", "executive officer": "EO",
    "higher executive officer": "HEO", "senior executive officer": "SEO",
    "grade 7": "G7", "grade 6": "G6", "grade seven": "G7", "grade six": "G6",
    "scs pay band 1": "SCS1", "scs pay band 1a": "SCS1A", "scs pay band 2": "SCS2",
    "scs pay band 3": "SCS3", "scs 1": "SCS1", "scs 2": "SCS2", "scs 3": "SCS3",
    "permanent secretary": "Perm Sec",
}  # fmt: skip


def kept_money(text: str) -> str:
    """Return an amount as records write it, if it is one; ``Wrong`` otherwise."""
    if not _MONEY.fullmatch(text) or text == "-0.00":
        raise Wrong(
            "money form", "It is no amount in pounds with two decimals", "Write it as 31250.00"
        )
    if text.startswith("-"):
        raise Wrong("money sign", "An amount cannot be less than nothing here", "Check the sign")
    return text


def typed_money(text: str) -> str:
    """Return an amount as somebody typed it: ``£31,250`` is ``31250.00``."""
    try:
        pence = read_pounds(text)
    except ValueError:
        raise Wrong("money form", "It is no amount in pounds", "Write it as 31250.00") from None
    sign, whole = ("-" if pence < 0 else ""), abs(pence)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def kept_decimal(text: str, *, above: Decimal | None, most: Decimal, what: str) -> str:
    """Return a number as records write it if it lies within bounds; ``Wrong`` otherwise.

    Args:
        text: the number.
        above: what it must be more than; None where it may be anything from minus ``most`` on.
        most: what it may be at most.
        what: what it is, for the words.
    """
    if not _DECIMAL.fullmatch(text) or (text.startswith("-0") and not Decimal(text)):
        raise Wrong("number form", f"It is no number that {what} can be", "Write it as 0.8 or 37")
    value = Decimal(text)
    if value > most or (above is not None and value <= above) or value < -most:
        low = f"more than {above}" if above is not None else f"at least -{most}"
        raise Wrong(
            "number bounds", f"{what.capitalize()} is {low} and at most {most}", "Check the number"
        )
    return text


def typed_decimal(text: str) -> str:
    """Return a number as somebody typed it; ``80%`` is ``0.8``."""
    plain = text.replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d+)?%", plain, re.ASCII):
        plain = format(Decimal(plain[:-1]) / 100, "f")
    if not re.fullmatch(r"-?\d{1,6}(?:\.\d{1,9})?", plain, re.ASCII):
        raise Wrong("number form", "It is no number", "Write it as 0.8 or 37")
    shown = format(Decimal(plain), "f")
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in ("-0", "") else shown


def kept_day(text: str) -> dt.date:
    """Return the legal day that a record states; ``Wrong`` if it is none."""
    try:
        day = dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        raise Wrong("day exists", "There is no such day", "Check the day and month") from None
    if day is None:
        raise Wrong("day form", "It is no day without a time", "Write it as 2026-11-22")
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Wrong("day bounds", "It lies before 1900 or after 2100", "Check the year")
    return day


def typed_day(text: str) -> str:
    """Return a day as somebody typed it, day first: ``22/11/2026``, ``22 November 2026``."""
    reason = "It is no day"
    for form in _DATE_FORMS:
        try:
            return read_date(text, form).isoformat()
        except Unreadable as problem:
            if not str(problem).startswith("not a date of the form"):
                reason = f"It cannot be read as a day: {problem}"
    raise Wrong("day form", reason, "Write it as 2026-11-22 or 22/11/2026")


def kept_reference(text: str, kind: str) -> str:
    """Return a reference of HMRC or a system's code, if it has its form; ``Wrong`` otherwise."""
    pattern, form = {
        "paye_reference": (_PAYE, "three digits, a stroke and up to ten letters or digits"),
        "accounts_office": (_OFFICE, "three digits, P, a letter, seven digits, and a digit or X"),
        "code": (_CODE, "at most 35 letters, digits, spaces, hyphens, strokes and full stops"),
        "email": (_EMAIL, "one address such as name@example.com"),
    }[kind]
    if not pattern.fullmatch(text) or text != text.strip():
        raise Wrong(f"{kind} form", f"It is not {form}", "Copy it again from where it is kept")
    return text


def kept_grade(text: str) -> str:
    """Return a grade, a department's own included, if it can be one; ``Wrong`` otherwise."""
    if not any(sign.isalpha() for sign in text):
        raise Wrong("grade form", "It holds no letter", "Write it as HEO or G7, not as a number")
    return kept_text(text, longest=60)


def typed_grade(text: str) -> str:
    """Return a grade as records write it where it is a common spelling of one, else as typed."""
    plain = " ".join(text.split())
    close = re.sub(r"\bgrade ?", "g", plain.casefold()).replace(" ", "")
    for grade in GRADES:
        if close == grade.casefold().replace(" ", ""):
            return grade
    return SPELLED.get(plain.casefold(), plain)


def kept_text(text: str, *, longest: int = 200, plain: bool = False) -> str:
    """Return words for people, if they are short and hold no control signs; ``Wrong`` otherwise.

    Args:
        text: the words.
        longest: how many characters they may have.
        plain: whether ``;`` and ``=``, which part values in messages to payrolls, are refused.
    """
    if len(text) > longest:
        raise Wrong("text length", f"It has over {longest} characters", "Shorten it")
    if any((ord(sign) < 32 and sign != "\n") or sign == "\x7f" for sign in text):
        raise Wrong("text signs", "It holds signs that cannot be seen", "Type it again")
    if plain and (set(text) & set(";=\n") or text != text.strip()):
        raise Wrong("text parts", "It holds ; or =, which part values", "Write it without them")
    return text
