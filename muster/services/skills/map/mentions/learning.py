"""Learns what ``spans.py`` weighs, from sentences that people marked.

    .venv/bin/python -m muster.services.skills.map.mentions.learning ../shared/data/skill_benchmarks

Learned on SkillSpan train, with how readily a phrase is begun chosen on its dev set; no test set is
read here. Numbers ship, words do not.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_array

from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.mentions.chains import BARRED as _BARRED
from muster.services.skills.map.mentions.chains import Chains
from muster.services.skills.map.mentions.fitting import sentences_of
from muster.services.skills.map.mentions.lexical import read_places
from muster.services.skills.map.mentions.marked import Marked, skillspan
from muster.services.skills.map.mentions.scores import agreement
from muster.services.skills.map.mentions.spans import (
    BEGINS,
    BUCKETS,
    CONTINUES,
    OUTSIDE,
    Learned,
    described,
    marks,
    read,
    scored,
)

_FILE = Path(__file__).parent / "spans.npz"
_LEANINGS = (0.0, 0.3, 0.6, 0.9, 1.2)
_FIRM = (0.5, 1.0, 2.0)


def listed_in(marked: Sequence[Marked]) -> list[list[int]]:
    """Return for each sentence which tokens the lexicon names."""
    found: list[list[tuple[int, int]]] = [[] for _ in marked]
    places = read_places(sentences_of([one.text for one in marked]), shipped())
    for row, start, end in places.select("row", "start", "end").iter_rows():
        found[row].append((start, end))
    return [marks(one.places(), names) for one, names in zip(marked, found, strict=True)]


def tags_of(one: Marked) -> list[int]:
    """Return the tag of each token."""
    tags = [OUTSIDE] * len(one.tokens)
    for start, end in one.spans:
        tags[start:end] = [BEGINS, *[CONTINUES] * (end - start - 1)]
    return tags


def learn(marked: Sequence[Marked], listed: Sequence[list[int]], *, firm: float) -> Learned:
    """Return weights and steps learned from sentences: a chain fitted as a whole.

    Args:
        marked: the sentences.
        listed: for each which tokens the lexicon names.
        firm: how strongly weights are held near nothing.
    """
    pairs = [(one, names) for one, names in zip(marked, listed, strict=True) if one.tokens]
    rows = [row for one, names in pairs for row in described(one.tokens, names)]
    places = np.concatenate(rows)
    starts = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
    used, narrow = np.unique(places, return_inverse=True)
    table = csr_array((np.ones(len(places)), narrow, starts), shape=(len(rows), len(used)))
    tags = np.array([tag for one, _ in pairs for tag in tags_of(one)])
    chains = Chains(table, tags, np.array([len(one.tokens) for one, _ in pairs]))
    best = minimize(
        chains.loss, np.zeros(3 * len(used) + 9), args=(firm,), jac=True, method="L-BFGS-B",
        options={"maxiter": 90},
    ).x  # fmt: skip
    weights = np.zeros((BUCKETS, 3), dtype=np.float32)
    weights[used] = best[:-9].reshape(-1, 3)
    return Learned(weights, best[-9:].reshape(3, 3) + _BARRED)


def leaning(learned: Learned, by: float) -> Learned:
    """Return what was learned, leaning to phrases by so much."""
    weights = learned.weights.copy()
    weights[described(["x"], [0])[0][0], OUTSIDE] -= by
    return Learned(weights, learned.steps)


def found_in(
    marked: Sequence[Marked], listed: Sequence[list[int]], learned: Learned
) -> list[list[tuple[int, int]]]:
    """Return the phrases read in each sentence."""
    return [
        list(read(scored(one.tokens, names, learned), learned))
        for one, names in zip(marked, listed, strict=True)
    ]


def keep(learned: Learned) -> None:
    """Write the numbers that ship: what is not nothing, in 255 steps."""
    unit = float(np.abs(learned.weights).max()) / 127
    small = np.round(learned.weights / unit).astype(np.int8)
    buckets = np.flatnonzero(small.any(axis=1)).astype(np.int32)
    np.savez_compressed(
        _FILE, buckets=buckets, weights=small[buckets], unit=np.float64(unit), steps=learned.steps
    )


def main(data: Path) -> None:
    """Learn, choose on the dev set, learn again from both, keep."""
    train = list(skillspan(data / "skillspan_train.json"))
    dev = list(skillspan(data / "skillspan_dev.json"))
    seen, unseen = listed_in(train), listed_in(dev)
    gold = [one.spans for one in dev]
    said = []
    for firm in _FIRM:
        learned = learn(train, seen, firm=firm)
        for by in _LEANINGS:
            told = agreement(found_in(dev, unseen, leaning(learned, by)), gold)
            said.append((told.half[2] + told.partial[2], firm, by))
            sys.stdout.write(f"{firm} {by}: {told}\n")
    _, firm, by = max(said)
    keep(leaning(learn([*train, *dev], [*seen, *unseen], firm=firm), by))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
