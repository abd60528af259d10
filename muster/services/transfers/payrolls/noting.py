"""What a payroll's result means for its transfer: first pay noted, and what is settled there too.

A transfer takes notice of pay once it has taken effect; a result that comes before that, or for a
transfer that is no more, is kept and changes nothing of it.
"""

import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef

from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.services.transfers.actions import note_pay_result, settle_pay
from muster.services.transfers.models import FirstPay, Transfer
from muster.services.transfers.payrolls.models import Instruction, PayResult
from muster.services.transfers.payrolls.results import Compared, announce, compared_of, latest_of
from muster.services.transfers.payrolls.rules import pence
from muster.services.transfers.payrolls.sending import content_of

_EFFECTED = "effected"
_LONGEST_KEY, _AT_ONCE = 100, 500


def note(compared: Compared, *, by: str, clock: Clock) -> None:
    """Note a first pay in its transfer, where it has taken effect and pay was foretold."""
    told = Instruction.objects.get(id=compared.instruction)
    effected = Transfer.objects.filter(id=compared.transfer, state=_EFFECTED).exists()
    if not effected or not compared.expected or told.period_starts is None:
        return
    note_pay_result(
        transfer=compared.transfer, employer=compared.employer,
        period_starts=told.period_starts, gross_expected=pence(compared.expected),
        gross_paid=pence(compared.gross),
        differs=tuple(one for one in compared.differs if one != "gross"),
        by=by, clock=clock, key=f"pay:{compared.result}"[:_LONGEST_KEY],
    )  # fmt: skip


def note_after_effect(*, clock: Clock) -> int:
    """Note first pays that were reported before their transfer took effect; return how many.

    A payroll that runs at its cut-off reports on a first day that is still to come.
    """
    effected = Transfer.objects.filter(state=_EFFECTED).values("id")
    noted = FirstPay.objects.filter(
        transfer=OuterRef("transfer"), employer=OuterRef("employer"),
        period_starts=OuterRef("period_starts"),
    )  # fmt: skip
    rows = Instruction.objects.filter(
        Exists(PayResult.objects.filter(instruction=OuterRef("id"), withdrawn_at__isnull=True)),
        ~Exists(noted), kind="pay", transfer__in=effected,
    )  # fmt: skip
    return sum(_note_again(one, clock) for one in rows.order_by("made_at")[:_AT_ONCE])


def note_nothing_due(*, clock: Clock) -> int:
    """Note that nothing was paid where nothing was due; return how many were noted.

    A payroll says nothing of somebody it pays nothing, such as a leaver whose last day was paid
    before it was told. Once it has reported the period, and its pay day has passed, that is known.
    """
    noted = FirstPay.objects.filter(
        transfer=OuterRef("transfer"), employer=OuterRef("employer"),
        period_starts=OuterRef("period_starts"),
    )  # fmt: skip
    reported = PayResult.objects.filter(
        employer=OuterRef("employer"), period_starts=OuterRef("period_starts"),
        withdrawn_at__isnull=True,
    )  # fmt: skip
    rows = Instruction.objects.filter(
        Exists(reported), ~Exists(PayResult.objects.filter(instruction=OuterRef("id"))),
        ~Exists(noted), kind="pay", action="leave", taken_back_at__isnull=True,
        pay_day__lt=legal_day(clock.now()),
        transfer__in=Transfer.objects.filter(state=_EFFECTED).values("id"),
    )  # fmt: skip
    return sum(_note_nothing(one, clock) for one in rows.order_by("made_at")[:_AT_ONCE])


@transaction.atomic
def _note_nothing(told: Instruction, clock: Clock) -> int:
    expected = content_of(told)[1]
    if not expected or pence(expected):
        return 0
    compared = Compared(
        told.transfer, told.employer_id, told.id, told.id, told.action, True, (), expected, expected
    )  # fmt: skip
    return int(announce(compared, by="muster", clock=clock))


@transaction.atomic
def _note_again(told: Instruction, clock: Clock) -> int:
    result = latest_of(told.id)
    if result is None:
        return 0
    return int(announce(compared_of(told, result), by="muster", clock=clock))


def settle_there(instruction: uuid.UUID, *, why: str, by: str, clock: Clock) -> None:
    """Settle the same first pay in its transfer, if it is open there; in the same transaction."""
    told = Instruction.objects.get(id=instruction)
    if told.period_starts is None:
        return
    waits = FirstPay.objects.filter(
        transfer=told.transfer, employer=told.employer_id, period_starts=told.period_starts,
        exception="open", recorded_to__isnull=True, transfer__state=_EFFECTED,
    )  # fmt: skip
    if waits.exists():
        settle_pay(
            transfer=told.transfer, employer=told.employer_id, period_starts=told.period_starts,
            why=why, by=by, clock=clock,
        )  # fmt: skip
