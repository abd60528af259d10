"""The verbs of people, and the only writers of employments: open, end, correct, and apply returns.

A verb names who decided and why, and the fact it was decided on: if that fact was replaced in the
meantime, the verb refuses instead of overwriting what somebody else has just done. Each verb is
one transaction with one entry in the decisions log. ``apply_returns`` is the same for whole
snapshots; its evidence is the hub's exchange entry, which names landing and rows.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import polars as pl
from django.db import connection, transaction

from muster.kernel.clock import Clock
from muster.kernel.days import ONE_DAY, Period
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.ids import new_id, new_ids
from muster.ledger.current import ledger
from muster.register.bulk import insert_frame
from muster.register.people.beliefs import differences, open_conflicts_of
from muster.register.people.claims import (
    Touched,
    claims_of,
    hexed,
    read_among,
    records_to_tell,
    waiting_in,
)
from muster.register.people.models import Assignment, Employment, Person
from muster.register.people.rules import SUBSTANTIVE, Engagement, same_person

_CERTAIN = "same NINO, birth date and surname"
_ALONE = "first record of its own"
_AT_ONCE = 500
_TURN = int.from_bytes(b"people", "big")


@dataclass(frozen=True)
class Terms:
    """The post and terms of an assignment; ``fte`` in billionths, ``salary`` in pence a year."""

    engagement_as_stated: str
    fte: int
    grade: str | None = None
    profession: str | None = None
    post_reference: str | None = None
    post_title: str | None = None
    place: uuid.UUID | None = None
    salary: int | None = None


def take_turn() -> None:
    """Wait until no other transaction changes people; held until this one ends.

    What is believed of one person may rest on what several systems say, so two loads must not
    work it out side by side. SQLite has one writer as it is.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def note_instant(at: dt.datetime) -> pl.Expr:
    """Return an instant as a column of the text that the store itself would hold."""
    return pl.lit(str(connection.ops.adapt_datetimefield_value(at)))


@transaction.atomic
def apply_returns(touched: Sequence[Touched], *, by: str, at: dt.datetime) -> int:
    """Bring beliefs up to date with returns whose claims have just been stored.

    Returns the number of records whose history was told anew.
    """
    systems = {one.system for one in touched}
    records = records_to_tell(touched, waiting_in(systems))
    _link_new(records, by=by, at=at)
    # Linking may bring a record under a person who has others in conflict elsewhere.
    records |= open_conflicts_of(systems)
    _tell(records, at=at)
    return len(records)


@transaction.atomic
def open_employment(
    *,
    person: uuid.UUID,
    employer: uuid.UUID,
    engagement: Engagement,
    first_day: dt.date,
    terms: Terms,
    by: str,
    reason: str,
    clock: Clock,
    last_day: dt.date | None = None,
) -> uuid.UUID:
    """Decide that a person is employed from a day on; return the employment.

    Raises:
        NotFound: if there is no such person.
        BadInput: if the last day lies before the first.
        Conflict: if a substantive employment would overlap another of the person.
    """
    take_turn()
    if not Person.objects.filter(id=person).exists():
        raise NotFound("No such person", where=Where(thing=str(person)), fix="Search again")
    employment, at = new_id(), clock.now()
    fact = Employment(
        employment=employment,
        person_id=person,
        employer_id=employer,
        engagement=engagement,
        substantive=engagement == SUBSTANTIVE,
    )
    _decide(fact, _days(first_day, last_day), by=by, at=at)
    Assignment.objects.create(
        employment=employment,
        engagement_as_stated=terms.engagement_as_stated,
        fte=terms.fte,
        grade=terms.grade,
        profession=terms.profession,
        post_reference=terms.post_reference,
        post_title=terms.post_title,
        place_id=terms.place,
        salary=terms.salary,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        decided_by=by,
        recorded_from=at,
    )
    _note("opened", fact, by=by, reason=reason)
    return employment


