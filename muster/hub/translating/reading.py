"""Text read as dates and numbers, and written from them, over whole columns and exactly.

Each form of text is told by a pattern first: the engine reads more texts than people mean. What is
of another form becomes null, which parks the message. Numbers stay whole numbers throughout, so no
amount passes through a binary fraction.
"""

from collections.abc import Mapping

import polars as pl

BILLION = 1_000_000_000
# Beyond this many pence or billionths a number is no amount of anything, and could overflow.
TOO_LARGE = 10**18
_D, _M, _Y = "[0-9]{2}", "[0-9]{2}", "[0-9]{4}"
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)  # fmt: skip
_SHORT = "|".join(month[:3] for month in _MONTHS.split("|"))
# A form as people write it: how it is told, and how the engine writes and reads it.
FORMS: Mapping[str, tuple[str, str]] = {
    "YYYY-MM-DD": (f"^{_Y}-{_M}-{_D}$", "%Y-%m-%d"),
    "YYYY/MM/DD": (f"^{_Y}/{_M}/{_D}$", "%Y/%m/%d"),
    "YYYYMMDD": (f"^{_Y}{_M}{_D}$", "%Y%m%d"),
    "DD/MM/YYYY": (f"^{_D}/{_M}/{_Y}$", "%d/%m/%Y"),
    "MM/DD/YYYY": (f"^{_M}/{_D}/{_Y}$", "%m/%d/%Y"),
    "DD.MM.YYYY": (rf"^{_D}\.{_M}\.{_Y}$", "%d.%m.%Y"),
    "DD-MM-YYYY": (f"^{_D}-{_M}-{_Y}$", "%d-%m-%Y"),
    "DDMMYYYY": (f"^{_D}{_M}{_Y}$", "%d%m%Y"),
    "DD-MON-YYYY": (f"^{_D}-(?i-u:{_SHORT})-{_Y}$", "%d-%b-%Y"),
    "DD MMMM YYYY": (f"^{_D} (?i-u:{_MONTHS}) {_Y}$", "%d %B %Y"),
}
_INTEGER = "^-?[0-9]{1,18}$"
_POUNDS = r"^-?£?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,2})?$"
_DECIMAL = r"^-?[0-9]{1,9}(?:\.[0-9]{1,9})?$"


def read_date(text: pl.Expr, form: str) -> pl.Expr:
    """Return the days that texts of one form name; null for others and for no day."""
    pattern, written = FORMS[form]
    day = text.str.to_date(written, strict=False)
    return pl.when(text.str.contains(pattern) & (day.dt.year() >= 1)).then(day)


def write_date(day: pl.Expr, form: str) -> pl.Expr:
    """Return days as texts of a form."""
    return day.dt.to_string(FORMS[form][1])


def read_integer(text: pl.Expr) -> pl.Expr:
    """Return whole numbers of at most 18 digits; null for other texts."""
    return pl.when(text.str.contains(_INTEGER)).then(text.cast(pl.Int64, strict=False))


def read_pounds(text: pl.Expr) -> pl.Expr:
    """Return pence that texts state in pounds: ``31250``, ``£31,250.50``, ``-0.5``."""
    bare = text.str.strip_prefix("-").str.strip_prefix("£")
    return _fixed(text, _POUNDS, bare.str.replace_all(",", "", literal=True), 2)


def read_decimal(text: pl.Expr) -> pl.Expr:
    """Return billionths that texts state as decimals: ``0.8``, ``-12.000000001``."""
    return _fixed(text, _DECIMAL, text.str.strip_prefix("-"), 9)


def _fixed(text: pl.Expr, pattern: str, bare: pl.Expr, decimals: int) -> pl.Expr:
    """Return numbers in units of their last decimal; their digits are put together as text."""
    parts = bare.str.splitn(".", 2).struct
    behind = parts.field("field_1").fill_null("").str.pad_end(decimals, "0")
    digits = pl.concat_str(parts.field("field_0"), behind).cast(pl.Int64, strict=False)
    signed = pl.when(text.str.starts_with("-")).then(-digits).otherwise(digits)
    return pl.when(text.str.contains(pattern)).then(signed)


def write_integer(number: pl.Expr, digits: int | None) -> pl.Expr:
    """Return whole numbers as text, with leading zeros to so many digits if that is said."""
    text = number.cast(pl.String)
    if digits is None:
        return text
    return pl.when(number.is_between(0, 10**digits - 1)).then(text.str.pad_start(digits, "0"))


def write_pounds(pence: pl.Expr) -> pl.Expr:
    """Return pence in pounds with two decimals: ``31250.50``, ``-0.05``."""
    return _written(pence, pence.abs(), 2)


def write_decimal(billionths: pl.Expr, places: int | None, *, rounded: bool) -> pl.Expr:
    """Return billionths as decimals.

    Args:
        billionths: whole numbers.
        places: how many decimals are written; None for as many as there are.
        rounded: whether what has more is rounded, half away from zero, or becomes null.
    """
    if places is None:
        text = _written(billionths, billionths.abs(), 9)
        return text.str.strip_chars_end("0").str.strip_suffix(".")
    unit: int = 10 ** (9 - places)
    magnitude = billionths.abs()
    if rounded:
        return _written(billionths, (magnitude + unit // 2) // unit, places)
    return pl.when(magnitude % unit == 0).then(_written(billionths, magnitude // unit, places))


def _written(number: pl.Expr, magnitude: pl.Expr, decimals: int) -> pl.Expr:
    """Return magnitudes in units of their last decimal as text, with the sign of the number."""
    scale = 10**decimals
    sign = pl.when((number < 0) & (magnitude > 0)).then(pl.lit("-")).otherwise(pl.lit(""))
    parts = [sign, (magnitude // scale).cast(pl.String)]
    if decimals:
        behind = (magnitude % scale).cast(pl.String).str.pad_start(decimals, "0")
        parts += [pl.lit("."), behind]
    within = number.is_between(1 - TOO_LARGE, TOO_LARGE - 1)
    return pl.when(within).then(pl.concat_str(parts))
