"""The cells of an answer as rows and columns: what the table, the drawing and files share."""

from collections.abc import Sequence
from dataclasses import dataclass

from muster.services.grid.explore import DATE
from muster.services.grid.explore.answering import Answer, Axis, Figure

MOST_COLUMNS = 12
# Dimensions whose codes stand in an order of their own; others are best read by size.
ORDERED = frozenset(
    {"grade", "age", "age_band", "days", "reached", "stage", "week", "year", DATE}
)  # fmt: skip


Row = tuple[tuple[str, ...], tuple[Figure | None, ...]]
"""Labels of a row, and its figures by column."""


@dataclass(frozen=True)
class Grid:
    """Figures in rows and columns.

    Attributes:
        heads: the axes whose labels stand before each row.
        across: the axis whose codes are the columns; None for one column of figures.
        columns: code and label of each column.
        rows: labels of each row, and its figures by column; None where no table holds one.
    """

    heads: tuple[Axis, ...]
    across: Axis | None
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


def codes_of(answer: Answer, place: int) -> dict[str, str]:
    """Return the codes of an axis with their labels, in the order of the released tables."""
    return {one.key[place]: one.labels[place] for one in answer.figures}


def grid_of(answer: Answer) -> Grid:
    """Return the figures laid out: few codes side by side, all others one below the other."""
    axes = answer.axes
    across = _across(answer)
    columns = codes_of(answer, across) if across is not None else {"": ""}
    heads = [at for at in range(len(axes)) if at != across]
    ranks = [
        {code: rank for rank, code in enumerate(sorted(found) if axis.name == DATE else found)}
        for axis, found in ((axis, codes_of(answer, at)) for at, axis in enumerate(axes))
    ]
    held: dict[tuple[str, ...], dict[str, Figure]] = {}
    for one in answer.figures:
        row = held.setdefault(tuple(one.key[at] for at in heads), {})
        row[one.key[across] if across is not None else ""] = one
    order = sorted(
        held, key=lambda key: [ranks[at][code] for at, code in zip(heads, key, strict=True)]
    )
    return Grid(
        tuple(axes[at] for at in heads),
        axes[across] if across is not None else None,
        tuple(columns.items()),
        tuple((_labels(held[key], heads), _row(held[key], list(columns))) for key in order),
    )


def _across(answer: Answer) -> int | None:
    """Return the place of the axis that is laid out as columns: the last with few codes."""
    named = [at for at, axis in enumerate(answer.axes) if axis.name != DATE]
    if len(answer.axes) < 2:
        return None
    return next((at for at in reversed(named) if len(codes_of(answer, at)) <= MOST_COLUMNS), None)


def _labels(row: dict[str, Figure], heads: Sequence[int]) -> tuple[str, ...]:
    one = next(iter(row.values()))
    return tuple(one.labels[at] for at in heads)


def _row(row: dict[str, Figure], columns: Sequence[str]) -> tuple[Figure | None, ...]:
    return tuple(row.get(code) for code in columns)
