"""Sources side by side: what each source says of one employer, each of its own day.

For leaders who are told different numbers of the same people. Every figure comes from a released
table and is told with its day and its source; sources are never added up. How far two of them are
apart is worked out only where they count the same thing on the same day.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from muster.gates.disclosure import tellable
from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import ReleasedCell, ReleasedTable
from muster.kernel.metrics import Metric
from muster.register.statistics.metrics import metric_name, series_of
from muster.register.statistics.places import NAME as BY_PLACE
from muster.register.statistics.queries import release_of
from muster.register.statistics.rules import (
    FTE,
    HEADCOUNT,
    SERIES,
    Difference,
    Stated,
    compare,
    rounded_to,
)
from muster.register.statistics.survey import INDEX_NAME, RATE_NAME
from muster.register.statistics.survey_rules import ENGAGEMENT, RESPONSE_RATE
from muster.services.grid.places import Asker
from muster.services.grid.survey import SurveyLook, survey_of

OWN, POSTS, POSTS_FTE = "headcount", "posts", "fte"
LOOKED_BACK = 24
"""So many of a source's latest dates are looked at for one that states the employer."""
ONS_HEADCOUNT, ONS_FTE, MWMI_HEADCOUNT, MWMI_FTE = (
    tuple(
        metric_name(series, measure)
        for series in SERIES
        if series.bodies and series.code.startswith(begins)
    )
    for begins in ("ons", "mwmi")
    for measure in (HEADCOUNT, FTE)
)
# In the order of the page; of several metrics the one with the later date counts.
SOURCES: Mapping[str, tuple[str, ...]] = {
    "ons": ONS_HEADCOUNT,
    "mwmi": MWMI_HEADCOUNT,
    "place": (BY_PLACE,),
    "own": (OWN,),
    "ons_fte": ONS_FTE,
    "mwmi_fte": MWMI_FTE,
    "posts_fte": (POSTS_FTE,),
    "posts": (POSTS,),
    "index": (INDEX_NAME,),
    "rate": (RATE_NAME,),
}
_MEASURED = {"index": ENGAGEMENT, "rate": RESPONSE_RATE}
PAIRS = {HEADCOUNT: ("ons", "mwmi"), FTE: ("ons_fte", "mwmi_fte")}

State = Literal["told", "not stated", "held"]


@dataclass(frozen=True)
class Says:
    """What one source says: ``cell`` is None where it says nothing, or its table is held.

    ``mark`` is what the publisher states instead of a figure.
    """

    source: str
    metric: Metric
    state: State
    as_at: dt.date | None = None
    cell: ReleasedCell | None = None
    table: ReleasedTable | None = None
    mark: str = ""


@dataclass(frozen=True)
class Apart:
    """Two sources of one measure on the same day, and how far apart they are."""

    measure: str
    day: dt.date
    ons: Says
    mwmi: Says
    difference: Difference


@dataclass(frozen=True)
class Beside:
    """The answer. ``employers`` are those that a source states on its latest day, and the one
    that is asked for: code to title.
    """

    employer: str
    title: str
    day: dt.date | None
    days: tuple[dt.date, ...]
    employers: Mapping[str, str]
    says: tuple[Says, ...] = ()
    apart: tuple[Apart, ...] = ()
    survey: SurveyLook = field(default_factory=SurveyLook)

    @property
    def releases(self) -> tuple[ReleasedTable, ...]:
        """Every released table that something was read from, once."""
        said = [one for pair in self.apart for one in (pair.ons, pair.mwmi)]
        tables = [one.table for one in (*self.says, *said) if one.table is not None]
        return tuple({one.release: one for one in (*tables, *self.survey.releases)}.values())


def beside(employer: str, day: str, asker: Asker) -> Beside:
    """Return what every source says of an employer, up to a day.

    Args:
        employer: its code; one that no source states means that none is chosen.
        day: an ISO date that a source speaks of; anything else means no limit.
        asker: who asks, what for and when.
    """
    dates = {name: _dates(name) for names in SOURCES.values() for name in names}
    days = tuple(sorted({one for found in dates.values() for one in found}, reverse=True))
    upto = next((one for one in days if one.isoformat() == day), None)
    known = _Known({name: _upto(found, upto) for name, found in dates.items()})
    employers = known.employers()
    title = employers.get(employer) or known.title(employer)
    if not title:
        return Beside("", "", upto, days, employers)
    employers.setdefault(employer, title)
    survey = survey_of(employer, upto, asker)
    says = (_says(source, employer, known, asker) for source in SOURCES)
    return Beside(
        employer,
        title,
        upto,
        days,
        employers,
        tuple(_marked(one, survey) for one in says),
        _apart(employer, known, asker),
        survey,
    )


