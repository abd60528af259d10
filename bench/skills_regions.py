"""How honest the map is about what it knows: its regions, and what is told of organisations.

Measured on real adverts, which do not ship; without them nothing is measured.

A 90 % region is right where 88 to 92 % of places lie in it that had no part in making it: maps
drawn again from other adverts of the same kind. Regions are made of twenty such maps, as those of a
release are, and judged by twenty others.

What is told of organisations leaves out cells of fewer than five adverts, and some others so that
these cannot be worked out. What that costs is how far a told surface is from the exact one (total
variation, 0 to 1), beside leaving such cells out and beside taking the service's own.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.apart import ROOT
from bench.figures import Figure
from muster.gates.adverts import ENOUGH
from muster.services.skills.map.asked import asked
from muster.services.skills.map.building import Job, build
from muster.services.skills.map.reading.corpus import Corpus
from muster.services.skills.map.regions import fitted, inside
from muster.services.skills.map.release import Release
from muster.services.skills.map.surfaces import counted, densities, grouped, kernels
from muster.services.skills.map.surfaces.densities import apart

ADVERTS = ROOT.parent / "shared" / "data" / "adverts" / "public_sector_adverts_2020.parquet"
LEAST, MOST = 88.0, 92.0
# Organisations by how many adverts they have.
SIZES = ((5, 24), (25, 99), (100, 10**9))

Floats = npt.NDArray[np.float64]
Surfaces = npt.NDArray[np.float32]


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures; with ``full`` of eighty maps drawn again rather than forty."""
    if not ADVERTS.is_file():
        yield Figure("regions (not measured: the real adverts are not here)", None, "")
        return
    with tempfile.TemporaryDirectory() as folder:
        job = Job(paths=(ADVERTS,), folder=Path(folder) / "build", replicates=80 if full else 40)
        release = Release.open(build(job).folder)
        places = np.load(job.folder / "steps" / "regions" / "places.npy")
        yield from covered(release, places)
        yield from told_of_organisations(release, job.folder / "steps")


def covered(release: Release, places: Floats) -> Iterator[Figure]:
    """Yield how many held-out places lie in 90 % regions, and how wide these are."""
    skills = release.skills
    xy = skills.select("x", "y").to_numpy()
    counts = skills["adverts"].to_numpy()
    hit = np.zeros(places.shape[1:2])
    of = np.zeros(places.shape[1:2])
    # One map drawn again lies a little further off than another, in all skills at once (three
    # points of coverage): so half of them make regions, the other half judges, and the other way.
    halves = np.arange(len(places)) % 2 == 0
    for makes in (halves, ~halves):
        judge = places[~makes]
        there = np.asarray(np.isfinite(judge).all(axis=2))
        hit += (inside(fitted(xy, counts, places[makes]), xy, judge) & there).sum(axis=0)
        of += there.sum(axis=0)
    held = 100 * float(hit.sum() / of.sum())
    yield Figure(
        "regions of 90 %: places of maps held out that lie in them",
        round(held, 1), "%", bar=LEAST, met=LEAST <= held <= MOST,
    )  # fmt: skip
    rare = counts < np.median(counts)
    for word, some in (("the rarer", rare), ("the commoner", ~rare)):
        part = 100 * float(hit[some].sum() / of[some].sum())
        yield Figure(f"the same, of {word} half of skills", round(part, 1), "%")
    half = float(np.median(skills["region_a"].to_numpy()))
    yield Figure("half the length of a region, median", round(half, 3), "radii of the map")


def told_of_organisations(release: Release, steps: Path) -> Iterator[Figure]:
    """Yield what is kept back of organisations, and what that costs their surfaces."""
    adverts, sentences, uses = (
        pl.read_parquet(steps / "adverts" / f"{one}.parquet")
        for one in ("adverts", "sentences", "uses")
    )
    mentions = pl.read_parquet(steps / "mentions" / "mentions.parquet")
    matrix = asked(Corpus(adverts, sentences, uses, []), mentions).matrix
    groups = grouped(adverts, "organisation", {})
    exact = counted(groups.members, matrix)
    told = release.asked.filter(pl.col("kind") == "organisation").height
    some, enough = int((exact >= 0.5).sum()), int((exact >= ENOUGH).sum())
    yield Figure(
        "cells of organisations and skills that are kept back",
        round(100 * (1 - told / max(1, some)), 1), "%",
    )  # fmt: skip
    yield Figure(
        "of those of five adverts, kept back as others could be worked out",
        round(100 * (1 - told / max(1, enough)), 1), "%",
    )  # fmt: skip
    skills = release.skills
    kernel = kernels(
        skills.select("x", "y").to_numpy(),
        *(skills[one].to_numpy() for one in ("region_a", "region_b", "region_angle")),
    )
    # Listed beside groups of other kinds, too.
    listed = release.groups("organisation")["group"].to_list()
    rows = np.array([groups.names.index(one) for one in listed], np.int64)
    whole = densities(exact[rows], kernel)
    left_out = densities(np.where(exact[rows] >= ENOUGH, exact[rows], 1e-9), kernel)
    service = densities(exact.sum(axis=0, keepdims=True), kernel)[0]
    yield from _apart(groups.adverts[rows], whole, release.surfaces["organisation"], left_out,
                      service)  # fmt: skip


def _apart(
    sizes: Floats, whole: Surfaces, told: Surfaces, left_out: Surfaces, service: Surfaces
) -> Iterator[Figure]:
    """Yield how far told surfaces are from exact ones, beside simpler ways to tell nothing small.

    Lower is better, so ``ratio`` (told over peer) is below 1 where telling this way is better.
    """
    for least, most in SIZES:
        some = np.flatnonzero((sizes >= least) & (sizes <= most))
        if len(some) == 0:
            continue
        name = f"{least} to {most}" if most < 10**9 else f"{least} and more"
        ours = float(np.median([apart(told[one], whole[one]) for one in some]))
        peers = {
            "cells left out": [apart(left_out[one], whole[one]) for one in some],
            "the service's": [apart(service, whole[one]) for one in some],
        }
        for peer, found in peers.items():
            beside = float(np.median(found))
            yield Figure(
                f"told surfaces from exact ones, organisations of {name} adverts",
                round(ours, 3), "total variation", peer, round(beside, 3),
                round(ours / max(beside, 1e-9), 3),
            )  # fmt: skip
