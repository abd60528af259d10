"""The verbs of telling: a change told once, and bank details with their protection.

Each verb is one transaction: the fact, the entry in the decisions log, the messages to every
employer concerned and the notices to the person all stand, or none does.

Bank details pass through more hands: a code sent to a contact that was known before confirms them;
every known contact is told, with a code that stops them without signing in; they go out some
working days later, and count from a payday that is further away still.
"""

import base64
import datetime as dt
import hmac
import secrets
import uuid
from collections.abc import Mapping

from django.db import transaction

from muster.kernel.clock import Clock
from muster.kernel.days import LONDON, legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.running import keyring
from muster.ledger.current import ledger
from muster.register.people.models import Identifier, Person
from muster.register.told.contacts import contacts_of, contacts_to_warn
from muster.register.told.flowing import concerned as concerned_by
from muster.register.told.flowing import flows_on, payday_of, send, untold
from muster.register.told.models import Change, Payday, ToldFact
from muster.register.told.notices import write
from muster.register.told.rules import (
    CODE_DIGITS,
    CODE_LASTS,
    MOST_ASKED_A_DAY,
    SAID,
    ChannelKind,
    CodeOutcome,
    Contact,
    Details,
    Kind,
    judge_code,
    read_details,
    trusted,
)
from muster.register.told.sealing import code_hash, seal, unseal

_DAY, _HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
_AT_ONCE = 500
_NOON = dt.time(12)


def read(
    kind: Kind, said: Mapping[str, str], *, person: uuid.UUID, valid_from: dt.date | None,
    clock: Clock,
) -> Details:  # fmt: skip
    """Return what a person tells, written in one way, or everything that is wrong with it."""
    today = legal_day(clock.now())
    return read_details(
        kind, said, today=today, born=_born(person),
        valid_from=valid_from if kind in ("name", "address") else today,
    )  # fmt: skip


@transaction.atomic
def tell(
    *, person: uuid.UUID, kind: Kind, said: Mapping[str, str], valid_from: dt.date | None = None,
    by: str, clock: Clock,
) -> uuid.UUID:  # fmt: skip
    """Record what a person tells of themself and send it to every employer concerned.

    Args:
        person: who tells it of themself.
        kind: what it is about; not bank details, which ``ask_bank_change`` begins.
        said: its fields, as typed.
        valid_from: the legal day from which a name or an address holds; others hold at once.
        by: who told it.
        clock: stamps it.

    Raises:
        NotFound: if there is no such person.
        BadInput: naming the first field that is wrong.
    """
    if kind == "bank":
        raise ValueError("bank details are asked and confirmed, not simply told")
    _lock(person)
    details = _sound(read(kind, said, person=person, valid_from=valid_from, clock=clock))
    now = clock.now()
    holds_from = valid_from if valid_from and kind in ("name", "address") else legal_day(now)
    before = contacts_to_warn(person, now=now) if kind == "contact" else ()
    change = Change.objects.create(
        person_id=person, kind=kind, state="told", valid_from=holds_from, told_at=now, told_by=by,
        settled_at=now, settled_by=by,
    )  # fmt: skip
    _believe(change, details.said, holds_from, now)
    for one in before:
        write(person, "contact_changed", one, {}, clock=clock)
    send(change, details.said, holds_from=holds_from, clock=clock)
    _note("told", change, by=by)
    return change.id


@transaction.atomic
def ask_bank_change(
    *, person: uuid.UUID, said: Mapping[str, str], channel: ChannelKind, by: str, clock: Clock
) -> uuid.UUID:
    """Begin a change of bank details: a code goes to a contact that was known before.

    Args:
        person: whose pay it is.
        said: the fields of the account, as typed.
        channel: where the code goes; one of ``channels``.
        by: who asks.
        clock: stamps it.

    Raises:
        NotFound: if there is no such person.
        BadInput: naming the first field that is wrong, or a channel that may not confirm.
        Conflict: if a confirmed change waits, or too many were asked for in a day.
    """
    _lock(person)
    details = _sound(read("bank", said, person=person, valid_from=None, clock=clock))
    now = clock.now()
    to = next((one for one in channels(person, clock=clock) if one.kind == channel), None)
    if to is None:
        raise BadInput(
            "This contact may not confirm bank details", where=Where(field="channel"),
            fix="Choose a contact that has not changed in the last 14 days, or ask your HR team",
        )  # fmt: skip
    own = Change.objects.filter(person=person, kind="bank")
    if own.filter(state="confirmed").exists():
        raise Conflict(
            "A change of bank details waits already", where=Where(thing="bank details"),
            fix="Stop that one first",
        )  # fmt: skip
    if own.filter(told_at__gt=now - _DAY).count() >= MOST_ASKED_A_DAY:
        raise Conflict(
            "Bank details were changed too often today", where=Where(thing="bank details"),
            fix="Try again tomorrow, or ask your HR team",
        )  # fmt: skip
    own.filter(state="asked").update(state="expired", settled_at=now, settled_by=by)
    change = Change(
        person_id=person, kind="bank", state="asked", told_at=now, told_by=by, channel=channel,
        sealed=seal(keyring(), details.said, person=person, what="bank"),
        code_until=now + CODE_LASTS,
    )  # fmt: skip
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    change.code_hash = code_hash(keyring(), code, of=change.id)
    change.save(force_insert=True)
    write(person, "bank_code", to, {"code": code}, clock=clock)
    _note("bank-asked", change, by=by)
    return change.id


