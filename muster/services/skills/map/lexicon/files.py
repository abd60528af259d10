"""Lexicons that an employer brings, and definitions from the files that ESCO publishes.

A lexicon is a table, CSV or Parquet: a row a name, with ``id`` (or ``skill``), ``label``, and if it
has them ``kind``, ``branch``, ``uri``, ``preferred`` (true, yes, 1). The first name of a skill is
the one marked, else the first listed.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.lexicon.folding import key
from muster.services.skills.map.lexicon.lexicon import Lexicon, make

KINDS = ("skill", "knowledge", "attitude", "language", "framework")
_YES = {"true", "yes", "y", "1", "preferred", "preferredlabel"}
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def read_lexicon(path: Path) -> Lexicon:
    """Return the lexicon in a file; its duplicates are folded and said.

    Raises:
        BadInput: if the file cannot be read, lacks a column, or a row lacks a value; the error
            names file, row (the heading is row 1) and field.
    """
    table = _table(path)
    names = {name.strip().lower(): name for name in table.columns}
    if "label" not in names:
        raise BadInput(
            "The lexicon has no column of names",
            where=Where(file=path.name, field="label"),
            fix="Give it the columns id and label, one row for each name of a skill",
        )
    column = names.get("id") or names.get("skill") or names["label"]
    plain = pl.DataFrame(
        {
            "id": table[column],
            **{
                field: table[names[field]] if field in names else _none(table.height)
                for field in ("label", "kind", "branch", "uri", "preferred")
            },
        }
    )
    rows = list(_rows(plain, path))
    if not rows:
        raise BadInput(
            "The lexicon is empty",
            where=Where(file=path.name),
            fix="Give it at least one row with a name of a skill",
        )
    return _lexicon(pl.DataFrame(rows, schema=plain.schema, orient="row"), path)


def _rows(table: pl.DataFrame, path: Path) -> Iterator[tuple[str | None, ...]]:
    """Yield the rows that say something, checked."""
    for row, (skill, label, kind, *rest) in enumerate(table.iter_rows(), start=2):
        if not any(value and value.strip() for value in (skill, label, kind, *rest)):
            continue
        for field, value in (("id", skill), ("label", label)):
            if not key(value or ""):
                raise BadInput(
                    "The row has no value there" if not (value or "").strip()
                    else "The value has no letter or digit",
                    where=Where(file=path.name, row=row, field=field),
                    fix="Fill it in, or take the row out",
                )  # fmt: skip
        stated = (kind or "skill").strip().lower()
        if stated not in KINDS:
            raise BadInput(
                "The kind of skill is not known",
                where=Where(file=path.name, row=row, field="kind"),
                fix=f"Use one of {', '.join(KINDS)}",
            )
        yield ((skill or "").strip(), (label or "").strip(), stated, *rest)


def _lexicon(rows: pl.DataFrame, path: Path) -> Lexicon:
    first = pl.col("preferred").str.strip_chars().str.to_lowercase().is_in(list(_YES))
    ordered = rows.with_row_index("_row").with_columns(_first=first.fill_null(value=False))
    ordered = ordered.sort(pl.col("_first").not_(), "_row")
    one_each = ordered.unique("id", keep="first", maintain_order=True).sort("_row")
    # Skills of one name are one skill: the first listed.
    named = one_each.with_columns(key=pl.col("label").map_elements(key, return_dtype=pl.String))
    same = named.select("id", kept=pl.col("id").first().over("key"))
    folded = same.filter(pl.col("id") != pl.col("kept")).height
    skills = named.unique("key", keep="first", maintain_order=True).with_row_index("skill")
    labels = (
        ordered.join(same, on="id")
        .join(skills.select("skill", kept="id", _label="label"), on="kept")
        .select(
            pl.col("skill").cast(pl.UInt32),
            "label",
            preferred=(pl.col("label") == pl.col("_label")),
        )
    )
    said = [f"{folded:,} skills had the name of another and were folded into it."] if folded else []
    return make(skills, labels, name=path.stem, version="", said=said)


def read_definitions(path: Path) -> dict[str, str]:
    """Return id to definition from a file that ESCO publishes, which an operator has.

    Args:
        path: CSV or Parquet with ``conceptUri`` (or ``ORIGINURI``, ``uri``, ``id``) and
            ``description`` (or ``definition``).

    Raises:
        BadInput: if it cannot be read or lacks these columns.
    """
    table = _table(path)
    names = {name.strip().lower(): name for name in table.columns}
    uri = next((names[n] for n in ("concepturi", "originuri", "uri", "id") if n in names), None)
    text = next((names[n] for n in ("description", "definition") if n in names), None)
    if uri is None or text is None:
        raise BadInput(
            "The file has no definitions of skills",
            where=Where(file=path.name, field="description" if uri else "conceptUri"),
            fix="Choose the file of skills as ESCO publishes it, with conceptUri and description",
        )
    known = table.select(
        id="esco:" + pl.col(uri).str.extract(f"({_UUID})"), text=pl.col(text).str.strip_chars()
    ).filter(pl.col("id").is_not_null() & (pl.col("text").fill_null("") != ""))
    return dict(known.unique("id", keep="first", maintain_order=True).iter_rows())


def _table(path: Path) -> pl.DataFrame:
    """Return a file as text."""
    try:
        if path.suffix.lower() == ".parquet":
            return pl.read_parquet(path).cast(pl.String)
        return pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput(
            "The file cannot be read as a table",
            where=Where(file=path.name),
            fix="Save it as CSV in UTF-8, or as Parquet",
        ) from error


def _none(height: int) -> pl.Series:
    return pl.Series([None] * height, dtype=pl.String)
