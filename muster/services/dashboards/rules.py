"""What dashboards and briefs decide: who may read one, where a tile goes, when a brief is due, and
how a figure stands to its target.

A status is worked out of released figures alone, so it tells no more than they do. A figure that is
told as a band stands for all of it: what holds for one end of the band only is not said.
"""

import datetime as dt
import uuid
from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

Form = Literal["number", "bar", "line", "table"]
Direction = Literal["at least", "at most"]
Standing = Literal[
    "met", "on course", "behind", "missed", "under way", "cannot be said", "not told"
]
Part = tuple[str, str]
"""A dimension and the code that is shown of it, such as one employer."""

FORMS: tuple[Form, ...] = get_args(Form)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
DRAFT, SHARED = "draft", "shared"
FEWEST_FIGURES, MOST_FIGURES = 4, 8
MOST_TILES = 24
MOST_PARTS = 3
LATEST_DAY = 28
"""Briefs are made up to this day of a month, because every month has it."""
KEPT_DAYS = 30
"""So many days a thing that was deleted can be put back."""


@dataclass(frozen=True)
class Audience:
    """With whom something is shared: people of these roles, of one employer if it names one."""

    roles: tuple[str, ...] = ()
    employer: uuid.UUID | None = None


@dataclass(frozen=True)
class Held:
    """Whose a dashboard or brief is, whether it is shared, and with whom."""

    owner: str
    state: str
    audience: Audience


def may_read(
    held: Held, *, reader: str, roles: Collection[str], employer: uuid.UUID | None
) -> bool:
    """Tell whether somebody may open a dashboard or brief: its owner, or its audience once shared.

    Args:
        held: whose it is and with whom it is shared.
        reader: who asks, as logs record them.
        roles: the roles they hold.
        employer: whom they work for, where that is known.
    """
    if held.owner == reader:
        return True
    of_role = bool(set(held.audience.roles) & set(roles))
    of_employer = held.audience.employer is None or held.audience.employer == employer
    return held.state == SHARED and of_role and of_employer


def moved(order: Sequence[uuid.UUID], one: uuid.UUID, *, up: bool) -> tuple[uuid.UUID, ...]:
    """Return an order with one thing a place further up or down; at the end it stays."""
    listed = list(order)
    here = listed.index(one)
    there = max(0, here - 1) if up else min(len(listed) - 1, here + 1)
    listed[here], listed[there] = listed[there], listed[here]
    return tuple(listed)


def due_day(day: int, today: dt.date) -> dt.date:
    """Return the latest day up to today on which a brief of this day of the month was due."""
    if today.day >= day:
        return today.replace(day=day)
    before = today.replace(day=1) - dt.timedelta(days=1)
    return before.replace(day=min(day, monthrange(before.year, before.month)[1]))


def is_due(day: int | None, *, paused: bool, since: dt.date, today: dt.date) -> dt.date | None:
    """Return the day for which a brief is to be made now, or None.

    Args:
        day: of the month; None if the brief is not scheduled.
        paused: whether it rests.
        since: the day from which the schedule counts; nothing is made for a day before.
        today: the legal day.
    """
    if day is None or paused:
        return None
    due = due_day(day, today)
    return due if due >= since else None


@dataclass(frozen=True)
class Seen:
    """A released figure as a range: both ends alike, or those of a band; None where none is."""

    low: Decimal | None
    high: Decimal | None

    @property
    def known(self) -> bool:
        """Whether there is a figure at all."""
        return self.low is not None and self.high is not None


NOTHING = Seen(None, None)


@dataclass(frozen=True)
class Target:
    """What a figure should come to, and by when."""

    value: Decimal
    direction: Direction
    due: dt.date


@dataclass(frozen=True)
class Start:
    """Where the way to a target begins: a day, and the figure that was released for it."""

    day: dt.date
    seen: Seen


@dataclass(frozen=True)
class Status:
    """How a figure stands to its target. ``by`` is how much is missing, where that can be said."""

    standing: Standing
    by: Decimal | None = None


def status(
    now: Seen, target: Target, *, as_at: dt.date, start: Start | None = None, step: int = 1
) -> Status:
    """Return how a figure stands to its target.

    It is met once the figure is there, and missed if it is not on the day by which it should be.
    Before that day a figure is on course that is as far as a straight line from the start to the
    target would be, and behind by what is missing to that line; without a start it is under way,
    and what is missing to the target is told. What was there at the start should have stayed there:
    the line is then the target itself.

    Args:
        now: the figure as it was released.
        target: what it should come to.
        as_at: the date of the figure.
        start: where the line begins.
        step: what figures are rounded to; the line is rounded alike, so that nobody is behind by
            less than can be seen.
    """
    if not now.known:
        return Status("not told")
    reached = _reaches(now, target.value, target.direction)
    if reached is None:
        return Status("cannot be said")
    if reached:
        return Status("met")
    short = _short(now, target.value, target.direction)
    if as_at >= target.due:
        return Status("missed", short)
    if start is None or start.day >= as_at or not start.seen.known:
        return Status("under way", short)
    due_now = _line(start, target, as_at, step)
    if due_now is None:
        return Status("cannot be said")
    there = _reaches(now, due_now, target.direction)
    if there is None:
        return Status("cannot be said")
    return (
        Status("on course") if there else Status("behind", _short(now, due_now, target.direction))
    )


def _reaches(now: Seen, value: Decimal, direction: Direction) -> bool | None:
    """Tell whether a figure is there; None where only a part of its band would be."""
    assert now.low is not None
    assert now.high is not None
    ends = (now.low, now.high)
    there = [end >= value if direction == "at least" else end <= value for end in ends]
    return there[0] if there[0] == there[1] else None


def _short(now: Seen, value: Decimal, direction: Direction) -> Decimal | None:
    """Return what is missing to a value; None where the figure is a band."""
    if now.low is None or now.low != now.high:
        return None
    return value - now.low if direction == "at least" else now.low - value


def _line(start: Start, target: Target, day: dt.date, step: int) -> Decimal | None:
    """Return where a straight line to the target is on a day; None where it begins in a band."""
    begun = start.seen.low
    if begun is None or begun != start.seen.high:
        return None
    if _reaches(start.seen, target.value, target.direction):
        return target.value
    gone = Decimal((day - start.day).days) / Decimal((target.due - start.day).days)
    return ((begun + (target.value - begun) * gone) / step).quantize(Decimal(1)) * step


def change(now: Seen, before: Seen) -> Decimal | None:
    """Return by how much a figure changed; None where one of the two is a band, or none is told."""
    if now.low is None or now.low != now.high or before.low is None or before.low != before.high:
        return None
    return now.low - before.low
