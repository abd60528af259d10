"""Questions about restrictions and broken glass. Frozen answers; callers check access first."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet

from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.people.models import (
    Claim,
    Crosswalk,
    Employment,
    Identifier,
    Person,
    PersonName,
    SourceRecord,
    WaitingRow,
)
from muster.register.people.person_record import PersonRecord
from muster.register.people.populations import record_named
from muster.register.people.restricting import hiding
from muster.register.people.restricting.actions import kept_from
from muster.register.people.restricting.models import BrokenGlass, GlassNotice, Restriction
from muster.register.people.restricting.rules import KINDS, NOBODY, Viewer


@dataclass(frozen=True)
class Standing:
    """What is asked before a person is shown: by whom they were employed, and may one know."""

    employers: frozenset[uuid.UUID]
    hidden: bool


@dataclass(frozen=True)
class RestrictionView:
    """A restriction as its guardians see it."""

    id: uuid.UUID
    person: uuid.UUID
    kind: str
    names_before: dt.date | None
    office: uuid.UUID | None
    office_title: str
    guardian: str
    notice_waits: bool
    reason: str
    set_by: str
    since: dt.datetime
    knowers: tuple[str, ...]
    lift_asked_by: str
    lift_reason: str
    lifted_by: str
    until: dt.datetime | None


@dataclass(frozen=True)
class NoticeView:
    """Broken glass as a guardian is told of it."""

    id: uuid.UUID
    glass: uuid.UUID
    restriction: uuid.UUID
    person: uuid.UUID
    actor: str
    name: str
    role: str
    employer: str
    reason: str
    words: str
    at: dt.datetime
    until: dt.datetime
    verdict: str
    found: str
    reviewed_by: str


@dataclass(frozen=True)
class GlassView:
    """Glass that somebody broke, to themself."""

    id: uuid.UUID
    person: uuid.UUID
    reason: str
    at: dt.datetime
    until: dt.datetime


def standing(person: uuid.UUID, viewer: Viewer) -> Standing:
    """Return where a person was ever employed, and whether they are hidden from a viewer.

    It takes two statements, whether there is such a person or not.
    """
    held = Employment.objects.filter(person=person).order_by().values_list("employer", flat=True)
    known = Person.objects.filter(hiding.shown(viewer, "pk"), pk=person).exists()
    return Standing(frozenset(held.distinct()), not known)


def by_number(employer: uuid.UUID, staff_number: str, *, system: str = "") -> uuid.UUID | None:
    """Return the person whom an employer's systems know by exactly this number, or None."""
    records = SourceRecord.objects.filter(employer=employer, staff_number=staff_number.strip())
    if system:
        records = records.filter(system=system)
    walks = Crosswalk.objects.filter(record__in=records.values("id"), recorded_to__isnull=True)
    found = set(walks.values_list("person", flat=True))
    return found.pop() if len(found) == 1 else None


def employers() -> tuple[tuple[uuid.UUID, str], ...]:
    """Return the employers whose systems the register holds records of, by title."""
    held = SourceRecord.objects.order_by("employer__title")
    return tuple(held.values_list("employer", "employer__title").distinct())


def restrictable(person: uuid.UUID | None, *, employer: uuid.UUID | None) -> bool:
    """Tell whether an office may restrict a person: its employer has employed them, or it is the
    central one. None, where no identifier fits, takes as many statements."""
    whom = person or uuid.UUID(int=0)
    found, exists = standing(whom, NOBODY), Person.objects.filter(pk=whom).exists()
    return exists and (employer is None or employer in found.employers)


def openable(person: uuid.UUID | None, viewer: Viewer, *, employer: uuid.UUID | None) -> bool:
    """Tell whether there is a person who is kept from a viewer and could be opened to them.

    Args:
        person: whom; None where no identifier fits, which takes as many statements.
        viewer: who asks.
        employer: only somebody whom this employer has employed; None for anybody.
    """
    whom = person or uuid.UUID(int=0)
    found = standing(whom, viewer)
    kept = bool(kept_from(viewer, whom))
    return kept and (employer is None or employer in found.employers)


