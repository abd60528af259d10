"""Groups of two kinds that hold the same adverts, or nearly: the one does not tell of the other.

The attacker has a release, and knows the world besides: which advert is of which organisation, in
which region, of which profession, and which of these hold the same adverts. What it lacks is what
the adverts ask for.
"""

import datetime as dt
from collections.abc import Mapping
from itertools import combinations, permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from muster.gates.adverts import ENOUGH
from muster.services.skills.map.release.shapes import KINDS
from muster.services.skills.map.surfaces import Told, told

SKILLS = 6
Group = tuple[str, str]
Sets = dict[Group, frozenset[int]]
Corpus = tuple[pl.DataFrame, sparse.csr_array, dict[str, str]]


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    """Adverts of a few offices, most of which advertise in one region and for one profession."""
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    sizes = draw(st.lists(st.sampled_from([1, 3, 6, 9, 14, 30]), min_size=2, max_size=7))
    office = np.repeat(np.arange(len(sizes)), sizes)
    where, what = (
        np.array(draw(st.lists(st.integers(0, 3), min_size=len(sizes), max_size=len(sizes))))
        for _ in range(2)
    )
    region, profession = where[office], what[office]
    moved = random.random(len(office)) < draw(st.sampled_from([0, 0.03, 0.2]))
    region = np.where(moved, random.integers(0, 5, len(office)), region)
    adverts = pl.DataFrame(
        {
            "organisation": [f"Office {one}" for one in office],
            "profession": [("", "Making", "Mending", "Law")[one] for one in profession],
            "grade": pl.Series([None] * len(office), dtype=pl.String),
            "region": [("North", "South", "West", "Isles", None)[one] for one in region],
            "posted": [dt.date(2025, 5, 1)] * len(office),
        }
    )
    rates = random.choice(np.array([0.1, 0.5, 1.0]), (len(sizes), SKILLS))[office]
    asked = random.random((len(office), SKILLS)) < rates
    below = draw(st.integers(0, len(sizes) - 1))
    parents = {f"Office {one}": "Office 0" for one in range(1, below + 1)}
    return adverts, sparse.csr_array(asked.astype(np.float32)), parents


def told_of(corpus: Corpus) -> Told:
    adverts, asked, parents = corpus
    size, xy = np.full(SKILLS, 0.1), np.random.default_rng(0).uniform(-0.8, 0.8, (SKILLS, 2))
    return told(adverts, asked, [f"s{one}" for one in range(SKILLS)], xy, (size, size, size),
                parents={"organisation": parents})  # fmt: skip


def groups_of(adverts: pl.DataFrame, parents: Mapping[str, str]) -> Sets:
    """Return which adverts each group has, a parent those of its children too; "" those of none."""
    found: dict[Group, set[int]] = {}
    for row, one in enumerate(adverts.iter_rows(named=True)):
        named = {kind: one[kind] for kind in KINDS if kind != "year"} | {
            "year": str(one["posted"].year)
        }
        for kind, name in named.items():
            found.setdefault((kind, name or ""), set()).add(row)
            if kind == "organisation" and name in parents:
                found.setdefault((kind, parents[name]), set()).add(row)
    some = {kind for kind, name in found if name}
    return {group: frozenset(rows) for group, rows in found.items() if group[0] in some}


@settings(max_examples=60, deadline=None)
@given(corpora())
def test_groups_that_hold_the_same_adverts_are_told_of_together(corpus: Corpus) -> None:
    adverts, _, parents = corpus
    release, every = told_of(corpus), frozenset(range(adverts.height))
    listed = set(release.groups.select("kind", "group").iter_rows())
    cells = release.asked.select("kind", "group", "id").rows()
    skills = {group: {one for *of, one in cells if tuple(of) == group} for group in listed}
    for (one, first), (other, second) in combinations(groups_of(adverts, parents).items(), 2):
        few = min(len(first ^ second), len(every - (first ^ second)))
        whole = min(len(every - first), len(every - second)) < ENOUGH
        if one[0] == other[0] or whole or few >= ENOUGH or max(len(first), len(second)) < ENOUGH:
            continue
        if few:
            assert not {one, other} & listed, "the difference would be told"
        elif one[1] and other[1]:
            assert (one in listed) == (other in listed)
            assert skills.get(one) == skills.get(other)


@settings(max_examples=100, deadline=None)
@given(corpora())
def test_no_other_kind_gives_back_what_one_keeps_back(corpus: Corpus) -> None:
    """Put in what is told of the same adverts elsewhere, then take away as far as that goes."""
    adverts, asked, parents = corpus
    release, sets = told_of(corpus), groups_of(adverts, parents)
    exact = np.asarray(asked.sum(axis=0)).ravel()
    for row in range(SKILLS):
        cells = release.asked.filter(pl.col("id") == f"s{row}")
        known = {(kind, name): float(count) for kind, name, count in
                 cells.select("kind", "group", "adverts").iter_rows()}  # fmt: skip
        if release.totals[row] != exact[row]:
            assert not known, "cells could add up to the total"
        if not known and release.totals[row] % 10 == 0:
            # Told to the nearest ten, for all that anybody can see.
            continue
        put_in(known, sets, adverts.height, float(exact[row]))
        for kind in KINDS:
            of = {one: rows for one, rows in sets.items() if one[0] == kind}
            tops = [one for one in of if kind != "organisation" or one[1] not in parents]
            left_over(known, tops, float(exact[row]), of, adverts.height)
            for parent in {(kind, parents.get(name, "")) for _, name in of} & known.keys():
                children = [one for one in of if parents.get(one[1]) == parent[1]]
                if kind == "organisation":
                    left_over(known, children, known[parent], of, len(of[parent]))
        for one, other in permutations(known, 2):
            if one[0] != other[0] and sets[one] < sets[other]:
                assert known[other] - known[one] >= ENOUGH, "what is left of the larger"


