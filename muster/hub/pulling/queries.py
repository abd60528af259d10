"""Questions about inlets: when each was asked, what came, why it fails; what loaders answered."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q, QuerySet, Sum

from muster.hub.models import AnswerFile, Inlet, InletAlarm, LookupTable, RowAnswer
from muster.hub.pulling.kinds import Brings, Kind, known_kind
from muster.kernel.clock import Clock
from muster.kernel.errors import NotFound, Where

InletState = Literal["paused", "failing", "late", "fine", "new"]
_LATE = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class InletView:
    """An inlet and how it is doing.

    ``attempts`` turns in vain since the last good one, for ``said``; ``fix`` is what to do.
    ``came`` is what the latest turn brought that brought anything, ``brought`` all of it.
    ``late`` tells that it has been due for long, as if no worker ran.
    """

    code: str
    system: str
    system_title: str
    employer: uuid.UUID | None
    kind: str
    title: str
    brings: Brings
    settings: Mapping[str, str]
    secrets: tuple[str, ...]
    every: int
    due_at: dt.datetime
    paused: str
    attempts: int
    said: str
    fix: str
    late: bool
    asked_at: dt.datetime | None
    came_at: dt.datetime | None
    came: int
    brought: int
    intake: uuid.UUID | None
    route: str
    by_itself: bool

    @property
    def state(self) -> InletState:
        """What matters most about it now."""
        if self.paused:
            return "paused"
        if self.said:
            return "failing"
        if self.late:
            return "late"
        return "fine" if self.asked_at else "new"


@dataclass(frozen=True)
class AlarmView:
    """That an inlet fails for a cause, since when."""

    inlet: str
    system_title: str
    said: str
    raised_at: dt.datetime


@dataclass(frozen=True)
class MessageAnswer:
    """What a receiver's loader said of a message that one route left there."""

    route: str
    receiver_title: str
    file: str
    outcome: str
    said: str
    told_at: dt.datetime


@dataclass(frozen=True)
class AnswerFileView:
    """One shipment to a loader and what was answered; ``waiting`` messages are not answered."""

    name: str
    handed_at: dt.datetime
    taken: int
    rejected: int
    waiting: int
    said: str
    done_at: dt.datetime | None


@dataclass(frozen=True)
class LookupView:
    """One version of a lookup table; ``newest`` tells whether it counts."""

    name: str
    version: int
    columns: tuple[str, ...]
    personal: tuple[str, ...]
    rows: int
    digest: str
    kept_at: dt.datetime
    kept_by: str
    newest: bool


def inlets(
    *, clock: Clock, employer: uuid.UUID | None = None, system: str = ""
) -> tuple[InletView, ...]:
    """Return inlets by code; only those of systems of this employer, or of this system."""
    found = _inlets()
    if employer is not None:
        found = found.filter(system__employer=employer)
    if system:
        found = found.filter(system__code=system)
    return tuple(_view(row, clock.now()) for row in found.order_by("code"))


def inlet(code: str, *, clock: Clock) -> InletView:
    """Return one inlet.

    Raises:
        NotFound: if there is none.
    """
    row = _inlets().filter(code=code).first()
    if row is None:
        raise NotFound("No such inlet", where=Where(thing=code), fix="See the inlets page")
    return _view(row, clock.now())


def alarms(*, employer: uuid.UUID | None = None, inlet: str = "") -> tuple[AlarmView, ...]:
    """Return why inlets fail now, the longest first."""
    found = InletAlarm.objects.filter(cleared_at__isnull=True, inlet__paused="")
    if employer is not None:
        found = found.filter(inlet__system__employer=employer)
    if inlet:
        found = found.filter(inlet__code=inlet)
    rows = found.select_related("inlet__system").order_by("raised_at")
    return tuple(
        AlarmView(one.inlet.code, one.inlet.system.title, one.said, one.raised_at) for one in rows
    )


def answers_of(position: int) -> tuple[MessageAnswer, ...]:
    """Return what receivers' loaders said of a message, in the order they said it."""
    rows = RowAnswer.objects.filter(position=position).order_by("told_at", "id")
    return tuple(
        MessageAnswer(
            one.file.route.code,
            one.file.route.receiver.title if one.file.route.receiver else "",
            one.file.name, one.outcome, one.said, one.told_at,
        )
        for one in rows.select_related("file__route__receiver")
    )  # fmt: skip


def answer_files(route: str, *, limit: int = 25) -> tuple[AnswerFileView, ...]:
    """Return a route's shipments to a loader with what was answered, the latest first."""
    found = AnswerFile.objects.filter(route__code=route).select_related("delivery")
    return tuple(
        AnswerFileView(
            one.name, one.delivery.handed_at, one.taken, one.rejected, one.waiting, one.said,
            one.done_at,
        )
        for one in found.order_by("-delivery__handed_at")[:limit]
    )  # fmt: skip


def answered(route: str) -> tuple[int, int, int] | None:
    """Return how many messages of a route were taken, rejected and wait; None if none is asked."""
    summed = AnswerFile.objects.filter(route__code=route).aggregate(
        taken=Sum("taken"), rejected=Sum("rejected"),
        waiting=Sum("waiting", filter=Q(done_at__isnull=True)),
    )  # fmt: skip
    if summed["taken"] is None:
        return None
    return summed["taken"], summed["rejected"], summed["waiting"] or 0


def lookups(route: str) -> tuple[LookupView, ...]:
    """Return the lookup tables of a route by name, the newest version of each first."""
    rows: Sequence[LookupTable] = list(
        LookupTable.objects.filter(route__code=route).order_by("name", "-version").defer("content")
    )
    newest = {one.name: max(r.version for r in rows if r.name == one.name) for one in rows}
    return tuple(
        LookupView(
            one.name, one.version, tuple(one.columns), tuple(one.about_people), one.rows,
            one.digest, one.kept_at, one.kept_by, one.version == newest[one.name],
        )
        for one in rows
    )  # fmt: skip


def _inlets() -> QuerySet[Inlet]:
    return Inlet.objects.select_related("system").defer("after")


def _view(row: Inlet, now: dt.datetime) -> InletView:
    # An inlet whose connector is gone says so itself when it is asked.
    kind = known_kind(row.kind) or Kind(row.kind, row.kind, "messages", (), dict)
    late = not row.owner and not row.paused and now - row.due_at > _LATE
    return InletView(
        code=row.code, system=row.system.code, system_title=row.system.title,
        employer=row.system.employer, kind=row.kind, title=kind.title, brings=kind.brings,
        settings=dict(row.settings), secrets=tuple(sorted(kind.secrets)) if row.sealed else (),
        every=row.every, due_at=row.due_at, paused=row.paused, attempts=row.attempts,
        said=row.said, fix=row.fix, late=late, asked_at=row.asked_at, came_at=row.came_at,
        came=row.came, brought=row.brought, intake=row.intake_id,
        route=row.settings.get("route", ""), by_itself=kind.by_itself,
    )  # fmt: skip
