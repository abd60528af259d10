"""The queue of organisation names that no employer certainly has, over employers and the hub.

A person chooses once; the choice is remembered and every row that waited for it goes on.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from muster.connectors.contract import Offer, Table
from muster.hub.actions import release
from muster.hub.queries import causes, landings_waiting_for, quarantined
from muster.kernel.clock import Clock
from muster.register.employers.actions import remember_name
from muster.register.employers.candidates import Candidate, likely_candidates
from muster.register.employers.queries import name_index
from muster.register.posts.intake import EMPLOYER_AMBIGUOUS, EMPLOYER_UNKNOWN

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


def waiting_names(*, stated: str = "", candidates: int = 5) -> tuple[WaitingName, ...]:
    """Return names that wait, most rows first; only one of them if ``stated`` is given."""
    index = name_index()
    found = []
    for cause in (item for reason in _REASONS for item in causes(reason=reason)):
        example = quarantined(cause=cause.cause, limit=1)
        if not example:
            continue
        name = next((p["value"] for p in example[0].problems if p["reason"] in _REASONS), "")
        if stated and name != stated:
            continue
        parent = next(
            (cell for header, cell in example[0].cells.items() if "parent" in header.lower()), ""
        )
        likely = likely_candidates(name, index, parent or None, candidates)
        found.append(WaitingName(name, cause.reason, cause.rows, cause.feeds, parent, likely))
    return tuple(sorted(found, key=lambda item: (-item.rows, item.stated)))


def choose_employer(
    *,
    stated: str,
    employer: uuid.UUID,
    by: str,
    read: Callable[[Offer], Table],
    clock: Clock,
) -> int:
    """Remember what a stated name means and let its rows go on; return how many did.

    Raises:
        NotFound: if there is no such employer.
    """
    remember_name(stated=stated, employer=employer, by=by, clock=clock)
    went_on = 0
    for reason in _REASONS:
        cause = f"Organisation: {reason} ({stated})"
        waiting = landings_waiting_for(cause)
        went_on += release(waiting, read, cause=cause, by=by, clock=clock)
    return went_on
