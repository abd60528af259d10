"""What may not be known, as conditions that questions about people put into themselves.

For every query that shows, counts, orders or searches people. Each condition is part of one
statement, so a question takes as many statements whoever is hidden, and pages cannot be told apart
by their number. ``shown(...)`` conditions hold for what the viewer may know of.

Which persons are hidden is asked of the person and of the records it was of when the restriction
was set, as matching may have made those another person's since.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.people.models import Crosswalk, Identifier, PersonName
from muster.register.people.restricting.models import (
    BrokenGlass,
    Knower,
    RestrictedRecord,
    Restriction,
)
from muster.register.people.restricting.rules import HIDDEN_NAMES, KINDS, WHOLE_PERSON, Viewer


def unknown_to(
    viewer: Viewer, kinds: tuple[str, ...] = KINDS, *, now: dt.datetime | None = None
) -> QuerySet[Restriction]:
    """Return restrictions in force of which a viewer may not know, as ``rules.may_know`` says."""
    held = Restriction.objects.filter(recorded_to__isnull=True, kind__in=kinds)
    if not viewer.id:
        return held
    known = Q(guardian=viewer.id) | Q(
        Exists(
            Knower.objects.filter(
                restriction=OuterRef("pk"), actor=viewer.id, ended_at__isnull=True
            )
        )
    )
    known |= Q(
        Exists(
            BrokenGlass.objects.filter(
                notices__restriction=OuterRef("pk"), actor=viewer.id,
                until__gt=now or SYSTEM_CLOCK.now(),
            )
        )
    )  # fmt: skip
    if viewer.answers:
        mine = Q(office__isnull=True) if viewer.office is None else Q(office=viewer.office)
        known |= mine
    return held.exclude(known)


def shown(viewer: Viewer, person: str = "person", kinds: tuple[str, ...] = WHOLE_PERSON) -> Q:
    """Return the condition that the viewer may know of a person; ``person`` is the column."""
    hidden = unknown_to(viewer, kinds)
    records = RestrictedRecord.objects.filter(restriction__in=hidden.values("pk"))
    now_of = Crosswalk.objects.filter(recorded_to__isnull=True, record__in=records.values("record"))
    return ~Q(**{f"{person}__in": hidden.values("person")}) & ~Q(
        **{f"{person}__in": now_of.values("person")}
    )


def shown_record(viewer: Viewer, record: str = "record") -> Q:
    """Return the condition that a viewer may know all of the person a record is of.

    For what shows records against each other: there a hidden name would be noticed by its absence,
    so whoever may not know of one sees nothing of the person at all. ``record`` is the column.
    """
    hidden = unknown_to(viewer)
    anchored = RestrictedRecord.objects.filter(restriction__in=hidden.values("pk"))
    walks = Crosswalk.objects.filter(recorded_to__isnull=True)
    now_of = walks.filter(record__in=anchored.values("record"))
    theirs = walks.filter(
        Q(person__in=hidden.values("person")) | Q(person__in=now_of.values("person"))
    )
    return ~Q(**{f"{record}__in": anchored.values("record")}) & ~Q(
        **{f"{record}__in": theirs.values("record")}
    )


def shown_name(viewer: Viewer) -> Q:
    """Return the condition that a viewer may know of a ``PersonName``.

    Hidden is a name that held before the day, and the same name wherever it is stated later: an
    employer that never heard of the change must not give it away.
    """
    return _shown_fact(viewer, PersonName, ("searched",))


def shown_identifier(viewer: Viewer) -> Q:
    """Return the condition that a viewer may know of an ``Identifier``: work emails bear names."""
    return ~Q(kind="work_email") | _shown_fact(viewer, Identifier, ("kind", "value"))


def _shown_fact(viewer: Viewer, model: type[PersonName | Identifier], same: tuple[str, ...]) -> Q:
    hidden = unknown_to(viewer, (HIDDEN_NAMES,))
    records = RestrictedRecord.objects.filter(restriction__in=hidden.values("pk"))
    # Nearly nobody has a hidden name: the two short lists settle all others at once.
    nobody = ~Q(person__in=hidden.values("person")) & ~Q(record__in=records.values("record"))
    before = _of_before(viewer)
    earlier = model._default_manager.filter(
        before, person=OuterRef("person"), **{name: OuterRef(name) for name in same}
    )
    return nobody | (~before & ~Q(Exists(earlier)))


def _of_before(viewer: Viewer) -> Q:
    """Return the condition that a fact began to hold before names of its person were changed."""
    hidden = unknown_to(viewer, (HIDDEN_NAMES,)).filter(names_before__gt=OuterRef("valid_from"))
    by_record = RestrictedRecord.objects.filter(
        restriction__in=unknown_to(viewer, (HIDDEN_NAMES,)).values("pk"),
        restriction__names_before__gt=OuterRef("valid_from"),
        record=OuterRef("record"),
    )
    return Q(Exists(hidden.filter(person=OuterRef("person")))) | Q(Exists(by_record))