def put_in(known: dict[Group, float], sets: Sets, count: int, total: float) -> None:
    """Add to what is known of groups what follows for those that hold the same adverts."""
    every = frozenset(range(count))
    elsewhere = {every: total, frozenset[int](): 0.0}
    for group, counted in known.items():
        elsewhere[sets[group]] = counted
        elsewhere[every - sets[group]] = total - counted
    for group, rows in sets.items():
        if rows in elsewhere:
            known[group] = elsewhere[rows]


def left_over(
    known: Mapping[Group, float], parts: list[Group], whole: float, sets: Sets, size: int
) -> None:
    """See that what is left of a sum is nothing, or enough and of two parts at least."""
    hidden = [one for one in parts if one not in known and one[1]]
    unnamed = [one for one in parts if one not in known and not one[1]]
    left = whole - sum(known[one] for one in parts if one in known)
    of_no_part = size - sum(len(sets[one]) for one in parts if one not in unnamed)
    if hidden:
        assert left >= ENOUGH
        assert len(hidden) + (of_no_part > 0) >= 2
    elif parts and of_no_part:
        assert left == 0 or left >= ENOUGH


# Adverts by office and region ("-" for none), with how many of them ask | offices under a parent |
# what must be kept back, or the attack that is named works it out.
ATTACKS = """
D/W 40 23, Y/W 10 2, Z/S 60 30, V/S 40 20, Z/N 60 30, Q/N 40 3 |     | D | W less D is Y
D/W 40 23, Z/W 6 1, V/W 6 1, Z/S 60 30, V/S 40 20, Z/N 60 30, V/N 40 13 | | D | W less D is two
X/- 30 9, Y/S 20 1, Y/N 20 2, Z/S 60 30, Z/N 60 30 | | X | what is of no region is X
D/L 30 9, A/S 20 3, Z/S 60 30, Z/N 60 30           | A D | L | D less its own in L is A
"""


@pytest.mark.parametrize("line", ATTACKS.strip().splitlines())
def test_what_lies_in_another_kind_tells_nothing_of_the_rest(line: str) -> None:
    cells, below, kept, _ = (part.strip() for part in line.split("|"))
    rows: list[tuple[str, str | None]] = []
    asks: list[float] = []
    for cell in cells.split(", "):
        place, size, some = cell.split()
        office, region = place.split("/")
        rows += [(office, None if region == "-" else region)] * int(size)
        asks += [1.0] * int(some) + [0.0] * (int(size) - int(some))
    nothing = {kind: pl.lit(None, pl.String) for kind in ("profession", "grade")}
    adverts = pl.DataFrame(rows, schema=["organisation", "region"], orient="row").with_columns(
        posted=pl.lit(None, pl.Date), **nothing
    )
    asked = sparse.csr_array(np.repeat(np.array(asks, np.float32)[:, None], SKILLS, axis=1))
    release = told_of((adverts, asked, dict([below.split()]) if below else {}))
    assert kept in release.groups["group"]
    assert kept not in release.asked["group"]
    assert release.asked.height, "all is kept back"


@settings(max_examples=25, deadline=None)
@given(corpora())
def test_how_many_organisations_are_told_of_follows_from_what_is_told(corpus: Corpus) -> None:
    release = told_of(corpus)
    rows = release.asked.filter(pl.col("kind") == "organisation")["id"].to_list()
    assert release.organisations.tolist() == [rows.count(f"s{one}") for one in range(SKILLS)]


def test_how_many_organisations_hide_stays_unknown() -> None:
    """Eight adverts of four offices that are kept back: of two offices each time, or of all."""
    office = ["Orchards"] * 60 + [f"Office {one}" for one in range(4) for _ in range(10)]
    adverts = pl.DataFrame(
        {
            "organisation": office,
            **{kind: pl.Series([None] * 100, dtype=pl.String)
               for kind in ("profession", "grade", "region")},
            "posted": pl.Series([None] * 100, dtype=pl.Date),
        }
    )  # fmt: skip
    seen = []
    for counts in ((30, 4, 4, 0, 0), (30, 3, 3, 1, 1), (30, 2, 2, 2, 2)):
        asked = np.zeros((100, SKILLS), np.float32)
        for first, count in zip((0, 60, 70, 80, 90), counts, strict=True):
            asked[first : first + count] = 1
        seen.append(told_of((adverts, sparse.csr_array(asked), {})))
    assert [one.organisations.tolist() for one in seen] == [[1] * SKILLS] * 3
    assert all(one.asked.equals(seen[0].asked) for one in seen)
    assert all((one.drawn, one.kept_back) == (seen[0].drawn, seen[0].kept_back) for one in seen)
    assert [one.totals.tolist() for one in seen] == [[38.0] * SKILLS] * 3
