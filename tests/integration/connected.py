"""A world in which a route is still to be drafted, for tests of setting up."""

import json
import uuid
from dataclasses import replace
from pathlib import Path

from muster.hub.connecting.drafting import RouteDraft, draft_route
from muster.hub.connecting.endpoints import set_endpoint
from muster.hub.models import Route
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from tests.integration.hub_world import CHANGED, World

BY = "persona:integrator"
PASSWORD = "hunter2-mole"  # nobody's
MAPPING = f"""
[mapping]
name = "to-pay"
title = "For payroll"
from = "{CHANGED}"

[fields]
staff_number = {{ take = "staff_number" }}
grade = [{{ take = "grade" }}]

[[example]]
given = {{ staff_number = "1", grade = "EO" }}
gives = {{ staff_number = "1", grade = "EO" }}
"""


def undrafted(folder: Path) -> World:
    """Return a world whose route is still to be drafted."""
    made = World(folder)
    made.build().delete()
    return made


def draft(**changes: object) -> RouteDraft:
    """Return a draft of the world's route."""
    one = RouteDraft("mill-to-payroll", CHANGED, "hr:mill", "payroll:weir", "hr-mill-payroll-weir")
    return replace(one, **changes)  # type: ignore[arg-type]


def drafted(*, from_start: bool = False, **changes: object) -> Route:
    """Draft the world's route."""
    draft_route(draft(**changes), from_start=from_start, by=BY, clock=SYSTEM_CLOCK)
    return Route.objects.get(code="mill-to-payroll")


def spoken(
    *, secrets: dict[str, str] | None = None, settings: dict[str, str] | None = None,
    kind: str = "http_json", system: str = "payroll:weir", **more: object,
) -> uuid.UUID:  # fmt: skip
    """Say how a system is spoken to."""
    said = {"url": "https://pay.example/events"} if settings is None else settings
    return set_endpoint(
        system=system, kind=kind, settings=said,
        secrets=secrets or {}, by=BY, clock=SYSTEM_CLOCK, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def told() -> list[dict[str, object]]:
    """Return what the log of decisions holds."""
    return [
        {"type": one.type, **json.loads(one.body or b"{}")} for one in ledger().read("decisions")
    ]


def carried() -> None:
    """Carry what there is."""
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()
