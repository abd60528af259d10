"""Looking for what is past its time: things of each line, with the facts that decide on them.

A thing is named by a key: a person's identifier; a person's and an employer's for an HR file; a
landing's; a message's subject; a month of a log; a request's. Looking changes nothing.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Max, QuerySet

from muster.hub.intakes import carried_contracts, registered_contracts
from muster.hub.landing import scope_of as landing_scope
from muster.hub.messages.acceptance import scope_of as message_scope
from muster.hub.models import Agreement, Landing, Message
from muster.kernel.days import ONE_DAY, Period, legal_day, month_end
from muster.ledger.current import ledger
from muster.ledger.port import LogName
from muster.register.keeping.dated import DATED, Row
from muster.register.keeping.holds import Holds, holds, unsettled
from muster.register.keeping.models import Request
from muster.register.keeping.rules import AGE, Facts, Kept, Line, kept
from muster.register.keeping.schedule import line_of
from muster.register.people.erasing import holding_hr_file
from muster.register.people.models import Crosswalk, Employment, Identifier
from muster.register.told.models import Change

_AT_ONCE = 400
_T = TypeVar("_T")
_CLOSED = ("ready", "answered", "refused", "expired")


@dataclass(frozen=True)
class Thing:
    """Something of a line that may be past its time; ``employer`` is whose it counts as."""

    line: Line
    key: str
    facts: Facts
    person: uuid.UUID | None = None
    employer: uuid.UUID | None = None

    def kept(self, today: dt.date) -> Kept:
        """Return until when it is kept, and why it is today."""
        return kept(self.line, self.facts, today=today)


def things(line: Line, today: dt.date, *, only: uuid.UUID | None = None) -> Iterator[Thing]:
    """Yield what may be past its time under a line; all of one person where ``only`` names one.

    Without ``only`` what is plainly within its time is left out.
    """
    held = holds()
    if line.of == "person":
        for part in batched(_people(today, only), _AT_ONCE):
            yield from _persons(line, part, held)
    elif line.of == "record":
        for files in batched(_files(today, line, only), _AT_ONCE):
            yield from _hr_files(line, files, held)
    elif line.of == "told":
        for part in batched(_tellers(only), _AT_ONCE):
            yield from _told(line, part, held)
    elif only is None and line.of == "landing":
        yield from _landings(line, Landing.objects.all(), held, today)
    elif only is None and line.of == "message":
        yield from _messages(line, held, today)
    elif only is None and line.of == "access month":
        yield from _months(line, "access", held, today)
    elif only is None and line.of == "decisions month":
        yield from _months(line, "decisions", held, today)
    elif line.of == "request":
        yield from _requests(line, held, today, only)
    elif line.of in DATED:
        # What began in this year, less the years it is kept, is plainly within its time.
        before = None if only else dt.date(today.year - line.years + 1, 1, 1)
        yield from _dated(line, held, DATED[line.of].rows(before=before, person=only))


def again(code: str, key: str, today: dt.date) -> Thing | None:
    """Return a thing as it is now; None if it is no more."""
    line, held = line_of(code), holds()
    found: Iterator[Thing] = iter(())
    if line.of == "person":
        found = _persons(line, [uuid.UUID(key)], held)
    elif line.of == "record":
        person, _, employer = key.partition(":")
        found = _hr_files(line, [(uuid.UUID(person), uuid.UUID(employer))], held)
    elif line.of == "told":
        found = _told(line, _tellers(uuid.UUID(key)), held)
    elif line.of == "landing":
        found = _landings(line, Landing.objects.filter(id=key), held, None)
    elif line.of == "message":
        found = _messages(line, held, None, subject=key)
    elif line.of in ("access month", "decisions month"):
        log: LogName = "access" if line.of == "access month" else "decisions"
        found = (one for one in _months(line, log, held, None) if one.key == key)
    elif line.of == "request":
        found = (one for one in _requests(line, held, None, None) if one.key == key)
    elif line.of in DATED:
        found = _dated(line, held, DATED[line.of].rows(key=key))
    return next(found, None)


def records_of(person: uuid.UUID, employer: uuid.UUID) -> list[uuid.UUID]:
    """Return the records of a person at an employer."""
    walks = Crosswalk.objects.filter(
        person=person, record__employer=employer, recorded_to__isnull=True
    )
    return list(walks.values_list("record", flat=True))


def _people(today: dt.date, only: uuid.UUID | None) -> Sequence[uuid.UUID]:
    if only is not None:
        return [only]
    born = Identifier.objects.filter(kind="birth_date", recorded_to__isnull=True)
    old = born.filter(value__lte=str(today.replace(year=today.year - AGE, day=1)))
    newer = born.filter(value__startswith=str(today.year - AGE))
    found = {*old.values_list("person", flat=True), *newer.values_list("person", flat=True)}
    return sorted(found)


def _persons(line: Line, part: Collection[uuid.UUID], held: Holds) -> Iterator[Thing]:
    born: dict[uuid.UUID, set[dt.date]] = defaultdict(set)
    stated = Identifier.objects.filter(person__in=part, kind="birth_date", recorded_to__isnull=True)
    for person, value in stated.values_list("person", "value"):
        born[person].add(dt.date.fromisoformat(value))
    employed, employers = _employed(part)
    still = unsettled(part)
    for person in part:
        yield Thing(
            line,
            str(person),
            Facts(
                born=tuple(sorted(born[person])),
                employed=tuple(employed[person]),
                holds=held.of(line.code, person=person, employers=employers[person]),
                unsettled=_words(still.get(person)),
            ),
            person,
        )


def _employed(
    part: Collection[uuid.UUID],
) -> tuple[dict[uuid.UUID, list[Period]], dict[uuid.UUID, set[uuid.UUID]]]:
    employed: dict[uuid.UUID, list[Period]] = defaultdict(list)
    employers: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    believed = Employment.objects.filter(person__in=part, recorded_to__isnull=True)
    for person, employer, start, end in believed.values_list(
        "person", "employer", "valid_from", "valid_to"
    ):
        employed[person].append(Period(start, end))
        employers[person].add(employer)
    return employed, employers


def _files(
    today: dt.date, line: Line, only: uuid.UUID | None
) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    believed = Employment.objects.filter(recorded_to__isnull=True, record__isnull=False)
    if only is not None:
        believed = believed.filter(person=only)
    else:
        believed = believed.filter(valid_to__lte=dt.date(today.year - line.years + 1, 1, 1))
    return sorted(set(believed.values_list("person", "employer")))


def _hr_files(
    line: Line, files: Collection[tuple[uuid.UUID, uuid.UUID]], held: Holds
) -> Iterator[Thing]:
    persons = {person for person, _ in files}
    walks = Crosswalk.objects.filter(person__in=persons, recorded_to__isnull=True)
    records: dict[tuple[uuid.UUID, uuid.UUID], list[uuid.UUID]] = defaultdict(list)
    for person, employer, record in walks.values_list("person", "record__employer", "record"):
        records[person, employer].append(record)
    filled = holding_hr_file([one for file in files for one in records[file]])
    employed: dict[tuple[uuid.UUID, uuid.UUID], list[Period]] = defaultdict(list)
    believed = Employment.objects.filter(person__in=persons, recorded_to__isnull=True)
    for person, employer, start, end in believed.values_list(
        "person", "employer", "valid_from", "valid_to"
    ):
        employed[person, employer].append(Period(start, end))
    still = unsettled(persons)
    for person, employer in files:
        if not filled.intersection(records[person, employer]):
            continue
        facts = Facts(
            employed=tuple(employed[person, employer]),
            holds=held.of(line.code, person=person, employers=[employer]),
            unsettled=_words(still.get(person)),
        )
        yield Thing(line, f"{person}:{employer}", facts, person, employer)


def _tellers(only: uuid.UUID | None) -> Sequence[uuid.UUID]:
    """Return who has told anything of themselves."""
    told = Change.objects.all() if only is None else Change.objects.filter(person=only)
    return sorted(set(told.values_list("person", flat=True)))


def _told(line: Line, part: Collection[uuid.UUID], held: Holds) -> Iterator[Thing]:
    employed, employers = _employed(part)
    still = unsettled(part)
    for person in part:
        facts = Facts(
            employed=tuple(employed[person]),
            holds=held.of(line.code, person=person, employers=employers[person]),
            unsettled=_words(still.get(person)),
        )
        yield Thing(line, str(person), facts, person)


def _landings(
    line: Line, found: QuerySet[Landing], held: Holds, today: dt.date | None
) -> Iterator[Thing]:
    gone = set(ledger().store.destroyed_keys())
    for one in found.select_related("route__source").order_by("id"):
        came = legal_day(one.received_at)
        stated = max(one.as_at or came, came)
        if one.route is not None and not _personal(one.route.contract):
            continue  # what is published may stay
        if one.blob_key in gone or (today and stated.year > today.year - line.years):
            continue
        employer = one.route.source.employer if one.route else None
        reasons = held.of(line.code, landing=one.id, employers=[employer] if employer else ())
        yield Thing(line, str(one.id), Facts(stated=stated, holds=reasons), employer=employer)


def _personal(contract: str) -> bool:
    """Tell whether what a contract describes may be personal; a contract nobody knows may be."""
    known = registered_contracts().get(contract) or carried_contracts().get(contract)
    return known is None or any(field.personal for field in known.fields)


def _messages(
    line: Line, held: Holds, today: dt.date | None, *, subject: str = ""
) -> Iterator[Thing]:
    """Yield subjects of messages; those whose last one came lately are left out by the database."""
    subjects: Iterable[str] = [subject]
    if today is not None:
        newest = dt.datetime(today.year - line.years + 1, 1, 1, tzinfo=dt.UTC)
        last = Message.objects.values("subject").annotate(at=Max("received_at"))
        old = last.filter(at__lt=newest).order_by("subject")
        subjects = old.values_list("subject", flat=True).iterator()
    for part in batched(subjects, _AT_ONCE):
        by_subject: dict[str, list[dict[str, Any]]] = defaultdict(list)
        rows = Message.objects.filter(subject__in=part)
        said = rows.values("subject", "contract", "system", "system__employer")
        for row in said.annotate(at=Max("received_at")).order_by("subject"):
            by_subject[row["subject"]].append(dict(row))
        live = ledger().store.live_keys([message_scope(one) for one in by_subject])
        for one, found in by_subject.items():
            if message_scope(one) in live:
                stated = max(legal_day(row["at"]) for row in found)
                yield _message(line, one, found, stated, held)


def _message(
    line: Line, subject: str, said: list[dict[str, Any]], stated: dt.date, held: Holds
) -> Thing:
    ends: dt.date | None = None
    open_still = False
    for row in said:
        for terms in Agreement.objects.filter(sender=row["system"], contract=row["contract"]):
            last = terms.ended_on - ONE_DAY if terms.ended_on else terms.ends
            open_still |= last is None
            ends = max(ends, last) if ends and last else ends or last
    employers = {row["system__employer"] for row in said} - {None}
    reasons = held.of(line.code, employers=employers)
    if any(subject.endswith(f":{one}") for one in held.subjects):
        reasons = (*reasons, "legal hold: it is about somebody who is held")
    employer = next(iter(employers), None)
    facts = Facts(
        stated=stated,
        agreement_ends=ends,
        holds=reasons,
        unsettled=("its agreement is in force",) if open_still else (),
    )
    return Thing(line, subject, facts, employer=employer)


def _months(line: Line, log: LogName, held: Holds, today: dt.date | None) -> Iterator[Thing]:
    first = next(iter(ledger().read(log, 0, 1)), None)
    if first is None:
        return
    day, end = legal_day(first.recorded_at).replace(day=1), today or dt.date.max
    scopes: dict[str, dt.date] = {}
    while len(scopes) < 12 * AGE and day.year + line.years <= end.year:
        scopes[f"{log}:{day:%Y-%m}"] = month_end(day)
        day = month_end(day) + ONE_DAY
    live = ledger().store.live_keys(sorted(scopes))
    for scope in sorted(live):
        reasons = held.of(line.code)
        if log == "access" and held.persons:
            reasons = (*reasons, "legal hold: somebody is held whose record was seen")
        yield Thing(line, scope, Facts(stated=scopes[scope], holds=reasons))


def _requests(
    line: Line, held: Holds, today: dt.date | None, only: uuid.UUID | None
) -> Iterator[Thing]:
    found = Request.objects.filter(state__in=_CLOSED)
    if only is not None:
        found = found.filter(person=only)
    for one in found.order_by("id"):
        closed = legal_day(one.reviewed_at or one.decided_at or one.ready_at or one.asked_at)
        if today is not None and only is None and closed.year > today.year - line.years:
            continue
        reasons = held.of(line.code, person=one.person)
        yield Thing(line, str(one.id), Facts(stated=closed, holds=reasons), one.person)


def _dated(line: Line, held: Holds, rows: Iterable[Row]) -> Iterator[Thing]:
    for row in rows:
        employers = [row.employer] if row.employer else []
        reasons = held.of(line.code, person=row.person, employers=employers)
        facts = Facts(stated=row.day, holds=reasons)
        yield Thing(line, row.key, facts, row.person, row.employer)


def batched(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield values in portions of at most so many."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def _words(said: str | None) -> tuple[str, ...]:
    return (said,) if said else ()


__all__ = ["Thing", "again", "landing_scope", "message_scope", "records_of", "things"]
