"""The hybrid linker: skills that a sentence describes in words no lexicon lists.

``Linker.load(lexicon).link(sentences)`` reads each sentence with a language model, compares its
words with the names of all skills (``fusing``), and tells the probability that it asks for each
of the likeliest (``calibrating``).
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from muster.services.skills.map.lexicon import Lexicon
from muster.services.skills.map.lexicon.folding import key
from muster.services.skills.map.linking.calibrating import probabilities
from muster.services.skills.map.linking.characters import Characters, Written
from muster.services.skills.map.linking.encoder import (
    Encoded,
    Encoder,
    Floats,
    batched,
    shipped_encoder,
    unit,
)
from muster.services.skills.map.linking.fusing import Candidates, Scorer
from muster.services.skills.map.linking.learned import Learned, shipped_learned
from muster.services.skills.map.linking.skipping import SEEN, Skipper, seen
from muster.services.skills.map.steps import HowFar

MENTIONS = {
    "sentence": pl.UInt32, "skill": pl.UInt32, "start": pl.UInt32, "end": pl.UInt32,
    "surface": pl.String, "probability": pl.Float32, "by": pl.String,
}  # fmt: skip
LEAST = 0.1  # the least probability of a mention
MOST = 5  # mentions of one sentence
_AT_ONCE = 256  # sentences that a thread takes at a time; of so many some are equally long
_READ = "en"  # the language model knows English alone
_WORD = re.compile(r"[^\s,.;:!?()\"]+")
_SMALL = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "of", "on",
     "or", "our", "the", "their", "through", "to", "using", "via", "we", "with", "within", "you",
     "your", "&", "/", "-", "–", "•", "*")
)  # fmt: skip

Row = tuple[int, int, int, int, str, float, str]


@dataclass(frozen=True)
class Linker:
    """A lexicon made ready to read with.

    Args:
        encoder: the language model.
        scorer: the names of skills, and what was learned.
        refused: row of a skill to the folded words that people said do not mean it.
        never: folded words that people said name no skill.
    """

    encoder: Encoder
    scorer: Scorer
    refused: dict[int, tuple[str, ...]]
    never: frozenset[str]

    @classmethod
    def load(
        cls,
        lexicon: Lexicon,
        *,
        cache: Path | None = None,
        threads: int = 2,
        learned: Learned | None = None,
    ) -> "Linker":
        """Return the linker for a lexicon.

        Args:
            lexicon: what skills are called, corrected or not.
            cache: a folder where vectors of names are kept; making those of all ESCO takes a
                minute. Nowhere by default.
            threads: texts read at once.
            learned: other numbers than those that ship, for training.

        Raises:
            BadInput: if the packages of the language model are not installed.
        """
        encoder = shipped_encoder()
        first = lexicon.skills.sort("skill")["label"].to_list()
        names = _kept(first, encoder, cache, threads)
        fair = lexicon.labels.filter(pl.col("sense") != "never")
        added = fair.filter(pl.col("added") & ~pl.col("preferred"))
        names = _with_added(names, added, encoder, threads)
        others = fair.filter(~pl.col("preferred")).select("skill", "label")
        told = lexicon.labels.filter((pl.col("sense") == "never") & pl.col("added"))
        refused: dict[int, tuple[str, ...]] = {}
        for skill, label in told.select("skill", "label").iter_rows():
            refused[skill] = (*refused.get(skill, ()), key(label))
        scorer = Scorer(names, Characters(first, others), learned or shipped_learned())
        return cls(encoder, scorer, refused, lexicon.never)

    def link(
        self,
        sentences: pl.DataFrame,
        *,
        progress: HowFar | None = None,
        skipper: Skipper | None = None,
        least: float = LEAST,
        threads: int = 2,
    ) -> pl.DataFrame:
        """Return the skills that sentences ask for, at most five of each.

        The result is the same for any number of threads, and for a sentence the same whatever
        other sentences it comes with.

        Args:
            sentences: ``sentence``, ``text``; and if it has them ``skill_text`` (others are passed
                over) and ``language`` (Welsh is passed over: the model knows English).
            progress: told how many sentences are read, and of how many.
            skipper: tells which texts may ask for a skill at all; the rest is not read closely.
            least: the least probability of a mention.
            threads: sentences read at once.

        Returns:
            ``sentence``, ``skill``, ``start``, ``end`` (letters: the likest words), ``surface``,
            ``probability``, ``by`` (linked); by sentence, the most probable first.
        """
        wanted = _wanted(sentences)
        # The longest first, so that no thread is left with them at the end.
        texts = wanted["text"].unique().to_frame()
        texts = texts.sort(pl.col("text").str.len_chars(), "text", descending=[True, False])
        rows: list[tuple[str, Row]] = []
        done = 0
        for read in self._in_parts(texts["text"].to_list(), least, threads, skipper):
            rows += read
            done += _AT_ONCE
            if progress:
                progress(min(done, texts.height), texts.height)
        found = pl.DataFrame(
            [(text, *row[1:]) for text, row in rows],
            schema={"text": pl.String, **{k: v for k, v in MENTIONS.items() if k != "sentence"}},
            orient="row",
        )
        return (
            wanted.join(found, on="text", maintain_order="left")
            .sort("sentence", -pl.col("probability"), "skill")
            .select(*MENTIONS)
        )

    def candidates(self, texts: Sequence[str]) -> Iterator[Candidates]:
        """Yield the likeliest skills of each text, the likeliest first."""
        for part in batched(texts, _AT_ONCE):
            written = self.scorer.characters.weighed(part)
            yield from self.scorer.candidates(written, self.encoder.read_all(part))

    def glanced(self, texts: Sequence[str]) -> Floats:
        """Return what is seen of texts before any is read closely, as ``skipping.seen`` does."""
        parts = [
            self._glanced(part, self.scorer.characters.weighed(part))
            for part in batched(texts, _AT_ONCE)
        ]
        return np.vstack([np.zeros((0, SEEN), dtype=np.float32), *parts])

    def _glanced(self, texts: Sequence[str], written: Written) -> Floats:
        return seen(*self.encoder.glanced(texts), written.first.max(axis=1, initial=0))

    def _in_parts(
        self, texts: list[str], least: float, threads: int, skipper: Skipper | None
    ) -> Iterator[list[tuple[str, Row]]]:
        """Yield what a few sentences at a time ask for; arithmetic of one thread each."""
        with threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
            yield from pool.map(
                lambda part: list(self._read(part, least, skipper)), batched(texts, _AT_ONCE)
            )

    def _read(
        self, texts: Sequence[str], least: float, skipper: Skipper | None
    ) -> Iterable[tuple[str, Row]]:
        """Yield the mentions of a few sentences."""
        written = self.scorer.characters.weighed(texts)
        if skipper:
            worth = np.flatnonzero(skipper.keeps(self._glanced(texts, written)))
            texts, written = [texts[row] for row in worth.tolist()], written.only(worth)
        read = self.encoder.read_all(texts)
        calibration = self.scorer.learned.calibration
        scored = self.scorer.candidates(written, read)
        for text, encoded, found in zip(texts, read, scored, strict=True):
            if not found.windows:
                continue
            folded = f" {key(text)} "
            likely = probabilities(found, calibration)
            order = [at for at in np.argsort(-likely, kind="stable") if likely[at] >= least]
            for at in order[:MOST]:
                skill = int(found.skills[at])
                begin, end = _words(text, encoded, found.places[at])
                surface = text[begin:end]
                if key(surface) in self.never or any(
                    f" {words} " in folded for words in self.refused.get(skill, ())
                ):
                    continue
                yield text, (0, skill, begin, end, surface, float(likely[at]), "linked")


def _wanted(sentences: pl.DataFrame) -> pl.DataFrame:
    """Return ``sentence``, ``text`` of what is read."""
    if "skill_text" in sentences.columns:
        sentences = sentences.filter("skill_text")
    if "language" in sentences.columns:
        sentences = sentences.filter(pl.col("language") == _READ)
    return sentences.select(pl.col("sentence").cast(pl.UInt32), "text")


def _words(text: str, encoded: Encoded, tokens: NDArray[np.int64]) -> tuple[int, int]:
    """Return where the words of some tokens (from, to) stand, whole words."""
    begin, end = encoded.places[tokens[0]][0], encoded.places[tokens[1] - 1][1]
    while begin > 0 and text[begin - 1].isalnum():
        begin -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return _trimmed(text, begin, end)


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return a place in a text without the small words and marks at its ends, if any is left."""
    words = [
        (begin + one.start(), begin + one.end())
        for one in _WORD.finditer(text[begin:end])
        if one.group().lower() not in _SMALL
    ]
    return (words[0][0], words[-1][1]) if words else (begin, end)


def _kept(
    names: list[str], encoder: Encoder, cache: Path | None, threads: int
) -> NDArray[np.float32]:
    """Return the vectors of names, from the cache where they are there."""
    if cache is None:
        return encoder.vectors(names, threads=threads)
    digest = hashlib.sha256("\n".join([encoder.digest, *names]).encode()).hexdigest()
    path = cache / f"names-{digest[:32]}.npy"
    if path.is_file():
        return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
    vectors = encoder.vectors(names, threads=threads)
    cache.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        np.save(file, vectors)
    os.replace(part, path)
    return vectors


def _with_added(
    names: NDArray[np.float32], added: pl.DataFrame, encoder: Encoder, threads: int
) -> NDArray[np.float32]:
    """Return the vectors of names, those of skills with added synonyms moved halfway to them."""
    if added.is_empty():
        return names
    vectors = encoder.vectors(added["label"].to_list(), threads=threads)
    sums = np.zeros_like(names)
    np.add.at(sums, added["skill"].to_numpy(), vectors)
    return np.where(sums.any(axis=1, keepdims=True), unit(names + unit(sums)), names)
