"""From what was learned to the tables of a release. No count of fewer than five adverts passes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from muster.gates.adverts import ENOUGH
from muster.services.skills.map.clusters import Clusters
from muster.services.skills.map.reading.contacts import names_somebody, written_as_names
from muster.services.skills.map.regions import Regions
from muster.services.skills.map.release.shapes import TABLES
from muster.services.skills.map.surfaces import Told

Floats = npt.NDArray[np.float64]

# So many neighbours of each skill are told, and so many sentences in which it was found.
NEIGHBOURS = 10
SENTENCES = 5


@dataclass(frozen=True, eq=False)
class Learned:
    """All that was learned of the skills that stand on the map, in one order.

    Args:
        skills: ``id, label, kind, uri`` of each.
        labels: ``id, label, preferred, added``, all names of these skills.
        xy: where they lie.
        regions: how sure that is.
        specialism: 0 to 1.
        clusters: which cluster each is in.
        trends: the word for each.
        near: for each skill the rows of its nearest, skills x 10 or fewer.
        similarity: how near they are.
        together: skills x skills, how many adverts ask for both.
        told: what may be told of groups and totals.
        adverts: how many adverts there are.
    """

    skills: pl.DataFrame
    labels: pl.DataFrame
    xy: Floats
    regions: Regions
    specialism: Floats
    clusters: Clusters
    trends: list[str]
    near: npt.NDArray[np.int64]
    similarity: Floats
    together: sparse.csr_array
    told: Told
    adverts: int


def tables(
    learned: Learned, *, evidence: pl.DataFrame | None = None, **known: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Return the tables of a release.

    Args:
        learned: what they are made of.
        evidence: sentences, where the data's owner permits that they are shown.
        known: what is known of skills beside adverts, by the name of its table: ``roles`` of the
            framework, ``definitions`` of a list that was brought, ``broader`` groups; and the
            phrases that no skill is called, ``unlisted``.
    """
    found = {
        "skills": _skills(learned),
        "near": _near(learned),
        "clusters": learned.clusters.table,
        "groups": learned.told.groups,
        "asked": learned.told.asked,
        "labels": learned.labels.select(list(TABLES["labels"])).sort(
            ["id", "preferred", "label"], descending=[False, True, False]
        ),
    }
    if evidence is not None:
        found["evidence"] = evidence
    found |= known
    ids = learned.skills["id"].to_list()
    for name in {"labels", "evidence", *known} & set(found) - {"unlisted"}:
        found[name] = found[name].filter(pl.col("id").is_in(ids))
    return {name: frame.cast(TABLES[name]) for name, frame in found.items()}


def _skills(learned: Learned) -> pl.DataFrame:
    """Return the skills with all that the map says of each."""
    totals = learned.told.totals
    return learned.skills.select("id", "label", "kind", "uri").with_columns(
        x=pl.Series(learned.xy[:, 0]),
        y=pl.Series(learned.xy[:, 1]),
        region_a=pl.Series(learned.regions.a),
        region_b=pl.Series(learned.regions.b),
        region_angle=pl.Series(learned.regions.angle),
        adverts=pl.Series(totals),
        # Those that are told alone: how many ask at all would tell how many cells are kept back.
        organisations=pl.Series(learned.told.organisations),
        specialism=pl.Series(learned.specialism),
        cluster=pl.Series(learned.clusters.of),
        share=pl.Series(totals / max(1, learned.adverts)),
        trend=pl.Series(learned.trends, dtype=pl.String),
    )


def _near(learned: Learned) -> pl.DataFrame:
    """Return each skill's nearest, with how many adverts ask for both where that may be told."""
    near = learned.near[:, :NEIGHBOURS]
    row = np.repeat(np.arange(near.shape[0]), near.shape[1])
    other = near.ravel()
    ids = learned.skills["id"].to_numpy()
    pairs = sparse.csr_array(learned.together)
    both = (
        np.asarray(pairs[row, other], np.float64).ravel() if len(row) else np.zeros(0, np.float64)
    )
    frame = pl.DataFrame(
        {
            "id": pl.Series(ids[row].tolist(), dtype=pl.String),
            "other": pl.Series(ids[other].tolist(), dtype=pl.String),
            "rank": np.tile(np.arange(1, near.shape[1] + 1), near.shape[0]),
            "similarity": learned.similarity[:, :NEIGHBOURS].ravel(),
            "together": np.round(both),
        }
    )
    # Nor may the total of either, less those that ask for both, tell of fewer than enough.
    totals = np.asarray(learned.told.totals, np.float64)
    alone = np.minimum(totals[row], totals[other]) - both
    may = pl.Series((both >= ENOUGH) & (alone >= ENOUGH), dtype=pl.Boolean)
    return frame.with_columns(pl.when(may).then(pl.col("together")).alias("together"))


def evidence(
    mentions: pl.DataFrame,
    sentences: pl.DataFrame,
    uses: pl.DataFrame,
    adverts: pl.DataFrame,
    ids: pl.DataFrame,
) -> pl.DataFrame:
    """Return for each skill the surest sentences, from different organisations where there are.

    Args:
        mentions: ``sentence, skill, surface, probability``.
        sentences: ``sentence, text, language``; none is shown that may name somebody.
        uses: ``advert, sentence``.
        adverts: ``advert, organisation, posted``.
        ids: ``skill, id``, of those on the map.
    """
    asked = sentences.join(mentions.select("sentence"), on="sentence", how="semi")
    text, welsh = asked["text"], asked["language"] == "cy"
    shown = asked.filter(~names_somebody(text) & ~(welsh & written_as_names(text)))
    surest = (
        mentions.join(ids, on="skill")
        .join(shown.select("sentence"), on="sentence", how="semi")
        .sort(["probability", "sentence"], descending=[True, False])
        .unique(["id", "sentence"], keep="first", maintain_order=True)
        .group_by("id", maintain_order=True)
        .head(10 * SENTENCES)
    )
    # A sentence that thousands of adverts share stands for the first of them.
    first = uses.join(surest.select("sentence").unique(), on="sentence", how="semi").group_by(
        "sentence"
    )
    placed = (
        surest.join(first.agg(pl.col("advert").min()), on="sentence")
        .join(adverts.select("advert", "organisation", "posted"), on="advert")
        .join(sentences.select("sentence", text="text"), on="sentence")
    )
    turn = pl.int_range(pl.len()).over(["id", "organisation"])
    return (
        placed.sort(["id", "probability", "sentence"], descending=[False, True, False])
        .with_columns(turn=turn)
        .sort(
            ["id", "turn", "probability", "sentence"], descending=[False, False, True, False]
        )
        .group_by("id", maintain_order=True)
        .head(SENTENCES)
        .select("id", pl.col("text").alias("sentence"), "organisation", "posted", "surface",
                "probability")
        .cast(TABLES["evidence"])
    )  # fmt: skip
