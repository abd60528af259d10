"""A list that somebody brings beside the one that ships: both in one lexicon."""

from dataclasses import replace

import polars as pl

from muster.services.skills.map.lexicon.folding import key
from muster.services.skills.map.lexicon.lexicon import SKILLS, Lexicon, make


def joined(ships: Lexicon, own: Lexicon) -> Lexicon:
    """Return the lexicon that ships with what another adds.

    A skill of the other one that has the identifier of a skill that ships, else its first name, is
    that skill: its names and its definition are added. All others are new. What is said of a skill
    that ships (first name, kind, branch) stays.

    Args:
        ships: the lexicon that is added to.
        own: the other.
    """
    keys = pl.col("label").map_elements(key, return_dtype=pl.String)
    base = ships.skills.with_columns(_key=keys)
    mine = own.skills.with_columns(_key=keys)
    by_id = mine.join(base.select("id", _by_id="skill"), on="id", how="left")
    by_name = base.unique("_key", keep="first", maintain_order=True).select(
        "_key", _by_name="skill"
    )
    met = by_id.join(by_name, on="_key", how="left", maintain_order="left").with_columns(
        known=pl.coalesce("_by_id", "_by_name")
    )
    new = met.filter(pl.col("known").is_null()).with_row_index("_new", offset=base.height)
    becomes = pl.concat([
        met.filter(pl.col("known").is_not_null()).select("skill", becomes="known"),
        new.select("skill", becomes=pl.col("_new").cast(pl.UInt32)),
    ])  # fmt: skip
    skills = pl.concat([
        ships.skills, new.with_columns(skill=pl.col("_new").cast(pl.UInt32)).select(*SKILLS)
    ])  # fmt: skip
    labels = own.labels.join(becomes, on="skill", maintain_order="left").select(
        pl.col("becomes").alias("skill"), "label",
        preferred=pl.col("preferred") & (pl.col("becomes") >= base.height),
    )  # fmt: skip
    told = own.definitions.join(becomes, on="skill", maintain_order="left").with_columns(
        skill="becomes"
    )
    one_each = told.unique("skill", keep="first", maintain_order=True)
    count = met.height - new.height
    said = (
        f"{own.name}: Skills that are in the list that ships and lend it names: {count:,}; that "
        f"are new: {new.height:,}."
    )
    made = make(
        skills, pl.concat([ships.labels.select("skill", "label", "preferred"), labels]),
        name=f"{ships.name}, with {own.name}", version=ships.version,
        definitions=one_each.drop("becomes"),
    )  # fmt: skip
    # Names that both lists have were folded, which is what the lists are joined for.
    return replace(made, said=(*own.said, said))
