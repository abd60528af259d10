"""A release: the same bytes from the same map, nothing half-written, nothing changed unnoticed."""

import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from muster.kernel.errors import BadInput, Conflict, EvidenceBroken, NotFound
from muster.services.skills.map.release import Release
from muster.services.skills.map.release.shapes import ABOUT, SURFACES, files
from muster.services.skills.map.releasing import write, writing
from tests.skills_release import id_of, label_of, made_up_release


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return made_up_release(tmp_path_factory.mktemp("releases") / "1")


def copy(release: Release, folder: Path) -> Path:
    shutil.copytree(release.folder, folder)
    return folder


def again(release: Release, folder: Path, *, replaces: bool = False, **changed: object) -> str:
    tables = {
        "skills": release.skills, "near": release.near_pairs, "clusters": release.clusters,
        "groups": release.all_groups, "asked": release.asked, "evidence": release.evidence,
        "labels": release.labels, "roles": release.roles, "definitions": release.definitions,
        "broader": release.broader, "unlisted": release.unlisted,
    }  # fmt: skip
    about = {name: value for name, value in release.about.items() if name != "files"} | changed
    return write(folder, about=about, tables=tables, surfaces=release.surfaces, replaces=replaces)


def test_the_same_map_gives_the_same_bytes(release: Release, tmp_path: Path) -> None:
    assert again(release, tmp_path / "again") == release.digest
    for name in (*files(), ABOUT):
        assert (tmp_path / "again" / name).read_bytes() == (release.folder / name).read_bytes()
    assert sorted(one.name for one in (tmp_path / "again").iterdir()) == sorted((*files(), ABOUT))


def test_what_is_written_is_what_is_read(release: Release) -> None:
    assert release.about["number"] == 1
    assert release.skill(id_of(7)).label == label_of(7)
    assert release.surface("region", "Southmoor").shape == (64, 64)
    assert release.surface("region", "Southmoor").sum() == pytest.approx(1, abs=1e-5)
    with np.load(release.folder / SURFACES) as archive:
        np.testing.assert_array_equal(archive["year"][1], release.surface("year", "2025"))
    with pytest.raises(ValueError, match="read-only"):
        release.surface("year", "2025")[0, 0] = 1


def test_a_release_that_stands_is_left_as_it_is(release: Release, tmp_path: Path) -> None:
    folder = copy(release, tmp_path / "1")
    assert again(release, folder) == release.digest
    with pytest.raises(Conflict, match="Another release"):
        again(release, folder, number=2)
    assert Release.open(folder).digest == release.digest
    assert [one.name for one in tmp_path.iterdir()] == ["1"]


def test_one_that_nobody_published_gives_way_to_another(release: Release, tmp_path: Path) -> None:
    folder = copy(release, tmp_path / "release")
    (folder / SURFACES).unlink()
    replaced = again(release, folder, replaces=True, number=2)
    assert Release.open(folder, digest=replaced).about["number"] == 2
    (folder / SURFACES).unlink()
    again(release, folder, replaces=True, number=2)
    assert Release.open(folder, digest=replaced).about["number"] == 2
    assert [one.name for one in tmp_path.iterdir()] == ["release"]


def test_a_stopped_write_is_no_release_and_in_nobodys_way(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".2.0a.writing").mkdir()
    (tmp_path / ".2.0a.writing" / "skills.parquet").write_text("half")
    with pytest.raises(NotFound, match="no release"):
        Release.open(tmp_path / "2")

    def two_at_once(path: Path, surfaces: object) -> None:
        monkeypatch.undo()
        again(release, tmp_path / "2", number=2)
        write_arrays(path, surfaces)  # type: ignore[arg-type]

    write_arrays = writing._write_arrays
    monkeypatch.setattr(writing, "_write_arrays", two_at_once)
    digest = again(release, tmp_path / "2", number=2)
    assert Release.open(tmp_path / "2", digest=digest).about["number"] == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == [".2.0a.writing", "2"]


@pytest.mark.parametrize("name", [*files(), ABOUT])
def test_a_changed_or_missing_file_is_noticed(release: Release, tmp_path: Path, name: str) -> None:
    folder = copy(release, tmp_path / "changed")
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(EvidenceBroken, match=name.replace(".", r"\.")):
        Release.open(folder, digest=release.digest)
    (folder / name).unlink()
    with pytest.raises((EvidenceBroken, NotFound)):
        Release.open(folder, digest=release.digest)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 3}', '{"files": {}}'])
def test_what_is_not_a_release_is_said_to_be_none(
    release: Release, tmp_path: Path, text: str
) -> None:
    folder = copy(release, tmp_path / "odd")
    (folder / ABOUT).write_text(text)
    with pytest.raises(EvidenceBroken, match="not the one that was published"):
        Release.open(folder)


