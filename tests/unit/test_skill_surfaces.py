"""Who asks for what: groups and their parents, shares drawn towards them, surfaces, trends."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from muster.services.skills.map.surfaces import Told, densities, grouped, kernels, told
from muster.services.skills.map.surfaces.densities import apart
from muster.services.skills.map.trends import trends

SKILLS = 12
PARENTS = {"organisation": {"Tide Office": "Ministry of Tides", "Weir Office": "Ministry of Tides"}}
SMALL = {f"Bell {number}": 4 for number in range(12)}
SIZES = {"Ministry of Tides": 60, "Tide Office": 50, "Weir Office": 30, "Orchards": 80, "Loom": 3}
SIZES |= SMALL
ADVERTS = sum(SIZES.values())


def adverts(sizes: dict[str, int]) -> pl.DataFrame:
    names = [name for name, size in sizes.items() for _ in range(size)]
    days = [dt.date(2024 + row % 2, 1 + row % 12, 3) for row in range(len(names))]
    return pl.DataFrame(
        {
            "organisation": names,
            "profession": ["Measuring" if row % 3 else " " for row in range(len(names))],
            "grade": pl.Series([None] * len(names), dtype=pl.String),
            "region": ["Northshire"] * len(names),
            "posted": days,
        }
    )


def matrix(rows: int, seed: int = 0) -> sparse.csr_array:
    random = np.random.default_rng(seed)
    rates = np.linspace(0.02, 0.6, SKILLS)
    asked = (random.random((rows, SKILLS)) < rates) * random.uniform(0.5, 1, (rows, SKILLS))
    return sparse.csr_array(asked.astype(np.float32))


def ids() -> list[str]:
    return [f"esco:{row}" for row in range(SKILLS)]


def places() -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    random = np.random.default_rng(4)
    size = np.full(SKILLS, 0.1)
    return random.uniform(-0.8, 0.8, (SKILLS, 2)), (2 * size, size, size)


def found(asked: sparse.csr_array | None = None) -> Told:
    rows = adverts(SIZES)
    return told(rows, matrix(rows.height) if asked is None else asked, ids(), *places(),
                parents=PARENTS)  # fmt: skip


def test_a_parent_has_the_adverts_of_its_children() -> None:
    groups = grouped(adverts(SIZES), "organisation", PARENTS["organisation"])
    sizes = dict(zip(groups.names, groups.adverts.tolist(), strict=True))
    assert sizes == SIZES | {"Ministry of Tides": 140}


def test_parents_that_go_round_in_a_circle_end() -> None:
    groups = grouped(adverts(SIZES), "organisation", {"Loom": "Orchards", "Orchards": "Loom"})
    assert groups.adverts.max() == 83
    one = grouped(adverts(SIZES), "organisation", {"Loom": "Loom"})
    assert one.adverts[one.names.index("Loom")] == 3


def test_groups_of_fewer_than_five_adverts_are_nowhere() -> None:
    release = found()
    assert "Loom" not in release.groups["group"].to_list()
    assert "Loom" not in release.asked["group"].to_list()
    for kind, surfaces in release.surfaces.items():
        assert len(surfaces) == release.groups.filter(pl.col("kind") == kind).height
        np.testing.assert_allclose(surfaces.sum(axis=(1, 2)), 1, atol=1e-5)


def test_the_smallest_group_goes_where_so_few_others_would_be_worked_out() -> None:
    few = grouped(adverts({"Orchards": 80, "Hives": 9, "Loom": 3}), "organisation", {})
    assert few.table()["group"].to_list() == ["Orchards"]


def test_what_nobody_states_is_no_group() -> None:
    groups = found().groups
    assert groups.filter(pl.col("kind") == "grade").is_empty()
    assert groups.filter(pl.col("kind") == "profession")["group"].to_list() == ["Measuring"]
    assert groups.filter(pl.col("kind") == "year")["group"].to_list() == ["2024", "2025"]


def test_shares_lie_between_what_was_counted_and_the_parent() -> None:
    release = found()
    size = dict(release.groups.select("group", "adverts").iter_rows())
    service = dict(zip(ids(), (release.totals / ADVERTS).tolist(), strict=True))
    orchards = release.asked.filter(pl.col("group") == "Orchards")
    assert orchards.height > 5
    for row in orchards.iter_rows(named=True):
        own, parent = row["adverts"] / size["Orchards"], service[row["id"]]
        assert min(own, parent) - 1e-9 <= row["share"] <= max(own, parent) + 1e-9
        assert row["low"] <= row["share"] <= row["high"]
        assert row["ratio"] == pytest.approx(row["share"] / parent)
        weight = size["Orchards"] / (size["Orchards"] + release.drawn["organisation"])
        assert row["share"] == pytest.approx(weight * own + (1 - weight) * parent, abs=1e-6)


def test_a_surface_says_nothing_of_what_the_table_keeps_back() -> None:
    """Two adverts of a small group exchange what they ask for with two of another group."""
    rows = adverts(SIZES)
    asked = matrix(rows.height).toarray()
    names = rows["organisation"].to_numpy()
    weir, orchards = (np.flatnonzero(names == one) for one in ("Weir Office", "Orchards"))
    asked[weir, 0], asked[orchards, 0] = 0, 0
    asked[np.r_[orchards[:3], weir[:1]], 0] = 1
    before = found(sparse.csr_array(asked))
    asked[weir[:1], 0], asked[orchards[3], 0] = 0, 1
    after = found(sparse.csr_array(asked))
    assert before.asked.equals(after.asked)
    np.testing.assert_array_equal(before.surfaces["organisation"], after.surfaces["organisation"])


def test_a_surface_follows_what_is_asked_for() -> None:
    xy, region = places()
    kernel = kernels(xy, *region)
    drawn = densities(np.eye(SKILLS), kernel)
    at = np.linspace(-1.1, 1.1, 65)
    for skill in range(SKILLS):
        row, column = np.unravel_index(int(drawn[skill].argmax()), (64, 64))
        assert at[column] - 0.04 <= xy[skill, 0] <= at[column + 1] + 0.04
        assert at[row] - 0.04 <= xy[skill, 1] <= at[row + 1] + 0.04
    assert apart(drawn[0], drawn[0]) == 0
    assert 0 < apart(drawn[0], drawn[1]) <= 1


def test_a_skill_outside_the_square_still_weighs() -> None:
    far = kernels(np.array([[9.0, 9.0]]), *(np.array([0.1]),) * 3)
    assert far.sum() == pytest.approx(1, abs=1e-5)
    assert far.reshape(64, 64)[-1, -1] == far.max()


@pytest.mark.parametrize("count", [0, 1, 4, 20])
def test_few_adverts_tell_little_and_break_nothing(count: int) -> None:
    rows = adverts({"Loom": count})
    release = told(rows, matrix(count), ids(), *places())
    assert release.groups.filter(pl.col("kind") == "organisation").height == (count >= 5)
    assert (release.asked["adverts"] >= 5).all()


def posted(months: int, each: int) -> pl.Series:
    return pl.Series(
        [dt.date(2023 + one // 12, 1 + one % 12, 9) for one in range(months) for _ in range(each)],
        dtype=pl.Date,
    )


def test_trends_are_said_where_they_are_sure() -> None:
    random, days = np.random.default_rng(1), posted(36, 200)
    month = np.repeat(np.arange(36), 200)
    years = (month - 18) / 12
    rate = {"rising": 0.2 * np.exp(0.5 * years), "falling": 0.2 * np.exp(-0.5 * years),
            "steady": np.full(len(month), 0.2), "rare": np.full(len(month), 0.001)}  # fmt: skip
    asked = np.stack([random.random(len(month)) < one for one in rate.values()], axis=1)
    said = trends(days, sparse.csr_array(asked.astype(np.float32)))
    assert said == ["rising", "falling", "steady", "not known"]


def test_chance_is_seldom_taken_for_a_trend() -> None:
    random, days = np.random.default_rng(2), posted(24, 100)
    asked = sparse.csr_array((random.random((2400, 200)) < 0.05).astype(np.float32))
    said = trends(days, asked)
    assert said.count("rising") + said.count("falling") <= 6


@pytest.mark.parametrize(
    "days",
    [
        pl.Series([None] * 300, dtype=pl.Date),
        pl.Series([dt.date(2026, 1, 5)] * 300),
        pl.Series([dt.date(2026, 1 + row % 12, 5) for row in range(300)]),
        pl.Series([dt.date(2026, 1, 5) if row > 9 else dt.date(2019, 1, 5) for row in range(300)]),
    ],
)
def test_too_short_a_time_tells_no_trend(days: pl.Series) -> None:
    assert trends(days, matrix(300)) == ["not known"] * SKILLS


def test_a_region_of_one_organisation_does_not_tell_of_it() -> None:
    """Regions told 9 of the west, so of 32 adverts 32 - 20 - 9 = 3 were those of the small one."""
    office = ["Tides"] * 40 + ["Loom"] * 20 + ["Weir"] * 15
    rows = pl.DataFrame(
        {
            "organisation": office,
            "profession": pl.Series([None] * 75, dtype=pl.String),
            "grade": pl.Series([None] * 75, dtype=pl.String),
            "region": ["East"] * 60 + ["West"] * 15,
            "posted": [dt.date(2025, 1, 1)] * 75,
        }
    )
    asked = np.zeros((75, SKILLS), np.float32)
    asked[:20] = asked[40:43] = asked[60:69] = 1
    release = told(rows, sparse.csr_array(asked), ids(), *places())
    of_first = release.asked.filter(pl.col("id") == ids()[0]).select("group", "adverts").rows()
    assert of_first == [("Tides", 20), ("2025", 32)]
    assert release.groups.filter(pl.col("kind") == "region")["group"].to_list() == ["East", "West"]
    assert release.organisations.tolist() == [1] * SKILLS
    # A region that another office advertises in as well, twice: the difference would tell of it.
    near = rows.with_columns(region=pl.Series(["West"] * 2 + ["East"] * 58 + ["West"] * 15))
    few = told(near, sparse.csr_array(asked), ids(), *places())
    assert not {"Weir", "West", "East"} & set(few.groups["group"])


def test_not_stated_is_no_organisation() -> None:
    rows = adverts({"not stated": 40, "Tides": 60})
    release = told(rows, matrix(100), ids(), *places())
    named = release.groups.filter(pl.col("kind") == "organisation")["group"].to_list()
    assert named == ["Tides"]
    assert release.organisations.max() == 1
