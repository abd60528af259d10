"""A person as access is asked about them: whose they are, and whether this actor may know of them.

Every page that shows a person makes its ``Subject`` here, so that none can forget a restriction;
every list of people puts ``viewer_of`` the actor into its question. Both take as many statements
for somebody who is hidden as for somebody who does not exist.
"""

import uuid

from muster.gates.access import Actor, Subject, may_ever
from muster.register.people.person_record import PersonRecord
from muster.register.people.restricting import queries
from muster.register.people.restricting.rules import Viewer


def viewer_of(actor: Actor) -> Viewer:
    """Return an actor as the register asks who may know of a restricted person."""
    return Viewer(actor.id, may_ever(actor, "guard restrictions"), actor.employer)


def person_subject(actor: Actor, person: uuid.UUID | None) -> Subject:
    """Return a person as a subject for this actor, restricted unless they may know of them.

    The employer is the actor's own if it ever employed the person, so that a rule that reaches
    "own employer" reaches whom it ever employed. For somebody who does not exist there is none.
    """
    whom = person or uuid.UUID(int=0)
    found = queries.standing(whom, viewer_of(actor))
    known = actor.employer if actor.employer in found.employers else None
    other = min(found.employers, default=None)
    return Subject("person", known or other, person, restricted=found.hidden)


def own_subject(actor: Actor) -> Subject:
    """Return the actor's own record as a subject: nobody is hidden from themself."""
    return Subject("person", actor.employer, actor.person, restricted=True)


def as_known_to(actor: Actor, record: PersonRecord) -> PersonRecord:
    """Return a record without names of which the actor may not know."""
    return queries.as_known_to(record, viewer_of(actor))


def feed_is_hidden(actor: Actor, landing: uuid.UUID) -> bool:
    """Tell whether a feed speaks of somebody of whom the actor may not know.

    Its exact bytes cannot be shown in part, so they are not shown at all.
    """
    return queries.landing_holds_hidden(landing, viewer_of(actor))


def hidden_rows(actor: Actor) -> frozenset[tuple[uuid.UUID, int]]:
    """Return the waiting rows, by landing and number, of people of whom the actor may not know.

    Lists, counts and files of waiting rows leave them out.
    """
    return frozenset(queries.hidden_rows(viewer_of(actor)))


def hidden_subjects(actor: Actor) -> frozenset[str]:
    """Return what subjects of messages end with that are of people the actor may not know of.

    Lists, counts and searches of messages leave them out, and their pages are not there.
    """
    return frozenset(queries.hidden_subjects(viewer_of(actor)))


def message_is_hidden(actor: Actor, subject: str) -> bool:
    """Return whether a message is about somebody of whom the actor may not know."""
    return queries.subject_is_hidden(subject, viewer_of(actor))