@transaction.atomic
def end_employment(
    *,
    employment: uuid.UUID,
    last_day: dt.date,
    expected: uuid.UUID,
    by: str,
    reason: str,
    clock: Clock,
) -> None:
    """Decide on the last day of an employment.

    Args:
        employment: the employment.
        last_day: the last day employed.
        expected: the fact this was decided on.
        by: who decided.
        reason: why, for the decisions log.
        clock: stamps the facts.

    Raises:
        Conflict: if the fact was replaced in the meantime, or the days would overlap another
            substantive employment of the person.
        BadInput: if the last day lies before the first.
    """
    was = _close(employment, expected, at=clock.now())
    _replace(was, _days(was.valid_from, last_day), by=by, at=clock.now(), ended="decided")
    _note("ended", was, by=by, reason=reason)


@transaction.atomic
def correct(
    *,
    employment: uuid.UUID,
    first_day: dt.date,
    last_day: dt.date | None,
    expected: uuid.UUID,
    by: str,
    reason: str,
    clock: Clock,
) -> None:
    """Correct the days of an employment: what was believed is closed, and new facts are written.

    Arguments and errors as for ``end_employment``. From now on snapshots that say otherwise
    become conflicts; they no longer change these days.
    """
    was = _close(employment, expected, at=clock.now())
    ended = None if last_day is None else "decided"
    _replace(was, _days(first_day, last_day), by=by, at=clock.now(), ended=ended)
    _note("corrected", was, by=by, reason=reason)


def _days(first_day: dt.date, last_day: dt.date | None) -> Period:
    try:
        return Period(first_day, None if last_day is None else last_day + ONE_DAY)
    except ValueError:
        raise BadInput(
            "The last day lies before the first",
            where=Where(field="last day"),
            fix="Correct one of the two dates",
        ) from None


def _close(employment: uuid.UUID, expected: uuid.UUID, *, at: dt.datetime) -> Employment:
    """Close the fact in force, which must be the expected one; return what it said."""
    take_turn()
    was = Employment.objects.filter(employment=employment, recorded_to__isnull=True).first()
    if was is None or was.id != expected:
        raise Conflict(
            "This employment has changed since you looked",
            where=Where(thing=f"employment {employment}"),
            fix="Load the page again",
        )
    Employment.objects.filter(id=was.id).update(recorded_to=at)
    return was


def _replace(was: Employment, days: Period, *, by: str, at: dt.datetime, ended: str | None) -> None:
    """Write the decided days of an employment, and bring its assignments in line with them."""
    fact = Employment(
        employment=was.employment,
        person_id=was.person_id,
        employer_id=was.employer_id,
        record_id=was.record_id,
        number=was.number,
        engagement=was.engagement,
        substantive=was.substantive,
        ended=ended,
    )
    _decide(fact, days, by=by, at=at)
    if was.record_id is not None:
        _tell({was.record_id.hex}, at=at)
        return
    for assignment in Assignment.objects.filter(
        employment=was.employment, recorded_to__isnull=True
    ):
        _fit(assignment, Period(was.valid_from, was.valid_to), days, by=by, at=at)


def _fit(assignment: Assignment, before: Period, days: Period, *, by: str, at: dt.datetime) -> None:
    """Move the ends of a decided assignment with those of its employment."""
    start = days.start if assignment.valid_from == before.start else assignment.valid_from
    end = days.end if assignment.valid_to == before.end else assignment.valid_to
    start = max(start, days.start)
    end = days.end if end is None or (days.end is not None and end > days.end) else end
    Assignment.objects.filter(id=assignment.id).update(recorded_to=at)
    if end is None or start < end:
        assignment.id, assignment.decided_by = new_id(), by
        assignment.valid_from, assignment.valid_to = start, end
        assignment.recorded_from = at
        assignment.save(force_insert=True)


def _decide(fact: Employment, days: Period, *, by: str, at: dt.datetime) -> None:
    """Store a decided fact.

    Raises:
        Conflict: if it would overlap another substantive employment of the person.
    """
    others = Employment.objects.filter(
        person_id=fact.person_id, recorded_to__isnull=True, substantive=True
    )
    for other in others if fact.substantive else ():
        if days.overlaps(Period(other.valid_from, other.valid_to)):
            raise Conflict(
                "These days overlap another substantive employment of this person",
                where=Where(thing=f"employment {other.employment}"),
                fix="End or correct that employment first",
            )
    fact.id, fact.valid_from, fact.valid_to = new_id(), days.start, days.end
    fact.decided_by, fact.recorded_from = by, at
    fact.save(force_insert=True)


