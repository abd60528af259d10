"""From what a person told to the messages that carry it to every system of every employer.

For each live employment one message goes out, from the employer's self-service system, about the
staff number that its HR system knows the person by. The hub reduces it, for each receiver, to the
fields of that receiver's agreement. Where no agreement lets it go anywhere, nothing is sent, and
the reason is kept for the person to see.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from muster.hub.messages.acceptance import accept
from muster.hub.messages.envelope import Envelope, source_of, write_message
from muster.hub.models import System
from muster.hub.standing import why_nobody_may
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.working_days import add_working_days
from muster.register.people.models import Employment, SourceRecord
from muster.register.told.models import Change, Payday, Sending
from muster.register.told.rules import COOLING_DAYS, first_payday
from muster.register.told.rules import Payday as PaydayRule
from muster.register.told.shipped import BANK_CHANGED, PERSON_CHANGED, self_service_of

NO_SERVICE = "The employer has no self-service system that could send it"
_LONGEST_WHY = 500


@dataclass(frozen=True)
class Concerned:
    """An employer that is told, and the record by which its HR system knows the person."""

    employer: uuid.UUID
    record: SourceRecord


def concerned(person: uuid.UUID, *, today: dt.date) -> tuple[Concerned, ...]:
    """Return the employers with an employment of a person that lasts, or is to begin."""
    live = Employment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today),
        person=person, record__isnull=False, recorded_to__isnull=True,
    ).select_related("record").order_by("record__system", "record__staff_number")  # fmt: skip
    found = {one.record.id: Concerned(one.employer_id, one.record) for one in live if one.record}
    return tuple(found.values())


def untold(*, since: dt.datetime, today: dt.date) -> Exists:
    """Return the condition on told facts that some employer concerned was not told of it.

    Args:
        since: an employer that could not be told since then counts as told for now.
        today: the legal day by which employments last.
    """
    told = Sending.objects.filter(
        Q(position__isnull=False) | Q(sent_at__gt=since),
        change=OuterRef(OuterRef("change")), record=OuterRef("record"),
    )  # fmt: skip
    live = Employment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today),
        person=OuterRef("person"), record__isnull=False, recorded_to__isnull=True,
    )  # fmt: skip
    return Exists(live.exclude(Exists(told)))


def send(
    change: Change, said: Mapping[str, str], *, holds_from: dt.date | None, clock: Clock
) -> None:
    """Send a change to every employer concerned that was not told of it yet; note why not.

    Call inside the transaction that records the change.

    Args:
        change: what was told.
        said: its fields, in the clear.
        holds_from: the day from which it holds; bank details hold from each employer's payday.
        clock: stamps the messages.
    """
    now = clock.now()
    done = {one.record_id: one for one in change.sendings.all()}
    for one in concerned(change.person_id, today=legal_day(now)):
        before = done.get(one.record.id)
        if before is not None and before.position is not None:
            continue
        sending = before or Sending(change=change, employer_id=one.employer, record=one.record)
        sending.contract = BANK_CHANGED if change.kind == "bank" else PERSON_CHANGED
        sending.holds_from = holds_from or payday_of(change, one.employer, now)
        sending.sent_at = now
        sending.position, sending.because = _handed_in(change, sending, said, clock)
        sending.save()


def payday_of(change: Change, employer: uuid.UUID, now: dt.datetime) -> dt.date:
    """Return the first payday of an employer from which new bank details count.

    It is counted from the day they were confirmed; if they go out late, from the day they do.
    """
    row = Payday.objects.filter(employer=employer).first()
    rule = PaydayRule(row.day, row.notice) if row else PaydayRule()
    today = legal_day(now)
    confirmed = legal_day(change.confirmed_at or now)
    on_time = change.flows_at is not None and today <= legal_day(change.flows_at)
    base = confirmed if on_time else today
    return first_payday(base, rule)


def flows_on(confirmed: dt.date) -> dt.date:
    """Return the day on which a confirmed change of bank details goes out, unless stopped."""
    return add_working_days(confirmed, COOLING_DAYS)


def hand_in(
    *, employer: uuid.UUID, contract: str, subject: str, message_id: str,
    data: Mapping[str, str], correlation: str = "", clock: Clock,
) -> tuple[int | None, str]:  # fmt: skip
    """Hand one message to the hub for an employer's people; return its position, or why not.

    What nobody may have is not handed in at all: it would only be kept.
    """
    code = self_service_of(employer)
    if code is None:
        return None, NO_SERVICE
    sender = System.objects.get(code=code)
    now = clock.now()
    why = why_nobody_may(contract=contract, sender=sender, on=legal_day(now))
    if why:
        return None, why[:_LONGEST_WHY]
    envelope = Envelope(
        id=message_id, source=source_of(code), type=contract, subject=subject,
        time=now.strftime("%Y-%m-%dT%H:%M:%SZ"), correlation=correlation,
    )  # fmt: skip
    [answer] = accept([write_message(envelope, dict(data))], system=code, clock=clock)
    if answer.outcome in ("accepted", "known"):
        return answer.position, ""
    return None, (answer.said or answer.outcome)[:_LONGEST_WHY]


def _handed_in(
    change: Change, sending: Sending, said: Mapping[str, str], clock: Clock
) -> tuple[int | None, str]:
    record = sending.record
    holds_from = sending.holds_from.isoformat() if sending.holds_from else ""
    if change.kind == "bank":
        own = {"first_payday": holds_from}
    else:
        own = {"about": change.kind, "holds_from": holds_from}
    return hand_in(
        employer=sending.employer_id, contract=sending.contract,
        subject=f"person:{record.system}:{record.staff_number}",
        message_id=f"{change.id}.{record.id}", correlation=str(change.id),
        data={"staff_number": record.staff_number, **own, **said}, clock=clock,
    )  # fmt: skip
