"""Landing: what arrived is read, recognised and kept, before anything is made of it.

``examine`` decides, without writing, what each offered file is: its layout, route, as-at date,
and whether it may come in. ``keep`` stores exact bytes and evidence. A file that cannot go on is
kept as well, with the reason, for its owner.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import polars as pl

from muster.connectors.contract import Offer, Sheet
from muster.hub.agreements import permit
from muster.hub.contracts import Contract
from muster.hub.framing.frame import frame_file
from muster.hub.framing.tables import Table, day_spoken_of
from muster.hub.intakes import intake_for
from muster.hub.known import known_layouts
from muster.hub.layouts import Layout, date_in_name, header_key
from muster.hub.models import LandingState, Route
from muster.hub.personal import why_personal
from muster.hub.standing import terms_of, why_nobody_may
from muster.kernel.errors import BadInput, Where
from muster.kernel.ids import new_id
from muster.ledger.port import NewEntry

RECEIVER = "register"
# A sheet with so many rows of so many filled cells is a list.
_LIST_COLUMNS, _LIST_ROWS = 3, 3
# Feeds may be made a little before the day they speak of; none speaks of a time before systems.
_AHEAD, _EARLIEST = dt.timedelta(days=31), dt.date(1970, 1, 1)
_LOOKED_AT_CELLS, _LOOKED_AT_COLUMNS = 20_000, 200
_NOT_LIVE = "The contract {} is not in force any more. Ask its owner"
Read = Callable[[Offer], Sequence[Sheet]]
RECEIVED = "muster.hub.landing.received.v1"


@dataclass(frozen=True)
class Examined:
    """One offered file as one layout reads it, and what was found out. ``state`` is its fate.

    ``waits_for`` says what could let a held or refused file go on: see ``models.Landing``.
    """

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
    waits_for: str = ""

    @property
    def covers(self) -> str:
        """What the file speaks for within its route; see ``models.Landing``."""
        if self.layout is None or self.layout.covers == "file":
            return f"{self.offer.name.casefold()} {self.layout.name if self.layout else ''}".strip()
        return f"{self.as_at}"


class _Stopped(Exception):
    def __init__(self, state: LandingState, said: str, waits_for: str = "") -> None:
        super().__init__(said)
        self.state, self.said, self.waits_for = state, said, waits_for


@dataclass(frozen=True)
class Asked:
    """What the caller stated about the files: a route, an as-at date, the present day."""

    routes: Sequence[Route]
    today: dt.date
    route: str | None = None
    as_at: dt.date | None = None


def examine(offer: Offer, read: Read, asked: Asked) -> list[Examined]:
    """Return what is found out about one offered file, once for each layout found in it.

    Writes nothing and never raises for the file. A file in which nothing is found is one that is
    refused. Sheets nobody declared are noted; if one seems to list people, the whole file is
    held, hidden sheets above all.
    """
    digest = hashlib.sha256(offer.content).hexdigest()
    whole = Examined(new_id(), offer, digest, LandingState.RECEIVED)
    try:
        layouts = known_layouts(serving=_senders(offer, asked))
        framed = frame_file(read(offer), layouts, file=offer.name)
        notes = _untaken(framed.untaken)
    except BadInput as problem:
        return [_refused(whole, problem)]
    except _Stopped as stop:
        return [_stopped(whole, stop)]
    found = []
    for layout, table in framed.found:
        one = replace(whole, landing=new_id(), table=table, layout=layout)
        found.append(_examined(one, layout, table, asked, notes))
    # A workbook that may not come in for one of its tables is kept back whole.
    held = next((one for one in found if one.state == LandingState.HELD), None)
    if held is None or len(found) == 1:
        return found
    return [replace(one, state=held.state, said=held.said, waits_for=held.waits_for)
            for one in found]  # fmt: skip


def _examined(
    found: Examined, layout: Layout, table: Table, asked: Asked, notes: tuple[str, ...]
) -> Examined:
    """Return what is found out about one table of a file."""
    try:
        intake = intake_for(layout.contract)
        if not intake.live:
            raise _Stopped(
                LandingState.REFUSED, f"{_NOT_LIVE.format(layout.contract)}.", "contract"
            )
        contract = intake.contract
        found = replace(found, contract=contract, as_at=_as_at(found.offer, layout, table, asked))
        route = _route(found.offer, layout, asked)
        found = replace(found, route=route)
        noted = (*table.notes, *notes, *_undeclared(table, layout))
        found = replace(found, notes=noted)
        refused = why_not(route, layout, asked.today)
        if refused is not None:
            raise _Stopped(LandingState.REFUSED, refused)
    except BadInput as problem:
        return _refused(found, problem)
    except _Stopped as stop:
        return _stopped(found, stop)
    return found


def _said(problem: BadInput) -> str:
    """Return a problem as the landing keeps it: what, where within the file, and the fix."""
    where = problem.where
    places = [
        f"sheet {where.sheet}" if where.sheet else "",
        f"row {where.row}" if where.row else "",
        where.field or "",
    ]
    within = ", ".join(filter(None, places))
    return f"{problem.what}{f' ({within})' if within else ''}. {problem.fix}."


def _refused(found: Examined, problem: BadInput) -> Examined:
    said, refused = _said(problem), LandingState.REFUSED
    return replace(found, state=refused, said=said, waits_for=problem.needs)


def _stopped(found: Examined, stop: _Stopped) -> Examined:
    return replace(found, state=stop.state, said=stop.said, waits_for=stop.waits_for)


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


def why_not(route: Route, layout: Layout, today: dt.date) -> str | None:
    """Return why files of a layout may not flow on a route today; None if they may.

    What no room receives may come in where an agreement lets any system have it; which fields
    each may have is asked when it is carried on.
    """
    if not route.enabled:
        return f"Route {route.code} is closed. Ask its owner."
    if intake_for(layout.contract).carried:
        nobody = why_nobody_may(contract=layout.contract, sender=route.source, on=today)
        return f"{nobody}. Ask the owner of the agreement." if nobody else None
    answer = permit(
        terms_of(route.agreement),
        contract=layout.contract,
        sender=route.source.code,
        receiver=RECEIVER,
        fields={mapping.field for mapping in layout.fields},
        on=today,
    )
    return None if answer.allowed else f"{answer.because}. Ask the owner of the agreement."


def _as_at(offer: Offer, layout: Layout, table: Table, asked: Asked) -> dt.date:
    """Return the day a file speaks of.

    Raises:
        BadInput: if nothing says it, or it lies too far ahead or back to be meant.
    """
    day = _stated_day(offer, layout, table, asked)
    if _EARLIEST <= day <= asked.today + _AHEAD:
        return day
    raise BadInput(
        f"It speaks of {day.day} {day:%B} {day.year},"
        f" {'which has not come yet' if day > asked.today else 'which is too long ago'}",
        where=Where(file=offer.name),
        fix="Correct the date in its name, or state the right one when you send it",
        needs="as_at",
    )


def _stated_day(offer: Offer, layout: Layout, table: Table, asked: Asked) -> dt.date:
    if asked.as_at is not None:
        return asked.as_at
    if layout.shape.as_at is not None:
        return day_spoken_of(table, layout.shape.as_at, file=offer.name)
    stated = date_in_name(PurePosixPath(offer.name).name) or date_in_name(offer.name)
    if stated is None:
        raise BadInput(
            "The file does not say which date it speaks of",
            where=Where(file=offer.name),
            fix="Put the date into its name (2011-03-31), or state it when you send it",
            needs="as_at",
        )
    return stated


def _senders(offer: Offer, asked: Asked) -> set[uuid.UUID | None]:
    """Return the employers whose systems may have sent a file, by what was said or its folder."""
    named = [route for route in asked.routes if route.code == asked.route]
    folder = PurePosixPath(offer.name).parent.name
    placed = [r for r in asked.routes if r.source.code.partition(":")[2] == folder]
    return {route.source.employer for route in named or placed or asked.routes}


def _route(offer: Offer, layout: Layout, asked: Asked) -> Route:
    fitting = [
        route
        for route in asked.routes
        if route.contract == layout.contract
        and (layout.employer is None or layout.employer == route.source.employer)
    ]
    if asked.route is not None:
        fitting = [route for route in fitting if route.code == asked.route]
        if not fitting:
            known = any(route.code == asked.route for route in asked.routes)
            takes = f"does not take {layout.title}" if known else "is not known, or closed"
            raise BadInput(
                f"Route {asked.route} {takes}",
                where=Where(file=offer.name),
                fix="Choose a route of the agreements page, or leave it to folder and columns",
                needs="route",
            )
    elif len(fitting) > 1:
        folder = PurePosixPath(offer.name).parent.name
        fitting = [route for route in fitting if route.source.code.partition(":")[2] == folder]
    if len(fitting) == 1:
        return fitting[0]
    raise BadInput(
        f"No route takes {layout.title} from this sender",
        where=Where(file=offer.name),
        fix="Name the route when you send it, or put the file into a folder named as its system",
        needs="route",
    )


def _undeclared(table: Table, layout: Layout) -> tuple[str, ...]:
    """Note columns nobody declared; hold the file if one of them seems personal."""
    notes = []
    seen: set[str] = set()
    known = layout.known_columns
    for place, header in enumerate(table.headers):
        key = header_key(header)
        if key in known and key not in seen:
            seen.add(key)
            continue
        why = why_personal(header, _some(table.frame[str(place)]))
        if why is not None:
            raise _Stopped(
                LandingState.HELD,
                f"Column {header!r} is not declared and seems personal: {why}."
                " Send the file without it, or have it declared in the contract.",
                "declaration",
            )
        notes.append(f"Column {header!r} is not declared and was not taken.")
    return tuple(notes)


def _untaken(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """Note sheets in which no layout was found; hold the file if one seems to list people.

    A sheet of one or two columns, such as a cover or notes, is no list.
    """
    notes = []
    for sheet in sheets:
        kind = "hidden sheet" if sheet.hidden else "sheet"
        for place, why in _personal_columns(sheet):
            raise _Stopped(
                LandingState.HELD,
                f"The {kind} {sheet.name!r} is not declared and its column {place} seems"
                f" personal: {why}. Remove the sheet and send the file again.",
                "declaration",
            )
        notes.append(f"The {kind} {sheet.name!r} was not taken: no layout fits it.")
    return tuple(notes)


def _personal_columns(sheet: Sheet) -> Iterator[tuple[int, str]]:
    """Yield the columns of a list that seem personal, counted from 1, and why."""
    filled = sheet.cells.select(
        pl.sum_horizontal((pl.all().str.strip_chars() != "").cast(pl.UInt32)).alias("n")
    )["n"]
    wide = filled >= _LIST_COLUMNS
    if int(wide.sum()) < _LIST_ROWS:
        return
    listed = sheet.cells.filter(wide)
    for place in range(min(listed.width, _LOOKED_AT_COLUMNS)):
        cells = listed[str(place)]
        header = sheet.headers[place] if sheet.headers is not None else cells[0]
        why = why_personal(header, _some(cells if sheet.headers is not None else cells[1:]))
        if why is not None:
            yield place + 1, why


def _some(cells: pl.Series) -> list[str]:
    """Return the cells of a column, or of a long one so many from all its parts."""
    step = max(1, len(cells) // _LOOKED_AT_CELLS)
    return cells.gather_every(step).to_list()


def json_bytes(body: object) -> bytes:
    """Return a ledger body as canonical JSON."""
    return json.dumps(body, sort_keys=True, default=str).encode()
