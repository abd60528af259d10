"""Saying once for all what a value means on a route; undoing it; and who said what.

A meaning counts for every later feed of the route, and lets every row that waits for it go on.
Undoing it asks again at the next feed; feeds that used it stay as they are until somebody has them
taken again (``retaking``).
"""

import datetime as dt
import json
import re
import time
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from muster.hub.batch import hold_routes
from muster.hub.delivery import DELIVERED
from muster.hub.intakes import intake_for
from muster.hub.landing import Read
from muster.hub.layouts import FieldMapping
from muster.hub.mapping.cells import as_read
from muster.hub.mending import later
from muster.hub.mending.meanings import Question, checked, means
from muster.hub.mending.places import field_titled, layout_named
from muster.hub.mending.releasing import release_rows, waiting_rows
from muster.hub.mending.waiting import standing
from muster.hub.models import Landing, QuarantinedRow, Route, ValueFix
from muster.hub.queries import evidence_of
from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, NotFound, Where
from muster.ledger.current import ledger

FIXED, UNDONE = "muster.hub.value.fixed.v1", "muster.hub.value_fix.undone.v1"
# A page waits so long for rows to go on; the rest go on when somebody asks for them.
PAGE_SECONDS = 10.0


@dataclass(frozen=True)
class Fix:
    """What somebody said that a value means on a route."""

    id: uuid.UUID
    route: str
    source: str
    employer: uuid.UUID | None
    field: str
    title: str
    stated: str
    becomes: str
    reason: str
    at: dt.datetime
    by: str
    undone_at: dt.datetime | None
    undone_by: str


@dataclass(frozen=True)
class WentOn:
    """What came of letting rows go on: how many did, and how many files are still to be gone
    through because time was up."""

    rows: int
    feeds_left: int


@dataclass(frozen=True)
class Use:
    """A standing feed in which rows went on by a fix: how many."""

    landing: uuid.UUID
    name: str
    as_at: dt.date | None
    rows: int


@transaction.atomic
def say_meaning(
    question: Question, becomes: str, *, reason: str, by: str, clock: Clock
) -> uuid.UUID:
    """Remember what a value means on a route. Saying the same again changes nothing.

    Args:
        question: the value, the route and the field.
        becomes: the text to read instead, or what it means; "" says that nothing is stated.
        reason: why; it is recorded and names nobody.
        by: who says so.
        clock: stamps the decision.

    Raises:
        BadInput: if ``becomes`` cannot be read as the field.
        Conflict: if somebody said meanwhile that it means something else.
    """
    text = checked(question, becomes)
    route = Route.objects.get(code=question.route)
    hold_routes({route.id})
    live = ValueFix.objects.filter(route=route, field=question.field, undone_at__isnull=True)
    earlier = live.filter(stated=question.stated).first()
    if earlier is not None:
        if earlier.becomes == text:
            return earlier.id
        raise Conflict(
            f"{earlier.fixed_by} has said already that {question.stated} means"
            f" {means(question, earlier.becomes) or 'nothing'}",
            where=Where(field=question.title),
            fix="See the values that were given a meaning, and undo that one first",
        )
    fix = ValueFix.objects.create(
        route=route, field=question.field, stated=question.stated, becomes=text, reason=reason,
        fixed_at=clock.now(), fixed_by=by,
    )  # fmt: skip
    body = {
        "fix": fix.id, "field": question.field, "stated": question.stated, "becomes": text,
        "reason": reason, "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", FIXED, f"route:hub:{question.route}", body)
    return fix.id


def let_go_on(
    fix: uuid.UUID, read: Read, *, by: str, clock: Clock, seconds: float | None = None
) -> WentOn:
    """Let the rows that wait for a fixed value go on, file by file.

    Args:
        fix: a fix in force.
        read: reads the bytes of landings.
        by: who lets them go on.
        clock: stamps the evidence.
        seconds: after so many no further file, or part of a large one, is begun; none is left
            out by default.

    Raises:
        NotFound: if the fix is not in force.
    """
    found = ValueFix.objects.filter(id=fix, undone_at__isnull=True).first()
    if found is None:
        raise _not_in_force(fix)
    todo = [landing for landing in _landings(found) if rows_for(found, landing)]
    ends = None if seconds is None else time.monotonic() + seconds

    def over() -> bool:
        return ends is not None and time.monotonic() > ends

    went_on = 0
    for place, landing in enumerate(todo, start=1):
        wanted = lambda one: rows_for(found, one)  # noqa: E731
        went_on += release_rows(landing, wanted, read, by=by, clock=clock, stop=over)
        if over():
            return WentOn(went_on, len(todo) - place + bool(rows_for(found, landing)))
    return WentOn(went_on, 0)


def carry_on(read: Read, *, clock: Clock, seconds: float | None = None) -> int:
    """Let rows go on that were corrected, or wait for a value with a meaning; return how many did.

    For a worker with nothing else to do: a page stops waiting before very many rows are done.
    """
    ends = None if seconds is None else time.monotonic() + seconds

    def left() -> float | None:
        return None if ends is None else max(0.0, ends - time.monotonic())

    went_on = later.carry_on(read, clock=clock, stop=lambda: left() == 0.0)
    live = ValueFix.objects.filter(undone_at__isnull=True).order_by("id")
    for fix, by in live.values_list("id", "fixed_by"):
        went_on += let_go_on(fix, read, by=by, clock=clock, seconds=left()).rows
    return went_on


