"""What each advert asks for: mentions of skills become a table of adverts by skills.

An advert asks for a skill with the probability that at least one of its sentences does. Two
mentions in one sentence are one piece of evidence, the better of them; sentences count apart.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.reading.corpus import Corpus

FEW_ADVERTS = 20_000
LEAST_OF_FEW, LEAST = 5, 20
_NAMED = 5  # files that an error names


@dataclass(frozen=True)
class Asked:
    """Adverts by skills.

    Args:
        matrix: float32, a row for each advert of the corpus, a column for each skill that is kept:
            the probability that the advert asks for it.
        skills: uint32, the row in the lexicon of each column, ascending.
        weights: float64, what each advert counts: 1 unless it is drawn again.
    """

    matrix: csr_array
    skills: NDArray[np.uint32]
    weights: NDArray[np.float64]

    @property
    def expected(self) -> NDArray[np.float64]:
        """How many adverts are expected to ask for each skill."""
        return np.asarray(self.matrix.T @ self.weights, dtype=np.float64)

    @property
    def adverts(self) -> int:
        """How many adverts there are, those that ask for nothing known included."""
        return int(self.matrix.shape[0])


def least_for(adverts: int) -> int:
    """Return how many adverts must be expected to ask for a skill before it has a place."""
    return LEAST_OF_FEW if adverts < FEW_ADVERTS else LEAST


def asked(corpus: Corpus, mentions: pl.DataFrame, *, least: float | None = None) -> Asked:
    """Return which advert asks for which skill, with what probability.

    Args:
        corpus: adverts and which sentence stands in which.
        mentions: ``sentence``, ``skill`` and ``probability``; several of one pair are one.
        least: skills that fewer adverts are expected to ask for are left out; by default 5 where
            there are fewer than 20,000 adverts, else 20.
    """
    adverts = corpus.adverts.height
    least = least_for(adverts) if least is None else least
    advert, skill, probability = _asked_once(corpus.uses, mentions)
    expected = np.bincount(skill, weights=probability)
    kept = np.flatnonzero(expected >= max(least, 1e-9))
    column = np.full(len(expected), -1, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    placed = column[skill] >= 0
    matrix = csr_array(
        (probability[placed].astype(np.float32), (advert[placed], column[skill[placed]])),
        shape=(adverts, len(kept)),
    )
    return Asked(matrix, kept.astype(np.uint32), np.ones(adverts))


def too_seldom(corpus: Corpus, mentions: pl.DataFrame, names: pl.Series) -> BadInput:
    """Return what to say where no skill is common enough: what was read, and what it fell short.

    Args:
        corpus: the adverts.
        mentions: as ``asked`` takes them.
        names: what each skill of the lexicon is called.
    """
    found = asked(corpus, mentions, least=0)
    expected = found.expected
    said = "no skill of the list was found in them"
    if len(expected):
        name = names[int(found.skills[int(expected.argmax())])]
        said = (
            f"of the skills that were found ({len(expected):,}), “{name}” is asked for most, by "
            f"about {expected.max():.1f}"
        )
    files = corpus.adverts["source"].unique(maintain_order=True).to_list()
    more = f" and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
    adverts, sentences = corpus.adverts.height, corpus.sentences.height
    return BadInput(
        "No skill is asked for by enough of these adverts to have a place on a map: "
        f"{adverts:,} different adverts with {sentences:,} different sentences were read; {said}; "
        f"at least {least_for(adverts)} adverts are needed",
        where=Where(file=", ".join(files[:_NAMED]) + more),
        fix="Add adverts, or see that their descriptions are whole and that the list of skills "
        "names what they ask for",
    )  # fmt: skip


def _asked_once(
    uses: pl.DataFrame, mentions: pl.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return advert, skill and probability of each pair, ordered; sums run in a fixed order."""
    best = mentions.group_by("sentence", "skill").agg(pl.col("probability").max())
    pairs = uses.join(best, on="sentence").sort("advert", "skill", "sentence")
    advert = pairs["advert"].to_numpy().astype(np.int64)
    skill = pairs["skill"].to_numpy().astype(np.int64)
    if not len(advert):
        return advert, skill, np.zeros(0)
    certain = np.clip(pairs["probability"].to_numpy().astype(np.float64), 0.0, 1.0 - 1e-9)
    first = np.flatnonzero(np.r_[True, (advert[1:] != advert[:-1]) | (skill[1:] != skill[:-1])])
    nothing = np.add.reduceat(np.log1p(-certain), first)
    return advert[first], skill[first], -np.expm1(nothing)
