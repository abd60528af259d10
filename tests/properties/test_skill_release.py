"""What a release tells of groups is all that can be known of them from it: attacked from outside.

The attacker has the tables of a release and nothing else.
"""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from muster.services.skills.map.release.shapes import KINDS
from muster.services.skills.map.surfaces import Told, told

SKILLS = 8


@st.composite
def corpora(draw: st.DrawFn) -> tuple[pl.DataFrame, sparse.csr_array, dict[str, dict[str, str]]]:
    """Adverts of a few organisations, some under another, and what they ask for."""
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    sizes = draw(st.lists(st.sampled_from([1, 3, 5, 8, 20, 60]), min_size=1, max_size=9))
    names = np.repeat([f"Office {one}" for one in range(len(sizes))], sizes)
    count = len(names)
    grades = random.choice(np.array(["Junior", "Senior", ""]), count, p=[0.6, 0.35, 0.05])
    adverts = pl.DataFrame(
        {
            "organisation": names,
            "profession": pl.Series([None] * count, dtype=pl.String),
            "grade": grades,
            "region": np.where(random.random(count) < 0.97, "Northshire", "Southmoor"),
            "posted": [dt.date(int(one), 5, 1) for one in random.choice([2024, 2025], count)],
        }
    )
    rates = random.beta(0.5, 2, (len(sizes), SKILLS))[np.repeat(np.arange(len(sizes)), sizes)]
    sure = 1.0 if draw(st.booleans()) else random.uniform(0.3, 1, (count, SKILLS))
    asked = (random.random((count, SKILLS)) < rates) * sure
    below = draw(st.integers(0, max(0, len(sizes) - 1)))
    parents = {f"Office {one}": "Office 0" for one in range(1, below + 1)}
    return adverts, sparse.csr_array(asked.astype(np.float32)), {"organisation": parents}


def told_of(
    adverts: pl.DataFrame, asked: sparse.csr_array, parents: dict[str, dict[str, str]]
) -> Told:
    size = np.full(SKILLS, 0.1)
    xy = np.random.default_rng(0).uniform(-0.8, 0.8, (SKILLS, 2))
    return told(adverts, asked, [f"s{one}" for one in range(SKILLS)], xy, (size, size, size),
                parents=parents)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(corpora())
def test_what_is_left_when_told_counts_are_taken_away_is_nothing_or_enough(
    corpus: tuple[pl.DataFrame, sparse.csr_array, dict[str, dict[str, str]]],
) -> None:
    adverts, asked, parents = corpus
    release = told_of(adverts, asked, parents)
    for kind in KINDS:
        groups = release.groups.filter(pl.col("kind") == kind)
        shown = release.asked.filter(pl.col("kind") == kind).join(groups, on="group", suffix="_of")
        for row, total in enumerate(release.totals):
            cells = shown.filter(pl.col("id") == f"s{row}")
            assert (cells["adverts"] >= 5).all()
            for parent in (None, *groups["group"].to_list()):
                under = cells.filter(pl.col("parent").eq_missing(pl.lit(parent)))
                whole = total
                if parent is not None:
                    own = cells.filter(pl.col("group") == parent)["adverts"].to_list()
                    whole = float(own[0]) if own else float("nan")
                of = groups.filter(pl.col("parent").eq_missing(pl.lit(parent)))
                # Where a group is not told, what is left is of five adverts or more; the half is
                # what counts lose or gain when they are told as whole numbers.
                if under.height and under.height < of.height and whole == whole:
                    left = whole - float(under["adverts"].sum())
                    assert left >= 5 - 0.5 * (under.height + 1)


@settings(max_examples=25, deadline=None)
@given(corpora())
def test_shares_are_made_of_told_numbers_alone(
    corpus: tuple[pl.DataFrame, sparse.csr_array, dict[str, dict[str, str]]],
) -> None:
    """A second way to make every share of a group with no parent, from what is told."""
    adverts, asked, parents = corpus
    release = told_of(adverts, asked, parents)
    service = {f"s{row}": one / adverts.height for row, one in enumerate(release.totals)}
    tops = release.groups.filter(pl.col("parent").is_null())
    for row in release.asked.join(tops, on=["kind", "group"], suffix="_of").iter_rows(named=True):
        drawn = release.drawn[row["kind"]]
        said = (row["adverts"] + drawn * service[row["id"]]) / (row["adverts_of"] + drawn)
        assert row["share"] == pytest.approx(min(said, 1), abs=1e-6)
        assert 0 <= row["low"] <= row["share"] <= row["high"] <= 1


@settings(max_examples=15, deadline=None)
@given(corpora())
def test_the_order_of_adverts_tells_nothing(
    corpus: tuple[pl.DataFrame, sparse.csr_array, dict[str, dict[str, str]]],
) -> None:
    adverts, asked, parents = corpus
    turn = np.random.default_rng(1).permutation(adverts.height)
    one = told_of(adverts, asked, parents)
    other = told_of(adverts[turn], sparse.csr_array(asked[turn]), parents)
    assert one.groups.equals(other.groups)
    assert one.asked.select("kind", "group", "id", "adverts").equals(
        other.asked.select("kind", "group", "id", "adverts")
    )
