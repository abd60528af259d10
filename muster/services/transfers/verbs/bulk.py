"""A machinery-of-government move: thousands of people change employer on one day, at once.

Who cannot move with the rest is an exception, by person and with the reason, and holds up nobody
else. Asked by one person and approved by another; undone whole until it takes effect. Everything
is written in batches, with one entry in the decisions log for each of the three acts.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction as transactions
from django.db.models import F

from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger
from muster.ledger.port import NewEntry
from muster.register.people.movers import Held, employees_of, terms_held
from muster.register.people.moving import Move, Refused, move_employments
from muster.register.people.rewriting import entry
from muster.services.transfers.models import (
    Batch,
    BatchException,
    HandOff,
    TakenStep,
    Transfer,
)
from muster.services.transfers.rules import ENDING, PENDING
from muster.services.transfers.verbs.handing import open_hand_offs

_AT_ONCE = 1000
_KIND = "machinery_of_government"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Began:
    """A batch that was asked for: how many are to move, and how many are exceptions."""

    batch: uuid.UUID
    wanted: int
    exceptions: int


def begin_batch(
    *,
    title: str,
    exporter: uuid.UUID,
    importer: uuid.UUID,
    first_day: dt.date,
    by: str,
    clock: Clock,
    people: Collection[uuid.UUID] | None = None,
    except_for: Collection[uuid.UUID] = (),
    key: str = "",
) -> Began:
    """Ask for a batch: everybody of an employer, or those named, but for exceptions.

    Args:
        title: what it is called.
        exporter: the employer that is left.
        importer: the employer that is joined.
        first_day: the legal day of the move.
        by: who asks.
        clock: tells the time.
        people: those who move; None is everybody employed on the day before.
        except_for: who does not, though they would.
        key: the click; the same again is the same batch.

    Raises:
        BadInput: if both employers are one, or nobody moves.
    """
    if exporter == importer:
        raise BadInput(
            "They are with this employer already", where=Where(field="importer"),
            fix="Choose another employer",
        )  # fmt: skip
    with transactions.atomic():
        known = Batch.objects.filter(key=key).first() if key else None
        if known is not None:
            return Began(known.id, known.wanted, known.exceptions.count())
        held = {one.person: one for one in employees_of(exporter, first_day - dt.timedelta(1))}
        asked = held.keys() if people is None else set(people)
        left = dict.fromkeys(set(except_for) & set(asked), "Named as an exception")
        left |= dict.fromkeys(asked - held.keys(), "Not employed here on the day before")
        busy = Transfer.objects.filter(
            employment__in=[one.employment for one in held.values()], state__in=PENDING,
            kind__in=ENDING,
        )  # fmt: skip
        left |= {one: "Another transfer is under way" for one in
                 busy.values_list("person", flat=True) if one in asked}  # fmt: skip
        moving = [held[one] for one in sorted(asked - left.keys())]
        if not moving:
            raise BadInput("Nobody would move", where=Where(field="people"), fix="Name somebody")
        batch = Batch(
            key=key or None, title=title, exporter_id=exporter, importer_id=importer,
            first_day=first_day, asked_by=by, asked_at=clock.now(), wanted=len(moving),
        )  # fmt: skip
        batch.save(force_insert=True)
        _open(batch, moving, by=by, at=clock.now())
        BatchException.objects.bulk_create(
            [BatchException(batch=batch, person_id=one, why=why)
             for one, why in sorted(left.items())],
            batch_size=_AT_ONCE,
        )  # fmt: skip
        ledger().append("decisions", [_entry("asked_for", batch, by, wanted=len(moving))])
    return Began(batch.id, len(moving), len(left))


def _open(batch: Batch, moving: Sequence[Held], *, by: str, at: dt.datetime) -> None:
    rows = [
        Transfer(
            person_id=one.person, exporter_id=batch.exporter_id, importer_id=batch.importer_id,
            kind=_KIND, state="agreed", version=1, first_day=batch.first_day,
            employment=one.employment, batch=batch, opened_by=by, opened_at=at,
        )
        for one in moving
    ]  # fmt: skip
    Transfer.objects.bulk_create(rows, batch_size=_AT_ONCE)
    _steps(rows, "agree_batch", "agreed", by=by, at=at, version=1)
    open_hand_offs(rows, today=legal_day(at))


def effect_batch(
    *, batch: uuid.UUID, by: str, clock: Clock, progress: Progress | None = None
) -> int:
    """Make a batch real on its day; return how many moved. Once: again it changes nothing.

    Whoever the register refuses becomes an exception with the reason, and their transfer fails.

    Raises:
        Conflict: before its day, or if it was undone.
        NotPermitted: if the one who asked for it approves it.
    """
    with transactions.atomic():
        held = _locked(batch)
        if held.state == "effected":
            return held.moved
        if held.state == "undone":
            raise Conflict("This batch was undone", where=_where(held), fix="Ask for it anew")
        if by == held.asked_by:
            raise NotPermitted(
                "Nobody approves a batch they asked for", where=_where(held),
                fix="Ask a colleague to do it",
            )  # fmt: skip
        at = clock.now()
        if legal_day(at) < held.first_day:
            raise Conflict(
                "The first day has not come yet", where=_where(held), fix="Wait until it has"
            )
        rows = list(Transfer.objects.filter(batch=held, state="agreed").order_by("id"))
        terms = terms_held([one.employment for one in rows if one.employment], held.first_day)
        moves = [
            Move(one.person_id, one.employment, one.importer_id, one.first_day,
                 terms[one.employment])
            for one in rows if one.employment
        ]  # fmt: skip
        done = move_employments(
            moves, by=by, reason="machinery of government", clock=clock,
            also=[_entry("effected", held, by, wanted=len(rows))],
        )  # fmt: skip
        moved = _settle(held, rows, done, by=by, at=at, progress=progress)
        Batch.objects.filter(id=held.id).update(
            state="effected", settled_at=at, approved_by=by, moved=moved
        )
    return moved


def _settle(
    held: Batch, rows: Sequence[Transfer], done: Sequence[Any], *, by: str, at: dt.datetime,
    progress: Progress | None,
) -> int:  # fmt: skip
    """Write what came of each transfer of a batch; return how many moved."""
    moved, refused = [], []
    for row, one in zip(rows, done, strict=True):
        if isinstance(one, Refused):
            row.state, row.before_hold, row.version = "failed", "agreed", 2
            refused.append((row, one.why))
        else:
            row.state, row.version, row.effected_at = "effected", 2, at
            row.new_employment, row.ended_before = one.employment, one.ended_before
            moved.append(row)
    fields = ("state", "before_hold", "version", "effected_at", "new_employment", "ended_before")
    for start in range(0, len(rows), _AT_ONCE):
        Transfer.objects.bulk_update(rows[start : start + _AT_ONCE], fields)
        if progress:
            progress(min(start + _AT_ONCE, len(rows)), len(rows))
    _steps(moved, "effect", "effected", by=by, at=at, version=2)
    _steps([row for row, _ in refused], "fail", "failed", by=by, at=at, version=2)
    BatchException.objects.bulk_create(
        [BatchException(batch=held, person_id=row.person_id, why=why[:300])
         for row, why in refused], batch_size=_AT_ONCE, ignore_conflicts=True,
    )  # fmt: skip
    return len(moved)


def undo_batch(*, batch: uuid.UUID, by: str, reason: str, clock: Clock) -> int:
    """Undo a batch before its day: nothing of it is left but that it was asked for.

    Returns how many transfers were given up.

    Raises:
        Conflict: if it has taken effect.
        BadInput: without a reason.
    """
    if not reason.strip():
        raise BadInput("No reason is given", where=Where(field="reason"), fix="Say why")
    with transactions.atomic():
        held = _locked(batch)
        if held.state == "undone":
            return 0
        if held.state == "effected":
            raise Conflict(
                "This batch has taken effect", where=_where(held),
                fix="Reverse the transfers that were wrong",
            )  # fmt: skip
        at = clock.now()
        rows = list(Transfer.objects.filter(batch=held, state__in=PENDING))
        HandOff.objects.filter(transfer__batch=held, state="open").delete()
        Transfer.objects.filter(batch=held, state__in=PENDING).update(
            state="rescinded", before_hold="", version=F("version") + 1, ended_at=at
        )
        _steps(rows, "rescind", "rescinded", by=by, at=at, reason=reason)
        Batch.objects.filter(id=held.id).update(state="undone", settled_at=at)
        ledger().append("decisions", [_entry("undone", held, by, reason=reason)])
    return len(rows)


def _steps(
    rows: Sequence[Transfer], verb: str, to: str, *, by: str, at: dt.datetime,
    version: int | None = None, reason: str = "",
) -> None:  # fmt: skip
    before = {"agree_batch": "draft", "effect": "agreed", "fail": "agreed"}
    TakenStep.objects.bulk_create(
        [
            TakenStep(
                transfer_id=row.id, version=row.version + 1 if version is None else version,
                verb=verb, side="system", came_from=before.get(verb, row.state), to=to, by=by,
                at=at, reason=reason,
            )
            for row in rows
        ],
        batch_size=_AT_ONCE,
    )  # fmt: skip


def _locked(batch: uuid.UUID) -> Batch:
    found = Batch.objects.select_for_update().filter(id=batch).first()
    if found is None:
        raise NotFound("No such batch", where=Where(thing=str(batch)), fix="Search again")
    return found


def _where(held: Batch) -> Where:
    return Where(thing=f"batch {held.id}")


def _entry(done: str, held: Batch, by: str, **more: object) -> NewEntry:
    return entry(f"muster.transfers.batch.{done}.v1", f"batch:muster:{held.id}", {"by": by, **more})


__all__ = ["Began", "Progress", "begin_batch", "effect_batch", "undo_batch"]
