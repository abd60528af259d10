"""Writing notices: within the transaction of what they tell of, one for each who is told."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from muster.casework.notifying.choosing import choices_of
from muster.casework.notifying.colleagues import (
    holder_of,
    person_behind,
    team,
    team_address,
)
from muster.casework.notifying.models import Notice
from muster.casework.notifying.rules import Choice, Kind, digest_at, goes_at
from muster.casework.notifying.templates import TEMPLATE_OF
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day


@dataclass(frozen=True)
class To:
    """Who is told: a person, somebody who signs in, or all of an employer's role."""

    person: uuid.UUID | None = None
    actor: str = ""
    employer: uuid.UUID | None = None
    role: str = ""


@dataclass(frozen=True)
class About:
    """What a notice is about; nothing of it is personal.

    Args:
        case: the case.
        process: what the process is called.
        task: the task, if it is about one.
        title: the task as its diagram calls it.
        due: when it is due.
        was_due: when it was due before its deadline was moved.
        until: the end of a cover, whose beginning is ``due``.
    """

    case: uuid.UUID | None = None
    process: str = ""
    task: uuid.UUID | None = None
    title: str = ""
    due: dt.datetime | dt.date | None = None
    was_due: dt.datetime | dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class _Recipient:
    holder: str
    person: uuid.UUID | None = None
    employer: uuid.UUID | None = None
    role: str = ""


def notify(kind: Kind, to: To, about: About, *, key: str, clock: Clock) -> int:
    """Write notices; call it inside the transaction of what they tell of.

    Args:
        kind: what they tell of.
        to: whom.
        about: what a notice may say.
        key: names what they tell of, such as ``given:<task>``; who was told of it is not told
            again.
        clock: dates them.

    Returns:
        how many were written; who chose never to be told of this kind has none.
    """
    now = clock.now()
    recipients = _recipients(to, now)
    choices = choices_of([one.holder for one in recipients])
    rows = [
        row
        for one in recipients
        if (row := _row(kind, one, about, choices.get(one.holder, Choice()), key, now)) is not None
    ]
    told = set(
        Notice.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True)
    )
    fresh = [row for row in rows if row.key not in told]
    # On SQLite nobody else writes meanwhile, and ignoring there would hide broken constraints too.
    Notice.objects.bulk_create(fresh, ignore_conflicts=connection.vendor == "postgresql")
    return len(fresh)


def _recipients(to: To, now: dt.datetime) -> list[_Recipient]:
    """Return each who is told once; a team without anybody known still has its own notice.

    That one waits until a shared mailbox is stated, and fails where all can see it if none is.
    """
    if to.person is not None:
        return [_Recipient(holder_of("", to.person), to.person)]
    if to.actor:
        person = person_behind(to.actor)
        return [_Recipient(holder_of(to.actor, person), person)]
    if to.employer is None or not to.role:
        raise ValueError("a notice goes to a person, an actor or a team")
    known = team(to.employer, to.role, now=now)
    found = {
        (holder := holder_of(one.actor, one.person)): _Recipient(holder, one.person)
        for one in known
    }
    if not found or team_address(to.employer, to.role):
        holder = f"team:{to.employer}:{to.role}"
        found[holder] = _Recipient(holder, None, to.employer, to.role)
    return list(found.values())


def _row(
    kind: Kind, one: _Recipient, about: About, choice: Choice, key: str, now: dt.datetime
) -> Notice | None:
    """Return a notice as it is kept; None for who never wants it. A team's mailbox has all."""
    rhythm = "at once" if one.role else choice.rhythm(kind)
    if rhythm == "never":
        return None
    at = now if one.role else goes_at(kind, choice, now)
    return Notice(
        key=f"{key}|{one.holder}", kind=kind, template=TEMPLATE_OF[kind], holder=one.holder,
        person_id=one.person, employer_id=one.employer, role=one.role,
        task=about.task, case=about.case, due_at=_instant(about.due), fill=_fill(about),
        state="waiting" if at is not None else "gathering",
        written_at=now, goes_at=at or digest_at(rhythm, now),
    )  # fmt: skip


def _fill(about: About) -> Mapping[str, str]:
    said = {"process": about.process, "task": about.title, "due": _words(about.due)}
    if about.was_due is not None:
        said["was_due"] = _words(about.was_due)
    if about.until is not None:
        said |= {"since": said["due"], "until": _words(about.until)}
    return said


def _instant(day: dt.datetime | dt.date | None) -> dt.datetime | None:
    return day if isinstance(day, dt.datetime) else None


def _words(day: dt.datetime | dt.date | None) -> str:
    """Return a day as notices say it: 3 December 2026."""
    if day is None:
        return "when you can"
    local = legal_day(day) if isinstance(day, dt.datetime) else day
    return f"{local.day} {local:%B %Y}"
