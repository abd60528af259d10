"""Whether sharing services pays: savings against running cost, and when investment is earned back.

Pure functions, for providers' business cases and for what auditors published of earlier programmes.
The two bars are what the private sector and local authorities typically claim, as the National
Audit Office states them: savings of more than 20 % of annual running cost, and investment earned
back in less than five years.

Amounts are decimals of one unit throughout: pounds of a provider, millions of pounds of a
programme.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

MORE_THAN = Decimal(20)
"""Per cent of annual running cost that savings must exceed."""
LESS_THAN = Decimal(5)
"""Years within which investment must be earned back."""
State = Literal["meets", "fails", "not yet", "not stated"]
SERVICES = {
    "payroll": "Payroll",
    "hr_admin": "HR administration",
    "finance": "Finance",
    "procurement": "Procurement",
}


@dataclass(frozen=True)
class Year:
    """What was spent and what was saved in one year of a case."""

    invested: Decimal
    saved: Decimal


@dataclass(frozen=True)
class Outcome:
    """How a case stands after some time.

    Args:
        net: what was saved, less what it cost.
        share: per cent of running cost saved, where the running cost before is stated.
        savings: whether the share exceeds the bar.
        earned_back: after how many years savings first covered cost, if they did.
        break_even: whether that was within the bar.
    """

    net: Decimal
    share: Decimal | None
    savings: State
    earned_back: int | None
    break_even: State


def cumulative(years: Sequence[Year]) -> tuple[Decimal, ...]:
    """Return savings less investment, added up to the end of each year."""
    net, found = Decimal(0), []
    for year in years:
        net += year.saved - year.invested
        found.append(net)
    return tuple(found)


def earned_back(years: Sequence[Year]) -> int | None:
    """Return in which year, counted from 1, savings cover all investment to date and stay so.

    A year in which they fall behind again, as a second investment makes them, begins anew.
    """
    ends = cumulative(years)
    behind = [place for place, net in enumerate(ends) if net < 0]
    first = behind[-1] + 1 if behind else 0
    return first + 1 if first < len(ends) else None


def saving_share(saved: Decimal, baseline: Decimal) -> Decimal | None:
    """Return savings of a year in per cent of the running cost before; None without a cost."""
    return 100 * saved / baseline if baseline > 0 else None


def judge_savings(share: Decimal | None, net: Decimal) -> State:
    """Tell whether savings exceed the bar.

    Args:
        share: per cent of running cost, where that is known.
        net: savings less cost. Where it is not above zero and the running cost is not known,
            nothing was saved in the end: that is below the bar whatever running cost was.
    """
    if share is not None:
        return "meets" if share > MORE_THAN else "fails"
    return "fails" if net <= 0 else "not stated"


def judge_break_even(after: int | None, net: Decimal, elapsed: Decimal) -> State:
    """Tell whether investment was earned back within the bar.

    Args:
        after: in which year it was, if that is known.
        net: savings less cost so far.
        elapsed: years so far.
    """
    if after is not None:
        return "meets" if after < LESS_THAN else "fails"
    if net < 0:
        return "fails" if elapsed >= LESS_THAN else "not yet"
    return "meets" if elapsed < LESS_THAN else "not stated"


def judge(years: Sequence[Year], baseline: Decimal) -> Outcome:
    """Return how a case stands at the end of its last year.

    Args:
        years: from the first investment on, without gaps.
        baseline: running cost of a year before sharing.

    Raises:
        ValueError: if there is no year.
    """
    if not years:
        raise ValueError("a case without a year cannot be judged")
    net = cumulative(years)[-1]
    share, after = saving_share(years[-1].saved, baseline), earned_back(years)
    return Outcome(
        net=net,
        share=share,
        savings=judge_savings(share, net),
        earned_back=after,
        break_even=judge_break_even(after, net, Decimal(len(years))),
    )


def judge_totals(cost: Decimal, saved: Decimal, elapsed: Decimal) -> Outcome:
    """Return how a programme stands of which only totals are published.

    Args:
        cost: what it cost so far.
        saved: what it saved so far; below zero where it raised cost.
        elapsed: years so far.
    """
    net = saved - cost
    return Outcome(
        net=net,
        share=None,
        savings=judge_savings(None, net),
        earned_back=None,
        break_even=judge_break_even(None, net, elapsed),
    )


def part_of(amount: Decimal, whole: Decimal) -> Decimal:
    """Return an amount in per cent of another."""
    return 100 * amount / whole
