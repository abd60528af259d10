"""Skills are found in sentences: by their names and, if asked, by what is said in other words.

The linker reads for an hour what names are found in within a minute. So what it found is kept a
part at a time: a build that was stopped, or whose machine was, reads no more than one part twice.
"""

import shutil
from pathlib import Path

import polars as pl

from muster.services.skills.map.lexicon import Lexicon
from muster.services.skills.map.linking import skipping
from muster.services.skills.map.linking.linker import Linker
from muster.services.skills.map.mentions.lexical import find
from muster.services.skills.map.steps import HowFar, Kept

KEPT_EVERY = 25_000
"""Sentences of a part, about a minute's work."""


def found(
    sentences: pl.DataFrame,
    lexicon: Lexicon,
    kept: Kept,
    *,
    hybrid: bool,
    vectors: Path,
    heard: HowFar,
) -> pl.DataFrame:
    """Return the mentions of skills in sentences, or those that were found in the same.

    Args:
        sentences: of a corpus.
        lexicon: what skills are called.
        kept: the step, under a stamp of all that mentions depend on.
        hybrid: whether the linker reads sentences too.
        vectors: where the linker keeps vectors of names.
        heard: told how many sentences are read, and of how many. It may raise to stop.

    Returns:
        The columns of ``mentions.lexical.find``: what is named, then what is linked.
    """
    parts = kept.beside("linked")

    def write(folder: Path) -> None:
        whole = sentences.height
        heard(0, whole)
        # The names are soon found; it is the linker that takes its time.
        mentions = find(
            sentences, lexicon,
            progress=lambda done, of: heard(0 if hybrid else _share(whole, done, of), whole),
        )  # fmt: skip
        if hybrid:
            linker = Linker.load(lexicon, cache=vectors)
            mentions = pl.concat([mentions, *_linked(sentences, linker, parts, heard)])
        mentions.write_parquet(folder / "mentions.parquet", compression="lz4")
        heard(whole, whole)

    folder = kept.make(write)
    shutil.rmtree(parts.folder, ignore_errors=True)
    return pl.read_parquet(folder / "mentions.parquet")


def _linked(
    sentences: pl.DataFrame, linker: Linker, parts: Kept, heard: HowFar
) -> list[pl.DataFrame]:
    """Return what the linker reads, part by part; each is kept."""
    linked = []
    for begin in range(0, sentences.height, KEPT_EVERY):
        part = sentences[begin : begin + KEPT_EVERY]

        def tell(done: int, of: int, begin: int = begin, rows: int = part.height) -> None:
            heard(begin + _share(rows, done, of), sentences.height)

        def write(folder: Path, part: pl.DataFrame = part, tell: HowFar = tell) -> None:
            mentions = linker.link(part, progress=tell, skipper=skipping.shipped())
            mentions.write_parquet(folder / "mentions.parquet", compression="lz4")

        folder = parts.part(begin, KEPT_EVERY).make(write)
        linked.append(pl.read_parquet(folder / "mentions.parquet"))
    return linked


def _share(rows: int, done: int, of: int) -> int:
    """Return of some rows as many as are done of those that are read; there may be none to read."""
    return rows * done // max(of, 1)
