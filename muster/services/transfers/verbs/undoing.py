"""Ways off the straight path: held, taken up again, given up, failed, and reversed afterwards.

Before the day nothing is left of a transfer that is given up: bookings end, signatures no longer
stand, the exporter's employment is as it was. After the day it is corrected by new records, when
both employers have signed that it should never have been.
"""

import uuid
from typing import Unpack, cast

from muster.kernel.errors import Conflict, Where
from muster.register.people.moving import end_beside, undo_moves
from muster.services.transfers.models import Booking, Signature, TakenStep, Transfer
from muster.services.transfers.rules import DONE, PENDING, Facts, Side, State
from muster.services.transfers.verbs.stepping import Asked, Moved, Taken, taking, void_signatures


def hold(*, side: Side, reason: str, **asked: Unpack[Asked]) -> Moved:
    """Put a transfer on hold; payrolls that were booked are told no longer to count on it."""
    with taking("hold", side, **asked) as one:
        if one.again:
            return one.again
        give_back(one)
        return one.go(Facts(reason=reason), reason=reason, before_hold=one.state)


def resume(*, side: Side, **asked: Unpack[Asked]) -> Moved:
    """Take up a transfer that was held or failed; payrolls are booked again."""
    with taking("resume", side, **asked) as one:
        if one.again:
            return one.again
        before: State = one.row.before_hold  # type: ignore[assignment]  # a constraint keeps it so
        return one.go(Facts(before_hold=before), before_hold="")


def rescind(*, reason: str, side: Side = "importer", **asked: Unpack[Asked]) -> Moved:
    """Take an offer back before the day."""
    return _give_up("rescind", side, reason, **asked)


def withdraw(*, reason: str = "", **asked: Unpack[Asked]) -> Moved:
    """Withdraw before the day, as the person."""
    return _give_up("withdraw", "person", reason, **asked)


def fail(*, reason: str, **asked: Unpack[Asked]) -> Moved:
    """Note that a transfer cannot take effect, and why; somebody takes it up again or gives up."""
    with taking("fail", "system", **asked) as one:
        if one.again:
            return one.again
        give_back(one)
        return one.go(Facts(reason=reason), reason=reason, before_hold=one.state)


def reverse(*, side: Side, reason: str, **asked: Unpack[Asked]) -> Moved:
    """Sign for one employer that a transfer should never have been; the second signature does it.

    The importer's employment was none, the exporter's goes on as it would have: by new records.

    Raises:
        Conflict: if another transfer rests on this one, or the employments have changed since.
    """
    with taking("reverse", side, **asked) as one:
        if one.again:
            return one.again
        row = one.row
        _refuse_while_followed(row)
        standing = Signature.objects.filter(
            transfer=row.id, purpose="reversal", recorded_to__isnull=True
        ).values_list("side", flat=True)
        signed: frozenset[Side] = frozenset([*cast(list[Side], list(standing)), side])
        if side in standing:
            raise Conflict(
                "Your side has signed already", where=Where(thing="reverse"),
                fix="Wait for the other employer",
            )  # fmt: skip
        facts = Facts(reason=reason, signed=signed)
        to = one.leads_to(facts)
        Signature.objects.create(
            transfer_id=row.id, purpose="reversal", side=side, first_day=row.first_day,
            digest="", by=one.by, recorded_from=one.at,
        )  # fmt: skip
        if to != "reversed":
            return one.go(facts, reason=reason, note={"side": side})
        moved = one.write(to, reason=reason)
        _undo(one, moved)
        return moved


def give_back(one: Taken) -> None:
    """End what was booked for a transfer."""
    if one.state == "scheduled":
        Booking.objects.filter(transfer=one.row.id, recorded_to__isnull=True).update(
            recorded_to=one.at
        )


def _give_up(verb: str, side: Side, reason: str, **asked: Unpack[Asked]) -> Moved:
    with taking("rescind" if verb == "rescind" else "withdraw", side, **asked) as one:
        if one.again:
            return one.again
        give_back(one)
        if one.state in ("released", "agreed", "scheduled", "on_hold", "failed"):
            void_signatures(one)
        return one.go(Facts(reason=reason), reason=reason, before_hold="")


def _refuse_while_followed(row: Transfer) -> None:
    following = Transfer.objects.filter(previous=row.id).exclude(kind="loan_return")
    if following.filter(state__in=(*PENDING, *DONE)).exists():
        raise Conflict(
            "Another transfer rests on this one", where=Where(thing=f"transfer {row.id}"),
            fix="Give that one up or reverse it first",
        )  # fmt: skip


def _undo(one: Taken, moved: Moved) -> None:
    row = one.row
    also = [one.entry_of(moved)]
    if row.kind == "loan_return":
        loan = row.previous
        assert loan is not None
        assert loan.new_employment is not None
        assert loan.return_day is not None
        end_beside(
            employment=loan.new_employment, ends=loan.return_day, by=one.by, reason="reversed",
            clock=one.clock, also=also,
        )  # fmt: skip
        return
    assert row.employment is not None
    beside = row.kind in ("loan", "part_time_split")
    undo_moves(
        [(row.employment, row.new_employment, row.ended_before)], by=one.by, reason="reversed",
        clock=one.clock, keep_old=beside, also=also,
    )  # fmt: skip
    if row.kind == "loan":
        _give_up_returns(one, row.id)


def _give_up_returns(one: Taken, loan: uuid.UUID) -> None:
    for back in Transfer.objects.filter(previous=loan, kind="loan_return", state__in=PENDING):
        TakenStep.objects.create(
            transfer_id=back.id, version=back.version + 1, verb="rescind", side="system",
            came_from=back.state, to="rescinded", by=one.by, at=one.at, reason="The loan was none",
        )  # fmt: skip
        Transfer.objects.filter(id=back.id).update(
            state="rescinded", version=back.version + 1, ended_at=one.at
        )
