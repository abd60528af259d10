"""The plain forms of a value, read for a whole column at once.

``quickly`` gives an expression that reads what is plainly written, and is null for everything else:
that goes to the parser, one distinct value after the other. Whatever is read here must be what the
parser reads, without a note; ``tests/generative/test_quick.py`` holds the two against each other.
Each form is told by a pattern first, because Polars casts more texts to numbers and dates than
people write.
"""

from collections.abc import Callable

import polars as pl

from muster.hub.parsers import BILLION, Parser
from muster.hub.parsers.dates import EXCHANGED, FIRST_YEAR, LAST_YEAR, form_in_order

# Printable ASCII and the Latin letters of these islands in one character each: nothing that
# ``damage.tidy`` could change or ``damage.refuse_damage`` refuse. Wrongly read UTF-8 always holds a
# character beyond these.
LETTERS = "À-ÖØ-öø-ÿŴŵŶŷ"
_PLAIN_TEXT = rf"^(?:[ -\"$-<>-~{LETTERS}][ -~\t\r\n{LETTERS}]*)$"
_IDENTIFIER = r"^(?:[A-Za-z0-9]{1,15}|[A-Za-z][A-Za-z0-9 ./_-]*)$"
_COMPACT = r"^(?:[A-Za-z0-9 ]{1,15}|[A-Za-z][A-Za-z0-9 ]*)$"
_DECIMAL = r"^[0-9]{1,6}(?:\.[0-9]{1,9})?$"
_WHOLE = r"^[0-9]{1,9}$"
_PERCENT = r"^[0-9]{1,4}(?:\.[0-9]{1,7})?%$"
_HOURS = r"^[0-9]{1,4}(?:\.[0-9]{1,4})?$"
_POUNDS = r"^£?(?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.[0-9]{1,2})?$"
_DATES = {
    "YYYY-MM-DD": (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "%Y-%m-%d"),
    "DD/MM/YYYY": (r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$", "%d/%m/%Y"),
    "MM/DD/YYYY": (r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$", "%m/%d/%Y"),
    "DD.MM.YYYY": (r"^[0-9]{2}\.[0-9]{2}\.[0-9]{4}$", "%d.%m.%Y"),
    "DD-MON-YYYY": (r"^[0-9]{2}-[A-Za-z]{3}-[0-9]{4}$", "%d-%b-%Y"),
    "YYYYMMDD": (r"^[0-9]{8}$", "%Y%m%d"),
}


def quickly(text: pl.Expr, whole: pl.Expr, parser: Parser) -> pl.Expr | None:
    """Return the values of what is plainly written, null for the rest; None if nothing ever is.

    Args:
        text: cleaned text; null where nothing is stated.
        whole: for shares, the text of the whole.
        parser: the declared way to read it.
    """
    if parser.kind == "share":
        return _share(text, whole)
    read = _READERS.get(parser.kind)
    return read(text, parser) if read is not None else None


def lost_zeros(text: pl.Expr, parser: Parser) -> pl.Expr | None:
    """Return where ``quickly`` put lost zeros back; None if it never does."""
    if not parser.digits or parser.kind == "code":
        return None
    return text.str.contains(_shorter(parser.digits)) & text.str.contains("[1-9]")


def _text(text: pl.Expr, parser: Parser) -> pl.Expr:
    return pl.when(text.str.contains(_PLAIN_TEXT)).then(text)


def _identifier(text: pl.Expr, parser: Parser) -> pl.Expr:
    if parser.digits:
        return _of_length(text, parser.digits)
    return pl.when(text.str.contains(_IDENTIFIER)).then(text)


def _compact(text: pl.Expr, parser: Parser) -> pl.Expr:
    if parser.digits:
        return _of_length(text, parser.digits)
    compact = text.str.replace_all(" ", "", literal=True).str.to_uppercase()
    return pl.when(text.str.contains(_COMPACT)).then(compact)


def _of_length(text: pl.Expr, digits: int) -> pl.Expr:
    """Return numbers of declared length, with the zeros they lost."""
    some = text.str.contains("[1-9]")
    if digits <= 15:
        right = text.str.contains(rf"^[0-9]{{{digits}}}$")
        return (
            pl.when(right & some)
            .then(text)
            .when(text.str.contains(_shorter(digits)) & some)
            .then(text.str.pad_start(digits, "0"))
        )
    return pl.when(text.str.contains(_shorter(digits)) & some).then(text.str.pad_start(digits, "0"))


def _shorter(digits: int) -> str:
    return rf"^[0-9]{{1,{min(digits - 1, 15)}}}$" if digits > 1 else r"[^\s\S]"


def _number(plain: pl.Expr, digits: pl.Expr, times: int) -> pl.Expr:
    """Return numbers as whole multiples.

    A binary fraction below 2 to the 50th, rounded, is the whole number that was meant.
    """
    return pl.when(plain).then(
        (digits.cast(pl.Float64, strict=False) * times).round().cast(pl.Int64, strict=False)
    )


def _decimal(text: pl.Expr, parser: Parser) -> pl.Expr:
    return _number(text.str.contains(_DECIMAL), text, BILLION)


def _whole(text: pl.Expr, parser: Parser) -> pl.Expr:
    return pl.when(text.str.contains(_WHOLE)).then(text.cast(pl.Int64, strict=False))


def _hours(text: pl.Expr, parser: Parser) -> pl.Expr | None:
    return None if parser.unit == "days" else _decimal(text, parser)


def _percent(text: pl.Expr, parser: Parser) -> pl.Expr:
    return _number(text.str.contains(_PERCENT), text.str.strip_suffix("%"), BILLION // 100)


def _pence(text: pl.Expr, parser: Parser) -> pl.Expr:
    digits = text.str.strip_prefix("£").str.replace_all(",", "", literal=True)
    return _number(text.str.contains(_POUNDS), digits, 100)


def _share(text: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Return shares rounded half up: in ten-thousandths both parts are whole numbers."""
    part = _number(text.str.contains(_HOURS), text, 10_000)
    total = _number(whole.str.contains(_HOURS), whole, 10_000)
    share = (part * (2 * BILLION) + total) // (2 * total)
    return pl.when(total > 0).then(share)


def _date(text: pl.Expr, parser: Parser) -> pl.Expr | None:
    form = form_in_order(parser.form, parser.order)
    if form not in _DATES or (form == "YYYY-MM-DD" and parser.order in EXCHANGED):
        return None
    pattern, written = _DATES[form]
    day = text.str.to_date(written, strict=False)
    return pl.when(
        text.str.contains(pattern) & day.dt.year().is_between(FIRST_YEAR, LAST_YEAR)
    ).then(day)


def _code(text: pl.Expr, parser: Parser) -> pl.Expr | None:
    codes = {key: value for key, value in parser.lookup.items() if key.isascii()}
    if not codes:
        return None
    return text.str.to_lowercase().replace_strict(codes, default=None, return_dtype=pl.String)


_READERS: dict[str, Callable[[pl.Expr, Parser], pl.Expr | None]] = {
    "text": _text,
    "identifier": _identifier,
    "compact": _compact,
    "code": _code,
    "whole": _whole,
    "decimal": _decimal,
    "hours": _hours,
    "percent": _percent,
    "pence": _pence,
    "date": _date,
}
