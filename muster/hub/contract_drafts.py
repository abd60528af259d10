"""Reading a drafted contract, and holding it against the routes that carry the contract today.

Whoever drafts pastes text of any kind: what is wrong with it is said, whatever it is.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from muster.hub.contract_versions import Comparison
from muster.hub.contracts import Contract, load_contract
from muster.hub.models import Route
from muster.hub.translating import load_mapping
from muster.kernel.errors import BadInput, MusterError, Where

LARGEST = 200_000
_LONGEST_NAME = 100
_NAME = re.compile(r"muster(\.[a-z][a-z0-9_]*){2,4}\.v[1-9][0-9]{0,3}")
Live = Callable[[str], Contract | None]
_MAJOR = re.compile(r"(.*\.v)([0-9]+)")


def read_draft(text: str) -> Contract:
    """Return the contract that somebody drafted.

    Raises:
        BadInput: saying what is wrong with it.
    """
    if len(text) > LARGEST:
        _refuse("Too long for a contract", f"Write up to {LARGEST:,} characters")
    if "\x00" in text or "\\u0000" in text:
        _refuse("It holds a null character", "Take it out")
    try:
        schema = json.loads(text)
        json.dumps(schema, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        _refuse("It holds half of a character", "Write its texts in UTF-8")
    except (ValueError, RecursionError):
        _refuse("Not JSON", "Paste the contract as JSON Schema")
    _shaped(schema)
    contract = load_contract(text)
    if len(contract.name) > _LONGEST_NAME or _NAME.fullmatch(contract.name) is None:
        raise BadInput(
            "A contract is named muster.room.noun.verb.v1",
            where=Where(field="$id"),
            fix='For instance "$id": "muster.people.employment.changed.v1"',
        )
    return contract


def _shaped(schema: Any) -> None:
    """Refuse what is JSON but has not even the shape of a contract."""
    if not isinstance(schema, dict) or not isinstance(schema.get("$id"), str):
        _refuse(
            "A contract is an object with a name", 'Write {"$id": "...", "type": "object", ...}'
        )
    fields, required = schema.get("properties"), schema.get("required", [])
    if not isinstance(fields, dict) or not fields:
        _refuse("A contract has fields", 'Write "properties" with one at least')
    if not all(isinstance(rules, dict) for rules in fields.values()):
        _refuse("A field's rules are an object", 'Write "name": {"type": "string"}')
    if not isinstance(required, list) or not all(isinstance(one, str) for one in required):
        _refuse("Not a list of fields", 'Write "required": ["name", ...]')
    titles = [schema.get("title", ""), *(rules.get("title", "") for rules in fields.values())]
    if not all(isinstance(title, str) for title in titles):
        _refuse("A title is a text", 'Write "title": "..."')


def _refuse(what: str, fix: str) -> NoReturn:
    raise BadInput(what, where=Where(thing="the drafted contract"), fix=fix)


def next_major(name: str) -> str:
    """Return the name of the next major version of a contract."""
    found = _MAJOR.fullmatch(name)
    return f"{found[1]}{int(found[2]) + 1}" if found else f"{name}.v2"


def said_of(found: Comparison) -> list[dict[str, Any]]:
    """Return the changes of a revision as the database keeps them."""
    return [
        {"field": one.field, "said": one.said, "backward": one.backward, "forward": one.forward}
        for one in found.changes
    ]


def routes_that_stop(contract: Contract, live: Live) -> list[str]:
    """Return which live routes could not go on under a revision, and why, in words.

    A route's agreement may name no field that is gone, and its translation must read the revision,
    or write it, as it stands.

    Args:
        contract: the revision.
        live: tells which other contracts are in force.
    """
    enabled = Route.objects.filter(receiver__isnull=False, enabled=True).select_related("agreement")
    named = enabled.filter(contract=contract.name) | enabled.filter(
        translation__contains=contract.name
    )
    return [
        f"route {route.code}: {why}"
        for route in named.order_by("code")
        for why in _obstacles(route, contract, live)
    ]


def _obstacles(route: Route, contract: Contract, live: Live) -> Iterator[str]:
    if route.contract == contract.name and route.agreement is not None:
        there = {field.name for field in contract.fields}
        gone = sorted(set(route.agreement.fields) - there)
        if gone:
            yield f"agreement {route.agreement.code} names {', '.join(gone)}, which would be gone"
    if not route.translation:
        return
    try:
        said = tomllib.loads(route.translation).get("mapping", {}).get("to")
        source = contract if route.contract == contract.name else live(route.contract)
        target = contract if said == contract.name else live(said) if said else None
        if source is not None:
            load_mapping(route.translation, source, target)
    except MusterError as problem:
        yield f"its translation does not fit: {problem}"
