"""Days on which adverts were posted, as systems write them."""

import datetime as dt

import polars as pl

FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d")
"""Tried in this order: a day stands before its month, as everywhere in the United Kingdom."""

_FIRST, _LAST = dt.date(1990, 1, 1), dt.date(2099, 12, 31)
_ISO = r"^\d{4}-\d{2}-\d{2}[T ].*$"
_ORDINAL = r"(?i)\b(\d{1,2})(?:st|nd|rd|th)\b"
_CLOCK = r"[ T]\d{1,2}:\d{2}.*$"


def days(texts: pl.Expr) -> pl.Expr:
    """Return the day that each text states; null where it states none that can be read."""
    bare = (
        texts.str.strip_chars()
        .str.replace(_CLOCK, "")
        .str.replace(_ORDINAL, "${1}")
        .str.replace(r"(?i)^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? ", "")
    )
    read = pl.coalesce(bare.str.to_date(form, strict=False) for form in FORMS)
    return pl.when(read.is_between(_FIRST, _LAST)).then(read)
