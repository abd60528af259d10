"""What the officer sees of audits, and decides: a held table is let out or withdrawn."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from muster.gates.models import HELD, LET_OUT, WITHDRAWN, Audit, Release
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, NotFound, Where
from muster.ledger.current import ledger

LONGEST_REASON = 500


@dataclass(frozen=True)
class AuditedRelease:
    """A release and what its audit found. Numbers are None while it waits to be audited.

    ``worst`` are cells that came out narrower than they were told: what they are of, and between
    which numbers they must lie.
    """

    id: uuid.UUID
    metric: str
    dimensions: tuple[str, ...]
    as_at: dt.date
    audience: str
    released_at: dt.datetime
    state: str
    at: dt.datetime | None
    tables: int | None
    small: int | None
    looked: int | None
    exact: int | None
    narrow: int | None
    narrowest: int | None
    worst: tuple[tuple[dict[str, str], int, int], ...]
    reason: str
    decided_by: str
    decided_at: dt.datetime | None


def releases(*, held: bool = False, limit: int = 200) -> tuple[AuditedRelease, ...]:
    """Return protected releases, the latest first; with ``held`` only those that wait."""
    found = Release.objects.filter(profile="protected").select_related("audit").defer("content")
    if held:
        found = found.filter(state=HELD)
    return tuple(_view(one) for one in found.order_by("-released_at")[:limit])


def release_of(release: uuid.UUID) -> AuditedRelease | None:
    """Return one protected release with its audit; None if there is none."""
    found = Release.objects.filter(id=release, profile="protected").select_related("audit").first()
    return None if found is None else _view(found)


def count_held() -> int:
    """Return how many releases wait for a decision."""
    return Release.objects.filter(state=HELD).count()


def let_out(*, release: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Let a held table out as it is."""
    _decide(release, LET_OUT, reason=reason, by=by, clock=clock)


def withdraw(*, release: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Withdraw a held table: nobody can read it again, or ask for it anew."""
    _decide(release, WITHDRAWN, reason=reason, by=by, clock=clock)


def _decide(release: uuid.UUID, verdict: str, *, reason: str, by: str, clock: Clock) -> None:
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise BadInput(
            "A decision needs a reason",
            where=Where(field="reason"),
            fix=f"Say why in at most {LONGEST_REASON} characters",
        )
    with transaction.atomic():
        changed = Release.objects.filter(id=release, state=HELD).update(state=verdict)
        if not changed:
            raise NotFound(
                "No such held release",
                where=Where(thing=f"release {release}"),
                fix="Look at the list of releases; somebody may have decided already",
            )
        Audit.objects.filter(release=release).update(
            verdict=verdict, reason=said, decided_by=by, decided_at=clock.now()
        )
        ledger().append_one(
            "decisions",
            "muster.gates.table.decided.v1",
            f"release:gates:{release}",
            {"verdict": verdict, "reason": said, "by": by},
        )


def _view(one: Release) -> AuditedRelease:
    made: Audit | None = getattr(one, "audit", None)
    return AuditedRelease(
        id=one.id,
        metric=one.metric,
        dimensions=tuple(part for part in one.dimensions.split(",") if part),
        as_at=one.as_at,
        audience=one.audience,
        released_at=one.released_at,
        state=one.state,
        at=made.at if made else None,
        tables=made.tables if made else None,
        small=made.small if made else None,
        looked=made.looked if made else None,
        exact=made.exact if made else None,
        narrow=made.narrow if made else None,
        narrowest=made.narrowest if made else None,
        worst=tuple((key, int(low), int(high)) for key, low, high in made.bounds) if made else (),
        reason=(made.reason or "") if made else "",
        decided_by=(made.decided_by or "") if made else "",
        decided_at=made.decided_at if made else None,
    )
