"""What the hub takes and hands over, as an AsyncAPI 3 document made from contracts and routes.

For developers of systems: which messages there are, what each holds, who sends and who gets it.
A route's messages are described as its receiver gets them: agreed fields only, translated, with
whose they are and how surely each takes effect once.
"""

import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q

from muster.connectors.outlets import EffectClass
from muster.hub.contract_registry import live_contract
from muster.hub.contracts import Contract
from muster.hub.delivering.outlets import outlet_of
from muster.hub.delivering.routing import mapping_of
from muster.hub.messages.envelope import source_of
from muster.hub.models import Agreement, ContractRevision, Route
from muster.hub.populations import CASE
from muster.hub.translating import RouteMapping
from muster.kernel.errors import BadInput, Misconfigured, NotFound

VERSION = "3.0.0"
_EVENT = "application/cloudevents+json"
_KINDS = {"text": {"type": "string"}, "integer": {"type": "integer"},
          "date": {"type": "string", "format": "date"}}  # fmt: skip
_EVERYBODY = "everybody"
_EFFECTS: dict[EffectClass | None, str] = {
    "transactional": "The receiver stores them with a mark of how far it is: each takes effect"
                     " exactly once.",
    "idempotent": "Each carries a key by which the receiver knows one that it already has; it may"
                  " be handed over again.",
    "confirm": "Each is attempted once; where it is in doubt what became of it, somebody is"
               " asked.",
}  # fmt: skip
_NOT_KNOWN = "How surely each takes effect once is not known until a connector is set up."
# In a document they would name another dialect and another place than the document's own.
_NOT_WITHIN = ("$schema", "$id")


def document(*, address: str, employer: uuid.UUID | None = None) -> dict[str, Any]:
    """Return the AsyncAPI 3 document of all routes between systems.

    Args:
        address: where the hub is reached from outside, such as ``https://hub.example``.
        employer: only of routes from or to systems of this employer.
    """
    routes = Route.objects.filter(receiver__isnull=False).select_related(
        "source", "receiver", "agreement", "endpoint"
    )
    sending = Agreement.objects.all()
    if employer is not None:
        routes = routes.filter(Q(source__employer=employer) | Q(receiver__employer=employer))
        sending = sending.filter(Q(sender__employer=employer))
    made = _frame(address)
    pairs = {(one.sender.code, one.contract) for one in sending.select_related("sender")}
    pairs |= {
        (one.source.code, one.contract)
        for one in routes
        if employer is None or one.source.employer == employer
    }
    for system, name in sorted(pairs):
        contract = live_contract(name)
        if contract is not None:
            _incoming(made, system, contract)
    for route in routes.order_by("code"):
        _outgoing(made, route)
    return made


def _frame(address: str) -> dict[str, Any]:
    """Return the document without its channels."""
    place = urlsplit(address)
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Muster exchange hub",
            "version": "1",
            "description": "Messages between systems, each under a data-sharing agreement.",
        },
        "defaultContentType": _EVENT,
        "servers": {
            "hub": {
                "host": place.netloc, "protocol": place.scheme, "pathname": "/api/v1",
                "security": [{"$ref": "#/components/securitySchemes/token"}],
            }
        },
        "channels": {}, "operations": {},
        "components": {
            "messages": {},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer",
                          "description": "A system's token; and a signature (RFC 9421) where it "
                                         "has registered a key."},
            },
        },
    }  # fmt: skip


def _incoming(made: dict[str, Any], system: str, contract: Contract) -> None:
    """Describe what a system may send to the hub."""
    name = _key(f"{system}.{contract.name}")
    made["components"]["messages"][name] = _message(
        contract.name, contract.title, _plain(contract.schema), system, _revision(contract.name)
    )
    made["channels"][name] = {
        "address": "/events",
        "title": contract.title,
        "servers": [{"$ref": "#/servers/hub"}],
        "messages": {"event": {"$ref": f"#/components/messages/{name}"}},
    }
    made["operations"][f"take-{name}"] = {
        "action": "receive",
        "title": f"{system} sends: {contract.title}",
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/event"}],
    }


