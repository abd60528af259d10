"""Sentences that hold no skill are passed over before they are read closely.

Reading a sentence closely costs milliseconds, and most sentences of an advert hold no skill: they
tell of pensions, closing dates and the office. So a sentence is first looked at by its words and
pairs of words alone, some hundred times faster: a logistic regression on hashed words, fitted on
what the full linker finds. The threshold is set where at least ``RECALL`` of the mentions that the
linker expects are kept, on sentences that were not fitted on; the rest is the saving.

What is passed over is passed over by the same words on every machine: hashes are MurmurHash3, which
no seed of the process changes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from muster.kernel.errors import BadInput, Where

RECALL = 0.98
"""The least share of the linker's expected mentions that is kept."""

SHIPPED = Path(__file__).parent / "trained" / "skipping.npz"

# Asked for above RECALL when the threshold is set: text of a kind that the filter never saw loses
# more than text of the kinds it was fitted on. Nothing is fitted on real adverts; this one number
# is chosen on some of them: of 1,200 drawn by chance it keeps 0.973 of what is found in full at
# 0.9948 here, and 0.983 at 0.9965.
_MARGIN = 0.0165
_BITS = 16
_HELD_OUT = 4  # one sentence in so many sets the threshold
_PIECE = 20_000
_WORDS = r"(?u)\b\w[\w+#&'’.-]*\w\b|\b\w\b"


@dataclass(frozen=True)
class Skipper:
    """Tells which sentences are worth reading closely.

    Args:
        weights: of each hashed word or pair, float32, 2 ** 16 of them.
        bias: added to every score.
        least: the score from which a sentence is kept.
        provenance: what it was fitted on, with counts, recall and the share kept.
    """

    weights: NDArray[np.float32]
    bias: float
    least: float
    provenance: Mapping[str, object]

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the log odds that each text holds a skill; ``-inf`` for one without words."""
        found = np.empty(len(texts), dtype=np.float32)
        for start in range(0, len(texts), _PIECE):
            seen = _features(texts[start : start + _PIECE])
            score = np.asarray(seen @ self.weights, dtype=np.float32) + np.float32(self.bias)
            score[np.diff(seen.indptr) == 0] = -np.inf
            found[start : start + _PIECE] = score
        return found

    def keeps(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return which texts are to be read closely."""
        return self.scores(texts) >= self.least

    def write(self, path: Path) -> None:
        """Write it as a compact file; weights as float16, to which ``fit`` has rounded them."""
        told = json.dumps(dict(self.provenance), sort_keys=True)
        np.savez_compressed(
            path, weights=self.weights.astype(np.float16),
            numbers=np.array([self.bias, self.least]), provenance=np.array(told),
        )  # fmt: skip


def opened(path: Path) -> Skipper:
    """Return what ``write`` wrote.

    Raises:
        BadInput: if it is not there or is something else.
    """
    try:
        with np.load(path, allow_pickle=False) as held:
            bias, least = held["numbers"].tolist()
            weights = held["weights"].astype(np.float32)
            told = json.loads(str(held["provenance"]))
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise BadInput(
            "This file holds no filter of sentences",
            where=Where(file=path.name),
            fix="Install Muster again, or fit the filter anew with python -m bench.skills_skipping",
        ) from error
    return Skipper(weights, bias, least, told)


@cache
def shipped() -> Skipper:
    """Return the filter that Muster ships.

    Raises:
        BadInput: if it is not there.
    """
    return opened(SHIPPED)


def fit(
    texts: Sequence[str], found: Sequence[float], sources: Sequence[str], *, recall: float = RECALL
) -> Skipper:
    """Return a filter fitted on sentences; one in four of them sets the threshold.

    Args:
        texts: sentences, each once, those of a source in no order.
        found: mentions that the linker expects in each, the sum of their probabilities.
        sources: what each is of; what the filter does with each is told in the provenance.
        recall: of the expected mentions, the least share to keep.

    Raises:
        BadInput: if not both kinds of sentence are among them.
    """
    mass, of = np.asarray(found, dtype=np.float64), np.asarray(sources)
    rest, held = np.arange(len(texts)) % _HELD_OUT == 0, mass > 0
    if not len(texts) or min(held[rest].sum(), held[~rest].sum(), (~held[~rest]).sum()) == 0:
        raise BadInput(
            "A filter needs sentences with skills and sentences without",
            where=Where(thing=", ".join(sorted(set(sources))) or "no sentences"),
            fix="Send more sentences",
        )
    seen = _features(texts)
    model = LogisticRegression(C=4.0, max_iter=400, class_weight="balanced", solver="liblinear")
    model.fit(seen[~rest], held[~rest])
    weights = model.coef_[0].astype(np.float16).astype(np.float32)
    plain = Skipper(weights, float(model.intercept_[0]), 0.0, {})
    scores = plain.scores([text for text, out in zip(texts, rest, strict=True) if out])
    wanted = min(1.0, recall + _MARGIN)
    least = _least(scores, mass[rest], wanted, recall)
    told = {
        "sentences": len(texts), "with_skills": int(held.sum()), "recall": recall,
        "held_out": _told(scores >= least, mass[rest], of[rest]),
    }  # fmt: skip
    return Skipper(weights, plain.bias, least, told)


def _least(
    scores: NDArray[np.float32], mass: NDArray[np.float64], wanted: float, recall: float
) -> float:
    """Return the score from which ``wanted`` of the mass lies, and no less than ``recall``.

    Between two sentences it lies in between, so it does not jump from one to the next.
    """
    order = np.argsort(-scores, kind="stable")
    order = order[mass[order] > 0]
    reached = np.cumsum(mass[order]) / mass.sum()
    enough = scores[order[int(np.argmax(reached >= recall - 1e-9))]]
    return float(min(np.interp(wanted, reached, scores[order]), enough))


def _told(
    kept: NDArray[np.bool_], mass: NDArray[np.float64], of: NDArray[np.str_]
) -> dict[str, dict[str, float]]:
    """Return, for each source, what the filter does on sentences it was not fitted on."""
    return {
        str(one): {
            "sentences": int((of == one).sum()),
            "kept": round(float(kept[of == one].mean()), 4),
            "recall": round(float(mass[kept & (of == one)].sum() / mass[of == one].sum()), 4),
        }
        for one in np.unique(of[mass > 0])
    }


@cache
def _hashing() -> HashingVectorizer:
    return HashingVectorizer(
        n_features=2**_BITS, ngram_range=(1, 2), alternate_sign=False, binary=True, norm="l2",
        lowercase=True, token_pattern=_WORDS, dtype=np.float32,
    )  # fmt: skip


def _features(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return which hashed words and pairs of words stand in each text, weighed to length one."""
    return sparse.csr_matrix(_hashing().transform(texts))
