"""Mapping with dates that people corrected: certain themselves, and no evidence about the others.

Whether day and month are exchanged is told from a column as a whole. A date that somebody typed
was exchanged by no spreadsheet; of the others the column tells what it told when it came in.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from muster.hub.contracts import Contract
from muster.hub.layouts import Layout, header_key
from muster.hub.mapping import Mapped, apply_layout

Fixes = Mapping[str, Mapping[str, str]]


def received_texts(
    files: Sequence[tuple[int, Mapping[str, Mapping[int, str]]]], source: pl.DataFrame
) -> dict[str, pl.Series]:
    """Return by header key what came in in corrected cells, null for all other cells.

    Args:
        files: for each file's number what came in in its corrected cells, by header and row.
        source: the rows, with their ``file`` and ``row``.
    """
    found = [
        (header_key(header), number, row, text)
        for number, by_header in files
        for header, by_row in by_header.items()
        for row, text in by_row.items()
    ]
    schema = {"key": pl.String, "file": pl.Int64, "row": pl.Int64, "text": pl.String}
    texts = pl.DataFrame(found, schema=schema, orient="row").unique(["key", "file", "row"])
    rows = source.select("file", "row")
    return {
        str(key): rows.join(own, on=["file", "row"], how="left", maintain_order="left")["text"]
        for (key,), own in texts.partition_by("key", as_dict=True).items()
    }


def map_with_corrected(
    source: pl.DataFrame,
    layout: Layout,
    contract: Contract,
    fixes: Fixes,
    received: Mapping[str, pl.Series],
) -> Mapped:
    """Return what mapping gives of rows of which people corrected some cells.

    Args:
        source: the sender's text with corrections in place, as ``apply_layout`` takes it.
        layout: by which it is read.
        contract: what it becomes.
        fixes: what values mean.
        received: by header key, what came in in corrected cells, null for all others.
    """
    dates = {
        key for one in layout.fields if one.parser.kind == "date" for key in one.columns
    } & set(received)  # fmt: skip
    if not dates:
        return apply_layout(source, layout, contract, fixes)
    came = [pl.coalesce(pl.lit(received[key]), key).alias(key) for key in dates]
    mapped = apply_layout(source.with_columns(came), layout, contract, fixes)
    corrected = pl.DataFrame({key: received[key].is_not_null() for key in dates})
    places = corrected.select(pl.any_horizontal(pl.all()).arg_true().cast(pl.UInt32)).to_series()
    # Each row as a file of its own: none says anything about another.
    each = source[places].with_columns(file=pl.int_range(len(places), dtype=pl.Int64))
    alone = apply_layout(each, layout, contract, fixes)
    titles = {field.name: field.title for field in contract.fields}
    for one in layout.fields:
        read = dates & {*one.columns, *one.join, *filter(None, [one.of])}
        if read:
            rows = corrected[places].select(pl.any_horizontal(read)).to_series()
            mapped = _taken(mapped, alone, (one.field, titles[one.field]), places, rows)
    return mapped


def _taken(
    mapped: Mapped, alone: Mapped, field: tuple[str, str], places: pl.Series, rows: pl.Series
) -> Mapped:
    """Take one field of some rows as they were read by themselves.

    Args:
        mapped: what mapping gave of all rows.
        alone: what it gave of some of them, each by itself.
        field: the field's name and title.
        places: where those rows stand among all.
        rows: for which of them the field is taken.
    """
    name, title = field
    at = places.filter(rows)
    frame = mapped.frame.with_columns(
        mapped.frame[name].scatter(at, alone.frame[name].filter(rows))
    )
    about = pl.col("field") == title
    others = mapped.problems.filter(~(about & pl.col("at").is_in(at.implode())))
    there = pl.DataFrame({"here": rows.arg_true().cast(pl.UInt32), "there": at})
    own = (
        alone.problems.filter(about)
        .join(there, left_on="at", right_on="here", maintain_order="left")
        .with_columns(at=pl.col("there"))
        .select(mapped.problems.columns)
    )
    return Mapped(frame, pl.concat([others, own]), mapped.notes)
