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
from sklearn.feature_extraction.text import TfidfTransformer

from muster.services.skills.map.linking.pieces import Pieces

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Written:
    """Sentences as weighed pieces.

    Args:
        pieces: one row a sentence.
        first: how like each first name each sentence is written, sentences x skills, 0 to 1.
    """

    pieces: sparse.csr_array
    first: Floats

    def of(self, row: int) -> tuple[NDArray[np.int32], Floats]:
        """Return the pieces of one sentence, and their weights."""
        here = slice(self.pieces.indptr[row], self.pieces.indptr[row + 1])
        return self.pieces.indices[here], self.pieces.data[here]

    def only(self, rows: NDArray[np.int64]) -> "Written":
        """Return some of the sentences."""
        return Written(sparse.csr_array(self.pieces[rows]), self.first[rows])


class Characters:
    """First and further names of skills, as weighed pieces.

    Args:
        first: the first name of each skill, by its row.
        others: ``skill`` (row) and ``label``: what else skills are called.
    """

    def __init__(self, first: Sequence[str], others: pl.DataFrame) -> None:
        self._pieces = Pieces(first)
        counted = self._pieces.counted(first)
        self._weigher = TfidfTransformer(sublinear_tf=True).fit(counted)
        by_name = self._weighed(counted)
        # Kept by piece: turned once here, not for every few sentences.
        self._first = sparse.csr_array(by_name.T)
        others = others.sort("skill", "label")
        labels = others["label"].to_list()
        self._others = self._weighed(self._pieces.counted(labels))
        of_each = np.bincount(others["skill"].to_numpy(), minlength=len(first))
        self._begins = np.concatenate([[0], np.cumsum(of_each)]).astype(np.int64)

    def weighed(self, texts: Sequence[str]) -> Written:
        """Return sentences as weighed pieces, and how like first names they are written."""
        pieces = self._weighed(self._pieces.counted(texts))
        first = np.empty((len(texts), self._first.shape[1]), dtype=np.float32)
        written = Written(pieces, first)
        for row in range(len(texts)):
            which, weights = written.of(row)
            first[row] = self._first[which].T @ weights
        return written

    def _weighed(self, counted: sparse.csr_array) -> sparse.csr_array:
        # The library refuses to weigh no text at all.
        if not counted.shape[0]:
            return counted
        return sparse.csr_array(self._weigher.transform(counted, copy=False))

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
        pieces, weights = written.of(row)
        sentence = np.zeros(self._pieces.count, dtype=np.float32)
        sentence[pieces] = weights
        like = np.asarray(self._others[named] @ sentence, dtype=np.float32)
        np.maximum.at(alike, np.repeat(np.arange(len(skills)), ends - begins), like)
        return alike


def _ranges(begins: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the whole numbers of ranges (from, to), one range after the other."""
    counts = ends - begins
    before = np.cumsum(counts) - counts
    return np.repeat(begins - before, counts) + np.arange(counts.sum(), dtype=np.int64)
