"""Landing: what arrived is read, recognised and kept, before anything is made of it.

``examine`` decides, without writing, what each offered file is: its layout, route, as-at date,
and whether it may come in. ``keep`` stores exact bytes and evidence. A file that cannot go on is
kept as well, with the reason, for its owner.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from muster.connectors.contract import Offer, Table
from muster.hub.agreements import AgreementTerms, permit
from muster.hub.contracts import Contract
from muster.hub.intakes import intake_for, known_layouts
from muster.hub.layouts import Layout, date_in_name, header_key, recognise
from muster.hub.models import Agreement, LandingState, Route
from muster.hub.personal import why_personal
from muster.kernel.errors import BadInput, Where
from muster.ledger.port import NewEntry

RECEIVER = "register"
RECEIVED = "muster.hub.landing.received.v1"


@dataclass(frozen=True)
class Examined:
    """One offered file and what was found out about it. ``state`` is its fate so far."""

    landing: uuid.UUID
    offer: Offer
    sha256: str
    state: LandingState
    said: str = ""
    table: Table | None = None
    layout: Layout | None = None
    contract: Contract | None = None
    route: Route | None = None
    as_at: dt.date | None = None
    notes: tuple[str, ...] = ()

    @property
    def covers(self) -> str:
        """What the file speaks for within its route; see ``models.Landing``."""
        if self.layout is None or self.layout.covers == "file":
            return f"{self.offer.name.casefold()} {self.layout.name if self.layout else ''}".strip()
        return f"{self.as_at}"


class _Stopped(Exception):
    def __init__(self, state: LandingState, said: str) -> None:
        super().__init__(said)
        self.state, self.said = state, said


@dataclass(frozen=True)
class Asked:
    """What the caller stated about the files: a route, an as-at date, the present day."""

    routes: Sequence[Route]
    today: dt.date
    route: str | None = None
    as_at: dt.date | None = None


def examine(
    landing: uuid.UUID, offer: Offer, read: Callable[[Offer], Table], asked: Asked
) -> Examined:
    """Return what is found out about one offered file. Writes nothing and never raises for it."""
    digest = hashlib.sha256(offer.content).hexdigest()
    found = Examined(landing, offer, digest, LandingState.RECEIVED)
    try:
        table = read(offer)
        found = replace(found, table=table)
        layout = recognise(table.headers, known_layouts())
        contract = intake_for(layout.contract).contract
        found = replace(found, layout=layout, contract=contract, as_at=_as_at(offer, asked))
        route = _route(offer, layout, asked)
        found = replace(found, route=route)
        found = replace(found, notes=_undeclared(table, layout))
        refused = why_not(route, layout, asked.today)
        if refused is not None:
            raise _Stopped(LandingState.REFUSED, refused)
    except BadInput as problem:
        return replace(found, state=LandingState.REFUSED, said=f"{problem.what}. {problem.fix}.")
    except _Stopped as stop:
        return replace(found, state=stop.state, said=stop.said)
    return found


def received_entry(found: Examined, by: str) -> NewEntry:
    """Return the exchange entry that a file was received: its fingerprint, not its content."""
    body = {
        "name": found.offer.name,
        "sha256": found.sha256,
        "bytes": len(found.offer.content),
        "state": found.state,
        "said": found.said,
        "by": by,
    }
    return NewEntry(RECEIVED, subject_of(found), json_bytes(body), scope_of(found.landing))


def subject_of(found: Examined) -> str:
    """Return the ledger's subject for a landing."""
    return f"landing:{found.route.source.code if found.route else 'unknown'}:{found.landing}"


def scope_of(landing: uuid.UUID) -> str:
    """Return the scope whose key protects everything of a landing."""
    return f"landing:{landing}"


def terms_of(agreement: Agreement | None) -> AgreementTerms | None:
    """Return what an agreement says, as ``permit`` asks it."""
    if agreement is None:
        return None
    return AgreementTerms(
        code=agreement.code,
        contract=agreement.contract,
        sender=agreement.sender.code,
        receiver=agreement.receiver,
        fields=frozenset(agreement.fields),
        starts=agreement.starts,
        ends=agreement.ends,
        suspended=agreement.suspended_at is not None,
    )


def why_not(route: Route, layout: Layout, today: dt.date) -> str | None:
    """Return why files of a layout may not flow on a route today; None if they may."""
    if not route.enabled:
        return f"Route {route.code} is closed. Ask its owner."
    answer = permit(
        terms_of(route.agreement),
        contract=layout.contract,
        sender=route.source.code,
        receiver=RECEIVER,
        fields={mapping.field for mapping in layout.fields},
        on=today,
    )
    return None if answer.allowed else f"{answer.because}. Ask the owner of the agreement."


def _as_at(offer: Offer, asked: Asked) -> dt.date:
    stated = asked.as_at or date_in_name(PurePosixPath(offer.name).name) or date_in_name(offer.name)
    if stated is None:
        raise BadInput(
            "The file does not say which date it speaks of",
            where=Where(file=offer.name),
            fix="Put the date into its name (2011-03-31), or state it when you send it (--as-at)",
        )
    return stated


def _route(offer: Offer, layout: Layout, asked: Asked) -> Route:
    fitting = [route for route in asked.routes if route.contract == layout.contract]
    if asked.route is not None:
        fitting = [route for route in fitting if route.code == asked.route]
        if not fitting:
            known = any(route.code == asked.route for route in asked.routes)
            takes = f"does not take {layout.title}" if known else "is not known, or closed"
            raise BadInput(
                f"Route {asked.route} {takes}",
                where=Where(file=offer.name),
                fix="Choose a route of the agreements page, or leave it to folder and columns",
            )
    elif len(fitting) > 1:
        folder = PurePosixPath(offer.name).parent.name
        fitting = [route for route in fitting if route.source.code.partition(":")[2] == folder]
    if len(fitting) == 1:
        return fitting[0]
    raise BadInput(
        f"No route takes {layout.title} from this sender",
        where=Where(file=offer.name),
        fix="Name the route when you send it (--route), or put the file into a folder named as"
        " its system",
    )


def _undeclared(table: Table, layout: Layout) -> tuple[str, ...]:
    """Note columns nobody declared; hold the file if one of them seems personal."""
    notes = []
    seen: set[str] = set()
    for header, cells in zip(table.headers, table.columns, strict=True):
        key = header_key(header)
        if key in layout.known_columns and key not in seen:
            seen.add(key)
            continue
        why = why_personal(header, cells)
        if why is not None:
            raise _Stopped(
                LandingState.HELD,
                f"Column {header!r} is not declared and seems personal: {why}."
                " Send the file without it, or have it declared in the contract.",
            )
        notes.append(f"Column {header!r} is not declared and was not taken.")
    return tuple(notes)


def json_bytes(body: object) -> bytes:
    """Return a ledger body as canonical JSON."""
    return json.dumps(body, sort_keys=True, default=str).encode()
