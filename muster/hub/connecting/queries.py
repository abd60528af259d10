"""Questions of whoever sets a route up: what there is to choose from, and what a draft says.

No secret is told here: of each it is only told whether it is set.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from muster.hub.agreements.stored import REGISTER
from muster.hub.connecting.drafting import may_change
from muster.hub.connecting.endpoints import described
from muster.hub.delivering.outlets import opened_secrets
from muster.hub.models import Agreement, Cursor, Endpoint, Route, System
from muster.kernel.errors import NotFound, Where


@dataclass(frozen=True)
class EndpointView:
    """How a system is spoken to: settings with their values, and the names of secrets alone."""

    id: uuid.UUID
    kind: str
    settings: Mapping[str, str]
    secrets: tuple[str, ...]
    routes: tuple[str, ...]
    tried_at: dt.datetime | None
    ready: bool | None
    said: str


@dataclass(frozen=True)
class AgreementChoice:
    """An agreement under which a route between two systems can be drafted."""

    code: str
    title: str
    contract: str
    sender: str
    receiver: str
    fields: tuple[str, ...]
    employers: frozenset[uuid.UUID]


@dataclass(frozen=True)
class DraftView:
    """A route as it was drafted; ``fixed`` says why it can be changed no more, "" if it can."""

    code: str
    contract: str
    source: str
    receiver: str
    agreement: str
    endpoint: uuid.UUID | None
    translation: str
    population: str
    shards: int
    owner: str
    from_start: bool
    fixed: str


def endpoints_of(system: str) -> tuple[EndpointView, ...]:
    """Return how a system is spoken to."""
    rows = Endpoint.objects.filter(system__code=system).prefetch_related("routes").order_by("id")
    return tuple(map(_endpoint, rows))


def endpoint(one: uuid.UUID) -> EndpointView:
    """Return one endpoint.

    Raises:
        NotFound: if there is none.
    """
    row = Endpoint.objects.filter(id=one).first()
    if row is None:
        raise NotFound("No such endpoint", where=Where(thing=str(one)), fix="See its system")
    return _endpoint(row)


def agreement_choices(*, employer: uuid.UUID | None = None) -> tuple[AgreementChoice, ...]:
    """Return the agreements between systems that were not ended, by code.

    Args:
        employer: only those of which a side is this employer's.
    """
    rows = Agreement.objects.filter(ended_on__isnull=True).exclude(receiver=REGISTER)
    owners = dict(System.objects.values_list("code", "employer"))
    choices = (_choice(row, owners) for row in rows.select_related("sender").order_by("code"))
    return tuple(one for one in choices if employer is None or employer in one.employers)


def drafted(code: str) -> DraftView:
    """Return what a route to another system says.

    Raises:
        NotFound: if there is none.
    """
    rows = Route.objects.filter(Q(code=code) & Q(receiver__isnull=False))
    row = rows.select_related("source", "receiver", "agreement").first()
    if row is None:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    assert row.receiver is not None
    first = Cursor.objects.filter(route=row).order_by("shard").first()
    return DraftView(
        row.code, row.contract, row.source.code, row.receiver.code,
        row.agreement.code if row.agreement else "", row.endpoint_id, row.translation,
        row.population, row.shards, row.owner, first is not None and first.position < 0,
        may_change(row),
    )  # fmt: skip


def _endpoint(row: Endpoint) -> EndpointView:
    known = {one.name for one in described(row.kind).settings if one.secret}
    sealed = opened_secrets(row)
    return EndpointView(
        row.id, row.kind, {name: str(said) for name, said in row.settings.items()},
        tuple(sorted(known & set(sealed))),
        tuple(row.routes.order_by("code").values_list("code", flat=True)),
        row.tried_at, row.ready, row.said,
    )  # fmt: skip


def _choice(row: Agreement, owners: Mapping[str, uuid.UUID | None]) -> AgreementChoice:
    sides = (row.sender.employer, owners.get(row.receiver))
    return AgreementChoice(
        row.code, row.title, row.contract, row.sender.code, row.receiver, tuple(row.fields),
        frozenset(one for one in sides if one is not None),
    )  # fmt: skip
