"""How a person can be reached, since when each way has been known, and which ways were replaced.

The work email is what an employer's HR system states: whoever signs in here cannot change it. A
personal contact counts since it was told, and again from then on if it was changed in between.
"""

import datetime as dt
import uuid

from muster.kernel.running import keyring
from muster.register.people.models import Employment, Identifier
from muster.register.told.models import Change, ToldFact
from muster.register.told.rules import WARNED_AFTER, ChannelKind, Contact
from muster.register.told.sealing import unseal

_ALWAYS = dt.datetime.min.replace(tzinfo=dt.UTC)
_FIELDS: tuple[tuple[ChannelKind, str], ...] = (
    ("personal email", "personal_email"),
    ("personal phone", "personal_phone"),
)


def contacts_of(person: uuid.UUID) -> tuple[Contact, ...]:
    """Return the ways a person can be reached now."""
    return (*_work(person), *_personal(person, replaced_since=None))


def contacts_to_warn(person: uuid.UUID, *, now: dt.datetime) -> tuple[Contact, ...]:
    """Return every way to reach a person, those too that were replaced of late.

    Whoever takes over a sign-in and changes the contacts first is seen all the same.
    """
    known = (*_work(person), *_personal(person, replaced_since=now - WARNED_AFTER))
    return tuple({one.to: one for one in known}.values())


def _work(person: uuid.UUID) -> tuple[Contact, ...]:
    """Return the work emails of employers that employ the person; a left one may be another's."""
    live = Employment.objects.filter(
        person=person, record__isnull=False, recorded_to__isnull=True, valid_to__isnull=True
    )
    held = Identifier.objects.filter(
        person=person, kind="work_email", recorded_to__isnull=True, valid_to__isnull=True,
        record__in=live.values("record"),
    )  # fmt: skip
    found = sorted(set(held.values_list("value", flat=True)))
    return tuple(Contact("work email", to, _ALWAYS) for to in found)


def _personal(person: uuid.UUID, *, replaced_since: dt.datetime | None) -> tuple[Contact, ...]:
    """Return the told contacts in force; and those replaced since an instant, if one is given."""
    told = _told(person)
    found: list[Contact] = []
    for kind, field in _FIELDS:
        runs: list[tuple[Contact, dt.datetime | None]] = []
        for at, said in told:
            value = said.get(field, "")
            if runs and runs[-1][0].to == value:
                continue
            if runs:
                runs[-1] = (runs[-1][0], at)
            runs.append((Contact(kind, value, at), None))
        found += [
            one
            for one, until in runs
            if one.to and (until is None or (replaced_since is not None and until > replaced_since))
        ]
    return tuple(found)


def _told(person: uuid.UUID) -> list[tuple[dt.datetime, dict[str, str]]]:
    """Return when contacts were told and what was said, the earliest first."""
    changes = Change.objects.filter(person=person, kind="contact", state="told")
    facts = {
        one.change_id: one.sealed
        for one in ToldFact.objects.filter(person=person, kind="contact").order_by("recorded_from")
    }
    return [
        (one.told_at, unseal(keyring(), facts[one.id], person=person, what="contact"))
        for one in changes.order_by("told_at", "id")
        if one.id in facts
    ]
