"""Erasing transfers past their time: six years after they were closed or given up."""

import datetime as dt

from django.db import transaction as transactions

from muster.kernel.clock import SYSTEM_CLOCK, Clock
from muster.kernel.days import legal_day
from muster.ledger.current import ledger
from muster.services.transfers.models import Transfer
from muster.services.transfers.payrolls.models import (
    HeldRecord,
    Instruction,
    PayDifference,
    PayResult,
    PensionAnswer,
)

YEARS = 6
_AT_ONCE = 500


def give_up_old(*, clock: Clock = SYSTEM_CLOCK) -> int:
    """Erase transfers past their time, with all that belongs to them; return how many.

    One that another still rests on stays until that goes.
    """
    today = legal_day(clock.now())
    before = _years_before(today, YEARS)
    erased = 0
    with transactions.atomic():
        due = Transfer.objects.filter(
            ended_at__lt=dt.datetime(before.year, before.month, before.day, tzinfo=dt.UTC)
            + dt.timedelta(1)
        ).order_by("-opened_at")  # fmt: skip
        for one in due[:_AT_ONCE]:
            if Transfer.objects.filter(previous=one.id).exists():
                continue
            told = Instruction.objects.filter(transfer=one.id)
            for model in (PayDifference, PayResult, PensionAnswer):
                model._default_manager.filter(instruction__in=told).delete()
            told.delete()
            HeldRecord.objects.filter(transfer=one.id).delete()
            one.delete()
            erased += 1
        if erased:
            ledger().append_one(
                "decisions", "muster.transfers.transfer.erased.v1", "transfer:muster:old",
                {"by": "retention", "how_many": erased, "before": before},
            )  # fmt: skip
    return erased


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
