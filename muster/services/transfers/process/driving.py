"""A transfer and its case moved together: what pages, the API and payroll results call.

Each is one transaction: the verb of the transfer and the step of its case stand or fall together.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from muster.casework import actions as cases
from muster.casework import queries as casework
from muster.casework.calendars.queries import calendar_of
from muster.casework.calendars.rules import PayPeriod
from muster.casework.rules import Worker
from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, Where
from muster.services.transfers import actions, queries
from muster.services.transfers.payrolls.results import Compared
from muster.services.transfers.payrolls.telling import cancel_payrolls
from muster.services.transfers.process import told
from muster.services.transfers.process.lanes import subject_of
from muster.services.transfers.process.linking import link_case, results_in
from muster.services.transfers.process.registering import KEY
from muster.services.transfers.process.steps import booked
from muster.services.transfers.rules import Kind, Side, payers
from muster.services.transfers.verbs.stepping import Moved


@transaction.atomic
def draft(
    *, person: uuid.UUID, exporter: uuid.UUID, importer: uuid.UUID, kind: Kind,
    first_day: dt.date, post: str, worker: Worker, clock: Clock, key: str = "",
    return_day: dt.date | None = None, previous: uuid.UUID | None = None,
    backdated_because: str = "", over_full_time: str = "",
) -> Moved:  # fmt: skip
    """Draft a transfer and open its case; a second click with the same ``key`` finds the first.

    Arguments and errors as of ``actions.open_draft``.
    """
    moved = actions.open_draft(
        person=person, exporter=exporter, importer=importer, kind=kind, first_day=first_day,
        post=post, by=worker.id, clock=clock, key=key, return_day=return_day, previous=previous,
        backdated_because=backdated_because, over_full_time=over_full_time,
        as_person=worker.person,
    )  # fmt: skip
    if moved.again:
        return moved
    calendar = calendar_of(importer)
    case = cases.open_case(
        KEY, subject_of(moved.transfer), by=worker.id, clock=clock, about=person,
        known={"kind": kind, "first_day": first_day.isoformat()},
        nation=calendar.nation if calendar else "england-and-wales",
    )  # fmt: skip
    link_case(moved.transfer, case)
    return moved


def do(
    task: uuid.UUID, answers: Mapping[str, Any], *, worker: Worker, clock: Clock,
    expected: int | None = None,
) -> None:  # fmt: skip
    """Do a task of a transfer; errors as of ``casework.actions.complete`` and of the verb."""
    cases.complete(task, answers, worker=worker, clock=clock, expected=expected)


@transaction.atomic
def rescind(
    transfer: uuid.UUID, *, reason: str, worker: Worker, clock: Clock, expected: int | None = None
) -> Moved:
    """Take an offer back before the day, with everything that was booked."""
    moved = actions.rescind(
        transfer=transfer, reason=reason, by=worker.id, clock=clock, expected=expected,
        as_person=worker.person,
    )  # fmt: skip
    _call_off(transfer, by=worker.id, clock=clock, why=reason)
    return moved


@transaction.atomic
def withdraw(
    transfer: uuid.UUID, *, reason: str, worker: Worker, clock: Clock, expected: int | None = None
) -> Moved:
    """Withdraw before the day, as the person."""
    moved = actions.withdraw(
        transfer=transfer, reason=reason, by=worker.id, clock=clock, expected=expected,
        as_person=worker.person,
    )  # fmt: skip
    _call_off(transfer, by=worker.id, clock=clock, why=reason)
    return moved


@transaction.atomic
def hold(
    transfer: uuid.UUID, *, side: Side, reason: str, worker: Worker, clock: Clock,
    expected: int | None = None,
) -> Moved:  # fmt: skip
    """Let a transfer stand still: no task of it can be done, and no deadline of it passes.

    Payrolls that were told of it are told that nothing comes of it for now.
    """
    before = queries.transfer(transfer)
    moved = actions.hold(
        transfer=transfer, side=side, reason=reason, by=worker.id, clock=clock, expected=expected,
        as_person=worker.person,
    )  # fmt: skip
    if before.state == "scheduled":
        cancel_payrolls(transfer_id=transfer, by=worker.id, clock=clock)
    if before.case is not None:
        cases.suspend(before.case, by=worker.id, clock=clock, why=reason)
    return moved


@transaction.atomic
def resume(
    transfer: uuid.UUID, *, side: Side, worker: Worker, clock: Clock,
    expected: int | None = None, accept_plan: bool = False,
) -> Moved:  # fmt: skip
    """Let a transfer go on where it stood still; payrolls are booked and told again.

    Raises:
        Conflict: if its day is no longer in time for both, unless ``accept_plan`` takes the plan
            for a day that is not.
    """
    moved = actions.resume(
        transfer=transfer, side=side, by=worker.id, clock=clock, expected=expected,
        as_person=worker.person,
    )  # fmt: skip
    one = queries.transfer(transfer)
    if one.case is not None:
        cases.resume(one.case, by=worker.id, clock=clock, why="resumed")
        if one.state == "agreed" and _past_booking(one.case):
            known = booked(one, pro_rata=accept_plan, clock=clock)
            if not known["in_time"]:
                raise Conflict(
                    "The payrolls can no longer take this day in time",
                    where=Where(field="first_day"),
                    fix="Go on with the pay plan, or take the offer back and draft it anew",
                )  # fmt: skip
            cases.replan(one.case, known, by=worker.id, clock=clock, why="booked again")
    return moved


@transaction.atomic
def reverse(
    transfer: uuid.UUID, *, side: Side, reason: str, worker: Worker, clock: Clock,
    expected: int | None = None,
) -> Moved:  # fmt: skip
    """Sign for one employer that a transfer should never have been.

    With the second signature payrolls are told that nothing came of it, and its case is over.
    """
    moved = actions.reverse(
        transfer=transfer, side=side, reason=reason, by=worker.id, clock=clock,
        expected=expected, as_person=worker.person,
    )  # fmt: skip
    if moved.state == "reversed":
        cancel_payrolls(transfer_id=transfer, by=worker.id, clock=clock)
        case = queries.transfer(transfer).case
        if case is not None and casework.case(case).ended is None:
            cases.call_off(case, by=worker.id, clock=clock, why=reason)
    return moved


@transaction.atomic
def change(
    transfer: uuid.UUID, *, side: Side, changes: Mapping[str, str], effective_from: dt.date,
    worker: Worker, clock: Clock, expected: int | None = None, key: str = "",
) -> Moved:  # fmt: skip
    """Change fields of a transfer that took effect, and tell payrolls; errors as of the verb."""
    moved = actions.change_after_effect(
        transfer=transfer, side=side, changes=changes, effective_from=effective_from,
        by=worker.id, clock=clock, expected=expected, key=key, as_person=worker.person,
    )  # fmt: skip
    if not moved.again:
        told.tell_change(queries.transfer(transfer), by=worker.id, clock=clock)
    return moved


def pay_compared(compared: Compared, *, by: str, clock: Clock) -> None:
    """Let a case go on once every payroll that pays has reported.

    Called after the result was noted on its transfer, within the same transaction.
    """
    one = queries.transfer(compared.transfer)
    sides = {"exporter": one.exporter, "importer": one.importer}
    wanted = {sides[payer] for payer in payers(one.kind)}
    if one.case is not None and one.state == "effected" and wanted <= results_in(one.id):
        cases.send(one.case, "pay reported", by=by, clock=clock)


def cut_off_moved(
    employer: uuid.UUID, before: PayPeriod, after: PayPeriod | None, *, by: str, clock: Clock
) -> None:
    """Date again what rests on a pay period whose cut-off moved; its owners are told.

    Called within the transaction that changes the calendar.
    """
    for booking in queries.bookings(employer=employer, period_starts=before.starts):
        one = queries.transfer(booking.transfer)
        if one.case is None or after is None or one.state != "scheduled":
            continue
        name = "leaving_cut_off" if employer == one.exporter else "joining_cut_off"
        cases.replan(
            one.case, {name: after.cut_off.isoformat()}, by=by, clock=clock, why="cut-off moved"
        )


def _past_booking(case: uuid.UUID) -> bool:
    """Tell whether a case stands after the step that booked the payrolls."""
    after = {"first_day", "confirm_leaver", "confirm_starter"}
    still = {one.element for one in casework.open_tasks(case)}
    return bool(after & (still | {one.element for one in casework.waits(case)}))


def _call_off(transfer: uuid.UUID, *, by: str, clock: Clock, why: str) -> None:
    case = queries.transfer(transfer).case
    if case is not None and not cases.send(case, "called off", by=by, clock=clock):
        cases.call_off(case, by=by, clock=clock, why=why)
