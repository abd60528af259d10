"""The queue of organisation names that no employer certainly has, over employers and the hub.

A person chooses once; the choice is remembered and every row that waited for it goes on.
"""

import uuid
from dataclasses import dataclass

from muster.hub.actions import release
from muster.hub.landing import Read
from muster.hub.queries import Cause, causes, landings_waiting_for, quarantined
from muster.kernel.clock import Clock
from muster.register.employers.actions import remember_name
from muster.register.employers.candidates import Candidate, likely_candidates
from muster.register.employers.queries import name_index
from muster.register.employers.resolving import EMPLOYER_AMBIGUOUS, EMPLOYER_UNKNOWN
from muster.register.employers.rules import normalise_name

_REASONS = (EMPLOYER_UNKNOWN, EMPLOYER_AMBIGUOUS)


@dataclass(frozen=True)
class WaitingName:
    """A stated name that waits for a person: how many rows, which parent, who it may mean."""

    stated: str
    reason: str
    rows: int
    feeds: int
    parent: str
    candidates: tuple[Candidate, ...]


def waiting_names(
    *, stated: str = "", candidates: int = 5, start: int = 0, limit: int | None = None
) -> tuple[WaitingName, ...]:
    """Return names that wait, most rows first.

    Args:
        stated: only this name.
        candidates: how many likely employers to offer for each.
        start: how many names to leave out.
        limit: how many names to return; all of them by default.
    """
    waiting = _causes()
    if stated:
        wanted = {_cause_of(reason, stated) for reason in _REASONS}
        waiting = [cause for cause in waiting if cause.cause in wanted]
    index = name_index()
    found = []
    for cause in waiting[start : None if limit is None else start + limit]:
        example = quarantined(cause=cause.cause, limit=1)
        if not example:
            continue
        name = next((p["value"] for p in example[0].problems if p["reason"] in _REASONS), "")
        parent = next(
            (cell for header, cell in example[0].cells.items() if "parent" in header.lower()), ""
        )
        likely = likely_candidates(name, index, parent or None, candidates)
        found.append(WaitingName(name, cause.reason, cause.rows, cause.feeds, parent, likely))
    return tuple(found)


def count_waiting_names() -> tuple[int, int]:
    """Return how many names wait, and how many rows wait for them."""
    waiting = _causes()
    return len(waiting), sum(cause.rows for cause in waiting)


def choose_employer(
    *,
    stated: str,
    employer: uuid.UUID,
    by: str,
    read: Read,
    clock: Clock,
) -> int:
    """Remember what a stated name means and let its rows go on; return how many did.

    Spellings that differ by habit only (case, "&", "The") are one name: their rows go on too.

    Raises:
        NotFound: if there is no such employer.
    """
    remember_name(stated=stated, employer=employer, by=by, clock=clock)
    went_on = 0
    meant = normalise_name(stated)
    for cause in _causes():
        if normalise_name(_stated_in(cause)) == meant:
            waiting = landings_waiting_for(cause.cause)
            went_on += release(waiting, read, cause=cause.cause, by=by, clock=clock)
    return went_on


def _causes() -> list[Cause]:
    found = [cause for reason in _REASONS for cause in causes(reason=reason)]
    return sorted(found, key=lambda cause: (-cause.rows, cause.cause))


def _cause_of(reason: str, stated: str) -> str:
    return f"Organisation: {reason} ({stated})"


def _stated_in(cause: Cause) -> str:
    return cause.cause.removeprefix(_cause_of(cause.reason, "")[:-1]).removesuffix(")")
