"""Which adverts are the same one again: reposts, copies, one campaign at several places.

An advert that is posted ten times asks for its skills once. The rules are a table in
``tests/spec/test_reposts.py``:

* the same organisation, grade and nearly the same words within a year are one advert;
* another grade is another advert, since grades are compared; another place is not;
* words are nearly the same where four fifths of what may hold skills is the same, letter by
  letter, and the titles agree but for the place; the very same words need no such title, unless
  they are so few that they describe no job.
"""

import datetime as dt

import numpy as np
import polars as pl

ALIKE = 0.8
"""The share of letters that two adverts have in common, of all that either has."""

FEW = 200
"""Characters below which the very same words do not yet tell that it is the same job."""

YEAR = 365
"""Days after its first posting from which the same advert is asked again."""

_HASHES = 8
_PORTION = 50_000
_SHARED = 0.5
_SKIPPED = (
    r"\b(?:job ?share|full ?time|part ?time|permanent|fixed term|ref(?:erence)?|repost|re-?advert"
    r"\w*|x ?\d+|\d+|the|and|of|in|at|for|a|an)\b|[^a-z ]"
)


def fold(adverts: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Return the adverts that count, with the copies of each folded into it.

    Args:
        adverts: as ``gathering`` has them, in the order read; ``posted`` as days.
        held: ``text``, ``sentence``, ``length``: what of each text may hold skills.

    Returns:
        The same columns with ``copies``, in the same order. Of copies the first posted stays; a
        place, region or profession on which they differ is null.
    """
    rows = adverts.with_row_index("at").with_columns(
        who=pl.struct(
            pl.col("organisation").str.to_lowercase(),
            pl.col("grade").fill_null("").str.to_lowercase(),
        )
        .rank("dense")
        .cast(pl.UInt32),
        words=_words(pl.col("title")),
    )
    rows = rows.with_columns(same=_same(rows, held))
    first = pl.col("posted").min().over("same")
    year = ((pl.col("posted") - first).dt.total_days() // YEAR).fill_null(0)
    rows = rows.with_columns(year=year)
    ordered = rows.sort("same", "year", pl.col("posted").fill_null(dt.date.max), "at")
    agreed = [
        pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name)
        for name in ("place", "region", "profession")
    ]
    kept = [name for name in adverts.columns if name not in {"place", "region", "profession"}]
    folded = ordered.group_by("same", "year", maintain_order=True).agg(
        pl.col("at").first(), *(pl.col(name).first() for name in kept), *agreed,
        pl.len().cast(pl.UInt32).alias("copies"),
    )  # fmt: skip
    return folded.sort("at").select(*adverts.columns, "copies")


def _words(title: pl.Expr) -> pl.Expr:
    plain = title.fill_null("").str.to_lowercase().str.replace_all(_SKIPPED, " ")
    return plain.str.split(" ").list.eval(pl.element().filter(pl.element() != "")).list.unique()


def _same(rows: pl.DataFrame, held: pl.DataFrame) -> pl.Series:
    """Return for each advert the number of the first one that it is the same as."""
    few = pl.when(pl.col("length") < FEW).then(pl.col("words").list.sort().list.join(" "))
    exact = rows.select("at", pl.struct("who", "text", few.alias("few")).rank("dense").alias("of"))
    firsts = exact.select(pl.col("at").first().over("of")).to_series()
    parents = firsts.to_numpy().astype(np.int64)
    alone = rows.filter(pl.Series(parents == np.arange(len(parents))))
    for one, other in _pairs(alone, held):
        _join(parents, one, other)
    while not np.array_equal(parents, parents[parents]):
        parents = parents[parents]
    return pl.Series("same", parents)


def _join(parents: np.ndarray, one: int, other: int) -> None:
    """Let two adverts be one; the earlier of the two groups' first ones stands for both."""
    ends = [_end(parents, one), _end(parents, other)]
    parents[max(ends)] = min(ends)


def _end(parents: np.ndarray, place: int) -> int:
    while parents[place] != place:
        place = int(parents[place])
    return place


def _pairs(rows: pl.DataFrame, held: pl.DataFrame) -> list[tuple[int, int]]:
    """Return pairs of adverts that are nearly the same: candidates by least hashes, then measured.

    Of adverts that share a least hash, each is compared with the first of them and with the one
    before it. Adverts alike in four fifths share one of eight least hashes but once in 400,000.
    """
    several = rows.filter(pl.len().over("who") > 1).select("at", "who", "text", "words")
    if several.is_empty():
        return []
    of = held.join(several.select("text").unique(), on="text", how="semi")
    found = []
    for number in range(_HASHES):
        shared = several.select("at", "who", "text").join(
            _least(of, number), on="text", maintain_order="left"
        )
        near = shared.sort("who", "hash", "at").select(
            "at", "text",
            first=pl.col("at").first().over("who", "hash"),
            before=pl.col("at").shift(1).over("who", "hash"),
        )  # fmt: skip
        for other in ("first", "before"):
            found.append(
                near.filter(pl.col(other).is_not_null() & (pl.col(other) < pl.col("at"))).select(
                    pl.col(other).alias("one"), pl.col("at").alias("other")
                )
            )
    pairs = pl.concat(found).unique().sort("one", "other")
    titled = several.select("at", "text", "words")
    pairs = pairs.join(titled.rename({"at": "one", "text": "a", "words": "x"}), on="one")
    pairs = pairs.join(titled.rename({"at": "other", "text": "b", "words": "y"}), on="other")
    both = pl.col("x").list.set_intersection("y").list.len()
    fewer = pl.min_horizontal(pl.col("x").list.len(), pl.col("y").list.len())
    agree = (fewer == 0) | (both >= fewer * _SHARED) & (both > 0)
    pairs = pairs.filter(agree).sort("one", "other").select("one", "other", "a", "b")
    return list(_alike(pairs, of).iter_rows())


def _least(held: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the least hash of each text's sentences, by one of several hashes of them."""
    hashed = held.select("text", pl.col("sentence").hash(seed + 1).alias("hash"))
    return hashed.group_by("text").agg(pl.col("hash").min())


def _alike(pairs: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs that have ``ALIKE`` of their letters in common."""
    total = held.group_by("text").agg(pl.col("length").sum().alias("all"))
    good = []
    for part in pairs.iter_slices(_PORTION):
        common = (
            part.select("a", "b").unique()
            .join(held.rename({"text": "a"}), on="a")
            .join(held.select(pl.col("text").alias("b"), "sentence"), on=["b", "sentence"])
            .group_by("a", "b").agg(pl.col("length").sum().alias("common"))
        )  # fmt: skip
        measured = (
            part.join(common, on=["a", "b"])
            .join(total.rename({"text": "a", "all": "of_a"}), on="a")
            .join(total.rename({"text": "b", "all": "of_b"}), on="b")
        )
        either = pl.col("of_a") + pl.col("of_b") - pl.col("common")
        good.append(measured.filter(pl.col("common") >= either * ALIKE).select("one", "other"))
    empty = pl.DataFrame(schema={"one": pl.UInt32, "other": pl.UInt32})
    return pl.concat([empty, *good]).sort("one", "other")
