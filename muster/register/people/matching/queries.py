"""Questions about matching: what is to be decided, what was, and what runs did. Frozen answers.

Whoever shows two records checks access to both first and logs the look. A National Insurance
number is never shown: only whether both state the same one.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from muster.register.people.matching.models import MatchingRun, Proposal, Tie
from muster.register.people.models import Crosswalk, Employment, SourceRecord
from muster.register.people.restricting.hiding import shown_record
from muster.register.people.restricting.rules import NOBODY, Viewer
from muster.register.people.rules import FURTHER, SUBSTANTIVE

Shown = Literal["open", "second", "decided", "linked"]
_PAID = (SUBSTANTIVE, FURTHER)  # whoever is lent in is paid by the lender


@dataclass(frozen=True)
class RunView:
    """A full run: what it weighed, by which model and thresholds, and what came of it."""

    id: uuid.UUID
    at: dt.datetime
    by: str
    model: str
    fields: tuple[str, ...]
    records: int
    pairs: int
    likely_from: float
    review_from: float
    automatic_from: float | None
    precision: float
    recall: float
    links: int
    asked: int
    taken_back: int
    state: str
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str | None


@dataclass(frozen=True)
class PairView:
    """Two records that are to be decided about, or were.

    Args:
        first: the one record.
        second: the other.
        employers: whose they are, in the same order.
        weight: bits of evidence; None where nobody weighed them.
        probability: how likely they are of one person.
        why: what bars them from being linked without asking, as a code; empty if nothing does.
        evidence: what each field tells.
        pays: whether pay hangs on the link.
        tie: what was decided, if anything was.
        says: ``same``, ``apart`` or ``unsure``; empty if nothing was decided.
        acts: whether the decision acts already.
        by: who decided it; the run's starter for a link of a run.
        confirmed_by: who looked at it second.
        reason: why.
        at: when.
        run: the run that made the link, if one did.
    """

    first: uuid.UUID
    second: uuid.UUID
    employers: tuple[uuid.UUID, uuid.UUID]
    weight: float | None
    probability: float | None
    why: str = ""
    evidence: tuple[dict[str, Any], ...] = ()
    pays: bool = False
    tie: uuid.UUID | None = None
    says: str = ""
    acts: bool = False
    by: str = ""
    confirmed_by: str = ""
    reason: str = ""
    at: dt.datetime | None = None
    run: uuid.UUID | None = None


@dataclass(frozen=True)
class PairPage:
    """One page of pairs, and how many there are in all."""

    pairs: tuple[PairView, ...] = field(default_factory=tuple)
    total: int = 0


def runs(*, limit: int = 20, viewer: Viewer = NOBODY) -> tuple[RunView, ...]:
    """Return the latest runs, newest first, as far as their viewer may know."""
    found = list(MatchingRun.objects.order_by("-at", "-id")[:limit])
    return _known(found, viewer)


def run_of(run: uuid.UUID, *, viewer: Viewer = NOBODY) -> RunView | None:
    """Return one run as far as its viewer may know, or None."""
    return next(iter(_known(list(MatchingRun.objects.filter(id=run)), viewer)), None)


def _known(found: Sequence[MatchingRun], viewer: Viewer) -> tuple[RunView, ...]:
    """Return runs without those pairs in their counts of which the viewer may not know."""
    hidden = Proposal.objects.filter(
        ~both_shown(viewer), run__in=[one.id for one in found], since__isnull=True
    )
    counts = hidden.values("run", "does").annotate(pairs=Count("weight")).order_by()
    less = {(row["run"], row["does"]): row["pairs"] for row in counts}
    return tuple(
        replace(
            _run(one),
            links=one.links - less.get((one.id, "link"), 0),
            asked=one.asked - less.get((one.id, "ask"), 0),
            taken_back=one.taken_back - less.get((one.id, "untie"), 0),
        )
        for one in found
    )


def both_shown(viewer: Viewer) -> Q:
    """Return the condition that a viewer may know of the persons of both records of a pair."""
    return shown_record(viewer, "first") & shown_record(viewer, "second")


def pairs(
    shown: Shown, *, employer: uuid.UUID | None = None, only: uuid.UUID | None = None,
    viewer: Viewer = NOBODY, start: int = 0, limit: int = 25,
) -> PairPage:  # fmt: skip
    """Return pairs of records, the strongest first, or what was decided, the latest first.

    Args:
        shown: ``open`` questions, those that wait for a ``second`` person, what was ``decided`` by
            people, or what was ``linked`` by runs.
        employer: only pairs of which both records are of this employer, where the asker sees no
            other's.
        only: only pairs of which one record is of this employer.
        viewer: who asks; pairs of anybody of whom they may not know are neither shown nor counted.
        start: how many to pass over.
        limit: how many to return at most.
    """
    if shown == "open":
        return _page(_reach(_questions(viewer), employer, only), _asked, start, limit)
    ties = Tie.objects.filter(both_shown(viewer), recorded_to__isnull=True)
    ties = ties.order_by("-recorded_from", "id")
    ties = ties.select_related("first", "second")
    kept = {
        "second": ties.filter(acts=False),
        "decided": ties.filter(acts=True, run__isnull=True),
        "linked": ties.filter(run__isnull=False),
    }[shown]
    return _page(_reach(kept, employer, only), _tied, start, limit)


def counts(*, employer: uuid.UUID | None = None, viewer: Viewer = NOBODY) -> dict[Shown, int]:
    """Return how many pairs there are of each kind."""
    kinds: tuple[Shown, ...] = ("open", "second", "decided", "linked")
    return {kind: pairs(kind, employer=employer, viewer=viewer, limit=0).total for kind in kinds}


def pair_of(first: uuid.UUID, second: uuid.UUID, *, viewer: Viewer = NOBODY) -> PairView | None:
    """Return what is asked or was decided about two records; None if neither."""
    one, other = sorted((first, second))
    tie = Tie.objects.filter(both_shown(viewer), first=one, second=other, recorded_to__isnull=True)
    found = tie.select_related("first", "second").first()
    pays = bears_pay(one, other)
    if found is not None:
        return _with_pay(_tied(found), pays)
    asked = _questions(viewer).filter(first=one, second=other).first()
    return None if asked is None else _with_pay(_asked(asked), pays)


def employers_asked(
    *, employer: uuid.UUID | None = None, viewer: Viewer = NOBODY
) -> tuple[tuple[uuid.UUID, str], ...]:
    """Return the employers whose records stand in open questions, by title."""
    found: set[tuple[uuid.UUID, str]] = set()
    for side in ("first", "second"):
        rows = _reach(_questions(viewer), employer, None).order_by()
        found.update(rows.values_list(f"{side}__employer", f"{side}__employer__title").distinct())
    return tuple(sorted(found, key=lambda one: one[1]))


def bears_pay(one: uuid.UUID, other: uuid.UUID) -> bool:
    """Tell whether pay hangs on two records being of one person.

    Both tell of an employment that is paid, of different employers: their payrolls would pay one
    person.
    """
    return (min(one, other), max(one, other)) in _bearing_pay([(one, other)])


def same_person_now(one: uuid.UUID, other: uuid.UUID) -> bool:
    """Tell whether two records are held to be of one person now."""
    walks = Crosswalk.objects.filter(recorded_to__isnull=True, record__in=(one, other))
    persons = list(walks.values_list("person", flat=True))
    return len(persons) > 1 and len(set(persons)) == 1


def persons_of(records: Collection[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    """Return the persons that records are of now, for noting who was looked at."""
    walks = Crosswalk.objects.filter(recorded_to__isnull=True, record__in=records)
    return tuple(walks.values_list("person", flat=True).distinct())


def _bearing_pay(
    asked: Sequence[tuple[uuid.UUID, uuid.UUID]],
) -> set[tuple[uuid.UUID, uuid.UUID]]:
    records = {record for pair in asked for record in pair}
    paid = set(
        Employment.objects.filter(
            record__in=records, recorded_to__isnull=True, engagement__in=_PAID
        ).values_list("record", flat=True)
    )
    owners = dict(SourceRecord.objects.filter(id__in=records).values_list("id", "employer"))
    return {
        (min(one, other), max(one, other))
        for one, other in asked
        if {one, other} <= paid and owners.get(one) != owners.get(other)
    }


def _questions(viewer: Viewer) -> QuerySet[Proposal]:
    """Return what the standing run asks, and looks at changes since, that nobody has answered."""
    standing = MatchingRun.objects.exclude(state="refused").order_by("-at", "-id").first()
    if standing is None:
        return Proposal.objects.none()
    tied = Tie.objects.filter(
        first=OuterRef("first"), second=OuterRef("second"), recorded_to__isnull=True
    )
    walks = Crosswalk.objects.filter(recorded_to__isnull=True)
    since = Q(run=standing) | Q(since__gt=standing.at)
    asked = Proposal.objects.filter(both_shown(viewer), since, does="ask", until__isnull=True)
    asked = asked.filter(~Exists(tied))
    placed = asked.annotate(
        one=Subquery(walks.filter(record=OuterRef("first")).values("person")[:1]),
        other=Subquery(walks.filter(record=OuterRef("second")).values("person")[:1]),
    )
    return (
        placed.filter(~Q(one=F("other")), one__isnull=False, other__isnull=False)
        .select_related("first", "second")
        .order_by("-weight", "first", "second")
    )


def _reach(found: Any, employer: uuid.UUID | None, only: uuid.UUID | None) -> Any:
    if employer is not None:
        found = found.filter(first__employer=employer, second__employer=employer)
    if only is not None:
        found = found.filter(Q(first__employer=only) | Q(second__employer=only))
    return found


def _page(found: Any, view: Any, start: int, limit: int) -> PairPage:
    shown = [view(one) for one in found[start : start + limit]] if limit else []
    paid = _bearing_pay([(one.first, one.second) for one in shown])
    return PairPage(
        tuple(_with_pay(one, (one.first, one.second) in paid) for one in shown), found.count()
    )


def _with_pay(one: PairView, pays: bool) -> PairView:
    return PairView(**{**vars(one), "pays": pays})


def _asked(one: Proposal) -> PairView:
    return PairView(
        one.first_id, one.second_id, (one.first.employer_id, one.second.employer_id),
        one.weight, one.probability, one.why, tuple(one.evidence),
    )  # fmt: skip


def _tied(one: Tie) -> PairView:
    weighed = Proposal.objects.filter(first=one.first_id, second=one.second_id)
    proposal = weighed.order_by("-run__at").first()
    return PairView(
        one.first_id, one.second_id, (one.first.employer_id, one.second.employer_id),
        one.weight, one.probability, proposal.why if proposal else "",
        tuple(proposal.evidence) if proposal else (), False, one.id, one.says, one.acts, one.by,
        one.confirmed_by or "", one.reason, one.recorded_from, one.run_id,
    )  # fmt: skip


def _run(one: MatchingRun) -> RunView:
    return RunView(
        one.id, one.at, one.by, one.model, tuple(one.fields.split(", ")) if one.fields else (),
        one.records, one.pairs, one.likely_from, one.review_from, one.automatic_from,
        one.precision, one.recall, one.links, one.asked, one.taken_back, one.state,
        one.decided_by, one.decided_at, one.reason,
    )  # fmt: skip
