"""The verbs of places."""

import uuid
from collections.abc import Iterable

from muster.register.places.models import Place
from muster.register.places.rules import read_kind


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
