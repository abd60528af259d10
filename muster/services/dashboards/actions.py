"""The verbs of dashboards: make, change, share, copy, delete, put back; and those of their tiles.

Only its owner changes a dashboard. Each verb is one transaction with its entry in the log of
decisions, which says what was done and by whom, not what the words were.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from muster.gates.access import ROLES, Actor
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, NotFound, Where
from muster.ledger.current import ledger
from muster.services.dashboards.models import Brief, Dashboard, Tile
from muster.services.dashboards.placing import in_order, next_place, put_back, put_in_order
from muster.services.dashboards.queries import readable
from muster.services.dashboards.rules import DRAFT, MOST_TILES, SHARED, Audience, Held, moved
from muster.services.dashboards.showing import Question, refuse_unless_asked_well


@dataclass(frozen=True)
class Words:
    """What a tile is headed by, and what else is said of it."""

    heading: str = ""
    note: str = ""


def make_dashboard(
    *, title: str, purpose: str, as_at: dt.date | None, by: Actor, clock: Clock
) -> uuid.UUID:
    """Begin a dashboard without tiles, a draft that its owner alone sees; return its id."""
    now = clock.now()
    with transaction.atomic():
        row = Dashboard.objects.create(
            title=title, purpose=purpose, as_at=as_at, owner=by.id, owner_name=by.name,
            made_at=now, changed_at=now,
        )  # fmt: skip
        note_decision("dashboard.made", row.id, by)
    return row.id


def change_dashboard(
    *, dashboard: uuid.UUID, title: str, purpose: str, as_at: dt.date | None, by: Actor,
    clock: Clock,
) -> None:  # fmt: skip
    """Rename a dashboard, or say anew what it is for and which month it shows."""
    with transaction.atomic():
        row = own_dashboard(dashboard, by)
        row.title, row.purpose, row.as_at, row.changed_at = title, purpose, as_at, clock.now()
        row.save()
        note_decision("dashboard.changed", row.id, by)


def share(*, thing: Dashboard | Brief, audience: Audience, by: Actor, clock: Clock) -> None:
    """Let an audience read a dashboard or brief; without roles it is its owner's alone again.

    Raises:
        BadInput: for a role that there is not, or somebody else's employer.
    """
    if set(audience.roles) - set(ROLES):
        raise BadInput("There is no such role", where=Where(field="roles"), fix="Choose a role")
    if audience.employer not in (None, by.employer, thing.employer):
        raise BadInput(
            "You can share with your own employer, or with every employer",
            where=Where(field="employer"), fix="Choose one of the two",
        )  # fmt: skip
    thing.roles, thing.employer = list(audience.roles), audience.employer
    thing.state, thing.changed_at = SHARED if audience.roles else DRAFT, clock.now()
    thing.save()
    kind = "brief" if isinstance(thing, Brief) else "dashboard"
    note_decision(
        f"{kind}.shared", thing.id, by, roles=list(audience.roles), employer=audience.employer
    )


def share_dashboard(*, dashboard: uuid.UUID, audience: Audience, by: Actor, clock: Clock) -> None:
    """Share a dashboard; raises as ``share``."""
    with transaction.atomic():
        share(thing=own_dashboard(dashboard, by), audience=audience, by=by, clock=clock)


def copy_dashboard(*, dashboard: uuid.UUID, title: str, by: Actor, clock: Clock) -> uuid.UUID:
    """Make one's own copy of a dashboard that one may read: a draft; return its id.

    Raises:
        NotFound: if there is none, or it is not for the actor.
    """
    now = clock.now()
    with transaction.atomic():
        old = Dashboard.objects.filter(id=dashboard, removed_at__isnull=True).first()
        if old is None or not readable(by, _held(old)):
            raise _no_such("dashboard")
        row = Dashboard.objects.create(
            title=title, purpose=old.purpose, as_at=old.as_at, owner=by.id, owner_name=by.name,
            made_at=now, changed_at=now,
        )  # fmt: skip
        for each in old.tiles.filter(removed_at__isnull=True).order_by("place"):
            Tile.objects.create(
                dashboard=row, place=each.place, metric=each.metric, by=each.by, parts=each.parts,
                form=each.form, heading=each.heading, note=each.note,
            )  # fmt: skip
        note_decision("dashboard.copied", row.id, by, of=old.id)
    return row.id


def remove_dashboard(*, dashboard: uuid.UUID, by: Actor, clock: Clock) -> None:
    """Delete a dashboard; for a while its owner can put it back."""
    with transaction.atomic():
        row = own_dashboard(dashboard, by)
        row.removed_at = clock.now()
        row.save()
        note_decision("dashboard.deleted", row.id, by)


def restore_dashboard(*, dashboard: uuid.UUID, by: Actor, clock: Clock) -> None:
    """Put a deleted dashboard back as it was."""
    with transaction.atomic():
        row = own_dashboard(dashboard, by, removed=True)
        row.removed_at, row.changed_at = None, clock.now()
        row.save()
        note_decision("dashboard.restored", row.id, by)


def add_tile(
    *, dashboard: uuid.UUID, question: Question, words: Words, by: Actor, clock: Clock
) -> uuid.UUID:
    """Put a tile after the others; return its id.

    Raises:
        BadInput: for a question that is never answered.
        Conflict: if the dashboard is full.
    """
    refuse_unless_asked_well(question)
    with transaction.atomic():
        row = own_dashboard(dashboard, by)
        made = Tile.objects.create(
            dashboard=row, place=_next_place(row), metric=question.metric, by=question.by,
            parts=[list(one) for one in question.parts], form=question.form,
            heading=words.heading, note=words.note,
        )  # fmt: skip
        _touched(row, "tile.added", made.id, by, clock)
    return made.id


def change_tile(
    *, dashboard: uuid.UUID, tile: uuid.UUID, question: Question, words: Words, by: Actor,
    clock: Clock,
) -> None:  # fmt: skip
    """Ask or draw something else in a tile; raises as ``add_tile``."""
    refuse_unless_asked_well(question)
    with transaction.atomic():
        row = own_dashboard(dashboard, by)
        one = _tile(row, tile)
        one.metric, one.by, one.form = question.metric, question.by, question.form
        one.parts = [list(part) for part in question.parts]
        one.heading, one.note = words.heading, words.note
        one.save()
        _touched(row, "tile.changed", one.id, by, clock)


def move_tile(*, dashboard: uuid.UUID, tile: uuid.UUID, up: bool, by: Actor, clock: Clock) -> None:
    """Move a tile a place up or down; the first and the last stay where they are."""
    with transaction.atomic():
        row = own_dashboard(dashboard, by)
        _tile(row, tile)
        order = in_order(_standing(row))
        put_in_order(Tile, moved(order, tile, up=up))
        _touched(row, "tile.moved", tile, by, clock)


def remove_tile(*, dashboard: uuid.UUID, tile: uuid.UUID, by: Actor, clock: Clock) -> None:
    """Take a tile away; it can be put back."""
    with transaction.atomic():
        row = own_dashboard(dashboard, by)
        one = _tile(row, tile)
        one.removed_at = clock.now()
        one.save()
        put_in_order(Tile, in_order(_standing(row)))
        _touched(row, "tile.removed", one.id, by, clock)


def restore_tile(*, dashboard: uuid.UUID, tile: uuid.UUID, by: Actor, clock: Clock) -> None:
    """Put a tile back where it was, or last where there are fewer now.

    Raises:
        Conflict: if the dashboard is full.
    """
    with transaction.atomic():
        row = own_dashboard(dashboard, by)
        one = Tile.objects.filter(dashboard=row, id=tile, removed_at__isnull=False).first()
        if one is None:
            raise _no_such("tile")
        put_back(Tile, one, _standing(row), free=_next_place(row))
        _touched(row, "tile.restored", one.id, by, clock)


def own_dashboard(dashboard: uuid.UUID, by: Actor, *, removed: bool = False) -> Dashboard:
    """Return a dashboard of the actor, locked; raises ``NotFound`` for anybody else's."""
    found = Dashboard.objects.select_for_update().filter(
        id=dashboard, owner=by.id, removed_at__isnull=not removed
    )
    row = found.first()
    if row is None:
        raise _no_such("dashboard")
    return row


