"""Sentences that hold no skill are passed over before they are read closely.

Reading a sentence closely costs milliseconds, and most sentences of an advert hold no skill: they
tell of pensions, closing dates and the office. So a sentence is first looked at in a tenth of that
time: what its words mean by themselves, in no order, and how like the likest name of a skill it is
written. A small network, fitted on what the full linker finds, tells from these whether it is worth
more. The threshold is set where at least ``RECALL`` of the mentions that the linker expects are
kept, on sentences that were not fitted on; the rest is the saving.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.linking.encoder import WIDE, Floats, unit

RECALL = 0.98
"""The least share of the linker's expected mentions that is kept."""

SHIPPED = Path(__file__).parent / "trained" / "skipping.npz"

SEEN = WIDE + 2
"""Numbers that are seen of a sentence."""

# Asked for above RECALL when the threshold is set: text of a kind that the filter never saw loses
# more than text of the kinds it was fitted on. Nothing is fitted on real adverts; this one number
# is chosen on some of them: of 1,000 drawn by chance it keeps 0.982 of what is found in full at
# 0.9965 here, and 0.983 at 0.9975; with a list of 243 names, or of 1,453, it keeps 0.970.
_MARGIN = 0.0175
_HELD_OUT = 4  # one sentence in so many sets the threshold
_ROWS = 128  # sentences that are weighed at a time
_INSIDE = 64  # units of a network
_NETWORKS = 2  # that start from other numbers, and whose mean is taken
_SPREAD = 0.1  # what each number of a meaning is taken to spread by, twice what most do


def seen(means: Floats, tokens: NDArray[np.int64], likest: Floats) -> Floats:
    """Return what is seen of texts at a glance, texts x ``SEEN``; of one without words, zeros.

    Args:
        means: the mean of what the tokens of each text mean by themselves.
        tokens: how many each has.
        likest: how like it the likest first name of a skill is written.
    """
    there = tokens > 0
    told = np.column_stack([unit(means), likest * there, np.log1p(tokens)])
    return np.asarray(told, dtype=np.float32)


@dataclass(frozen=True)
class Skipper:
    """Tells which sentences are worth reading closely.

    Args:
        inside: ``SEEN`` x units: the weights of each unit.
        constants: added to what each unit sums.
        weights: of what each unit says; where its sum is negative it says nothing.
        bias: added to every score.
        least: the score from which a sentence is kept.
        provenance: what it was fitted on, with counts, recall and the share kept.
    """

    inside: Floats
    constants: Floats
    weights: Floats
    bias: float
    least: float
    provenance: Mapping[str, object]

    def scores(self, seen: Floats) -> Floats:
        """Return the log odds that each sentence holds a skill; ``-inf`` for one without words.

        As many rows are multiplied every time, so that not even the last bit of a score depends on
        what else is looked at.

        Args:
            seen: sentences x ``SEEN``.
        """
        found = np.empty(len(seen), dtype=np.float32)
        for begin in range(0, len(seen), _ROWS):
            part = seen[begin : begin + _ROWS]
            filled = np.zeros((_ROWS, SEEN), dtype=np.float32)
            filled[: len(part)] = part
            said = np.maximum(filled @ self.inside + self.constants, 0)[: len(part)]
            found[begin : begin + _ROWS] = (said * self.weights).sum(axis=1) + np.float32(self.bias)
        return np.where(seen.any(axis=1), found, np.float32(-np.inf))

    def keeps(self, seen: Floats) -> NDArray[np.bool_]:
        """Return which sentences are to be read closely."""
        return np.asarray(self.scores(seen) >= self.least, dtype=np.bool_)

    def write(self, path: Path) -> None:
        """Write it as a compact file; weights as float16, to which ``fit`` has rounded them."""
        told = json.dumps(dict(self.provenance), sort_keys=True)
        np.savez_compressed(
            path, inside=self.inside.astype(np.float16), constants=self.constants,
            weights=self.weights.astype(np.float16),
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
            names = ("inside", "constants", "weights")
            inside, constants, weights = (held[name].astype(np.float32) for name in names)
            told = json.loads(str(held["provenance"]))
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise BadInput(
            "This file holds no filter of sentences",
            where=Where(file=path.name),
            fix="Install Muster again, or fit the filter anew with python -m bench.skills_skipping",
        ) from error
    return Skipper(inside, constants, weights, bias, least, told)


@cache
def shipped() -> Skipper:
    """Return the filter that Muster ships.

    Raises:
        BadInput: if it is not there.
    """
    return opened(SHIPPED)


def fit(
    seen: Floats, found: Sequence[float], sources: Sequence[str], *, recall: float = RECALL
) -> Skipper:
    """Return a filter fitted on sentences; one in four of them sets the threshold.

    Args:
        seen: what is seen of sentences, each once, those of a source in no order.
        found: mentions that the linker expects in each, the sum of their probabilities.
        sources: what each is of; what the filter does with each is told in the provenance.
        recall: of the expected mentions, the least share to keep.

    Raises:
        BadInput: if not both kinds of sentence are among them.
    """
    mass, of = np.asarray(found, dtype=np.float64), np.asarray(sources)
    rest, held = np.arange(len(seen)) % _HELD_OUT == 0, mass > 0
    if not len(seen) or min(held[rest].sum(), held[~rest].sum(), (~held[~rest]).sum()) == 0:
        raise BadInput(
            "A filter needs sentences with skills and sentences without",
            where=Where(thing=", ".join(sorted(set(sources))) or "no sentences"),
            fix="Send more sentences",
        )
    plain = _fitted(seen[~rest], held[~rest])
    scores = plain.scores(seen[rest])
    wanted = min(1.0, recall + _MARGIN)
    least = _least(scores, mass[rest], wanted, recall)
    told = {
        "sentences": len(seen), "with_skills": int(held.sum()), "recall": recall,
        "held_out": _told(scores >= least, mass[rest], of[rest]),
    }  # fmt: skip
    return replace(plain, least=least, provenance=told)


def _fitted(seen: Floats, held: NDArray[np.bool_]) -> Skipper:
    """Return a filter without a threshold: networks side by side, as one."""
    means, spreads = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-3)
    spreads[:WIDE] = _SPREAD
    networks = [
        MLPClassifier((_INSIDE,), alpha=1.0, early_stopping=True, max_iter=60, random_state=number)
        .fit((seen - means) / spreads, held)
        for number in range(_NETWORKS)
    ]  # fmt: skip
    inside = np.hstack([one.coefs_[0] for one in networks]) / spreads[:, None]
    constants = np.hstack([one.intercepts_[0] for one in networks]) - means @ inside
    weights = np.hstack([one.coefs_[1][:, 0] for one in networks]) / _NETWORKS
    bias = float(np.mean([one.intercepts_[1][0] for one in networks]))
    return Skipper(
        inside.astype(np.float16).astype(np.float32), constants.astype(np.float32),
        weights.astype(np.float16).astype(np.float32), bias, 0.0, {},
    )  # fmt: skip


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
