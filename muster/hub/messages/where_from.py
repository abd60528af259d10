"""Where a value came from: from a receiver's field back to the bytes of the message it arrived in.

For whoever must prove or mend a value. A route's translation tells which of the sender's fields
each of the receiver's is made of; the exact bytes of the message tell where these stand in it.
``hub.tracing`` answers the same of files.
"""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from muster.connectors.text import Span
from muster.hub.contract_registry import live_contract
from muster.hub.delivering.routing import mapping_of
from muster.hub.messages.envelope import read_message
from muster.hub.messages.queries import journey
from muster.hub.models import Agreement, Message, Route
from muster.hub.translating import origins
from muster.kernel.errors import NotFound, Where
from muster.ledger.current import ledger

_SPACE = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder()


@dataclass(frozen=True)
class FieldView:
    """One field of a message. ``shown`` is its value as JSON; empty where it is not stated."""

    name: str
    title: str
    personal: bool
    shown: str
    span: Span | None


@dataclass(frozen=True)
class Origin:
    """A field of a receiver, and the sender's fields of which it is made."""

    name: str
    title: str
    made_of: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """What a message holds, as far as its reader may know.

    ``reduced`` tells that fields outside the reader's agreements are left out; ``raw`` is then
    empty. ``erased`` tells that it was lawfully erased.
    """

    position: int
    fields: tuple[FieldView, ...]
    raw: str
    reduced: bool
    erased: bool


def content(position: int, *, employer: uuid.UUID | None = None) -> Content:
    """Return what a message holds; whoever shows it notes the look first.

    Args:
        position: its place in the exchange log.
        employer: of the reader: of others' messages, only the fields that its systems were given.

    Raises:
        NotFound: if there is no such message.
    """
    row = Message.objects.select_related("system").filter(position=position).first()
    if row is None:
        raise NotFound("No such message", where=Where(thing=str(position)), fix="See the list")
    own = employer is None or employer == row.system.employer
    agreed = None if employer is None or own else _agreed(position, employer)
    (raw,) = ledger().bodies("exchange", [position])
    if raw is None:
        return Content(position, (), "", agreed is not None, True)
    stated = spans(raw)
    fields = tuple(
        FieldView(
            name, title, personal,
            raw[stated[name].start : stated[name].end].decode() if name in stated else "",
            stated.get(name),
        )
        for name, title, personal in _fields(row.contract, stated)
        if agreed is None or name in agreed
    )  # fmt: skip
    return Content(position, fields, raw.decode() if agreed is None else "",
                   agreed is not None, False)  # fmt: skip


def where_from(route: str) -> tuple[Origin, ...]:
    """Return the fields that a route's receiver gets, and of which of the sender's each is made.

    Raises:
        NotFound: if there is no such route.
    """
    row = Route.objects.filter(code=route).select_related("agreement").first()
    contract = live_contract(row.contract) if row is not None else None
    if row is None or contract is None:
        raise NotFound("No such route", where=Where(thing=route), fix="See the routes page")
    titles = {field.name: field.title for field in contract.fields}
    mapping = mapping_of(row.translation, contract)
    if mapping is None:
        agreed = set(row.agreement.fields) if row.agreement else set()
        return tuple(
            Origin(name, title, (title,)) for name, title in titles.items() if name in agreed
        )
    made = origins(mapping)
    return tuple(
        Origin(one.name, one.title, tuple(sorted(titles.get(n, n) for n in made[one.name])))
        for one in mapping.fields
    )


def spans(raw: bytes) -> Mapping[str, Span]:
    """Return where the value of each field of a message's data stands in its exact bytes.

    Args:
        raw: a message that was read before: structured JSON without repeated names.
    """
    read_message(raw)
    text = raw.decode()
    data = _members(text, 0)["data"]
    found = _members(text, data[0])
    return {name: Span(_bytes(text, start), _bytes(text, end)) for name, (start, end)
            in found.items()}  # fmt: skip


def _members(text: str, at: int) -> dict[str, tuple[int, int]]:
    """Return where the values of an object's members stand, by name, in characters.

    Args:
        text: sound JSON.
        at: where the object begins, spaces before it allowed.
    """
    found: dict[str, tuple[int, int]] = {}
    at = _skip(text, _skip(text, at) + 1)
    while text[at] != "}":
        name, at = scanstring(text, at + 1)
        start = _skip(text, _skip(text, at) + 1)
        _, end = _decoder.raw_decode(text, start)
        found[name] = (start, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    """Return where the next sign that is no space stands."""
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _bytes(text: str, at: int) -> int:
    return len(text[:at].encode())


def _agreed(position: int, employer: uuid.UUID) -> frozenset[str]:
    """Return the fields of a message that an employer's systems were given under agreements."""
    legs = journey(position, employer=employer).legs
    under = [one.shipment.agreement for one in legs if one.state == "delivered" and one.shipment]
    agreements = Agreement.objects.filter(code__in=under).values_list("fields", flat=True)
    return frozenset(name for fields in agreements for name in fields)


def _fields(contract: str, stated: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Return name, title and whether it is personal of each field, those nobody declared last."""
    live = live_contract(contract)
    known = [(one.name, one.title, one.personal) for one in live.fields] if live else []
    names = {name for name, _, _ in known}
    return [*known, *((name, name, True) for name in stated if name not in names)]
