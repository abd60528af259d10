"""Taking a feed again: withdrawn, and taken in once more from its exact bytes.

For a feed in which a value was given a meaning that proved wrong: afterwards it is as if it came
in today. Corrections that people made in its rows are made again. Either all of it is done, or
nothing.
"""

import uuid

from django.db import transaction

from muster.connectors.contract import Offer
from muster.hub.actions import begin_intake
from muster.hub.batch import Batch
from muster.hub.blobs import blobs
from muster.hub.landing import Asked, Read
from muster.hub.mending.corrected import Correction, corrections_of
from muster.hub.models import Intake, Landing, LandingState, Route
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, NotFound, Where
from muster.ledger.current import ledger


@transaction.atomic
def take_again(*, landing: uuid.UUID, reason: str, by: str, read: Read, clock: Clock) -> uuid.UUID:
    """Take an accepted feed in again; return the landing that has taken its place.

    Raises:
        NotFound: if there is no such landing, or its bytes were erased.
        Conflict: if it does not stand, or would not come in again as it is; nothing is changed.
    """
    found = Landing.objects.select_related("route").filter(id=landing).first()
    if found is None or found.route is None:
        raise NotFound("No such feed", where=Where(thing=str(landing)), fix="See the list of feeds")
    content = blobs().read(found.id, ledger().cipher_by_id(found.blob_key))
    corrections = corrections_of(found)
    withdraw(landing=landing, reason=reason, by=by, clock=clock)
    again = _taken_in(found, corrections, content, read, by, clock)
    if again is None or again.state != LandingState.ACCEPTED:
        why = again.said if again is not None else "Its layout is no longer recognised."
        raise Conflict(
            f"The feed would not come in again: {why.rstrip('.')}",
            where=Where(file=found.name),
            fix="Nothing was changed. Mend that first, or withdraw the feed",
        )
    return again.id


def _taken_in(
    found: Landing,
    corrections: tuple[Correction, ...],
    content: bytes,
    read: Read,
    by: str,
    clock: Clock,
) -> Landing | None:
    """Take the bytes of a landing in once more, by its layout alone; return the new landing."""
    routes = tuple(Route.to_register.select_related("source", "agreement__sender"))
    code = found.route.code if found.route else None
    asked = Asked(routes, legal_day(clock.now()), code, found.as_at)
    intake = Intake.objects.get(
        id=begin_intake(name=f"Again: {found.name}"[:300], by=by, clock=clock)
    )
    batch = Batch(
        [Offer(found.name, content)], read, asked, intake, by, clock,
        only=found.layout, corrections=corrections,
    )  # fmt: skip
    batch.run()
    intake.finished_at = clock.now()
    intake.save()
    return Landing.objects.select_related("route").filter(id__in=batch.fresh).first()
