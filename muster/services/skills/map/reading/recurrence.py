"""Sentences that are an organisation's rather than a job's, told by how often they stand.

A sentence in a large share of one organisation's adverts speaks of the organisation, unless it
asks for something: most employers ask for good communication, and that is worth knowing.
"""

import polars as pl

from muster.services.skills.map.reading.parts import ASKS

ENOUGH = 20
"""Adverts of an organisation from which a share says anything."""

SHARE = 0.3
"""The share of an organisation's adverts from which a sentence is the organisation's."""

SHORT = 40
"""Characters below which a sentence is a skill's name as likely as anything else."""


def told_again(sentences: pl.DataFrame, adverts: pl.DataFrame, uses: pl.DataFrame) -> pl.DataFrame:
    """Return the sentences, those that are an organisation's being "about us".

    Args:
        sentences: ``sentence``, ``text``, ``part``.
        adverts: ``advert``, ``organisation``, ``title``; copies are folded.
        uses: ``advert``, ``sentence``.
    """
    large = adverts.select("advert", "organisation").filter(pl.len().over("organisation") >= ENOUGH)
    # One job that is advertised over and over says the same without its being boilerplate.
    jobs = adverts.join(large, on="advert", how="semi").select(
        "advert", "organisation", job=pl.col("title").str.to_lowercase()
    )
    if jobs.is_empty():
        return sentences
    doubtful = sentences.filter(
        (pl.col("part") == "other")
        & (pl.col("text").str.len_chars() >= SHORT)
        & ~pl.col("text").str.contains(ASKS)
    ).select("sentence")
    of = jobs.group_by("organisation").agg(pl.len().alias("all"), pl.col("job").n_unique())
    standing = uses.join(doubtful, on="sentence", how="semi").join(
        jobs.select("advert", "organisation", "job"), on="advert"
    )
    shares = standing.group_by("organisation", "sentence").agg(
        pl.len().alias("in"), pl.col("job").n_unique().alias("jobs")
    )
    often = shares.join(of.select("organisation", "all"), on="organisation").filter(
        (pl.col("in") >= pl.col("all") * SHARE) & (pl.col("jobs") >= 3)
    )
    theirs = pl.col("sentence").is_in(often["sentence"].unique().implode())
    return sentences.with_columns(part=pl.when(theirs).then(pl.lit("about us")).otherwise("part"))
