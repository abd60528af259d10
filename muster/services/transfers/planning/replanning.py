"""What a moved cut-off changes for a move that is planned already. Pure.

For whoever owns the move: only what matters to them is told. A move stays on the day that was
agreed; where that is no longer in time, the owner chooses the next safe day or the pro-rata plan.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from muster.casework.calendars.rules import Calendar, PayPeriod
from muster.services.transfers.planning.rules import Plan, plan

What = Literal[
    "no longer in time", "in time again", "deadline", "exporter's pay day", "importer's pay day",
    "exporter's period", "importer's period", "next safe day", "blocked", "no longer blocked",
]  # fmt: skip

_SIDES: tuple[tuple[What, What], ...] = (
    ("exporter's pay day", "exporter's period"), ("importer's pay day", "importer's period"),
)  # fmt: skip


@dataclass(frozen=True)
class PlanChange:
    """One thing that is otherwise than planned; days before and after, None where there is none."""

    what: What
    before: dt.date | None = None
    after: dt.date | None = None


@dataclass(frozen=True)
class Replanned:
    """A plan worked out again.

    Args:
        plan: the plan now.
        changes: what is otherwise; none where nothing is that anybody has to know.
        act: whether somebody must choose: it was in time and is not, or cannot be any more.
    """

    plan: Plan
    changes: tuple[PlanChange, ...]
    act: bool


def replan(
    before: Plan,
    exporter: Calendar,
    importer: Calendar,
    today: dt.date,
    *,
    born: dt.date | None = None,
    employed_from: dt.date | None = None,
    exporter_paid_to: dt.date | None = None,
) -> Replanned:
    """Return the plan for the same first day under the calendars as they are now.

    Args are those of ``rules.plan``; ``before`` is the plan that was told last.
    """
    now = plan(
        before.first_day, exporter, importer, today,
        born=born, employed_from=employed_from, exporter_paid_to=exporter_paid_to,
    )  # fmt: skip
    found = (*_standing(before, now), *_days(before, now))
    act = any(one.what in ("no longer in time", "blocked") for one in found)
    return Replanned(now, found, act)


def _standing(before: Plan, now: Plan) -> tuple[PlanChange, ...]:
    found: list[PlanChange] = []
    if before.blocked != now.blocked:
        found.append(PlanChange("blocked" if now.blocked else "no longer blocked"))
    if before.in_time and not now.in_time and not now.blocked:
        found.append(PlanChange("no longer in time", before.deadline, now.deadline))
    if now.in_time and not before.in_time and not before.blocked:
        found.append(PlanChange("in time again", before.deadline, now.deadline))
    return tuple(found)


def _days(before: Plan, now: Plan) -> tuple[PlanChange, ...]:
    found = [PlanChange("deadline", before.deadline, now.deadline)]
    for side, (pays, starts) in enumerate(_SIDES):
        was, is_now = _period(before, side), _period(now, side)
        found.append(PlanChange(pays, *(one.pay_day if one else None for one in (was, is_now))))
        found.append(PlanChange(starts, *(one.starts if one else None for one in (was, is_now))))
    if not now.in_time:
        found.append(PlanChange("next safe day", before.next_safe, now.next_safe))
    return tuple(one for one in found if one.before != one.after)


def _period(of: Plan, side: int) -> PayPeriod | None:
    return of.books[side].period if len(of.books) == 2 else None
