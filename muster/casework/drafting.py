"""Save and return: what somebody began to answer to a task, sealed for them alone.

For task pages of every service. A draft is bound to its task and to who saved it; it is gone once
the task is done or taken back.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from muster.casework.notifying.models import Draft
from muster.casework.rules import Worker
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Where
from muster.kernel.running import keyring

LARGEST = 100_000
"""So many characters a draft has at most, as JSON."""
KEPT_FOR = dt.timedelta(days=90)


@dataclass(frozen=True)
class Saved:
    """What was saved, and when."""

    said: Mapping[str, Any]
    at: dt.datetime


def save_draft(*, task: uuid.UUID, said: Mapping[str, Any], worker: Worker, clock: Clock) -> None:
    """Keep what somebody has answered so far; the caller has seen that the task is theirs.

    Raises:
        BadInput: if it is more than a form can hold.
    """
    plain = json.dumps(dict(said), ensure_ascii=False)
    if len(plain) > LARGEST:
        raise BadInput("This is too much to save", where=Where(thing="draft"), fix="Shorten it")
    sealed = keyring().encrypt(plain.encode(), context=_context(task, worker.id)).hex()
    Draft.objects.update_or_create(
        task=task, actor=worker.id,
        defaults={"sealed": sealed, "saved_at": clock.now(), "person_id": worker.person},
    )  # fmt: skip


def draft_of(task: uuid.UUID, worker: Worker) -> Saved | None:
    """Return what somebody saved of a task, if they did.

    Raises:
        EvidenceBroken: if the stored text was changed, or is another's.
    """
    row = Draft.objects.filter(task=task, actor=worker.id).first()
    if row is None:
        return None
    return Saved(opened(row), row.saved_at)


def opened(row: Draft) -> Mapping[str, Any]:
    """Return what stands in a draft: for who saved it, and for a copy of what is held about them.

    Raises:
        EvidenceBroken: if the stored text was changed, or is another's.
    """
    context = _context(row.task, row.actor)
    said: dict[str, Any] = json.loads(keyring().decrypt(bytes.fromhex(row.sealed), context=context))
    return said


def drafted(tasks: Collection[uuid.UUID], worker: Worker) -> set[uuid.UUID]:
    """Return of which tasks somebody has saved a draft."""
    rows = Draft.objects.filter(task__in=tasks, actor=worker.id)
    return set(rows.values_list("task", flat=True))


def forget_drafts(tasks: Collection[uuid.UUID], *, of: str = "") -> None:
    """Take away drafts of tasks; of one actor alone if one is named."""
    rows = Draft.objects.filter(task__in=tasks)
    (rows.filter(actor=of) if of else rows).delete()


def forget_old_drafts(*, clock: Clock) -> int:
    """Take away drafts that nobody came back to; return how many."""
    return Draft.objects.filter(saved_at__lt=clock.now() - KEPT_FOR).delete()[0]


def _context(task: uuid.UUID, actor: str) -> bytes:
    return f"casework:draft:{task}:{actor}".encode()