def test_other_columns_are_no_release(release: Release, tmp_path: Path) -> None:
    turned = release.skills.select(reversed(release.skills.columns))
    with pytest.raises(BadInput, match="other columns"):
        write(tmp_path / "1", about={}, tables={"skills": turned}, surfaces={})
    with pytest.raises(BadInput, match="one for each group"):
        write(
            tmp_path / "1",
            about={},
            tables={"groups": release.all_groups},
            surfaces=dict(release.surfaces) | {"year": release.surfaces["year"][:1]},
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("beehive law", "beehive law"),
        ("BEEHIVE  Law!", "beehive law"),
        ("work with beehive law", "beehive law"),
        ("behive lw", "beehive law"),
        ("law beehive", "beehive law"),
        ("béehive law", "beehive law"),
        ("lantren mending", "lantern mending"),
    ],
)
def test_a_skill_is_found_as_people_type_it(release: Release, typed: str, first: str) -> None:
    assert release.search(typed)["label"][0] == first


@pytest.mark.parametrize("typed", ["", "  ", "%", "zzzzqqq", "'", "(", "x" * 5000])
def test_a_search_for_nothing_finds_nothing(release: Release, typed: str) -> None:
    assert release.search(typed).columns == ["id", "label", "matched", "score"]
    assert release.search(typed).is_empty()


def test_exact_names_come_before_longer_ones(release: Release) -> None:
    found = release.search("kiln", limit=3)
    assert found.height == 3
    assert all(one.startswith("kiln") for one in found["label"])
    scores = release.search("lantern law")["score"].to_list()
    assert scores == sorted(scores, reverse=True)


def test_neighbours_come_nearest_first_and_tell_no_small_count(release: Release) -> None:
    near = release.near(id_of(0))
    assert near.columns == ["other", "label", "rank", "similarity", "together"]
    assert near["rank"].to_list() == list(range(1, 11))
    assert near["similarity"].is_sorted(descending=True)
    assert near["together"].min() is None or int(str(near["together"].min())) >= 5
    with pytest.raises(NotFound, match="does not have this skill"):
        release.near("esco:none")


def test_over_and_under_asked_skills_are_sure(release: Release) -> None:
    found = release.over_and_under("organisation", "Lantern Office")
    more, less = (found.filter(pl.col("stands") == one) for one in ("more", "less"))
    assert more.height > 0
    assert less.height > 0
    assert more.filter(pl.col("low") <= pl.col("service")).is_empty()
    assert less.filter(pl.col("high") >= pl.col("service")).is_empty()
    kept = found.filter(~pl.col("told"))
    assert kept.select("adverts", "share", "ratio").null_count().row(0) == (kept.height,) * 3
    assert found["id"].n_unique() == found.height


def test_a_group_that_is_not_told_is_not_found(release: Release) -> None:
    for ask in (release.over_and_under, release.asks_for, release.surface):
        with pytest.raises(NotFound, match="tells nothing of this group"):
            ask("organisation", "Harbour of two adverts")


def test_the_weight_of_a_group_of_its_own_is_stated(release: Release, tmp_path: Path) -> None:
    assert release.own_weight("organisation", "Lantern Office") == 160 / 180
    assert release.own_weight("organisation", "Windmill Board") == 5 / 25
    again(release, tmp_path / "1", drawn={})
    assert Release.open(tmp_path / "1").own_weight("year", "2025") is None


def test_two_groups_are_compared_by_what_both_tell(release: Release) -> None:
    one = release.compare("organisation", "Lantern Office", "Ministry of Tides")
    other = release.compare("organisation", "Ministry of Tides", "Lantern Office")
    assert one.height > 0
    turned = {"more": "less", "less": "more", "alike": "alike"}
    assert dict(one.select("id", "stands").iter_rows()) == {
        one: turned[stands] for one, stands in zip(other["id"], other["stands"], strict=True)
    }


def test_phrases_that_no_skill_is_called_are_kept_as_written(tmp_path: Path) -> None:
    phrases = (("attention to detail", 41), ("tide reading", 5))
    release = made_up_release(tmp_path / "1", unlisted=phrases)
    assert release.tells_unlisted
    assert tuple(release.unlisted.rows()) == phrases


def test_a_release_from_before_such_phrases_opens_and_tells_none(tmp_path: Path) -> None:
    folder = made_up_release(tmp_path / "1", unlisted=(("tide reading", 5),)).folder
    about = json.loads((folder / ABOUT).read_text())
    del about["files"]["unlisted.parquet"]
    (folder / ABOUT).write_text(json.dumps(about))
    (folder / "unlisted.parquet").unlink()
    earlier = Release.open(folder)
    assert not earlier.tells_unlisted
    assert earlier.unlisted.is_empty()
    assert earlier.skills.height == 60


def test_what_is_said_of_a_release_is_kept_as_said(release: Release) -> None:
    said = json.loads((release.folder / ABOUT).read_text())
    assert said["lexicon"]["name"] == "made-up"
    assert set(said["files"]) == set(files())
