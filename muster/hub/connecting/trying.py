"""Trying one record on a route: what came in, what leaves, what the receiver would get.

For integrators, before anything goes live. The record takes the very path of live messages
(``delivering.preparing``); nothing is kept of it and nothing delivered. ``rehearse`` then hands it
to the receiver, in the way that the receiver's connector declares.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from muster.connectors.outlets import ENVELOPES, Rehearsal, Rehearsed, Rehearsing, Shipment
from muster.hub.airlock.looking import contract_of
from muster.hub.connecting.endpoints import rehearsal_of
from muster.hub.connecting.records import enveloped, example
from muster.hub.delivering.outlets import outlet_of
from muster.hub.delivering.preparing import Prepared, minimise, prepare_bodies
from muster.hub.delivering.routing import Routing, mapping_of, routing_of
from muster.hub.messages.envelope import Envelope, data_of, read_message
from muster.hub.messages.records import read_records
from muster.hub.models import Message, Route
from muster.hub.populations import of_population
from muster.hub.subjects import not_about
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger

REHEARSED = "muster.hub.route.rehearsed.v1"
Stage = Literal["route", "contract", "population", "translation"]
End = Literal["goes", "waits", "left out"]


@dataclass(frozen=True)
class CameField:
    """A field of the contract as it came; ``value`` is None where it is not stated."""

    name: str
    title: str
    personal: bool
    agreed: bool
    value: Any


@dataclass(frozen=True)
class Wrong:
    """What stands in a record's way, and at which step; no personal value stands in it."""

    stage: Stage
    said: str


@dataclass(frozen=True)
class Tried:
    """What becomes of one record on a route, step by step.

    Args:
        route: the route's code.
        agreement: the agreement's code.
        envelope: the record's, as it came or was made.
        fields: what came in, in the contract's order.
        gets: what the receiver would get, by its own fields; empty unless it goes.
        wrong: all that stands in its way.
        end: what becomes of the record; a route that may carry nothing stops it all the same.
        translated: whether a translation made ``gets``.
        rehearsal: how the receiver can be tried.
        shipment: what it would be handed; None unless it goes.
    """

    route: str
    agreement: str
    envelope: Envelope
    fields: tuple[CameField, ...] = field(repr=False)
    gets: tuple[tuple[str, Any], ...] = field(repr=False)
    wrong: tuple[Wrong, ...]
    end: End
    translated: bool
    rehearsal: Rehearsal
    shipment: Shipment | None = field(default=None, repr=False)

    @property
    def flows(self) -> bool:
        """Whether it would be handed over if the route were live."""
        return self.end == "goes" and not self.wrong


def try_record(route: str, record: bytes, *, subject: str = "", clock: Clock) -> Tried:
    """Return what becomes of a record that a person gives.

    Args:
        route: the route's code.
        record: a CloudEvent as JSON, or its data alone.
        subject: of whom data alone speaks.
        clock: says under what it would flow today.

    Raises:
        BadInput: if it is no message of this route's, or the translation cannot be read.
        NotFound: if there is no such route.
    """
    routing = _routing(route, clock)
    raw = enveloped(record, routing.route, subject=subject.strip(), now=clock.now())
    return _tried(raw, routing)


def try_message(route: str, position: int, *, clock: Clock, without: Collection[str] = ()) -> Tried:
    """Return what becomes of a message that came; for those alone who may read what it holds.

    Args:
        route: the route's code.
        position: its place in the exchange log.
        clock: says under what it flows today.
        without: ends of subjects whose messages are answered as not there; see ``subjects``.

    Raises:
        NotFound: if there is no such route, or no such message of its stream.
        NotPermitted: if the agreement does not let anything flow today; then nothing is opened.
    """
    routing = _routing(route, clock)
    if not routing.permission.allowed:
        raise NotPermitted(
            routing.permission.because, where=Where(thing=f"route {route}"), fix="See the agreement"
        )
    stream = Message.objects.filter(contract=routing.route.contract, system=routing.route.source)
    found = not_about(stream, without).filter(position=position, refused="").first()
    (raw,) = ledger().bodies("exchange", [position]) if found is not None else (None,)
    if raw is None:
        raise NotFound(
            "No such message of this route, or it was refused or erased",
            where=Where(thing=str(position), field="position"), fix="See the list of messages",
        )  # fmt: skip
    return _tried(raw, routing)


def example_for(route: str) -> str:
    """Return made-up data of the route's contract, as JSON text.

    Raises:
        NotFound: if there is no such route or contract.
    """
    row = _route(route)
    contract = contract_of(row, None)
    return example(row, contract, mapping_of(row.translation, contract))


