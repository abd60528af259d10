"""From a question to released cells: all figures an answer shows, and the releases they stand in.

The cells come from tables the gate releases now, or from the releases that an address cites: then
the same address gives the same figures whatever became of the data since.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from muster.gates.release import ReleasedCell, ReleasedTable, cited, release_over
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Where
from muster.kernel.metrics import Metric
from muster.pagekit.jinja import day
from muster.services.grid.explore import AUDIENCE, DATE
from muster.services.grid.explore.asking import EMPLOYER, Address, Question, question_of
from muster.services.grid.explore.known import Known

MOST_CITED = 2 * 61
Take = Callable[[tuple[str, ...], Sequence[dt.date]], list[ReleasedTable]]
"""Returns the table of each date; all of them are asked for at once."""


@dataclass(frozen=True)
class Axis:
    """One way figures of an answer differ: a dimension, or the date."""

    name: str
    title: str


@dataclass(frozen=True)
class Figure:
    """One figure as it may be shown. ``value`` is None for a band and where there is none.

    ``key`` and ``labels`` follow the axes of the answer.
    """

    key: tuple[str, ...]
    labels: tuple[str, ...]
    kind: str
    value: Decimal | None
    shown: str
    as_at: dt.date


@dataclass(frozen=True)
class Answer:
    """All figures of a question, and what a reader must know about them.

    Attributes:
        axes: what the figures differ by, the date last of all.
        figures: in the order of the released tables, the earliest first.
        totals: of what is shown: one, or one for each employer compared; none of a period.
        tables: the released tables whose cells these are, and those of the totals.
        main: the table of the date, or of the last date of a period.
        silent: titles of chosen employers that made no return for the date.
        cited: whether the address cites the releases.
    """

    question: Question
    axes: tuple[Axis, ...]
    figures: tuple[Figure, ...]
    totals: tuple[Figure, ...]
    tables: tuple[ReleasedTable, ...]
    main: ReleasedTable | None
    silent: tuple[str, ...]
    cited: bool = False

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases that hold all figures, each once."""
        return tuple(dict.fromkeys(str(one.release) for one in self.tables))

    @property
    def of_dates(self) -> dict[dt.date, ReleasedTable]:
        """The table of each date, the earliest first."""
        wanted = self.question.dimensions
        return {one.as_at: one for one in self.tables if one.dimensions == wanted}


def answer(question: Question, *, purpose: str, by: str, clock: Clock) -> Answer:
    """Answer a question from tables released now.

    Raises:
        NotPermitted: if a table is held or was withdrawn.
    """

    def released(dimensions: tuple[str, ...], dates: Sequence[dt.date]) -> list[ReleasedTable]:
        return release_over(
            question.metric.name, dimensions, dates,
            audience=AUDIENCE, purpose=purpose, by=by, clock=clock,
        )  # fmt: skip

    return _answered(question, released)


def answer_cited(address: Address, releases: Sequence[str]) -> Answer:
    """Answer a question from the releases that an address cites, and from nothing else.

    Raises:
        BadInput: if they do not belong together, or do not hold what the address asks.
        NotFound: if there is no such release.
        NotPermitted: if one is held or was withdrawn.
    """
    tables = [cited(_release_id(one)) for one in dict.fromkeys(releases[:MOST_CITED])]
    metric = tables[0].metric
    if any(one.metric.name != metric.name for one in tables):
        raise _not_together()
    held = {(one.dimensions, one.as_at): one for one in tables}

    def released(dimensions: tuple[str, ...], dates: Sequence[dt.date]) -> list[ReleasedTable]:
        if any((dimensions, as_at) not in held for as_at in dates):
            raise _not_together()
        return [held[dimensions, as_at] for as_at in dates]

    dates = tuple(sorted({one.as_at for one in tables}))
    known = Known(dates, dates[-1], _employers_in(tables))
    stated = Address(
        metric.name, address.by, dates[-1].isoformat(),
        dates[0].isoformat() if len(dates) > 1 else "", address.employers,
    )  # fmt: skip
    return _answered(question_of(metric, known, stated), released, from_cited=True)


def _answered(question: Question, take: Take, *, from_cited: bool = False) -> Answer:
    axes = _axes(question)
    if question.as_at is None or question.problems:
        return Answer(question, axes, (), (), (), None, (), from_cited)
    tables = take(question.dimensions, question.dates)
    over_dates = question.since is not None
    figures = tuple(
        figure for table in tables for figure in _figures(question, table, over_dates=over_dates)
    )
    silent = () if over_dates else _silent(question, tables[-1])
    totals: tuple[Figure, ...] = ()
    among = EMPLOYER in question.by and bool(question.employers)
    if not over_dates and not (among and len(question.by) == 1) and question.by:
        # A margin is a cell of its own table, rounded by itself.
        [margin] = take((EMPLOYER,) if question.employers else (), [question.as_at])
        totals = _totals(question, margin)
        tables.append(margin)
    main = next(one for one in reversed(tables) if one.dimensions == question.dimensions)
    return Answer(question, axes, figures, totals, tuple(tables), main, silent, from_cited)


