"""An exchange the register has no part in: lists of buildings, from an estates office to a guide.

For tests of files that no room receives. The contract is drafted and accepted, the layout saved,
the door opened and the receiver's table made, as people would do it.
"""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muster.connectors.csv_drop.fake import FakeCsvDrop
from muster.hub.actions import Taken, begin_intake, take_in
from muster.hub.contract_registry import accept_revision, draft_revision
from muster.hub.delivering.outlets import seal_secrets
from muster.hub.forwarding.doors import open_door
from muster.hub.mending.correcting import correct_row, row_of
from muster.hub.models import Agreement, Cursor, Endpoint, Landing, LandingState, Route, System
from muster.hub.reading import read
from muster.hub.saved_layouts import save_layout
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.hub_world import World

BUILDING = "muster.estates.building.listed.v1"
SENDER, RECEIVER = "estates:weir", "guide:weir"
SENT, DECIDES = "person:sender", "person:approver"
FIELDS = ("code", "name", "desks", "opened")
SCHEMA: dict[str, Any] = {
    "$id": BUILDING,
    "title": "A building",
    "type": "object",
    "additionalProperties": False,
    "required": ["code", "desks"],
    "properties": {
        "code": {"type": "string", "title": "Code", "pattern": "^B[0-9]+$", "x-key": True},
        "name": {"type": "string", "title": "Name", "maxLength": 40},
        "desks": {"type": "integer", "title": "Desks", "minimum": 0, "maximum": 9999},
        "opened": {"type": "string", "format": "date", "title": "Opened"},
    },
}
LAYOUT = f"""
[layout]
name = "buildings"
title = "List of buildings"
contract = "{BUILDING}"
covers = "system"
recognise = ["Building", "Desks", "Opened"]
[fields.code]
from = "Building"
parse = "identifier"
[fields.name]
from = "Called"
[fields.desks]
from = "Desks"
parse = "whole"
[fields.opened]
from = "Opened"
parse = "date"
form = "YYYY-MM-DD"
"""
CHANGES = (
    LAYOUT.replace('name = "buildings"', 'name = "building-changes"\nmeaning = "delta"')
    .replace('recognise = ["Building"', 'recognise = ["Changed building"')
    .replace('from = "Building"', 'from = "Changed building"')
)


def building_world(folder: Path) -> World:
    """Make all that a list of buildings needs to come in and go on."""
    world = World(
        folder, sender=SENDER, receiver=RECEIVER,
        columns="code text PRIMARY KEY, name text, desks integer, opened text",
    )  # fmt: skip
    draft_revision(json.dumps(SCHEMA), by=SENT, clock=SYSTEM_CLOCK)
    accept_revision(BUILDING, 1, by=DECIDES, reason="it is right", clock=SYSTEM_CLOCK)
    for text in (LAYOUT, CHANGES):
        save_layout(text=text, employer=None, by=SENT, clock=SYSTEM_CLOCK)
    System.objects.create(code=SENDER, title="Estates", kind="estates")
    open_door(code="buildings", contract=BUILDING, sender=SENDER, by=DECIDES)
    receives(world, RECEIVER)
    return world


def receives(world: World, code: str, *, fields: tuple[str, ...] = FIELDS) -> Route:
    """Let a system have buildings, in the table of the world; return the route."""
    system = System.objects.create(code=code, title=f"Guide {code}", kind="guide")
    sender = System.objects.get(code=SENDER)
    agreement = Agreement.objects.create(
        code=code, title=code, contract=BUILDING, sender=sender, receiver=code,
        fields=list(fields), purpose="show the way", lawful_basis="public task",
        retention="1 year", starts=dt.date(2020, 1, 1),
    )  # fmt: skip
    settings = {"table": "pay", "mode": "upsert", "keys": "code"}
    endpoint = Endpoint(system=system, kind="sql_table", settings=settings)
    endpoint.sealed = seal_secrets(endpoint, {"url": world.url()})
    endpoint.save()
    route = Route.objects.create(
        code=f"to-{code}", contract=BUILDING, source=sender, agreement=agreement, receiver=system,
        endpoint=endpoint,
    )  # fmt: skip
    Cursor.objects.create(route=route, shard=0)
    return route


def listed(desks: Mapping[str, object], *, changes: bool = False) -> bytes:
    """Return a file that lists buildings with their desks."""
    rows = [f"{code},House {code},{many},2001-02-03" for code, many in desks.items()]
    first = "Changed building" if changes else "Building"
    return "\n".join([f"{first},Called,Desks,Opened", *rows, ""]).encode()


def sent(
    day: str, desks: Mapping[str, object], *, changes: bool = False, name: str = ""
) -> Landing:
    """Send a list as at a day; return its landing."""
    file = f"{name or ('changes' if changes else 'list')}-2026-{day}.csv"
    return landed({file: listed(desks, changes=changes)})


def landed(files: dict[str, bytes]) -> Landing:
    """Take one file in; return its landing."""
    intake = begin_intake(name="test", by=SENT, clock=SYSTEM_CLOCK)
    taken: Taken = take_in(FakeCsvDrop(files), read, intake=intake, by=SENT, clock=SYSTEM_CLOCK)
    [found] = [*taken.fresh, *taken.known]
    return Landing.objects.get(id=found)


def corrected(landing: Landing, row: int, desks: int) -> None:
    """Say how many desks a row that waits should have stated."""
    correct_row(
        row_of(landing.id, row), {"Desks": str(desks)}, reason="a slip", by=SENT, read=read,
        clock=SYSTEM_CLOCK,
    )  # fmt: skip


def carried() -> None:
    """Let a worker carry on all there is."""
    carrier = Carrier(SYSTEM_CLOCK, read=read)
    carrier.drain()
    carrier.stop()


def held(world: World) -> dict[str, int]:
    """Return the desks of each building as the receiver has them."""
    return {row["code"]: row["desks"] for row in world.received()}


def standing() -> set[str]:
    """Return the names of the files that stand."""
    return set(Landing.objects.filter(state=LandingState.ACCEPTED).values_list("name", flat=True))
