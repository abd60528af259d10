"""How far an application has come, what became of it, and what cannot be true of it.

An application passes *stages* in order, and may skip some. A stage is reached when something shows
it: its date, its outcome, or a rejection at it. What is dated after the day the extract speaks of,
or after the applicant withdrew, is a plan and shows nothing.

Vetting runs beside the rest: checks may begin before the offer and end after the first day at work,
so its dates are only compared with each other and with the day of applying.

``columns.py`` says the same over whole columns; a property test holds the two against each other.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

STAGES = ("application", "sift", "interview", "offer", "vetting", "start")
OUTCOMES = ("in_progress", "reserve", "withdrawn", "declined", "rejected", "started")
# Dates that may not run backwards, each chain for itself.
MAIN_CHAIN = ("applied", "sifted", "interviewed", "offered", "started")
VETTING_CHAIN = ("applied", "vetting_started", "vetting_cleared")
# What shows that a stage was reached: its dates, and its outcome.
SHOWN_BY: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "application": (("applied",), None),
    "sift": (("sifted",), "sift_outcome"),
    "interview": (("interviewed",), "interview_outcome"),
    "offer": (("offered",), "offer_response"),
    "vetting": (("vetting_started", "vetting_cleared"), None),
    "start": (("started",), None),
}
NAMED = {
    "applied": "day of applying",
    "sifted": "sift date",
    "interviewed": "interview date",
    "offered": "offer date",
    "vetting_started": "day vetting started",
}
# Nobody starts without these stages unnoticed; vetting is recorded elsewhere as often as not.
_EXPECTED = ("sift", "interview", "offer")


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be true of an application: the contract's field, and why."""

    field: str
    reason: str


AHEAD = "after the day the file speaks of"
NO_WITHDRAWAL = "without a withdrawn date"
WITHDREW_EARLY = "before the day of applying"
WITHDREW_LATE = "not after the start date: somebody who started leaves, and does not withdraw"
TOO_FAR = "failed, though a later stage was reached"
REJECTED_EARLY = "before the last stage that was reached"
DECLINED = "although the offer was declined"
DECIDED_AHEAD = "after the day the file speaks of or the withdrawal, though its outcome is known"
BEFORE_OPENING = "before the campaign opened"


def before(date: str) -> str:
    """Return the reason that a date stands before an earlier stage's."""
    return f"before the {NAMED[date]}"


@dataclass(frozen=True, slots=True)
class Application:
    """What an extract says of one application, as its contract reads it."""

    as_at: dt.date
    applied: dt.date
    sifted: dt.date | None = None
    sift_outcome: str | None = None
    interviewed: dt.date | None = None
    interview_outcome: str | None = None
    offered: dt.date | None = None
    offer_response: str | None = None
    vetting_started: dt.date | None = None
    vetting_cleared: dt.date | None = None
    started: dt.date | None = None
    withdrawn: dt.date | None = None
    reinstated: dt.date | None = None
    rejected_stage: str | None = None

    @property
    def withdrew(self) -> dt.date | None:
        """The day of a withdrawal that stands: no reinstatement came on that day or after it."""
        if self.withdrawn is None or (self.reinstated and self.reinstated >= self.withdrawn):
            return None
        return self.withdrawn

    @property
    def horizon(self) -> dt.date:
        """The last day on which anything can have happened to it."""
        return min(self.as_at, self.withdrew) if self.withdrew else self.as_at

    def date(self, name: str) -> dt.date | None:
        """Return one of its dates."""
        found: dt.date | None = getattr(self, name)
        return found

    def dated(self, chain: Sequence[str]) -> list[tuple[str, dt.date]]:
        """Return those dates of a chain that there are, in its order."""
        return [(name, date) for name in chain if (date := self.date(name)) is not None]

    def happened(self, name: str) -> bool:
        """Tell whether a date has come, and is no mere plan."""
        date = self.date(name)
        return date is not None and date <= self.horizon

    def shows(self, stage: str) -> bool:
        """Tell whether something shows that a stage was reached."""
        dates, outcome = SHOWN_BY[stage]
        decided = outcome is not None and getattr(self, outcome) is not None
        return decided or self.rejected_stage == stage or any(map(self.happened, dates))


@dataclass(frozen=True, slots=True)
class Step:
    """The days that passed from one dated stage to the next."""

    start: str
    end: str
    days: int


@dataclass(frozen=True, slots=True)
class Reached:
    """How far an application has come.

    Args:
        stage: the furthest stage that something shows.
        outcome: what became of it so far.
        steps: days between dated stages, in order.
        problems: why its row has to wait.
        notes: what is unusual and no reason to wait.
    """

    stage: str
    outcome: str
    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def stages(application: Application) -> Reached:
    """Return how far an application has come, and what cannot be true of it."""
    shown = (number for number, stage in enumerate(STAGES) if application.shows(stage))
    reached = max(shown, default=0)
    return Reached(
        STAGES[reached],
        _outcome(application, reached),
        tuple(_steps(application)),
        tuple(_problems(application, reached)),
        tuple(_notes(application, reached)),
    )


def _outcome(application: Application, reached: int) -> str:
    """Return what became of it: the more final says more than the less."""
    outcomes = (application.sift_outcome, application.interview_outcome)
    if STAGES[reached] == "start":
        return "started"
    if application.rejected_stage or "failed" in outcomes:
        return "rejected"
    if application.offer_response == "declined":
        return "declined"
    if application.withdrew:
        return "withdrawn"
    if "reserve" in outcomes and reached <= STAGES.index("interview"):
        return "reserve"
    return "in_progress"