def _axes(question: Question) -> tuple[Axis, ...]:
    """Return what figures differ by: chosen breakdowns, employers compared, and dates."""
    named = [one for name in question.by if (one := question.metric.dimension(name)) is not None]
    axes = [Axis(one.name, one.title) for one in named]
    employer = question.metric.dimension(EMPLOYER)
    if len(question.employers) > 1 and EMPLOYER not in question.by and employer is not None:
        axes.append(Axis(EMPLOYER, employer.title))
    if question.since is not None:
        axes.append(Axis(DATE, _("Date")))
    return tuple(axes)


def _figures(question: Question, table: ReleasedTable, *, over_dates: bool) -> list[Figure]:
    """Return the released cells of one table that are shown, with a gap for who made no return."""
    places = [table.dimensions.index(axis.name) for axis in _axes(question) if axis.name != DATE]
    when = ((table.as_at.isoformat(), day(table.as_at)),) if over_dates else ()
    more_key, more_label = tuple(k for k, _l in when), tuple(label for _k, label in when)
    found = []
    for cell in _cells(question, table):
        key = (*(cell.key[at] for at in places), *more_key)
        labels = (*(cell.labels[at] for at in places), *more_label)
        found.append(Figure(key, labels, cell.kind, cell.value, cell.shown, table.as_at))
    alone = {EMPLOYER, DATE} >= {axis.name for axis in _axes(question)}
    if alone and question.employers:
        found += _gaps(question, table, places, more_key, more_label)
    return found


def _gaps(
    question: Question, table: ReleasedTable, places: Sequence[int],
    more_key: tuple[str, ...], more_label: tuple[str, ...],
) -> list[Figure]:  # fmt: skip
    """Return a gap for each chosen employer without a return: figures are never filled in."""
    present = _present(table)
    return [
        Figure(
            (*((code,) if places else ()), *more_key), (*((title,) if places else ()), *more_label),
            "none", None, _("No return"), table.as_at,
        )
        for code, title in question.employers.items() if code not in present
    ]  # fmt: skip


def _cells(question: Question, table: ReleasedTable) -> tuple[ReleasedCell, ...]:
    if not question.employers:
        return table.cells
    place = table.dimensions.index(EMPLOYER)
    return tuple(cell for cell in table.cells if cell.key[place] in question.employers)


def _totals(question: Question, table: ReleasedTable) -> tuple[Figure, ...]:
    return tuple(
        Figure(cell.key, cell.labels, cell.kind, cell.value, cell.shown, table.as_at)
        for cell in _cells(question, table)
    )


def _silent(question: Question, table: ReleasedTable) -> tuple[str, ...]:
    if not question.employers:
        return ()
    present = _present(table)
    return tuple(title for code, title in question.employers.items() if code not in present)


def _present(table: ReleasedTable) -> set[str]:
    place = table.dimensions.index(EMPLOYER)
    return {cell.key[place] for cell in table.cells}


def _employers_in(tables: Sequence[ReleasedTable]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in tables:
        if EMPLOYER in table.dimensions:
            place = table.dimensions.index(EMPLOYER)
            found |= {cell.key[place]: cell.labels[place] for cell in table.cells}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _release_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadInput(
            "The address cites something that is no release",
            where=Where(field="release"),
            fix="Copy the whole address, or leave its releases out to see the figures of today",
        ) from None


def _not_together() -> BadInput:
    return BadInput(
        "The releases this address cites do not hold what it asks for",
        where=Where(field="release"),
        fix="Copy the whole address, or leave its releases out to see the figures of today",
    )


def title_of(question: Question) -> str:
    """Return what an answer is of, in words: figure, breakdowns, employers and dates."""
    metric: Metric = question.metric
    by = [one.title.lower() for name in question.by if (one := metric.dimension(name))]
    if question.since is not None:
        by.append(_("date"))
    said = metric.title
    if by:
        listed = _(" and ").join([part for part in (", ".join(by[:-1]), by[-1]) if part])
        said += f" {_('by')} {listed}"
    if question.since is None and question.as_at is not None:
        said += f", {day(question.as_at)}"
    elif question.since is not None and question.dates:
        first, last = question.dates[0], question.dates[-1]
        said += ", " + _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}
    if len(question.employers) <= 2:
        return ", ".join((said, *question.employers.values()))
    return _("%(title)s, %(count)s employers") % {"title": said, "count": len(question.employers)}
