"""Which adverts a group has. Each advert is in one group of a kind at most, and in its parents."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from muster.gates.adverts import Sums, may_be_listed
from muster.services.skills.map.reading.corpus import NOT_STATED
from muster.services.skills.map.release.shapes import TABLES


@dataclass(frozen=True, eq=False)
class Groups:
    """All groups of a kind, in the order of their names.

    ``members`` is groups x adverts, 1 where the advert is the group's or a child's of it;
    ``parents`` is the row of each group's parent, -1 for none; ``adverts`` how many each has;
    ``listed`` whether it may be listed beside others of its kind (``coinciding`` sees to the other
    kinds); ``total`` how many adverts there are at all.
    """

    kind: str
    names: list[str]
    parents: npt.NDArray[np.int64]
    members: sparse.csr_array
    adverts: npt.NDArray[np.float64]
    listed: npt.NDArray[np.bool_]
    total: int

    def table(self) -> pl.DataFrame:
        """Return the groups that may be listed, as a release has them."""
        rows = np.flatnonzero(self.listed)
        named = [self.parents[row] for row in rows]
        return pl.DataFrame(
            {
                "kind": [self.kind] * len(rows),
                "group": [self.names[row] for row in rows],
                "parent": [
                    self.names[one] if one >= 0 and self.listed[one] else None for one in named
                ],
                "adverts": self.adverts[rows],
            },
            schema_overrides={"parent": pl.String, "kind": pl.String, "group": pl.String},
        ).cast(TABLES["groups"])


def grouped(adverts: pl.DataFrame, kind: str, parents: Mapping[str, str]) -> Groups:
    """Return the groups of a kind.

    Args:
        adverts: the corpus's, with a column of the kind's name, or ``posted`` for years.
        kind: of groups.
        parents: the parent of groups that have one; no group becomes its own ancestor.
    """
    parents = _without_circles(parents)
    of = _named(adverts, kind)
    stated = set(of.drop_nulls().to_list())
    names = sorted(stated | {one for name in stated for one in _above(name, parents)})
    row = {name: number for number, name in enumerate(names)}
    above = [_above(name, parents) for name in names]
    links = [(row[one], row[name]) for name in names for one in [name, *above[row[name]]]]
    own = of.replace_strict(row, default=-1, return_dtype=pl.Int64).to_numpy()
    some = np.flatnonzero(own >= 0)
    size = (len(names), adverts.height)
    straight = sparse.csr_array((np.ones(len(some), np.float32), (own[some], some)), shape=size)
    pairs = np.array(links, np.int64).reshape(-1, 2)
    spread = sparse.csr_array(
        (np.ones(len(pairs), np.float32), (pairs[:, 0], pairs[:, 1])), shape=(len(names),) * 2
    )
    members = sparse.csr_array(spread @ straight)
    counted = np.asarray(members.sum(axis=1), np.float64).ravel()
    parent = np.array([row[one[0]] if one else -1 for one in above], np.int64)
    listed = may_be_listed(counted, adverts.height, Sums(parent))
    return Groups(kind, names, parent, members, counted, listed, adverts.height)


def _without_circles(parents: Mapping[str, str]) -> dict[str, str]:
    """Return parents without those that would make a group its own ancestor."""
    kept: dict[str, str] = {}
    for name in sorted(parents):
        if parents[name] != name and name not in _above(parents[name], kept):
            kept[name] = parents[name]
    return kept


def _above(name: str, parents: Mapping[str, str]) -> list[str]:
    """Return a group's parent, that one's parent and so on, nearest first."""
    chain: list[str] = []
    while (name := parents.get(name, "")) != "":
        chain.append(name)
    return chain


def _named(adverts: pl.DataFrame, kind: str) -> pl.Series:
    """Return the name of each advert's group, null for none."""
    if kind == "year":
        return adverts.select(
            pl.col("posted").cast(pl.Date).dt.year().cast(pl.String).alias(kind)
        ).to_series()
    name = pl.col(kind).cast(pl.String).str.strip_chars()
    return adverts.select(
        pl.when(~name.str.to_lowercase().is_in(["", NOT_STATED])).then(name).alias(kind)
    ).to_series()
