"""The figures a chart is made of, and how they are set in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

MOST_SERIES = 6


@dataclass(frozen=True)
class Mark:
    """One figure of a chart.

    Args:
        label: what it is of: a bar's name, a date on a line's axis.
        series: which of several series it belongs to; empty for one.
        value: where it stands; ``None`` where nobody returned a figure.
        shown: the figure as words, as the table says it.
        note: more to say about it; for a gap, why there is none.
        upto: the end of a band that begins at ``value``.
    """

    label: str
    series: str
    value: Decimal | int | None
    shown: str
    note: str = ""
    upto: Decimal | int | None = None

    @property
    def far(self) -> float:
        """The end furthest from ``value``: of a band its end, else the value itself."""
        return float(self.value or 0) if self.upto is None else float(self.upto)

    def words(self) -> str:
        """Return the mark as a sentence, shown when one points at it."""
        name = ", ".join(part for part in (self.label, self.series) if part)
        return f"{name}: {self.shown}{f' ({self.note})' if self.note else ''}"


def arranged(
    marks: Sequence[Mark], axis: Sequence[str]
) -> tuple[list[str], list[str], dict[tuple[str, str], Mark]]:
    """Return labels, series and the mark of each pair; a pair without a mark becomes a gap."""
    labels = list(dict.fromkeys([*axis, *(mark.label for mark in marks)]))
    series = list(dict.fromkeys(mark.series for mark in marks)) or [""]
    if len(series) > MOST_SERIES:
        raise ValueError(f"{len(series)} series cannot be told apart; draw {MOST_SERIES} at most")
    given = {(mark.label, mark.series): mark for mark in marks}
    for label in labels:
        for name in series:
            given.setdefault((label, name), Mark(label, name, None, _("No return")))
    return labels, series, given


def span(ends: Sequence[float]) -> tuple[float, float]:
    """Return the axis from the lowest to the highest of ``ends`` and zero, never of no length."""
    low, high = min(0.0, *ends), max(0.0, *ends)
    return (low, high) if high > low else (low, low + 1)
