"""What people are told of changes to what they told: written with the change, sent afterwards.

A notice is written in the transaction of what it tells of, so that none is lost and none tells of
what did not happen; ``send_waiting`` hands it to the notification service. The texts here are what
to set up there, each as a template of the same name. No subject and no link holds personal data.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from muster.connectors.notify.contract import Notifier, Parcel, Way
from muster.connectors.notify.sending import AT_ONCE, send_each, settle_each
from muster.kernel.clock import Clock
from muster.kernel.running import keyring
from muster.register.told.models import Notice
from muster.register.told.rules import Contact
from muster.register.told.sealing import seal, unseal

TemplateName = Literal[
    "bank_code", "bank_changing", "bank_stopped", "contact_changed", "correction_answered"
]


@dataclass(frozen=True)
class Template:
    """A text with ``((names))`` to be filled; texts to phones have no subject."""

    subject: str
    body: str


TEMPLATES: Mapping[TemplateName, Template] = {
    "bank_code": Template(
        "Your code",
        "((code)) is your code to confirm new bank details. It holds for 15 minutes. If you did not"
        " ask for it, somebody else may be signed in as you: tell your HR team now. Nobody from HR"
        " or payroll will ever ask you for this code.",
    ),
    "bank_changing": Template(
        "Your bank details are about to change",
        "New bank details for your pay were confirmed. They go to payroll on ((flows_on)). If this"
        " was not you, stop it: open Muster, choose “Stop a change of bank details” and enter"
        " ((stop_code)). You do not need to sign in.",
    ),
    "bank_stopped": Template(
        "A change of your bank details was stopped",
        "The change of your bank details was stopped. Your pay goes where it went before. If you"
        " did not stop it, tell your HR team.",
    ),
    "contact_changed": Template(
        "Your contact details were changed",
        "Your personal contact details were changed. If this was not you, tell your HR team now.",
    ),
    "correction_answered": Template(
        "Your request for a correction was answered",
        "Your request for a correction was answered. Sign in to Muster to read the answer.",
    ),
}


@dataclass(frozen=True)
class WrittenNotice:
    """What would be sent, or was: for the outbox of a development machine alone."""

    way: str
    to: str
    subject: str
    text: str
    state: str
    written_at: dt.datetime


def write(
    person: uuid.UUID, template: TemplateName, to: Contact, fill: Mapping[str, str], *, clock: Clock
) -> None:
    """Write a notice; call it inside the transaction of what it tells of."""
    way = "sms" if to.kind == "personal phone" else "email"
    said = {"to": to.to, **fill}
    Notice.objects.create(
        person_id=person, template=template, way=way, written_at=clock.now(),
        sealed=seal(keyring(), said, person=person, what="notice"),
    )  # fmt: skip


def send_waiting(notifier: Notifier, *, clock: Clock) -> int:
    """Hand waiting notices to the notification service; return how many it took."""
    now = clock.now()
    due = Notice.objects.filter(state="waiting").exclude(retry_at__gt=now).order_by("id")
    return send_each(notifier, due[:AT_ONCE], _parcel, _emptied, now=now)


def note_receipts(notifier: Notifier, *, clock: Clock) -> int:
    """Ask what became of notices that were sent; return how many are settled now."""
    sent = Notice.objects.filter(state="sent").order_by("settled_at")[:AT_ONCE]
    return settle_each(notifier, sent, now=clock.now())


def written_to(person: uuid.UUID, *, limit: int = 20) -> tuple[WrittenNotice, ...]:
    """Return a person's latest notices, in full where they still wait; never in production."""
    rows = Notice.objects.filter(person=person).order_by("-id")[:limit]
    return tuple(map(_written, rows))


def _written(row: Notice) -> WrittenNotice:
    said = unseal(keyring(), row.sealed, person=row.person_id, what="notice")
    template = TEMPLATES[row.template]  # type: ignore[index]  # only such are written
    text = template.body if said else ""
    for name, value in said.items():
        text = text.replace(f"(({name}))", value)
    subject = template.subject if row.way == "email" else ""
    return WrittenNotice(row.way, said.get("to", ""), subject, text, row.state, row.written_at)


def _parcel(row: Notice) -> Parcel:
    said = unseal(keyring(), row.sealed, person=row.person_id, what="notice")
    to = said.pop("to")
    return Parcel(cast("Way", row.way), row.template, to, said, str(row.id), again=row.attempts > 0)


def _emptied(row: Notice) -> None:
    row.sealed = ""
