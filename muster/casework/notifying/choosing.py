"""What a person chose to be told: asked, changed, and reduced to what is due by a link."""

import hmac
import uuid
from collections.abc import Collection, Mapping
from typing import Literal, cast

from django.db import transaction

from muster.casework.notifying.colleagues import holder_of
from muster.casework.notifying.models import Chosen, Notice
from muster.casework.notifying.rules import OFFERED, Choice, Kind, Rhythm
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, NotFound, Where
from muster.kernel.running import keyring

_MARK = 32


def choice_of(actor: str, person: uuid.UUID | None) -> Choice:
    """Return what somebody chose."""
    holder = holder_of(actor, person)
    return choices_of([holder]).get(holder, Choice())


def choices_of(holders: Collection[str]) -> dict[str, Choice]:
    """Return what holders chose; who chose nothing is left out."""
    rows = Chosen.objects.filter(holder__in=holders)
    return {
        one.holder: Choice(one.rhythms, cast("Literal['email', 'sms']", one.way), one.quiet)
        for one in rows
    }


def choose(
    *, actor: str, person: uuid.UUID | None, rhythms: Mapping[Kind, Rhythm],
    way: Literal["email", "sms"], quiet: bool, clock: Clock,
) -> None:  # fmt: skip
    """Keep what somebody chose.

    Raises:
        BadInput: naming a kind that cannot be had like that.
    """
    for kind, rhythm in rhythms.items():
        if kind not in OFFERED or rhythm not in OFFERED[kind].rhythms:
            raise BadInput(
                "This cannot be chosen", where=Where(field=kind), fix="Choose one of those offered"
            )
    _keep(holder_of(actor, person), person, Choice(rhythms, way, quiet), clock)


def mark_of(notice: uuid.UUID) -> str:
    """Return what shows that somebody holds a notice: it stands in the notice's own link."""
    said = keyring().keyed_hash(notice.bytes, context=b"casework:notifying:less")
    return said.hex()[:_MARK]


def holder_by_mark(notice: uuid.UUID, mark: str) -> str:
    """Return to whom a notice went, for whoever followed its link without signing in.

    Raises:
        NotFound: if there is no such notice, or the mark is not its own.
    """
    row = Notice.objects.filter(id=notice, role="").first()
    if row is None or not _same(mark, mark_of(notice)):
        raise NotFound("There is no such page", fix="Follow the link of the notice again, in full")
    return row.holder


def choose_least(*, notice: uuid.UUID, mark: str, clock: Clock) -> None:
    """Switch off, for whom a notice went to, what is not due to them; doing it twice is the same.

    Raises:
        NotFound: if there is no such notice, or the mark is not its own.
    """
    holder = holder_by_mark(notice, mark)
    with transaction.atomic():
        row = Notice.objects.get(id=notice)
        _keep(holder, row.person_id, choices_of([holder]).get(holder, Choice()).without(), clock)


def _keep(holder: str, person: uuid.UUID | None, choice: Choice, clock: Clock) -> None:
    Chosen.objects.update_or_create(
        holder=holder,
        defaults={
            "person_id": person, "rhythms": dict(choice.rhythms), "way": choice.way,
            "quiet": choice.quiet, "changed_at": clock.now(),
        },
    )  # fmt: skip


def _same(said: str, known: str) -> bool:
    """Compare without telling by the time it takes how much of it is right."""
    return hmac.compare_digest(said.encode(), known.encode())
