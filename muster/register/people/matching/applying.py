"""Writing down what matching found, and doing it: for ``actions``, within its transactions.

Ties act by having ``people.actions`` tell beliefs again.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db.models import Q

from muster.ledger.current import ledger
from muster.register.people.actions import tell_again
from muster.register.people.matching.keys import bring_up_to_date
from muster.register.people.matching.models import Due, MatchingRun, Proposal, Tie
from muster.register.people.matching.runs import Found, Proposed

STRONG = "Strong evidence"


def record_run(
    result: Found, *, unusual: bool, seen: int | None, by: str, at: dt.datetime
) -> MatchingRun:
    """Write down a run and what it proposes.

    Args:
        result: what it found.
        unusual: whether it waits for a person.
        seen: the last change that was due when it began; what was noted since is still due.
        by: who is noted.
        at: when.
    """
    counts = {
        does: sum(one.does == does for one in result.proposed) for does in ("link", "ask", "untie")
    }
    made = MatchingRun.objects.create(
        at=at, by=by, model=result.model, fields=", ".join(result.fields)[:300],
        records=result.records, pairs=result.pairs, likely_from=result.likely_from,
        review_from=result.review_from, automatic_from=result.automatic_from,
        precision=result.precision, recall=result.recall, links=counts["link"],
        asked=counts["ask"], taken_back=counts["untie"],
        state="reported" if unusual else "applied", decided_by=None if unusual else by,
        decided_at=None if unusual else at, learned=result.learned,
    )  # fmt: skip
    Proposal.objects.bulk_create(_proposal(made, one) for one in result.proposed)
    if result.ready is not None:
        bring_up_to_date(None, result.ready)
        Due.objects.filter(id__lte=seen or 0).delete()
    return made


def add_proposals(
    run: MatchingRun, proposed: Sequence[Proposed], looked_at: Collection[str], *, at: dt.datetime
) -> list[Proposal]:
    """Write down what was found of changed records between runs; return it.

    It stands in place of what was asked about these records before, and of what a run would do
    with them that still waits to be accepted.

    Args:
        run: the run by whose model it was found.
        proposed: what is to be done.
        looked_at: the records that changed.
        at: when.
    """
    records = [uuid.UUID(hex=one) for one in looked_at]
    waiting = list(MatchingRun.objects.filter(state="reported").values_list("id", flat=True))
    of_before = Proposal.objects.filter(Q(does="ask") | Q(run__in=waiting), until__isnull=True)
    for column in ("first__in", "second__in"):
        for start in range(0, len(records), 500):
            of_before.filter(**{column: records[start : start + 500]}).update(until=at)
    return Proposal.objects.bulk_create(
        [_proposal(run, one, since=at) for one in proposed],
        update_conflicts=True,
        unique_fields=("run_id", "first_id", "second_id"),
        update_fields=("does", "weight", "probability", "why", "evidence", "since", "until"),
    )


def apply(
    made: MatchingRun,
    proposed: Sequence[Proposal],
    *,
    by: str,
    at: dt.datetime,
    reason: str = STRONG,
) -> None:
    """Make the links that are proposed and take back those that no longer hold.

    Args:
        made: the run by whose model they were found.
        proposed: what to do; questions are passed over.
        by: who is noted.
        at: when.
        reason: why, as ties say it.
    """
    standing = _standing(proposed)
    gone = [
        standing[one.first_id, one.second_id] for one in proposed
        if one.does == "untie" and (one.first_id, one.second_id) in standing
    ]  # fmt: skip
    gone = [one for one in gone if one.run_id is not None]
    Tie.objects.filter(id__in=[one.id for one in gone]).update(recorded_to=at)
    ties = Tie.objects.bulk_create(
        Tie(
            first_id=one.first_id, second_id=one.second_id, says="same", acts=True, run=made,
            weight=one.weight, probability=one.probability, by=by, reason=reason,
            recorded_from=at,
        )
        for one in proposed
        if one.does == "link" and (one.first_id, one.second_id) not in standing
    )  # fmt: skip
    tell([*gone, *ties], by=by, at=at, decided=False)


def tell(ties: Sequence[Tie], *, by: str, at: dt.datetime, decided: bool = True) -> None:
    """Bring up to date what is believed of records whose ties changed."""
    records = {one.hex for tie in ties for one in (tie.first_id, tie.second_id)}
    if records:
        tell_again(records, by=by, at=at, decided=decided)


def note(kind: str, subject: str, body: dict[str, object]) -> None:
    """Append an entry to the decisions log."""
    ledger().append_one("decisions", kind, subject, body)


def own_changes(run: MatchingRun) -> list[Proposal]:
    """Return the links a run would make and take back, but those whose records changed since."""
    found = Proposal.objects.filter(
        run=run, does__in=("link", "untie"), since__isnull=True, until__isnull=True
    )
    return list(found)


def _standing(proposed: Sequence[Proposal]) -> dict[tuple[uuid.UUID, uuid.UUID], Tie]:
    """Return the ties in force of the pairs that are proposed."""
    firsts, found = [one.first_id for one in proposed], dict[tuple[uuid.UUID, uuid.UUID], Tie]()
    for start in range(0, len(firsts), 500):
        portion = Tie.objects.filter(
            recorded_to__isnull=True, first__in=firsts[start : start + 500]
        )
        found |= {(one.first_id, one.second_id): one for one in portion}
    return found


def _proposal(run: MatchingRun, one: Proposed, *, since: dt.datetime | None = None) -> Proposal:
    return Proposal(
        run=run, first_id=uuid.UUID(hex=one.pair.first), second_id=uuid.UUID(hex=one.pair.second),
        does=one.does, weight=one.pair.weight, probability=one.pair.probability, why=one.why,
        evidence=one.evidence, since=since,
    )  # fmt: skip
