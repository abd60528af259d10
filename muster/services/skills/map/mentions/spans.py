"""Phrases that read like something asked for, whether or not a lexicon lists them.

A lexicon misses most of what adverts ask for, because they say it in words of their own. This
reads a sentence token by token and says which begin, continue or lie outside such a phrase: a
linear model over words, their endings, their neighbours and the names found there, in buckets, and
the best path through its scores. What it weighs was learned from sentences that people marked; the
numbers ship in ``spans.npz``, the words do not.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

BUCKETS = 1 << 17
OUTSIDE, BEGINS, CONTINUES = range(3)
_TOKEN = re.compile(r"\w[\w'’+#&.-]*[\w+#]|\w|[^\w\s]")
_FILE = Path(__file__).parent / "spans.npz"
_CUES = frozenset(
    {
        "experience", "knowledge", "understanding", "skills", "skill", "ability", "able",
        "proficient", "proficiency", "familiar", "familiarity", "expertise", "competent",
        "competence", "excellent", "strong", "good", "proven", "demonstrable", "work", "degree",
        "including", "responsible", "required", "responsibilities",
    }
)  # fmt: skip
PHRASES = {
    "sentence": pl.UInt32, "start": pl.UInt32, "end": pl.UInt32, "surface": pl.String,
    "probability": pl.Float32,
}  # fmt: skip


class Learned(NamedTuple):
    """What the model weighs: buckets x 3, steps from tag to tag 3 x 3."""

    weights: NDArray[np.float32]
    steps: NDArray[np.float64]


def phrases(sentences: pl.DataFrame, *, named: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the phrases of sentences that read like something asked for.

    Args:
        sentences: ``sentence``, ``text``.
        named: mentions of a lexicon, if there are any (``sentence``, ``start``, ``end``).

    Returns:
        ``sentence``, ``start``, ``end`` (letters of the text), ``surface``, ``probability`` (the
        mean over its tokens that each belongs to one), by sentence and start.
    """
    learned = shipped()
    there: dict[int, list[tuple[int, int]]] = {}
    if named is not None:
        for sentence, start, end in named.select("sentence", "start", "end").iter_rows():
            there.setdefault(sentence, []).append((start, end))
    rows = []
    for sentence, text in sentences.select("sentence", "text").iter_rows():
        places = [(one.start(), one.end()) for one in _TOKEN.finditer(text)]
        if not places:
            continue
        listed = marks(places, there.get(sentence, ()))
        scores = scored([text[a:b] for a, b in places], listed, learned)
        inside = 1 - _shares(scores)[:, OUTSIDE]
        for first, last in read(scores, learned):
            start, end = places[first][0], places[last - 1][1]
            rows.append((sentence, start, end, text[start:end], float(inside[first:last].mean())))
    return pl.DataFrame(rows, schema=PHRASES, orient="row")


def marks(places: Sequence[tuple[int, int]], named: Sequence[tuple[int, int]]) -> list[int]:
    """Return for each token 1 if a name begins there, 2 if one goes on, else 0."""
    found = [0] * len(places)
    for start, end in named:
        for at, (a, b) in enumerate(places):
            if a < end and start < b:
                found[at] = 1 if a <= start else 2
    return found


def scored(tokens: Sequence[str], listed: Sequence[int], learned: Learned) -> NDArray[np.float64]:
    """Return tokens x tags, how well each tag goes with each token."""
    return np.array(
        [learned.weights[buckets].sum(axis=0) for buckets in described(tokens, listed)],
        dtype=np.float64,
    )


def read(scores: NDArray[np.float64], learned: Learned) -> Iterator[tuple[int, int]]:
    """Yield the phrases of the best path, as token ranges."""
    best, back = scores[0].copy(), []
    best[CONTINUES] = -np.inf
    for row in scores[1:]:
        ways = best[:, None] + learned.steps
        back.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    tags = [int(best.argmax())]
    for ways in reversed(back):
        tags.append(int(ways[tags[-1]]))
    start: int | None = None
    for at, tag in enumerate([*reversed(tags), OUTSIDE]):
        if start is not None and tag != CONTINUES:
            yield start, at
            start = None
        if tag == BEGINS:
            start = at


def described(tokens: Sequence[str], listed: Sequence[int]) -> list[NDArray[np.int64]]:
    """Return for each token the buckets of what is known of it and its neighbours."""
    small = ["", "", *(token.lower() for token in tokens), "", ""]
    forms = [_form(token) for token in tokens]
    known = [0, *listed, 0]
    first = small[2]
    length = min(len(tokens) // 8, 4)
    cue = ""
    rows = []
    for at, token in enumerate(tokens):
        w = small[at : at + 5]
        x = w[2]
        names = (
            "*", f"w{x}", f"a{w[1]}", f"b{w[0]}", f"c{w[3]}", f"d{w[4]}", f"e{w[1]} {x}",
            f"f{x} {w[3]}", f"3{x[-3:]}", f"2{x[-2:]}", f"p{x[:4]}", f"s{forms[at]}",
            f"g{w[1][-3:]}", f"h{w[3][-3:]}", f"i{w[1][-3:]} {x[-3:]}",
            f"j{x[-3:]} {w[3][-3:]}", f"k{known[at]}{known[at + 1]}{known[at + 2]}", f"l{first}",
            f"m{cue}", f"n{cue} {x[-3:]}", f"o{length}", f"q{min(at, 3)}",
            f"r{min(at, 3)} {x[-3:]}", f"t{w[1]} {x} {w[3]}", f"u{w[0]} {w[1]}",
            f"v{w[3]} {w[4]}", f"y{forms[at - 1] if at else ''} {forms[at]}",
        )  # fmt: skip
        rows.append(
            np.array([zlib.crc32(name.encode()) & (BUCKETS - 1) for name in names], dtype=np.int64)
        )
        if token.lower() in _CUES:
            cue = token.lower()
    return rows


def _form(token: str) -> str:
    """Return what a token looks like: capitals, figures, marks."""
    if token.isalpha():
        return "x" if token.islower() else "X" if token.isupper() else "Xx"
    return "0" if token.isdigit() else "w0" if any(map(str.isalnum, token)) else token[:1]


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores as shares of one."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


@cache
def shipped() -> Learned:
    """Return what ships: weights as small whole numbers and what one of them is."""
    with np.load(_FILE) as kept:
        weights = np.zeros((BUCKETS, 3), dtype=np.float32)
        weights[kept["buckets"]] = kept["weights"].astype(np.float32) * float(kept["unit"])
        return Learned(weights, kept["steps"].astype(np.float64))
