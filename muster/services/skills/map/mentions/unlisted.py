"""Phrases that many adverts ask for and no skill of the list is called.

What a lexicon does not list is not counted, however many adverts ask for it. These phrases tell
people which names are missing. They are offered, never counted: nothing on the map rests on them.
"""

import re

import polars as pl

from muster.gates.adverts import cells
from muster.services.skills.map.lexicon.folding import key
from muster.services.skills.map.mentions.spans import phrases
from muster.services.skills.map.reading import contacts
from muster.services.skills.map.reading.corpus import Corpus

UNLISTED = {"phrase": pl.String, "adverts": pl.UInt32}
FEWEST_WORDS, MOST_WORDS = 2, 6
# One takes 0.3 ms of a processor (of 74 letters, on 600 sentences of real adverts), one of 125
# letters 0.5 ms, so that all take some three seconds.
MOST_SENTENCES = 10_000
_MARKED = r"\[(?:email|phone|link|name)\]"
# One thing in plain words: figures, addresses and lists of several things are none.
_PLAIN = re.compile(r"[^\W\d_]+(?:['&+#]+[^\W\d_]*)*(?: (?:&|[^\W\d_]+(?:['&+#]+[^\W\d_]*)*))*")
_SMALL = frozenset(
    {
        "a", "all", "also", "an", "and", "any", "are", "as", "at", "be", "both", "but", "by", "can",
        "each", "etc", "for", "from", "has", "have", "how", "in", "including", "into", "is", "it",
        "its", "must", "of", "on", "or", "other", "our", "own", "some", "such", "that", "the",
        "their", "them", "these", "they", "this", "those", "to", "up", "we", "well", "when",
        "where", "which", "who", "will", "with", "within", "you", "your", "&",
    }
)  # fmt: skip


def unlisted(
    corpus: Corpus,
    mentions: pl.DataFrame,
    *,
    most_sentences: int = MOST_SENTENCES,
    most: int = 200,
) -> pl.DataFrame:
    """Return the phrases that most adverts ask for where no skill was found.

    Only the sentences that most adverts share are read, so that a build is hardly longer for it.
    Counts are therefore of these sentences: more adverts may ask for a phrase in other ones.

    Args:
        corpus: adverts that were read.
        mentions: what was found in them (``sentence, start, end``), by names or otherwise.
        most_sentences: how many sentences are read at most.
        most: how many phrases are returned at most.

    Returns:
        ``phrase`` (folded), ``adverts`` (how many ask for it in these sentences, five or more);
        those of most adverts first, then by phrase.
    """
    shared = _shared(corpus, most_sentences)
    found = _untouched(phrases(shared, named=mentions), mentions)
    kept = (
        _kept(found["surface"].unique(maintain_order=True))
        .join(found.select("sentence", "surface"), on="surface")
        .join(corpus.uses, on="sentence")
    )
    counted = kept.group_by("phrase").agg(adverts=pl.col("advert").n_unique())
    best = cells(counted).sort(["adverts", "phrase"], descending=[True, False]).head(most)
    return best.select(pl.col(name).cast(kind) for name, kind in UNLISTED.items())


def tidied(surface: str) -> str | None:
    """Return a phrase as it is told; None if it is not told at all.

    It is folded, without small words at its ends, and has two to six words. Nothing with a figure,
    an address or marks between its words is told. Names of people are for ``contacts`` to tell.
    """
    words = key(surface).split()
    while words and words[0] in _SMALL:
        words.pop(0)
    while words and words[-1] in _SMALL:
        words.pop()
    phrase = " ".join(words)
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or not _PLAIN.fullmatch(phrase):
        return None
    return phrase


def _shared(corpus: Corpus, most: int) -> pl.DataFrame:
    """Return the skill text in English that most adverts share and that names nobody."""
    counts = corpus.uses.group_by("sentence").agg(_uses=pl.len())
    text = corpus.sentences.filter(pl.col("skill_text") & (pl.col("language") == "en"))
    text = text.filter(~contacts.names_somebody(text["text"]))
    return (
        text.filter(~pl.col("text").str.contains(_MARKED))
        .join(counts, on="sentence")
        .sort(["_uses", "sentence"], descending=[True, False])
        .select("sentence", "text")
        .head(most)
    )


def _untouched(found: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Return phrases that share no letter with a mention of their sentence."""
    numbered = found.with_row_index("at")
    named = mentions.select("sentence", begins="start", ends="end")
    touched = numbered.join(named, on="sentence").filter(
        (pl.col("start") < pl.col("ends")) & (pl.col("begins") < pl.col("end"))
    )
    return numbered.join(touched.select("at").unique(), on="at", how="anti").drop("at")


def _kept(surfaces: pl.Series) -> pl.DataFrame:
    """Return ``surface, phrase`` of those that are told: nothing written as a name or contact."""
    quiet = (contacts.uncontactable(surfaces) == surfaces) & (
        contacts.nameless(surfaces) == surfaces
    )
    kept = surfaces.filter(quiet & ~contacts.names_somebody(surfaces))
    told = pl.Series("phrase", [tidied(one) for one in kept], dtype=pl.String)
    return pl.DataFrame({"surface": kept, "phrase": told}).drop_nulls("phrase")
