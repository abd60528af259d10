"""Releasing a table: the only way a figure leaves, and the record that it did.

A released table can only be made here: its constructor asks for a mark that this module keeps to
itself. The same table of the same data is released once and cited afterwards.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from itertools import permutations
from typing import Any, cast

import msgspec
from django.db import IntegrityError, transaction

from muster.gates import stood
from muster.gates.disclosure import Kind, refuse_unless_declared
from muster.gates.metrics import metric_named, reader_of
from muster.gates.models import LET_OUT, SHUT, WITHDRAWN, Release
from muster.gates.rows import EVERYBODY, may_cite, rules_for, same_rows
from muster.gates.telling import Stored, is_steady, told_over
from muster.kernel.clock import Clock
from muster.kernel.errors import NotFound, NotPermitted, Where
from muster.kernel.metrics import Metric, Reader, Returns
from muster.kernel.running import keyring
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
        NotPermitted: if the table is not declared, is held for a person, or was withdrawn.
    """
    [table] = release_over(
        metric_name, dimensions, [as_at], audience=audience, purpose=purpose, by=by, clock=clock
    )
    return table


def release_over(
    metric_name: str,
    dimensions: tuple[str, ...],
    dates: Sequence[dt.date],
    *,
    audience: str,
    purpose: str,
    by: str,
    clock: Clock,
) -> list[ReleasedTable]:
    """Release one declared table at each of several dates: the facts are read once for all.

    Args, and what is raised, are those of ``release``.
    """
    metric = metric_named(metric_name)
    for as_at in dates:
        refuse_unless_declared(metric, dimensions, as_at)
    common = {
        "fingerprint": metric.fingerprint(),
        "dimensions": ",".join(dimensions),
        "snapshot": ledger().size("exchange"),
        "audience": audience,
    }
    _refuse_if_shut(metric.name, dimensions, dates, audience)
    kept = {one.as_at: one for one in Release.objects.filter(**common, as_at__in=dates)}
    missing = sorted({date for date in dates if date not in kept})
    if missing:
        reader = reader_of(metric, audience)
        told = _told(metric, reader, dimensions, missing, audience)
        for as_at, cells in told.items():
            content = _content(metric, reader.returns(as_at), cells)
            same = {**common, "as_at": as_at}
            try:
                made = _make(metric, same, content, purpose=purpose, by=by, clock=clock)
            except IntegrityError:
                # Somebody else asked for it at the same moment: there is one release of a table.
                made = Release.objects.get(**same)
            kept[as_at] = made
    return [_table(kept[date], metric) for date in dates]


def _told(
    metric: Metric,
    reader: Reader,
    dimensions: tuple[str, ...],
    dates: Sequence[dt.date],
    audience: str,
) -> dict[dt.date, list[Stored]]:
    """Return what may be told to an audience.

    Figures of one employer's rows are the cells of that employer in the table by employer, which
    others get: they bear the same errors. Errors of cells of everybody would be known to an
    employer that can count its own people.
    """
    beyond = [rule.column for rule in rules_for(audience, metric)]
    beyond = [column for column in beyond if column not in dimensions]
    whole = (*beyond, *dimensions)
    before = stood.read(metric.fingerprint(), whole, dates) if is_steady(metric, whole) else {}
    stands = dict(before)
    told = told_over(metric, reader, whole, dates, secret=_secret(), stood=stands)
    moved = {date: stands[date] for date in dates if stands.get(date) is not before.get(date)}
    stood.keep(metric.fingerprint(), whole, moved)
    for cells in told.values():
        for cell in cells:
            cell[:2] = [cast("list[str]", part)[len(beyond) :] for part in cell[:2]]
    return told


def _refuse_if_shut(
    metric: str,
    dimensions: Sequence[str],
    dates: Sequence[dt.date],
    audience: str,
    snapshot: int | None = None,
) -> None:
    """Refuse a table that was held or withdrawn: whatever data came since, and however it is asked.

    Another order of dimensions, another wording of the metric and another audience that gets
    everybody's figures make it no other table.
    """
    same = Release.objects.filter(
        metric=metric,
        dimensions__in=[",".join(order) for order in permutations(dimensions)],
        as_at__in=dates,
        state__in=SHUT,
    ).defer("content")
    if snapshot is not None:
        same = same.filter(snapshot=snapshot)
    shut = next((one for one in same if same_rows(one.audience, audience)), None)
    if shut is not None:
        raise _shut(shut)


def _shut(kept: Release) -> NotPermitted:
    where = Where(thing=f"release {kept.id}")
    if kept.state == WITHDRAWN:
        return NotPermitted(
            "This table was withdrawn: beside others it would tell of single people",
            where=where,
            fix="Leave a dimension out, or ask an information-governance officer",
        )
    return NotPermitted(
        "This table is held: it may tell too much beside what was released before",
        where=where,
        fix="Wait until an information-governance officer has decided, or leave a dimension out",
    )


def cited(release: uuid.UUID, *, audience: str = EVERYBODY) -> ReleasedTable:
    """Return a table as it left, whatever has become of its metric and data since.

    Args:
        release: its number.
        audience: who asks: a table of one employer's rows is cited to that employer alone.

    Raises:
        NotFound: if there is no such release for the audience.
        NotPermitted: if it is held for a person, or was withdrawn.
    """
    kept = Release.objects.filter(id=release).first()
    if kept is None or not may_cite(kept.audience, audience):
        raise NotFound(
            "No such release",
            where=Where(thing=str(release)),
            fix="Check the number; it stands in every file of the figures",
        )
    if kept.state in SHUT:
        raise _shut(kept)
    if kept.state != LET_OUT:
        dimensions = kept.dimensions.split(",")
        _refuse_if_shut(kept.metric, dimensions, [kept.as_at], kept.audience, kept.snapshot)
    return _table(kept, metric_then(kept))


def metric_then(kept: Release) -> Metric:
    """Return a metric as it was declared when a table left."""
    said = kept.content.get("metric")
    return msgspec.convert(said, Metric) if said else metric_named(kept.metric)


def _content(metric: Metric, returns: Returns, cells: Sequence[object]) -> dict[str, Any]:
    """Return what is kept of a release."""
    return {
        "metric": asdict(metric),
        "cells": cells,
        "returned": returns.returned,
        "known": returns.known,
        "without": list(returns.without),
    }


def _make(
    metric: Metric,
    same: dict[str, Any],
    content: dict[str, Any],
    *,
    purpose: str,
    by: str,
    clock: Clock,
) -> Release:
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
        said = {"purpose": purpose, "by": by, **same, "cells": len(content["cells"])}
        ledger().append_one(
            "decisions",
            "muster.gates.table.released.v1",
            f"release:gates:{row.id}",
            {"metric": metric.name, **said},
        )
    return row


def _secret() -> bytes:
    """Return the secret of errors: who knew it could take them off again."""
    return keyring().lasting(b"muster.gates.perturbing")


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
