"""Which series of official figures there are, how they are rounded, and when two of them differ.

Pure rules for leaders and analysts. Publishers count the same people on different days, with
different rules, and round; so two figures that are not equal need not disagree. A difference that
rounding alone may explain is never flagged; one that it cannot explain is, once it is large.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

BILLION = 1_000_000_000
HEADCOUNT, FTE = "headcount", "fte"
# A difference is flagged above this many people, or above this share of the larger figure.
MOST_PEOPLE, MOST_PERCENT = Decimal(10), Decimal(2)
ONS, MWMI = "ONS QPSES", "Cabinet Office MWMI"
COMPILED = "compiled by body"

Level = Literal["organisation", "place", "department", "part", "civil_service"]
Verdict = Literal["one source", "equal", "rounding", "small", "differ"]


@dataclass(frozen=True)
class Series:
    """One table of one publisher, whose figures may stand beside those of another.

    Args:
        code: its identifier in addresses and metric names.
        source: the publisher's series, as figures state it.
        table: the table, as figures state it.
        title: what it is called on pages.
        bodies: whether its rows are bodies; otherwise they are departments with their agencies.
        attribution: who published it, and under which licence.
    """

    code: str
    source: str
    table: str
    title: str
    bodies: bool
    attribution: str


_ONS_SAYS = (
    "Office for National Statistics, Quarterly Public Sector Employment Survey, Open Government"
    " Licence v3.0"
)
_CABINET_OFFICE_SAYS = (
    "Cabinet Office, workforce management information, Open Government Licence v3.0"
)
SERIES = (
    Series("ons", ONS, "Table 9", "ONS, Table 9", True, _ONS_SAYS),
    Series("ons_compiled", ONS, COMPILED, "ONS, compiled by body", True, _ONS_SAYS),
    Series(
        "mwmi", MWMI, COMPILED, "Cabinet Office MWMI, compiled by body", True, _CABINET_OFFICE_SAYS
    ),
    Series("ons_departments", ONS, "Table 8", "ONS, Table 8", False, _ONS_SAYS),
)


def series_named(code: str) -> Series | None:
    """Return one series by its code, or None."""
    return next((series for series in SERIES if series.code == code), None)


def rounded_to(source: str, released: dt.date) -> int:
    """Return to how many people a source rounds its figures; 0 where it does not.

    ONS rounded the tables of departments to ten until the release for September 2023, and rounds
    them to five since the one for December 2023 (note 2 of that release).
    """
    if source == ONS:
        return 5 if released >= dt.date(2023, 12, 31) else 10
    return 10 if source == "Cabinet Office, civil service statistics" else 0


@dataclass(frozen=True)
class Stated:
    """A figure as one source states it: its value, and to how many people it was rounded."""

    value: Decimal
    rounded_to: int = 0


@dataclass(frozen=True)
class Difference:
    """How far apart sources are.

    Args:
        people: the largest figure less the smallest.
        percent: that as a share of the largest figure, in percent.
        verdict: ``one source`` (nothing to compare), ``equal``, ``rounding`` (rounding alone may
            explain it), ``small``, or ``differ`` (more than 10 people or 2 percent).
    """

    people: Decimal
    percent: Decimal
    verdict: Verdict


def compare(figures: Mapping[str, Stated]) -> Difference:
    """Return how far apart the figures of several sources for one employer are."""
    if len(figures) < 2:
        return Difference(Decimal(0), Decimal(0), "one source")
    ordered = sorted(figures.values(), key=lambda figure: figure.value)
    least, most = ordered[0], ordered[-1]
    people = most.value - least.value
    percent = 100 * people / most.value if most.value else Decimal(0)
    verdict: Verdict = "small"
    if not people:
        verdict = "equal"
    elif people * 2 <= least.rounded_to + most.rounded_to:
        verdict = "rounding"
    elif people > MOST_PEOPLE or percent > MOST_PERCENT:
        verdict = "differ"
    return Difference(people, percent, verdict)


TotalVerdict = Literal["not stated", "names wait", "equal", "rounding", "differ"]


@dataclass(frozen=True)
class TotalCheck:
    """A source's own total beside the sum of the bodies that its table states.

    Args:
        stated: the source's total; None where it states none.
        added: the sum of the bodies that the register holds.
        bodies: how many those are.
        waiting: how many rows of the table wait in quarantine, and so are not in the sum.
        rounded_to: to how many people each figure was rounded.
    """

    stated: Decimal | None
    added: Decimal
    bodies: int
    waiting: int
    rounded_to: int

    @property
    def difference(self) -> Decimal:
        """The sum of the bodies less the source's total."""
        return self.added - (self.stated or Decimal(0))

    @property
    def rounding(self) -> Decimal:
        """The most by which rounding alone can part them: half a step for each figure."""
        return Decimal(self.rounded_to * (self.bodies + 1)) / 2

    @property
    def verdict(self) -> TotalVerdict:
        """What the check says. While rows wait it says so, and nothing about the difference."""
        if self.stated is None:
            return "not stated"
        if self.waiting:
            return "names wait"
        if not self.difference:
            return "equal"
        return "rounding" if abs(self.difference) <= self.rounding else "differ"


# "Cabinet Office (excluding agencies) 2": a footnote's number, and what the figure leaves out.
# Neither is part of the name; the row is about the organisation itself.
_FOOTNOTES = re.compile(r"(?<=\S)(?:\s+\d{1,2})+$")
_WITHOUT_PARTS = re.compile(
    r"\s*\((?:excluding|excl\.?)\s+(?:agencies|trading funds)\)$", re.IGNORECASE
)


def plain_name(stated: str) -> str:
    """Return an organisation's name without footnote numbers and what the figure leaves out."""
    return _WITHOUT_PARTS.sub("", _FOOTNOTES.sub("", stated.strip())).strip()
