"""The automaton: every form of every name, found in one pass, and which skill each form names.

A form begins with a space, and every sentence does too, so a name is found only where a word
begins. Where a name ends is looked at afterwards. All places are found, overlapping ones too, and
the longest kept: an automaton that skips ahead would lose *team* in *team workers* to *team work*.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from numpy.typing import NDArray

from muster.services.skills.map.lexicon.folding import key, spelt, variants
from muster.services.skills.map.lexicon.lexicon import Lexicon
from muster.services.skills.map.lexicon.senses import without_brackets

# Longer names are never met word for word.
MOST_WORDS, MOST_WORDS_VARIED = 7, 4
_ADDED, _FIRST, _SECOND, _FIRST_VARIED, _SECOND_VARIED = range(5)


@dataclass(frozen=True)
class Forms:
    """The automaton and what each of its patterns names.

    Args:
        automaton: over forms, each with a space before it.
        table: by pattern, one row for each skill that it names (several where names are shared):
            ``pattern``, ``skill``, ``written`` (the name as listed), ``sense``, ``context``,
            ``rank`` (0 added, 1 first name, 2 second, 3 and 4 other forms of these), ``words``,
            ``kind``, ``shared`` (how many skills the pattern names).
        lengths: letters of each pattern without its space.
        listed: the patterns without their spaces.
    """

    automaton: AhoCorasick
    table: pl.DataFrame
    lengths: NDArray[np.int64]
    listed: list[str]

    def named_by(self, patterns: NDArray[np.int64]) -> tuple[NDArray[np.int64], pl.DataFrame]:
        """Return the rows of the table of some patterns, and beside each which of them it is of."""
        counts = self._counts[patterns]
        which = np.repeat(np.arange(len(patterns)), counts)
        before = np.cumsum(counts) - counts
        rows = np.repeat(self._begins[patterns] - before, counts) + np.arange(len(which))
        return which, self.table[rows]

    @cached_property
    def _counts(self) -> NDArray[np.int64]:
        return np.bincount(self.table["pattern"].to_numpy(), minlength=len(self.listed))

    @cached_property
    def _begins(self) -> NDArray[np.int64]:
        return np.cumsum(self._counts) - self._counts


_TABLE = {
    "form": pl.String, "skill": pl.UInt32, "written": pl.String, "sense": pl.String,
    "context": pl.String, "rank": pl.UInt8,
}  # fmt: skip


_KEPT: dict[str, Forms] = {}


def forms_of(lexicon: Lexicon) -> Forms:
    """Return the automaton of a lexicon; the last one made is kept."""
    if lexicon.digest not in _KEPT:
        made = _build(lexicon)
        _KEPT.clear()
        _KEPT[lexicon.digest] = made
    return _KEPT[lexicon.digest]


def _build(lexicon: Lexicon) -> Forms:
    rows = pl.DataFrame(list(_rows(lexicon)), schema=_TABLE, orient="row")
    # A form names the skill whose name it is most directly; the same rank twice is shared.
    best = rows.filter(pl.col("rank") == pl.col("rank").min().over("form")).unique(
        ["form", "skill"], keep="first", maintain_order=True
    )
    patterns = best.select(form=pl.col("form").unique(maintain_order=True)).with_row_index(
        "pattern"
    )
    table = (
        best.join(patterns, on="form", maintain_order="left")
        .join(lexicon.skills.select("skill", "kind"), on="skill", maintain_order="left")
        .with_columns(
            words=pl.col("form").str.count_matches(" ") + 1, shared=pl.len().over("pattern")
        )
        .drop("form")
        .sort("pattern", maintain_order=True)
    )
    listed = patterns["form"].to_list()
    automaton = AhoCorasick(
        [f" {form}" for form in listed],
        matchkind=MatchKind.Standard,
        store_patterns=False,
        implementation=Implementation.ContiguousNFA,
    )
    lengths = np.array([len(form) for form in listed], dtype=np.int64)
    return Forms(automaton, table, lengths, listed)


def _rows(lexicon: Lexicon) -> Iterator[tuple[str, int, str, str, str | None, int]]:
    """Yield form, skill, name as listed, sense, context and rank."""
    verbs = _verbs(lexicon)
    kinds = lexicon.skills["kind"].to_list()
    refused = _refused(lexicon)
    for skill, label, first, added, sense, context in lexicon.labels.select(
        "skill", "label", "preferred", "added", "sense", "context"
    ).iter_rows():
        bare = without_brackets(label)
        form = key(bare)
        words = form.split()
        if sense == "never" or not words or len(words) > MOST_WORDS:
            continue
        # A first name that needs a remark in brackets is no first name of the bare word.
        rank = _ADDED if added else _FIRST if first and bare == label else _SECOND
        if (skill, form) not in refused and form not in lexicon.never:
            yield form, skill, bare, sense, context, rank
        if sense != "plain" or len(words) > MOST_WORDS_VARIED:
            continue
        verb = kinds[skill] == "skill" and words[0] in verbs
        others = variants(form, verb=verb) if len(words) > 1 else spelt(form)
        varied = _SECOND_VARIED if rank == _SECOND else _FIRST_VARIED
        for other in others:
            if (skill, other) not in refused and other not in lexicon.never:
                yield other, skill, bare, sense, context, varied


def _verbs(lexicon: Lexicon) -> frozenset[str]:
    """Return what skills begin with: what one does."""
    skills = lexicon.skills.filter(pl.col("kind") == "skill")["label"]
    return frozenset(
        words[0]
        for words in (key(label).split() for label in skills)
        if len(words) > 1 and words[0].isalpha() and not words[0].endswith("ing")
    )


def _refused(lexicon: Lexicon) -> frozenset[tuple[int, str]]:
    """Return the skills and forms that never go together."""
    never = lexicon.labels.filter(pl.col("sense") == "never").select("skill", "label")
    return frozenset((skill, key(label)) for skill, label in never.iter_rows())
