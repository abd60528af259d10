"""Profiles: what the cells of one column look like, counted.

A profile says nothing about what a column is; that is weighed in ``evidence``. Shares are of the
filled cells and run from 0 to 1. Distinct cells are looked at one by one, but only so many of them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from muster.hub.framing.tables import Table
from muster.hub.layouts import header_key
from muster.hub.parsers import Parser, Unreadable
from muster.hub.parsers.damage import tidy

LOOKED_AT = 300  # distinct cells of a column
_SAMPLES = 3
# What people write where they have nothing to say. No name is among them: there are people called
# Null, Nil and None.
ABSENT = frozenset(
    ("-", "--", "---", ".", "n/a", "n/k", "n/d", "(null)", "(blank)", "tbc", "tba",
     "not applicable", "not known", "not recorded", "not stated", "unknown")
)  # fmt: skip
_SLASHED = r"^(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})(?:[ T].*)?$"


@dataclass(frozen=True, eq=False)
class Profile:
    """One column.

    Args:
        place: its place in the table.
        header: its header as it stands.
        rows: how many rows there are.
        filled: how many cells hold something that is not a word for nothing.
        distinct: how many different cells there are among those.
        counts: the commonest cells, tidied, with how often each stands.
        absent: the words for nothing that stand in it, in lower case.
        cells: all of its cells.
    """

    place: int
    header: str
    rows: int
    filled: int
    distinct: int
    counts: dict[str, int]
    absent: tuple[str, ...]
    cells: pl.Series = field(repr=False)
    _read: dict[tuple[object, ...], dict[str, object | None]] = field(
        default_factory=dict, repr=False
    )

    @property
    def key(self) -> str:
        """The header as it is compared."""
        return header_key(self.header)

    @property
    def fill(self) -> float:
        """The share of rows in which it holds something."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def looked_at(self) -> int:
        """How many cells ``counts`` stands for."""
        return sum(self.counts.values())

    @property
    def samples(self) -> tuple[str, ...]:
        """A few of its cells, different ones, as they come first."""
        return tuple(list(self.counts)[:_SAMPLES])

    def share(self, holds: Callable[[str], bool]) -> float:
        """Return the share of cells of which something holds."""
        if not self.looked_at:
            return 0.0
        return sum(n for text, n in self.counts.items() if holds(text)) / self.looked_at

    def matching(self, pattern: re.Pattern[str]) -> float:
        """Return the share of cells that are of a form as a whole."""
        known = self._read.setdefault(("form", pattern.pattern), {})
        if not known:
            known.update((text, pattern.fullmatch(text)) for text in self.counts)
        return self.share(lambda text: known[text] is not None)

    def read_by(self, parser: Parser) -> float:
        """Return the share of cells that a parser reads."""
        known = self._values_of(parser)
        return self.share(lambda text: known[text] is not None)

    @cached_property
    def digits(self) -> float:
        """The share of cells that hold a digit."""
        return self.share(lambda text: any(map(str.isdigit, text)))

    def values(self, parser: Parser) -> list[tuple[object, int]]:
        """Return what a parser reads in it, with how often each stands."""
        known = self._values_of(parser)
        return [(known[text], n) for text, n in self.counts.items() if known[text] is not None]

    def _values_of(self, parser: Parser) -> dict[str, object | None]:
        key = (parser.kind, parser.form, parser.pivot, parser.unit, parser.rounded)
        known = self._read.setdefault(key, {})
        if not known:
            known.update((text, value_of(parser, text)) for text in self.counts)
        return known

    @cached_property
    def order(self) -> "Order":
        """What its cells say about the order of day and month."""
        groups = self.cells.str.strip_chars().str.extract_groups(_SLASHED)
        first = groups.struct.field("1").cast(pl.Int32)
        second = groups.struct.field("2").cast(pl.Int32)
        return Order(
            day_first=int(((first > 12) & (second <= 12)).sum()),
            month_first=int(((second > 12) & (first <= 12)).sum()),
            either=int(((first <= 12) & (second <= 12) & (first != second)).sum()),
            slashed=int(first.is_not_null().sum()),
        )


@dataclass(frozen=True)
class Order:
    """How many dates with slashes can be read day first only, month first only, and either way."""

    day_first: int
    month_first: int
    either: int
    slashed: int


def value_of(parser: Parser, text: str) -> object | None:
    """Return what a parser reads in a text; None if nothing."""
    try:
        return parser.read(text)
    except Unreadable:
        return None


def profiles_of(table: Table) -> tuple[Profile, ...]:
    """Return a profile of each column of a table."""
    return tuple(_profile(table, place) for place in range(len(table.headers)))


def _profile(table: Table, place: int) -> Profile:
    cells = table.frame[str(place)]
    stripped = cells.str.strip_chars().alias("text")
    nothing = stripped.str.to_lowercase().is_in(list(ABSENT))
    counted = (
        stripped.filter((stripped != "") & ~nothing)
        .to_frame()
        .group_by("text", maintain_order=True)
        .agg(pl.len().alias("n"))
    )
    seen = counted
    if counted.height > LOOKED_AT:
        often = counted.sort("n", descending=True, maintain_order=True).head(LOOKED_AT // 4)
        step = counted.height // (LOOKED_AT * 3 // 4) + 1
        seen = pl.concat([often, counted.gather_every(step)]).unique(maintain_order=True)
    counts: dict[str, int] = {}
    for text, count in seen.iter_rows():
        better = tidy(text)[0].strip()
        counts[better] = counts.get(better, 0) + count
    words = stripped.filter(nothing).str.to_lowercase().unique().sort()
    return Profile(
        place=place,
        header=table.headers[place],
        rows=table.height,
        filled=int(counted["n"].sum()),
        distinct=counted.height,
        counts=counts,
        absent=tuple(words),
        cells=cells,
    )


def addressable(profiles: Sequence[Profile]) -> tuple[Profile, ...]:
    """Return the columns that a layout can name: those whose header is no other one's as well."""
    taken: set[str] = {""}
    found = []
    for profile in profiles:
        if profile.key not in taken:
            taken.add(profile.key)
            found.append(profile)
    return tuple(found)
