"""A build of the skills map is given what nobody would wish for, and ends well or says why not.

Whole builds, from files to a release that can be opened, each a few dozen adverts or few different
ones; a map is drawn again three times only.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from muster.kernel.errors import BadInput
from muster.services.skills.map.building import Built, Job, build
from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.lexicon.corrections import Correction
from muster.services.skills.map.release import Release
from synthetic.adverts import adverts, adverts_and_truth
from synthetic.chance import Chance
from synthetic.employers import make_employers

ROOT = Path(__file__).parents[2]
REPLICATES = 3


def learned(folder: Path, frame: pl.DataFrame, **how: object) -> Built:
    """A build of these adverts."""
    folder.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(folder / "adverts.parquet")
    return build(
        Job((folder / "adverts.parquet",), folder / "build", replicates=REPLICATES, **how)  # type: ignore[arg-type]
    )


def either(folder: Path, frame: pl.DataFrame) -> Built | None:
    """A build of these adverts; None if it was refused with words on what to do."""
    try:
        return learned(folder, frame)
    except BadInput as told:
        if not told.fix:
            raise
        return None


def opened(built: Built) -> Release:
    """The release of a build, every skill of it on the map and in its region."""
    release = Release.open(built.folder)
    places = release.skills.select("x", "y", "region_a", "region_b").to_numpy()
    assert (abs(places) < 5).all()
    assert (places[:, 2:] >= 0).all()
    return release


@pytest.fixture(scope="module")
def many() -> pl.DataFrame:
    return adverts(400, seed=6, organisations=20)


@pytest.fixture(scope="module")
def plain(many: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return learned(tmp_path_factory.mktemp("plain"), many)


class TestFewOrOneSided:
    def test_twenty_adverts_make_a_small_map_or_say_that_they_are_too_few(
        self, many: pl.DataFrame, plain: Built, tmp_path: Path
    ) -> None:
        few = either(tmp_path, many.head(20))
        if few is not None:
            assert opened(few).skills.height < opened(plain).skills.height
            assert any("adverts in all" in one for one in few.said)

    def test_one_advert_says_that_it_is_too_few(self, many: pl.DataFrame, tmp_path: Path) -> None:
        with pytest.raises(BadInput) as told:
            learned(tmp_path, many.filter(pl.col("description") != "").head(1))
        assert told.value.fix

    def test_no_advert_with_a_description_is_refused_with_the_field_named(
        self, many: pl.DataFrame, tmp_path: Path
    ) -> None:
        with pytest.raises(BadInput) as told:
            learned(tmp_path, many.with_columns(description=pl.lit("")))
        assert told.value.where.field == "description"

    def test_one_organisation_makes_a_map_that_says_so(self, tmp_path: Path) -> None:
        one = make_employers(3, 3000, Chance(1))[:1]
        built = learned(tmp_path, adverts(200, seed=6, organisations=one))
        assert any("one organisation" in said for said in built.said)
        assert opened(built).skills.height >= 3

    def test_welsh_alone_is_never_read_as_english(self, tmp_path: Path) -> None:
        bodies = make_employers(3, 3000, Chance(1))
        cardiff = bodies[0].sites[0]._replace(town="Cardiff", region="Wales")
        here = [replace(body, sites=(cardiff,)) for body in bodies]
        made = adverts_and_truth(250, seed=8, organisations=here)
        welsh = made.truth["advert"].filter(pl.col("language") == "cy")
        frame = made.adverts.join(welsh.select("advert_id"), on="advert_id", how="semi")
        assert frame.height > 40
        built = either(tmp_path, frame)
        if built is not None:
            assert opened(built).skills.height < 40


class TestTheSameAgain:
    def test_one_advert_ten_thousand_times_weighs_as_one(
        self, many: pl.DataFrame, plain: Built, tmp_path: Path
    ) -> None:
        one = many.filter(pl.col("description").str.len_chars() > 1500).head(1)
        copies = pl.concat([one] * 10_000).with_columns(
            advert_id=pl.int_range(10_000).cast(pl.String)
        )
        flooded, before = opened(learned(tmp_path, pl.concat([many, copies]))), opened(plain)
        told = json.loads((flooded.folder / "release.json").read_text())
        assert told["adverts"] <= many.height + 1
        assert told["copies"] >= 10_000
        assert set(flooded.skills["id"]) == set(before.skills["id"])
        assert flooded.skills.select(pl.col("adverts").max()).item() <= many.height + 1


class TestLexicon:
    def test_duplicates_and_contradictions_change_nothing_but_what_they_say(
        self, many: pl.DataFrame, plain: Built, tmp_path: Path
    ) -> None:
        skill = opened(plain).skills["id"][0]
        label = str(shipped().skills.filter(pl.col("id") == skill)["label"][0])
        twice = (
            Correction("synonym", skill, label),
            Correction("synonym", skill, label.upper()),
            Correction("synonym", skill, label),
            Correction("synonym", "esco:gone", "no such skill"),
        )
        corrected = opened(learned(tmp_path, many, corrections=twice))
        assert corrected.skills["id"].n_unique() == corrected.skills.height
        before = set(opened(plain).skills["id"])
        assert len(before ^ set(corrected.skills["id"])) <= 0.02 * len(before) + 1


class TestStopped:
    def test_a_build_that_is_killed_goes_on_and_makes_the_same_map(
        self, many: pl.DataFrame, plain: Built, tmp_path: Path
    ) -> None:
        many.write_parquet(tmp_path / "adverts.parquet")
        code = (
            "import sys; from pathlib import Path\n"
            "from muster.services.skills.map.building import Job, build\n"
            "def tell(step, done, of): print(step, flush=True)\n"
            f"build(Job((Path(sys.argv[1]),), Path(sys.argv[2]), replicates={REPLICATES}), "
            "progress=tell)"
        )
        folder = tmp_path / "build"
        command = [sys.executable, "-c", code, str(tmp_path / "adverts.parquet"), str(folder)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("placing skills"):
                    os.kill(process.pid, signal.SIGKILL)
                    break
            assert process.wait() == -signal.SIGKILL
        assert not (folder / "release").exists()
        stamps = {path: path.stat().st_mtime_ns for path in folder.rglob("stamp")}
        assert len(stamps) >= 2
        again = build(Job((tmp_path / "adverts.parquet",), folder, replicates=REPLICATES))
        assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
        assert opened(again).skills.equals(opened(plain).skills)

    def test_half_a_step_is_no_step(self, many: pl.DataFrame, plain: Built) -> None:
        before = opened(plain).skills
        for stamp in (plain.folder.parent / "steps").rglob("stamp"):
            stamp.unlink()
        assert opened(learned(plain.folder.parents[1], many)).skills.equals(before)
