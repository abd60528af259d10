"""From gathered lines to a corpus: contacts out, sentences apart, parts told, copies folded.

Everything about a text is asked of each different text once; what belongs to its place in an
advert (the headings above it) is done in arrays over all places.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from muster.services.skills.map.reading import contacts, languages, parts, recurrence, reposts
from muster.services.skills.map.reading.corpus import (
    ADVERTS,
    PARTS,
    SENTENCES,
    SKILL_PARTS,
    Corpus,
    Remark,
)
from muster.services.skills.map.reading.dates import days
from muster.services.skills.map.reading.gathering import Gatherer
from muster.services.skills.map.reading.portions import by_portions
from muster.services.skills.map.reading.regions import region_of
from muster.services.skills.map.reading.splitting import sentences as split

_OTHER = PARTS.index("other")
Ints = np.ndarray[tuple[int], np.dtype[np.signedinteger[Any]]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Places:
    """Which sentence stands where: one entry for each place in a text, in order.

    Args:
        text: the number of the text.
        sentence: the number of the sentence.
        part: the part by the headings above it, as an index of ``PARTS``.
    """

    text: Ints
    sentence: Ints
    part: Ints


def make(gatherer: Gatherer, said: list[Remark], step: Callable[[int, int], None]) -> Corpus:
    """Return the corpus of what was gathered, which is let go; ``step`` is told of four steps."""
    gathered = gatherer.finish()
    adverts, stands = gathered.adverts, gathered.stands
    pieces = by_portions(_cut, gathered.lines)
    del gathered
    step(1, 4)
    sentences, places = _placed(pieces, stands)
    del pieces, stands
    step(2, 4)
    adverts, undated = _dated(adverts)
    sentences = _judged(sentences, places)
    said = [*said, *undated]
    step(3, 4)
    adverts = reposts.fold(adverts, _held(sentences, places)).with_row_index("advert")
    uses = _uses(adverts, places)
    sentences = recurrence.told_again(sentences, adverts, uses)
    said.extend(_welsh(adverts, sentences, uses))
    made = _made(adverts, sentences, uses, said)
    step(4, 4)
    return made


def _cut(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the sentences of lines, without contacts: ``line``, ``text``, ``heading``, ``lasts``.

    ``heading`` is the part that the line begins, by its index; -1 where it is no heading. ``lasts``
    tells whether the lines after it are of that part too. A line without sentences has one row
    without text.
    """
    quiet = lines.with_columns(contacts.uncontactable(lines["text"]))
    headed = parts.heading_part(quiet["text"])
    codes = headed.replace_strict(
        list(PARTS), list(range(len(PARTS))), default=-1, return_dtype=pl.Int8
    )
    lasts = parts.lasts(quiet["text"], headed)
    of = quiet.select("line", codes.fill_null(-1).alias("heading"), lasts.alias("lasts"))
    return of.join(split(quiet), on="line", how="left", maintain_order="left_right")


def _placed(pieces: pl.DataFrame, stands: pl.DataFrame) -> tuple[pl.DataFrame, Places]:
    """Return the different sentences of lines, and where each stands under which headings."""
    heads = pieces.unique("line", keep="first", maintain_order=True)
    pieces = pieces.drop("heading", "lasts").drop_nulls("text")
    found = pieces.select("text").unique(maintain_order=True).with_row_index("sentence")
    numbers = pieces.join(found, on="text", how="left", maintain_order="left")["sentence"]
    counts = np.bincount(pieces["line"].to_numpy(), minlength=heads.height)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    text, line = stands["text"].to_numpy(), stands["line"].to_numpy()
    heading, lasts = heads["heading"].to_numpy(), heads["lasts"].to_numpy()
    under = _under(text, heading[line], lasts[line])
    many = counts[line]
    first = np.repeat(starts[line] - (np.cumsum(many) - many), many)
    first += np.arange(len(first))
    sentence = numbers.to_numpy().astype(np.int32)[first]
    places = Places(np.repeat(text.astype(np.int32), many), sentence, np.repeat(under, many))
    return found.cast({"sentence": pl.UInt32}), places


