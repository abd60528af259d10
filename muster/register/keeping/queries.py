"""What pages and commands ask about keeping: runs, holds, certificates, requests."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from muster.register.employers.queries import titles
from muster.register.keeping.models import Answer, LegalHold, Request, Run, RunItem
from muster.register.people.restricting.hiding import shown
from muster.register.people.restricting.rules import NOBODY, Viewer


@dataclass(frozen=True)
class Count:
    """How many things of a line and employer are past their time; ``kept`` why they stay."""

    line: str
    employer: str
    things: int
    kept: str


@dataclass(frozen=True)
class RunView:
    """One run: who did what with it, and how far it is."""

    id: uuid.UUID
    as_at: dt.date
    only: uuid.UUID | None
    state: str
    counts: tuple[Count, ...]
    total: int
    erased: int
    kept: int
    previewed_by: str
    previewed_at: dt.datetime
    proposed_by: str
    proposed_at: dt.datetime | None
    proposed_because: str
    decided_by: str
    decided_at: dt.datetime | None
    decided_because: str
    done_at: dt.datetime | None

    @property
    def done(self) -> int:
        """Return how many things were looked at in their turn."""
        return self.erased + self.kept


@dataclass(frozen=True)
class ItemView:
    """One thing of a run; ``counts`` are the rows erased, by table."""

    line: str
    thing: str
    person: uuid.UUID | None
    employer: str
    goes_on: dt.date | None
    state: str
    because: str
    counts: dict[str, int]


@dataclass(frozen=True)
class HoldView:
    """One legal hold."""

    id: uuid.UUID
    kind: str
    target: str
    why: str
    review_on: dt.date
    placed_by: str
    placed_at: dt.datetime
    lifted_by: str
    lifted_at: dt.datetime | None
    lifted_because: str


@dataclass(frozen=True)
class AnswerView:
    """What was decided of one line on a request; ``until`` is the last day it is kept."""

    line: str
    outcome: str
    things: int
    because: str
    legal: str
    until: dt.date | None


@dataclass(frozen=True)
class RequestView:
    """One request of a person about their data."""

    id: uuid.UUID
    kind: str
    person: uuid.UUID
    words: str
    asked_by: str
    asked_at: dt.datetime
    due: dt.date
    extended_because: str
    state: str
    checked_by: str
    decided_by: str
    decided_at: dt.datetime | None
    run: uuid.UUID | None
    ready_at: dt.datetime | None
    expires_at: dt.datetime | None
    downloaded_at: dt.datetime | None
    objection: str
    objected_at: dt.datetime | None
    reviewed: str
    reviewed_at: dt.datetime | None
    answers: tuple[AnswerView, ...]

    def late(self, today: dt.date) -> bool:
        """Tell whether its deadline passed without an answer."""
        return self.state in ("asked", "checked") and today > self.due


def runs(*, limit: int = 50) -> tuple[RunView, ...]:
    """Return the latest runs."""
    return tuple(_run(one) for one in Run.objects.order_by("-previewed_at")[:limit])


def run_of(run: uuid.UUID) -> RunView | None:
    """Return a run; None if there is none."""
    found = Run.objects.filter(id=run).first()
    return _run(found) if found else None


def items(run: uuid.UUID, *, start: int = 0, limit: int = 50) -> tuple[ItemView, ...]:
    """Return things of a run in the order in which they are erased."""
    return _items(list(RunItem.objects.filter(run=run).order_by("id")[start : start + limit]))


def _items(found: list[RunItem]) -> tuple[ItemView, ...]:
    named = titles([one.employer for one in found if one.employer])
    return tuple(
        ItemView(
            one.line, one.thing, one.person, named.get(one.employer, "") if one.employer else "",
            one.goes_on, one.state, one.because, one.counts,
        )
        for one in found
    )  # fmt: skip


def sample(run: uuid.UUID, *, viewer: Viewer, limit: int = 5) -> tuple[ItemView, ...]:
    """Return a few things of a run that are of persons of whom a viewer may know."""
    found = RunItem.objects.filter(run=run, person__isnull=False).filter(shown(viewer))
    return _items(list(found.order_by("id")[:limit]))


def holds(*, viewer: Viewer = NOBODY, lifted: bool = False) -> tuple[HoldView, ...]:
    """Return the holds in force, those to be looked at again soonest first; or lifted ones.

    Without those on persons of whom the viewer may not know.
    """
    known = Q(person__isnull=True) | shown(viewer)
    found = LegalHold.objects.filter(known, lifted_at__isnull=not lifted)
    found = found.order_by("review_on", "id")
    return tuple(
        HoldView(
            one.id, one.kind, one.target, one.why, one.review_on, one.placed_by, one.placed_at,
            one.lifted_by or "", one.lifted_at, one.lifted_because or "",
        )
        for one in found
    )  # fmt: skip


def requests(
    *, person: uuid.UUID | None = None, viewer: Viewer | None = None, limit: int = 100
) -> tuple[RequestView, ...]:
    """Return requests: the open ones by deadline, then the others, the latest first.

    Args:
        person: of one person alone.
        viewer: who looks: those of people of whom they may not know are left out.
        limit: how many at most.
    """
    found = Request.objects.all() if person is None else Request.objects.filter(person=person)
    if viewer is not None:
        found = found.filter(shown(viewer))
    rows = list(found.order_by("-asked_at")[:limit])
    rows.sort(key=lambda one: (one.state not in ("asked", "checked"), one.due))
    return _requests(rows)


def request_of(
    request: uuid.UUID, *, person: uuid.UUID | None = None, viewer: Viewer | None = None
) -> RequestView | None:
    """Return a request, of one person or as far as a viewer may know; None if there is none."""
    found = Request.objects.filter(id=request)
    if viewer is not None:
        found = found.filter(shown(viewer))
    if person is not None:
        found = found.filter(person=person)
    return next(iter(_requests(list(found))), None)


def _run(one: Run) -> RunView:
    said = one.counts
    named = titles([uuid.UUID(row["employer"]) for row in said if row["employer"]])
    counts = tuple(
        Count(
            row["line"],
            named.get(uuid.UUID(row["employer"]), "") if row["employer"] else "",
            row["things"],
            row["kept"],
        )
        for row in said
    )
    things = RunItem.objects.filter(run=one)
    return RunView(
        one.id, one.as_at, one.only, one.state, counts, one.items_total,
        things.filter(state="erased").count(), things.filter(state="kept").count(),
        one.previewed_by, one.previewed_at, one.proposed_by or "", one.proposed_at,
        one.proposed_because, one.decided_by or "", one.decided_at, one.decided_because,
        one.done_at,
    )  # fmt: skip


def _requests(rows: list[Request]) -> tuple[RequestView, ...]:
    answers: dict[uuid.UUID, list[AnswerView]] = defaultdict(list)
    done = {one.id for one in rows if one.run_id and one.run and one.run.state == "done"}
    for one in Answer.objects.filter(request__in=rows).order_by("id"):
        erased = one.outcome == "to be erased" and one.request_id in done
        outcome = "erased" if erased else one.outcome
        answers[one.request_id].append(
            AnswerView(one.line, outcome, one.things, one.because, one.legal, one.until)
        )
    return tuple(
        RequestView(
            one.id, one.kind, one.person, one.words, one.asked_by, one.asked_at, one.due,
            one.extended_because, one.state, one.checked_by, one.decided_by, one.decided_at,
            one.run_id, one.ready_at, one.expires_at, one.downloaded_at, one.objection,
            one.objected_at, one.reviewed, one.reviewed_at, tuple(answers[one.id]),
        )
        for one in rows
    )  # fmt: skip
