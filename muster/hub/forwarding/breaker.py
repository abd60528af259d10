"""Holding a file back where it would change an unusual share of what one receiver holds.

The register may know everybody of a file while a payroll that was told of some sees most of them
go: a translation that leaves out more than before, an agreement that covers less. Each receiver is
asked about by itself. What the approver of the file saw, and what was announced, is not unusual
again; after a new translation most rows may differ, which is why only records that go count then.
"""

import dataclasses
import datetime as dt

from django.db import transaction

from muster.hub.delivering.lease import Lease, move
from muster.hub.delivering.routing import Routing
from muster.hub.effects import Effect
from muster.hub.forwarding.due import says_everything
from muster.hub.holding import announced_on
from muster.hub.models import Forward, Landing
from muster.hub.unusual import Announced, why_unusual
from muster.ledger.current import ledger

HELD = "muster.hub.feed.forward_held.v1"
_REASON = 500


def hold_if_unusual(
    lease: Lease,
    work: Forward,
    routing: Routing,
    landing: Landing,
    effect: Effect,
    now: dt.datetime,
) -> bool:
    """Hold a file for a person if it would do something unusual at a receiver; tell whether so.

    What somebody let go is not asked about again, nor what was begun already.
    """
    if work.let_go_at is not None or work.blob_key:
        return False
    why = _why(work, routing, landing, effect)
    if why is None:
        return False
    assert routing.route.receiver is not None
    said = f"At {routing.route.receiver.title}: {why[0].lower()}{why[1:]}"[:_REASON]
    with transaction.atomic():
        move(lease, now, attempts=0, retry_at=None, blocked="")
        work.held, work.effect = said, dataclasses.asdict(effect)
        work.save(update_fields=["held", "effect"])
        body = {"landing": landing.id, "effect": work.effect, "said": said, "forward": work.id}
        ledger().append_one("exchange", HELD, f"route:hub:{routing.route.code}", body)
    return True


def _why(work: Forward, routing: Routing, landing: Landing, effect: Effect) -> str | None:
    assert landing.as_at is not None
    routes = [routing.route.id, *([landing.route_id] if landing.route_id else [])]
    announced = announced_on(landing.id, routes, landing.as_at)
    if landing.effect:
        seen = landing.effect
        announced.append(Announced(landing.as_at, landing.as_at, seen["ending"], seen["changed"]))
    before = Forward.objects.filter(route=work.route_id, number__lt=work.number, blob_key__gt=0)
    last = before.order_by("-number").first()
    same = last is None or last.translation_version == work.translation_version
    return why_unusual(
        effect,
        full=says_everything(landing) and same,
        as_at=landing.as_at,
        announced=announced,
        of="records",
    )
