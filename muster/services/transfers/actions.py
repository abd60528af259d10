"""The verbs of transfers before the record is released; the others stand in ``verbs``.

Each verb is one transaction with one entry in the decisions log. It says which version it was
decided on (``expected``) and by which click (``key``); the same click again is the same step.
All are named here.
"""

import datetime as dt
import uuid
from typing import Unpack, cast

from django.db import IntegrityError
from django.db import transaction as transactions

from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger
from muster.register.people.movers import employed_by, is_known
from muster.services.transfers.knowing import compare_terms, state_known
from muster.services.transfers.models import Transfer
from muster.services.transfers.rules import (
    DONE,
    PENDING,
    Facts,
    Kind,
    State,
    check_days,
    service_break,
)
from muster.services.transfers.sealing import Record
from muster.services.transfers.verbs.after import change_after_effect
from muster.services.transfers.verbs.effecting import (
    close,
    effect,
    note_pay_result,
    reconcile,
    schedule,
    settle_pay,
)
from muster.services.transfers.verbs.handing import (
    hand_over,
    hand_over_by_step,
    hand_over_many,
    open_hand_offs,
    shift_hand_offs,
    waive,
)
from muster.services.transfers.verbs.loans import make_permanent, move_return
from muster.services.transfers.verbs.reading import Terms, check_terms
from muster.services.transfers.verbs.releasing import release, settle_difference, sign_date
from muster.services.transfers.verbs.stating import OFFER, keep_statement
from muster.services.transfers.verbs.stepping import Asked, Moved, Taken, taking, void_signatures
from muster.services.transfers.verbs.undoing import fail, hold, rescind, resume, reverse, withdraw


def open_draft(
    *,
    person: uuid.UUID,
    exporter: uuid.UUID,
    importer: uuid.UUID,
    kind: Kind,
    first_day: dt.date,
    post: str,
    by: str,
    clock: Clock,
    key: str = "",
    return_day: dt.date | None = None,
    previous: uuid.UUID | None = None,
    backdated_because: str = "",
    over_full_time: str = "",
    as_person: uuid.UUID | None = None,
) -> Moved:
    """Draft a transfer; a second click with the same ``key`` returns the first one.

    Args:
        person: who moves. They are resolved before: nobody is found by name here.
        exporter: the employer they leave.
        importer: the employer they join.
        kind: what kind of transfer.
        first_day: the legal day on which the exporter's employment has ended.
        post: the post that is offered.
        by: who drafts it, for the importer.
        clock: tells the time.
        key: the click.
        return_day: of a loan, the first day back.
        previous: the transfer that must take effect first, where they are not there yet.
        backdated_because: why a first day has passed.
        over_full_time: who approved that two posts come to more than full time.
        as_person: who the actor is in the register.

    Raises:
        NotFound: if the register does not know the person or the transfer before this.
        BadInput: if the days cannot be, or they are not with the exporter.
        Conflict: if there is such a transfer already.
    """
    if key:
        known = Transfer.objects.filter(key=key).values("id", "state", "version").first()
        if known:
            return Moved(known["id"], cast(State, known["state"]), known["version"], again=True)
    if as_person == person:
        raise BadInput(
            "Nobody offers themselves a post", where=Where(field="person"), fix="Ask a colleague"
        )
    employment, gap = _from_where(person, exporter, first_day, kind, return_day, previous)
    row = Transfer(
        key=key or None, person_id=person, exporter_id=exporter, importer_id=importer, kind=kind,
        first_day=first_day, return_day=return_day, post=post, employment=employment, gap=gap,
        previous_id=previous, backdated_because=backdated_because, over_full_time=over_full_time,
        opened_by=by, opened_at=clock.now(),
    )  # fmt: skip
    return _keep_draft(row, by)


def _keep_draft(row: Transfer, by: str) -> Moved:
    if row.exporter_id == row.importer_id:
        raise BadInput(
            "They are with this employer already", where=Where(field="importer"),
            fix="Choose another employer",
        )  # fmt: skip
    try:
        with transactions.atomic():
            row.save(force_insert=True)
            ledger().append_one(
                "decisions", "muster.transfers.transfer.drafted.v1", f"transfer:muster:{row.id}",
                {"by": by, "version": 0},
            )  # fmt: skip
    except IntegrityError:
        # Two clicks at once: the loser finds the winner's.
        known = Transfer.objects.filter(key=row.key).first() if row.key else None
        if known is not None:
            return Moved(known.id, "draft", known.version, again=True)
        raise Conflict(
            "They cannot be offered a post for now",
            where=Where(thing=f"person {row.person_id}"), fix="Ask them, or try again later",
        ) from None  # fmt: skip
    return Moved(row.id, "draft", 0)


