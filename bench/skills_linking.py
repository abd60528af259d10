"""Skills that sentences ask for, ranked, beside the language model alone and letters alone.

The published TECH and HOUSE test files: sentences of adverts, and of each the ESCO skills that
people found in it. Every name of the published list is ranked for each sentence (13,896 of them).
RP@k is how many of the first k are right, of how many could be; MRR is one over the place of the
first that is right. The weights of the linker were chosen on the validation files; the test files
are opened here alone.

Calibration is of the mentions that the linker makes of all sentences of the test files and of such
as ask for nothing, in the share in which those documents hold them. The list of skills has near
twins, and people named one: a mention of its twin counts as wrong.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.apart import ROOT
from bench.figures import Figure
from muster.services.skills.map.lexicon import Lexicon, shipped
from muster.services.skills.map.linking.calibrating import calibration_error, probabilities
from muster.services.skills.map.linking.fusing import Candidates, precision, reciprocal_rank
from muster.services.skills.map.linking.labelled import (
    Labelled,
    annotated,
    listed,
    rows_of,
)
from muster.services.skills.map.linking.linker import LEAST, MOST, Linker
from muster.services.skills.map.linking.training import EMPTY_FOR_EACH, TEST, empty_sentences
from muster.services.skills.map.mentions import find

DATA = ROOT.parent / "shared" / "data" / "skill_benchmarks"
SETS = {"TECH": TEST[0], "HOUSE": TEST[1]}
BARS = {"TECH": (58.0, 63.98), "HOUSE": (48.0, 50.0)}
MOST_ERROR, AIM_ERROR = 0.05, 0.03
_EMPTY = "skillspan_test.json"
_RANKED = 50

Ranked = Sequence[NDArray[np.int64]]


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures of both sets, if they are here; they are always measured whole."""
    if not DATA.is_dir():
        yield Figure("skill linking (not measured: the labelled sentences are not here)", None, "")
        return
    lexicon = listed(DATA, shipped())
    linker = Linker.load(lexicon, cache=cache_folder())
    sets = {name: annotated(DATA / file, rows_of(lexicon)) for name, file in SETS.items()}
    found: list[Candidates] = []
    for name, labelled in sets.items():
        yield from ranking(name, linker, labelled.asking())
        found += linker.candidates(labelled.texts)
    yield from calibration(linker, lexicon, found, list(sets.values()))


def cache_folder() -> Path:
    """Return where vectors of names are kept between runs."""
    return Path(os.environ.get("MUSTER_HOME") or ROOT / ".bench") / "skills"


def ranking(name: str, linker: Linker, labelled: Labelled) -> Iterator[Figure]:
    """Yield RP@5, RP@10 and MRR of a set, ours beside each peer's in the same run."""
    ours = [one.skills for one in linker.candidates(labelled.texts)]
    scorer = linker.scorer
    vectors = linker.encoder.vectors(labelled.texts)
    letters = scorer.characters.weighed(labelled.texts).first
    peers = {
        "int8 MiniLM alone": _best(vectors @ scorer.names.T),
        "character TF-IDF alone": _best(letters),
    }
    least, aim = BARS[name]
    mine = 100 * mean_of(ours, labelled, lambda ranked, wanted: precision(ranked, wanted, 5))
    said = f"{name} test, {len(labelled.texts)} sentences"
    yield Figure(f"{said}: RP@5, at least {least:g}", round(mine, 2), "%", met=mine >= least)
    yield Figure(f"{said}: RP@5, aim {aim:g}", round(mine, 2), "%", met=mine >= aim)
    for peer, theirs in peers.items():
        yield from _beside(said, ours, peer, theirs, labelled)