def channels(person: uuid.UUID, *, clock: Clock) -> tuple[Contact, ...]:
    """Return the contacts to which a code may be sent."""
    return trusted(contacts_of(person), clock.now())


@transaction.atomic
def confirm_bank_change(
    *, change: uuid.UUID, person: uuid.UUID, code: str, by: str, clock: Clock
) -> CodeOutcome:
    """Judge a code; the right one confirms the change and warns every known contact.

    A wrong one is counted, and the last one allowed locks the change for good.

    Raises:
        NotFound: if the person has no such change.
    """
    row, now = _own(change, person), clock.now()
    typed = code_hash(keyring(), "".join(code.split())[:100], of=row.id)
    outcome = judge_code(
        state=row.state, right=hmac.compare_digest(typed, row.code_hash), tries=row.tries,
        expires=row.code_until or now, now=now,
    )  # fmt: skip
    if outcome == "not waiting":
        return outcome
    row.tries += 1
    if outcome == "confirmed":
        _confirm(row, by=by, now=now, clock=clock)
    elif outcome in ("expired", "locked"):
        row.state, row.sealed, row.settled_at, row.settled_by = outcome, "", now, by
        _note(f"bank-{outcome}", row, by=by)
    row.save()
    return outcome


def _confirm(row: Change, *, by: str, now: dt.datetime, clock: Clock) -> None:
    stop = base64.b32encode(secrets.token_bytes(10)).decode()
    day = flows_on(legal_day(now))
    row.state, row.confirmed_at, row.stop_hash = "confirmed", now, code_hash(keyring(), stop)
    row.flows_at = dt.datetime.combine(day, _NOON, LONDON).astimezone(dt.UTC)
    shown = "-".join(stop[at : at + 4] for at in range(0, len(stop), 4))
    for one in contacts_to_warn(row.person_id, now=now):
        fill = {"flows_on": f"{day:%d %B %Y}".lstrip("0"), "stop_code": shown}
        write(row.person_id, "bank_changing", one, fill, clock=clock)
    _note("bank-confirmed", row, by=by)


@transaction.atomic
def stop_bank_change(*, change: uuid.UUID, person: uuid.UUID, by: str, clock: Clock) -> None:
    """Stop a change of bank details before it goes out; nothing of the account is kept.

    Raises:
        NotFound: if the person has no such change.
        Conflict: if it went out or was settled already.
    """
    _stop(_own(change, person), by=by, clock=clock)


@transaction.atomic
def stop_by_code(*, code: str, clock: Clock) -> bool:
    """Stop the change that a notice told of, by the code in it; tell whether there was one."""
    typed = "".join(sign for sign in code.upper()[:100] if sign.isalnum())
    hashed = code_hash(keyring(), typed)
    row = Change.objects.select_for_update().filter(state="confirmed", stop_hash=hashed).first()
    if row is None:
        return False
    _stop(row, by="by a code from a notice", clock=clock)
    return True


def _stop(row: Change, *, by: str, clock: Clock) -> None:
    if row.state not in ("asked", "confirmed"):
        raise Conflict(
            "It can no longer be stopped", where=Where(thing="bank details"),
            fix="Ask the payroll team of your employer",
        )  # fmt: skip
    warned, now = row.state == "confirmed", clock.now()
    row.state, row.sealed, row.settled_at, row.settled_by = "stopped", "", now, by
    row.save()
    for one in contacts_to_warn(row.person_id, now=now) if warned else ():
        write(row.person_id, "bank_stopped", one, {}, clock=clock)
    _note("bank-stopped", row, by=by)


def let_due_flow(*, clock: Clock) -> int:
    """Let confirmed bank details go out whose time to stop them is over; return how many."""
    due = Change.objects.filter(state="confirmed", flows_at__lte=clock.now())
    return sum(_flow(one, clock) for one in list(due.values_list("id", flat=True)))