def _from_where(
    person: uuid.UUID,
    exporter: uuid.UUID,
    first_day: dt.date,
    kind: Kind,
    return_day: dt.date | None,
    previous: uuid.UUID | None,
) -> tuple[uuid.UUID | None, int]:
    """Return the employment that a transfer is from, and the days between; none yet in a chain."""
    if previous is not None:
        before = Transfer.objects.filter(id=previous).first()
        if before is None:
            raise NotFound("No such transfer", where=Where(field="previous"), fix="Search again")
        if before.person_id != person or before.state not in (*PENDING, *DONE):
            raise BadInput(
                "That transfer is another person's, or was given up",
                where=Where(field="previous"), fix="Choose the one that comes before",
            )  # fmt: skip
        if before.state in PENDING and before.importer_id == exporter:
            check_days(kind, first_day, return_day, employed_from=before.first_day)
            return None, 0
    held = employed_by(person, exporter, first_day, within=366)
    if held is None:
        if not is_known(person):
            raise NotFound("No such person", where=Where(thing=str(person)), fix="Search again")
        raise BadInput(
            "They are not employed by the exporting employer before this day",
            where=Where(field="first day"), fix="Correct the employer or the day",
        )  # fmt: skip
    check_days(kind, first_day, return_day, employed_from=held.starts)
    gap = service_break(held.ends, first_day)
    if gap and kind not in ("permanent", "promotion", "level_move"):
        raise BadInput(
            "They are no longer employed on that day", where=Where(field="first day"),
            fix="Correct the day",
        )  # fmt: skip
    return held.employment, gap


def offer(*, terms: Record | None = None, **asked: Unpack[Asked]) -> Moved:
    """Offer the post to the person, on terms that what is stated later is held to.

    Args:
        terms: ``salary``, ``fte``, ``grade``, ``allowances`` and ``weekly_hours``, as text.
        asked: as of every verb.
    """
    with taking("offer", "importer", **asked) as one:
        if one.again:
            return one.again
        if terms:
            keep_statement(one, OFFER, terms)
        return one.go()


def accept(**asked: Unpack[Asked]) -> Moved:
    """Accept the offer, as the person: the clock of every hand-off starts."""
    with taking("accept", "person", **asked) as one:
        if one.again:
            return one.again
        if one.by == one.row.opened_by:
            raise Conflict(
                "Nobody accepts an offer they made", where=Where(thing="accept"),
                fix="Leave it to the person",
            )  # fmt: skip
        one.leads_to()
        open_hand_offs([one.row], today=one.today)
        return one.go(accepted_by=one.by)


def decline(*, reason: str = "", **asked: Unpack[Asked]) -> Moved:
    """Decline the offer, as the person."""
    with taking("decline", "person", **asked) as one:
        return one.again or one.go(reason=reason)


def ask_exporter(**asked: Unpack[Asked]) -> Moved:
    """Ask the exporter for the person's record."""
    with taking("ask_exporter", "system", **asked) as one:
        return one.again or one.go()


def state_details(*, answers: Record, **asked: Unpack[Asked]) -> Moved:
    """Keep what the person states of themselves; what was signed before no longer stands."""
    with taking("state_details", "person", **asked) as one:
        if one.again:
            return one.again
        _state(one, answers)
        hand_over_by_step(one, "state_details", evidence=f"step {one.row.version + 1}")
        return one.go()


def state_terms(*, terms: Record, **asked: Unpack[Asked]) -> Moved:
    """Keep the importer's terms: at least ``salary`` and ``fte``, as text.

    Raises:
        BadInput: if pay or hours cannot be read, or two posts come to more than full time and
            nobody approved it.
    """
    with taking("state_terms", "importer", **asked) as one:
        if one.again:
            return one.again
        said = Terms.read(terms)
        check_terms(said, one.row.kind, one.row.employment, one.row.first_day,
                    approved=bool(one.row.over_full_time))  # fmt: skip
        _state(one, terms)
        compare_terms(one, terms)
        return one.go()


def move_first_day(
    *, side: str, first_day: dt.date, because: str = "", **asked: Unpack[Asked]
) -> Moved:
    """Move the first day before it is scheduled; both employers sign again.

    Args:
        side: for whom the actor speaks, ``exporter`` or ``importer``.
        first_day: the new one.
        because: why, where it has passed.
        asked: as of every verb.

    Raises:
        BadInput: if the day cannot be, or has passed and nothing is said of why.
    """
    with taking("move_first_day", "exporter" if side == "exporter" else "importer", **asked) as one:
        if one.again:
            return one.again
        row = one.row
        if first_day < one.today and not because.strip():
            raise BadInput(
                "This day has passed", where=Where(field="first_day"),
                fix="Choose a later day, or say why they started before",
            )  # fmt: skip
        employment, gap = _from_where(
            row.person_id, row.exporter_id, first_day, row.kind,  # type: ignore[arg-type]
            row.return_day, row.previous_id,
        )  # fmt: skip
        void_signatures(one)
        shift_hand_offs(row, first_day)
        return one.go(
            Facts(), reason=because, first_day=first_day, gap=gap, employment=employment,
            backdated_because=because,
        )  # fmt: skip


def _state(one: Taken, said: Record) -> None:
    """Keep a side's statement in place of its earlier one."""
    side = one.side
    if one.state == "released":
        void_signatures(one)
    keep_statement(one, side, said)


__all__ = [
    "accept", "ask_exporter", "change_after_effect", "close", "decline", "effect", "fail",
    "hand_over", "hand_over_many", "hold", "make_permanent", "move_first_day", "move_return",
    "note_pay_result", "offer", "open_draft", "reconcile", "release", "rescind", "resume",
    "reverse", "schedule", "settle_difference", "settle_pay", "sign_date", "state_details",
    "state_known", "state_terms", "waive", "withdraw",
]  # fmt: skip
