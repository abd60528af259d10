"""The record that is tried: a whole message, only its data, or an example of the contract.

For integrators at a page or a terminal. A whole message is read as the door reads it; data alone
gets an envelope as the sender would give it.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from muster.hub.contracts import Contract, ContractField
from muster.hub.messages.envelope import (
    LARGEST_MESSAGE,
    Envelope,
    read_message,
    source_of,
    write_message,
)
from muster.hub.models import Route
from muster.hub.populations import CASE
from muster.hub.translating import RouteMapping
from muster.kernel.errors import BadInput, Where
from muster.kernel.ids import new_id

_MOST = 40
# Tried in turn for a text that must have some form.
_TEXTS = (
    "Example", "example", "EXAMPLE", "A", "a", "1", "12", "123", "1234", "12345", "123456",
    "12345678", "2026-01-31", "2026", "AB123456C", "QQ123456C", "AB1 2CD", "name@example.org",
    "51.5", "Y", "-",
)  # fmt: skip


def enveloped(record: bytes, route: Route, *, subject: str, now: dt.datetime) -> bytes:
    """Return a message's exact bytes, checked as the door checks them.

    Args:
        record: a CloudEvent as JSON, or the data of one alone.
        route: whose sender sends it.
        subject: of whom data alone speaks; empty makes one up.
        now: when data alone was said.

    Raises:
        BadInput: if it is no message of this route's.
    """
    if len(record) > LARGEST_MESSAGE:
        raise _wrong("It is too large", f"Give up to {LARGEST_MESSAGE:,} bytes")
    try:
        names = msgspec.json.decode(record, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        raise _wrong("It is no JSON object", 'Give an object, such as {"grade": "EO"}') from None
    raw = record if "specversion" in names else _wrapped(record, route, subject, now)
    try:
        envelope, _ = read_message(raw)
    except BadInput as problem:
        raise BadInput(
            problem.what, where=replace(problem.where, thing=problem.where.field, field="record"),
            fix=problem.fix,
        ) from None  # fmt: skip
    own = source_of(route.source.code)
    if envelope.type != route.contract:
        raise _wrong(f"Its type is not {route.contract}", "Give a message of the route's contract")
    if envelope.source != own and not envelope.source.startswith(f"{own}/"):
        raise _wrong(f"Its source is not {own}", "Give a message of the route's sender")
    return raw


def example(route: Route, contract: Contract, mapping: RouteMapping | None) -> str:
    """Return made-up data that fits a contract, as JSON text for a person to change.

    What the translation's own worked example gives stands in it, so that it goes.
    """
    given = (
        next((one.given for one in mapping.examples if one.ends == "gives"), {})
        if mapping is not None
        else {}
    )
    made = {one.name: _value(one) for one in contract.fields}
    said = {**{name: value for name, value in made.items() if value is not None}, **_plain(given)}
    order = [one.name for one in contract.fields]
    kept = {name: said[name] for name in order if name in said}
    return json.dumps(kept, indent=2, ensure_ascii=False)


def _wrapped(data: bytes, route: Route, subject: str, now: dt.datetime) -> bytes:
    """Return data, byte by byte as it is, in an envelope of the route's sender."""
    kind = route.contract.split(".")[-3] if route.contract.count(".") > 2 else "record"
    case = route.population.removeprefix(CASE) if route.population.startswith(CASE) else ""
    envelope = Envelope(
        id=f"trial-{new_id()}", source=source_of(route.source.code), type=route.contract,
        subject=subject or f"{kind}:{route.source.code}:trial",
        time=now.strftime("%Y-%m-%dT%H:%M:%SZ"), correlation=case,
    )  # fmt: skip
    around = write_message(envelope, {}).removesuffix(b"{}}")
    return around + data.strip() + b"}"


def _value(field: ContractField) -> Any:
    """Return a value that a field takes; None where none comes to mind."""
    rules = field.rules
    if "enum" in rules:
        return rules["enum"][0]
    if rules.get("format") == "date":
        return "2026-01-31"
    if rules["type"] == "integer":
        low, high = rules.get("minimum"), rules.get("maximum")
        fits = [one for one in (37, 1, 0, low, high) if one is not None
                and (low is None or one >= low) and (high is None or one <= high)]  # fmt: skip
        return fits[0]
    return next((one for one in (field.title, *_TEXTS) if _fits(one, rules)), None)


def _fits(text: str, rules: Mapping[str, Any]) -> bool:
    length = rules.get("minLength", 0) <= len(text) <= rules.get("maxLength", _MOST)
    return length and re.search(rules.get("pattern", ""), text) is not None


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in given.items() if value not in (None, "")
    }  # fmt: skip


def _wrong(what: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(field="record"), fix=fix)
