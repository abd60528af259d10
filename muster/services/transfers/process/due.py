"""What is done by itself without a case: returns from loan, and what changed after a case."""

import uuid

from muster.casework import queries as casework
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, MusterError
from muster.services.transfers import actions, queries
from muster.services.transfers.process.linking import changed_ones

BY = "muster"


def look_after(*, clock: Clock) -> None:
    """Make moves real whose day has come, and reconcile what changed after a case was past that."""
    effect_due(clock=clock)
    reconcile_due(clock=clock)


def reconcile_due(*, clock: Clock) -> int:
    """Reconcile transfers that changed after effect, once pay has come; return how many.

    A case compares pay once. What changes later is compared here, as soon as every payroll that
    was told of a change has answered; what was closed is closed again.
    """
    return sum(_reconciled(key, clock) for key in changed_ones())


def _reconciled(key: uuid.UUID, clock: Clock) -> bool:
    one = queries.transfer(key)
    found = None if one.case is None else casework.case(one.case)
    if found is not None and found.ended is None and not _is_past(found.id):
        return False
    try:
        actions.reconcile(transfer=key, by=BY, clock=clock)
        if found is None or found.ended is not None:
            actions.close(transfer=key, by=BY, clock=clock)
    except Conflict:
        return False  # A difference is open with a payroll, or something is to be handed over.
    return True


def _is_past(case: uuid.UUID) -> bool:
    return {one.element for one in casework.open_tasks(case)} == {"hand_over"}


def effect_due(*, clock: Clock) -> int:
    """Make moves real whose first day has come and that no case leads; return how many.

    One that cannot take effect fails with the reason, for somebody to take up again.
    """
    done = 0
    for key in queries.due_for_effect(legal_day(clock.now())):
        one = queries.transfer(key)
        if one.case is not None or one.batch is not None:
            continue
        try:
            actions.effect(transfer=key, by=BY, clock=clock)
        except MusterError as problem:
            actions.fail(transfer=key, reason=str(problem)[:500], by=BY, clock=clock)
        else:
            done += 1
    return done