def _beside(
    said: str, ours: Ranked, peer: str, theirs: Ranked, labelled: Labelled
) -> Iterator[Figure]:
    """Yield the figures of a set beside one peer."""
    marks: dict[str, tuple[Callable[..., float], float, str]] = {
        "RP@5": (lambda ranked, wanted: precision(ranked, wanted, 5), 100, "%"),
        "RP@10": (lambda ranked, wanted: precision(ranked, wanted, 10), 100, "%"),
        "MRR": (reciprocal_rank, 1, ""),
    }
    for name, (mark, times, unit) in marks.items():
        mine, other = (times * mean_of(one, labelled, mark) for one in (ours, theirs))
        figures = 2 if times > 1 else 3
        yield Figure(
            f"{said}: {name}", round(mine, figures), unit, peer, round(other, figures),
            round(mine / other, 3), 1.0, mine >= other,
        )  # fmt: skip


def calibration(
    linker: Linker, lexicon: Lexicon, found: Sequence[Candidates], sets: Sequence[Labelled]
) -> Iterator[Figure]:
    """Yield the calibration error of the mentions of all sets, and how many are right."""
    texts = [text for one in sets for text in one.texts]
    asked = [skills for one in sets for skills in one.asked]
    empty = empty_sentences(DATA / _EMPTY, texts, int(EMPTY_FOR_EACH * len(texts)))
    found = [*found, *linker.candidates(empty)]
    asked += [frozenset()] * len(empty)
    likely, right = mentions(linker, found, asked)
    error = calibration_error(likely, right)
    yield Figure(
        f"mentions, {len(likely):,} of {len(found):,} sentences: calibration error, at most "
        f"{MOST_ERROR}", round(error, 4), "ECE", met=error <= MOST_ERROR,
    )  # fmt: skip
    yield Figure(
        f"mentions: calibration error, aim {AIM_ERROR}", round(error, 4), "ECE",
        met=error <= AIM_ERROR,
    )  # fmt: skip
    yield Figure("mentions: mean probability", round(100 * float(likely.mean()), 1), "%")
    yield Figure("mentions: right", round(100 * float(right.mean()), 1), "%")
    there = sum(map(len, asked))
    yield Figure("skills that people found: mentioned", round(100 * right.sum() / there, 1), "%")
    yield from _of_a_build(linker, lexicon, [*texts, *empty], asked)


def _of_a_build(
    linker: Linker, lexicon: Lexicon, texts: Sequence[str], asked: Sequence[frozenset[int]]
) -> Iterator[Figure]:
    """Yield the calibration error of all that a hybrid build finds, names and proposals."""
    sentences = pl.DataFrame({"text": texts}).with_row_index("sentence")
    found = pl.concat([find(sentences, lexicon), linker.link(sentences)])
    once = found.group_by("sentence", "skill").agg(pl.col("probability").max())
    for what, those in (
        ("all mentions of a hybrid build", found),
        ("the same, one of each sentence and skill as the map counts them", once),
    ):
        pairs = those.select("sentence", "skill").iter_rows()
        right = np.array([skill in asked[sentence] for sentence, skill in pairs])
        error = calibration_error(those["probability"].to_numpy().astype(np.float64), right)
        yield Figure(
            f"{what} ({those.height:,}): calibration error, at most {MOST_ERROR}, "
            f"aim {AIM_ERROR}", round(error, 4), "ECE", met=error <= MOST_ERROR,
        )  # fmt: skip


def mentions(
    linker: Linker, found: Sequence[Candidates], asked: Sequence[frozenset[int]]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the probability of each mention the linker makes, and whether people agree."""
    likely: list[float] = []
    right: list[bool] = []
    for one, wanted in zip(found, asked, strict=True):
        each = probabilities(one, linker.scorer.learned.calibration)
        for at in np.argsort(-each, kind="stable")[:MOST]:
            if one.windows and each[at] >= LEAST:
                likely.append(float(each[at]))
                right.append(int(one.skills[at]) in wanted)
    return np.array(likely), np.array(right, dtype=np.bool_)


def mean_of(ranked: Ranked, labelled: Labelled, mark: Callable[..., float]) -> float:
    """Return the mean mark of the sentences of a set."""
    return float(
        np.mean([mark(one, wanted) for one, wanted in zip(ranked, labelled.asked, strict=True)])
    )


def _best(likeness: NDArray[np.float32]) -> Ranked:
    """Return the likeliest skills of each row, the likeliest first."""
    return [np.argsort(-row, kind="stable")[:_RANKED] for row in likeness]
