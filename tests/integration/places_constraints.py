"""What the database always states of places and commitments, and how it is violated.

For ``test_constraints``, which tries every one of them on the store of its run.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.places.models import Commitment, SaidTown

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
DAY = dt.date(2030, 3, 31)
BEFORE = NOW - dt.timedelta(days=1)


def _employer() -> Employer:
    return Employer.objects.create(key=f"test:{new_id()}", title="Mill", status="live")


def _said(employer: Employer, **changes: Any) -> None:
    said = {"name": "LON03", "town": "london", "said_at": NOW, "said_by": "hr", **changes}
    SaidTown.objects.create(employer=employer, **said)


def _promised(employer: Employer, **changes: Any) -> None:
    said = {
        "due": DAY, "percent": 70, "stated_by": "b", "source": "s", "entered_at": NOW,
        "entered_by": "a", **changes,
    }  # fmt: skip
    Commitment.objects.create(employer=employer, **said)


def _said_twice() -> None:
    employer = _employer()
    _said(employer)
    _said(employer, town="leeds")


def _promised_twice() -> None:
    employer = _employer()
    _promised(employer)
    _promised(employer, percent=80)


PLACES_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "register_place_said_once": ("A place is said to be in one town.", _said_twice),
    "register_place_said_in_order": (
        "What was said is undone no earlier than it was said.",
        lambda: _said(_employer(), undone_at=BEFORE),
    ),
    "register_place_commitment_once": (
        "An employer has one commitment for a day.",
        _promised_twice,
    ),
    "register_place_commitment_one_measure": (
        "A commitment is a share or a number, not both.",
        lambda: _promised(_employer(), roles=900),
    ),
    "register_place_commitment_in_order": (
        "A commitment is undone no earlier than it was entered.",
        lambda: _promised(_employer(), undone_at=BEFORE),
    ),
}
