"""What the service tasks of a transfer's diagrams do. Each runs in the transaction of its step."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from muster.casework.calendars.queries import calendar_of
from muster.casework.ports import CaseContext
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict
from muster.services.transfers import actions, queries
from muster.services.transfers.payrolls.telling import cancel_payrolls
from muster.services.transfers.planning.rules import Plan, plan
from muster.services.transfers.process import told
from muster.services.transfers.queries import TransferView
from muster.services.transfers.rules import payers

BY = "casework"
NO_CALENDAR, PAST_CUT_OFF = "no calendar", "past the cut-off"
HAS_PASSED = "the first day has passed"


def ask(ctx: CaseContext) -> None:
    """Ask the exporter for the record."""
    actions.ask_exporter(transfer=ctx.subject_id, by=BY, clock=ctx.clock)


def compare(ctx: CaseContext) -> None:
    """Count in how many fields that matter what was stated still differs."""
    open_ones = [one for one in queries.differences(ctx.subject_id)
                 if one.matters and not one.settled_by]  # fmt: skip
    ctx.known["differences"] = len(open_ones)


def schedule(ctx: CaseContext) -> None:
    """Book both payrolls and tell them, or note why the day cannot be booked."""
    one = queries.transfer(ctx.subject_id)
    ctx.known.update(booked(one, pro_rata=bool(ctx.known.get("pro_rata")), clock=ctx.clock))


def booked(one: TransferView, *, pro_rata: bool, clock: Clock) -> dict[str, Any]:
    """Book both payrolls for the agreed day and tell them; return what the case knows of it.

    Args:
        one: the transfer.
        pro_rata: whether the plan is taken where the day is not in time.
        clock: tells the time.
    """
    today = legal_day(clock.now())
    planned = plan_for(one, today=today)
    if planned is None:
        return {"in_time": False, "why_not": NO_CALENDAR}
    if one.first_day < today and not one.backdated_because:
        # Settling took longer than was left: somebody says first why they started before.
        return {"in_time": False, "why_not": HAS_PASSED}
    if planned.blocked or not (planned.in_time or (pro_rata and planned.pro_rata)):
        why = planned.blocked[0] if planned.blocked else PAST_CUT_OFF
        return {"in_time": False, "why_not": why}
    actions.schedule(transfer=one.id, plan=planned, accept_pro_rata=pro_rata, by=BY, clock=clock)
    cut_offs = {each.employer: each.period.cut_off for each in planned.books}
    told.tell(one, by=BY, clock=clock)
    return {
        "in_time": True, "why_not": "", "pay_moves": one.kind not in ("loan", "loan_return"),
        "first_day": one.first_day.isoformat(),
        "leaving_cut_off": _said(cut_offs.get(one.exporter)),
        "joining_cut_off": _said(cut_offs.get(one.importer)),
    }  # fmt: skip


def plan_for(one: TransferView, *, today: dt.date, day: dt.date | None = None) -> Plan | None:
    """Return what is planned for a transfer's first day, or for another; None without calendars."""
    leaves, joins = calendar_of(one.exporter), calendar_of(one.importer)
    if leaves is None or joins is None:
        return None
    record = queries.released_record(one.id)
    return plan(
        day or one.first_day, leaves, joins, today, born=_day(record, "birth_date"),
        employed_from=_day(record, "employment_started"), exporter_paid_to=_day(record, "paid_to"),
    )  # fmt: skip


def _day(record: Mapping[str, Any], name: str) -> dt.date | None:
    said = str(record.get(name) or "")
    return dt.date.fromisoformat(said) if said else None


def effect(ctx: CaseContext) -> None:
    """End one employment and start the other."""
    actions.effect(transfer=ctx.subject_id, by=BY, clock=ctx.clock)
    one = queries.transfer(ctx.subject_id)
    ctx.known["payers"] = len(payers(one.kind))


def reconcile(ctx: CaseContext) -> None:
    """See whether pay is as expected; what differs goes to a person."""
    try:
        actions.reconcile(transfer=ctx.subject_id, by=BY, clock=ctx.clock)
    except Conflict:
        ctx.known["pay_agrees"] = False
    else:
        ctx.known["pay_agrees"] = True


def close(ctx: CaseContext) -> None:
    """Close the transfer, if every hand-off has its evidence."""
    try:
        actions.close(transfer=ctx.subject_id, by=BY, clock=ctx.clock)
    except Conflict:
        ctx.known["closed"] = False
    else:
        ctx.known["closed"] = True


def undo(ctx: CaseContext) -> None:
    """Take back what payrolls were told. The transfer itself was given up by who called it off."""
    cancel_payrolls(transfer_id=ctx.subject_id, by=BY, clock=ctx.clock)


def _said(instant: dt.datetime | None) -> str:
    return instant.isoformat() if instant else ""
