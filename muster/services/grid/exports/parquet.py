"""Released figures as Parquet, with what must be told beside them as metadata of the file."""

import io
import json

import polars as pl

from muster.services.grid.exports.contents import Contents


def frame_of(contents: Contents) -> pl.DataFrame:
    """Return the rows with their types: text, and decimals of six places, in 64 bits."""
    types = {
        column.name: pl.Decimal(18, 6) if column.number else pl.String
        for column in contents.columns
    }
    return pl.DataFrame(contents.rows, schema=types, orient="row")


# Small groups of rows can be read side by side.
_ROWS_TOGETHER = 65_536


def as_parquet(contents: Contents) -> dict[str, bytes]:
    """Return a Parquet file."""
    out = io.BytesIO()
    columns = {one.name: {"title": one.title, "meaning": one.meaning} for one in contents.columns}
    frame_of(contents).write_parquet(
        out,
        row_group_size=_ROWS_TOGETHER,
        metadata={
            "title": contents.title,
            "as_at": contents.as_at.isoformat(),
            "release": contents.release,
            "columns": json.dumps(columns),
            "notes": json.dumps(dict(contents.notes)),
        },
    )
    return {f"{contents.name}.parquet": out.getvalue()}
