"""What the database refuses about trials and about decisions on contracts."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from muster.hub.models import (
    ContractRevision,
    RevisionDecision,
    Route,
    System,
    Trial,
    TrialDifference,
    TrialKind,
)

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def revision() -> ContractRevision:
    return ContractRevision.objects.create(
        name="muster.a.b.v1", revision=1, schema="{}", kind="first", drafted_at=NOW, drafted_by="t"
    )


def decided(row: ContractRevision, what: str) -> None:
    RevisionDecision.objects.create(revision=row, what=what, reason="x", made_at=NOW, made_by="t")


def decided_twice() -> None:
    row = revision()
    decided(row, "accepted")
    decided(row, "accepted")


def trial(**said: Any) -> Trial:
    system, _ = System.objects.get_or_create(code="s", defaults={"title": "S", "kind": "x"})
    route, _ = Route.objects.get_or_create(
        code="r", defaults={"contract": "muster.a.b.v1", "source": system, "receiver": system}
    )
    return Trial.objects.create(
        route=route, against=0, fresh=False, reason="x", began_at=NOW, began_by="t", first=0,
        position=-1, until=-1, **said,
    )  # fmt: skip


def kind(row: Trial) -> TrialKind:
    return TrialKind.objects.create(
        trial=row, field="grade", kind="changed", said="", first=0, last=0
    )


def two_running() -> None:
    trial(state="withdrawn")
    trial()
    trial()


def same_kind_twice() -> None:
    row = trial()
    kind(row)
    kind(row)


def same_message_twice() -> None:
    row = kind(trial())
    for _ in range(2):
        TrialDifference.objects.create(kind=row, position=1, key=1, sealed=b"x")


# name: (what it states, how to violate it)
AIRLOCK_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "hub_revision_decision_once": ("A revision is accepted once, and retired once.", decided_twice),
    "hub_revision_decision_known": (
        "A revision is accepted or retired.",
        lambda: decided(revision(), "liked"),
    ),
    "hub_trial_one_on_a_route": ("One trial at a time runs on a route.", two_running),
    "hub_trial_kind_once": ("A kind of difference is counted in one place.", same_kind_twice),
    "hub_trial_difference_once": ("A message differs once in a kind.", same_message_twice),
}
