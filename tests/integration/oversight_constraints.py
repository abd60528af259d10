"""What the database always states of inquiries and alerts, and how it is violated.

For ``test_constraints``, which tries every one of them on the store of its run.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from muster.gates.models import Alert, Audit, Inquiry, Release
from muster.kernel.ids import new_id

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 22)


def _inquiry(**changes: Any) -> None:
    said = {
        "kind": "person", "person": new_id(), "reader": "", "starts": DAY, "ends": DAY,
        "reason": "audit", "words": "w", "by": "officer", "at": NOW, **changes,
    }  # fmt: skip
    Inquiry.objects.create(**said)


def _alert(**changes: Any) -> None:
    said = {
        "rule": "same person", "by": "hr:ann", "cause": "c", "starts": NOW, "ends": NOW, "seen": 12,
        "usual": 1.0, "raised_at": NOW, **changes,
    }  # fmt: skip
    Alert.objects.create(**said)


def _released(**changes: Any) -> Release:
    return Release.objects.create(
        metric="m", fingerprint="f", as_at=DAY, snapshot=1, audience="a", released_at=NOW,
        content={}, **changes,
    )  # fmt: skip


def _audited(**changes: Any) -> None:
    said = {
        "at": NOW, "tables": 1, "small": 3, "looked": 1, "exact": 0, "narrow": 1, "narrowest": 2,
        "seconds": 0.1, "bounds": [], **changes,
    }  # fmt: skip
    Audit.objects.create(release=_released(), **said)


def _twice() -> None:
    _alert()
    _alert()


OVERSIGHT_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "gates_inquiry_kind": (
        "An inquiry is about a person or about a reader.",
        lambda: _inquiry(reader="hr:ann"),
    ),
    "gates_inquiry_days": (
        "An inquiry's days are in order.",
        lambda: _inquiry(ends=DAY - dt.timedelta(days=1)),
    ),
    "gates_alert_once_for_a_cause": ("Unusual reading is raised once for its cause.", _twice),
    "gates_alert_settled_by_another": (
        "Nobody settles an alert about their own reading.",
        lambda: _alert(verdict="explained", settled_by="hr:ann"),
    ),
    "gates_release_state": (
        "A release is out, held, let out or withdrawn.",
        lambda: _released(state="lost"),
    ),
    "gates_audit_adds_up": (
        "An audit finds out no more cells than it looked at.",
        lambda: _audited(narrow=2),
    ),
    "gates_audit_decided_with_a_reason": (
        "Whoever lets a held table out, or withdraws it, says why.",
        lambda: _audited(verdict="let out", decided_by="a", decided_at=NOW, reason=""),
    ),
}
