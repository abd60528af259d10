"""One person by an exact identifier, as far as an actor's verb reaches."""

import uuid
from typing import Any

from muster.gates.access import Verb
from muster.pagekit.views import PageRequest, within
from muster.register.people.restricting import queries


def employers_within(request: PageRequest, verb: Verb) -> tuple[tuple[uuid.UUID, str], ...]:
    """Return the employers whose staff numbers the actor may ask for."""
    own = within(request, verb)
    return tuple(one for one in queries.employers() if own in (None, one[0]))


def person_asked(asked: dict[str, Any]) -> uuid.UUID | None:
    """Return the person whom a valid ``ExactPerson`` names; None if an identifier is of nobody."""
    if asked["person"] is not None:
        whole: uuid.UUID = asked["person"]
        return whole
    return queries.by_number(uuid.UUID(asked["employer"]), asked["staff_number"])
