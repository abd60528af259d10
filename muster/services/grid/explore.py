"""What one look at GRID shows: the released cells that answer a question, in the form of words.

A question is a metric, what to break it down by, a date, and perhaps one employer. Its answer is
made of released tables only. Choosing an employer shows part of a released table; it never makes
another table with a filter of its own.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from muster.gates.disclosure import BAND_TOP, tellable
from muster.gates.metrics import declared, metric_named, reader_of
from muster.gates.release import ReleasedCell, ReleasedTable, release
from muster.kernel.clock import Clock
from muster.kernel.metrics import Metric
from muster.pagekit.jinja import day

DATE = "date"
AUDIENCE = "signed-in users"


@dataclass(frozen=True)
class Question:
    """What is asked: names and codes, as the address states them."""

    metric: Metric
    by: str
    as_at: dt.date | None
    employer: str


@dataclass(frozen=True)
class Line:
    """One figure of the answer. ``value`` is None for a band and for no return.

    ``code`` names the part of the breakdown, for the link to what stands behind it.
    """

    label: str
    code: str
    shown: str
    kind: str
    value: Decimal | None
    returned: int | None = None
    known: int | None = None


@dataclass(frozen=True)
class Answer:
    """All figures of a question, and what a reader must know about them."""

    question: Question
    lines: tuple[Line, ...]
    total: Line | None
    returned: int
    known: int
    without: tuple[str, ...]
    dates: tuple[dt.date, ...]
    employers: dict[str, str]
    releases: tuple[str, ...]
    employer_returned: bool


def ask(metric: str, by: str, as_at: str, employer: str) -> Question:
    """Return the question an address states; what it leaves out is chosen for it.

    Raises:
        NotFound: if the metric is not declared.
    """
    chosen = metric_named(metric) if metric else next(iter(declared().values()))
    dates = tellable(chosen, reader_of(chosen).dates())
    stated = next((date for date in dates if date.isoformat() == as_at), None)
    by = by if by == DATE or chosen.dimension(by) is not None else chosen.dimensions[0].name
    return Question(chosen, by, stated or (_fullest(chosen, dates)), employer)


def answer(question: Question, *, purpose: str, by: str, clock: Clock) -> Answer:
    """Answer a question from released tables.

    Raises:
        NotPermitted: if the question was not declared.
    """
    metric, reader = question.metric, reader_of(question.metric)
    dates = tellable(metric, reader.dates())

    def released(dimensions: tuple[str, ...], as_at: dt.date) -> ReleasedTable:
        return release(
            metric.name, dimensions, as_at, audience=AUDIENCE, purpose=purpose, by=by, clock=clock
        )

    if question.as_at is None:
        return Answer(question, (), None, 0, 0, (), dates, {}, (), False)
    employers = dict(_all_employers(metric, dates))
    here = reader.domain("employer", question.as_at)
    if question.by == DATE:
        return _over_dates(question, released, dates, employers)
    narrow = ("employer",) if question.employer and question.by != "employer" else ()
    table = released((*narrow, question.by), question.as_at)
    total = released(narrow, question.as_at)
    cells = table.only("employer", question.employer) if question.employer else table.cells
    totals = total.only("employer", question.employer) if narrow else total.cells
    return Answer(
        question=question,
        lines=tuple(map(_line, cells)),
        total=_total(totals, one_of_all=bool(question.employer) and not narrow),
        returned=table.returned,
        known=table.known,
        without=table.without,
        dates=dates,
        employers=employers,
        releases=(str(table.release), str(total.release)),
        employer_returned=not question.employer or question.employer in here,
    )


def _over_dates(
    question: Question,
    released: Callable[[tuple[str, ...], dt.date], ReleasedTable],
    dates: Sequence[dt.date],
    employers: dict[str, str],
) -> Answer:
    """Return one line for each date; a date without a return says so, and is never filled in."""
    dimensions = ("employer",) if question.employer else ()
    lines, releases = [], []
    returned = known = 0
    without: tuple[str, ...] = ()
    for date in dates:
        table = released(dimensions, date)
        cells = table.only("employer", question.employer) if question.employer else table.cells
        label, code = day(date), date.isoformat()
        releases.append(str(table.release))
        if date == question.as_at:
            returned, known, without = table.returned, table.known, table.without
        if cells:
            cell = cells[0]
            lines.append(
                Line(label, code, cell.shown, cell.kind, cell.value, table.returned, table.known)
            )
        else:
            lines.append(
                Line(label, code, _("No return"), "none", None, table.returned, table.known)
            )
    return Answer(
        question, tuple(lines), None, returned, known, without, tuple(dates), employers,
        tuple(releases), True,
    )  # fmt: skip


def _line(cell: ReleasedCell) -> Line:
    return Line(cell.labels[-1], cell.key[-1], cell.shown, cell.kind, cell.value)


def _total(cells: Sequence[ReleasedCell], *, one_of_all: bool) -> Line | None:
    """Return the total of the lines shown; none where one employer is shown of all."""
    if one_of_all or not cells:
        return None
    return Line(_("Total"), "", cells[0].shown, cells[0].kind, cells[0].value)


def band_end(line: Line) -> int | None:
    """Return where a band ends, for drawing it; None for a figure that is no band."""
    return BAND_TOP if line.kind == "band" else None


def _fullest(metric: Metric, dates: Sequence[dt.date]) -> dt.date | None:
    """Return the latest of the dates with most returns, so that a first look shows something."""
    reader = reader_of(metric)
    return max(dates, key=lambda date: (reader.returns(date).returned, date), default=None)


def _all_employers(metric: Metric, dates: Sequence[dt.date]) -> list[tuple[str, str]]:
    reader = reader_of(metric)
    found: dict[str, str] = {}
    for date in dates:
        found |= reader.domain("employer", date)
    return sorted(found.items(), key=lambda item: item[1])
