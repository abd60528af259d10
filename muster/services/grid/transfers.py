"""How transfers go, for leaders: how many, how long, how often first pay was wrong, at what cost.

Everything is read from released tables: shares are of two released figures, days and minutes of
released counts in bands. What is published of the process that Muster replaces is stated beside
them as its publisher words it; it is no figure of ours, and nothing is worked out with it.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muster.gates.disclosure import ROUNDED_TO, Told, rate
from muster.gates.metrics import metric_named
from muster.gates.percentiles import Percentile, percentile
from muster.gates.release import ReleasedCell, ReleasedTable, release
from muster.kernel.clock import Clock
from muster.services.grid.explore import AUDIENCE
from muster.services.grid.explore.known import known_of
from muster.services.grid.times import EACH, bands_of

EFFECTED, FIRST_PAYS = "transfers_effected", "transfer_first_pays"
_OFF = ROUNDED_TO // 2
Ask = Callable[..., ReleasedTable]


@dataclass(frozen=True)
class Took:
    """How long something took: how many as told, and each percentile of ``EACH``."""

    label: str
    told: str
    percentiles: tuple[Percentile | None, ...]


@dataclass(frozen=True)
class Line:
    """A line of a table: what it is of, figures as told, and a share of two of them."""

    label: str
    figures: tuple[str, ...]
    share: str = ""


@dataclass(frozen=True)
class Transfers:
    """Everything the page shows; without releases where there are no figures.

    Args:
        dates: for which there are figures.
        as_at: the one that is shown.
        effected: how many took effect in the year, as told.
        wrong: the share of first pays that were wrong at first, as told.
        minutes: of people for each transfer, the least and the most; None where it is not told.
        touched: in how many minutes a tenth, half and nine tenths of them were done.
        under_way: the cells of each stage.
        days: from offer to agreement and to effect.
        stages: days in each stage.
        employers: took effect, first pays, wrong ones, and their share.
        causes: of wrong first pays.
        faults: by part of the record: before the cut-off, after it.
        hand_offs: by hand-off: due, in time, late or still to come.
        cut_offs: missed, by employer.
        tasks: minutes, by task.
        releases: the tables that all of it is read from.
    """

    dates: tuple[dt.date, ...]
    as_at: dt.date | None = None
    effected: str = ""
    wrong: str = ""
    minutes: tuple[int, int] | None = None
    touched: Took | None = None
    under_way: tuple[ReleasedCell, ...] = ()
    days: tuple[Took, ...] = ()
    stages: tuple[Took, ...] = ()
    employers: tuple[Line, ...] = ()
    causes: tuple[Line, ...] = ()
    faults: tuple[Line, ...] = ()
    hand_offs: tuple[Line, ...] = ()
    cut_offs: tuple[Line, ...] = ()
    tasks: tuple[Line, ...] = ()
    releases: tuple[ReleasedTable, ...] = ()


def transfers(as_at: str, *, purpose: str, by: str, clock: Clock) -> Transfers:
    """Return how transfers went in the year to a date.

    Args:
        as_at: the date as an address states it; the latest one if there is no such.
        purpose: what for.
        by: who asks.
        clock: stamps releases.
    """
    known = known_of(metric_named(EFFECTED))
    date = next((one for one in known.dates if one.isoformat() == as_at), None)
    date = date or (known.dates[-1] if known.dates else None)
    if date is None:
        return Transfers(known.dates)
    used: list[ReleasedTable] = []

    def ask(metric: str, *asked: str) -> ReleasedTable:
        used.append(
            release(metric, asked, date, audience=AUDIENCE, purpose=purpose, by=by, clock=clock)
        )
        return used[-1]

    whole = ask(EFFECTED).cells[0]
    verdicts = {cell.key[0]: cell for cell in ask(FIRST_PAYS, "verdict").cells}
    touched = ask(EFFECTED, "touched")
    return Transfers(
        known.dates,
        date,
        effected=whole.shown,
        wrong=_share(verdicts["wrong"], ask(FIRST_PAYS).cells[0]),
        minutes=_each(ask("transfer_minutes").cells[0], whole),
        touched=_took("", touched, touched.cells, whole),
        under_way=ask("transfers_under_way", "stage").cells,
        days=tuple(_whole(ask(EFFECTED, name), whole) for name in ("agreed_in", "effected_in")),
        stages=_stages(ask),
        employers=_employers(ask),
        causes=_causes(ask),
        faults=_by_code(ask("transfer_faults", "section", "found"), ("before", "after")),
        hand_offs=_hand_offs(ask),
        cut_offs=_plain(ask("missed_cut_offs", "employer")),
        tasks=_plain(ask("transfer_minutes", "task")),
        releases=tuple(used),
    )


def _whole(table: ReleasedTable, whole: ReleasedCell) -> Took:
    [name] = table.dimensions
    declared = table.metric.dimension(name)
    return _took(declared.title if declared else name, table, table.cells, whole)


def _took(
    label: str, table: ReleasedTable, cells: Sequence[ReleasedCell], whole: ReleasedCell
) -> Took:
    """Return percentiles of cells whose last dimension is bands, all of what ``whole`` is of."""
    place = len(table.dimensions) - 1
    bands = bands_of((cell.key[place], cell) for cell in cells)
    # Whoever is in no band is in the whole: then it says nothing of what the bands may hold.
    outside = any(not cell.key[place] for cell in cells)
    told = tuple(
        percentile(bands, each) if outside else percentile(bands, each, whole=whole.value)
        for each in EACH
    )
    return Took(label, whole.shown, told)


def _stages(ask: Ask) -> tuple[Took, ...]:
    took = ask("transfer_stages", "stage", "took")
    return tuple(
        _took(cell.labels[0], took, took.only("stage", cell.key[0]), cell)
        for cell in ask("transfer_stages", "stage").cells
    )


def _employers(ask: Ask) -> tuple[Line, ...]:
    moved = {cell.key[0]: cell for cell in ask(EFFECTED, "employer").cells}
    paid = ask(FIRST_PAYS, "employer").cells
    judged = {cell.key: cell for cell in ask(FIRST_PAYS, "employer", "verdict").cells}
    lines = []
    for cell in paid:
        wrong = judged[cell.key[0], "wrong"]
        figures = (moved[cell.key[0]].shown, cell.shown, wrong.shown)
        lines.append(Line(cell.labels[0], figures, _share(wrong, cell)))
    return tuple(lines)


def _causes(ask: Ask) -> tuple[Line, ...]:
    table = ask(FIRST_PAYS, "verdict", "cause")
    cells = [cell for cell in table.only("verdict", "wrong") if cell.key[1]]
    return tuple(Line(cell.labels[1], (cell.shown,)) for cell in cells)


def _hand_offs(ask: Ask) -> tuple[Line, ...]:
    whole = {cell.key[0]: cell for cell in ask("transfer_hand_offs", "handed").cells}
    states = ("in time", "late", "outstanding", "waived")
    lines = _by_code(ask("transfer_hand_offs", "handed", "in_time"), states)
    return tuple(
        Line(one.label, (cell.shown, *one.figures))
        for one, cell in zip(lines, whole.values(), strict=True)
    )


def _by_code(table: ReleasedTable, codes: Sequence[str]) -> tuple[Line, ...]:
    """Return a table of two dimensions with a column for each code of the second."""
    told = {cell.key: cell.shown for cell in table.cells}
    labels = {cell.key[0]: cell.labels[0] for cell in table.cells}
    return tuple(
        Line(label, tuple(told[code, each] for each in codes)) for code, label in labels.items()
    )


def _plain(table: ReleasedTable) -> tuple[Line, ...]:
    return tuple(Line(cell.labels[0], (cell.shown,)) for cell in table.cells)


def _share(part: ReleasedCell, whole: ReleasedCell) -> str:
    return rate(_told(part), _told(whole)).shown


def _told(cell: ReleasedCell) -> Told:
    return Told(cell.kind, cell.value, cell.shown)


def _each(minutes: ReleasedCell, moved: ReleasedCell) -> tuple[int, int] | None:
    """Return between how many minutes each transfer took, whatever the two were rounded from."""
    if minutes.value is None or moved.value is None:
        return None
    low = max(0, int(minutes.value) - _OFF) // (int(moved.value) + _OFF)
    return low, -(-(int(minutes.value) + _OFF) // (int(moved.value) - _OFF))
