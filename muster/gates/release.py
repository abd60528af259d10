"""Releasing a table: the only way a figure leaves, and the record that it did.

A released table can only be made here: its constructor asks for a mark that this module keeps to
itself. The same table of the same data is released once and cited afterwards.
"""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from itertools import product

import msgspec
from django.db import transaction

from muster.gates.disclosure import Kind, refuse_unless_declared, told
from muster.gates.metrics import metric_named, reader_of
from muster.gates.models import Release
from muster.kernel.clock import Clock
from muster.kernel.errors import NotFound, Where
from muster.kernel.metrics import NOT_MAPPED, Metric, RawCell, Reader
from muster.ledger.current import ledger

_MARK = object()


@dataclass(frozen=True)
class ReleasedCell:
    """One figure as it may be shown. ``value`` is None for a band; ``labels`` follow ``key``."""

    key: tuple[str, ...]
    labels: tuple[str, ...]
    kind: Kind
    value: Decimal | None
    shown: str


@dataclass(frozen=True)
class ReleasedTable:
    """A table that passed the gate.

    ``returned`` of ``known`` publishers made a return at the date; ``without`` names employers
    that made none. ``mark`` proves where the table was made.

    Raises:
        TypeError: if anybody but this module makes one.
    """

    release: uuid.UUID
    metric: Metric
    dimensions: tuple[str, ...]
    as_at: dt.date
    snapshot: int
    cells: tuple[ReleasedCell, ...]
    returned: int
    known: int
    without: tuple[str, ...]
    mark: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.mark is not _MARK:
            raise TypeError("a released table is made by the gate alone")

    def only(self, dimension: str, code: str) -> tuple[ReleasedCell, ...]:
        """Return the released cells with one code: a view of the table, not another table."""
        place = self.dimensions.index(dimension)
        return tuple(cell for cell in self.cells if cell.key[place] == code)


def release(
    metric_name: str,
    dimensions: tuple[str, ...],
    as_at: dt.date,
    *,
    audience: str,
    purpose: str,
    by: str,
    clock: Clock,
) -> ReleasedTable:
    """Release one declared table, or cite the release of the same table and data.

    Args:
        metric_name: which metric.
        dimensions: what it is broken down by, in order; none for the total.
        as_at: the date.
        audience: who it is for.
        purpose: what for.
        by: who asked.
        clock: stamps the release.

    Raises:
        NotFound: if the metric is not declared.
        NotPermitted: if the table is not declared.
    """
    metric = metric_named(metric_name)
    refuse_unless_declared(metric, dimensions, as_at)
    snapshot = ledger().size("exchange")
    same = {
        "fingerprint": metric.fingerprint(),
        "dimensions": ",".join(dimensions),
        "as_at": as_at,
        "snapshot": snapshot,
        "audience": audience,
    }
    kept = Release.objects.filter(**same).first()
    if kept is None:
        kept = _make(metric, dimensions, as_at, same, purpose=purpose, by=by, clock=clock)
    return _table(kept, metric)


def cited(release: uuid.UUID) -> ReleasedTable:
    """Return a table as it left, whatever has become of its metric and data since.

    Raises:
        NotFound: if there is no such release.
    """
    kept = Release.objects.filter(id=release).first()
    if kept is None:
        raise NotFound(
            "No such release",
            where=Where(thing=str(release)),
            fix="Check the number; it stands in every file of the figures",
        )
    said = kept.content.get("metric")
    return _table(kept, msgspec.convert(said, Metric) if said else metric_named(kept.metric))


def _make(
    metric: Metric,
    dimensions: tuple[str, ...],
    as_at: dt.date,
    same: dict[str, object],
    *,
    purpose: str,
    by: str,
    clock: Clock,
) -> Release:
    reader = reader_of(metric)
    returns = reader.returns(as_at)
    content = {
        "metric": asdict(metric),
        "cells": _told_cells(metric, reader, dimensions, as_at),
        "returned": returns.returned,
        "known": returns.known,
        "without": list(returns.without),
    }
    with transaction.atomic():
        row = Release.objects.create(
            **same,
            metric=metric.name,
            profile=metric.profile,
            purpose=purpose,
            released_by=by,
            released_at=clock.now(),
            content=content,
        )
        said = {"purpose": purpose, "by": by, **same, "cells": len(content["cells"])}  # type: ignore[arg-type]
        ledger().append_one(
            "decisions",
            "muster.gates.table.released.v1",
            f"release:gates:{row.id}",
            {"metric": metric.name, **said},
        )
    return row


def _told_cells(
    metric: Metric, reader: Reader, dimensions: tuple[str, ...], as_at: dt.date
) -> list[list[object]]:
    """Return cells as stored: key, labels, kind, value, shown.

    A protected table holds every cell of its domain, also those nobody is in: a cell left out
    would say "zero" where only "0 to 7" may be said.
    """
    domains = [reader.domain(dimension, as_at) for dimension in dimensions]
    exact = {cell.key: cell for cell in reader.cells(dimensions, as_at)}
    keys = list(exact)
    if metric.profile == "protected":
        keys = list(product(*domains))
    else:
        order = [{code: place for place, code in enumerate(domain)} for domain in domains]
        keys.sort(key=lambda key: [o.get(c, len(o)) for o, c in zip(order, key, strict=True)])
    stored: list[list[object]] = []
    for key in keys:
        told_cell = told(metric, exact.get(key, RawCell(key, 0, 0)))
        labels = [
            domain.get(code) or (_not_mapped(metric, name) if code == NOT_MAPPED else code)
            for name, domain, code in zip(dimensions, domains, key, strict=True)
        ]
        value = None if told_cell.value is None else str(told_cell.value)
        stored.append([list(key), labels, told_cell.kind, value, told_cell.shown])
    return stored


def _not_mapped(metric: Metric, dimension: str) -> str:
    declared = metric.dimension(dimension)
    return declared.not_mapped if declared else NOT_MAPPED


def _table(row: Release, metric: Metric) -> ReleasedTable:
    content = row.content
    return ReleasedTable(
        release=row.id,
        metric=metric,
        dimensions=tuple(part for part in row.dimensions.split(",") if part),
        as_at=row.as_at,
        snapshot=row.snapshot,
        cells=tuple(
            ReleasedCell(
                tuple(key), tuple(labels), kind, None if value is None else Decimal(value), shown
            )
            for key, labels, kind, value, shown in content["cells"]
        ),
        returned=content["returned"],
        known=content["known"],
        without=tuple(content["without"]),
        mark=_MARK,
    )
