"""Writing the same thing in the same way, so that only what differs is seen to differ.

Names lose accents, case, punctuation and titles; dates are eight digits, year first, whatever was
written, and an impossible one keeps its digits, since one wrong digit still tells; numbers lose
what is no digit or letter. What says nothing (empty, "unknown", "n/a") is no value.
"""

import polars as pl

from muster.register.linkage.roles import Roles

ROW, RECORD = "unique_id", "record"
_NOTHING = ("unknown", "n/a", "na", "none", "null", "not known", "not stated", "-", "?", "test")
_TITLES = r"^(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev)\.?\s+"
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d"}
_YEAR_FIRST = r"^(\d{4})\D?(\d{1,2})\D?(\d{1,2})"
_YEAR_LAST = r"^(\d{1,2})\D(\d{1,2})\D(\d{4})"
_MONTHS = {
    month: f"{number:02}"
    for number, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_NAMED_MONTH = r"^(\d{1,2})\W*([a-z]{3})[a-z]*\W*(\d{4})"


def prepared(table: pl.DataFrame, roles: Roles) -> pl.DataFrame:
    """Return a table of people as it is compared: text, null where nothing is said.

    Args:
        table: any table; other columns than those with a role are left out.
        roles: what its columns say.

    Returns:
        ``unique_id`` (row number), ``record`` (the row's own name) and one column for each field.
    """
    fields = roles.fields()
    record = fields.pop("record", None)
    text = table.select(
        pl.col(column).cast(pl.String).alias(name) for name, column in fields.items()
    )
    text = text.with_columns(_plain(pl.col(name)).alias(name) for name in text.columns)
    if "full_name" in text.columns:
        text = _split(text)
    made = text.select(_written(name, kind_of(name)) for name in text.columns)
    named = table[record].cast(pl.String) if record else pl.int_range(table.height, eager=True)
    return made.insert_column(0, pl.Series(RECORD, named).cast(pl.String)).with_row_index(ROW)


def kind_of(field: str) -> str:
    """Return the role of a field: ``address_2`` has the role ``address``."""
    role, _, number = field.rpartition("_")
    return role if number.isdecimal() else field


def _plain(column: pl.Expr) -> pl.Expr:
    """Return text in lower case without accents and needless space; null where it says nothing."""
    letters = (
        column.str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.replace_many(_LETTERS)
    )
    spaced = letters.str.replace_all(r"\s+", " ").str.strip_chars(" \t,;")
    return pl.when(spaced.is_in(_NOTHING) | (spaced == "")).then(None).otherwise(spaced)


def _split(text: pl.DataFrame) -> pl.DataFrame:
    """Part whole names; ``Surname, Given`` and ``Given Surname`` are both known."""
    name = pl.col("full_name").str.replace(_TITLES, "")
    comma = name.str.contains(",")
    surname = pl.when(comma).then(name.str.extract(r"^([^,]*),")).otherwise(
        name.str.extract(r"(\S+)$")
    )  # fmt: skip
    given = pl.when(comma).then(name.str.extract(r",\s*(.*)$")).otherwise(
        name.str.extract(r"^(.*)\s\S+$")
    )  # fmt: skip
    made = {"surname": surname, "given_name": given}
    return text.with_columns(
        expression.alias(name) for name, expression in made.items() if name not in text.columns
    ).drop("full_name")


def _written(field: str, kind: str) -> pl.Expr:
    column = pl.col(field)
    if kind in ("given_name", "surname"):
        name = column.str.replace(_TITLES, "").str.replace_all(r"['’`.]", "")
        made = name.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    elif kind == "date_of_birth":
        made = _date(column)
    elif kind in ("identifier", "postcode"):
        made = column.str.replace_all(r"[^a-z0-9]", "")
    elif kind == "phone":
        digits = column.str.replace_all(r"[^0-9]", "")
        made = digits.str.replace(r"^0044|^44", "0")
    elif kind in ("address", "town", "house_number", "region"):
        made = column.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    else:
        made = column
    return pl.when(made == "").then(None).otherwise(made).alias(field)


def _date(column: pl.Expr) -> pl.Expr:
    """Return eight digits; a date that is written in no known way keeps its digits."""
    first, last = column.str.extract_groups(_YEAR_FIRST), column.str.extract_groups(_YEAR_LAST)
    named = column.str.extract_groups(_NAMED_MONTH)
    month = named.struct.field("2").replace_strict(_MONTHS, default=None)
    return pl.coalesce(
        _digits(first.struct.field("1"), first.struct.field("2"), first.struct.field("3")),
        _digits(last.struct.field("3"), last.struct.field("2"), last.struct.field("1")),
        _digits(named.struct.field("3"), month, named.struct.field("1")),
        column.str.replace_all(r"[^0-9]", ""),
    )


def _digits(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    return year + month.str.zfill(2) + day.str.zfill(2)
