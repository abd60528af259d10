"""The figures of a brief beside their targets, from released tables: live, or as they were cited.

A brief that is looked at asks the gate; an issue cites the releases it was made of. Both go through
``read``, so an issue says next year what the page said on the day.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _

from muster.gates.disclosure import PAY_ROUNDED_TO, ROUNDED_TO
from muster.gates.metrics import declared
from muster.gates.release import ReleasedTable, cited
from muster.kernel.errors import MusterError
from muster.kernel.metrics import Metric
from muster.services.dashboards.rules import (
    NOTHING,
    Direction,
    Part,
    Seen,
    Start,
    Status,
    Target,
    change,
    status,
)
from muster.services.dashboards.showing import (
    Asker,
    latest_complete,
    now_and_before,
    part_words,
    picked,
    seen,
    table_of,
)


@dataclass(frozen=True)
class Wanted:
    """One figure of a brief as it was set up. ``since`` is where the way to the target begins."""

    id: uuid.UUID
    metric: str
    parts: tuple[Part, ...]
    heading: str
    target: Target | None
    since: dt.date | None
    stated_by: str


@dataclass(frozen=True)
class Tables:
    """The released tables that a figure is read from; ``refused`` says why there are none."""

    now: ReleasedTable | None = None
    before: ReleasedTable | None = None
    start: ReleasedTable | None = None
    part: str = ""
    refused: str = ""


@dataclass(frozen=True)
class ReadFigure:
    """A figure as a brief shows it.

    ``changed`` is None where it cannot be said; ``alike`` tells that the same employers returned
    on both dates, so that a change is one of people and not of returns.
    """

    wanted: Wanted
    title: str
    unit: str
    part: str
    shown: str
    seen: Seen
    as_at: dt.date | None
    returned: int
    known: int
    release: uuid.UUID | None
    status: Status | None
    changed: Decimal | None
    before: dt.date | None
    before_shown: str
    alike: bool
    protected: bool
    refused: str


def asked(wanted: Wanted, on: dt.date | None, asker: Asker) -> Tables:
    """Ask the gate for what a figure needs, for a day or the latest complete month.

    Nothing is raised for what the gate refuses: the figure says so in its place.
    """
    metric = declared().get(wanted.metric)
    if metric is None:
        return Tables(refused=_("This figure is no longer declared."))
    as_at = latest_complete(metric, on)
    part = part_words(metric, wanted.parts, as_at)
    if as_at is None:
        return Tables(part=part, refused=_("There are no figures for this month."))
    narrow = tuple(name for name, _code in wanted.parts)
    try:
        now, before = now_and_before(metric, narrow, as_at, asker)
    except MusterError as problem:
        return Tables(part=part, refused=f"{problem.what}.")
    return Tables(now, before, _start(metric, wanted, narrow, asker), part)


def _start(
    metric: Metric, wanted: Wanted, narrow: tuple[str, ...], asker: Asker
) -> ReleasedTable | None:
    since = latest_complete(metric, wanted.since) if wanted.since is not None else None
    if since is None or wanted.target is None:
        return None
    try:
        return table_of(metric, narrow, since, asker)
    except MusterError:
        return None


def read(wanted: Wanted, tables: Tables) -> ReadFigure:
    """Return a figure with its status and change, worked out of released tables alone."""
    now, before = tables.now, tables.before
    metric = now.metric if now else declared().get(wanted.metric)
    figure = _seen(now, wanted)
    cells = picked(now, wanted.parts) if now else ()
    earlier = picked(before, wanted.parts) if before else ()
    return ReadFigure(
        wanted=wanted,
        title=metric.title if metric else wanted.metric,
        unit=metric.unit if metric else "",
        part=tables.part,
        shown=cells[0].shown if len(cells) == 1 else _("No return"),
        seen=figure,
        as_at=now.as_at if now else None,
        returned=now.returned if now else 0,
        known=now.known if now else 0,
        release=now.release if now else None,
        status=_status(wanted, tables, figure),
        changed=change(figure, _seen(before, wanted)),
        before=before.as_at if before else None,
        before_shown=earlier[0].shown if len(earlier) == 1 else "",
        alike=_alike(now, before),
        protected=metric is not None and metric.profile == "protected",
        refused=tables.refused,
    )


def _seen(table: ReleasedTable | None, wanted: Wanted) -> Seen:
    return seen(picked(table, wanted.parts)) if table else NOTHING


def _status(wanted: Wanted, tables: Tables, now: Seen) -> Status | None:
    if wanted.target is None or tables.now is None:
        return None
    start = tables.start
    begun = Start(start.as_at, _seen(start, wanted)) if start else None
    step = _rounded_to(tables.now.metric)
    return status(now, wanted.target, as_at=tables.now.as_at, start=begun, step=step)


def _rounded_to(metric: Metric) -> int:
    """Return what figures of a metric are rounded to."""
    if metric.profile != "protected":
        return 1
    return PAY_ROUNDED_TO if metric.pay else ROUNDED_TO


def _alike(now: ReleasedTable | None, before: ReleasedTable | None) -> bool:
    """Tell whether the same employers returned on both dates."""
    if now is None or before is None:
        return False
    return (now.returned, now.without) == (before.returned, before.without)


def frozen(wanted: Wanted, tables: Tables) -> dict[str, Any]:
    """Return a figure as an issue keeps it: what was asked and which releases answered.

    No figure is in it, so that a release that is withdrawn is told nowhere.
    """
    target = wanted.target
    return {
        "id": str(wanted.id), "metric": wanted.metric, "parts": [list(one) for one in wanted.parts],
        "heading": wanted.heading, "stated_by": wanted.stated_by,
        "target": None if target is None else str(target.value),
        "direction": "" if target is None else target.direction,
        "due": None if target is None else target.due.isoformat(),
        "since": wanted.since.isoformat() if wanted.since else None,
        "part": tables.part, "refused": tables.refused,
        **{name: _id(getattr(tables, name)) for name in ("now", "before", "start")},
    }  # fmt: skip


def thawed(kept: Mapping[str, Any]) -> ReadFigure:
    """Return a figure of an issue, from the releases it cites."""
    target = None
    if kept["target"] is not None:
        target = Target(
            Decimal(kept["target"]), cast("Direction", kept["direction"]),
            dt.date.fromisoformat(kept["due"]),
        )  # fmt: skip
    wanted = Wanted(
        uuid.UUID(kept["id"]), kept["metric"],
        tuple((name, code) for name, code in kept["parts"]), kept["heading"], target,
        dt.date.fromisoformat(kept["since"]) if kept["since"] else None, kept["stated_by"],
    )  # fmt: skip
    try:
        now = _cited(kept["now"])
    except MusterError as problem:
        return read(wanted, Tables(part=kept["part"], refused=f"{problem.what}."))
    return read(
        wanted,
        Tables(now, _or_none(kept["before"]), _or_none(kept["start"]), kept["part"],
               kept["refused"]),
    )  # fmt: skip


def _id(table: ReleasedTable | None) -> str | None:
    return str(table.release) if table else None


def _cited(release: str | None) -> ReleasedTable | None:
    return cited(uuid.UUID(release)) if release else None


def _or_none(release: str | None) -> ReleasedTable | None:
    try:
        return _cited(release)
    except MusterError:
        return None