@transaction.atomic
def _flow(change: uuid.UUID, clock: Clock) -> bool:
    row, now = Change.objects.select_for_update().get(id=change), clock.now()
    if row.state != "confirmed" or row.flows_at is None or row.flows_at > now:
        return False
    said = unseal(keyring(), row.sealed, person=row.person_id, what="bank")
    employers = concerned_by(row.person_id, today=legal_day(now))
    paydays = [payday_of(row, one.employer, now) for one in employers]
    holds_from = min(paydays, default=legal_day(now))
    row.state, row.sealed, row.valid_from = "told", "", holds_from
    row.settled_at, row.settled_by = now, row.told_by
    row.save()
    _believe(row, said, holds_from, now)
    send(row, said, holds_from=None, clock=clock)
    _note("bank-told", row, by=row.told_by)
    return True


def tell_whom_not_told(*, clock: Clock, person: uuid.UUID | None = None) -> int:
    """Tell employers what holds now and was not sent to them yet; return how many messages.

    For employments that began after a change was told, and agreements that came into force since.
    Whoever could not be told is tried again after an hour, or at once if it is for one ``person``.
    """
    facts = ToldFact.objects.filter(recorded_to__isnull=True, valid_to__isnull=True)
    facts = (
        facts.filter(untold(since=clock.now() - _HOUR, today=legal_day(clock.now())))
        if person is None
        else facts.filter(person=person)
    )
    chosen = list(facts.order_by("id").values_list("id", flat=True)[:_AT_ONCE])
    return sum(_tell_again(one, clock) for one in chosen)


@transaction.atomic
def _tell_again(fact: uuid.UUID, clock: Clock) -> int:
    one = ToldFact.objects.select_related("change").get(id=fact)
    if one.recorded_to is not None:
        return 0
    before = one.change.sendings.filter(position__isnull=False).count()
    said = unseal(keyring(), one.sealed, person=one.person_id, what=one.kind)
    holds_from = None if one.kind == "bank" else one.valid_from
    send(one.change, said, holds_from=holds_from, clock=clock)
    return one.change.sendings.filter(position__isnull=False).count() - before


@transaction.atomic
def set_payday(*, employer: uuid.UUID, day: int | None, notice: int, by: str) -> None:
    """Say when an employer pays, and how many working days its payroll needs.

    Raises:
        BadInput: if there is no such day of a month, or no notice.
    """
    if not (day is None or 1 <= day <= 31) or not 1 <= notice <= 60:
        raise BadInput(
            "The payday cannot be used", where=Where(field="day"),
            fix="Use a day from 1 to 31, or none for the last working day, and 1 to 60 days",
        )  # fmt: skip
    Payday.objects.update_or_create(employer_id=employer, defaults={"day": day, "notice": notice})
    ledger().append_one(
        "decisions", "muster.register.payday.set.v1", f"employer:register:{employer}",
        {"day": day, "notice": notice, "by": by},
    )  # fmt: skip


def _believe(change: Change, said: Mapping[str, str], start: dt.date, now: dt.datetime) -> None:
    """Let what was told hold from a day on; what held before holds until then."""
    held = ToldFact.objects.filter(
        person=change.person_id, kind=change.kind, recorded_to__isnull=True
    )
    for one in held.order_by("valid_from"):
        if one.valid_to is not None and one.valid_to <= start:
            continue
        ToldFact.objects.filter(id=one.id).update(recorded_to=now)
        if one.valid_from < start:
            ToldFact.objects.create(
                person_id=one.person_id, change_id=one.change_id, kind=one.kind, sealed=one.sealed,
                valid_from=one.valid_from, valid_to=start, recorded_from=now,
            )  # fmt: skip
    ToldFact.objects.create(
        person_id=change.person_id, change=change, kind=change.kind, valid_from=start,
        sealed=seal(keyring(), said, person=change.person_id, what=change.kind), recorded_from=now,
    )  # fmt: skip


def _lock(person: uuid.UUID) -> None:
    """Let one change of a person be made at a time."""
    if not Person.objects.select_for_update().filter(id=person).exists():
        raise NotFound("No such person", where=Where(thing=str(person)), fix="Sign in again")


def _own(change: uuid.UUID, person: uuid.UUID) -> Change:
    row = Change.objects.select_for_update().filter(id=change, person=person, kind="bank").first()
    if row is None:
        raise NotFound("No such change", where=Where(thing=str(change)), fix="See your changes")
    return row


def _sound(details: Details) -> Details:
    for one in details.faults:
        what, fix = SAID[one.code]
        raise BadInput(what, where=Where(field=one.field), fix=fix)
    return details


def _born(person: uuid.UUID) -> dt.date | None:
    """Return the day of birth that is believed; the earliest where systems disagree."""
    stated = Identifier.objects.filter(
        person=person, kind="birth_date", recorded_to__isnull=True
    ).values_list("value", flat=True)
    return min(map(dt.date.fromisoformat, stated), default=None)


def _note(done: str, change: Change, *, by: str) -> None:
    """Append who told what kind of thing, and never what."""
    ledger().append_one(
        "decisions", f"muster.register.change.{done}.v1", f"person:register:{change.person_id}",
        {"change": str(change.id), "kind": change.kind, "by": by},
    )  # fmt: skip
