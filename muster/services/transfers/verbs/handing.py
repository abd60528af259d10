"""Handing over: what is opened when an offer is accepted, done with evidence, or waived.

A step that hands something over by itself, such as the release of the record, is its evidence.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction as transactions

from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger
from muster.services.transfers.handoffs import HandedOver, due, table, wanted
from muster.services.transfers.models import HandOff, TakenStep, Transfer
from muster.services.transfers.verbs.stepping import Taken

_AT_ONCE = 1000


def open_hand_offs(rows: Iterable[Transfer], *, today: dt.date) -> int:
    """Open what is to be handed over in transfers; return how many."""
    made = [
        HandOff(
            transfer_id=row.id, kind=line.code, owner=line.owner,
            due=due(line, accepted=today, first_day=row.first_day),
        )
        for row in rows
        for line in wanted(row.kind)
    ]  # fmt: skip
    HandOff.objects.bulk_create(made, batch_size=_AT_ONCE)
    return len(made)


def shift_hand_offs(row: Transfer, first_day: dt.date) -> None:
    """Move what is due by the first day with it."""
    for line in wanted(row.kind):
        if line.since == "first day":
            moved = due(line, accepted=first_day, first_day=first_day)
            HandOff.objects.filter(transfer=row.id, kind=line.code, state="open").update(due=moved)


def hand_over_by_step(one: Taken, verb: str, *, evidence: str) -> None:
    """Note as done what a step hands over by itself; the step, or its digest, is the evidence."""
    codes = [line.code for line in wanted(one.row.kind) if line.by == verb]
    HandOff.objects.filter(transfer=one.row.id, kind__in=codes).exclude(state="waived").update(
        state="done", evidence=evidence, by=one.by, at=one.at
    )


def hand_over(*, transfer: uuid.UUID, kind: str, evidence: str, by: str, clock: Clock) -> None:
    """Note that something was handed over, with what proves it.

    Raises:
        BadInput: without evidence.
        Conflict: if it was settled before.
    """
    if not evidence.strip():
        raise BadInput(
            "Nothing proves it", where=Where(field="evidence"),
            fix=f"Give {_line(kind).evidence}",
        )  # fmt: skip
    _settle(transfer, kind, by=by, clock=clock, state="done", evidence=evidence.strip())


def hand_over_many(
    *, transfer: uuid.UUID, evidence: Mapping[str, str], by: str, clock: Clock
) -> int:
    """Note that several things were handed over, each with what proves it; return how many.

    What was settled before stays as it is.

    Raises:
        BadInput: if one is without evidence.
        NotFound: if one is none of the table.
    """
    for kind, proof in evidence.items():
        line = _line(kind)
        if not proof.strip():
            raise BadInput(
                "Nothing proves it", where=Where(field=kind), fix=f"Give {line.evidence}"
            )
    with transactions.atomic():
        held = HandOff.objects.select_for_update().filter(
            transfer=transfer, kind__in=evidence, state="open"
        )
        done = list(held)
        for one in done:
            one.state, one.evidence = "done", evidence[one.kind].strip()
            one.by, one.at = by, clock.now()
        if done:
            HandOff.objects.bulk_update(done, ("state", "evidence", "by", "at"))
            ledger().append_one(
                "decisions", "muster.transfers.hand_off.done.v1", f"transfer:muster:{transfer}",
                {"by": by, "kinds": sorted(one.kind for one in done)},
            )  # fmt: skip
    return len(done)


def waive(*, transfer: uuid.UUID, kind: str, why: str, by: str, clock: Clock) -> None:
    """Do without a hand-off; who and why are kept.

    Raises:
        BadInput: without a reason.
        NotPermitted: if it is the person's own transfer.
        Conflict: if it was settled before.
    """
    if not why.strip():
        raise BadInput("No reason is given", where=Where(field="why"), fix="Say why")
    if TakenStep.objects.filter(transfer=transfer, by=by, side="person").exists():
        raise NotPermitted(
            "Nobody waives what their own transfer needs", where=Where(thing=kind),
            fix="Ask a colleague to do it",
        )  # fmt: skip
    _settle(transfer, kind, by=by, clock=clock, state="waived", why=why.strip())


def late_ones(today: dt.date) -> tuple[tuple[uuid.UUID, str, dt.date], ...]:
    """Return what should have been handed over by now: transfer, kind and the day it was due."""
    late = HandOff.objects.filter(state="open", due__lt=today).exclude(
        transfer__state__in=("rescinded", "withdrawn", "reversed", "failed", "on_hold")
    )
    return tuple(late.order_by("due", "id").values_list("transfer", "kind", "due"))


def _line(kind: str) -> HandedOver:
    if kind not in table():
        raise NotFound("No such hand-off", where=Where(thing=kind), fix="Choose one of the list")
    return table()[kind]


def _settle(
    transfer: uuid.UUID, kind: str, *, by: str, clock: Clock, state: str, evidence: str = "",
    why: str = "",
) -> None:  # fmt: skip
    _line(kind)
    with transactions.atomic():
        held = HandOff.objects.filter(transfer=transfer, kind=kind)
        done = held.filter(state="open").update(
            state=state, evidence=evidence, why=why, by=by, at=clock.now()
        )
        if not done:
            if not held.exists():
                raise NotFound(
                    "This transfer does not hand that over", where=Where(thing=kind),
                    fix="See its list",
                )  # fmt: skip
            if held.filter(state=state, evidence=evidence, why=why, by=by).exists():
                return
            raise Conflict(
                "This was settled before", where=Where(thing=kind), fix="Load the page again"
            )
        ledger().append_one(
            "decisions", f"muster.transfers.hand_off.{state}.v1", f"transfer:muster:{transfer}",
            {"by": by, "kind": kind},
        )  # fmt: skip
