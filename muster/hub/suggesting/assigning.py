"""Assigning: each field gets at most one column, so that all scores together are the greatest.

Theory: an assignment of least cost by shortest augmenting paths (the Hungarian method), with one
column of its own for each field that stands for "none", so that a bad column is never taken
because a good one is gone. Cubic in the fields and linear in the columns.
"""

from collections.abc import Sequence

_ENDLESS = float("inf")


def assign(scores: Sequence[Sequence[float]], least: float) -> list[int | None]:
    """Return for each row the column it gets; None where no column is worth taking.

    Args:
        scores: shape (fields, columns), from 0 to 1.
        least: the least score worth taking.
    """
    if not scores:
        return []
    columns = len(scores[0])
    costs = [
        [-score if score >= least else 0.0 for score in row] + [0.0] * len(scores) for row in scores
    ]
    found = _least_cost(costs)
    return [
        at if at < columns and scores[row][at] >= least else None for row, at in enumerate(found)
    ]


def _least_cost(costs: Sequence[Sequence[float]]) -> list[int]:
    """Return the column of each row; there are at least as many columns as rows.

    ``rise`` and ``fall`` are the potentials of rows and columns; place 0 is a column of no one.
    """
    height, width = len(costs), len(costs[0])
    rise, fall = [0.0] * (height + 1), [0.0] * (width + 1)
    owner = [0] * (width + 1)
    for row in range(1, height + 1):
        owner[0], at = row, 0
        least, before, used = [_ENDLESS] * (width + 1), [0] * (width + 1), [False] * (width + 1)
        while owner[at]:
            used[at], now, step, following = True, owner[at], _ENDLESS, 0
            for column in range(1, width + 1):
                if used[column]:
                    continue
                reduced = costs[now - 1][column - 1] - rise[now] - fall[column]
                if reduced < least[column]:
                    least[column], before[column] = reduced, at
                if least[column] < step:
                    step, following = least[column], column
            for column in range(width + 1):
                if used[column]:
                    rise[owner[column]] += step
                    fall[column] -= step
                else:
                    least[column] -= step
            at = following
        while at:
            owner[at] = owner[before[at]]
            at = before[at]
    result = [0] * height
    for column in range(1, width + 1):
        if owner[column]:
            result[owner[column] - 1] = column - 1
    return result
