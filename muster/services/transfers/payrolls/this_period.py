"""The verbs of a pay period: freezing it at its cut-off, and agreeing its control totals.

What had not gone by the cut-off, because no agreement let it, moves to the next period and says
so. A period is frozen once; what comes later is of the next one by ``rules.place``.
"""

import datetime as dt
import uuid
from collections import Counter

from django.db import IntegrityError, transaction

from muster.casework.calendars.queries import employers_with_calendars
from muster.casework.calendars.rules import PayPeriod
from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, NotFound, Where
from muster.ledger.current import ledger
from muster.services.transfers.payrolls import periods
from muster.services.transfers.payrolls.models import Instruction, PayRun
from muster.services.transfers.payrolls.queries import lines_of
from muster.services.transfers.payrolls.rules import GROUPS, standing, totals

FROZEN, AGREED = "muster.transfers.pay_period.frozen.v1", "muster.transfers.pay_period.agreed.v1"
_LOOKS_BACK = dt.timedelta(days=62)
"""Cut-offs further back are those of calendars that were loaded afterwards."""


def freeze_due(*, clock: Clock) -> int:
    """Freeze the periods whose cut-off has passed; return how many."""
    now, count = clock.now(), 0
    for employer, _title in employers_with_calendars():
        found, done = periods.calendar(employer), periods.frozen(employer)
        for one in found.periods if found else ():
            if now - _LOOKS_BACK < one.cut_off < now and one.starts not in done:
                count += _freeze(employer, one, clock)
    return count


def _freeze(employer: uuid.UUID, period: PayPeriod, clock: Clock) -> int:
    try:
        with transaction.atomic():
            return _frozen(employer, period, clock)
    except IntegrityError:
        # Another worker froze it at this moment.
        return 0


def _frozen(employer: uuid.UUID, period: PayPeriod, clock: Clock) -> int:
    now = clock.now()
    run = PayRun.objects.create(
        employer_id=employer, starts=period.starts, ends=period.ends, cut_off=period.cut_off,
        pay_day=period.pay_day, frozen_at=now, starters=0, leavers=0, changes=0, moved_on=0,
    )  # fmt: skip
    own = Instruction.objects.select_for_update(of=("self",)).filter(
        employer=employer, kind="pay", period_starts=period.starts
    )
    for row in own.filter(position__isnull=True, taken_back_at__isnull=True):
        where = periods.placed(employer, row.first_day, now)
        row.late_for = period.starts
        row.period_starts = where.period.starts if where else None
        row.period_ends = where.period.ends if where else None
        row.pay_day = where.period.pay_day if where else None
        row.save()
        run.moved_on += 1
    kept = Counter(
        GROUPS[one.action] for one in standing(lines_of(employer, period.starts))
        if one.action in GROUPS
    )  # fmt: skip
    run.starters, run.leavers, run.changes = (
        kept["starters"], kept["leavers"], kept["changes"],
    )  # fmt: skip
    run.save()
    _note(FROZEN, run, {
        "starters": run.starters, "leavers": run.leavers, "changes": run.changes,
        "moved_on": run.moved_on, "cut_off": run.cut_off.isoformat(),
    })  # fmt: skip
    return 1


@transaction.atomic
def agree_totals(*, employer: uuid.UUID, starts: dt.date, by: str, clock: Clock) -> None:
    """Say that the payroll's count and total of a frozen period are those that are expected.

    Raises:
        NotFound: if the employer has no such period that is frozen.
        Conflict: if they were agreed already, or do not agree.
    """
    run = PayRun.objects.select_for_update(of=("self",)).filter(
        employer=employer, starts=starts
    ).first()  # fmt: skip
    if run is None:
        raise NotFound(
            "The pay period is not frozen", where=Where(thing=str(starts)),
            fix="Wait for its cut-off",
        )  # fmt: skip
    where = Where(thing="control totals")
    if run.agreed_at is not None:
        raise Conflict("They were agreed already", where=where, fix="Load the page again")
    found = totals(standing(lines_of(employer, starts)))
    if found.state not in ("agree", "nothing"):
        raise Conflict(
            "The payroll’s totals are not those that are expected", where=where,
            fix="Settle each difference with the payroll first",
        )  # fmt: skip
    run.agreed_at, run.agreed_by = clock.now(), by
    run.save(update_fields=["agreed_at", "agreed_by"])
    _note(AGREED, run, {"count": found.expected_count, "by": by})


def _note(kind: str, run: PayRun, body: dict[str, object]) -> None:
    ledger().append_one(
        "decisions", kind, f"employer:register:{run.employer_id}",
        {"pay_period": run.starts.isoformat(), **body},
    )  # fmt: skip