def rehearse(tried: Tried, *, confirmed: bool, by: str, clock: Clock) -> Rehearsed:
    """Hand a record that was tried to its receiver, as a rehearsal; return what came of it.

    That it is done is written down before, what the record holds never.

    Args:
        tried: as ``try_record`` returned it.
        confirmed: a person said that the receiver may see it.
        by: who asks.
        clock: says under what it flows today.

    Raises:
        BadInput: if the receiver would see it, and nobody confirmed that.
        Conflict: if the record does not go, or this receiver cannot be rehearsed.
        NotPermitted: if nothing may flow on the route today.
        Unreachable: if the receiver cannot be reached.
    """
    where = Where(thing=f"route {tried.route}")
    routing = _routing(tried.route, clock)
    if not routing.permission.allowed:
        raise NotPermitted(routing.permission.because, where=where, fix="See the agreement")
    if tried.shipment is None:
        raise Conflict("The record does not go", where=where, fix="Mend what stands in its way")
    assert routing.route.endpoint is not None
    outlet = outlet_of(routing.route.endpoint)
    how = outlet.describe().rehearsal
    if how == "none" or not isinstance(outlet, Rehearsing):
        raise Conflict(
            "This receiver cannot be rehearsed", where=where,
            fix="Let the route go live with one message first",
        )  # fmt: skip
    if how == "seen" and not confirmed:
        raise BadInput(
            "The receiver will see it", where=Where(thing=tried.route, field="confirmed"),
            fix="Confirm that it may",
        )  # fmt: skip
    body = {"how": how, "endpoint": str(routing.route.endpoint.id), "by": by}
    ledger().append_one("decisions", REHEARSED, f"route:hub:{tried.route}", body)
    return outlet.rehearse(tried.shipment)


def _routing(code: str, clock: Clock) -> Routing:
    return routing_of(_route(code).id, legal_day(clock.now()))


def _route(code: str) -> Route:
    rows = Route.objects.select_related("source")
    found = rows.filter(code=code, receiver__isnull=False).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    return found


def _tried(raw: bytes, routing: Routing) -> Tried:
    envelope, _ = read_message(raw)
    envelopes = _envelopes(envelope)
    records = read_records(data_of([raw]), routing.contract)
    prepared = prepare_bodies(envelopes, [raw], routing)
    route = routing.route
    outside = not of_population(envelopes, route).height
    wrong = list(_wrongs(prepared))
    if outside:
        wrong.insert(0, Wrong("population", f"It is not of the population {route.population}"))
    if not routing.permission.allowed:
        wrong.insert(0, Wrong("route", routing.permission.because))
    goes = prepared.envelopes.height == 1 and not outside
    waits = prepared.aside.height == 1 and not outside
    end: End = "goes" if goes else "waits" if waits else "left out"
    shipment = Shipment(route.code, 0, 0, "", prepared.envelopes, prepared.data) if goes else None
    return Tried(
        route=route.code,
        agreement=route.agreement.code if route.agreement else "",
        envelope=envelope,
        fields=_came(records.frame, routing),
        gets=tuple(_stated(prepared.data)) if goes else (),
        wrong=tuple(wrong),
        end=end,
        translated=routing.mapping is not None,
        rehearsal=rehearsal_of(route.endpoint.kind) if route.endpoint else "none",
        shipment=shipment,
    )


def _envelopes(envelope: Envelope) -> pl.DataFrame:
    said = {
        "position": 0, "id": envelope.id, "source": envelope.source, "subject": envelope.subject,
        "type": envelope.type, "time": envelope.time, "traceparent": envelope.traceparent,
        "correlation": envelope.correlation, "key": f"{envelope.source}#{envelope.id}",
    }  # fmt: skip
    return pl.DataFrame([said], schema=ENVELOPES)


def _wrongs(prepared: Prepared) -> list[Wrong]:
    return [
        Wrong("contract" if stage == "contract" else "translation", cause)
        for stage, cause in prepared.aside.select("stage", "cause").iter_rows()
    ]


def _came(frame: pl.DataFrame, routing: Routing) -> tuple[CameField, ...]:
    agreed = set(minimise(frame, routing.agreed).columns)
    row = frame.row(0, named=True)
    return tuple(
        CameField(one.name, one.title, one.personal, one.name in agreed, row[one.name])
        for one in routing.contract.fields
    )


def _stated(data: pl.DataFrame) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in data.row(0, named=True).items() if value is not None]
