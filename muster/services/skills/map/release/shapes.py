"""Which files a release has, and the columns and types of each.

A file that has other columns, or another order of them, is no release: pages would read one thing
as another. Who writes a release and who reads it both ask here.
"""

from typing import Final

import polars as pl

from muster.kernel.errors import BadInput, Where

ABOUT: Final = "release.json"
SURFACES: Final = "surfaces.npz"

# What adverts are grouped by. Each advert is in one group of a kind at most.
KINDS: Final = ("organisation", "profession", "grade", "region", "year")

# A surface has SIDE x SIDE cells over the square from -WIDE to WIDE in both directions. Row 0 is
# the lowest y, column 0 the lowest x; the cells of one surface sum to 1.
SIDE: Final = 64
WIDE: Final = 1.1

TRENDS: Final = ("rising", "falling", "steady", "not known")

TABLES: Final[dict[str, pl.Schema]] = {
    "skills": pl.Schema(
        {
            "id": pl.String(),
            "label": pl.String(),
            "kind": pl.String(),
            "uri": pl.String(),
            "x": pl.Float64(),
            "y": pl.Float64(),
            "region_a": pl.Float64(),
            "region_b": pl.Float64(),
            "region_angle": pl.Float64(),
            "adverts": pl.Float64(),
            "organisations": pl.UInt32(),
            "specialism": pl.Float32(),
            "cluster": pl.Int32(),
            "share": pl.Float64(),
            "trend": pl.String(),
        }
    ),
    "near": pl.Schema(
        {
            "id": pl.String(),
            "other": pl.String(),
            "rank": pl.UInt8(),
            "similarity": pl.Float32(),
            "together": pl.UInt32(),
        }
    ),
    "clusters": pl.Schema(
        {
            "cluster": pl.Int32(),
            "name": pl.String(),
            "x": pl.Float64(),
            "y": pl.Float64(),
            "skills": pl.UInt32(),
        }
    ),
    "groups": pl.Schema(
        {
            "kind": pl.String(),
            "group": pl.String(),
            "parent": pl.String(),
            "adverts": pl.UInt32(),
        }
    ),
    "asked": pl.Schema(
        {
            "kind": pl.String(),
            "group": pl.String(),
            "id": pl.String(),
            "adverts": pl.UInt32(),
            "share": pl.Float64(),
            "low": pl.Float64(),
            "high": pl.Float64(),
            "ratio": pl.Float64(),
        }
    ),
    "evidence": pl.Schema(
        {
            "id": pl.String(),
            "sentence": pl.String(),
            "organisation": pl.String(),
            "posted": pl.Date(),
            "surface": pl.String(),
            "probability": pl.Float32(),
        }
    ),
    "labels": pl.Schema(
        {
            "id": pl.String(),
            "label": pl.String(),
            "preferred": pl.Boolean(),
            "added": pl.Boolean(),
        }
    ),
    "roles": pl.Schema(
        {
            "id": pl.String(),
            "role": pl.String(),
            "role_level": pl.String(),
            "level": pl.String(),
        }
    ),
    "definitions": pl.Schema(
        {
            "id": pl.String(),
            "definition": pl.String(),
            "reuse": pl.String(),
            "source": pl.String(),
        }
    ),
    "broader": pl.Schema(
        {
            "id": pl.String(),
            "path": pl.UInt8(),
            "step": pl.UInt8(),
            "name": pl.String(),
        }
    ),
    "unlisted": pl.Schema({"phrase": pl.String(), "adverts": pl.UInt32()}),
}

# What earlier releases do not have; in them these tables are empty.
LATER: Final = ("definitions", "broader", "unlisted")


def file_of(table: str) -> str:
    """Return the name of the file that a table is kept in."""
    return f"{table}.parquet"


def files() -> tuple[str, ...]:
    """Return the names of all files of a release beside the one that tells of it."""
    return (*(file_of(table) for table in TABLES), SURFACES)


def empty(table: str) -> pl.DataFrame:
    """Return a table of a release without rows."""
    return pl.DataFrame(schema=TABLES[table])


def checked(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table as it is.

    Raises:
        BadInput: if its columns, their order or their types are not those of a release.
    """
    if frame.schema != TABLES[table]:
        raise BadInput(
            "A table of the skills map has other columns than a release has",
            where=Where(file=file_of(table)),
            fix="Write the release again with this version of Muster",
        )
    return frame
