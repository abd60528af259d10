"""Questions about files that go on to other systems: by which doors they come, and what went on."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, Max

from muster.hub.intakes import carried_contracts
from muster.hub.models import Forward, Route
from muster.kernel.errors import NotFound, Where

ForwardState = Literal["on its way", "held", "let go", "overtaken", "done"]
_LATEST = 10


@dataclass(frozen=True)
class OnwardRoute:
    """A route by which what comes in at a door goes on; ``employer`` is its receiver's."""

    code: str
    receiver: str
    employer: uuid.UUID | None
    enabled: bool


@dataclass(frozen=True)
class DoorView:
    """A route of files without a receiver: by it they come in.

    ``carried`` tells that no room of the register keeps them: they only go ``on`` to other systems.
    ``files`` came by it, the last one at ``last_at``.
    """

    code: str
    contract: str
    sender: str
    sender_title: str
    sender_employer: uuid.UUID | None
    agreement: str
    owner: str
    approver: str
    enabled: bool
    carried: bool
    on: tuple[OnwardRoute, ...]
    files: int
    last_at: dt.datetime | None


@dataclass(frozen=True)
class ForwardView:
    """A file that went on to a receiver, or is to: ``sent``, ``waiting`` and ``gone`` records."""

    id: uuid.UUID
    landing: uuid.UUID
    name: str
    as_at: dt.date | None
    state: ForwardState
    sent: int
    waiting: int
    gone: int
    began_at: dt.datetime
    done_at: dt.datetime | None


def doors(*, employer: uuid.UUID | None = None) -> tuple[DoorView, ...]:
    """Return the doors of files that only go on to other systems, by code.

    Args:
        employer: only those of systems of this employer, or from which its systems get files.
    """
    rows = Route.to_register.filter(contract__in=list(carried_contracts())).order_by("code")
    views = [_view(row, carried=True) for row in rows.select_related("source")]
    return tuple(one for one in views if employer is None or employer in employers_of(one))


def door(code: str) -> DoorView:
    """Return one route of files that come in, whether the register keeps them or not.

    Raises:
        NotFound: if there is none.
    """
    row = Route.to_register.filter(code=code).select_related("source").first()
    if row is None:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    return _view(row, carried=row.contract in carried_contracts())


def employers_of(door: DoorView) -> set[uuid.UUID | None]:
    """Return whose a door is: its sender's, and theirs who get what comes in by it."""
    return {door.sender_employer, *(one.employer for one in door.on)}


def forwards_of(route: str) -> tuple[ForwardView, ...]:
    """Return the files that went on by a route, or are to, the latest first."""
    rows = Forward.objects.filter(route__code=route).select_related("landing").order_by("-number")
    return tuple(_forward(row, last=not at) for at, row in enumerate(rows[:_LATEST]))


def _view(row: Route, *, carried: bool) -> DoorView:
    onward = Route.objects.filter(
        contract=row.contract, source=row.source_id, receiver__isnull=False
    )
    came = row.landings.aggregate(files=Count("id"), last=Max("received_at"))
    return DoorView(
        code=row.code, contract=row.contract, sender=row.source.code,
        sender_title=row.source.title, sender_employer=row.source.employer,
        agreement=row.agreement.code if row.agreement else "", owner=row.owner,
        approver=row.approver, enabled=row.enabled, carried=carried,
        on=_onward(onward.select_related("receiver").order_by("code")),
        files=came["files"], last_at=came["last"],
    )  # fmt: skip


def _onward(rows: Iterable[Route]) -> tuple[OnwardRoute, ...]:
    return tuple(
        OnwardRoute(row.code, row.receiver.title, row.receiver.employer, row.enabled)
        for row in rows
        if row.receiver is not None
    )


def _forward(row: Forward, *, last: bool) -> ForwardView:
    state: ForwardState = "on its way"
    if row.done_at is not None:
        state = "done"
    elif not last:
        state = "overtaken"
    elif row.held:
        state = "held" if row.let_go_at is None else "let go"
    return ForwardView(
        row.id, row.landing_id, row.landing.name, row.landing.as_at, state, row.sent, row.waiting,
        row.gone, row.began_at, row.done_at,
    )  # fmt: skip
