"""Who asks for what, and where that lies on the map.

``groups`` puts adverts into organisations, professions, grades, regions and years, ``coinciding``
sees which of them hold the same adverts, ``shares`` says how many adverts of each ask for a skill
(and what of that may leave), and ``densities`` draws each group over the map. ``told`` does all of
it for every kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from muster.gates.adverts import may_be_told
from muster.services.skills.map.release.shapes import KINDS, TABLES
from muster.services.skills.map.surfaces.coinciding import together
from muster.services.skills.map.surfaces.densities import densities, kernels
from muster.services.skills.map.surfaces.groups import grouped
from muster.services.skills.map.surfaces.shares import Shares, counted, shares

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Told:
    """What a release tells of groups.

    ``groups`` and ``asked`` are its tables, ``surfaces`` for each kind groups x 64 x 64.
    ``totals`` is how many adverts ask for each skill, as it may be told, and ``organisations`` how
    many rows of ``asked`` tell an organisation's count of it. ``drawn`` is, for each kind, the
    number of adverts that a parent's word counts for: a group of ``n`` adverts has the weight
    ``n / (n + drawn)`` in its own shares. ``kept_back`` is the part of cells with any advert that
    are not told.
    """

    groups: pl.DataFrame
    asked: pl.DataFrame
    surfaces: dict[str, npt.NDArray[np.float32]]
    totals: Floats
    organisations: npt.NDArray[np.int64]
    drawn: dict[str, float]
    kept_back: dict[str, float]


def told(
    adverts: pl.DataFrame,
    matrix: sparse.csr_array,
    ids: list[str],
    xy: Floats,
    regions: tuple[Floats, Floats, Floats],
    *,
    parents: Mapping[str, Mapping[str, str]] | None = None,
) -> Told:
    """Return what may be told of every group.

    Args:
        adverts: the corpus's, in the order of the matrix's rows.
        matrix: adverts x skills, the probability that an advert asks for a skill.
        ids: of skills, in the order of its columns.
        xy: where they lie, skills x 2.
        regions: half axes and angle of the 90 % region of each.
        parents: for each kind, the parent of groups that have one.
    """
    total: Floats = np.zeros(int(matrix.shape[1]))
    np.add.at(total, matrix.indices, matrix.data.astype(np.float64))
    every = together(
        {kind: grouped(adverts, kind, (parents or {}).get(kind, {})) for kind in KINDS},
        adverts.height,
    )
    exact = counted(every.members, matrix)
    # Of all kinds at once: what one tells could be what another keeps back.
    telling = may_be_told(exact, total, every.sums, every.listed)
    totals = telling.totals
    found = {
        kind: shares(one, exact[every.parts[kind]], telling.cells[every.parts[kind]], totals)
        for kind, one in every.groups.items()
    }
    kernel = kernels(xy, *regions)
    service = totals / max(1, adverts.height)
    return Told(
        groups=pl.concat([pl.DataFrame(schema=TABLES["groups"])]
                         + [one.groups.table() for one in found.values()]),
        asked=pl.concat([pl.DataFrame(schema=TABLES["asked"])]
                        + [one.table(ids, service) for one in found.values()]),
        surfaces={kind: densities(one.estimates, kernel) for kind, one in found.items()},
        totals=totals,
        organisations=telling.cells[every.parts["organisation"]].sum(axis=0),
        drawn={kind: one.drawn for kind, one in found.items()},
        kept_back={kind: one.kept_back for kind, one in found.items()},
    )  # fmt: skip


__all__ = [
    "Shares", "Told", "counted", "densities", "grouped", "kernels", "shares", "together", "told",
]  # fmt: skip
