"""Digests: what was gathered for somebody becomes one notice, once, on its morning.

What was done meanwhile is left out, and of several notices of one task the latest is said. A digest
with nothing left to say is not sent.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db import connection, transaction

from muster.casework.models import Task
from muster.casework.notifying.models import Notice
from muster.casework.notifying.templates import DIGEST
from muster.kernel.clock import Clock

MOST_LINES = 20
_SAID = {
    "task given": "New", "team task": "New for your team", "reminder": "Due soon",
    "deadline moved": "Deadline moved", "case finished": "Finished",
}  # fmt: skip


def make_digests(*, clock: Clock) -> int:
    """Make the digests whose morning has come; return how many. Twice does no harm."""
    now = clock.now()
    due = Notice.objects.filter(state="gathering", goes_at__lte=now)
    holders = due.order_by("holder").values_list("holder", flat=True).distinct()
    return sum(_make_one(holder, now) for holder in list(holders))


@transaction.atomic
def _make_one(holder: str, now: dt.datetime) -> bool:
    rows = Notice.objects.filter(holder=holder, state="gathering", goes_at__lte=now)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    found = list(rows.order_by("written_at", "id"))
    live = open_tasks({one.task for one in found if one.task is not None})
    kept = [one for one in found if one.task is None or one.task in live]
    gone = [one.id for one in found if one not in kept]
    Notice.objects.filter(id__in=gone).update(state="dropped", settled_at=now)
    if not kept:
        return False
    digest = Notice.objects.create(
        key=f"digest:{kept[0].id}", kind="digest", template=DIGEST, holder=holder,
        person_id=kept[-1].person_id, fill={"lines": lines_of(kept)}, state="waiting",
        written_at=now, goes_at=now,
    )  # fmt: skip
    mine = Notice.objects.filter(id__in=[one.id for one in kept])
    mine.update(state="gathered", digest=digest, settled_at=now)
    return True


def open_tasks(tasks: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of tasks still wait to be done."""
    return set(Task.objects.filter(id__in=tasks, state="open").values_list("id", flat=True))


def lines_of(notices: Iterable[Notice]) -> str:
    """Return what a digest says, a line for each task or case, the soonest due first."""
    latest = {one.task or one.case or one.id: one for one in notices}
    order = sorted(
        latest.values(), key=lambda one: (one.due_at is None, str(one.due_at or ""), str(one.id))
    )
    lines = [_line(one) for one in order[:MOST_LINES]]
    more = len(order) - MOST_LINES
    return "\n".join([*lines, *([f"* and {more} more"] if more > 0 else [])])


def _line(one: Notice) -> str:
    said, what = one.fill, _SAID.get(one.kind, "")
    if one.task is None:
        return f"* {what}: {said['process']}"
    return f"* {what}: {said['task']} ({said['process']}), due {said['due']}"
