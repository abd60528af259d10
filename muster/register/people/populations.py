"""Whose messages a system gets as those of its own people: whom its employer employs.

A message names its subject as the sending system knows it (``employment:hr:mill:1234``). The
crosswalk says which person that is, whatever number they have elsewhere.
"""

from collections.abc import Sequence

from django.db.models import Q

from muster.hub.models import Route
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.register.people.models import Crosswalk, Employment, SourceRecord

OWN = "own people"
_AT_ONCE = 500


def own_people(subjects: Sequence[str], route: Route) -> list[bool]:
    """Tell of each subject whether it is a person whom the receiver's employer employs, or will."""
    employer = route.receiver.employer if route.receiver else None
    if employer is None:
        return [False] * len(subjects)
    named = {subject: record_named(subject) for subject in subjects}
    persons = _persons({record for record in named.values() if record})
    held = set(
        Employment.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=legal_day(SYSTEM_CLOCK.now())),
            employer=employer, recorded_to__isnull=True, person__in=set(persons.values()),
        ).values_list("person", flat=True)
    )  # fmt: skip
    return [persons.get(named[subject] or ("", "")) in held for subject in subjects]


def record_named(subject: str) -> tuple[str, str] | None:
    """Return system and staff number that a subject names; None if it names none."""
    _, _, rest = subject.partition(":")
    kind, _, rest = rest.partition(":")
    name, apart, number = rest.partition(":")
    return (f"{kind}:{name}", number) if apart else None


def _persons(records: set[tuple[str, str]]) -> dict[tuple[str, str], object]:
    """Return the person of each source record that is known, by system and staff number."""
    found: dict[tuple[str, str], object] = {}
    wanted = sorted(records)
    for place in range(0, len(wanted), _AT_ONCE):
        some = wanted[place : place + _AT_ONCE]
        listed = SourceRecord.objects.filter(
            system__in={system for system, _ in some},
            staff_number__in={number for _, number in some},
        )
        walks = Crosswalk.objects.filter(record__in=listed, recorded_to__isnull=True)
        for system, number, person in walks.values_list(
            "record__system", "record__staff_number", "person"
        ):
            found[system, number] = person
    return found
