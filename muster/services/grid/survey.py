"""What the People Survey says of one employer: its themes beside everybody's, and its years.

Every score comes from a released table. Where the publisher withholds one, its mark is told.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import ReleasedCell, ReleasedTable, release_over
from muster.register.statistics.survey import INDEX_NAME, THEME_NAME, marks_of
from muster.register.statistics.survey_rules import ENGAGEMENT
from muster.services.grid.explore import AUDIENCE
from muster.services.grid.places import Asker

MOST_YEARS = 16


@dataclass(frozen=True)
class Score:
    """One score beside that of the civil service; ``mark`` stands where the publisher has none.

    ``own`` is None where nothing is published of the employer.
    """

    label: str
    own: ReleasedCell | None
    benchmark: ReleasedCell | None
    mark: str = ""


@dataclass(frozen=True)
class SurveyLook:
    """What is shown of one employer: themes of one year, and the engagement index of all.

    ``marks`` stand instead of scores of the year, by the code of what was measured.
    """

    year: dt.date | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    themes: tuple[Score, ...] = ()
    years: Mapping[dt.date, Score] | None = None
    releases: tuple[ReleasedTable, ...] = ()


def survey_of(employer: str, day: dt.date | None, asker: Asker) -> SurveyLook:
    """Return what the survey says of an employer up to a day.

    Args:
        employer: its code, 32 hexadecimal digits.
        day: the last day of the latest year that counts; None for all there are.
        asker: who asks, what for and when.
    """
    dates = reader_of(metric_named(INDEX_NAME)).dates()
    known = [one for one in dates if day is None or one <= day][-MOST_YEARS:]
    if not known:
        return SurveyLook()
    withheld = marks_of(uuid.UUID(hex=employer))
    own, all_of_it = _over(("employer",), known, asker), _over((), known, asker)
    years = {
        date: Score("", _own(table, employer), _first(whole), _mark(withheld, date))
        for date, table, whole in zip(known, own, all_of_it, strict=True)
    }
    told = [date for date, one in years.items() if one.own is not None or one.mark]
    if not told:
        return SurveyLook()
    year = told[-1]
    themes, beside = (
        asker.table(THEME_NAME, by, year) for by in (("theme", "employer"), ("theme",))
    )
    marks = withheld.get(year, {})
    return SurveyLook(
        year,
        marks,
        _themes(employer, themes, beside, marks),
        {date: one for date, one in years.items() if date >= told[0]},
        tuple(one for one in (own[-1], all_of_it[-1], themes, beside) if one is not None),
    )


def _over(by: tuple[str, ...], dates: Sequence[dt.date], asker: Asker) -> list[ReleasedTable]:
    return release_over(
        INDEX_NAME, by, dates,
        audience=AUDIENCE, purpose=asker.purpose, by=asker.by, clock=asker.clock,
    )  # fmt: skip


def _themes(
    employer: str,
    themes: ReleasedTable | None,
    beside: ReleasedTable | None,
    marks: Mapping[str, str],
) -> tuple[Score, ...]:
    """Return each theme that is published of the civil service or of the employer."""
    everybody = {cell.key[0]: cell for cell in beside.cells} if beside else {}
    own = {c.key[0]: c for c in themes.only("employer", employer)} if themes else {}
    titles = {code: cell.labels[0] for code, cell in {**everybody, **own}.items()}
    return tuple(
        Score(title, own.get(code), everybody.get(code), marks.get(code, ""))
        for code, title in titles.items()
    )


def _mark(withheld: Mapping[dt.date, Mapping[str, str]], date: dt.date) -> str:
    return withheld.get(date, {}).get(ENGAGEMENT, "")


def _own(table: ReleasedTable, employer: str) -> ReleasedCell | None:
    return _first_of(table.only("employer", employer))


def _first(table: ReleasedTable) -> ReleasedCell | None:
    return _first_of(table.cells)


def _first_of(cells: Sequence[ReleasedCell]) -> ReleasedCell | None:
    return next(iter(cells), None)
