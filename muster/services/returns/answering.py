"""The verbs of an employer that is asked: it states figures, a second person signs off.

Until the return is released both may take back. An ask whose feed comes in closes by itself.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from itertools import product

from django.db import transaction

from muster.gates.metrics import metric_named, reader_of
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.services.returns.actions import note, stated
from muster.services.returns.metrics import declared_as
from muster.services.returns.models import Ask, Item, StatedCell
from muster.services.returns.rules import Figure, check_totals, read_figure, reminder_due
from muster.services.returns.standing import recorded

Written = Mapping[int, Mapping[str, tuple[str, str]]]
"""What an officer wrote: by item and key of a cell, the figure and the people behind it."""


def cells_of(metric: str, dimensions: Sequence[str], as_at: dt.date) -> list[tuple[str, str]]:
    """Return every cell of a table that an employer states: its key and what it is called."""
    reader, chosen = reader_of(metric_named(metric)), metric_named(metric)
    domains = []
    for name in dimensions:
        part = chosen.dimension(name)
        none = part.not_mapped if part else ""
        codes = reader.domain(name, as_at)
        domains.append([(code, label or none or code) for code, label in codes.items()])
    return [
        (key_of([code for code, _ in parts]), ", ".join(label for _, label in parts))
        for parts in product(*domains)
    ]


def key_of(codes: Sequence[str]) -> str:
    """Return codes as one key."""
    return json.dumps(list(codes))


@transaction.atomic
def state_figures(
    *, ask: uuid.UUID, employer: uuid.UUID, written: Written, source: str, version: int,
    by: str, clock: Clock,
) -> None:  # fmt: skip
    """State the figures that an employer is asked for; they wait for a second person there.

    Args:
        ask: what is asked.
        employer: whose officer it is.
        written: for each missing item each cell, as text.
        source: where the figures come from, such as a payroll report.
        version: of the ask as the officer saw it.
        by: the officer.
        clock: stamps it.

    Raises:
        NotFound: if nothing of that employer is asked there.
        Conflict: if a colleague was faster, it is signed off, or the return is closed.
        BadInput: naming the cell that is wrong.
    """
    found = _held(ask, employer, version, ("asked", "stated"))
    cells = []
    totals: dict[tuple[str, str], list[Figure]] = {}
    for item in Item.objects.filter(id__in=found.missing).order_by("id"):
        metric = metric_named(item.metric)
        given = written.get(item.pk, {})
        wanted = cells_of(item.metric, [d for d in item.dimensions.split(",") if d], found.of.as_at)
        if set(given) != {key for key, _ in wanted}:
            raise BadInput("The cells are not those that are asked for",
                           where=Where(thing=metric.title), fix="Fill in the list")  # fmt: skip
        for key, label in wanted:
            field = f"{metric.title}: {label}" if label else metric.title
            figure = read_figure(declared_as(metric), *given[key], field=field)
            totals.setdefault((metric.title, item.dimensions), []).append(figure)
            cells.append(
                StatedCell(ask=found, item=item, key=key, value=figure.value, people=figure.people)
            )
    check_totals(totals)
    found.source, found.state = stated(source, "source")[:300], "stated"
    found.stated_by, found.stated_at = by, clock.now()
    found.cells.all().delete()
    StatedCell.objects.bulk_create(cells)
    _save(found)
    note("ask.stated", _subject(found), by, figures=len(cells))


@transaction.atomic
def sign_off(*, ask: uuid.UUID, employer: uuid.UUID, version: int, by: str, clock: Clock) -> None:
    """Sign off what a colleague stated.

    Raises:
        NotPermitted: if the same person stated it.
        Conflict: if it changed since it was seen, or the return is closed.
    """
    found = _held(ask, employer, version, ("stated",))
    if found.stated_by == by:
        raise NotPermitted("You stated these figures", fix="Let a colleague sign them off")
    found.state, found.signed_by, found.signed_at = "signed", by, clock.now()
    _save(found)
    note("ask.signed_off", _subject(found), by)


@transaction.atomic
def take_back(
    *, ask: uuid.UUID, employer: uuid.UUID, version: int, reason: str, by: str, clock: Clock
) -> None:
    """Take figures back before the return is released; they are kept for correction.

    Raises:
        Conflict: if nothing was stated, it changed since it was seen, or the return is closed.
        BadInput: if no reason is given.
    """
    found = _held(ask, employer, version, ("stated", "signed"))
    said = stated(reason, "reason")
    found.state, found.signed_by, found.signed_at = "asked", "", None
    _save(found)
    note("ask.taken_back", _subject(found), by, reason=said)


def close_fed(*, clock: Clock) -> int:
    """Close what is asked of employers whose feeds have come in since; return how many."""
    waiting = Ask.objects.filter(state__in=("asked", "stated"), of__state="open")
    there: dict[tuple[str, dt.date], set[uuid.UUID]] = {}
    closed = 0
    for one in waiting.select_related("of").order_by("id"):
        left = []
        for item in Item.objects.filter(id__in=one.missing):
            about = item.metric, one.of.as_at
            if about not in there:
                there[about] = recorded(*about)
            if one.employer not in there[about]:
                left.append(item.pk)
        if len(left) < len(one.missing):
            closed += _shrink(one.id, left, clock)
    return closed


@transaction.atomic
def _shrink(ask: uuid.UUID, left: list[int], clock: Clock) -> int:
    """Leave of an ask what is still missing; close it if that is nothing."""
    found = Ask.objects.select_for_update().get(id=ask)
    if found.state not in ("asked", "stated"):
        return 0
    if not left:
        found.state, found.closed_at = "fed", clock.now()
        found.cells.all().delete()
    else:
        found.cells.exclude(item__in=left).delete()
        found.missing = left
    _save(found)
    note("ask.fed", _subject(found), "system:returns", left=len(left))
    return int(not left)


def remind(*, clock: Clock) -> int:
    """Remind employers that owe figures, before and after the deadline; return how many."""
    today = legal_day(clock.now())
    waiting = Ask.objects.filter(state__in=("asked", "stated"), of__state="open")
    done = 0
    for one in waiting.select_related("of").order_by("id"):
        last = one.reminded_on or legal_day(one.of.opened_at)
        why = reminder_due(today=today, deadline=one.of.deadline, last=last)
        if why:
            with transaction.atomic():
                changed = Ask.objects.filter(id=one.id, reminded_on=one.reminded_on).update(
                    reminded_on=today, reminders=one.reminders + 1
                )
                if changed:
                    note("ask.reminded", _subject(one), "system:returns", why=why)
            done += changed
    return done


def _held(ask: uuid.UUID, employer: uuid.UUID, version: int, states: tuple[str, ...]) -> Ask:
    """Return an ask as it was seen, held until the transaction ends."""
    found = Ask.objects.select_for_update().filter(id=ask, employer=employer).first()
    if found is None:
        raise NotFound("There is no such return", fix="See what is asked of you")
    if found.of.state != "open" or found.state not in states:
        state = found.state if found.of.state == "open" else found.of.state
        raise Conflict(f"It is {state} by now", fix="Load the page again")
    if found.version != version:
        raise Conflict("A colleague changed this while you were looking at it",
                       fix="Load the page again and check what they stated")  # fmt: skip
    return found


def _save(found: Ask) -> None:
    found.version += 1
    found.save()


def _subject(found: Ask) -> str:
    return f"ask:returns:{found.id}"
