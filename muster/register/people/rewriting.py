"""Writing employments anew with other days, many at a time, and saying so in the decisions log.

For ``moving``, which decides what is written: facts are closed, and what takes their place is new.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from muster.kernel.days import Period
from muster.kernel.errors import Conflict, Where
from muster.ledger.current import ledger
from muster.ledger.port import NewEntry
from muster.register.people.actions import _tell
from muster.register.people.adopting import of_importers
from muster.register.people.models import Assignment, Employment

AT_ONCE = 500
TERMS = (
    "engagement_as_stated", "fte", "grade", "profession", "post_reference", "post_title", "salary",
    "day_rate",
)  # fmt: skip


def of_employments(wanted: Collection[uuid.UUID]) -> dict[uuid.UUID, Employment]:
    return {
        one.employment: one
        for some in parts(wanted)
        for one in Employment.objects.filter(employment__in=some, recorded_to__isnull=True)
    }


def one_of(facts: Mapping[uuid.UUID, Employment], employment: uuid.UUID) -> Employment:
    if employment not in facts:
        raise changed(employment, "This employment is no longer believed", "Look at the record")
    return facts[employment]


def changed(employment: uuid.UUID, what: str, fix: str) -> Conflict:
    return Conflict(what, where=Where(thing=f"employment {employment}"), fix=fix)


def rewrite(
    pairs: Sequence[tuple[Employment, Period | None]],
    *,
    by: str,
    at: dt.datetime,
    ended: str | None,
    reason: str | None,
    fresh: Sequence[Employment] = (),
    spent: Sequence[Assignment] = (),
) -> None:
    """Close facts and write them with other days, or not at all; then what is new beside them."""
    for some in parts([was.id for was, _ in pairs]):
        Employment.objects.filter(id__in=some).update(recorded_to=at)
    written = [
        _anew(was, days, by=by, at=at, ended=ended, reason=reason) for was, days in pairs if days
    ]
    Employment.objects.bulk_create([*written, *fresh], batch_size=AT_ONCE)
    unrecorded = {
        was.employment: (was, days) for was, days in pairs if was.record_id is None or days is None
    }
    fitted: list[Assignment] = []
    for some in parts(unrecorded):
        own = Assignment.objects.filter(employment__in=some, recorded_to__isnull=True)
        found = list(own)
        own.update(recorded_to=at)
        for one in found:
            fitted += _fitted(one, *unrecorded[one.employment], by=by, at=at)
    Assignment.objects.bulk_create([*fitted, *spent], batch_size=AT_ONCE)
    records = {was.record_id.hex for was, _ in pairs if was.record_id is not None}
    records |= of_importers(fresh)
    if records:
        _tell(records, at=at)


def _anew(
    was: Employment,
    days: Period,
    *,
    by: str,
    at: dt.datetime,
    ended: str | None,
    reason: str | None,
) -> Employment:
    left = days.end is not None and ended is not None and days.end != was.valid_to
    return Employment(
        employment=was.employment, person_id=was.person_id, employer_id=was.employer_id,
        record_id=was.record_id, number=was.number, engagement=was.engagement,
        substantive=was.substantive, ended=None if days.end is None else ended or "decided",
        leaving_reason=reason if left else None if days.end is None else was.leaving_reason,
        valid_from=days.start, valid_to=days.end, decided_by=by, recorded_from=at,
    )  # fmt: skip


def _fitted(
    one: Assignment, was: Employment, days: Period | None, *, by: str, at: dt.datetime
) -> Iterator[Assignment]:
    """Yield an assignment within the new days of its employment, if it has any left there."""
    if days is None:
        return
    start = days.start if one.valid_from == was.valid_from else max(one.valid_from, days.start)
    end = days.end if one.valid_to == was.valid_to else one.valid_to
    if days.end is not None and (end is None or end > days.end):
        end = days.end
    if end is None or start < end:
        yield again(one, start, end, by=by, at=at)


def again(
    one: Assignment, start: dt.date, end: dt.date | None, *, by: str, at: dt.datetime
) -> Assignment:
    kept = {name: getattr(one, name) for name in (*TERMS, "temporary_grade", "absence")}
    return Assignment(
        employment=one.employment, place_id=one.place_id, valid_from=start, valid_to=end,
        decided_by=by, recorded_from=at, **kept,
    )  # fmt: skip


def note(
    done: str,
    facts: Sequence[tuple[uuid.UUID, uuid.UUID]],
    by: str,
    reason: str,
    also: Sequence[NewEntry],
) -> None:
    if not facts and not also:
        return
    subject = f"employment:register:{facts[0][0] if len(facts) == 1 else 'many'}"
    body = {"by": by, "reason": reason, "facts": [fact for _, fact in facts]}
    own = entry(f"muster.register.employment.{done}.v1", subject, body) if facts else None
    ledger().append("decisions", [one for one in (own, *also) if one])


def entry(type: str, subject: str, body: object) -> NewEntry:
    """Return an entry whose body is JSON, as the ledger writes it."""
    return NewEntry(type, subject, json.dumps(body, sort_keys=True, default=str).encode())


def parts(ids: Iterable[Any]) -> Iterator[list[Any]]:
    wanted = list(ids)
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]
