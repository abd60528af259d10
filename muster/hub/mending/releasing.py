"""Working through waiting rows of one landing again, safely beside everybody else who does.

What is read, mapped and checked needs no lock. Under the lock of the landing's route it is asked
whether all of that still holds: no other release came first, nobody corrected a cell or gave a
value a meaning meanwhile. If something changed, the rows are worked through once more.
"""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from muster.hub.batch import examined_again, feed_of, may_flow
from muster.hub.blobs import blobs
from muster.hub.delivery import Delivery, Outcome, hand_over, work_out, write_quarantine
from muster.hub.landing import Asked, Examined, Read
from muster.hub.mending.corrected import Correction, corrections_of, count_of, mended, received_of
from muster.hub.mending.remembered import in_force
from muster.hub.models import Landing, LandingState, QuarantinedRow, Route
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.ledger.current import ledger

# Rows that go on in one transaction; and how often they are worked out while others interfere.
_AT_ONCE, _TRIES = 20_000, 5


@dataclass(frozen=True)
class WorkedOut:
    """Rows of a landing worked out, with what that rests on."""

    landing: Landing
    found: Examined
    outcome: Outcome
    corrections: int


def release_rows(
    landing: Landing,
    wanted: Callable[[Landing], Collection[int]],
    read: Read,
    *,
    by: str,
    clock: Clock,
    stop: Callable[[], bool] | None = None,
) -> int:
    """Work through waiting rows of a landing again; return how many went on.

    Rows that still fail stay, with their new reason. Nothing goes on without an agreement in
    force, or of a landing that stands no more. Many rows go on in parts, each in a transaction
    of its own, so that others need not wait for all of them.

    Args:
        landing: whose rows.
        wanted: returns the numbers of the rows, of those that wait now.
        read: reads the landing's bytes.
        by: who released them.
        clock: stamps the evidence.
        stop: asked after each part; the rest stays for another time.

    Raises:
        NotFound: if the bytes were erased.
        Conflict: if a corrected column is no longer read.
    """
    went_on, tried = 0, set[int]()
    while True:
        part = sorted(set(wanted(landing)) - tried)[:_AT_ONCE]
        if not part:
            return went_on
        tried.update(part)
        went_on += _release_some(landing, frozenset(part), wanted, read, by, clock)
        if stop is not None and stop():
            return went_on


def _release_some(
    landing: Landing,
    part: frozenset[int],
    wanted: Callable[[Landing], Collection[int]],
    read: Read,
    by: str,
    clock: Clock,
) -> int:
    """Work through some rows, in one transaction; return how many went on."""
    for _try in range(_TRIES):
        landing.refresh_from_db()
        numbers = part & frozenset(wanted(landing))
        if not numbers or landing.state != LandingState.ACCEPTED:
            return 0
        worked = work_out_rows(landing, numbers, read, clock=clock)
        if worked is None:
            return 0
        with transaction.atomic():
            today = legal_day(clock.now())
            if not may_flow([worked.found], today):
                return 0
            if not _holds(worked):
                continue
            accepted = worked.outcome.counts[1].accepted
            if accepted:
                hand_over(worked.outcome, by=by, at=clock.now())
            else:
                write_quarantine(worked.outcome)
        return accepted
    return 0


def work_out_rows(
    landing: Landing,
    numbers: Collection[int],
    read: Read,
    *,
    clock: Clock,
    trying: Sequence[Correction] = (),
) -> WorkedOut | None:
    """Return what would become of waiting rows now; None if the file may not go on at all.

    Args:
        landing: an accepted landing.
        numbers: the rows' numbers.
        read: reads the landing's bytes.
        clock: says which day it is.
        trying: corrections that are not kept yet, in place as well.
    """
    made = [*corrections_of(landing), *trying]
    content = blobs().read(landing.id, ledger().cipher_by_id(landing.blob_key))
    routes = tuple(Route.to_register.select_related("source", "agreement__sender"))
    code = landing.route.code if landing.route else None
    asked = Asked(routes, legal_day(clock.now()), code, landing.as_at)
    found = examined_again(landing, content, read, asked)
    if found is None or found.layout is None or found.table is None:
        return None
    if trying:
        found = replace(found, table=mended(found.table, trying, file=landing.name))
    delivery = Delivery(
        found,
        feed_of(found, number=1, part=landing.parts),
        frozenset(numbers),
        frozenset(waiting_rows(landing)),
        received_of(made),
    )
    layout = found.layout
    assert layout is not None
    return WorkedOut(landing, found, work_out([delivery], layout), len(made))


def waiting_rows(landing: Landing, cause: str | None = None) -> set[int]:
    """Return the numbers of the rows of a landing that wait; only for one cause if given."""
    rows = QuarantinedRow.objects.filter(landing=landing)
    if cause is not None:
        rows = rows.filter(cause=cause)
    return set(rows.values_list("row", flat=True))


def _holds(worked: WorkedOut) -> bool:
    """Tell, under the route's lock, whether what was worked out still holds."""
    landing = worked.landing
    stands = Landing.objects.filter(id=landing.id, parts=landing.parts, state=LandingState.ACCEPTED)
    return (
        stands.exists()
        and count_of(landing.id) == worked.corrections
        and meanings_hold(worked.outcome)
    )


def meanings_hold(outcome: Outcome) -> bool:
    """Tell whether the meanings that a batch was mapped with are those in force."""
    routes: set[uuid.UUID] = {
        one.found.route.id for one in outcome.deliveries if one.found.route is not None
    }
    return in_force(routes) == outcome.meanings