def as_known_to(record: PersonRecord, viewer: Viewer) -> PersonRecord:
    """Return a record without names and name-bearing facts of which a viewer may not know.

    The record is then called by the latest name that may be known, or by none.
    """
    names = PersonName.objects.filter(~hiding.shown_name(viewer), person=record.person)
    emails = Identifier.objects.filter(~hiding.shown_identifier(viewer), person=record.person)
    gone = {*names.values_list("id", flat=True), *emails.values_list("id", flat=True)}
    if not gone:
        return record
    history = record.history
    kept = tuple(one for one in history.names if one.believed.id not in gone)
    now = tuple(one for one in record.names if one.believed.id not in gone)
    latest = sorted(now or kept, key=lambda fact: fact.believed.valid_from)
    return replace(
        record,
        name=latest[-1].shown if latest else "",
        names=now,
        identifiers=tuple(one for one in record.identifiers if one.believed.id not in gone),
        history=replace(
            history,
            names=kept,
            identifiers=tuple(i for i in history.identifiers if i.believed.id not in gone),
        ),
    )


def holds_hidden(persons: Collection[uuid.UUID], viewer: Viewer) -> bool:
    """Tell whether something about one of these persons is kept from a viewer.

    For what can only be shown whole, such as the exact bytes of a file.
    """
    hidden = Person.objects.filter(~hiding.shown(viewer, "pk", KINDS)).values_list("pk", flat=True)
    return not set(persons).isdisjoint(hidden)


def landing_holds_hidden(landing: uuid.UUID, viewer: Viewer) -> bool:
    """Tell whether rows of a landing, accepted or waiting, speak of somebody kept from a viewer."""
    claims = Claim.objects.filter(statement__landing=landing)
    accepted = claims.filter(~hiding.shown_record(viewer, "record")).exists()
    return landing in {one for one, _row in hidden_rows(viewer)} or accepted


def row_is_hidden(landing: uuid.UUID, row: int, viewer: Viewer) -> bool:
    """Tell whether a row, accepted or waiting, speaks of somebody who is kept from a viewer."""
    claims = Claim.objects.filter(statement__landing=landing, row=row)
    accepted = claims.filter(~hiding.shown_record(viewer, "record")).exists()
    return accepted or (landing, row) in hidden_rows(viewer)


def hidden_rows(viewer: Viewer) -> tuple[tuple[uuid.UUID, int], ...]:
    """Return the rows that wait in quarantine and say that they are of somebody hidden.

    By landing and row; a row says so by the staff number its system knows the person by.
    """
    kept = SourceRecord.objects.filter(~hiding.shown_record(viewer, "id"))
    named = kept.filter(system=OuterRef("statement__system"), staff_number=OuterRef("staff_number"))
    rows = WaitingRow.objects.filter(Q(Exists(named)), staff_number__isnull=False)
    return tuple(rows.values_list("statement__landing", "row"))


def hidden_subjects(viewer: Viewer) -> tuple[str, ...]:
    """Return what subjects of messages about somebody kept from a viewer end with.

    That is system and staff number of each of their records, whatever a message tells of them.
    """
    kept = SourceRecord.objects.filter(~hiding.shown_record(viewer, "id"))
    named = kept.filter(staff_number__isnull=False).values_list("system", "staff_number")
    return tuple(f"{system}:{number}" for system, number in named)


def subject_is_hidden(subject: str, viewer: Viewer) -> bool:
    """Tell whether a message is about somebody who is kept from a viewer.

    A message names its subject as the sending system knows it (``employment:hr:mill:1234``).
    """
    system, number = record_named(subject) or ("", "")
    named = SourceRecord.objects.filter(system=system, staff_number=number)
    return named.filter(~hiding.shown_record(viewer, "id")).exists()


