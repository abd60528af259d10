"""Several likenesses of a sentence and a skill, weighed into one score.

Four likenesses, each blind where another sees: of the few words that are likest, of the whole
sentence, of how the first name is written, and of how further names are. What is cheap is looked at
for every skill; the last only for the likeliest.
"""

import itertools
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from muster.services.skills.map.linking.characters import Characters, Written
from muster.services.skills.map.linking.encoder import Encoded, Floats, unit
from muster.services.skills.map.linking.learned import Learned

LIKENESSES = ("words", "sentence", "first name", "further names")
TOGETHER = (2, 5)  # tokens looked at together: a word or two, and a phrase
LIKELIEST = 50  # skills of a sentence that are looked at closely
_CLOSER = 200  # skills whose likeness to every window is looked at
_STEP = 3  # for the others, every third phrase is,
_ROWS = 16  # are multiplied together
_SCORED = 8  # sentences that are compared with names at a time, to stay in near memory
_ALONG = 192  # and that only along the directions in which names differ most
_TRIED = ((0.0, 0.2, 0.4, 0.6, 0.8), (0.2, 0.4, 0.6, 0.8, 1.0), (0.0, 0.1, 0.2, 0.3))
_BEST = 10  # of the weights tried, whose mean is taken

Ranked = NDArray[np.int64]


@dataclass(frozen=True)
class Candidates:
    """The likeliest skills of one sentence.

    Args:
        skills: their rows, the likeliest first.
        likenesses: skills x 4, in the order of ``LIKENESSES``.
        score: the likenesses, weighed.
        places: the tokens (from, to) of the words each was likest to; 0, 0 where there are none.
        asks: how much the words there are words that ask for a skill, as log odds.
        windows: how many windows the sentence has.
    """

    skills: Ranked
    likenesses: Floats
    score: Floats
    places: NDArray[np.int64]
    asks: Floats
    windows: int


def windows(encoded: Encoded) -> tuple[Floats, NDArray[np.int64]]:
    """Return the mean vector of each few tokens that follow each other, and which they are.

    Returns:
        windows x 384, of length one, and windows x 2: the tokens from, to.
    """
    means, places = _means(encoded.tokens)
    return unit(means), places


def _means(tokens: NDArray[np.float32]) -> tuple[Floats, NDArray[np.int64]]:
    """Return the means of rows that follow each other, and which rows they are of."""
    sizes = sorted({min(size, len(tokens)) for size in TOGETHER}) if len(tokens) else []
    means = [np.zeros((0, tokens.shape[1]), dtype=np.float32)]
    places = [np.zeros((0, 2), dtype=np.int64)]
    for wide in sizes:
        count = len(tokens) - wide + 1
        parts = [tokens[begin : begin + count] for begin in range(wide)]
        means.append(np.asarray(sum(parts[1:], parts[0]) / wide, dtype=np.float32))
        begins = np.arange(count, dtype=np.int64)
        places.append(np.column_stack([begins, begins + wide]))
    return np.vstack(means), np.vstack(places)