def _marked(one: Says, survey: SurveyLook) -> Says:
    """Return what a source says with the mark that a survey states instead of a score."""
    code = _MEASURED.get(one.source, "")
    if one.cell is not None or one.as_at != survey.year:
        return one
    return replace(one, mark=survey.marks.get(code, ""))


class _Known:
    """Which employers each source states on which day, asked once for each."""

    def __init__(self, dates: Mapping[str, Sequence[dt.date]]) -> None:
        self._dates = dates
        self._domains: dict[tuple[str, dt.date], Mapping[str, str]] = {}

    def domain(self, name: str, date: dt.date) -> Mapping[str, str]:
        """Return the employers of a metric's date, code to title."""
        if (name, date) not in self._domains:
            found = reader_of(metric_named(name)).domain("employer", date)
            self._domains[name, date] = found
        return self._domains[name, date]

    def days(self, names: Sequence[str], employer: str) -> Iterator[tuple[dt.date, str]]:
        """Yield the days on which a source states an employer, the latest first, and by what."""
        found: dict[dt.date, list[str]] = {}
        for name in names:
            for date in self._dates[name]:
                found.setdefault(date, []).append(name)
        for date in sorted(found, reverse=True):
            stating = (name for name in found[date] if employer in self.domain(name, date))
            name = next(stating, "")
            if name:
                yield date, name

    def employers(self) -> dict[str, str]:
        """Return the employers that any source states on the latest of its days, by title."""
        found: dict[str, str] = {}
        for name, dates in self._dates.items():
            for date in dates[-1:]:
                found |= {code: title for code, title in self.domain(name, date).items() if code}
        return dict(sorted(found.items(), key=lambda item: item[1].casefold()))

    def title(self, employer: str) -> str:
        """Return the title of an employer that a source states on any of its days, else ""."""
        for names in SOURCES.values():
            for date, name in self.days(names, employer):
                return self.domain(name, date)[employer]
        return ""


def _dates(name: str) -> tuple[dt.date, ...]:
    metric = metric_named(name)
    return tellable(metric, sorted(set(reader_of(metric).dates())))


def _upto(dates: Sequence[dt.date], day: dt.date | None) -> tuple[dt.date, ...]:
    return tuple(one for one in dates if day is None or one <= day)[-LOOKED_BACK:]


def _says(source: str, employer: str, known: _Known, asker: Asker) -> Says:
    names = SOURCES[source]
    for day, name in known.days(names, employer):
        return _said(source, name, day, employer, asker)
    return Says(source, metric_named(names[0]), "not stated")


def _said(source: str, name: str, day: dt.date, employer: str, asker: Asker) -> Says:
    """Return what one metric tells of an employer on a day."""
    metric, table = metric_named(name), asker.table(name, ("employer",), day)
    if table is None:
        return Says(source, metric, "held", day)
    cell = next(iter(table.only("employer", employer)), None)
    return Says(source, metric, "told" if cell else "not stated", day, cell, table)


def _apart(employer: str, known: _Known, asker: Asker) -> tuple[Apart, ...]:
    """Return ONS and the Cabinet Office on the latest day that both speak of."""
    found = []
    for measure, (first, second) in PAIRS.items():
        common = _latest_shared(
            known.days(SOURCES[first], employer), known.days(SOURCES[second], employer)
        )
        if common is None:
            continue
        day, ons, mwmi = common
        one = _said(first, ons, day, employer, asker)
        other = _said(second, mwmi, day, employer, asker)
        stated = {said.source: _stated(said) for said in (one, other) if said.cell}
        found.append(Apart(measure, day, one, other, compare(stated)))
    return tuple(found)


_Days = Iterator[tuple[dt.date, str]]


def _latest_shared(first: _Days, second: _Days) -> tuple[dt.date, str, str] | None:
    """Return the latest day that two sources both have, and by what each; both latest first."""
    one, other = next(first, None), next(second, None)
    while one is not None and other is not None:
        if one[0] == other[0]:
            return one[0], one[1], other[1]
        if one[0] > other[0]:
            one = next(first, None)
        else:
            other = next(second, None)
    return None


def _stated(said: Says) -> Stated:
    """Return an official figure with the rounding of the release that states it."""
    of = series_of(said.metric.name)
    assert of is not None
    assert said.as_at is not None
    assert said.cell is not None
    assert said.cell.value is not None  # what is already public is told exactly
    series, measure = of
    counting = release_of(series, measure, said.as_at)
    step = rounded_to(series.source, counting.as_at) if counting else 0
    return Stated(said.cell.value, step)