def _under(text: Ints, heading: Ints, lasts: Flags) -> Ints:
    """Return the part of each line: that it tells itself, or the last heading of its text."""
    begins = np.ones(len(text), dtype=bool)
    begins[1:] = text[1:] != text[:-1]
    known = np.where(lasts, heading, -1)
    known = np.where(begins & (known < 0), _OTHER, known)
    held = known[np.maximum.accumulate(np.where(known >= 0, np.arange(len(known)), 0))]
    return np.where(heading >= 0, heading, held)


def _judged(sentences: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Return sentences with part and language, each by most of its places."""
    size = len(PARTS)
    counted = np.bincount(
        places.sentence * np.int64(size) + places.part, minlength=sentences.height * size
    ).reshape(-1, size)
    mostly = pl.Series("headed", PARTS, dtype=pl.String)[counted.argmax(axis=1)]
    sentences = sentences.with_columns(mostly.alias("headed"))
    sentences = by_portions(_told, sentences)
    apply = pl.col("part") == "how to apply"
    named = contacts.nameless(sentences.filter(apply)["text"])
    if len(named):
        quiet = pl.concat([
            sentences.filter(~apply), sentences.filter(apply).with_columns(named.alias("text"))
        ])  # fmt: skip
        sentences = quiet.sort("sentence")
    return sentences.with_columns(_languages(sentences["text"], places).alias("language"))


def _told(sentences: pl.DataFrame) -> pl.DataFrame:
    return sentences.with_columns(parts.told(sentences).alias("part"))


def _languages(texts: pl.Series, places: Places) -> pl.Series:
    """Return the language of each sentence: its own, or that of the adverts it stands in.

    What has no word and no spelling of either language is English wherever it stands.
    """
    likely = languages.likely(texts).to_numpy()
    if not likely.any():
        return pl.repeat("en", len(texts), dtype=pl.String, eager=True)
    # Only what stands in an advert with some Welsh in it needs a closer look.
    welsh = np.zeros(int(places.text.max()) + 1, dtype=bool)
    welsh[places.text[likely[places.sentence]]] = True
    near = np.zeros(len(texts), dtype=bool)
    near[places.sentence[welsh[places.text]]] = True
    own = languages.of_sentences(texts, pl.Series(near))
    lengths = texts.str.len_chars().to_numpy()
    sign = own.replace_strict({"cy": 1, "en": -1}, default=0, return_dtype=pl.Int64).to_numpy()
    of_text = np.bincount(places.text, weights=(sign * lengths)[places.sentence])
    around = np.bincount(
        places.sentence, weights=np.sign(of_text)[places.text], minlength=len(texts)
    )
    # The name of a product reads as well in English, and is of the English adverts besides.
    doubtful = (own.is_null() & pl.Series(around > 0)).arg_true()
    read_as_welsh = doubtful.filter(languages.spelt_as_welsh(texts.gather(doubtful)))
    return own.fill_null("en").scatter(read_as_welsh, "cy")


def _held(sentences: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Return which sentences that may hold skills stand in which text, and their lengths."""
    may = sentences["part"].is_in(SKILL_PARTS).to_numpy()[places.sentence]
    pairs = _pairs(places.text[may], places.sentence[may])
    length = sentences["text"].str.len_chars()
    return pairs.select(
        pl.col("advert").alias("text"), "sentence",
        length[pairs["sentence"]].alias("length"),
    )  # fmt: skip


def _uses(adverts: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Return the pairs of adverts that count and sentences, by advert and sentence."""
    texts = adverts["text"].to_numpy().astype(np.int64)
    counts = np.bincount(places.text, minlength=int(texts.max(initial=0)) + 1)
    starts = np.cumsum(counts) - counts
    # Places stand text by text, in the order of the texts' numbers.
    many = counts[texts]
    first = np.repeat(starts[texts] - (np.cumsum(many) - many), many)
    sentence = places.sentence[first + np.arange(len(first))]
    return _pairs(np.repeat(np.arange(len(texts)), many), sentence)


def _pairs(advert: Ints, sentence: Ints) -> pl.DataFrame:
    """Return each pair once, by advert and sentence: sorted as one number of 64 bits."""
    both = (advert.astype(np.int64) << 32) | sentence
    both.sort()
    once = both[np.concatenate([[True], both[1:] != both[:-1]])] if len(both) else both
    return pl.DataFrame({
        "advert": (once >> 32).astype(np.uint32), "sentence": once.astype(np.uint32),
    })  # fmt: skip


def _dated(adverts: pl.DataFrame) -> tuple[pl.DataFrame, list[Remark]]:
    dated = adverts.with_columns(
        day=days(pl.col("posted")), region=region_of(pl.col("place"), pl.col("region"))
    )
    wrong = dated.filter(pl.col("day").is_null() & (pl.col("posted").str.strip_chars() != ""))
    said = [
        Remark(
            source, row,
            f"Adverts without a readable day of posting, which count for no year: {count:,}",
            "Write days as 2026-11-22 or 22/11/2026",
        )
        for source, count, row in wrong.group_by("source", maintain_order=True)
        .agg(pl.len(), pl.col("row").first().alias("first")).iter_rows()
    ]  # fmt: skip
    return dated.with_columns(posted="day").drop("day"), said


def _welsh(adverts: pl.DataFrame, sentences: pl.DataFrame, uses: pl.DataFrame) -> list[Remark]:
    """Say how many adverts of each file are in Welsh: few names are looked for in those."""
    if not (sentences["language"] == "cy").any():
        return []
    sized = uses.join(
        sentences.select(
            "sentence", size=pl.col("text").str.len_chars().cast(pl.Int64)
            * pl.when(pl.col("language") == "cy").then(1).otherwise(-1),
        ), on="sentence",
    )  # fmt: skip
    mostly = sized.group_by("advert").agg(pl.col("size").sum()).filter(pl.col("size") > 0)
    found = adverts.join(mostly, on="advert").group_by("source").agg(pl.len()).sort("source")
    return [
        Remark(
            source, None,
            f"Adverts in Welsh, or mostly so: {count:,}. In their Welsh only Welsh names, products"
            " and acronyms are found",
            "Send the English texts of these adverts too, where there are any",
        )
        for source, count in found.iter_rows()
    ]  # fmt: skip


def _made(
    adverts: pl.DataFrame, sentences: pl.DataFrame, uses: pl.DataFrame, said: list[Remark]
) -> Corpus:
    """Return the corpus, in which only sentences that are used stand, and each text once."""
    stands = np.zeros(sentences.height, dtype=bool)
    stands[uses["sentence"].to_numpy()] = True
    used = sentences.filter(pl.Series(stands))
    merged = used.unique("text", keep="first", maintain_order=True).with_row_index("new")
    numbers = used.select("text").join(
        merged.select("text", "new"), on="text", how="left", maintain_order="left"
    )["new"]
    number = np.zeros(sentences.height, dtype=np.int64)
    number[stands] = numbers.to_numpy()
    pairs = _pairs(uses["advert"].to_numpy().astype(np.int64), number[uses["sentence"].to_numpy()])
    skill = pl.col("part").is_in(SKILL_PARTS)
    kept = merged.with_columns(sentence=pl.col("new"), skill_text=skill)
    key = pl.col("key")
    again = pl.int_range(pl.len()).over("key")
    rows = adverts.with_columns(
        key=pl.when(again > 0).then(pl.format("{}/{}", key, again + 1)).otherwise(key),
        title=pl.col("title").fill_null(""),
        family=pl.lit(0, dtype=pl.UInt32),
    )
    return Corpus(
        rows.select(pl.col(name).cast(kind) for name, kind in ADVERTS.items()),
        kept.select(pl.col(name).cast(kind) for name, kind in SENTENCES.items()),
        pairs,
        said,
    )
