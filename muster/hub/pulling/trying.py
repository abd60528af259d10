"""Reading one record of a system as a turn would, and showing it: nothing is kept or moved.

For whoever sets an inlet up: what would become of the record, and what is wrong with it.
"""

import json
from contextlib import closing, suppress
from dataclasses import dataclass

from muster.connectors.contract import Offer, Skipped
from muster.connectors.outlets import Unreachable
from muster.connectors.sql_table.pulled import CHANGE
from muster.hub import reading
from muster.hub.contracts import Contract
from muster.hub.landing import Asked, Read, examine
from muster.hub.messages.envelope import read_message
from muster.hub.messages.records import read_records
from muster.hub.models import Inlet, Route
from muster.hub.pulling.inlets import made_connector, manner_of, told
from muster.hub.pulling.kinds import Kind, kind_named
from muster.hub.pulling.rows import GONE, messages_of, taken_columns
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, Where


@dataclass(frozen=True)
class TriedField:
    """One field of a record as it would be sent. ``value`` is for whoever may read content."""

    name: str
    title: str
    personal: bool
    value: str


@dataclass(frozen=True)
class Tried:
    """What one record would become.

    Args:
        found: whether there was one.
        what: what it is: the contract of a message, or the name of a file.
        subject: of a message; it holds the record's key, which may name a person.
        fields: of a message.
        left: columns of the table that are not taken.
        wrong: why it would be refused or held; empty if it would not.
        facts: what was found out about a file, as (what, value).
    """

    found: bool
    what: str = ""
    subject: str = ""
    fields: tuple[TriedField, ...] = ()
    left: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


def try_inlet(code: str, *, clock: Clock, read: Read = reading.read) -> Tried:
    """Read one record of an inlet and return what would become of it.

    Raises:
        NotFound: if there is no such inlet.
        Conflict: if its system cannot be reached now, with what it said.
        BadInput: if it cannot be read as it is set up.
    """
    row = Inlet.objects.select_related("system").filter(code=code).first()
    if row is None:
        raise NotFound("No such inlet", where=Where(thing=code), fix="See the inlets page")
    kind = kind_named(row.kind)
    if kind.brings == "answers":
        raise BadInput("Answers cannot be tried", where=Where(thing=code), fix="Ask it now instead")
    try:
        if kind.brings == "messages":
            return _row(row, kind)
        return _file(row, kind, clock, read)
    except Unreachable as problem:
        fix = "Check address, access and network"
        raise Conflict(f"It cannot be reached: {problem.said}", fix=fix) from None


def _row(row: Inlet, kind: Kind) -> Tried:
    settings = told(row)
    manner = manner_of(settings, row.system.code)
    table = made_connector(kind, settings, row.system.code)
    with closing(table.pull("")) as pages:
        first = next((one.rows for one in pages if one.rows.height), None)
    if first is None:
        return Tried(False)
    record = first.head(1)
    (raw,) = messages_of(record, manner, 0)
    envelope, data = read_message(raw)
    contract = manner.gone if record[CHANGE][0] == GONE else manner.contract
    taken = set(taken_columns(record.columns, manner).values())
    return Tried(
        True, envelope.type, envelope.subject, _fields(contract, data),
        left=tuple(name for name in record.columns if name != CHANGE and name not in taken),
        wrong=tuple(dict.fromkeys(read_records([data], contract).problems["cause"])),
    )  # fmt: skip


def _fields(contract: Contract, data: bytes) -> tuple[TriedField, ...]:
    said = json.loads(data)
    return tuple(
        TriedField(one.name, one.title, one.personal, _shown(said.get(one.name)))
        for one in contract.fields
    )


def _shown(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _file(row: Inlet, kind: Kind, clock: Clock, read: Read) -> Tried:
    # Whether a file stays as it is is not waited for: nothing is taken.
    settings = {**told(row), **({"settle": "0"} if row.kind == "remote_folder" else {})}
    source = made_connector(kind, settings, row.system.code)
    try:
        if hasattr(source, "peek"):
            item = source.peek()
        else:
            with closing(source.pull()) as items:
                item = next(items, None)
    finally:
        if hasattr(source, "close"):
            with suppress(Exception):
                source.close()
    if item is None:
        return Tried(False)
    if isinstance(item, Skipped):
        return Tried(True, item.name, wrong=(item.why,))
    return _examined(row, item, settings.get("route", "").strip() or None, clock, read)


def _examined(row: Inlet, offer: Offer, route: str | None, clock: Clock, read: Read) -> Tried:
    routes = Route.to_register.filter(source=row.system_id, enabled=True)
    asked = Asked(
        tuple(routes.select_related("source", "agreement__sender")), legal_day(clock.now()), route
    )
    facts: list[tuple[str, str]] = [("bytes", f"{len(offer.content):,}")]
    wrong: list[str] = []
    for found in examine(offer, read, asked):
        if found.layout is not None:
            facts.append(("layout", found.layout.title))
        if found.route is not None:
            facts.append(("route", found.route.code))
        if found.as_at is not None:
            facts.append(("as_at", found.as_at.isoformat()))
        if found.table is not None:
            facts.append(("rows", f"{found.table.height:,}"))
        if found.said:
            wrong.append(found.said)
    return Tried(True, offer.name, facts=tuple(facts), wrong=tuple(wrong))
