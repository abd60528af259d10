"""What a move means for the pension, and for continuous service. Pure.

``tests/spec/test_pension_on_moving.py`` is the table of it. The Civil Service pension goes on under
the same membership where the break is at most 28 days (Employer Pension Guide, 6.1); whoever opted
out is enrolled again by the employer they transfer to, and never by one that has them on loan;
employments side by side are separate records (5.6).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from muster.kernel.errors import BadInput, Where

LONGEST_BREAK = 28
"""So many days may lie between two employments for the pension to go on."""
Scheme = Literal[
    "alpha", "partnership", "opted out", "classic", "classic plus", "premium", "nuvos", "none"
]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
Move = Literal["transfer", "loan", "loan return", "side by side"]
Action = Literal["nothing", "transfer", "join"]


@dataclass(frozen=True)
class Pension:
    """What the importer and the pension administrator do.

    Args:
        action: ``transfer`` a membership that goes on, ``join`` as a new one, or ``nothing``.
        scheme: in which the person is from the first day on.
        continues: whether the same membership goes on.
        enrolled_again: whether somebody who had opted out is a member again.
        deduct_from: the day from which contributions are taken; in the first pay, always.
        provider_needed: whether the partnership provider and contributions must be handed over.
        separate: whether the record stands beside another of the same person.
        why: the rule, in words for the person.
    """

    action: Action
    scheme: Scheme
    continues: bool
    enrolled_again: bool
    deduct_from: dt.date | None
    provider_needed: bool
    separate: bool
    why: str


def days_between(last_day: dt.date, first_day: dt.date) -> int:
    """Return how many days lie between a last and a first day; none where they follow each other.

    Raises:
        BadInput: if the first day is not after the last.
    """
    if first_day <= last_day:
        raise BadInput(
            "The first day is not after the last day", where=Where(field="first_day"),
            fix="Let the last day be before the first day",
        )  # fmt: skip
    return (first_day - last_day).days - 1


def pension_on_moving(
    scheme: Scheme, move: Move, *, last_day: dt.date, first_day: dt.date
) -> Pension:
    """Return what a move means for a pension.

    Args:
        scheme: in which the person is with the exporter; ``none`` if in none.
        move: a transfer, a loan, its return, or a second employment beside the first.
        last_day: the last day with the exporter; without meaning for a loan or side by side.
        first_day: the first day with the importer.

    Raises:
        BadInput: if a transfer's first day is not after its last.
    """
    if move in ("loan", "loan return"):
        why = "On loan the pension stays with the employer that lends you: nothing changes."
        return Pension("nothing", scheme, True, False, None, False, False, why)
    if move == "side by side":
        why = "Each of two employments has its own pension record: you join for the new one."
        return _joins(first_day, why, separate=True)
    if days_between(last_day, first_day) > LONGEST_BREAK:
        return _joins(
            first_day, f"After a break of more than {LONGEST_BREAK} days a new membership begins.",
            again=scheme == "opted out",
        )  # fmt: skip
    if scheme == "opted out":
        why = "Whoever opted out is enrolled again by the employer they transfer to."
        return _joins(first_day, why, again=True)
    if scheme == "none":
        return _joins(first_day, "You join from your first day.")
    if scheme == "partnership":
        why = "Your partnership account goes on: your provider is paid from your first month."
        return Pension("transfer", scheme, True, False, first_day, True, False, why)
    if scheme != "alpha":
        why = "What you built up before stays; since 1 April 2022 everybody builds up in alpha."
        return Pension("transfer", "alpha", True, False, first_day, False, False, why)
    why = f"Your membership goes on: the break is at most {LONGEST_BREAK} days."
    return Pension("transfer", scheme, True, False, first_day, False, False, why)


def _joins(day: dt.date, why: str, *, again: bool = False, separate: bool = False) -> Pension:
    return Pension("join", "alpha", False, again, day, False, separate, why)


def continuous_from(*stated: dt.date | None, first_day: dt.date) -> dt.date:
    """Return since when service is continuous: the earliest day anybody states, never later.

    A move keeps what was reckoned before it; a day after the first day with the importer, or none
    at all, leaves that first day.
    """
    return min([first_day, *(day for day in stated if day is not None)])
