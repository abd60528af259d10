"""Skills that a sentence names, in words that the lexicon lists or nearly so.

Sentences are folded together, searched in pieces by two threads (the search lets other threads
run), and what was found is looked at again: does the word end there, is a longer name around it, is
it written as the name is, do words beside it show the sense, does the sentence say that it is not
needed.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
from numpy.typing import NDArray

from muster.services.skills.map.lexicon.folding import INSIDE, PLAIN, fold
from muster.services.skills.map.lexicon.lexicon import Lexicon
from muster.services.skills.map.mentions.asking import asked_for
from muster.services.skills.map.mentions.calibration import probabilities
from muster.services.skills.map.mentions.forms import Forms, forms_of

MENTIONS = {
    "sentence": pl.UInt32, "skill": pl.UInt32, "start": pl.UInt32, "end": pl.UInt32,
    "surface": pl.String, "probability": pl.Float32, "by": pl.String,
}  # fmt: skip
_PIECE = 4_000_000  # letters searched at a time
_BETWEEN = "\n "  # no name holds it; the space is the one that forms begin with

Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def find(sentences: pl.DataFrame, lexicon: Lexicon, *, threads: int = 2) -> pl.DataFrame:
    """Return the mentions of skills, one for each sentence and skill, the most probable.

    Args:
        sentences: ``sentence``, ``text``; and if it has them ``part``, ``skill_text`` (others are
            passed over) and ``language`` (in Welsh only Welsh names, products and acronyms).
        lexicon: what skills are called.
        threads: pieces searched at once; the result is the same for any number.

    Returns:
        ``sentence``, ``skill``, ``start``, ``end`` (letters of the text), ``surface``,
        ``probability`` (that the sentence asks for the skill), ``by`` (label), by sentence, start.
    """
    every = places(sentences, lexicon, threads=threads)
    kept = every.sort("sentence", "skill", -pl.col("probability"), "start").unique(
        ["sentence", "skill"], keep="first", maintain_order=True
    )
    return kept.sort("sentence", "start", "skill").select(*MENTIONS)


def places(sentences: pl.DataFrame, lexicon: Lexicon, *, threads: int = 2) -> pl.DataFrame:
    """Return every place where a skill is named; columns of ``find`` and ``rank``, ``words``."""
    asked = read_places(sentences, lexicon, threads=threads)
    return asked.with_columns(
        probability=pl.Series(probabilities(asked), dtype=pl.Float32), by=pl.lit("label")
    ).select(*MENTIONS, "rank", "words")


def read_places(sentences: pl.DataFrame, lexicon: Lexicon, *, threads: int = 2) -> pl.DataFrame:
    """Return every place where a skill is named and asked for, with what is known of it.

    Columns: those of the sentences, ``row`` (of the sentences looked at), ``start``, ``end``,
    ``surface`` and those of ``Forms.table``.
    """
    if "skill_text" in sentences.columns:
        sentences = sentences.filter("skill_text")
    sentences = sentences.with_columns(pl.col("sentence").cast(pl.UInt32))
    forms = forms_of(lexicon)
    rows, patterns, starts, ends = _searched(_folded(sentences["text"]), forms, threads)
    found = pl.DataFrame({"row": rows, "pattern": patterns, "start": starts, "end": ends}).cast(
        pl.UInt32
    )
    named = found.join(forms.table, on="pattern", maintain_order="left")
    read = named.join(sentences.with_row_index("row"), on="row", maintain_order="left")
    letters = pl.col("end") - pl.col("start")
    return asked_for(read.with_columns(surface=pl.col("text").str.slice(pl.col("start"), letters)))


def _folded(texts: pl.Series) -> list[str]:
    """Return texts as ``fold`` does, many at once."""
    frame = pl.DataFrame({"text": texts}).with_columns(
        folded=pl.col("text").str.replace_many(list(PLAIN), list(PLAIN.values())).str.to_lowercase()
    )
    odd = pl.col("folded").str.len_chars() != pl.col("text").str.len_chars()
    listed: list[str] = frame["folded"].to_list()
    strange = frame.select(odd.arg_true()).to_series().to_list()
    for row in strange:
        listed[row] = fold(texts[row])
    return listed


def _searched(texts: Sequence[str], forms: Forms, threads: int) -> Found:
    """Return row, pattern, start and end of every name, longest first where they lie inside."""
    pieces = list(_pieces(texts))
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda piece: _piece(piece[0], piece[1], forms), pieces))
    if not found:
        none = np.empty(0, dtype=np.int64)
        return none, none, none, none
    rows, patterns, starts, ends = (np.concatenate(one) for one in zip(*found, strict=True))
    return rows, patterns, starts, ends


def _pieces(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the first row of each piece and its texts."""
    first, letters = 0, 0
    for row, text in enumerate(texts):
        letters += len(text)
        if letters > _PIECE:
            yield first, texts[first : row + 1]
            first, letters = row + 1, 0
    if first < len(texts):
        yield first, texts[first:]


def _piece(first: int, texts: Sequence[str], forms: Forms) -> Found:
    """Search one piece."""
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
    return rows + first, patterns, starts - begins[rows], ends - begins[rows]


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
