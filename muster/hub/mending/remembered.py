"""What people said that values mean, as delivery asks it: by route and field, and while in force.

Reads only. The verbs are in ``fixing``.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from muster.hub.layouts import Layout
from muster.hub.mapping.cells import cleaned, stated, tidied
from muster.hub.models import ValueFix


@dataclass(frozen=True)
class Meaning:
    """What a stated text of a field means on a route; ``stated`` is as ``cells.as_read`` gives."""

    id: uuid.UUID
    field: str
    stated: str
    becomes: str


def in_force(routes: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[Meaning, ...]]:
    """Return what is remembered now, by route; routes of which nothing is are left out."""
    live = ValueFix.objects.filter(route__in=routes, undone_at__isnull=True).order_by("id")
    found: dict[uuid.UUID, tuple[Meaning, ...]] = {}
    for route, fix, *said in live.values_list("route", "id", "field", "stated", "becomes"):
        found[route] = (*found.get(route, ()), Meaning(fix, *map(str, said)))
    return found


def instead(meanings: Sequence[Meaning]) -> dict[str, dict[str, str]]:
    """Return meanings as mapping takes them: by field, the text to read instead of a text."""
    texts: dict[str, dict[str, str]] = {}
    for meaning in meanings:
        texts.setdefault(meaning.field, {})[meaning.stated] = meaning.becomes
    return texts


def uses_of(
    meanings: Sequence[Meaning], source: pl.DataFrame, layout: Layout
) -> dict[uuid.UUID, pl.Series]:
    """Return which rows each meaning was used for, those it was used for at all.

    Args:
        meanings: of the rows' route.
        source: the sender's text, as mapping takes it.
        layout: by which it is read.
    """
    mappings = {mapping.field: mapping for mapping in layout.fields}
    fields = {meaning.field for meaning in meanings} & set(mappings)
    if not fields:
        return {}
    tidy = tidied(source, layout)
    texts = tidy.select(
        cleaned(stated(tidy, mappings[field]), mappings[field]).alias(field) for field in fields
    )
    uses: Mapping[uuid.UUID, pl.Series] = {
        meaning.id: (texts[meaning.field] == meaning.stated).fill_null(False)
        for meaning in meanings
        if meaning.field in fields
    }
    return {fix: rows for fix, rows in uses.items() if rows.any()}
