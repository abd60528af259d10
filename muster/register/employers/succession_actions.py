"""The verbs of successions: state that an employer's functions passed on, and undo it.

Each leaves two entries: who decided it in the log of decisions; and in the exchange log what the
register holds from then on. Figures are made for a position of the exchange log, so that one made
before is never shown for one made after.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction

from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.ids import new_id
from muster.ledger.current import ledger
from muster.register.employers import succession_queries as queries
from muster.register.employers.models import Employer, Succession, Successor
from muster.register.employers.succession import Contradiction, contradiction
from muster.register.employers.succession import Succession as Passed

LONGEST_SOURCE = 500
_STATED = "muster.register.succession.stated.v1"
_WITHDRAWN = "muster.register.succession.withdrawn.v1"
_PRECISE = len("2007-06-28")


@transaction.atomic
def state_succession(
    *,
    former: uuid.UUID,
    day: dt.date,
    successors: Sequence[uuid.UUID],
    source: str,
    by: str,
    clock: Clock,
) -> uuid.UUID:
    """State that an employer's functions passed on.

    Args:
        former: the employer whose functions passed on.
        day: the first day on which they were its successors'.
        successors: one after a merger, several after a split; the principal one first.
        source: what states it, such as the order that transfers the functions.
        by: who states it.
        clock: stamps it.

    Raises:
        NotFound: if there is no such employer.
        BadInput: if there is no source, the day lies ahead, or it contradicts what is stated.
    """
    if not source.strip() or len(source.strip()) > LONGEST_SOURCE:
        raise BadInput(
            f"A succession needs a source of at most {LONGEST_SOURCE} characters",
            where=Where(field="source"),
            fix="Name the order, statement or page that says so",
        )
    if day > legal_day(clock.now()):
        raise BadInput(
            "The day lies ahead: figures are restated to employers as they are today",
            where=Where(field="day"),
            fix="State it on that day or later",
        )
    ledger().store.lock_head("decisions")
    named = _named([former, *successors])
    passed = Passed(former.hex, day, tuple(one.hex for one in successors))
    _refuse(contradiction((*queries.standing(), passed)), named)
    row = _keep(former, day, successors, source.strip(), by, clock)
    keys = [named[one].key for one in successors]
    body = {"former": named[former].key, "day": day.isoformat(), "successors": keys,
            "source": source.strip()}  # fmt: skip
    _evidence(_STATED, row, body, by)
    return row


@transaction.atomic
def withdraw_succession(*, succession: uuid.UUID, by: str, clock: Clock) -> None:
    """Undo a stated succession: series are told as if it had never been stated.

    Raises:
        Conflict: if it was withdrawn already, or a later one rests on it.
    """
    ledger().store.lock_head("decisions")
    row = Succession.objects.filter(id=succession, withdrawn_at__isnull=True).first()
    if row is None:
        raise Conflict(
            "This succession is no longer in force",
            where=Where(thing=str(succession)),
            fix="Load the page again",
        )
    left = contradiction(one.passed for one in queries.listed() if one.id != succession)
    if left is not None:
        raise Conflict(
            f"A later succession rests on this one: {left.reason.lower()}",
            where=Where(thing=str(succession), field=left.succession.day.isoformat()),
            fix="Undo the later succession first",
        )
    row.withdrawn_at, row.withdrawn_by = clock.now(), by
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _evidence(_WITHDRAWN, row.id, {}, by)


def seed_successions(employers: Mapping[str, Employer], *, by: str, clock: Clock) -> int:
    """State what the public list says of closed employers with one successor and a whole day.

    What it says without a day, or of several successors without saying which is the principal one,
    is left for a person to state. What was stated once, also if it was undone, is not stated again.
    """
    standing = list(queries.standing())
    before = set(Succession.objects.values_list("former_id", "day"))
    added = 0
    for employer in sorted(employers.values(), key=lambda one: one.key):
        to = [employers.get(key) for key in employer.superseded_by]
        whole = employer.status == "closed" and len(employer.closed) == _PRECISE
        if not whole or len(to) != 1 or to[0] is None:
            continue
        day = dt.date.fromisoformat(employer.closed)
        passed = Passed(employer.id.hex, day, (to[0].id.hex,))
        if (employer.id, day) in before or contradiction((*standing, passed)) is not None:
            continue
        standing.append(passed)
        source = f"Public list of organisations: {', '.join(employer.sources)}"
        _keep(employer.id, day, [to[0].id], source[:LONGEST_SOURCE], by, clock)
        added += 1
    return added


def _keep(
    former: uuid.UUID, day: dt.date, successors: Sequence[uuid.UUID], source: str, by: str,
    clock: Clock,
) -> uuid.UUID:  # fmt: skip
    row = Succession.objects.create(
        id=new_id(), former_id=former, day=day, source=source, stated_by=by, stated_at=clock.now()
    )
    Successor.objects.bulk_create(
        Successor(succession=row, place=place, employer_id=one)
        for place, one in enumerate(successors)
    )
    return row.id


def _named(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Employer]:
    found = Employer.objects.in_bulk(list(set(ids)))
    for one in ids:
        if one not in found:
            raise NotFound("No such employer", where=Where(thing=str(one)), fix="Choose another")
    return found


def _refuse(found: Contradiction | None, named: Mapping[uuid.UUID, Employer]) -> None:
    if found is None:
        return
    former = uuid.UUID(found.succession.former)
    known = named.get(former) or Employer.objects.get(id=former)
    raise BadInput(
        f"{found.reason} ({known.title}, {found.succession.day.isoformat()})",
        where=Where(field="successors"),
        fix=found.fix,
    )


def _evidence(kind: str, row: uuid.UUID, body: Mapping[str, object], by: str) -> None:
    subject = f"succession:register:{row}"
    ledger().append_one("decisions", kind, subject, {**body, "by": by})
    ledger().append_one("exchange", kind, subject, dict(body))
