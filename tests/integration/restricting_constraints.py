"""Correct rows of restrictions and broken glass, and what breaks each thing that is always true.

For ``test_people_constraints``, which tries every one of them on the store of its run.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import models

from muster.kernel.ids import new_id
from muster.register.people.models import Person, SourceRecord
from muster.register.people.restricting.models import (
    BrokenGlass,
    GlassNotice,
    Knower,
    RestrictedRecord,
    Restriction,
)

AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
MODELS = (Restriction, RestrictedRecord, Knower, BrokenGlass, GlassNotice)
VIOLATED: dict[str, dict[str, Any]] = {
    "register_restriction_kind": {"kind": "hidden_names"},
    "register_restriction_four_eyes": {
        "lift_asked_by": "officer:ann", "lifted_by": "officer:ann", "recorded_to": AT,
    },
    "register_broken_glass_ends": {"until": AT},
    "register_glass_notice_reviewed": {"verdict": "justified"},
}  # fmt: skip


def restriction(**other: Any) -> Restriction:
    """Make a restriction that stands."""
    said = {
        "person": Person.objects.create(), "kind": "protected", "guardian": "", "set_by": "officer",
        "reason": "police advice", "recorded_from": AT,
    }  # fmt: skip
    if "recorded_to" in other:
        said |= {"lift_asked_by": "officer:ann", "lifted_by": "officer:bob"}
    return Restriction.objects.create(**(said | other))


def knower(**other: Any) -> Knower:
    """Let somebody know."""
    said = {"actor": "hr:pays", "by": "officer", "at": AT}
    return Knower.objects.create(**({"restriction": restriction()} | said | other))


def glass(**other: Any) -> BrokenGlass:
    """Break the glass for an hour."""
    said = {
        "person": Person.objects.create(), "actor": "hr:ann", "name": "Ann", "role": "HR",
        "reason": "safeguarding", "words": "x", "at": AT, "until": AT + dt.timedelta(hours=1),
    }  # fmt: skip
    return BrokenGlass.objects.create(**(said | other))


def notice(**other: Any) -> GlassNotice:
    """Tell a guardian of broken glass."""
    told = {"glass": glass(), "restriction": restriction(), "told_at": AT}
    return GlassNotice.objects.create(**(told | other))


def makers(record: Callable[[], SourceRecord]) -> dict[str, Callable[..., models.Model]]:
    """Return what makes a correct row of each table; ``record`` makes a source record."""

    def restricted(**other: Any) -> RestrictedRecord:
        said = {"restriction": restriction(), "record": record()}
        return RestrictedRecord.objects.create(**(said | other))

    return {
        "register_restriction": restriction,
        "register_restricted_record": restricted,
        "register_restriction_knower": knower,
        "register_broken_glass": glass,
        "register_glass_notice": notice,
    }


def twice(make: Callable[..., models.Model]) -> None:
    """Make the same row of a table twice."""
    first: Any = make()
    again = first.__class__.objects.get(pk=first.pk)
    again.pk = new_id() if isinstance(first.pk, type(new_id())) else None
    again.save(force_insert=True)
