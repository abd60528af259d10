"""How well the map foretells and lies, on real adverts: links, neighbours and order, and stability.

What is measured is defined where it is computed: ``association.held_out`` for links between skills
in adverts not learned from, ``layout.quality`` for neighbours and radius. The peers get the same
mentions of the same adverts: positive PMI with an SVD of 100 directions for links; openTSNE, UMAP
and principal components of the same vectors for the layout. The price of the order from middle to
edge is the difference from our own layout with the weight of that order at 0.

The default run finds skills by their names; with ``--full`` also by the hybrid linker.
"""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from numpy.typing import NDArray
from openTSNE import TSNE

from bench.apart import ROOT, environment
from bench.figures import Figure
from muster.services.skills.map.asked import Asked, asked
from muster.services.skills.map.association import Association, associate, together
from muster.services.skills.map.association.held_out import judged, split, told_apart
from muster.services.skills.map.generality import families, specialism
from muster.services.skills.map.layout import Quality, aligned, begun, lay_out, quality
from muster.services.skills.map.layout.aligning import HOLD
from muster.services.skills.map.layout.quality import neighbours_shared
from muster.services.skills.map.lexicon import Lexicon, shipped
from muster.services.skills.map.linking.linker import Linker
from muster.services.skills.map.mentions import find
from muster.services.skills.map.reading import read
from muster.services.skills.map.reading.corpus import Corpus

REAL = ROOT.parent / "shared" / "data" / "adverts" / "public_sector_adverts_2020.parquet"
LEAST = {"trust15": (0.86, 0.90), "recall15": (0.40, 0.50), "radius_rho": (0.6, 0.75)}
LEAST_LINKS = {"all pairs": (0.868, 0.90), "pairs unseen in training": (0.69, 0.75)}
LEAST_STABLE, NEW_ADVERTS, MOST_SECONDS = (0.6, 0.75), 0.1, 15.0
_UMAP = Path(__file__).parent / "peers" / "skills_umap.py"
_SAID = {
    "trust15": "trustworthiness@15",
    "recall15": "neighbour recall@15",
    "radius_rho": "rank correlation of radius with specialism",
}


@dataclass(frozen=True)
class Learned:
    """What adverts ask for, and all that is learned from it."""

    asked: Asked
    names: list[str]
    association: Association
    specialism: NDArray[np.float64]


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures of the real adverts, if they are here."""
    if not REAL.exists():
        yield Figure("layout of skills (not measured: the adverts are not here)", None, "")
        return
    corpus, lexicon = read([REAL]), shipped()
    mentions = find(corpus.sentences, lexicon)
    yield from of_mentions("lexical", corpus, mentions, lexicon)
    if full:
        linked = Linker.load(lexicon).link(corpus.sentences)
        yield from of_mentions("hybrid", corpus, pl.concat([mentions, linked]), lexicon)


def of_mentions(
    linker: str, corpus: Corpus, mentions: pl.DataFrame, lexicon: Lexicon
) -> Iterator[Figure]:
    """Yield the figures of what one linker found."""
    labels = lexicon.skills["label"].to_list()
    every = learned(corpus, asked(corpus, mentions), labels)
    said = f"{len(every.names)} skills of real adverts, {linker}"
    yield from _links(said, every)
    yield from _layout(said, every)
    yield from _stability(said, corpus, mentions, labels, every)


def learned(corpus: Corpus, wanted: Asked, labels: list[str]) -> Learned:
    """Return what is learned from which advert asks for what."""
    names = [labels[skill] for skill in wanted.skills]
    association = associate(wanted, names=names)
    kinds = families(corpus.adverts["title"].to_list(), wanted)
    special = specialism(
        wanted, kinds, corpus.adverts["organisation"].to_list(), association,
        professions=corpus.adverts["profession"].to_list(),
    )  # fmt: skip
    return Learned(wanted, names, association, special)


def _links(said: str, every: Learned) -> Iterator[Figure]:
    """Yield the AUC of links in a fifth of adverts, learned from the others."""
    training, held = split(every.asked)
    ours, peer = associate(training, names=every.names), positive_pmi(training)
    for truth, least in (("", None), (", mentions more likely than not", 0.5)):
        pairs = judged(training, held) if least is None else judged(training, held, at_least=least)
        mine = told_apart(pairs, ours.score)
        theirs = told_apart(pairs, lambda of: np.einsum("ij,ij->i", peer[of[:, 0]], peer[of[:, 1]]))
        counts = (int(pairs.true.sum()), int((pairs.true & pairs.unseen).sum()))
        for name, count, value, other in zip(LEAST_LINKS, counts, mine, theirs, strict=True):
            floor, aim = LEAST_LINKS[name]
            yield Figure(
                f"{said}: link AUC, {name} ({count} true{truth}), at least {floor}, aim {aim}",
                _rounded(value), "AUC", "positive PMI and SVD", _rounded(other),
                _rounded(value / other), met=None if truth else value >= floor,
            )  # fmt: skip


def _layout(said: str, every: Learned) -> Iterator[Figure]:
    """Yield the quality of the layout beside its peers, its price and its time."""
    vectors, special = every.association.vectors, every.specialism
    began = time.process_time()
    laid = lay_out(every.association, special, measured=False)
    took = time.process_time() - began
    began = time.process_time()
    lay_out(every.association, special, start=laid.xy, measured=False)
    again = time.process_time() - began
    ours = quality(laid.xy, vectors, special)
    peers = {
        "openTSNE": quality(plain_tsne(vectors), vectors, special),
        "UMAP": quality(by_umap(vectors), vectors, special),
        "principal components": quality(principal(vectors), vectors, special),
    }
    for key, (floor, aim) in LEAST.items():
        for peer, theirs in peers.items():
            yield _beside(f"{said}: {_SAID[key]}, at least {floor}, aim {aim}", key, ours,
                          peer, theirs, floor)  # fmt: skip
    free = lay_out(every.association, special, weight=0.0).quality
    for key in LEAST:
        if free is not None and (value := getattr(ours, key)) is not None:
            price = round(value - getattr(free, key), 4)
            yield Figure(f"{said}: {_SAID[key]}, gained (+) or paid (-) for the order", price, "")
    name = f"{said}: seconds of one core to lay out, at most {MOST_SECONDS:g}"
    yield Figure(name, round(took, 2), "s", met=took <= MOST_SECONDS)
    yield Figure(f"{said}: seconds of one core to lay out from a start", round(again, 2), "s")


def _beside(name: str, key: str, ours: Quality, peer: str, theirs: Quality, floor: float) -> Figure:
    """Return one figure of quality beside a peer's."""
    mine, other = getattr(ours, key), getattr(theirs, key)
    if mine is None or other is None:
        return Figure(f"{name} (too few skills)", None, "", peer)
    ratio = None if key == "radius_rho" else round(mine / other, 3)
    return Figure(name, _rounded(mine), "", peer, _rounded(other), ratio, met=mine >= floor)


