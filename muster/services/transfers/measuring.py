"""How well transfers go: time in each stage, how often first pay was wrong at first, and why.

For leaders. Counted from steps and first pay as they were recorded, so that what was put right
since still counts as having been wrong; nobody is named.
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.db.models import QuerySet

from muster.services.transfers.models import FirstPay, TakenStep, Transfer
from muster.services.transfers.rules import BEFORE, State

_STAGES: tuple[State, ...] = (*BEFORE, "effected", "reconciled", "on_hold")


@dataclass(frozen=True)
class Measured:
    """What is told of transfers that took effect in some days.

    Args:
        effected: how many took effect.
        reversed: how many of them should never have been.
        first_pays: how many first pays are known.
        wrong_first_pays: how many of these were not as expected when they were first reported.
        causes: of the wrong ones, by field that differed.
        days: the median days in each stage, of those that left it.
    """

    effected: int
    reversed: int
    first_pays: int
    wrong_first_pays: int
    causes: dict[str, int]
    days: dict[State, float]

    @property
    def error_rate(self) -> float | None:
        """The share of first pays that were wrong at first; None while none is known."""
        return self.wrong_first_pays / self.first_pays if self.first_pays else None


def measured(*, since: dt.date, until: dt.date, employer: uuid.UUID | None = None) -> Measured:
    """Return what is told of transfers that took effect on these days (half open).

    Args:
        since: the first legal day.
        until: the day after the last.
        employer: only those that joined it.
    """
    found = Transfer.objects.filter(
        effected_at__isnull=False, first_day__gte=since, first_day__lt=until
    )
    if employer is not None:
        found = found.filter(importer=employer)
    first = _first_words(found)
    wrong = [cause for cause in first if cause]
    return Measured(
        effected=found.count(), reversed=found.filter(state="reversed").count(),
        first_pays=len(first), wrong_first_pays=len(wrong),
        causes=dict(sorted(Counter(one for said in wrong for one in said.split(",")).items())),
        days=_days(found),
    )  # fmt: skip


def _first_words(found: QuerySet[Transfer]) -> list[str]:
    """Return the cause in each payroll's first word on a transfer; "" where it was right."""
    told = FirstPay.objects.filter(transfer__in=found).order_by("at", "id")
    first: dict[tuple[uuid.UUID, uuid.UUID], str] = {}
    for transfer, employer, cause in told.values_list("transfer", "employer", "cause"):
        first.setdefault((transfer, employer), cause)
    return list(first.values())


def _days(found: QuerySet[Transfer]) -> dict[State, float]:
    entered = dict(found.values_list("id", "opened_at"))
    steps = TakenStep.objects.filter(transfer__in=found).order_by("transfer", "version")
    spent: dict[str, list[float]] = defaultdict(list)
    for transfer, came_from, to, at in steps.values_list("transfer", "came_from", "to", "at"):
        if came_from != to:
            spent[came_from].append((at - entered[transfer]).total_seconds() / 86_400)
            entered[transfer] = at
    return {stage: round(_middle(spent[stage]), 2) for stage in _STAGES if spent[stage]}


def _middle(values: Iterable[float]) -> float:
    return float(median(values))
