"""Questions about routes: what may flow on each, under which agreement, and what it brought."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet

from muster.hub.intakes import intake_for
from muster.hub.models import Agreement, LandingState, Route
from muster.kernel.errors import NotFound, Where


@dataclass(frozen=True)
class RouteView:
    """A route with its agreement and when it last brought something.

    ``sender`` is the sending system's code, ``system`` its own name, ``fields`` the titles of the
    fields that may flow, ``first`` and ``last`` the earliest and latest day its feeds speak of.
    """

    code: str
    contract: str
    source: str
    sender: str
    system: str
    employer: uuid.UUID | None
    agreement: str
    agreement_code: str
    purpose: str
    lawful_basis: str
    retention: str
    processors: tuple[str, ...]
    signatories: tuple[str, ...]
    fields: tuple[str, ...]
    personal: bool
    starts: dt.date | None
    ends: dt.date | None
    suspended_at: dt.datetime | None
    feeds: int
    first: dt.date | None
    last: dt.date | None


def routes(*, employer: uuid.UUID | None = None) -> tuple[RouteView, ...]:
    """Return routes by code; only those of systems this employer owns if given."""
    found = _routes().order_by("code")
    if employer is not None:
        found = found.filter(source__employer=employer)
    return tuple(map(_view, found))


def route(code: str) -> RouteView:
    """Return one route.

    Raises:
        NotFound: if there is none.
    """
    found = _routes().filter(code=code).first()
    if found is None:
        raise NotFound("No such agreement", where=Where(thing=code), fix="See the agreements page")
    return _view(found)


def holds_personal(contract: str) -> bool:
    """Tell whether rows of a contract are about people; an unknown contract may well be."""
    return not contract or any(field.personal for field in intake_for(contract).contract.fields)


def _routes() -> QuerySet[Route]:
    settled = Q(landings__state=LandingState.ACCEPTED)
    return Route.to_register.select_related("source", "agreement").annotate(
        feeds=Count("landings", filter=settled),
        first=Min("landings__as_at", filter=settled),
        last=Max("landings__as_at", filter=settled),
    )


def _view(row: Route) -> RouteView:
    terms = row.agreement or Agreement()
    contract = intake_for(row.contract).contract
    agreed = set(terms.fields or ())
    return RouteView(
        code=row.code,
        contract=contract.title,
        source=row.source.title,
        sender=row.source.code,
        system=row.source.code.rpartition(":")[2],
        employer=row.source.employer,
        agreement=terms.title,
        agreement_code=terms.code,
        purpose=terms.purpose,
        lawful_basis=terms.lawful_basis,
        retention=terms.retention,
        processors=tuple(terms.processors),
        signatories=tuple(terms.signatories),
        fields=tuple(field.title for field in contract.fields if field.name in agreed),
        personal=any(field.personal for field in contract.fields if field.name in agreed),
        starts=terms.starts,
        ends=terms.ends,
        suspended_at=terms.suspended_at,
        feeds=row.feeds,  # type: ignore[attr-defined]  # annotated above
        first=row.first,  # type: ignore[attr-defined]
        last=row.last,  # type: ignore[attr-defined]
    )
