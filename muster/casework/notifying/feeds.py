"""A person's deadlines as a calendar: one to attach, or a feed at an address nobody can guess.

A calendar program cannot sign in, so whoever has the address sees the feed. It therefore holds
titles of tasks and days and nothing else, and only what the person has themselves; it is kept as a
hash, shown once, and a new one ends the old one.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from muster.casework.models import Task
from muster.casework.notifying.colleagues import COUNTS_FOR
from muster.casework.notifying.entries import Entry, written
from muster.casework.notifying.models import CalendarEntry, CalendarFeed, Colleague
from muster.casework.notifying.naming import title_of
from muster.casework.notifying.ports import task_link
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound
from muster.kernel.running import keyring

MOST_ENTRIES = 500
SHOWN_AFTER = dt.timedelta(days=14)
"""So long a feed still says that a task was done."""
_READ_AGAIN = dt.timedelta(hours=1)


@dataclass(frozen=True)
class FeedView:
    """That somebody has a feed; its address is not known any more."""

    made_at: dt.datetime
    read_at: dt.datetime | None


def feed_of(actor: str) -> FeedView | None:
    """Return somebody's feed, if they have one."""
    row = CalendarFeed.objects.filter(actor=actor).first()
    return None if row is None else FeedView(row.made_at, row.read_at)


def renew_feed(*, actor: str, person: uuid.UUID | None, clock: Clock) -> str:
    """Make somebody's feed anew and return the token of its address; the old one is gone."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        actor=actor,
        defaults={
            "person_id": person, "token_hash": _hash(token), "made_at": clock.now(),
            "read_at": None,
        },
    )  # fmt: skip
    return token


def end_feed(*, actor: str) -> None:
    """Take somebody's feed away."""
    CalendarFeed.objects.filter(actor=actor).delete()


def feed(token: str, *, clock: Clock) -> bytes:
    """Return the calendar at an address.

    Raises:
        NotFound: if no feed has it, or its owner has not been here for long: they may have left.
    """
    now = clock.now()
    row = CalendarFeed.objects.filter(token_hash=_hash(token)).first()
    seen = row is not None and Colleague.objects.filter(
        actor=row.actor, seen_at__gt=now - COUNTS_FOR
    )
    # A feed that was made or renewed of late is its own proof that somebody was here.
    if row is None or not (row.made_at > now - COUNTS_FOR or (seen and seen.exists())):
        raise NotFound("There is no such calendar", fix="Make its address anew in your inbox")
    if row.read_at is None or row.read_at < now - _READ_AGAIN:
        CalendarFeed.objects.filter(actor=row.actor, token_hash=row.token_hash).update(read_at=now)
    mine = Q(assignee=row.actor)
    if row.person_id is not None:
        mine |= Q(person=row.person_id)
    closed = Q(state="done", done_by=row.actor) | (mine & ~Q(state="open"))
    shown = (mine & Q(state="open")) | (closed & Q(done_at__gt=now - SHOWN_AFTER))
    tasks = Task.objects.filter(shown, due_at__isnull=False).order_by("-due_at")[:MOST_ENTRIES]
    return written(_entries(tasks, now), name="Muster")


def deadline(task: uuid.UUID, *, clock: Clock) -> bytes:
    """Return one task's deadline to be put into a calendar; the caller has seen that it may be.

    Raises:
        NotFound: if the task has no deadline.
    """
    found = Task.objects.filter(id=task, due_at__isnull=False)
    entries = _entries(found, clock.now())
    if not entries:
        raise NotFound("This task has no deadline", fix="Go back to the task")
    return written(entries, name="Muster", attached=True)


@transaction.atomic
def _entries(tasks: Collection[Task], now: dt.datetime) -> list[Entry]:
    """Return tasks as entries, and remember what calendars are told of them."""
    told = CalendarEntry.objects.in_bulk([task.id for task in tasks])
    found = []
    for task in tasks:
        assert task.due_at is not None
        day, is_open = legal_day(task.due_at), task.state == "open"
        row = told.get(task.id)
        if row is None:
            row, _made = CalendarEntry.objects.get_or_create(
                task=task.id, defaults={"day": day, "open": is_open, "changed_at": now}
            )
        if (row.day, row.open) != (day, is_open):
            row.day, row.open, row.changed_at = day, is_open, now
            row.sequence += 1
            row.save()
        found.append(Entry(task.id, task.title, title_of(task.process), day, is_open, row.sequence,
                           row.changed_at, task_link(task.id)))  # fmt: skip
    return found


def _hash(token: str) -> str:
    return keyring().keyed_hash(token.encode(), context=b"casework:notifying:feed").hex()
