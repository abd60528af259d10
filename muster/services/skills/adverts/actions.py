"""The only writers of adverts: keep what systems send, take it back, and give it up in time.

The first two run inside the hub's transaction; the evidence is the hub's own entry for the landing.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from muster.kernel.clock import Clock
from muster.services.skills.adverts.models import Advert, AdvertText

YEARS = 5
_AT_ONCE = 500


@dataclass(frozen=True)
class Told:
    """One advert as a system told it, contacts taken out of ``text``."""

    employer: uuid.UUID
    system: str
    key: str
    title: str
    profession: str
    grade: str
    place: str
    region: str
    posted: dt.date | None
    text: str
    may_show: bool
    landing: uuid.UUID
    row: int | None


@transaction.atomic
def keep(told: Sequence[Told], *, at: dt.datetime) -> None:
    """Keep adverts as told at an instant; a text that is known is not kept again."""
    texts = {_digest(one.text): one.text for one in told}
    AdvertText.objects.bulk_create(
        [AdvertText(digest=digest, text=text) for digest, text in sorted(texts.items())],
        batch_size=_AT_ONCE, ignore_conflicts=True,
    )  # fmt: skip
    rows = [
        Advert(
            employer_id=one.employer, system=one.system, key=one.key, title=one.title,
            profession=one.profession, grade=one.grade, place=one.place, region=one.region,
            posted=one.posted, of_text_id=_digest(one.text), may_show=one.may_show,
            landing=one.landing, row=one.row, came_at=at,
        )
        for one in told
    ]  # fmt: skip
    Advert.objects.bulk_create(rows, batch_size=_AT_ONCE)


@transaction.atomic
def withdraw(
    landings: Sequence[uuid.UUID], *, reinstated: Sequence[uuid.UUID] = (), at: dt.datetime
) -> None:
    """Take back what files told; what stood before them stands again."""
    Advert.objects.filter(landing__in=list(landings), withdrawn_at__isnull=True).update(
        withdrawn_at=at
    )
    Advert.objects.filter(landing__in=list(reinstated)).update(withdrawn_at=None)


@transaction.atomic
def give_up_old(*, clock: Clock) -> int:
    """Erase adverts that came in more than ``YEARS`` ago, and texts that no advert has.

    Returns:
        How many adverts were erased.
    """
    before = clock.now() - dt.timedelta(days=365 * YEARS + YEARS // 4)
    count, _ = Advert.objects.filter(came_at__lt=before).delete()
    AdvertText.objects.filter(adverts__isnull=True).delete()
    return count


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
