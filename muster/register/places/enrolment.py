"""Takes what a pretend civil service tells of places: code lists of sites, and commitments.

For demonstrations and tests. A real employer's HR says the same on a page, or sends the same lists.
"""

import uuid
from pathlib import Path

from django.db import transaction

from muster.kernel.clock import Clock
from muster.register.employers.queries import ids_by_key, name_index
from muster.register.employers.rules import read_employer_name
from muster.register.places.actions import enter_commitment, say_town
from muster.register.places.lists import read_commitments, read_sites
from muster.register.places.towns import shipped_towns

_SITES = "-sites.csv"


@transaction.atomic
def tell_places(out: Path, *, by: str, clock: Clock) -> tuple[int, int]:
    """Take the lists of a pretend service; return how many sites and commitments they hold.

    Args:
        out: the folder that ``muster synthetic make`` filled; its employers are enrolled.
        by: who tells them.
        clock: stamps them.
    """
    ids, index, sites = ids_by_key(), name_index(), 0
    for place in sorted((out / "places").glob(f"*{_SITES}")):
        employer = ids[f"pretend:{place.name.removesuffix(_SITES)}"]
        for site in read_sites(place.read_bytes(), file=place.name, index=shipped_towns()):
            say_town(employer=employer, name=site.place, town=site.town, by=by, clock=clock)
            sites += 1

    def employer_of(name: str) -> str | None:
        key = read_employer_name(name, index).key
        return ids[key].hex if key else None

    listed = out / "places" / "commitments.csv"
    promised = read_commitments(listed.read_bytes(), file=listed.name, employer_of=employer_of)
    for one in promised:
        enter_commitment(
            employer=uuid.UUID(hex=one.employer), due=one.due, percent=one.percent, roles=one.roles,
            stated_by=one.stated_by, source=one.source, by=by, clock=clock,
        )  # fmt: skip
    return sites, len(promised)