def _steps(application: Application) -> Iterator[Step]:
    for chain in (MAIN_CHAIN, VETTING_CHAIN[1:]):
        happened = [name for name in chain if application.happened(name)]
        for (start, first), (end, last) in pairwise(application.dated(happened)):
            yield Step(start, end, (last - first).days)


def _problems(application: Application, reached: int) -> Iterator[Problem]:
    for chain in (MAIN_CHAIN, VETTING_CHAIN):
        yield from _backwards(application, chain)
    for name in ("applied", "withdrawn", "reinstated"):
        date = application.date(name)
        if date is not None and date > application.as_at:
            yield Problem(name, AHEAD)
    for stage in ("sift", "interview", "offer"):
        (name,), outcome = SHOWN_BY[stage]
        date = application.date(name)
        if outcome and getattr(application, outcome) and date and date > application.horizon:
            yield Problem(name, DECIDED_AHEAD)
    for stage, outcome in (("sift", "sift_outcome"), ("interview", "interview_outcome")):
        if getattr(application, outcome) == "failed" and reached > STAGES.index(stage):
            yield Problem(outcome, TOO_FAR)
    if application.rejected_stage and reached > STAGES.index(application.rejected_stage):
        yield Problem("rejected_stage", REJECTED_EARLY)
    yield from _contradictions(application)


def _backwards(application: Application, chain: Sequence[str]) -> Iterator[Problem]:
    for (earlier, first), (later, last) in pairwise(application.dated(chain)):
        if last < first:
            yield Problem(later, before(earlier))


def _contradictions(application: Application) -> Iterator[Problem]:
    if application.happened("started") and application.offer_response == "declined":
        yield Problem("started", DECLINED)
    if application.withdrawn is None:
        if application.reinstated is not None:
            yield Problem("reinstated", NO_WITHDRAWAL)
    elif application.withdrawn < application.applied:
        yield Problem("withdrawn", WITHDREW_EARLY)
    if application.withdrew and application.happened("started"):
        yield Problem("withdrawn", WITHDREW_LATE)


def _notes(application: Application, reached: int) -> Iterator[str]:
    """Yield what is unusual.

    Somebody who started is counted without an offer date: people are appointed from a reserve
    list or by exception, the first day at work is the surest fact of all, and payroll knows it
    too. Only the days to the offer remain unknown.
    """
    for stage in _EXPECTED:
        if STAGES.index(stage) < reached and not application.shows(stage):
            yield f"no {stage} was recorded"
    if application.withdrawn and not application.withdrew:
        yield "withdrew, and was reinstated"


@dataclass(frozen=True, slots=True)
class Window:
    """When a campaign took applications: the days it opened, closed, and opened again.

    Systems write the second closing date over the first. So a closing date before the reopening
    is the first, and any other is the second.
    """

    opened: dt.date | None = None
    closed: dt.date | None = None
    reopened: dt.date | None = None

    def problems(self, applied: dt.date) -> Iterator[Problem]:
        """Yield what cannot be true of a campaign and of somebody who applied to it."""
        if self.opened and applied < self.opened:
            yield Problem("applied", BEFORE_OPENING)
        for name, date in (("closed", self.closed), ("reopened", self.reopened)):
            if self.opened and date and date < self.opened:
                yield Problem(name, BEFORE_OPENING)

    def round_of(self, applied: dt.date) -> int:
        """Return 2 for applications since the campaign opened again, else 1."""
        return 2 if self.reopened and applied >= self.reopened else 1

    def closing_of(self, number: int) -> dt.date | None:
        """Return the closing date of a round, as far as it is told."""
        if self.reopened is None or self.closed is None:
            return self.closed if self.reopened is None else None
        return self.closed if (self.closed >= self.reopened) == (number == 2) else None

    def late(self, applied: dt.date) -> bool:
        """Tell whether somebody applied after closing: by leave of the employer, and noted."""
        closing = self.closing_of(self.round_of(applied))
        return closing is not None and applied > closing


def surviving(reference: str, merged_into: Mapping[str, str]) -> str:
    """Return the campaign that a campaign was merged into, at the end of the chain.

    Campaigns merged in a circle stay apart, because none of them is the end; so does one that is
    said to be merged into itself.
    """
    seen, now = {reference}, reference
    while now in merged_into:
        now = merged_into[now]
        if now in seen:
            return reference
        seen.add(now)
    return now


@dataclass(frozen=True)
class Funnel:
    """How many applications came how far, exactly: for those who may see the records.

    ``counts`` is keyed by stage reached, outcome and round.
    """

    counts: Mapping[tuple[str, str, int], int] = field(default_factory=dict)

    @property
    def applications(self) -> int:
        """Every application, whatever became of it."""
        return sum(self.counts.values())

    def reached(self, stage: str) -> int:
        """Return how many came at least as far as a stage, whatever they skipped."""
        least = STAGES.index(stage)
        return sum(n for (at, _, _), n in self.counts.items() if STAGES.index(at) >= least)

    def ended(self, outcome: str) -> int:
        """Return how many have an outcome."""
        return sum(n for (_, what, _), n in self.counts.items() if what == outcome)

    def in_round(self, number: int) -> int:
        """Return how many applied before a campaign opened again (1), or since (2)."""
        return sum(n for (_, _, at), n in self.counts.items() if at == number)

    def __add__(self, other: "Funnel") -> "Funnel":
        keys = (*self.counts, *other.counts)
        return Funnel({key: self.counts.get(key, 0) + other.counts.get(key, 0) for key in keys})
