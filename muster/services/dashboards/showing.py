"""From a declared question to what a tile shows: released tables, or why there is none.

A tile that names one employer shows a part of a released table; it makes no table with a filter of
its own. What the gate refuses, and what is no longer declared, is said in the tile's place: one
figure that cannot be shown takes no page away.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from muster.gates.disclosure import BAND_TOP, tellable
from muster.gates.metrics import declared, metric_named, reader_of
from muster.gates.release import ReleasedCell, ReleasedTable, release_over
from muster.gates.rows import EVERYBODY
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, MusterError, Where
from muster.kernel.metrics import Metric
from muster.ledger.current import ledger
from muster.pagekit.jinja import day
from muster.services.dashboards.rules import FORMS, MOST_PARTS, NOTHING, Form, Part, Seen

MONTHS = 13
"""So many dates a line goes back: a year, and the month a year ago."""
_KEPT = 256


@dataclass(frozen=True)
class Asker:
    """Who asks for figures, what for, and the clock that stamps what is released."""

    purpose: str
    by: str
    clock: Clock


@dataclass(frozen=True)
class Question:
    """What a tile asks: a metric, perhaps broken down or a part of it, and how it is drawn."""

    metric: str
    by: str = ""
    parts: tuple[Part, ...] = ()
    form: Form = "number"


@dataclass(frozen=True)
class ShownLine:
    """One figure of a tile. ``value`` is None for a band and where there is no return; ``on`` is
    the date of one of a series."""

    label: str
    shown: str
    kind: str
    value: Decimal | None
    returned: int
    known: int
    on: dt.date | None = None


@dataclass(frozen=True)
class ShownTile:
    """What a tile shows. Where ``refused`` says why there is no figure, there are no lines.

    ``before`` is the figure of the date before, for a tile that shows one number.
    """

    metric: Metric | None
    title: str
    part: str
    as_at: dt.date | None
    lines: tuple[ShownLine, ...] = ()
    before: ReleasedTable | None = None
    now: ReleasedTable | None = None
    refused: str = ""
    fix: str = ""

    @property
    def release(self) -> uuid.UUID | None:
        """The release to cite."""
        return self.now.release if self.now else None


@dataclass(frozen=True)
class _Known:
    """The dates of a metric that may be told, and the latest complete one of them."""

    dates: tuple[dt.date, ...]
    complete: dt.date | None


def dates_of(metric: Metric, on: dt.date | None) -> tuple[dt.date, ...]:
    """Return the dates up to a day for which figures may be told, in order; all without a day."""
    return tuple(one for one in _known(metric).dates if on is None or one <= on)


def latest_complete(metric: Metric, on: dt.date | None = None) -> dt.date | None:
    """Return the latest date at which everybody returned; else that with most returns.

    Args:
        metric: which figures.
        on: the latest date that counts; then that is the date, or the last before it.
    """
    if on is None:
        return _known(metric).complete
    dates = dates_of(metric, on)
    return dates[-1] if dates else None


def _known(metric: Metric) -> _Known:
    """Return the dates of a metric, asked once for each position of the exchange log."""
    head = ledger().store.read_head("exchange")
    # Nothing is kept of an empty log: what stands in the register then came from elsewhere.
    return _kept(metric, head.root().hex()) if head.size else _found(metric)


@lru_cache(maxsize=_KEPT)
def _kept(metric: Metric, _position: str) -> _Known:
    return _found(metric)


def _found(metric: Metric) -> _Known:
    reader = reader_of(metric)
    dates = tellable(metric, reader.dates())
    best, most = None, -1
    for one in reversed(dates[-MONTHS:]):
        returns = reader.returns(one)
        if returns.known and returns.returned == returns.known:
            return _Known(dates, one)
        if returns.returned > most:
            best, most = one, returns.returned
    return _Known(dates, best)


def refuse_unless_asked_well(question: Question) -> None:
    """Refuse a question that could never be answered, before it is kept.

    Raises:
        NotFound: if the metric is not declared.
        BadInput: naming what is not offered.
    """
    metric = metric_named(question.metric)
    named = [name for name, _code in question.parts]
    asked = [*named, *([question.by] if question.by else [])]
    wrong = [name for name in asked if metric.dimension(name) is None]
    if wrong or len(set(asked)) != len(asked):
        raise BadInput(
            "This figure is not broken down that way",
            where=Where(thing=metric.title, field=", ".join(wrong or asked)),
            fix="Choose each part once, among those offered",
        )
    _refuse_unknown_codes(metric, question.parts)
    if len(asked) > MOST_PARTS:
        raise BadInput(
            f"A figure is taken apart in at most {MOST_PARTS} ways",
            where=Where(thing=metric.title), fix="Leave one out",
        )  # fmt: skip
    if question.form not in FORMS or (question.form in ("bar", "table")) != bool(question.by):
        raise BadInput(
            "Bars and tables are broken down; a number and a line are not",
            where=Where(thing=metric.title), fix="Choose another form, or what to break it down by",
        )  # fmt: skip


def _refuse_unknown_codes(metric: Metric, parts: Sequence[Part]) -> None:
    """Refuse a part that nothing was ever told of: an address can name anything."""
    dates = dates_of(metric, None)[-MONTHS:]
    for name, code in parts:
        if not any(code in reader_of(metric).domain(name, date) for date in reversed(dates)):
            raise BadInput(
                "There is no such part of this figure",
                where=Where(thing=metric.title, field=f"part_{name}"), fix="Choose another part",
            )  # fmt: skip


def shown(question: Question, on: dt.date | None, asker: Asker) -> ShownTile:
    """Return what a tile shows for a day, or for the latest complete month without one."""
    metric = declared().get(question.metric)
    title = metric.title if metric else question.metric
    if metric is None:
        return ShownTile(
            None, title, "", on, refused=_("This figure is no longer declared."),
            fix=_("Take the tile away, or choose another figure."),
        )  # fmt: skip
    as_at = latest_complete(metric, on)
    part = part_words(metric, question.parts, as_at)
    if as_at is None:
        return ShownTile(
            metric, title, part, None, refused=_("There are no figures for this month."),
            fix=_("Choose another month."),
        )  # fmt: skip
    try:
        return _answered(question, metric, part, as_at, asker)
    except MusterError as problem:
        return ShownTile(
            metric, title, part, as_at, refused=f"{problem.what}.", fix=f"{problem.fix}."
        )  # fmt: skip


def _answered(
    question: Question, metric: Metric, part: str, as_at: dt.date, asker: Asker
) -> ShownTile:
    narrow = tuple(name for name, _code in question.parts)
    if question.form == "line":
        tables = tables_over(metric, narrow, dates_of(metric, as_at)[-MONTHS:], asker)
        lines = tuple(_on_date(table, question.parts) for table in tables)
        return ShownTile(metric, metric.title, part, as_at, lines, now=tables[-1])
    if question.form == "number":
        now, before = now_and_before(metric, narrow, as_at, asker)
        return ShownTile(
            metric, metric.title, part, as_at, (_on_date(now, question.parts),), before, now
        )
    now = table_of(metric, (*narrow, question.by), as_at, asker)
    lines = tuple(_line(cell, now) for cell in picked(now, question.parts))
    return ShownTile(metric, metric.title, part, as_at, lines, now=now)


def table_of(
    metric: Metric, dimensions: tuple[str, ...], as_at: dt.date, asker: Asker
) -> ReleasedTable:
    """Return a released table; raises as the gate does."""
    [table] = tables_over(metric, dimensions, [as_at], asker)
    return table


def tables_over(
    metric: Metric, dimensions: tuple[str, ...], dates: Sequence[dt.date], asker: Asker
) -> list[ReleasedTable]:
    """Return a released table of each date; raises as the gate does.

    They are released to everybody who may see figures, as those are that one explores, so that one
    release serves both.
    """
    return release_over(
        metric.name, dimensions, dates, audience=EVERYBODY, purpose=asker.purpose, by=asker.by,
        clock=asker.clock,
    )  # fmt: skip


def now_and_before(
    metric: Metric, dimensions: tuple[str, ...], as_at: dt.date, asker: Asker
) -> tuple[ReleasedTable, ReleasedTable | None]:
    """Return a released table and that of the date before; None if there is none, or it is held.

    Raises:
        NotPermitted: if the table itself is not told.
    """
    earlier = [one for one in dates_of(metric, as_at) if one < as_at]
    if earlier:
        try:
            before, now = tables_over(metric, dimensions, [earlier[-1], as_at], asker)
        except MusterError:
            pass
        else:
            return now, before
    return table_of(metric, dimensions, as_at, asker), None


def picked(table: ReleasedTable, parts: Sequence[Part]) -> tuple[ReleasedCell, ...]:
    """Return the cells of a part of a released table: a view, not another table."""
    wanted = [(table.dimensions.index(name), code) for name, code in parts]
    return tuple(
        cell for cell in table.cells if all(cell.key[place] == code for place, code in wanted)
    )


def seen(cells: Sequence[ReleasedCell]) -> Seen:
    """Return one released figure as a range; nothing where it is not told, or nobody returned."""
    if len(cells) != 1 or cells[0].kind == "withheld":
        return NOTHING
    if cells[0].value is None:
        return Seen(Decimal(0), Decimal(BAND_TOP))
    return Seen(cells[0].value, cells[0].value)


def part_words(metric: Metric, parts: Sequence[Part], as_at: dt.date | None) -> str:
    """Return the part that is shown in words, such as an employer's name; empty for the whole."""
    if not parts or as_at is None:
        return ""
    reader, said = reader_of(metric), []
    for name, code in parts:
        dimension = metric.dimension(name)
        none = dimension.not_mapped if dimension else code
        known = reader.domain(name, as_at).get(code, "") if dimension else ""
        said.append(known or code or none)
    return ", ".join(said)


def _line(cell: ReleasedCell, table: ReleasedTable) -> ShownLine:
    label = cell.labels[-1] if cell.labels else ""
    return ShownLine(label, cell.shown, cell.kind, cell.value, table.returned, table.known)


def _on_date(table: ReleasedTable, parts: Sequence[Part]) -> ShownLine:
    """Return the figure of one date; one without a return says so, and is never filled in."""
    cells = picked(table, parts)
    label = day(table.as_at)
    if not cells:
        return ShownLine(
            label, _("No return"), "none", None, table.returned, table.known, table.as_at
        )
    one = cells[0]
    return ShownLine(
        label, one.shown, one.kind, one.value, table.returned, table.known, table.as_at
    )
