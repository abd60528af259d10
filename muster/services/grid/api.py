"""Figures as JSON and as files, for systems and notebooks: the same gate as on every page.

A token of an employer's system gets figures of that employer's rows; a token of a central one gets
figures of everybody. What is asked is one of the declared tables; there are no filters.
"""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from muster.gates.access import Actor, Subject, Verb, may, purpose_of
from muster.gates.disclosure import tellable
from muster.gates.metrics import declared, metric_named, reader_of
from muster.gates.release import ReleasedTable, cited, release
from muster.gates.rows import audience_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, NotPermitted, Where
from muster.kernel.metrics import Metric
from muster.pagekit.downloads import as_file
from muster.services.grid.exports.packing import packed

router = Router(tags=["figures"])
VERB: Verb = "see figures"
_BY = Query([], max_length=10)  # type: ignore[type-arg]
_DAY, _FORMAT = Query(None), Query("csv", max_length=20)  # type: ignore[type-arg]


class Refused(Schema):
    """Why a request was refused: what is wrong, where, and what to do."""

    what: str
    where: dict[str, Any]
    fix: str


class DimensionOut(Schema):
    """What a figure may be broken down by; a characteristic passes stricter rules."""

    name: str
    title: str
    definition: str
    characteristic: bool


class MetricOut(Schema):
    """A declared figure; ``fingerprint`` changes with its definition."""

    name: str
    title: str
    unit: str
    definition: str
    profile: str
    dimensions: list[DimensionOut]
    owner: str
    source: str
    fingerprint: str


class CellOut(Schema):
    """One figure: its codes with their labels, what was done to it, and how people read it.

    ``value`` is null for a band and for what is withheld.
    """

    key: list[str]
    labels: list[str]
    kind: str
    value: float | None
    shown: str


class TableOut(Schema):
    """A released table. ``release`` names it for ever: the same figures come back for it.

    ``returned`` of ``known`` employers told of the date; ``without`` names those that did not.
    """

    release: uuid.UUID
    metric: str
    title: str
    unit: str
    definition: str
    dimensions: list[str]
    as_at: dt.date
    snapshot: int
    returned: int
    known: int
    without: list[str]
    cells: list[CellOut]


_ERRORS = dict.fromkeys((400, 401, 403, 404, 422), Refused)


@router.get("/figures", response={200: list[MetricOut], **_ERRORS}, summary="List figures")
def list_figures(request: HttpRequest) -> list[MetricOut]:
    """List every declared figure."""
    _allowed(request)
    return [_metric(one) for _name, one in sorted(declared().items())]


@router.get(
    "/figures/{metric}/dates", response={200: list[dt.date], **_ERRORS}, summary="List dates"
)
def list_dates(request: HttpRequest, metric: str) -> list[dt.date]:
    """List the dates of which a figure can be told, the latest last."""
    _actor, audience = _allowed(request)
    chosen = metric_named(metric)
    return list(tellable(chosen, reader_of(chosen, audience).dates()))


@router.get("/figures/{metric}", response={200: TableOut, **_ERRORS}, summary="Get figures")
def get_figures(
    request: HttpRequest, metric: str, by: list[str] = _BY, as_at: dt.date | None = _DAY
) -> TableOut:
    """Release a table, or cite the release of the same table and data.

    ``by`` is given up to three times. ``as_at`` is a month end for figures about people; without
    it, the latest date there is.
    """
    actor, audience = _allowed(request)
    date = as_at or _latest(metric, audience)
    return _table(
        release(
            metric,
            tuple(by),
            date,
            audience=audience,
            purpose=purpose_of(actor, VERB) or "",
            by=actor.id,
            clock=SYSTEM_CLOCK,
        )
    )


@router.get("/releases/{release}", response={200: TableOut, **_ERRORS}, summary="Cite a release")
def get_release(request: HttpRequest, release: uuid.UUID) -> TableOut:
    """Return a table as it left, whatever has become of the data since."""
    _actor, audience = _allowed(request)
    return _table(cited(release, audience=audience))


@router.get("/releases/{release}/file", response=_ERRORS, summary="Get a release as a file")
def get_file(request: HttpRequest, release: uuid.UUID, format: str = _FORMAT) -> HttpResponse:
    """Return a released table as csv (with its metadata, in one archive), json, parquet, xlsx, ods
    or hyper."""
    _actor, audience = _allowed(request)
    name, content, kind = packed(cited(release, audience=audience), format)
    return as_file(HttpResponse(content, content_type=kind), name)


def _allowed(request: HttpRequest) -> tuple[Actor, str]:
    """Return who asks and as which audience."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    purpose = purpose_of(actor, VERB)
    if purpose is None or not may(actor, VERB, Subject("figures"), purpose).allowed:
        raise NotPermitted(f"This system may not {VERB}", fix="Use a token of a system that may")
    return actor, audience_of(actor.employer)


def _latest(metric: str, audience: str) -> dt.date:
    chosen = metric_named(metric)
    dates = tellable(chosen, reader_of(chosen, audience).dates())
    if not dates:
        raise BadInput(
            f"There is no {chosen.title.lower()} for any date yet",
            where=Where(field="as_at"),
            fix="Ask again once a feed tells of it",
        )
    return dates[-1]


def _metric(one: Metric) -> MetricOut:
    return MetricOut(
        **{name: getattr(one, name) for name in ("name", "title", "unit", "definition", "profile",
                                                 "owner", "source")},
        dimensions=[DimensionOut(name=part.name, title=part.title, definition=part.definition,
                                 characteristic=part.characteristic) for part in one.dimensions],
        fingerprint=one.fingerprint(),
    )  # fmt: skip


def _table(found: ReleasedTable) -> TableOut:
    return TableOut(
        release=found.release,
        metric=found.metric.name,
        title=found.metric.title,
        unit=found.metric.unit,
        definition=found.metric.definition,
        dimensions=list(found.dimensions),
        as_at=found.as_at,
        snapshot=found.snapshot,
        returned=found.returned,
        known=found.known,
        without=list(found.without),
        cells=[
            CellOut(key=list(cell.key), labels=list(cell.labels), kind=cell.kind,
                    value=None if cell.value is None else float(cell.value), shown=cell.shown)
            for cell in found.cells
        ],
    )  # fmt: skip
