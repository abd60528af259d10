"""What stood when figures by a characteristic were told last: read before telling, kept after.

A table of one employer's rows is a part of the table by employer: both know of one another's cells,
so that a cell stays the same on both.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl
from django.db import transaction

from muster.gates.models import Stood

_EXACT = dict.fromkeys(("people", "value", "first", "second"), pl.Int64)


def read(
    fingerprint: str, dimensions: Sequence[str], dates: Sequence[dt.date]
) -> dict[dt.date, pl.DataFrame]:
    """Return what stood of a table at all dates up to the last of some; by columns ``c0`` on."""
    order = sorted(dimensions)
    found = Stood.objects.filter(
        fingerprint=fingerprint, dimensions=",".join(order), as_at__lte=dates[-1]
    )
    names = [f"c{dimensions.index(name)}" for name in order]
    schema = {**dict.fromkeys(names, pl.String), **_EXACT}
    return {one.as_at: pl.DataFrame(one.cells, schema=schema, orient="row") for one in found}


def keep(
    fingerprint: str, dimensions: Sequence[str], stands: Mapping[dt.date, pl.DataFrame]
) -> None:
    """Keep what stands now of a table; cells that are not in it stay as they stood."""
    order = sorted(dimensions)
    names = [f"c{dimensions.index(name)}" for name in order]
    for as_at, frame in stands.items():
        cells = frame.select(*names, *_EXACT).rows()
        with transaction.atomic():
            row, made = Stood.objects.select_for_update().get_or_create(
                fingerprint=fingerprint, dimensions=",".join(order), as_at=as_at,
                defaults={"cells": cells},
            )  # fmt: skip
            if made:
                continue
            whole = {tuple(one[: len(names)]): one for one in row.cells}
            row.cells = list({**whole, **{one[: len(names)]: one for one in cells}}.values())
            row.save()
