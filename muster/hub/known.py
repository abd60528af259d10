"""The layouts that are known now: those the rooms above declare, and those that people saved.

A saved layout is read from the database once for each change, because every file asks.
"""

import uuid
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from django.db.models import Count, Max

from muster.hub.intakes import declared_layouts
from muster.hub.layouts import Layout, load_layout
from muster.hub.models import SavedLayout


def known_layouts(*, serving: Collection[uuid.UUID | None] | None = None) -> tuple[Layout, ...]:
    """Return every layout by which a file can be recognised.

    Args:
        serving: the employers whose systems may have sent the file, if that is known. A layout
            that an employer's people saved serves that employer alone.
    """
    stamp = SavedLayout.objects.aggregate(
        count=Count("id"), newest=Max("saved_at"), retired=Max("retired_at")
    )
    if not stamp["count"]:
        return declared_layouts()
    saved = _saved(tuple(map(str, stamp.values())))
    if serving is not None:
        saved = tuple(one for one in saved if one.employer is None or one.employer in serving)
    return declared_layouts() + saved


@lru_cache(maxsize=4)
def _saved(_stamp: tuple[str, ...]) -> tuple[Layout, ...]:
    newest: dict[str, SavedLayout] = {}
    for row in SavedLayout.objects.order_by("name", "version"):
        newest[row.name] = row
    return tuple(
        replace(load_layout(row.toml), employer=row.employer)
        for row in newest.values()
        if row.retired_at is None
    )
