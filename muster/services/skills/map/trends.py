"""Whether a skill is asked for more and more: from months of posting, said only where it is sure.

For each skill the number of adverts in a month is taken as Poisson around the month's adverts times
a share that grows or shrinks by the same factor each year. Adverts come in campaigns, so the spread
is wider than chance: by how much is learned from all skills. How fast a skill moves is drawn
towards no movement, as far as skills in general stand still. It is

* rising or falling where it is 95 % sure which, and by at least a tenth a year,
* steady where it is 90 % sure that it moves by less than a quarter a year,
* and not known otherwise: where adverts are few, undated, or nine tenths of them are of less than a
  year. Adverts gathered on one day are such: what was posted long before is only what was still
  open, and months of one year differ by the season.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse
from scipy.special import ndtr

Floats = npt.NDArray[np.float64]

_SURE: Final = 0.95
_QUITE_SURE: Final = 0.9
_MOVES: Final = np.log(1.1)
_STILL: Final = np.log(1.25)
# Fewer dated adverts that ask for a skill than these tell nothing, nor do fewer months between the
# first and the last twentieth of all adverts.
_LEAST_ADVERTS: Final = 20.0
_LEAST_MONTHS: Final = 12
# Sums of probabilities vary less than counts do, but not less than this.
_LEAST_SPREAD: Final = 0.2
_TWENTIETH: Final = 0.05
_STEPS: Final = 8


def trends(posted: pl.Series, matrix: sparse.csr_array) -> list[str]:
    """Return ``rising``, ``falling``, ``steady`` or ``not known`` for each skill.

    Args:
        posted: the day each advert was posted, null where unknown.
        matrix: adverts x skills, the probability that an advert asks for a skill.
    """
    unknown = ["not known"] * matrix.shape[1]
    dated = posted.cast(pl.Date)
    month = (dated.dt.year().cast(pl.Int64) * 12 + dated.dt.month().cast(pl.Int64)).to_numpy()
    some = np.flatnonzero(~np.isnan(month.astype(np.float64)))
    if len(some) == 0:
        return unknown
    at, which = np.unique(month[some].astype(np.int64), return_inverse=True)
    first, last = np.quantile(month[some], [_TWENTIETH, 1 - _TWENTIETH])
    if last - first < _LEAST_MONTHS:
        return unknown
    members = sparse.csr_array(
        (np.ones(len(some), np.float32), (which, some)), shape=(len(at), len(month))
    )
    counts = np.asarray((members @ matrix).todense(), np.float64)
    adverts = np.asarray(members.sum(axis=1), np.float64).ravel()
    slope, error = _slopes(counts, adverts, (at - at.mean()) / 12)
    return _said(slope, error, counts.sum(axis=0) >= _LEAST_ADVERTS)


def _slopes(counts: Floats, adverts: Floats, years: Floats) -> tuple[Floats, Floats]:
    """Return how the logarithm of each share moves in a year, and the error of that.

    A Poisson regression for each skill, all at once, by Newton's method.
    """
    enough = counts.sum(axis=0) >= _LEAST_ADVERTS
    level = np.log(np.maximum(counts.sum(axis=0), 1e-9) / adverts.sum())
    slope = np.zeros_like(level)
    t = years[:, None]
    for _ in range(_STEPS):
        mean = adverts[:, None] * np.exp(np.clip(level + slope * t, -30, 5))
        a, b, c = mean.sum(0), (mean * t).sum(0), (mean * t**2).sum(0)
        off = counts - mean
        u, v = off.sum(0), (off * t).sum(0)
        size = np.maximum(a * c - b**2, 1e-12)
        level = level + np.clip((c * u - b * v) / size, -1, 1)
        slope = slope + np.clip((a * v - b * u) / size, -1, 1)
    error = np.sqrt(np.maximum(a, 1e-12) / size)
    if not enough.any():
        return slope, error
    # How much wider than Poisson the months of all skills spread: campaigns widen them, sums of
    # probabilities narrow them.
    spread = (off[:, enough] ** 2).sum() / mean[:, enough].sum()
    freedom = len(years) / max(1, len(years) - 2)
    return slope, error * np.sqrt(max(spread * freedom, _LEAST_SPREAD))


def _said(slope: Floats, error: Floats, enough: npt.NDArray[np.bool_]) -> list[str]:
    """Return the word for each skill."""
    if not enough.any():
        return ["not known"] * len(slope)
    own = error[enough] ** 2
    # How much skills move at all, beyond the errors of their slopes.
    weight = 1 / own
    moved = float(np.sum(weight * (slope[enough] ** 2 - own)) / np.sum(weight))
    between = max(moved, 1e-4)
    drawn = slope * between / (between + error**2)
    wide = np.sqrt(between * error**2 / (between + error**2))
    rising = (ndtr(drawn / wide) >= _SURE) & (drawn >= _MOVES)
    falling = (ndtr(-drawn / wide) >= _SURE) & (drawn <= -_MOVES)
    still = ndtr((_STILL - drawn) / wide) - ndtr((-_STILL - drawn) / wide) >= _QUITE_SURE
    words = np.select(
        [~enough, rising, falling, still], ["not known", "rising", "falling", "steady"], "not known"
    )
    return [str(one) for one in words]
