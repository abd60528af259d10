"""Who works for which employer in which role, as their sign-in said when they were last here.

Sign-in is elsewhere, so nobody keeps a list of colleagues for Muster. It remembers who opened the
inbox: of these a team takes tasks, covers for each other and is told. Whoever has not been seen
for long is no colleague any more.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from muster.casework.notifying.models import CalendarFeed, Chosen, Colleague, TeamAddress
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Where
from muster.ledger.current import ledger

COUNTS_FOR = dt.timedelta(days=90)
"""So long after they were last seen somebody counts as one of their team."""
KEPT_FOR = dt.timedelta(days=2 * 365)
_NOTED_AGAIN = dt.timedelta(hours=12)


@dataclass(frozen=True)
class Known:
    """One colleague."""

    actor: str
    name: str
    person: uuid.UUID | None


def holder_of(actor: str, person: uuid.UUID | None) -> str:
    """Return whose notices and choices somebody's are: the person's, where the register has one."""
    return f"person:{person}" if person is not None else actor


def note_seen(
    *, actor: str, name: str, person: uuid.UUID | None, employer: uuid.UUID | None,
    roles: Collection[str], clock: Clock,
) -> None:  # fmt: skip
    """Remember who opened the inbox, and forget the roles that they no longer have."""
    if employer is None:
        Colleague.objects.filter(actor=actor).delete()
        return
    now = clock.now()
    found = {(one.employer_id, one.role): one for one in Colleague.objects.filter(actor=actor)}
    wanted = {(employer, role) for role in roles}
    fresh = all(
        one.seen_at > now - _NOTED_AGAIN and one.name == name and one.person_id == person
        for one in found.values()
    )
    if set(found) == wanted and fresh:
        return
    with transaction.atomic():
        Colleague.objects.filter(actor=actor).exclude(employer=employer, role__in=roles).delete()
        for role in roles:
            Colleague.objects.update_or_create(
                actor=actor, employer_id=employer, role=role,
                defaults={"name": name, "person_id": person, "seen_at": now},
            )  # fmt: skip


def team(employer: uuid.UUID, role: str, *, now: dt.datetime) -> tuple[Known, ...]:
    """Return who of an employer has been seen in a role of late, by name."""
    rows = Colleague.objects.filter(
        employer=employer, role=role, seen_at__gt=now - COUNTS_FOR
    ).order_by("name", "actor")
    return tuple(Known(one.actor, one.name, one.person_id) for one in rows)


def is_in_team(actor: str, employer: uuid.UUID, role: str, *, now: dt.datetime) -> bool:
    """Tell whether somebody has been seen in a role of an employer of late."""
    return any(one.actor == actor for one in team(employer, role, now=now))


def names(actors: Collection[str]) -> dict[str, str]:
    """Return what colleagues are called, by actor id; whoever is not known is left out."""
    rows = Colleague.objects.filter(actor__in=actors).order_by("seen_at")
    return dict(rows.values_list("actor", "name"))


def person_behind(actor: str) -> uuid.UUID | None:
    """Return the person whom the register knows behind an actor, as last seen."""
    row = Colleague.objects.filter(actor=actor, person__isnull=False).order_by("-seen_at").first()
    return None if row is None else row.person_id


def accounts_of(actor: str, person: uuid.UUID | None) -> frozenset[str]:
    """Return every account under which somebody was seen, as far as the register knows them."""
    if person is None:
        return frozenset((actor,))
    rows = Colleague.objects.filter(person=person)
    return frozenset((actor, *rows.values_list("actor", flat=True)))


def team_address(employer: uuid.UUID, role: str) -> str:
    """Return the shared mailbox of a team; "" if none was stated."""
    row = TeamAddress.objects.filter(employer=employer, role=role).first()
    return "" if row is None else row.email


def set_team_address(
    *, employer: uuid.UUID, role: str, email: str, by: str, clock: Clock
) -> None:  # fmt: skip
    """State the shared mailbox of an employer's role, or none with "".

    Raises:
        BadInput: if it is no address.
    """
    email = email.strip()
    name, at, domain = email.rpartition("@")
    if email and (not name or not at or "." not in domain or any(map(str.isspace, email))):
        raise BadInput(
            "This is no email address", where=Where(field="email"),
            fix="Write it like team@department.example",
        )  # fmt: skip
    with transaction.atomic():
        rows = TeamAddress.objects.filter(employer=employer, role=role)
        if email:
            TeamAddress.objects.update_or_create(
                employer_id=employer, role=role,
                defaults={"email": email, "set_by": by, "set_at": clock.now()},
            )  # fmt: skip
        else:
            rows.delete()
        ledger().append_one(
            "decisions", "muster.casework.team_address.set.v1", f"employer:register:{employer}",
            {"by": by, "role": role, "stated": bool(email)},
        )  # fmt: skip


def forget_unseen(*, clock: Clock) -> int:
    """Erase colleagues whom nobody has seen for two years, with their choices; return how many."""
    gone = Colleague.objects.filter(seen_at__lt=clock.now() - KEPT_FOR)
    with transaction.atomic():
        actors = set(gone.values_list("actor", "person"))
        count, _by_table = gone.delete()
        left = set(Colleague.objects.values_list("actor", flat=True))
        alone = [(actor, person) for actor, person in actors if actor not in left]
        CalendarFeed.objects.filter(actor__in=[actor for actor, _person in alone]).delete()
        Chosen.objects.filter(holder__in=[holder_of(*one) for one in alone]).delete()
    return count
