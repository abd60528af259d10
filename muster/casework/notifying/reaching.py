"""How a person can be reached now, by channel: what their employer states and what they told."""

import uuid

from muster.casework.notifying.rules import Channel
from muster.register.people.models import PersonName
from muster.register.people.person_record import shown_name
from muster.register.told.contacts import contacts_of
from muster.register.told.queries import held

Reached = dict[Channel, str]
_LINES = ("line_1", "line_2", "town", "postcode", "country")


def reach(person: uuid.UUID) -> Reached:
    """Return the ways a person can be reached, by channel; of several of one kind the first."""
    found: Reached = {}
    for one in contacts_of(person):
        found.setdefault(one.kind, one.to)
    told = held(person).get("address")
    if told is not None:
        lines = [_name(person), *(told.said.get(line, "") for line in _LINES)]
        found["address"] = "\n".join(line for line in lines if line)
    return found


def _name(person: uuid.UUID) -> str:
    rows = PersonName.objects.filter(person=person, recorded_to__isnull=True)
    row = rows.order_by("-valid_from", "-id").first()
    return "" if row is None else shown_name(row)
