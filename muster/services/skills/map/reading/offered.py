"""The one table to which every form of advert is brought before it is read further.

All of it is text as it came: nothing is cleaned, cut or judged here. ``row`` counts from 1 within
``source``, so that a remark names a place that its reader can find.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from muster.services.skills.map.reading.corpus import Remark

FIELDS = (
    "key", "title", "organisation", "profession", "grade", "place", "region", "posted", "text",
)  # fmt: skip
OFFERED: dict[str, pl.DataType] = {
    **{name: pl.String() for name in FIELDS}, "source": pl.String(), "row": pl.UInt32(),
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """Adverts of one file or of a portion of it, and how many of the file's bytes they took."""

    adverts: pl.DataFrame
    read: int = 0
    said: tuple[Remark, ...] = field(default_factory=tuple)


Offers = Iterator[Offer]


def table(rows: Iterable[Mapping[str, object]], source: str) -> pl.DataFrame:
    """Return the table of adverts that were read one by one; what a row lacks is null."""
    made = [
        {name: _text(row.get(name)) for name in FIELDS}
        | {"source": source, "row": row.get("row", number)}
        for number, row in enumerate(rows, start=1)
    ]
    return pl.DataFrame(made, schema=OFFERED)


def _text(value: object) -> str | None:
    return None if value is None or value == "" else whole(str(value))


def whole(text: str) -> str:
    """Return a text in which every letter can be kept: half of one becomes a question mark.

    Systems that cut texts cut emoji in two, and so do the fonts of some PDFs.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
