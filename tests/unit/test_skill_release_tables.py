"""What was learned becomes the tables of a release, and no small count becomes a cell of one."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from muster.services.skills.map.clusters import clustered, named
from muster.services.skills.map.regions import fitted
from muster.services.skills.map.release.shapes import LATER, TABLES, checked
from muster.services.skills.map.releasing import Learned, evidence, tables
from muster.services.skills.map.surfaces import told

SKILLS, ADVERTS = 14, 60


@pytest.fixture(scope="module")
def learned() -> Learned:
    random = np.random.default_rng(0)
    asked = sparse.csr_array((random.random((ADVERTS, SKILLS)) < 0.3).astype(np.float32))
    adverts = pl.DataFrame(
        {
            "organisation": ["Tides", "Orchards"] * (ADVERTS // 2),
            "profession": ["Making"] * ADVERTS,
            "grade": ["Junior"] * ADVERTS,
            "region": ["Northshire"] * ADVERTS,
            "posted": [dt.date(2025, 1, 1)] * ADVERTS,
        }
    )
    skills = pl.DataFrame(
        {
            "id": [f"esco:{row}" for row in range(SKILLS)],
            "label": [f"craft {row}" for row in range(SKILLS)],
            "kind": ["skill"] * SKILLS,
            "uri": pl.Series([None] * SKILLS, dtype=pl.String),
        }
    )
    labels = skills.select("id", "label").with_columns(preferred=True, added=False)
    stranger = pl.DataFrame(
        {"id": ["esco:gone"], "label": ["x"], "preferred": [True], "added": [False]}
    )
    xy = random.uniform(-1, 1, (SKILLS, 2))
    counts = np.asarray(asked.sum(axis=0), np.float64)
    regions = fitted(xy, counts, xy + random.normal(0, 0.1, (10, SKILLS, 2)))
    ellipses = (regions.a, regions.b, regions.angle)
    both = np.arange(SKILLS * SKILLS, dtype=np.float64).reshape(SKILLS, SKILLS) / 20
    return Learned(
        skills=skills,
        labels=pl.concat([labels, stranger]),
        xy=xy,
        regions=regions,
        specialism=np.linspace(0, 1, SKILLS),
        clusters=named(clustered(xy), skills, xy, counts),
        trends=["not known"] * SKILLS,
        near=np.stack([(row + np.arange(1, 13)) % SKILLS for row in range(SKILLS)]),
        similarity=np.tile(np.linspace(1, 0, 12), (SKILLS, 1)),
        together=sparse.csr_array(both),
        told=told(adverts, asked, skills["id"].to_list(), xy, ellipses),
        adverts=ADVERTS,
    )


def test_tables_are_those_of_a_release(learned: Learned) -> None:
    found = tables(learned)
    for name, frame in found.items():
        assert checked(name, frame) is frame
    assert set(found) == set(TABLES) - set(LATER) - {"evidence", "roles"}
    assert found["skills"]["adverts"].sum() == pytest.approx(learned.told.totals.sum())
    assert "esco:gone" not in found["labels"]["id"]


def test_phrases_of_no_skill_stand_though_no_skill_on_the_map_has_them(learned: Learned) -> None:
    phrases = pl.DataFrame([("tide reading", 5)], schema=TABLES["unlisted"], orient="row")
    assert tables(learned, unlisted=phrases)["unlisted"].equals(phrases)


def test_ten_neighbours_and_no_small_count_of_both(learned: Learned) -> None:
    near = tables(learned)["near"]
    assert near.group_by("id").len()["len"].unique().to_list() == [10]
    pairs, totals = learned.together.toarray(), learned.told.totals
    for one, other, _, _, both in near.iter_rows():
        rows = int(one[5:]), int(other[5:])
        exact = pairs[rows]
        alone = min(totals[list(rows)]) - exact
        assert both == (round(exact) if exact >= 5 and alone >= 5 else None)
    assert 0 < near["together"].null_count() < near.height


def test_evidence_is_of_different_organisations_first_and_never_more_than_five() -> None:
    sentences = pl.DataFrame({"sentence": range(9), "text": [f"Keep bees {n}." for n in range(9)]})
    sentences = sentences.with_columns(language=pl.lit("en"))
    mentions = pl.DataFrame(
        {
            "sentence": [*range(9), 0],
            "skill": [3] * 9 + [4],
            "surface": ["bees"] * 10,
            "probability": [0.9 - number / 100 for number in range(9)] + [0.5],
        }
    )
    uses = pl.DataFrame({"advert": [*range(9), 7], "sentence": [*range(9), 0]})
    adverts = pl.DataFrame(
        {
            "advert": range(9),
            "organisation": ["Tides"] * 7 + ["Orchards", "Loom"],
            "posted": [dt.date(2025, 1, 1)] * 9,
        }
    )
    ids = pl.DataFrame({"skill": [3], "id": ["esco:bees"]})
    found = evidence(mentions, sentences, uses, adverts, ids)
    assert checked("evidence", found).height == 5
    assert found["organisation"].to_list()[:3] == ["Tides", "Orchards", "Loom"]
    assert found["sentence"].n_unique() == 5
    assert found["id"].unique().to_list() == ["esco:bees"]