@dataclass(frozen=True)
class Scorer:
    """Skills as vectors and as written, and what was learned.

    Args:
        names: vectors of the names of skills, skills x 384.
        characters: their names as written.
        learned: the numbers of training.
    """

    names: Floats
    characters: Characters
    learned: Learned

    @cached_property
    def glanced(self) -> tuple[Floats, Floats]:
        """Return the directions in which names differ most, 384 x 192, and names along them.

        Half as much to read of every name of the list, for each sentence. What is chosen so is then
        looked at in full: of 700 sentences of real adverts the first five skills of 699 stay what
        they would be without this; along 64 directions those of one in fifty change.
        """
        with threadpool_limits(1):
            vectors = self.names.astype(np.float64)
            _, turned = np.linalg.eigh(vectors.T @ vectors)
            along = np.ascontiguousarray(turned[:, -_ALONG:], dtype=np.float32)
            return along, np.ascontiguousarray((self.names @ along).T)

    def _glances(self, sentences: "Sequence[_Sentence]") -> Iterator[Floats]:
        """Yield how like each name the phrases and the whole of each sentence are, at a glance.

        Names pass by once for all sentences. Rows are filled up to a multiple of ``_ROWS``, so each
        is multiplied in the same way whatever stands beside it: not even the last bits of a
        likeness depend on what else is read.
        """
        along, names = self.glanced
        rows = np.vstack([one.glanced_at for one in sentences])
        filled = np.zeros((-(-len(rows) // _ROWS) * _ROWS, rows.shape[1]), dtype=np.float32)
        filled[: len(rows)] = rows
        like = np.asarray(filled @ along @ names, dtype=np.float32)
        begin = 0
        for one in sentences:
            yield like[begin : begin + len(one.glanced_at)]
            begin += len(one.glanced_at)

    def candidates(
        self, written: Written, read: Sequence[Encoded], *, most: int = LIKELIEST
    ) -> Iterator[Candidates]:
        """Yield the likeliest skills of each sentence.

        Args:
            written: sentences as ``characters`` weighed them.
            read: the same as the encoder read them.
            most: skills looked at closely in each.
        """
        for begin in range(0, len(read), _SCORED):
            sentences = [_Sentence(one, self.learned) for one in read[begin : begin + _SCORED]]
            for row, glance in enumerate(self._glances(sentences), start=begin):
                likely = _Likely(self, sentences[row - begin], written.first[row], glance)
                skills, like, at = likely.best(most)
                further = self.characters.like_others(written, row, skills)
                yield likely.candidates(skills, like, at, further)


class _Sentence:
    """One sentence as vectors that lie where names lie.

    Args:
        read: as the encoder read it.
        learned: the numbers of training.
    """

    def __init__(self, read: Encoded, learned: Learned) -> None:
        self.tokens = read.tokens
        # The mean of what tokens are taken to is what their mean is taken to, and there are fewer.
        means, self.places = _means(read.tokens @ learned.words)
        self.mapped = unit(means)
        longest = int((self.places[:, 1] - self.places[:, 0]).max(initial=0))
        phrases = self.places[:, 1] - self.places[:, 0] == longest
        self.whole = unit(read.whole @ learned.sentence)
        self.glanced_at = np.vstack([self.mapped[phrases][::_STEP], self.whole])


class _Likely:
    """One sentence: how like it every skill is at a glance, and the likeliest more closely.

    Args:
        scorer: the skills.
        sentence: the sentence.
        first: how like each first name it is written.
        glance: how like each name its phrases and, last, the whole of it are.
    """

    def __init__(self, scorer: Scorer, sentence: _Sentence, first: Floats, glance: Floats) -> None:
        self._names, self._learned, self._sentence = scorer.names, scorer.learned, sentence
        # Nothing is like words where there are none.
        words = glance[:-1].max(axis=0) if len(glance) > 1 else np.zeros_like(first)
        self._first, self._glance = first, self._cheap(words, glance[-1], first)

    def best(self, most: int) -> tuple[Ranked, Floats, NDArray[np.int64]]:
        """Return the likeliest skills, in order of row, by what is cheap to know.

        Returns:
            The skills; how like each is to the window it is likest to, and to the whole sentence;
            and which window that is.
        """
        most_closer = min(_CLOSER, len(self._glance))
        closer = np.sort(np.argpartition(self._glance, -most_closer)[-most_closer:])
        names = self._names[closer]
        if len(self._sentence.mapped):
            like = self._sentence.mapped @ names.T
            at = like.argmax(axis=0)
            words = np.take_along_axis(like, at[None], axis=0)[0]
        else:
            at, words = np.zeros(len(closer), dtype=np.int64), np.zeros(len(closer), np.float32)
        whole = names @ self._sentence.whole
        cheap = self._cheap(words, whole, self._first[closer])
        kept = np.sort(np.argsort(-cheap, kind="stable")[:most])
        return closer[kept], np.column_stack([words, whole])[kept], at[kept]

    def _cheap(self, words: Floats, whole: Floats, first: Floats) -> Floats:
        """Return the score of skills but for their further names."""
        weights = self._learned.weights
        return np.asarray(weights[0] * words + weights[1] * whole + weights[2] * first)

    def candidates(
        self, skills: Ranked, read: Floats, at: NDArray[np.int64], further: Floats
    ) -> Candidates:
        """Return what is known of these skills, the likeliest first."""
        like = np.column_stack([read, self._first[skills], further])
        like = like.astype(np.float32)
        score = np.asarray(like @ self._learned.weights, dtype=np.float32)
        order = np.argsort(-score, kind="stable")
        count = len(self._sentence.places)
        asks, means = self._learned.asks, _means(self._sentence.tokens)[0]
        odds = means @ asks[:-1] + asks[-1] if count else np.full(1, -9.0)
        places = self._sentence.places if count else np.zeros((1, 2), dtype=np.int64)
        there = np.asarray(odds[at][order], dtype=np.float32)
        return Candidates(skills[order], like[order], score[order], places[at][order], there, count)


def choose(likenesses: Sequence[tuple[Ranked, Floats]], asked: Sequence[Set[int]]) -> Floats:
    """Return the weights that rank labelled sentences best: the mean of the ten best tried.

    Judged by the mean of RP@5, RP@10 and reciprocal rank. A mean of many, because among so few
    sentences which is the very best is chance. The first weight is one: only proportions matter.

    Args:
        likenesses: of each sentence the skills looked at and their likenesses.
        asked: of each sentence the skills it asks for; sentences that ask for none are passed over.
    """
    marked: list[tuple[float, tuple[float, ...]]] = []
    for tried in itertools.product(*_TRIED):
        weights = np.array([1.0, *tried], dtype=np.float32)
        order = [
            skills[np.argsort(-(like @ weights), kind="stable")] for skills, like in likenesses
        ]
        marks = [
            precision(ranked, wanted, 5)
            + precision(ranked, wanted, 10)
            + reciprocal_rank(ranked, wanted)
            for ranked, wanted in zip(order, asked, strict=True)
            if wanted
        ]
        marked.append((-round(float(np.mean(marks)), 9), (1.0, *tried)))
    best = [tried for _, tried in sorted(marked)[:_BEST]]
    return np.asarray(np.mean(best, axis=0), dtype=np.float32)


def precision(ranked: Ranked, wanted: Set[int], first: int) -> float:
    """Return R-precision at ``first``: how many of the first are wanted, of how many could be."""
    found = sum(int(skill) in wanted for skill in ranked[:first])
    return found / min(first, len(wanted))


def reciprocal_rank(ranked: Ranked, wanted: Set[int]) -> float:
    """Return one over the place of the first wanted skill; 0 where none is ranked."""
    for place, skill in enumerate(ranked, start=1):
        if int(skill) in wanted:
            return 1 / place
    return 0.0
