"""A figure whose counts a test sets, and who looks at it: what tests of dashboards stand on."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from muster.gates.access import Actor
from muster.kernel.metrics import Dimension, Metric, RawCell, Returns
from muster.services.dashboards.targets import Wanted

MONTHS = (dt.date(2026, 8, 31), dt.date(2026, 9, 30), dt.date(2026, 10, 31))
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
UNITS = {"one": "Office of One", "two": "Office of Two", "tiny": "Tiny Office"}
OWNER = Actor("test:owner", "Owner", frozenset({"analyst"}), employer=uuid.UUID(int=1))
LEADER = Actor("test:leader", "Leader", frozenset({"leader"}), employer=uuid.UUID(int=2))
FIRST: Mapping[dt.date, Mapping[str, int]] = {
    MONTHS[0]: {"one": 733_211, "two": 524_863, "tiny": 3},
    MONTHS[1]: {"one": 733_221, "two": 524_863, "tiny": 4},
    MONTHS[2]: {"one": 733_311, "two": 524_773, "tiny": 5},
}
counts: dict[dt.date, dict[str, int]] = {}
"""What is so now; ``reset`` before each test."""
missing: set[dt.date] = set()
"""Months for which not everybody returned."""


class Counted:
    """Answers with exact figures, as a reader does."""

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        sums: dict[tuple[str, ...], int] = {}
        for unit, people in counts[as_at].items():
            key = (unit,) if dimensions else ()
            sums[key] = sums.get(key, 0) + people
        return [RawCell(key, n, n) for key, n in sums.items()]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        return UNITS

    def dates(self) -> Sequence[dt.date]:
        return sorted(counts)

    def returns(self, as_at: dt.date) -> Returns:
        return Returns(2, 3, ("Another",)) if as_at in missing else Returns(3, 3, ())


METRIC = Metric(
    name="counted", title="Counted staff", unit="people", definition="People who are counted.",
    grain="one person", scale=1, profile="protected", lawful_basis="Public task", owner="Nobody",
    source="Invented", dimensions=(Dimension("employer", "Employer", "Where somebody works"),),
    reader=f"{__name__}.Counted",
)  # fmt: skip


def reset() -> None:
    """Let the figures be as at the beginning."""
    counts.clear()
    counts.update({month: dict(units) for month, units in FIRST.items()})
    missing.clear()


def wanted(**said: Any) -> Wanted:
    """Return a figure of a brief, of which a test says what matters to it."""
    known: dict[str, Any] = {
        "id": uuid.uuid4(), "metric": METRIC.name, "parts": (), "heading": "", "target": None,
        "since": None, "stated_by": "",
    }  # fmt: skip
    return Wanted(**(known | said))
