"""What people are to somebody who looks at them: their manager, a namesake, of the same unit.

For the watch over reading alone (``gates.watching``), which asks about whom readers looked at; no
page shows it. A unit is a place and profession within an employer, as the register knows no other.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from muster.register.people.models import Assignment, Crosswalk, Employment, PersonName
from muster.register.people.spelling import searchable
from muster.register.posts.models import PostFact

_AT_ONCE = 500
_T = TypeVar("_T")


def units(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return by person the unit they are in now, where one is known."""
    found: dict[uuid.UUID, str] = {}
    for person, employer, terms in _terms(persons):
        if terms.place_id is not None or terms.profession:
            found[person] = f"{employer.hex} {terms.place_id} {terms.profession or ''}"
    return found


def surnames(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    """Return by person their surnames as now believed, as they are searched."""
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for some in _batches(persons):
        names = PersonName.objects.filter(person__in=some, recorded_to__isnull=True)
        for person, surname in names.values_list("person", "surname"):
            found[person].add(searchable(surname))
    return {person: frozenset(names) for person, names in found.items()}


def heads(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Return by person who holds the post that theirs reports to, where posts say so."""
    posts = {
        person: (employer, terms.post_reference)
        for person, employer, terms in _terms(persons)
        if terms.post_reference
    }
    above: dict[tuple[uuid.UUID, str], str] = {}
    for some in _batches({reference for _employer, reference in posts.values()}):
        facts = PostFact.objects.filter(
            post__reference__in=some, statement__recorded_to__isnull=True, reports_to__isnull=False
        ).order_by("statement__as_at")
        for employer, reference, to in facts.values_list(
            "post__employer", "post__reference", "reports_to"
        ):
            above[employer, reference] = to or ""
    holders = _holders({(employer, to) for (employer, _own), to in above.items()})
    return {
        person: holders.get((post[0], above[post]), frozenset()) - {person}
        for person, post in posts.items()
        if post in above
    }


def ever_of(person: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the persons that this one's records were ever held to be of, itself included."""
    records = Crosswalk.objects.filter(person=person).values("record")
    others = Crosswalk.objects.filter(record__in=records).values_list("person", flat=True)
    return frozenset({person, *others})


def _terms(
    persons: Collection[uuid.UUID],
) -> Iterator[tuple[uuid.UUID, uuid.UUID, Assignment]]:
    for some in _batches(persons):
        held = Employment.objects.filter(
            person__in=some, recorded_to__isnull=True, valid_to__isnull=True
        )
        whose = {
            employment: (person, employer)
            for employment, person, employer in held.values_list("employment", "person", "employer")
        }
        terms = Assignment.objects.filter(
            employment__in=list(whose), recorded_to__isnull=True, valid_to__isnull=True
        )
        for one in terms.order_by("valid_from", "id"):
            yield (*whose[one.employment], one)


def _holders(
    posts: Collection[tuple[uuid.UUID, str]],
) -> dict[tuple[uuid.UUID, str], frozenset[uuid.UUID]]:
    found: dict[tuple[uuid.UUID, str], set[uuid.UUID]] = defaultdict(set)
    for some in _batches({reference for _employer, reference in posts}):
        terms = Assignment.objects.filter(
            post_reference__in=some, recorded_to__isnull=True, valid_to__isnull=True
        )
        reference_of = dict(terms.values_list("employment", "post_reference"))
        held = Employment.objects.filter(
            employment__in=list(reference_of), recorded_to__isnull=True
        )
        for employment, employer, person in held.values_list("employment", "employer", "person"):
            found[employer, reference_of[employment] or ""].add(person)
    return {post: frozenset(people) for post, people in found.items() if post in posts}


def _batches(wanted: Iterable[_T]) -> Iterator[list[_T]]:
    listed = list(wanted)
    return (listed[place : place + _AT_ONCE] for place in range(0, len(listed), _AT_ONCE))
