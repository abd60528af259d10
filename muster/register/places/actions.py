"""The verbs of places: note them, say in which town one is, enter what an employer promised.

Figures are named by the position of the exchange log they stand for. So what is said of places, and
what is taken back, stands in that log: from then on figures are others.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.kernel.errors import Where as Told
from muster.ledger.current import ledger
from muster.register.places.models import Commitment, Place, SaidTown
from muster.register.places.rules import read_kind
from muster.register.places.towns import shipped_towns

SAID = "muster.register.places.town.said.v1"
UNSAID = "muster.register.places.town.undone.v1"
COMMITTED = "muster.register.places.commitment.entered.v1"
UNCOMMITTED = "muster.register.places.commitment.undone.v1"
_LONGEST_NAME, _LONGEST_STATED_BY, _LONGEST_SOURCE, _MOST_ROLES = 200, 200, 500, 1_000_000


def note_places(names: Iterable[tuple[uuid.UUID, str]]) -> dict[tuple[uuid.UUID, str], uuid.UUID]:
    """Record the places that employers name, once each; return their ids by employer and name."""
    wanted = {(employer, name) for employer, name in names if name}
    employers = {employer for employer, _ in wanted}
    known = _known(employers)
    Place.objects.bulk_create(
        [
            Place(employer_id=employer, name=name, kind=read_kind(name))
            for employer, name in sorted(wanted - known.keys(), key=str)
        ],
        ignore_conflicts=True,
    )
    return _known(employers)


def _known(employers: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, str], uuid.UUID]:
    rows = Place.objects.filter(employer_id__in=list(employers))
    return {(row.employer_id, row.name): row.id for row in rows}


@transaction.atomic
def say_town(
    *, employer: uuid.UUID, name: str, town: str, by: str, clock: Clock
) -> uuid.UUID:  # fmt: skip
    """Say in which town an employer's place is. Saying the same again changes nothing.

    Args:
        employer: whose place.
        name: its name, as the employer's systems state it; it need not have been stated yet.
        town: the code of a town of the list.
        by: who says so.
        clock: stamps it.

    Raises:
        BadInput: if there is no name, or no such town.
        Conflict: if it was said to be in another town: undo that first.
    """
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise BadInput(
            "There is no name of a place", where=Told(field="place"),
            fix=f"Give it as the employer's system states it, at most {_LONGEST_NAME} letters",
        )  # fmt: skip
    if town not in shipped_towns().towns:
        raise BadInput(
            f"“{town}” is no town of the list", where=Told(field="town"),
            fix="Choose a town of the list, the nearest where the place itself is not in it",
        )  # fmt: skip
    standing = SaidTown.objects.filter(employer=employer, name=name, undone_at__isnull=True)
    earlier = standing.first()
    if earlier is None:
        try:
            with transaction.atomic():
                made = SaidTown.objects.create(
                    employer_id=employer, name=name, town=town, said_at=clock.now(), said_by=by
                )
        except IntegrityError:
            # Somebody else said it at the same moment.
            earlier = standing.get()
    if earlier is not None:
        if earlier.town == town:
            return earlier.id
        raise Conflict(
            f"“{name}” was said to be in {shipped_towns().towns[earlier.town].name}",
            where=Told(field="place"), fix="Undo that first, and then say which town it is",
        )  # fmt: skip
    body = {"said": made.id, "place": name, "town": town, "by": by}
    ledger().append_one("exchange", SAID, f"employer:register:{employer}", body)
    return made.id


@transaction.atomic
def undo_town(*, said: uuid.UUID, within: uuid.UUID | None, by: str, clock: Clock) -> str:
    """Take back in which town a place is; return its name.

    Args:
        said: which saying.
        within: the employer to keep to; None for every employer's.
        by: who takes it back.
        clock: stamps it.

    Raises:
        NotFound: if no such saying stands, or it is of another employer.
    """
    rows = SaidTown.objects.select_for_update().filter(id=said, undone_at__isnull=True)
    row = (rows if within is None else rows.filter(employer=within)).first()
    if row is None:
        raise NotFound(
            "Nobody says any more in which town this place is", where=Told(thing=str(said)),
            fix="See the towns that were said",
        )  # fmt: skip
    row.undone_at, row.undone_by = clock.now(), by
    row.save(update_fields=("undone_at", "undone_by"))
    body = {"said": row.id, "place": row.name, "town": row.town, "by": by}
    ledger().append_one("exchange", UNSAID, f"employer:register:{row.employer_id}", body)
    return row.name


@transaction.atomic
def enter_commitment(
    *, employer: uuid.UUID, due: dt.date, percent: int | None, roles: int | None, stated_by: str,
    source: str, by: str, clock: Clock,
) -> uuid.UUID:  # fmt: skip
    """Enter what an employer promised under Places for Growth.

    Args:
        employer: who promised.
        due: by when.
        percent: so many per cent of its people outside London; or
        roles: so many of its people outside London.
        stated_by: who stated it, as a body or an office.
        source: where it stands.
        by: who enters it.
        clock: stamps it.

    Raises:
        BadInput: naming what is missing or impossible.
        Conflict: if another commitment of the employer for the same day stands.
    """
    stated_by, source = stated_by.strip(), source.strip()
    _refuse_impossible(percent, roles, stated_by, source)
    try:
        with transaction.atomic():
            made = Commitment.objects.create(
                employer_id=employer, due=due, percent=percent, roles=roles,
                stated_by=stated_by, source=source, entered_at=clock.now(), entered_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(
            "A commitment of this employer for this day stands already", where=Told(field="due"),
            fix="Undo that one first, and then enter this one",
        ) from None  # fmt: skip
    body = {
        "commitment": made.id, "due": due, "percent": percent, "roles": roles,
        "stated_by": stated_by, "source": source, "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", COMMITTED, f"employer:register:{employer}", body)
    return made.id


@transaction.atomic
def undo_commitment(*, commitment: uuid.UUID, by: str, clock: Clock) -> None:
    """Take back the entry of a commitment.

    Raises:
        NotFound: if no such commitment stands.
    """
    rows = Commitment.objects.select_for_update().filter(id=commitment, undone_at__isnull=True)
    row = rows.first()
    if row is None:
        raise NotFound(
            "This commitment does not stand any more", where=Told(thing=str(commitment)),
            fix="See the commitments that stand",
        )  # fmt: skip
    row.undone_at, row.undone_by = clock.now(), by
    row.save(update_fields=("undone_at", "undone_by"))
    body = {"commitment": row.id, "due": row.due, "by": by}
    ledger().append_one("decisions", UNCOMMITTED, f"employer:register:{row.employer_id}", body)


def _refuse_impossible(percent: int | None, roles: int | None, stated_by: str, source: str) -> None:
    if (percent is None) == (roles is None):
        raise BadInput(
            "A commitment is either a share or a number of roles", where=Told(field="percent"),
            fix="Give one of the two, and leave the other empty",
        )  # fmt: skip
    if percent is not None and not 1 <= percent <= 100:
        raise BadInput("That is no share", where=Told(field="percent"), fix="Give 1 to 100")
    if roles is not None and not 1 <= roles <= _MOST_ROLES:
        raise BadInput(
            "That is no number of roles", where=Told(field="roles"), fix=f"Give 1 to {_MOST_ROLES}"
        )
    for field, text, longest in (
        ("stated_by", stated_by, _LONGEST_STATED_BY), ("source", source, _LONGEST_SOURCE),
    ):  # fmt: skip
        if not 0 < len(text) <= longest:
            raise BadInput(
                "A commitment is entered with who stated it and where it stands",
                where=Told(field=field), fix=f"Say it in at most {longest} letters",
            )  # fmt: skip
