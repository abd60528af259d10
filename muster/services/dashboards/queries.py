"""What dashboards, briefs and issues there are, as plain values.

Whoever may not read one gets none of it: pages ask for a thing with the actor, and lists are cut
before they are shown.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from django.db.models import Max, OuterRef, Subquery

from muster.gates.access import Actor
from muster.services.dashboards.models import (
    Brief,
    BriefFigure,
    Commentary,
    Dashboard,
    Issue,
    IssueRead,
    Recipient,
    Tile,
)
from muster.services.dashboards.rules import (
    Audience,
    Direction,
    Form,
    Held,
    Part,
    Target,
    may_read,
)
from muster.services.dashboards.showing import Question
from muster.services.dashboards.targets import Wanted


@dataclass(frozen=True)
class About:
    """What a dashboard or brief is: whose, for whom, and since when."""

    id: uuid.UUID
    title: str
    purpose: str
    owner_name: str
    held: Held
    changed_at: dt.datetime
    removed: bool
    count: int


@dataclass(frozen=True)
class TileView:
    """A tile as it was set up."""

    id: uuid.UUID
    question: Question
    heading: str
    note: str


@dataclass(frozen=True)
class DashboardView:
    """A dashboard with its tiles in order; ``as_at`` is None for the latest complete month."""

    about: About
    as_at: dt.date | None
    tiles: tuple[TileView, ...]


@dataclass(frozen=True)
class Said:
    """Words about a brief's figures, by whom and when."""

    text: str
    by_name: str
    at: dt.datetime


@dataclass(frozen=True)
class Schedule:
    """On which day of the month issues are made, for whom, and whether that rests."""

    day: int | None
    paused: bool
    since: dt.date | None
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class IssueLine:
    """One issue of a brief, as lists show it."""

    brief: uuid.UUID
    title: str
    number: int
    month: dt.date
    made_at: dt.datetime
    scheduled: bool


@dataclass(frozen=True)
class BriefView:
    """A brief with its figures in order, what was said of them (the latest first), its issues."""

    about: About
    figures: tuple[Wanted, ...]
    said: tuple[Said, ...]
    schedule: Schedule
    issues: tuple[IssueLine, ...]


@dataclass(frozen=True)
class IssueView:
    """An issue as it was made; ``content`` holds the releases it cites and the words it bears."""

    line: IssueLine
    about: About
    content: dict[str, Any]


class _Row(Protocol):
    """What the rows of dashboards and briefs have alike."""

    id: uuid.UUID
    title: str
    purpose: str
    owner: str
    owner_name: str
    state: str
    roles: Any
    employer: uuid.UUID | None
    changed_at: dt.datetime
    removed_at: dt.datetime | None


def _about(row: _Row, count: int = 0) -> About:
    held = Held(row.owner, row.state, Audience(tuple(row.roles), row.employer))
    return About(
        row.id, row.title, row.purpose, row.owner_name, held, row.changed_at,
        row.removed_at is not None, count,
    )  # fmt: skip


def readable(actor: Actor, held: Held) -> bool:
    """Tell whether an actor may open what is held so."""
    return may_read(held, reader=actor.id, roles=actor.roles, employer=actor.employer)


def _listed(actor: Actor, found: Iterable[tuple[_Row, int]]) -> tuple[About, ...]:
    every = (_about(row, count) for row, count in found)
    return tuple(
        one
        for one in every
        if readable(actor, one.held) and (not one.removed or one.held.owner == actor.id)
    )


def dashboards(actor: Actor) -> tuple[About, ...]:
    """Return the dashboards an actor may open, latest first; their own deleted ones too."""
    rows = Dashboard.objects.order_by("-changed_at").prefetch_related("tiles")
    return _listed(
        actor,
        ((row, sum(tile.removed_at is None for tile in row.tiles.all())) for row in rows),
    )


def briefs(actor: Actor) -> tuple[About, ...]:
    """Return the briefs an actor may open, latest first; their own deleted ones too."""
    rows = Brief.objects.order_by("-changed_at").prefetch_related("issues")
    return _listed(actor, ((row, len(row.issues.all())) for row in rows))


