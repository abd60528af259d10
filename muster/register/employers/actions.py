"""The verbs of employers: load the public list, add one, remember what a name means."""

import uuid
from collections.abc import Iterable

from django.db import transaction

from muster.kernel.clock import SYSTEM_CLOCK, Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.ids import new_id
from muster.ledger.current import ledger
from muster.register.employers.models import Employer, RememberedName
from muster.register.employers.rules import Organisation, normalise_name
from muster.register.employers.succession_actions import seed_successions

_FACTS = (
    "title", "abbreviation", "kind", "status", "opened", "closed", "parents", "superseded_by",
    "supersedes", "former_names", "abbreviations", "slug_words", "name_from_slug", "sources",
)  # fmt: skip


@transaction.atomic
def load_organisations(
    organisations: Iterable[Organisation],
    *,
    by: str,
    pretend: bool = False,
    clock: Clock = SYSTEM_CLOCK,
) -> int:
    """Bring employers up to date with a list; return how many were added or changed.

    An employer keeps its id when its facts change; one that the list no longer holds stays. Where
    the list says to whom a closed employer's functions passed, and when, that is stated with it.
    """
    kept = {employer.key: employer for employer in Employer.objects.all()}
    added, changed = [], []
    for organisation in organisations:
        facts = {name: _stored(getattr(organisation, name)) for name in _FACTS}
        employer = kept.get(organisation.key)
        if employer is None:
            added.append(Employer(id=new_id(), key=organisation.key, pretend=pretend, **facts))
        elif any(getattr(employer, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(employer, name, value)
            changed.append(employer)
    Employer.objects.bulk_create(added, batch_size=500)
    Employer.objects.bulk_update(changed, _FACTS, batch_size=200)
    kept |= {employer.key: employer for employer in added}
    passed = seed_successions(kept, by=by, clock=clock) if added or changed else 0
    if added or changed:
        ledger().append_one(
            "decisions",
            "muster.register.employers.loaded.v1",
            "list:register:employers",
            {"added": len(added), "changed": len(changed), "successions": passed, "by": by},
        )
    return len(added) + len(changed)


@transaction.atomic
def remember_name(*, stated: str, employer: uuid.UUID, by: str, clock: Clock) -> None:
    """Remember that a stated name means an employer; the latest choice counts.

    Raises:
        BadInput: if nothing of the name is left once spelling habits are set aside.
        NotFound: if there is no such employer.
    """
    name = normalise_name(stated)
    if not name:
        raise BadInput(
            "An empty name cannot mean an employer",
            where=Where(field="organisation"),
            fix="Correct the rows at their source",
        )
    chosen = Employer.objects.filter(id=employer).first()
    if chosen is None:
        raise NotFound("No such employer", where=Where(thing=str(employer)), fix="Choose another")
    standing = RememberedName.objects.filter(name=name, withdrawn_at__isnull=True)
    standing.update(withdrawn_at=clock.now())
    row = RememberedName.objects.create(
        name=name, stated=stated, employer=chosen, chosen_by=by, chosen_at=clock.now()
    )
    ledger().append_one(
        "decisions",
        "muster.register.employer_name.chosen.v1",
        f"name:register:{row.id}",
        {"stated": stated, "employer": chosen.key, "by": by},
    )


@transaction.atomic
def forget_name(*, choice: uuid.UUID, by: str, clock: Clock) -> None:
    """Withdraw a remembered choice. Rows that were accepted by it stay where they are.

    Raises:
        Conflict: if it was withdrawn already.
    """
    standing = RememberedName.objects.filter(id=choice, withdrawn_at__isnull=True)
    if not standing.update(withdrawn_at=clock.now()):
        raise Conflict(
            "This choice is no longer in force",
            where=Where(thing=str(choice)),
            fix="Load the page again",
        )
    ledger().append_one(
        "decisions",
        "muster.register.employer_name.withdrawn.v1",
        f"name:register:{choice}",
        {"by": by},
    )


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    if value is None:
        return ""
    return getattr(value, "text", value)