def _stability(
    said: str, corpus: Corpus, mentions: pl.DataFrame, labels: list[str], every: Learned
) -> Iterator[Figure]:
    """Yield how many of a skill's ten nearest are still so on the map with a tenth more adverts."""
    old = np.flatnonzero(np.random.default_rng(0).random(corpus.adverts.height) >= NEW_ADVERTS)
    rows = pl.Series(old.astype(np.uint32))
    order = pl.DataFrame({"advert": rows, "to": np.arange(len(old), dtype=np.uint32)})
    uses = corpus.uses.join(order, on="advert").select(advert="to", sentence="sentence")
    earlier = Corpus(corpus.adverts[old.tolist()], corpus.sentences, uses, corpus.said)
    before = learned(earlier, asked(earlier, mentions), labels)
    first = lay_out(before.association, before.specialism, measured=False).xy
    release = pl.DataFrame({"id": before.names, "x": first[:, 0], "y": first[:, 1]})
    start = begun(every.names, release)
    shared = np.isfinite(start).all(axis=1)
    next_one = lay_out(every.association, every.specialism, start=start, hold=HOLD)
    apart = lay_out(every.association, every.specialism, measured=False).xy
    kept = neighbours_shared(start[shared], aligned(next_one.xy, every.names, release)[shared])
    fresh = neighbours_shared(start[shared], apart[shared])
    floor, aim = LEAST_STABLE
    yield Figure(
        f"{said}: ten nearest kept with 10 % new adverts, at least {floor}, aim {aim}",
        _rounded(kept), "", "our layout from the beginning", _rounded(fresh),
        _rounded(kept / fresh), met=kept >= floor,
    )  # fmt: skip
    for key, (least, _) in LEAST.items():
        value = getattr(next_one.quality, key)
        if value is not None:
            name = f"{said}: {_SAID[key]} of the map that followed, at least {least}"
            yield Figure(name, _rounded(value), "", met=value >= least)


def positive_pmi(wanted: Asked, directions: int = 100) -> NDArray[np.float64]:
    """Return the peer's vectors: positive PMI, contexts smoothed (0.75), half weighted SVD."""
    both = together(wanted).toarray()
    rows, contexts = both.sum(axis=1), both.sum(axis=1) ** 0.75
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(both / rows[:, None] / (contexts / contexts.sum()))
    left, strength, _ = np.linalg.svd(np.where(np.isfinite(pmi), np.maximum(pmi, 0), 0.0))
    vectors = left[:, :directions] * np.sqrt(strength[:directions])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12))


def plain_tsne(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the peer's layout, as its documentation advises for cosines."""
    laid = TSNE(perplexity=30, metric="cosine", random_state=0, n_jobs=1).fit(vectors)
    return np.asarray(laid, dtype=np.float64)


def by_umap(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the peer's layout, made in an environment of its own."""
    with TemporaryDirectory(prefix="muster-bench-") as folder:
        given, made = Path(folder) / "vectors.npy", Path(folder) / "places.npy"
        np.save(given, vectors)
        command = [environment("skills-layout"), str(_UMAP), str(given), str(made)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        return np.asarray(np.load(made), dtype=np.float64)


def principal(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the two directions in which skills differ most."""
    centred = vectors - vectors.mean(axis=0)
    left, strength, _ = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(left[:, :2] * strength[:2])


def _rounded(value: float) -> float | None:
    return round(float(value), 4) if value == value else None
