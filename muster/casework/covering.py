"""Cover for absence: a colleague does somebody's tasks from a day until another.

For teams whose tasks do not wait until somebody is back. Who covers sees the tasks that the absent
colleague took, and does them under their own name: what is kept apart in a case stays apart, for
the case asks who acts, not for whom. Cover is between two of one role at one employer, is not
passed on, and ends by itself.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from muster.casework.notifying.actions import About, To, notify
from muster.casework.notifying.colleagues import is_in_team, names, person_behind
from muster.casework.notifying.models import Cover
from muster.casework.rules import Worker
from muster.kernel.clock import Clock
from muster.kernel.days import ONE_DAY, legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger

LONGEST = dt.timedelta(days=366)


@dataclass(frozen=True)
class CoverView:
    """One cover. ``until`` is its last day; ``state`` is "to come", "now" or "over"."""

    id: uuid.UUID
    employer: uuid.UUID
    role: str
    absent: str
    absent_name: str
    coverer: str
    coverer_name: str
    since: dt.date
    until: dt.date
    set_by: str
    state: str


def check_cover(
    *, absent: str, coverer: str, since: dt.date, until: dt.date, today: dt.date, setter: str,
    leads: bool,
) -> None:  # fmt: skip
    """See that a cover can be: of whom, by whom, from when to when, and who may say so.

    Args:
        absent: whose tasks.
        coverer: who does them.
        since: the first day.
        until: the last day.
        today: the present day.
        setter: who sets it.
        leads: whether they may hand over the tasks of that role and employer.

    Raises:
        NotPermitted: if it is neither the setter's own absence nor theirs to lead.
        BadInput: naming what cannot be.
    """
    if setter != absent and not leads:
        raise NotPermitted(
            "You may arrange cover for yourself only", fix="Ask who leads the team to arrange it"
        )
    if absent == coverer:
        raise BadInput("Nobody covers for themselves", where=Where(field="coverer"),
                       fix="Choose a colleague")  # fmt: skip
    if until < since:
        raise BadInput("The last day is before the first", where=Where(field="until"),
                       fix="Enter a later day")  # fmt: skip
    if until < today:
        raise BadInput("The cover is over already", where=Where(field="until"),
                       fix="Enter a day that is still to come")  # fmt: skip
    if until - since > LONGEST:
        raise BadInput("A cover lasts a year at most", where=Where(field="until"),
                       fix="Enter an earlier day; hand tasks over for good instead")  # fmt: skip


def set_cover(
    *, absent: str, coverer: str, employer: uuid.UUID, role: str, since: dt.date, until: dt.date,
    by: str, leads: bool, clock: Clock,
) -> uuid.UUID:  # fmt: skip
    """Let a colleague do somebody's tasks from one day to another, both of them included.

    Raises:
        NotFound: if one of them is not of the employer's role.
        NotPermitted, BadInput: see ``check_cover``.
        Conflict: if just this was set before.
    """
    now = clock.now()
    check_cover(absent=absent, coverer=coverer, since=since, until=until, today=legal_day(now),
                setter=by, leads=leads)  # fmt: skip
    for who in (absent, coverer):
        if not is_in_team(who, employer, role, now=now):
            raise NotFound("There is no such colleague", fix="Choose one of the list")
    try:
        with transaction.atomic():
            row = Cover.objects.create(
                employer_id=employer, role=role, absent=absent, coverer=coverer,
                absent_person_id=person_behind(absent), coverer_person_id=person_behind(coverer),
                starts=since, ends=until + ONE_DAY, set_by=by, set_at=now,
            )  # fmt: skip
            notify("cover", To(actor=coverer), About(due=since, until=until),
                   key=f"cover:{row.id}", clock=clock)  # fmt: skip
            _note("set", row, by)
    except IntegrityError:
        raise Conflict("This cover was set before", fix="See the covers below") from None
    return row.id


@transaction.atomic
def end_cover(
    *, cover: uuid.UUID, by: str, employer: uuid.UUID | None, leads: Collection[str], clock: Clock
) -> None:
    """End a cover now; ending it again is the same.

    Args:
        cover: which one.
        by: who ends it: one of the two, or who leads their team.
        employer: whose officer they are.
        leads: the roles of that employer whose tasks they may hand over.
        clock: stamps it.

    Raises:
        NotFound: if there is none, or it is not theirs to end.
    """
    row = Cover.objects.select_for_update().filter(id=cover).first()
    theirs = row is not None and (
        by in (row.absent, row.coverer) or (row.employer_id == employer and row.role in leads)
    )
    if row is None or not theirs:
        raise NotFound("There is no such cover", fix="See the covers of your team")
    if row.ended_at is not None:
        return
    row.ended_at, row.ended_by = clock.now(), by
    row.save(update_fields=("ended_at", "ended_by"))
    _note("ended", row, by)


def covered_by(actor: str, employer: uuid.UUID | None, roles: Collection[str], *,
               now: dt.datetime) -> frozenset[str]:  # fmt: skip
    """Return for whom somebody does tasks now.

    Whoever changed role or employer since covers nobody there any more.
    """
    if employer is None or not roles:
        return frozenset()
    rows = _running(legal_day(now)).filter(coverer=actor, employer=employer, role__in=roles)
    return frozenset(rows.values_list("absent", flat=True))


def worker_of(
    actor: str, roles: Collection[str], employer: uuid.UUID | None, person: uuid.UUID | None, *,
    now: dt.datetime,
) -> Worker:  # fmt: skip
    """Return who works on tasks, with those they cover for now."""
    return Worker(
        actor, frozenset(roles), employer, person, covered_by(actor, employer, roles, now=now)
    )


def covers_of(
    actor: str, employer: uuid.UUID | None, leads: Collection[str], *, now: dt.datetime
) -> tuple[CoverView, ...]:
    """Return the covers that are or will be, of somebody and of the teams they lead."""
    today = legal_day(now)
    theirs = Q(absent=actor) | Q(coverer=actor)
    if employer is not None and leads:
        theirs |= Q(employer=employer, role__in=leads)
    rows = Cover.objects.filter(theirs, ends__gt=today, ended_at__isnull=True)
    found = list(rows.order_by("starts", "id"))
    called = names({one for row in found for one in (row.absent, row.coverer)})
    return tuple(_view(row, called, today) for row in found)


def _running(day: dt.date) -> QuerySet[Cover]:
    return Cover.objects.filter(starts__lte=day, ends__gt=day, ended_at__isnull=True)


def _view(row: Cover, called: dict[str, str], today: dt.date) -> CoverView:
    state = "to come" if today < row.starts else "now" if today < row.ends else "over"
    return CoverView(
        row.id, row.employer_id, row.role, row.absent, called.get(row.absent, row.absent),
        row.coverer, called.get(row.coverer, row.coverer), row.starts, row.ends - ONE_DAY,
        row.set_by, state,
    )  # fmt: skip


def _note(what: str, row: Cover, by: str) -> None:
    """Record it in the decisions log; the last statement of its transaction."""
    ledger().append_one(
        "decisions", f"muster.casework.cover.{what}.v1", f"cover:casework:{row.id}",
        {"by": by, "absent": row.absent, "coverer": row.coverer, "role": row.role,
         "from": row.starts.isoformat(), "to": row.ends.isoformat()},
    )  # fmt: skip