def waiting_for(fix: uuid.UUID) -> tuple[int, int]:
    """Return how many rows wait for a fixed value to go on, and in how many files."""
    found = ValueFix.objects.get(id=fix)
    rows = [len(rows_for(found, landing)) for landing in _landings(found)]
    return sum(rows), len(list(filter(None, rows)))


def _landings(fix: ValueFix) -> list[Landing]:
    """Return the standing landings in which rows wait for the fixed field."""
    waits = QuarantinedRow.objects.filter(landing__route=fix.route, field=_title_of(fix))
    found = standing(None).filter(id__in=waits.order_by().values("landing"))
    return list(found.order_by("received_at", "id"))


def rows_for(fix: ValueFix, landing: Landing) -> set[int]:
    """Return the rows of a landing that wait for a value, however it is spaced in its cell."""
    layout = layout_named(landing.layout)
    known = field_titled(layout, _title_of(fix)) if layout is not None else None
    if known is None or known[1].field != fix.field:
        return set()
    stated, mapping = known
    causes = QuarantinedRow.objects.filter(landing=landing, field=stated.title).order_by()
    rows: set[int] = set()
    for cause in causes.values_list("cause", flat=True).distinct():
        # What is checked after it was read is shown as read, not as it stood in the cell.
        if stated.dtype.is_numeric() or _names(cause, fix.stated, mapping):
            rows |= waiting_rows(landing, cause)
    return rows


def _names(cause: str, stated: str, mapping: FieldMapping) -> bool:
    """Tell whether a cause may be about a text; one that names no value may be."""
    if not cause.endswith(")"):
        return True
    begins = (match.end() for match in re.finditer(r" \(", cause))
    return any(as_read(cause[begin:-1], mapping) == stated for begin in begins)


def fixes(
    *, route: str = "", employer: uuid.UUID | None = None, undone: bool = False
) -> tuple[Fix, ...]:
    """Return what was said of values, latest first.

    Args:
        route: only of the route with this code.
        employer: only of systems this employer owns.
        undone: those that were undone, instead of those in force.
    """
    found = ValueFix.objects.filter(undone_at__isnull=not undone).order_by("-fixed_at", "-id")
    if route:
        found = found.filter(route__code=route)
    if employer is not None:
        found = found.filter(route__source__employer=employer)
    return tuple(map(_view, found.select_related("route__source")))


def fix_of(fix: uuid.UUID, *, employer: uuid.UUID | None = None) -> Fix:
    """Return one fix; ``NotFound`` if there is none within an employer's systems."""
    found = ValueFix.objects.filter(id=fix).select_related("route__source").first()
    if found is None or employer not in (None, found.route.source.employer):
        raise _not_in_force(fix)
    return _view(found)


@transaction.atomic
def undo(*, fix: uuid.UUID, by: str, clock: Clock) -> None:
    """Take a meaning back: the next feed with the value asks again.

    Raises:
        NotFound: if it is not in force.
    """
    found = ValueFix.objects.filter(id=fix, undone_at__isnull=True).select_related("route").first()
    if found is None:
        raise _not_in_force(fix)
    hold_routes({found.route.id})
    live = ValueFix.objects.filter(id=fix, undone_at__isnull=True)
    if not live.update(undone_at=clock.now(), undone_by=by):
        raise _not_in_force(fix)
    body = {"fix": fix, "by": by}
    ledger().append_one("decisions", UNDONE, f"route:hub:{found.route.code}", body)


def uses(fix: uuid.UUID) -> tuple[Use, ...]:
    """Return the standing feeds in which rows went on by a fix, as their evidence tells."""
    found = ValueFix.objects.get(id=fix)
    since = Q(received_at__gte=found.fixed_at) | Q(parts__gt=1)
    used = []
    for landing in standing(None).filter(since, route=found.route).order_by("as_at", "name"):
        rows = sum(
            json.loads(entry.body or b"{}").get("fixes", {}).get(str(fix), 0)
            for entry in evidence_of(landing.id)
            if entry.type == DELIVERED
        )
        if rows:
            used.append(Use(landing.id, landing.name, landing.as_at, rows))
    return tuple(used)


def _title_of(fix: ValueFix) -> str:
    return intake_for(fix.route.contract).contract.field(fix.field).title


def _not_in_force(fix: uuid.UUID) -> NotFound:
    return NotFound(
        "No such meaning is in force", where=Where(thing=str(fix)),
        fix="See the values that were given a meaning",
    )  # fmt: skip


def _view(row: ValueFix) -> Fix:
    return Fix(
        row.id, row.route.code, row.route.source.title, row.route.source.employer, row.field,
        _title_of(row), row.stated, row.becomes, row.reason, row.fixed_at, row.fixed_by,
        row.undone_at, row.undone_by,
    )  # fmt: skip
