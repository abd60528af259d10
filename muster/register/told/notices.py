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

from muster.connectors.notify.contract import Notifier, NotSent, Parcel, Way
from muster.kernel.clock import Clock
from muster.kernel.running import keyring
from muster.register.told.models import Notice
from muster.register.told.rules import Contact
from muster.register.told.sealing import seal, unseal

TemplateName = Literal[
    "bank_code", "bank_changing", "bank_stopped", "contact_changed", "correction_answered"
]
_MOST_ATTEMPTS, _AT_ONCE = 12, 200
_FIRST_PAUSE, _LONGEST_PAUSE = 30, 6 * 3600


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
    """Hand waiting notices to the notification service; return how many it took.

    What it cannot take now is tried again, later each time; what it will never take has failed,
    and stays to be seen.
    """
    now, sent = clock.now(), 0
    due = Notice.objects.filter(state="waiting").exclude(retry_at__gt=now).order_by("id")
    for one in due[:_AT_ONCE]:
        try:
            one.service_id = notifier.send(_parcel(one))
        except NotSent as problem:
            _note_failure(one, problem, now)
            one.save()
            if problem.all_wait:
                break
        else:
            one.state, one.sealed, one.said, sent = "sent", "", "", sent + 1
            one.settled_at = now
            one.save()
    return sent


def note_receipts(notifier: Notifier, *, clock: Clock) -> int:
    """Ask what became of notices that were sent; return how many are settled now."""
    settled = 0
    for one in Notice.objects.filter(state="sent").order_by("settled_at")[:_AT_ONCE]:
        try:
            status = notifier.status(one.service_id)
        except NotSent:
            return settled
        if status in ("delivered", "failed"):
            one.state, one.settled_at = status, clock.now()
            one.save()
            settled += 1
    return settled


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


def _note_failure(row: Notice, problem: NotSent, now: dt.datetime) -> None:
    row.attempts, row.said = row.attempts + 1, problem.said[:200]
    if not problem.again or row.attempts >= _MOST_ATTEMPTS:
        row.state, row.settled_at = "failed", now
        return
    pause = min(_FIRST_PAUSE * 2 ** (row.attempts - 1), _LONGEST_PAUSE)
    row.retry_at = now + dt.timedelta(seconds=max(pause, problem.retry_after or 0))