def restrictions(viewer: Viewer, *, standing_only: bool = True) -> tuple[RestrictionView, ...]:
    """Return the restrictions a viewer answers for, the latest first."""
    found = _answered(viewer)
    if standing_only:
        found = found.filter(recorded_to__isnull=True)
    return tuple(_view(one) for one in found.order_by("-recorded_from", "id"))


def restriction(which: uuid.UUID, viewer: Viewer) -> RestrictionView | None:
    """Return one restriction that a viewer answers for, or None."""
    found = _answered(viewer).filter(id=which).first()
    return None if found is None else _view(found)


def notices(
    viewer: Viewer, *, waiting: bool | None = None, which: uuid.UUID | None = None
) -> tuple[NoticeView, ...]:
    """Return what a guardian was told of broken glass, the latest first.

    Args:
        viewer: the guardian.
        waiting: only what nobody has reviewed, or only what somebody has.
        which: only this one.
    """
    found = GlassNotice.objects.filter(restriction__in=_answered(viewer).values("id"))
    if waiting is not None:
        found = found.filter(verdict__isnull=waiting)
    if which is not None:
        found = found.filter(id=which)
    found = found.select_related("glass__employer").order_by("-told_at", "id")
    return tuple(_notice(one) for one in found)


def open_glass(actor: str, *, now: dt.datetime | None = None) -> tuple[GlassView, ...]:
    """Return glass that is broken to an actor now."""
    broken = BrokenGlass.objects.filter(actor=actor, until__gt=now or SYSTEM_CLOCK.now())
    return tuple(
        GlassView(one.id, one.person_id, one.reason, one.at, one.until)
        for one in broken.order_by("-at", "id")
    )


def glass_for(
    actor: str, persons: Sequence[uuid.UUID], *, now: dt.datetime | None = None
) -> dict[uuid.UUID, uuid.UUID]:
    """Return by person the glass under which an actor looks at them now."""
    broken = BrokenGlass.objects.filter(actor=actor, until__gt=now or SYSTEM_CLOCK.now())
    found = broken.order_by("at").values_list("person", "id")
    asked = set(persons)
    return {person: glass for person, glass in found if person in asked}


def glass_reasons(glass: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the reason codes of broken glass."""
    return dict(BrokenGlass.objects.filter(id__in=list(glass)).values_list("id", "reason"))


def untold_glass(person: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Return broken glass of which a person is not told yet, as a restriction says so."""
    waits = GlassNotice.objects.filter(
        glass__person=person, restriction__notice_waits=True, restriction__recorded_to__isnull=True
    )
    return tuple(waits.values_list("glass", flat=True).distinct())


def _answered(viewer: Viewer) -> QuerySet[Restriction]:
    mine = Q(guardian=viewer.id) & ~Q(guardian="")
    if viewer.answers:
        mine |= Q(office__isnull=True) if viewer.office is None else Q(office=viewer.office)
    return Restriction.objects.filter(mine).select_related("office").prefetch_related("knowers")


def _view(one: Restriction) -> RestrictionView:
    known = tuple(sorted(k.actor for k in one.knowers.all() if k.ended_at is None))
    return RestrictionView(
        one.id, one.person_id, one.kind, one.names_before, one.office_id,
        one.office.title if one.office else "", one.guardian, one.notice_waits, one.reason,
        one.set_by, one.recorded_from, known, one.lift_asked_by or "", one.lift_reason or "",
        one.lifted_by or "", one.recorded_to,
    )  # fmt: skip


def _notice(one: GlassNotice) -> NoticeView:
    glass = one.glass
    return NoticeView(
        one.id, glass.id, one.restriction_id, glass.person_id, glass.actor, glass.name, glass.role,
        glass.employer.title if glass.employer else "", glass.reason, glass.words, glass.at,
        glass.until, one.verdict or "", one.words or "", one.reviewed_by or "",
    )  # fmt: skip