def note_decision(what: str, thing: uuid.UUID, by: Actor | str, **more: object) -> None:
    """Record a decision on a dashboard or brief; the last statement of its transaction."""
    noun = what.partition(".")[0]
    who = by if isinstance(by, str) else by.id
    ledger().append_one(
        "decisions", f"muster.dashboards.{what}.v1", f"{noun}:dashboards:{thing}",
        {"by": who, **more},
    )  # fmt: skip


def _held(row: Dashboard) -> Held:
    return Held(row.owner, row.state, Audience(tuple(row.roles), row.employer))


def _tile(row: Dashboard, tile: uuid.UUID) -> Tile:
    found = Tile.objects.filter(dashboard=row, id=tile, removed_at__isnull=True).first()
    if found is None:
        raise _no_such("tile")
    return found


def _standing(row: Dashboard) -> QuerySet[Tile]:
    return Tile.objects.filter(dashboard=row, removed_at__isnull=True)


def _next_place(row: Dashboard) -> int:
    return next_place(_standing(row), most=MOST_TILES, what="tiles on a dashboard")


def _touched(row: Dashboard, what: str, tile: uuid.UUID, by: Actor, clock: Clock) -> None:
    row.changed_at = clock.now()
    row.save(update_fields=["changed_at"])
    note_decision(what, row.id, by, tile=tile)


def _no_such(kind: str) -> NotFound:
    return NotFound(f"There is no such {kind}", fix="Check the address, or search for it again")
