"""Skills that a sentence names, in words that the lexicon lists or nearly so.

Sentences are read in pieces by two threads: folded, searched together (the search lets the other
thread run), and what was found is looked at again: does the word end there, is a longer name around
it, is it written as the name is, do words beside it show the sense, does the sentence say that it
is not needed.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from muster.services.skills.map.lexicon.folding import INSIDE, PLAIN, fold
from muster.services.skills.map.lexicon.lexicon import Lexicon
from muster.services.skills.map.mentions.asking import asked_for
from muster.services.skills.map.mentions.calibration import probabilities
from muster.services.skills.map.mentions.forms import Forms, forms_of
from muster.services.skills.map.steps import HowFar

MENTIONS = {
    "sentence": pl.UInt32, "skill": pl.UInt32, "start": pl.UInt32, "end": pl.UInt32,
    "surface": pl.String, "probability": pl.Float32, "by": pl.String,
}  # fmt: skip
_PIECE = 1_000_000  # letters read at a time
_BETWEEN = "\n "  # no name holds it; the space is the one that forms begin with

Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def find(
    sentences: pl.DataFrame,
    lexicon: Lexicon,
    *,
    threads: int = 2,
    progress: HowFar | None = None,
) -> pl.DataFrame:
    """Return the mentions of skills, one for each sentence and skill, the most probable.

    Args:
        sentences: ``sentence``, ``text``; and if it has them ``part``, ``skill_text`` (others are
            passed over) and ``language`` (in Welsh only Welsh names, products and acronyms).
        lexicon: what skills are called.
        threads: pieces searched at once; the result is the same for any number.
        progress: told how many sentences are read, and of how many. It may raise to stop.

    Returns:
        ``sentence``, ``skill``, ``start``, ``end`` (letters of the text), ``surface``,
        ``probability`` (that the sentence asks for the skill), ``by`` (label), by sentence, start.
    """
    every = places(sentences, lexicon, threads=threads, progress=progress)
    kept = every.sort("sentence", "skill", -pl.col("probability"), "start").unique(
        ["sentence", "skill"], keep="first", maintain_order=True
    )
    return kept.sort("sentence", "start", "skill").select(*MENTIONS)


def places(
    sentences: pl.DataFrame,
    lexicon: Lexicon,
    *,
    threads: int = 2,
    progress: HowFar | None = None,
) -> pl.DataFrame:
    """Return every place where a skill is named; columns of ``find`` and ``rank``, ``words``."""
    asked = read_places(sentences, lexicon, threads=threads, progress=progress)
    return asked.with_columns(
        probability=pl.Series(probabilities(asked), dtype=pl.Float32), by=pl.lit("label")
    ).select(*MENTIONS, "rank", "words")


def read_places(
    sentences: pl.DataFrame,
    lexicon: Lexicon,
    *,
    threads: int = 2,
    progress: HowFar | None = None,
) -> pl.DataFrame:
    """Return every place where a skill is named and asked for, with what is known of it.

    Columns: those of the sentences, ``row`` (of the sentences looked at), ``start``, ``end``,
    ``surface`` and those of ``Forms.table``.
    """
    if "skill_text" in sentences.columns:
        sentences = sentences.filter("skill_text")
    sentences = sentences.with_columns(pl.col("sentence").cast(pl.UInt32)).with_row_index("row")
    forms = forms_of(lexicon)
    pieces = _pieces(sentences)
    found, done = [], 0
    with ThreadPoolExecutor(threads) as pool:
        for piece, read in zip(
            pieces, pool.map(lambda piece: _read(piece, forms), pieces), strict=True
        ):
            found.append(read)
            done += piece.height
            if progress:
                progress(done, sentences.height)
    return pl.concat(found)


def _pieces(sentences: pl.DataFrame) -> list[pl.DataFrame]:
    """Return sentences in pieces of about as many letters; one without any where there are none."""
    letters = sentences["text"].str.len_chars().to_numpy().astype(np.int64).cumsum()
    cuts = np.flatnonzero(np.diff(letters // _PIECE)) + 1
    begins = [0, *cuts.tolist(), sentences.height]
    return [sentences[begin:end] for begin, end in pairwise(begins)]


def _read(sentences: pl.DataFrame, forms: Forms) -> pl.DataFrame:
    """Return what one piece asks for."""
    folded = _folded(sentences["text"])
    rows, patterns, starts, ends = _searched(folded.to_list(), forms)
    which, named = forms.named_by(patterns)
    found = pl.DataFrame({"start": starts[which], "end": ends[which]}).cast(pl.UInt32)
    read = pl.concat(
        [sentences.with_columns(folded=folded)[rows[which]], found, named], how="horizontal"
    )
    letters = pl.col("end") - pl.col("start")
    read = read.with_columns(surface=pl.col("text").str.slice(pl.col("start"), letters))
    return asked_for(read).drop("folded")


def _folded(texts: pl.Series) -> pl.Series:
    """Return texts as ``fold`` does, many at once."""
    frame = pl.DataFrame({"text": texts}).with_columns(
        folded=pl.col("text").str.replace_many(list(PLAIN), list(PLAIN.values())).str.to_lowercase()
    )
    odd = pl.col("folded").str.len_chars() != pl.col("text").str.len_chars()
    strange = frame.select(odd.arg_true()).to_series()
    if not strange.len():
        return frame["folded"]
    return frame["folded"].scatter(strange, [fold(text) for text in texts.gather(strange)])


def _searched(texts: Sequence[str], forms: Forms) -> Found:
    """Return row, pattern, start and end of every name, longest first where they lie inside."""
    joined = _BETWEEN + _BETWEEN.join(texts) + "\n"
    hits = forms.automaton.find_matches_as_indexes(joined, overlapping=True)
    told = np.array(hits, dtype=np.int64).reshape(-1, 3)
    patterns, ends = told[:, 0], told[:, 2]
    starts = ends - forms.lengths[patterns]
    whole = ~_goes_on(joined, ends)
    patterns, starts, ends = patterns[whole], starts[whole], ends[whole]
    order = np.lexsort((-ends, starts))
    patterns, starts, ends = patterns[order], starts[order], ends[order]
    kept = _outermost(ends)
    patterns, starts, ends = patterns[kept], starts[kept], ends[kept]
    begins = np.cumsum([0, *(len(text) + len(_BETWEEN) for text in texts)]) + len(_BETWEEN)
    rows = np.searchsorted(begins, starts, side="right") - 1
    return rows, patterns, starts - begins[rows], ends - begins[rows]


def _goes_on(text: str, ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether a word goes on at each of some places."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)[ends]
    known, which = np.unique(codes, return_inverse=True)
    letters = map(chr, known.tolist())
    return np.array([one.isalnum() or one in INSIDE for one in letters], dtype=np.bool_)[which]


def _outermost(ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which names lie in no other; by start, the longest first."""
    furthest = np.maximum.accumulate(ends)
    before = np.concatenate(([-1], furthest[:-1])) if ends.size else furthest
    return np.asarray(ends > before, dtype=np.bool_)