def _outgoing(made: dict[str, Any], route: Route) -> None:
    """Describe what a route hands to its receiver."""
    contract, receiver = live_contract(route.contract), route.receiver
    if contract is None or receiver is None:
        return
    name, agreed = _key(f"route.{route.code}"), route.agreement.fields if route.agreement else []
    try:
        mapping = mapping_of(route.translation, contract)
    except BadInput as problem:
        # The route is blocked by it, and says so itself; the others are described all the same.
        said = f"Its translation cannot be read: {problem}"
        made["channels"][name] = {"address": None, "description": said}
        return
    schema = _reduced(contract, frozenset(agreed)) if mapping is None else _translated(mapping)
    kind = mapping.target.name if mapping is not None and mapping.target else contract.name
    title = mapping.title if mapping is not None else contract.title
    made["components"]["messages"][name] = _message(
        kind, title, schema, route.source.code, route.translation_version
    )
    by = route.endpoint.kind if route.endpoint else "nothing yet"
    under = f" under the agreement {route.agreement.code}" if route.agreement else ""
    made["channels"][name] = {
        "address": None,
        "title": f"{route.source.title} to {receiver.title}",
        "description": f"Handed over by {by}{under}.",
        "messages": {"event": {"$ref": f"#/components/messages/{name}"}},
    }
    made["operations"][f"hand-{name}"] = {
        "action": "send",
        "title": f"{receiver.code} gets: {title}",
        **_handed(route),
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/event"}],
    }


def _handed(route: Route) -> dict[str, Any]:
    """Return of whom a route's receiver gets messages, and how surely each takes effect once.

    The name of a case is left out: it may tell of a person.
    """
    case = route.population.startswith(CASE)
    population = CASE.rstrip(":") if case else route.population or _EVERYBODY
    whose = "one named case" if case else population
    effect = _effect(route)
    return {
        "description": f"Messages of {whose}. {_EFFECTS.get(effect, _NOT_KNOWN)}",
        "x-population": population,
        "x-effect-class": effect or None,
    }


def _effect(route: Route) -> EffectClass | None:
    """Return the effect class of a route's connector; None while none is set up."""
    try:
        return outlet_of(route.endpoint).describe().effect if route.endpoint else None
    except (BadInput, NotFound, Misconfigured):
        return None


def _message(
    kind: str, title: str, data: Mapping[str, Any], system: str, revision: int
) -> dict[str, Any]:
    """Return a message: the envelope with its data inside."""
    text = {"type": "string", "minLength": 1}
    return {
        "name": kind,
        "title": title,
        "contentType": _EVENT,
        "x-revision": revision,
        "payload": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "subject", "data"],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": text,
                "source": {**text, "description": f"{source_of(system)}, or a part of it"},
                "type": {"const": kind},
                "subject": {**text, "description": "The key of order"},
                "time": {"type": "string", "format": "date-time"},
                "datacontenttype": {"const": "application/json"},
                "traceparent": {"type": "string"},
                "correlationid": {"type": "string", "description": "Links request and replies"},
                "data": dict(data),
            },
        },
        "correlationId": {"location": "$message.payload#/correlationid"},
    }


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in _NOT_WITHIN}


def _reduced(contract: Contract, agreed: frozenset[str]) -> dict[str, Any]:
    """Return a contract's schema with the agreed fields alone."""
    schema = _plain(contract.schema)
    schema["properties"] = {
        name: rules for name, rules in schema.get("properties", {}).items() if name in agreed
    }
    schema["required"] = [name for name in schema.get("required", ()) if name in agreed]
    return schema


def _translated(mapping: RouteMapping) -> dict[str, Any]:
    """Return the schema of what a mapping makes."""
    if mapping.target is not None:
        return _plain(mapping.target.schema)
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            one.name: {"title": one.title, **_KINDS[one.kind], "x-personal": one.personal}
            for one in mapping.fields
        },
    }


def _revision(name: str) -> int:
    live = ContractRevision.objects.filter(
        name=name, accepted_at__isnull=False, retired_at__isnull=True
    )
    return live.order_by("-revision").values_list("revision", flat=True).first() or 1


def _key(text: str) -> str:
    """Return a name that a component may have."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)
