"""Groups of all kinds side by side, and which of them hold the same adverts or lie in each other.

Where one organisation alone advertises in a region, what is told of the region is told of the
organisation; where its adverts are all but a few of the region's, the two tell of these few. So
groups of all kinds are listed, and told of, together (``gates.adverts``). Adverts that state no
group of a kind are one more group of it: it has no name and is in no table, but what is left over
tells of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, combinations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from muster.gates.adverts import ENOUGH, Sums, differing, may_be_listed
from muster.services.skills.map.surfaces.groups import Groups

_AT_ONCE = 512
Pairs = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Together:
    """The groups of all kinds as rows of one table, one kind after another; those unnamed at last.

    ``groups`` has them by kind, those alone listed that all kinds together may list; ``parts``
    which rows are a kind's. ``members`` is rows x adverts, and ``sums`` what the gate must know of
    the rows.
    """

    groups: dict[str, Groups]
    parts: dict[str, slice]
    members: sparse.csr_array
    sums: Sums
    listed: npt.NDArray[np.bool_]


def together(groups: Mapping[str, Groups], adverts: int) -> Together:
    """Return groups of all kinds as they may be listed beside each other.

    Args:
        groups: of each kind.
        adverts: in all, also those of no group.
    """
    sizes = [len(one.names) for one in groups.values()]
    starts = list(accumulate(sizes, initial=0))
    parts = {
        kind: slice(start, start + size)
        for kind, start, size in zip(groups, starts[:-1], sizes, strict=True)
    }
    unnamed, of = _unnamed(groups)
    members = sparse.csr_array(
        sparse.vstack([*(one.members for one in groups.values()), unnamed], format="csr")
    )
    above = [
        np.where(one.parents >= 0, one.parents + parts[kind].start, -1)
        for kind, one in groups.items()
    ]
    kinds = np.concatenate([np.repeat(np.arange(len(groups)), sizes), of])
    counted = np.asarray(members.sum(axis=1), np.float64).ravel()
    same, nearly, inside = _coinciding(members, counted, kinds)
    sums = Sums(
        parents=np.concatenate([*above, np.full(len(of), -1)]),
        kinds=kinds,
        same=same,
        inside=inside,
        unnamed=np.arange(len(kinds)) >= starts[-1],
    )
    apart = np.ones(len(kinds), np.bool_)
    apart[nearly] = False
    listed = may_be_listed(counted, adverts, sums, apart)
    return Together(
        {kind: replace(one, listed=listed[parts[kind]]) for kind, one in groups.items()},
        parts, members, sums, listed,
    )  # fmt: skip


def _unnamed(groups: Mapping[str, Groups]) -> tuple[sparse.csr_array, Pairs]:
    """Return the adverts of no group of each kind that has both, and the numbers of these kinds."""
    rest = [np.asarray(one.members.sum(axis=0)).ravel() == 0 for one in groups.values()]
    of = np.array([row for row, some in enumerate(rest) if some.any() and not some.all()], np.int64)
    held = np.array([rest[number] for number in of], np.float32)
    return sparse.csr_array(held.reshape(len(of), -1 if len(of) else len(rest[0]))), of


def _coinciding(
    members: sparse.csr_array, counted: npt.NDArray[np.float64], kinds: Pairs
) -> tuple[Pairs, Pairs, Pairs]:
    """Compare rows of different kinds.

    Returns:
        Pairs that hold the same adverts; rows that differ from another in few; and pairs of which
        the second lies in the first.
    """
    same, nearly, inside = ([np.zeros((0, 2), np.int64)] for _ in range(3))
    total = float(members.shape[1])
    for one, other in combinations(range(int(kinds.max(initial=-1)) + 1), 2):
        second = np.flatnonzero(kinds == other)
        turned = members[second].T.astype(np.float64).tocsc()
        every = np.flatnonzero(kinds == one)
        for begin in range(0, len(every), _AT_ONCE):
            first = every[begin : begin + _AT_ONCE]
            both = np.asarray((members[first].astype(np.float64) @ turned).todense())
            sizes = counted[first], counted[second]
            apart = differing(*sizes, both, total)
            # Whole numbers of adverts.
            same.append(_at(apart < 0.5, first, second))
            nearly.append(_at((apart >= 0.5) & (apart < ENOUGH), first, second))
            larger, smaller = (each >= ENOUGH for each in sizes)
            known = larger[:, None] & smaller[None, :] & (apart >= ENOUGH)
            known &= sizes[0][:, None] != sizes[1][None, :]
            inside.append(_at(known & (both == sizes[1][None, :]), first, second))
            inside.append(_at(known & (both == sizes[0][:, None]), first, second)[:, ::-1])
    return np.concatenate(same), np.unique(np.concatenate(nearly)), np.concatenate(inside)


def _at(
    those: npt.NDArray[np.bool_], first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]
) -> Pairs:
    row, column = np.nonzero(those)
    return np.column_stack([first[row], second[column]])
