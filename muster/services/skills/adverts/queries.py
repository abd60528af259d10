"""The only readers of adverts: those that stand, as a table that the map reads."""

import uuid
from collections.abc import Collection, Iterator
from typing import Any

import polars as pl
from django.db.models import OuterRef, QuerySet, Subquery

from muster.services.skills.adverts.models import Advert

_COLUMNS = {
    "key": pl.String, "title": pl.String, "organisation": pl.String, "profession": pl.String,
    "grade": pl.String, "place": pl.String, "region": pl.String, "posted": pl.Date,
    "text": pl.String, "may_show": pl.Boolean,
}  # fmt: skip
_AT_ONCE = 5_000


def held(employers: Collection[uuid.UUID] | None = None) -> pl.DataFrame:
    """Return the adverts that stand, of all employers or of some.

    The columns are those that ``map.reading`` knows, and ``may_show``: whether a sentence of the
    advert may be shown. The order is that of systems and their keys.
    """
    empty = pl.DataFrame(schema=_COLUMNS)
    return pl.concat([empty, *_portions(_standing(employers))])


def count() -> int:
    """Return how many adverts stand."""
    return _standing(None).count()


def _standing(employers: Collection[uuid.UUID] | None) -> "QuerySet[Advert]":
    """Return the latest telling of each advert, of those that were not taken back."""
    rows = Advert.objects.filter(withdrawn_at__isnull=True)
    latest = rows.filter(system=OuterRef("system"), key=OuterRef("key")).order_by("-came_at", "-id")
    found = rows.filter(id=Subquery(latest.values("id")[:1]))
    return found if employers is None else found.filter(employer__in=list(employers))


def _portions(rows: "QuerySet[Advert]") -> Iterator[pl.DataFrame]:
    values = rows.order_by("system", "key").values_list(
        "system", "key", "title", "employer__title", "profession", "grade", "place", "region",
        "posted", "of_text__text", "may_show",
    )  # fmt: skip
    part: list[tuple[Any, ...]] = []
    for system, key, *rest in values.iterator(chunk_size=_AT_ONCE):
        part.append((f"{system}:{key}", *(None if one == "" else one for one in rest)))
        if len(part) >= _AT_ONCE:
            yield pl.DataFrame(part, schema=_COLUMNS, orient="row")
            part = []
    yield pl.DataFrame(part, schema=_COLUMNS, orient="row")
