"""What changed since the date before, and why: from released tables and the feeds behind them.

Every number is a figure that was released, or the difference of two. The causes are those that can
be shown: who came and went, who returned for one of the dates only, figures that were restated,
feeds that came late or are awaited, and feeds that took the place of earlier ones. Nothing is
worked out from records.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from muster.gates.disclosure import write_number
from muster.gates.earlier import Earlier, restated
from muster.gates.metrics import declared
from muster.gates.release import ReleasedCell, ReleasedTable, cited, release_over
from muster.kernel.clock import Clock
from muster.kernel.metrics import Metric
from muster.services.grid.explore import AUDIENCE
from muster.services.grid.explore.asking import EMPLOYER, Address, Question, ask
from muster.services.grid.feeds_behind import Behind, behind

FLOWS = ("joiners", "leavers", "movers")
_STOCKS = ("headcount", "staff_fte")
Take = Callable[[str, tuple[str, ...]], list[ReleasedTable]]
"""Returns the tables of a metric at the two dates, the earlier first."""


@dataclass(frozen=True)
class Pair:
    """The same figure at two moments. ``None`` where no table holds it: no return.

    ``change`` is the difference of two figures as they were told; None where one of them tells no
    number. ``code`` is the employer's; empty for the total.
    """

    label: str
    code: str
    before: ReleasedCell | None
    now: ReleasedCell | None

    @property
    def change(self) -> Decimal | None:
        """Return by how much the released figure differs."""
        if self.before is None or self.now is None:
            return None
        if self.before.value is None or self.now.value is None:
            return None
        return self.now.value - self.before.value

    @property
    def differs(self) -> bool:
        """Tell whether other words are told now."""
        then, now = self.before, self.now
        return (then and then.shown) != (now and now.shown)


@dataclass(frozen=True)
class Flow:
    """Who came, went or moved: a metric, and its total at both dates."""

    metric: Metric
    pair: Pair


@dataclass(frozen=True)
class Restated:
    """Figures of one date that were released with other values before."""

    as_at: dt.date
    earlier: Earlier
    now: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Changes:
    """What changed between two dates, and why.

    Attributes:
        question: what was asked, with the date and the employer chosen.
        before: the date before; None if there is none.
        total: of all employers, or of the one chosen.
        by: what the figure is broken down by: the employer, or what it is told by first.
        parts: each of these, what changed most first; empty if an employer is chosen.
        came: titles of employers that returned for the later date only; ``gone`` for the earlier.
        flows: who came, went and moved.
        restated: figures of the two dates that were told otherwise before.
        behind: feeds of the two dates that came late, are awaited or were replaced.
        feeds: how many feeds are known to stand behind the two dates.
        releases: that hold these figures.
    """

    question: Question
    before: dt.date | None
    total: Pair | None = None
    by: str = ""
    parts: tuple[Pair, ...] = ()
    came: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    flows: tuple[Flow, ...] = ()
    restated: tuple[Restated, ...] = ()
    behind: tuple[Behind, ...] = ()
    feeds: int = 0
    releases: tuple[str, ...] = ()


def changes(address: Address, *, purpose: str, by: str, clock: Clock) -> Changes:
    """Return what changed up to a date since the date before it, and why.

    Raises:
        NotFound: if the metric is not declared.
        NotPermitted: if a table is held or was withdrawn.
    """
    question = ask(address)
    dates = question.known.dates
    if question.as_at is None or question.as_at == dates[0]:
        return Changes(question, None)
    now, before = question.as_at, dates[dates.index(question.as_at) - 1]
    held: list[ReleasedTable] = []

    def take(metric: str, dimensions: tuple[str, ...]) -> list[ReleasedTable]:
        held.extend(
            release_over(
                metric, dimensions, (before, now),
                audience=AUDIENCE, purpose=purpose, by=by, clock=clock,
            )
        )  # fmt: skip
        return held[-2:]

    metric, chosen = question.metric, next(iter(question.employers), "")
    by_employer = metric.dimension(EMPLOYER) is not None
    parts = (EMPLOYER,) if by_employer else tuple(one.name for one in metric.dimensions[:1])
    each = _pairs(*take(metric.name, parts))
    totals = _pairs(*take(metric.name, ()))
    own = [pair for pair in each if pair.code == chosen]
    told = list({table.release: table for table in held}.values())
    feeds = behind(metric, (before, now), question.employers)
    return Changes(
        question,
        before,
        total=next(iter(own if chosen else totals), None),
        by=parts[0] if parts else "",
        parts=() if chosen else _by_size(each),
        came=tuple(p.label for p in each if p.before is None and by_employer and not chosen),
        gone=tuple(p.label for p in each if p.now is None and by_employer and not chosen),
        flows=_flows(metric, chosen, take),
        restated=tuple(
            found for table in told if (found := _restated(table, chosen, parts)) is not None
        ),
        behind=feeds.telling,
        feeds=feeds.known,
        releases=tuple(dict.fromkeys(str(table.release) for table in held)),
    )


def _pairs(before: ReleasedTable, now: ReleasedTable) -> list[Pair]:
    """Return every cell of two tables of the same breakdown beside each other."""
    then, later = ({cell.key: cell for cell in one.cells} for one in (before, now))
    found = []
    for key in dict.fromkeys((*later, *then)):
        labels = (later.get(key) or then[key]).labels
        found.append(Pair(", ".join(labels), ",".join(key), then.get(key), later.get(key)))
    return found


def _by_size(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Return pairs with the largest change first, then those without a number, then the rest."""

    def rank(pair: Pair) -> tuple[int, Decimal]:
        change = pair.change
        if change:
            return 0, -abs(change)
        return (1 if pair.differs else 2), Decimal(0)

    return tuple(sorted(pairs, key=rank))


def _flows(metric: Metric, chosen: str, take: Take) -> tuple[Flow, ...]:
    """Return who came, went and moved, beside a count of those who are there."""
    if metric.name not in _STOCKS:
        return ()
    found = []
    for name in FLOWS:
        flow = declared().get(f"{name}_in_month") or declared().get(name)
        if flow is None:
            continue
        parts = (EMPLOYER,) if chosen else ()
        pairs = _pairs(*take(flow.name, parts))
        own = [pair for pair in pairs if pair.code == chosen]
        found += [Flow(flow, pair) for pair in own[:1]]
    return tuple(found)


def _restated(table: ReleasedTable, chosen: str, parts: tuple[str, ...]) -> Restated | None:
    """Return what a table told otherwise before: by employer, or where there are none in all."""
    if table.dimensions != parts:
        return None
    earlier = restated(table)
    if earlier is None:
        return None
    pairs = [pair for pair in _pairs(cited(earlier.release), table) if pair.differs]
    if chosen:
        pairs = [pair for pair in pairs if pair.code == chosen]
    return Restated(table.as_at, earlier, str(table.release), tuple(pairs)) if pairs else None


def in_words(change: Decimal) -> str:
    """Return a difference as people read it: with its sign."""
    if not change:
        return "0"
    return f"{'+' if change > 0 else '−'}{write_number(abs(change))}"  # noqa: RUF001 - a minus
