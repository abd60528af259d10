"""How alike a sentence and a name of a skill are written: pieces of words, weighed by rarity.

It reads what a language model blurs: products, acronyms, rare nouns, misspellings. Pieces of three
to five letters are weighed as in any search engine (TF-IDF) over the first names of skills.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

_PIECES = (3, 5)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Written:
    """Sentences as weighed pieces, one row a sentence."""

    pieces: sparse.csr_array


class Characters:
    """First and further names of skills, as weighed pieces.

    Args:
        first: the first name of each skill, by its row.
        others: ``skill`` (row) and ``label``: what else skills are called.
    """

    def __init__(self, first: Sequence[str], others: pl.DataFrame) -> None:
        self._weigher = TfidfVectorizer(
            analyzer="char_wb", ngram_range=_PIECES, sublinear_tf=True, dtype=np.float32
        )
        by_name = sparse.csr_array(self._weigher.fit_transform(first))
        # Kept by piece: turned once here, not for every few sentences.
        self._first = sparse.csr_array(by_name.T)
        others = others.sort("skill", "label")
        labels = others["label"].to_list()
        width = self._first.shape[0]
        self._others = (
            sparse.csr_array(self._weigher.transform(labels))
            if labels
            else sparse.csr_array((0, width), dtype=np.float32)
        )
        of_each = np.bincount(others["skill"].to_numpy(), minlength=len(first))
        self._begins = np.concatenate([[0], np.cumsum(of_each)]).astype(np.int64)

    def weighed(self, texts: Sequence[str]) -> Written:
        """Return sentences as weighed pieces."""
        return Written(sparse.csr_array(self._weigher.transform(texts)))

    def like_first(self, written: Written) -> Floats:
        """Return how like each first name each sentence is: sentences x skills, 0 to 1."""
        return np.asarray((written.pieces @ self._first).toarray(), dtype=np.float32)

    def like_others(self, written: Written, row: int, skills: NDArray[np.int64]) -> Floats:
        """Return how like the likest further name of each skill a sentence is, 0 where none.

        Args:
            written: sentences.
            row: which of them.
            skills: rows of the skills asked of.
        """
        begins, ends = self._begins[skills], self._begins[skills + 1]
        alike = np.zeros(len(skills), dtype=np.float32)
        named = _ranges(begins, ends)
        if not len(named):
            return alike
        starts = self._others.indptr[named].astype(np.int64)
        stops = self._others.indptr[named + 1].astype(np.int64)
        stored = _ranges(starts, stops)
        here = slice(written.pieces.indptr[row], written.pieces.indptr[row + 1])
        sentence = np.zeros(written.pieces.shape[1], dtype=np.float32)
        sentence[written.pieces.indices[here]] = written.pieces.data[here]
        each = sentence[self._others.indices[stored]] * self._others.data[stored]
        of = np.repeat(np.arange(len(named)), stops - starts)
        like = np.bincount(of, weights=each, minlength=len(named)).astype(np.float32)
        np.maximum.at(alike, np.repeat(np.arange(len(skills)), ends - begins), like)
        return alike


def _ranges(begins: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the whole numbers of ranges (from, to), one range after the other."""
    counts = ends - begins
    before = np.cumsum(counts) - counts
    return np.repeat(begins - before, counts) + np.arange(counts.sum(), dtype=np.int64)
