"""Everything a route needs to carry messages, gathered once for many batches.

What people may change at any moment (the agreement, a pause) is asked again for every batch.
"""

import datetime as dt
import json
import tomllib
import uuid
from dataclasses import dataclass
from functools import lru_cache

from muster.connectors.outlets import Outlet
from muster.hub.agreements import Permission
from muster.hub.contract_registry import live_contract
from muster.hub.contracts import Contract, load_contract
from muster.hub.delivering.outlets import outlet_of
from muster.hub.models import Route
from muster.hub.standing import permission
from muster.hub.translating import NO_LOOKUPS, Lookups, RouteMapping, load_mapping, uses
from muster.hub.translating.kept import lookups_of


@dataclass(frozen=True)
class Routing:
    """A route as it stands now.

    Args:
        route: its row, with agreement, systems and endpoint.
        contract: what its messages are checked against.
        mapping: how they are translated; None hands them over as they are.
        agreed: the fields that may leave under the agreement.
        permission: whether anything may flow now, and why (not).
        outlet: how the receiver is spoken to; None where nothing may flow.
        lookups: the tables that the mapping looks values up in.
    """

    route: Route
    contract: Contract
    mapping: RouteMapping | None
    agreed: frozenset[str]
    permission: Permission
    outlet: Outlet | None
    lookups: Lookups = NO_LOOKUPS


def routing_of(route: uuid.UUID, on: dt.date) -> Routing:
    """Return a route as it stands on a day.

    A mapping that needs a field outside the agreement stops the route: nothing is left out
    silently that the receiver was promised.
    """
    row = Route.objects.select_related(
        "source", "receiver", "agreement__sender", "endpoint__system"
    ).get(id=route)
    contract = live_contract(row.contract)
    if contract is None or row.endpoint is None:
        lacks = "no endpoint" if contract is not None else f"no contract {row.contract} in force"
        nothing = Contract(row.contract, row.contract, (), {})
        refused = Permission(False, f"Route {row.code} has {lacks}")
        return Routing(row, contract or nothing, None, frozenset(), refused, None)
    mapping = mapping_of(row.translation, contract)
    agreed = frozenset(row.agreement.fields if row.agreement else ())
    wanted = uses(mapping) if mapping is not None else agreed
    answer = permission(row, fields=wanted, on=on)
    outlet = outlet_of(row.endpoint) if answer.allowed else None
    lookups = lookups_of(row, mapping)
    return Routing(row, contract, mapping, agreed, answer, outlet, lookups)


def mapping_of(text: str, source: Contract) -> RouteMapping | None:
    """Return what a route's translation states; None if it has none.

    Raises:
        BadInput: naming what is wrong with it.
    """
    if not text:
        return None
    to = tomllib.loads(text).get("mapping", {}).get("to") if "to" in text else None
    target = live_contract(to) if isinstance(to, str) else None
    return _mapping(text, json.dumps(source.schema), json.dumps(target.schema) if target else "")


@lru_cache(maxsize=256)
def _mapping(text: str, source: str, target: str) -> RouteMapping:
    return load_mapping(text, load_contract(source), load_contract(target) if target else None)
