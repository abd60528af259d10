"""From the agreed day to the end: booked, effected at midnight, paid as expected, closed.

``effect`` is the one verb that changes employments, in one transaction with the transfer's own
step. A database keeps that it happens once; who comes second finds it done.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Unpack

from muster.casework.calendars.rules import PayPeriod
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.register.people.moving import Move, Refused, end_beside, move_employments
from muster.services.transfers.models import Booking, FirstPay, HandOff, Transfer
from muster.services.transfers.planning.rules import Plan
from muster.services.transfers.rules import ENDING, Facts, Side, payers
from muster.services.transfers.verbs.loans import end_loan, open_return
from muster.services.transfers.verbs.reading import Terms
from muster.services.transfers.verbs.releasing import signed_sides, verified
from muster.services.transfers.verbs.stating import said_by
from muster.services.transfers.verbs.stepping import Asked, Moved, Taken, previous_state, taking

_REASON = "transfer"


def schedule(*, plan: Plan, accept_pro_rata: bool = False, **asked: Unpack[Asked]) -> Moved:
    """Book both payrolls for the agreed day.

    Args:
        plan: what was planned for the transfer's first day.
        accept_pro_rata: go on with the plan's shares where the day is not in time.
        asked: as of every verb.

    Raises:
        Conflict: if it is for another day, not in time without a plan, or the chain is not ready.
    """
    with taking("schedule", "system", **asked) as one:
        if one.again:
            return one.again
        row = one.row
        if plan.first_day != row.first_day:
            raise Conflict(
                "This was planned for another day", where=Where(field="first day"),
                fix="Plan again",
            )  # fmt: skip
        late = accept_pro_rata and plan.pro_rata is not None
        facts = Facts(
            signed=signed_sides(row), planned=not plan.blocked and (plan.in_time or late),
            previous=previous_state(row),
        )  # fmt: skip
        one.leads_to(facts)
        verified(row)
        Booking.objects.bulk_create(_bookings(row, plan, one.at))
        return one.go(facts, note={"pro_rata": bool(late)})


def _bookings(row: Transfer, plan: Plan, at: dt.datetime) -> list[Booking]:
    first: dict[uuid.UUID, PayPeriod] = {}
    for booked in plan.books:
        first.setdefault(booked.employer, booked.period)
    return [
        Booking(
            transfer_id=row.id, employer_id=employer, period_starts=period.starts,
            period_ends=period.ends, cut_off=period.cut_off, pay_day=period.pay_day,
            recorded_from=at,
        )
        for employer, period in first.items()
    ]  # fmt: skip


def effect(**asked: Unpack[Asked]) -> Moved:
    """Make the move real, once its first day has come: who comes second finds it done.

    Raises:
        Conflict: if the day has not come, the chain is not ready, or the register has changed so
            that the move cannot be made.
        EvidenceBroken: if what was signed is not the record that stands.
    """
    with taking("effect", "system", **asked) as one:
        if one.again:
            return one.again
        row = one.row
        if row.effected_at is not None:
            return Moved(row.id, one.state, row.version, again=True)
        to = one.leads_to(Facts(previous=previous_state(row)))
        if row.kind == "loan_return":
            moved = one.write(to, effected_at=one.at)
            loan = row.previous
            assert loan is not None
            end_beside(
                employment=_known(loan.new_employment), ends=row.first_day, by=one.by,
                reason=_REASON, clock=one.clock, also=[one.entry_of(moved)],
            )  # fmt: skip
            return moved
        verified(row)
        terms = Terms.read(said_by(row, "importer")).as_register(row.post)
        return _made_real(one, terms)


def _made_real(one: Taken, terms: object) -> Moved:
    row = one.row
    move = move_of(row, terms, employment=_left(row))
    if row.previous_id and row.kind in ENDING:
        end_loan(row, by=one.by, clock=one.clock)
    to = one.leads_to(Facts(previous="effected"))
    moved = Moved(row.id, to, row.version + 1)
    (done,) = move_employments(
        [move], by=one.by, reason=_REASON, clock=one.clock, also=[one.entry_of(moved)]
    )
    if isinstance(done, Refused):
        raise Conflict(
            done.why, where=Where(thing=f"transfer {row.id}"),
            fix="Correct the employment, or fail this transfer and say why",
        )  # fmt: skip
    one.write(
        to, effected_at=one.at, new_employment=done.employment, ended_before=done.ended_before,
        employment=move.employment,
    )  # fmt: skip
    if row.kind == "loan":
        open_return(row, at=one.at, by=one.by)
    return moved


def move_of(row: Transfer, terms: object, *, employment: uuid.UUID) -> Move:
    """Return what a transfer asks of the register."""
    assert row.return_day is None or row.kind == "loan"
    beside = {"loan": "loan_in", "part_time_split": "further"}
    return Move(
        person=row.person_id, employment=employment, employer=row.importer_id,
        first_day=row.first_day, terms=terms,  # type: ignore[arg-type]
        engagement=beside.get(row.kind, "employee"),  # type: ignore[arg-type]
        last_day=None if row.return_day is None else row.return_day - dt.timedelta(1),
        longest_gap=row.gap,
    )  # fmt: skip


def _left(row: Transfer) -> uuid.UUID:
    """Return the employment that is left: in a chain, the one the transfer before this made."""
    if row.employment is not None:
        return row.employment
    return _known(None if row.previous is None else row.previous.new_employment)


def _known(employment: uuid.UUID | None) -> uuid.UUID:
    if employment is None:
        raise Conflict(
            "The employment it is from is not known", where=Where(field="employment"),
            fix="Wait until the transfer before it has taken effect",
        )  # fmt: skip
    return employment


def note_pay_result(
    *,
    employer: uuid.UUID,
    period_starts: dt.date,
    gross_expected: int,
    gross_paid: int,
    differs: Sequence[str] = (),
    side: Side = "system",
    **asked: Unpack[Asked],
) -> Moved:
    """Keep what a payroll paid beside what was expected; an exception is open where they differ.

    Args:
        employer: whose payroll.
        period_starts: the first day of the pay period.
        gross_expected: gross pay in pence.
        gross_paid: the same, as reported.
        differs: other fields that differ, such as ``tax_code``.
        side: ``payroll`` where a person notes it.
        asked: as of every verb.
    """
    with taking("note_pay_result", side, **asked) as one:
        if one.again:
            return one.again
        row = one.row
        if employer not in (row.exporter_id, row.importer_id):
            raise BadInput(
                "This employer is no part of the transfer", where=Where(field="employer"),
                fix="Choose one of the two",
            )  # fmt: skip
        right = gross_expected == gross_paid and not differs
        FirstPay.objects.filter(
            transfer=row.id, employer=employer, period_starts=period_starts,
            recorded_to__isnull=True,
        ).update(recorded_to=one.at)  # fmt: skip
        FirstPay.objects.create(
            transfer_id=row.id, employer_id=employer, period_starts=period_starts,
            expected=gross_expected, actual=gross_paid, exception="" if right else "open",
            cause="" if right else ",".join(differs)[:60] or "gross", at=one.at,
        )  # fmt: skip
        return one.go(note={"employer": str(employer), "right": right})


def settle_pay(
    *, employer: uuid.UUID, period_starts: dt.date, why: str, **asked: Unpack[Asked]
) -> Moved:
    """Settle a first pay that was not as expected, and say how it was put right.

    Raises:
        BadInput: without a word of how.
        NotFound: if nothing is open there.
    """
    with taking("settle_pay", "payroll", **asked) as one:
        if one.again:
            return one.again
        if not why.strip():
            raise BadInput(
                "Nothing is said", where=Where(field="why"), fix="Say how it was put right"
            )
        found = FirstPay.objects.filter(
            transfer=one.row.id, employer=employer, period_starts=period_starts, exception="open",
            recorded_to__isnull=True,
        )  # fmt: skip
        if not found.update(exception="settled", why=why, by=one.by, settled_at=one.at):
            raise NotFound(
                "No open exception here", where=Where(field="employer"), fix="Load the page again"
            )
        return one.go(note={"employer": str(employer)})


def reconcile(side: Side = "system", **asked: Unpack[Asked]) -> Moved:
    """Note that first pay was as expected everywhere, or what was not is settled."""
    with taking("reconcile", side, **asked) as one:
        if one.again:
            return one.again
        row = one.row
        ends = {"exporter": row.exporter_id, "importer": row.importer_id}
        wanted = {ends[payer] for payer in payers(row.kind)}  # type: ignore[arg-type]
        told = list(
            FirstPay.objects.filter(transfer=row.id, recorded_to__isnull=True).values_list(
                "employer", "exception"
            )
        )
        facts = Facts(
            results=len(wanted & {employer for employer, _ in told}), wanted_results=len(wanted),
            wrong_pay=sum(exception == "open" for _, exception in told),
        )  # fmt: skip
        return one.go(facts)


def close(side: Side = "system", **asked: Unpack[Asked]) -> Moved:
    """Close a transfer whose every hand-off is done with evidence, or waived."""
    with taking("close", side, **asked) as one:
        if one.again:
            return one.again
        left = HandOff.objects.filter(transfer=one.row.id, state="open").count()
        return one.go(Facts(open_hand_offs=left))
