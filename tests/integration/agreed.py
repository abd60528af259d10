"""An agreement between two employers for tests: Mill's HR system sends to Weir's payroll.

Ann and Abe work at Mill, Bea at Weir, Sam for the service.
"""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from muster.hub.agreements import actions
from muster.hub.agreements.queries import proposal
from muster.hub.agreements.rules import Side
from muster.hub.agreements.terms import Terms
from muster.hub.models import Agreement, Route, System
from muster.kernel.clock import SYSTEM_CLOCK, Clock
from tests.integration.hub_world import AGREED, CHANGED, World

MILL, WEIR = uuid.UUID(int=0xA1), uuid.UUID(int=0xB2)
ANN, ABE, BEA, SAM = "hr:ann", "hr:abe", "hr:bea", "governance:sam"
CODE = "mill-weir"
TERMS = Terms(
    code=CODE, title="Pay of Mill's people", contract=CHANGED, sender="hr:mill",
    receiver="payroll:weir", fields=tuple(sorted(AGREED)), purpose="Paying people",
    lawful_basis="Contract of employment", retention="7 years", starts=dt.date(2020, 1, 1),
    article6="b", sender_office="HR Director", receiver_office="Head of Payroll",
)  # fmt: skip


def owned(world: World) -> Route:
    """Build a world whose systems two employers own, and whose route has no agreement yet."""
    route = world.build()
    System.objects.filter(code=world.sender).update(employer=MILL)
    System.objects.filter(code=world.receiver).update(employer=WEIR)
    Route.objects.update(agreement=None)
    Agreement.objects.all().delete()
    return route


def drafted(route: Route, clock: Clock = SYSTEM_CLOCK, **changes: Any) -> None:
    """Draft an agreement, and let the route run under it."""
    actions.draft(terms=replace(TERMS, **changes), by=ANN, employer=MILL, clock=clock)
    Route.objects.filter(id=route.id).update(agreement=Agreement.objects.get(code=CODE))


def signed(side: Side, by: str = "", clock: Clock = SYSTEM_CLOCK) -> bool:
    """Sign what waits, for a side."""
    waiting = proposal(CODE)
    assert waiting is not None
    return actions.sign(
        code=CODE, side=side, digest=waiting.digest, capacity="Director",
        by=by or {"sender": ANN, "receiver": BEA}[side],
        employer={"sender": MILL, "receiver": WEIR}[side], clock=clock,
    )  # fmt: skip


def both_signed(clock: Clock = SYSTEM_CLOCK) -> None:
    """Let both sides sign what waits."""
    assert not signed("sender", clock=clock)
    assert signed("receiver", clock=clock)


def amended(clock: Clock = SYSTEM_CLOCK, **changes: Any) -> int:
    """Propose other terms."""
    return actions.amend(
        terms=replace(TERMS, **changes), reason="Needed", by=ANN, employer=MILL, clock=clock
    )