def _note(done: str, fact: Employment, *, by: str, reason: str) -> None:
    ledger().append_one(
        "decisions",
        f"muster.register.employment.{done}.v1",
        f"employment:register:{fact.employment}",
        {"by": by, "reason": reason, "fact": fact.id},
    )


def _tell(records: Collection[str], *, at: dt.datetime) -> None:
    """Make beliefs of records what their claims tell: close what is gone, insert what is new."""
    changes = differences(records, waiting_in(_systems_of(records)))
    for table, change in changes.items():
        _close_facts(table, change.closed, at)
    for table, change in changes.items():
        ids = [fresh.hex for fresh in new_ids(change.fresh.height)]
        insert_frame(
            table,
            change.fresh.with_columns(
                note_instant(at).alias("recorded_from"),
                pl.Series("id", ids, dtype=pl.String),
            ),
        )


def _close_facts(table: str, ids: Sequence[str], at: dt.datetime) -> None:
    stored = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        for start in range(0, len(ids), _AT_ONCE):
            portion = ids[start : start + _AT_ONCE]
            marks = ", ".join(["%s"] * len(portion))
            cursor.execute(
                f"UPDATE {table} SET recorded_to = %s WHERE id IN ({marks})",  # noqa: S608
                [stored, *portion],
            )


def _link_new(records: Collection[str], *, by: str, at: dt.datetime) -> None:
    """Link records seen for the first time: to a person certainly the same, or to a new one."""
    linked = read_among(
        f"SELECT {hexed('record_id')} FROM register_crosswalk"  # noqa: S608
        " WHERE recorded_to IS NULL AND record_id IN {}",
        records,
        {"record": pl.String},
    )
    fresh = claims_of(set(records) - set(linked["record"]))
    fresh = fresh.unique("record", keep="last", maintain_order=True)
    fresh = fresh.select("record", "nino_hash", "birth_date", "surname")
    known = _known_persons(fresh["nino_hash"].drop_nulls().unique().to_list())
    persons, rows = [], []
    for (record, *who), new in zip(fresh.iter_rows(), new_ids(fresh.height), strict=True):
        key = same_person(*who)
        person = new.hex if key is None else known.setdefault(key, new.hex)
        if person == new.hex:
            persons.append(person)
        rows.append((record, person, _ALONE if person == new.hex else _CERTAIN))
    insert_frame("register_person", pl.DataFrame({"id": persons}, schema={"id": pl.String}))
    ids = [new.hex for new in new_ids(len(rows))]
    frame = pl.DataFrame(
        rows, schema=dict.fromkeys(("record_id", "person_id", "rule"), pl.String), orient="row"
    )
    insert_frame(
        "register_crosswalk",
        frame.with_columns(
            pl.Series("id", ids, dtype=pl.String),
            pl.lit(by).alias("by"),
            note_instant(at).alias("recorded_from"),
        ),
    )


def _known_persons(ninos: Collection[str]) -> dict[tuple[str, dt.date, str], str]:
    """Return persons by what makes two records certainly one person."""
    found = read_among(
        "SELECT DISTINCT claim.nino_hash, claim.birth_date, claim.surname,"  # noqa: S608
        f" {hexed('walk.person_id')} FROM register_people_claim claim"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        " JOIN register_crosswalk walk ON walk.record_id = claim.record_id"
        " WHERE said.recorded_to IS NULL AND walk.recorded_to IS NULL AND claim.nino_hash IN {}",
        ninos,
        {"nino_hash": pl.String, "birth_date": pl.Date, "surname": pl.String, "person": pl.String},
    )
    known: dict[tuple[str, dt.date, str], str] = {}
    for *who, person in found.sort("person").iter_rows():
        key = same_person(*who)
        if key is not None:
            known.setdefault(key, person)
    return known


def _systems_of(records: Iterable[str]) -> set[str]:
    return set(
        read_among(
            "SELECT DISTINCT system FROM register_source_record WHERE id IN {}",
            list(records),
            {"system": pl.String},
        )["system"]
    )
