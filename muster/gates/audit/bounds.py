"""The least and the most that a cell may be, given what is known around it."""

import math

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from muster.gates.audit.systems import System

_NEARLY = 1e-6
_SECONDS_EACH = 2.0
_OPTIMAL, _INFEASIBLE = 0, 2
# Wider than that nothing was narrowed that whole numbers would narrow much further.
_WORTH_WHOLE_NUMBERS = 4


def bounds(system: System, *, whole: bool = True) -> tuple[float, float] | None:
    """Return the least and the most a cell may be; None if the tables contradict each other.

    Args:
        system: what is known.
        whole: whether cells are whole numbers.
    """
    found = _both(system, integral=False)
    if found is None or not whole:
        return found
    low, high = math.ceil(found[0] - _NEARLY), math.floor(found[1] + _NEARLY)
    if high - low <= _WORTH_WHOLE_NUMBERS:
        closer = _both(system, integral=True)
        if closer is not None:
            low, high = max(low, round(closer[0])), min(high, round(closer[1]))
    return float(low), float(high)


def _both(system: System, *, integral: bool) -> tuple[float, float] | None:
    """Return both ends; an end that is not found in time is not narrowed."""
    ends = []
    for sign in (1.0, -1.0):
        done = milp(
            sign * system.cell,
            constraints=LinearConstraint(system.rows, system.low, system.high),
            bounds=Bounds(0, np.inf),
            integrality=np.full(system.cell.size, int(integral)),
            options={"time_limit": _SECONDS_EACH},
        )
        if done.status == _INFEASIBLE:
            return None
        told = done.mip_dual_bound if integral else done.fun
        known = done.status == _OPTIMAL or (integral and told is not None)
        ends.append(sign * told if known and told is not None else -sign * np.inf)
    return max(ends[0], 0.0), ends[1]
