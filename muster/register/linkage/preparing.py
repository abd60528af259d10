"""Writing the same thing in the same way, so that only what differs is seen to differ.

Names lose accents, case, punctuation and titles; dates are eight digits, year first, whatever was
written, and an impossible one keeps its digits, since one wrong digit still tells; numbers lose
what is no digit or letter. What says nothing (empty, "unknown", "n/a") is no value.
"""

from collections.abc import Collection

import polars as pl

from muster.kernel.errors import BadInput, Where
from muster.register.linkage.roles import Roles

ROW, RECORD = "unique_id", "record"
_SAID = "said"
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

    Raises:
        BadInput: if a column holds what is no text, number or date.
    """
    fields = roles.fields()
    record = fields.pop("record", None)
    made = dict[str, pl.Series]()
    for name, column in fields.items():
        for part in _written_once(table[column], name, taken=(*fields, *made)):
            made[part.name] = part
    named = table[record] if record else pl.int_range(table.height, eager=True)
    ready = pl.DataFrame({RECORD: _text(named), **made})
    return _one_name_alone(ready).with_row_index(ROW)


def _one_name_alone(ready: pl.DataFrame) -> pl.DataFrame:
    """Let whoever has one name have it as surname, in whichever column it stands."""
    if not {"given_name", "surname"} <= set(ready.columns):
        return ready
    alone = pl.col("surname").is_null() & pl.col("given_name").is_not_null()
    return ready.with_columns(
        surname=pl.when(alone).then("given_name").otherwise("surname"),
        given_name=pl.when(alone).then(None).otherwise("given_name"),
    )


def _written_once(values: pl.Series, field: str, *, taken: Collection[str]) -> list[pl.Series]:
    """Return a column's values as they are compared; each distinct value is written once.

    A whole name is parted into the fields of names that are not ``taken`` by others.
    """
    said = pl.DataFrame({_SAID: _text(values)})
    distinct = said.unique()
    plain = distinct.select(_SAID, _plain(pl.col(_SAID)).alias(field))
    if field == "full_name":
        plain = _split(plain, taken)
    names = [name for name in plain.columns if name != _SAID]
    ready = plain.select(_SAID, *(_written(name, kind_of(name)) for name in names))
    joined = said.join(ready, on=_SAID, how="left", nulls_equal=True, maintain_order="left")
    return [joined[name] for name in names]


def _text(values: pl.Series) -> pl.Series:
    """Return values as text; whole numbers that were kept as fractions lose the fraction."""
    if values.dtype.is_float():
        number = pl.col("number")
        whole = number.cast(pl.Int64, strict=False)
        return (
            pl.DataFrame({"number": values.fill_nan(None)})
            .select(
                pl.when(whole == number).then(whole.cast(pl.String))
                .otherwise(number.cast(pl.String))
            )
            .to_series()
        )  # fmt: skip
    try:
        return values.cast(pl.String)
    except pl.exceptions.PolarsError:
        raise BadInput(
            f"A column of {values.dtype.base_type()} cannot be read as text",
            where=Where(field=values.name), fix="Write it as text, a number or a date",
        ) from None  # fmt: skip


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


def _split(text: pl.DataFrame, taken: Collection[str]) -> pl.DataFrame:
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
        expression.alias(name) for name, expression in made.items() if name not in taken
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
