"""Loans: the return is a transfer of its own from day one; a loan may also become permanent.

The exporter keeps contract and pension: the importer gets an assignment beside it, which ends on
the day of return. Only a loan that becomes permanent ends the exporter's employment.
"""

import datetime as dt
import uuid
from typing import Unpack

from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, Where
from muster.register.people.moving import end_beside
from muster.services.transfers.models import TakenStep, Transfer
from muster.services.transfers.rules import PENDING, Side
from muster.services.transfers.verbs.handing import open_hand_offs, shift_hand_offs
from muster.services.transfers.verbs.stepping import Asked, Moved, taking


def open_return(loan: Transfer, *, at: dt.datetime, by: str) -> Transfer:
    """Open the return of a loan, scheduled for its day; nobody has to remember it."""
    assert loan.return_day is not None
    back = Transfer(
        person_id=loan.person_id, exporter_id=loan.importer_id, importer_id=loan.exporter_id,
        kind="loan_return", state="scheduled", first_day=loan.return_day, post="",
        employment=loan.employment, previous_id=loan.id, opened_by=by, opened_at=at,
        continuous_from=loan.continuous_from,
    )  # fmt: skip
    back.save(force_insert=True)
    open_hand_offs([back], today=loan.first_day)
    return back


def move_return(*, side: Side, first_day: dt.date, reason: str = "",
                **asked: Unpack[Asked]) -> Moved:  # fmt: skip
    """Bring a loan's return forward, or put it off; ``transfer`` is the return.

    Raises:
        BadInput: if the new day is none after the loan's first.
        Conflict: if the return has taken effect.
    """
    with taking("move_return", side, **asked) as one:
        if one.again:
            return one.again
        row = one.row
        if row.kind != "loan_return" or row.previous_id is None:
            raise BadInput(
                "This is no return from a loan", where=Where(field="transfer"),
                fix="Move the first day instead",
            )  # fmt: skip
        loan = Transfer.objects.filter(id=row.previous_id).values("first_day").get()
        if first_day <= loan["first_day"]:
            raise BadInput(
                "The return is none after the first day of the loan",
                where=Where(field="first day"), fix="Choose a later day, or reverse the loan",
            )  # fmt: skip
        shift_hand_offs(row, first_day)
        return one.go(reason=reason, first_day=first_day)


def make_permanent(*, loan: uuid.UUID, by: str, clock: Clock, first_day: dt.date, post: str,
                   key: str = "") -> Moved:  # fmt: skip
    """Draft the transfer by which a loan becomes permanent; it takes the usual steps.

    On its first day the loan ends, the exporter's employment ends, and the return is given up.

    Raises:
        Conflict: if the loan is not under way.
    """
    from muster.services.transfers.actions import open_draft  # noqa: PLC0415 - it names this one

    row = Transfer.objects.filter(id=loan, kind="loan").first()
    if row is None or row.new_employment is None:
        raise Conflict(
            "This loan is not under way", where=Where(field="loan"), fix="Choose one that is"
        )
    return open_draft(
        person=row.person_id, exporter=row.exporter_id, importer=row.importer_id,
        kind="permanent", first_day=first_day, post=post, previous=row.id, by=by, clock=clock,
        key=key,
    )  # fmt: skip


def end_loan(row: Transfer, *, by: str, clock: Clock) -> None:
    """End the loan that a permanent transfer takes the place of, and give up its return."""
    loan = row.previous
    if (
        loan is None
        or loan.kind != "loan"
        or loan.new_employment is None
        or loan.importer_id != row.importer_id
    ):
        return
    end_beside(
        employment=loan.new_employment, ends=row.first_day, by=by, reason="transfer", clock=clock
    )
    returns = Transfer.objects.select_for_update().filter(
        previous=loan.id, kind="loan_return", state__in=PENDING
    )
    for back in returns:
        came_from, version, at = back.state, back.version + 1, clock.now()
        TakenStep.objects.create(
            transfer_id=back.id, version=version, verb="rescind", side="system",
            came_from=came_from, to="rescinded", by=by, at=at, reason="The loan became permanent",
        )  # fmt: skip
        Transfer.objects.filter(id=back.id).update(state="rescinded", version=version, ended_at=at)
