"""How many adverts of a group ask for a skill, drawn towards the group's parent.

Of twenty adverts of a small organisation two ask for a skill: 10 %, or chance? A group's share is
taken to be drawn from a Beta distribution around its parent's share (or the service's, where it has
none that is listed) with the weight of ``m`` adverts. ``m`` is learned from all groups of a kind:
where organisations differ much it is small, and each speaks for itself sooner. A told share is then
``(x + m p) / (n + m)``, with the 90 % interval of its Beta posterior.

A cell that is not told has an estimate too, for drawing surfaces: the mean of what the share can
be, given that fewer than five adverts ask. It is made of told things alone (the parent's share, the
group's size, ``m``), so that a surface says nothing of a cell that the table keeps back.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse
from scipy.special import betaln, gammaln
from scipy.stats import beta

from muster.gates.adverts import ENOUGH
from muster.services.skills.map.release.shapes import TABLES
from muster.services.skills.map.surfaces.groups import Groups

Floats = npt.NDArray[np.float64]
Answers = npt.NDArray[np.bool_]

# Tried weights of a parent's word, in adverts.
_WEIGHTS: Final = np.geomspace(2.0, 2048.0, 21)
# So many cells are enough to learn one number from, and so many adverts a skill must be in.
_LEARNED_FROM: Final = 40_000
_KNOWN: Final = 20.0
_SURE: Final = 0.9
# Shares stay this far from 0 and 1, where a Beta distribution ends.
_LEAST: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Shares:
    """What groups of a kind ask for; rows are those listed, columns skills.

    ``counts`` are adverts, whole numbers where ``cells`` says that they are told; ``estimates``
    are shares of a group's adverts. ``drawn`` is ``m`` in adverts; ``kept_back`` the part of all
    cells that are not told.
    """

    groups: Groups
    cells: Answers
    counts: Floats
    estimates: Floats
    drawn: float
    kept_back: float

    def table(self, ids: list[str], service: Floats) -> pl.DataFrame:
        """Return the told cells as a release has them.

        Args:
            ids: of skills.
            service: the share of all adverts that ask for each.
        """
        row, column = np.nonzero(self.cells)
        rows = np.flatnonzero(self.groups.listed)
        names, size = np.array(self.groups.names, object)[rows], self.groups.adverts[rows]
        share = self.estimates[row, column]
        weight = size[row] + self.drawn
        # The interval of a posterior whose parameters are its mean times the adverts it rests on.
        a, b = share * weight, (1 - share) * weight
        low = np.asarray(beta.ppf((1 - _SURE) / 2, a, b))
        high = np.asarray(beta.ppf((1 + _SURE) / 2, a, b))
        return pl.DataFrame(
            {
                "kind": pl.Series([self.groups.kind] * len(row), dtype=pl.String),
                "group": pl.Series(names[row].tolist(), dtype=pl.String),
                "id": pl.Series([ids[one] for one in column], dtype=pl.String),
                "adverts": self.counts[row, column],
                "share": share,
                "low": np.minimum(low, share),
                "high": np.maximum(high, share),
                "ratio": share / np.maximum(service[column], _LEAST),
            }
        ).cast(TABLES["asked"])


def counted(members: sparse.csr_array, matrix: sparse.csr_array) -> Floats:
    """Return how many adverts of each group are expected to ask for each skill.

    Args:
        members: groups x adverts.
        matrix: adverts x skills, probabilities.
    """
    # In doubles: what is left of a sum once its parts are taken must not be rounding.
    return np.asarray((members.astype(np.float64) @ matrix.astype(np.float64)).todense())


def shares(groups: Groups, exact: Floats, cells: Answers, totals: Floats) -> Shares:
    """Return what groups ask for, made of what is told alone.

    Args:
        groups: of a kind.
        exact: how many adverts ask, as ``counted`` says.
        cells: which of these may be told.
        totals: how many adverts ask for each skill at all, as may be told.
    """
    service = np.clip(totals / max(1, groups.total), _LEAST, 1 - _LEAST)
    counts, size, rows = np.round(exact), np.maximum(groups.adverts, 1.0), groups.listed
    drawn = _weight(np.where(cells, counts, np.nan)[rows], size[rows], service)
    estimates = np.zeros_like(counts)
    for row in _from_the_top(groups.parents):
        above = int(groups.parents[row])
        named = above >= 0 and bool(groups.listed[above])
        parent = np.clip(estimates[above] if named else service, _LEAST, 1 - _LEAST)
        estimates[row] = np.where(
            cells[row],
            np.minimum((counts[row] + drawn * parent) / (size[row] + drawn), 1 - _LEAST),
            _fewer_than_enough(parent, size[row], drawn),
        )
    kept = float(1 - cells[rows].mean()) if cells[rows].size else 0.0
    return Shares(groups, cells[rows], counts[rows], estimates[rows], drawn, kept)


def _from_the_top(parents: npt.NDArray[np.int64]) -> list[int]:
    """Return rows with every parent before its children."""
    depth = np.zeros(len(parents), np.int64)
    for row in range(len(parents)):
        above = int(parents[row])
        while above >= 0:
            depth[row] += 1
            above = int(parents[above])
    return [int(one) for one in np.argsort(depth, kind="stable")]


def _weight(told: Floats, size: Floats, service: Floats) -> float:
    """Return how many adverts a parent's word counts for: the likeliest of those tried.

    Counts are taken as beta-binomial around the service's share. One that is not told counts as any
    number under five, so that nothing is learned from it that the table does not tell.

    Args:
        told: adverts, groups x skills; not a number where it is not told.
        size: of each group.
        service: the share of all adverts that ask for each skill.
    """
    known = np.flatnonzero(service * size.sum() >= _KNOWN)
    if len(size) < 2 or len(known) == 0:
        return float(_WEIGHTS[len(_WEIGHTS) // 2])
    taken = known[:: max(1, -(-len(known) * len(size) // _LEARNED_FROM))]
    x, n, p = told[:, taken], size[:, None], service[taken][None, :]
    seen = np.isfinite(x)
    each, of, share = (np.broadcast_to(one, x.shape)[seen] for one in (np.minimum(x, n), n, p))
    hidden, around = (np.broadcast_to(one, x.shape)[~seen] for one in (n, p))

    def likelihood(m: float) -> float:
        apart = betaln(each + m * share, of - each + m * (1 - share))
        rest = [_chance(float(few), hidden, around, m) for few in range(ENOUGH)]
        return float((apart - betaln(m * share, m * (1 - share))).sum()
                     + np.logaddexp.reduce(rest, axis=0).sum())  # fmt: skip

    return float(_WEIGHTS[int(np.argmax([likelihood(float(m)) for m in _WEIGHTS]))])


def _chance(x: float, n: Floats, p: Floats, m: float) -> Floats:
    """Return the logarithm of the chance that x of n adverts ask, beta-binomial around p."""
    ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    found: Floats = ways + betaln(x + m * p, n - x + m * (1 - p)) - betaln(m * p, m * (1 - p))
    return found


def _fewer_than_enough(parent: Floats, size: float, drawn: float) -> Floats:
    """Return the mean share of a group of which it is known only that fewer than five ask.

    The number of adverts is negative binomial, a Poisson number around a share that is Gamma
    distributed with the parent's share as its mean.
    """
    shape = drawn * parent
    x = np.arange(ENOUGH)[:, None]
    log = (
        gammaln(x + shape) - gammaln(shape) - gammaln(x + 1)
        + x * np.log(size / (size + drawn)) + shape * np.log(drawn / (size + drawn))
    )  # fmt: skip
    chance = np.exp(log - log.max(axis=0))
    means = (x + shape) / (size + drawn)
    found: Floats = (chance * means).sum(axis=0) / chance.sum(axis=0)
    return np.minimum(found, 1 - _LEAST)