def dashboard(one: uuid.UUID) -> DashboardView | None:
    """Return a dashboard, or None."""
    row = Dashboard.objects.filter(id=one).first()
    if row is None:
        return None
    tiles = row.tiles.filter(removed_at__isnull=True).order_by("place")
    views = tuple(map(_tile, tiles))
    return DashboardView(_about(row, len(views)), row.as_at, views)


def tile(dashboard: uuid.UUID, one: uuid.UUID) -> TileView | None:
    """Return one tile of a dashboard, removed ones too; or None."""
    row = Tile.objects.filter(dashboard=dashboard, id=one).first()
    return _tile(row) if row else None


def _parts(stored: Any) -> tuple[Part, ...]:
    return tuple((str(name), str(code)) for name, code in stored)


def _tile(row: Tile) -> TileView:
    form = cast("Form", row.form)
    question = Question(row.metric, row.by, _parts(row.parts), form)
    return TileView(row.id, question, row.heading, row.note)


def brief(one: uuid.UUID) -> BriefView | None:
    """Return a brief, or None."""
    row = Brief.objects.filter(id=one).first()
    if row is None:
        return None
    figures = row.figures.filter(removed_at__isnull=True).order_by("place")
    emails = Recipient.objects.filter(brief=row).order_by("email").values_list("email", flat=True)
    said = Commentary.objects.filter(brief=row).order_by("-at", "-id")
    issues = tuple(map(_issue, row.issues.order_by("-number").select_related("brief")))
    return BriefView(
        _about(row, len(issues)),
        tuple(map(_wanted, figures)),
        tuple(Said(each.text, each.by_name, each.at) for each in said),
        Schedule(row.day, row.paused, row.since, tuple(emails)),
        issues,
    )


def figure(brief: uuid.UUID, one: uuid.UUID) -> Wanted | None:
    """Return one figure of a brief, removed ones too; or None."""
    row = BriefFigure.objects.filter(brief=brief, id=one).first()
    return _wanted(row) if row else None


def _wanted(row: BriefFigure) -> Wanted:
    target = None
    if row.target is not None and row.due is not None:
        target = Target(row.target.normalize(), cast("Direction", row.direction), row.due)
    return Wanted(
        row.id, row.metric, _parts(row.parts), row.heading, target, row.since, row.stated_by
    )


def issue(brief: uuid.UUID, number: int) -> IssueView | None:
    """Return one issue of a brief, or None."""
    row = Issue.objects.filter(brief=brief, number=number).select_related("brief").first()
    return IssueView(_issue(row), _about(row.brief), row.content) if row else None


def _issue(row: Issue) -> IssueLine:
    return IssueLine(
        row.brief_id, row.content["title"], row.number, row.month, row.made_at, row.due is not None
    )


def unread(actor: Actor, *, limit: int) -> tuple[IssueLine, ...]:
    """Return the latest issue of each brief that is for an actor and that they have not opened."""
    latest = Brief.objects.filter(id=OuterRef("brief"), removed_at__isnull=True)
    highest = latest.annotate(highest=Max("issues__number")).values("highest")
    opened = IssueRead.objects.filter(reader=actor.id).values("issue")
    rows = Issue.objects.filter(number=Subquery(highest)).exclude(id__in=opened)
    rows = rows.select_related("brief").order_by("-made_at")
    mine = [row for row in rows if readable(actor, _about(row.brief).held)]
    return tuple(map(_issue, mine[:limit]))


def removed_tiles(dashboard: uuid.UUID) -> tuple[TileView, ...]:
    """Return the tiles that were taken away of a dashboard, the latest first."""
    rows = Tile.objects.filter(dashboard=dashboard, removed_at__isnull=False)
    return tuple(map(_tile, rows.order_by("-removed_at")))


def removed_figures(brief: uuid.UUID) -> tuple[Wanted, ...]:
    """Return the figures that were taken away of a brief, the latest first."""
    rows = BriefFigure.objects.filter(brief=brief, removed_at__isnull=False)
    return tuple(map(_wanted, rows.order_by("-removed_at")))


def said_in(content: dict[str, Any]) -> Said | None:
    """Return the commentary that an issue bears, as it was."""
    said = content["said"]
    if not said:
        return None
    return Said(said["text"], said["by_name"], dt.datetime.fromisoformat(said["at"]))
