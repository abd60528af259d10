"""Who asks for what, as a release tells it: a group beside the service, and two groups.

Everything here is made of what the release tells and of nothing else, so whatever pages show of it
was let out already. A share is drawn towards what the group's parent asks for, and has an interval;
a group asks for a skill more than the service does only where the whole interval lies above the
service's share.
"""

from dataclasses import dataclass

import polars as pl

from muster.kernel.errors import NotFound, Where

# A skill that is not told of a group is worth naming where at least so many of its adverts would
# ask for it if it were like the service.
_WORTH_NAMING = 15.0


@dataclass(frozen=True)
class Group:
    """One group: its kind, name, parent if any, and how many adverts it has (at least five)."""

    kind: str
    group: str
    parent: str | None
    adverts: int


def group_of(groups: pl.DataFrame, kind: str, group: str) -> Group:
    """Return one group of a release.

    Raises:
        NotFound: if it is not in the release.
    """
    found = groups.filter((pl.col("kind") == kind) & (pl.col("group") == group))
    if found.is_empty():
        raise NotFound(
            "This release of the skills map tells nothing of this group",
            where=Where(thing=f"{kind} {group}"[:100]),
            fix="Choose one that is listed; those with fewer than 5 adverts are not",
        )
    return Group(**found.row(0, named=True))


def asks_for(skills: pl.DataFrame, asked: pl.DataFrame, group: Group) -> pl.DataFrame:
    """Return ``id, label, adverts, share, low, high, ratio, service`` by share, most first.

    ``service`` is the share of all adverts that ask for the skill.
    """
    return (
        asked.filter((pl.col("kind") == group.kind) & (pl.col("group") == group.group))
        .drop("kind", "group")
        .join(skills.select("id", "label", service="share"), on="id", maintain_order="left")
        .sort(["share", "id"], descending=[True, False])
        .select("id", "label", "adverts", "share", "low", "high", "ratio", "service")
    )


def who_asks(asked: pl.DataFrame, groups: pl.DataFrame, id: str, kind: str) -> pl.DataFrame:
    """Return ``group, adverts, share, low, high, ratio, of`` by share, most first.

    ``of`` is how many adverts the group has in all.
    """
    return (
        asked.filter((pl.col("kind") == kind) & (pl.col("id") == id))
        .drop("kind", "id")
        .join(
            groups.filter(pl.col("kind") == kind).select("group", of="adverts"),
            on="group",
            maintain_order="left",
        )
        .sort(["share", "group"], descending=[True, False])
    )


def over_and_under(skills: pl.DataFrame, asked: pl.DataFrame, group: Group) -> pl.DataFrame:
    """Return what a group asks for beside the service, most over-asked first.

    Columns ``id, label, told, adverts, expected, share, low, high, ratio, service, stands``.
    ``expected`` is how many of its adverts would ask for the skill if the group were like the
    service. ``stands`` is "more" or "less" where the interval lies wholly on one side of the
    service's share, else "alike". Last come skills that are not told of the group (``told`` false,
    ``stands`` "not told": fewer than five adverts ask for them, or the count was kept back because
    another could be worked out from it) although many would be expected.
    """
    expected = (pl.col("service") * group.adverts).alias("expected")
    low, high, service = pl.col("low"), pl.col("high"), pl.col("service")
    stands = (
        pl.when(low > service)
        .then(pl.lit("more"))
        .when(high < service)
        .then(pl.lit("less"))
        .otherwise(pl.lit("alike"))
    )
    told = asks_for(skills, asked, group).with_columns(
        expected, told=pl.lit(True), stands=stands, adverts=pl.col("adverts")
    )
    rest = (
        skills.select("id", "label", service="share")
        .join(told.select("id"), on="id", how="anti", maintain_order="left")
        .with_columns(expected, told=pl.lit(False), stands=pl.lit("not told"))
        .filter(pl.col("expected") >= _WORTH_NAMING)
        .sort(["expected", "id"], descending=[True, False])
    )
    columns = [
        "id",
        "label",
        "told",
        "adverts",
        "expected",
        "share",
        "low",
        "high",
        "ratio",
        "service",
        "stands",
    ]
    whole = pl.concat([told.sort(["ratio", "id"], descending=[True, False]), rest], how="diagonal")
    return whole.select(columns)


def compare(skills: pl.DataFrame, asked: pl.DataFrame, a: Group, b: Group) -> pl.DataFrame:
    """Return two groups beside each other, the greatest difference of shares first.

    Columns ``id, label, service, share_a, low_a, high_a, share_b, low_b, high_b, difference,
    stands``. Skills told of both groups alone: what is kept back of one cannot be compared.
    ``difference`` is ``share_a - share_b``; ``stands`` is "more" where ``a`` asks for it more (the
    intervals do not meet), "less" where ``b`` does, else "alike".
    """
    columns = ["id", "share", "low", "high"]
    of_a = asks_for(skills, asked, a).select("label", "service", *columns)
    of_b = asks_for(skills, asked, b).select(columns)
    both = of_a.rename({one: f"{one}_a" for one in columns[1:]}).join(
        of_b.rename({one: f"{one}_b" for one in columns[1:]}), on="id", maintain_order="left"
    )
    stands = (
        pl.when(pl.col("low_a") > pl.col("high_b"))
        .then(pl.lit("more"))
        .when(pl.col("high_a") < pl.col("low_b"))
        .then(pl.lit("less"))
        .otherwise(pl.lit("alike"))
    )
    said = both.with_columns(difference=pl.col("share_a") - pl.col("share_b"), stands=stands)
    return said.sort([pl.col("difference").abs(), pl.col("id")], descending=[True, False]).select(
        "id", "label", "service", "share_a", "low_a", "high_a", "share_b", "low_b", "high_b",
        "difference", "stands",
    )  # fmt: skip
