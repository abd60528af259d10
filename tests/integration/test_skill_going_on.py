"""A build that goes on: after a stop, beside a process that wakes up, upon another map in force.

Whole builds are of 48 adverts and eight skills, and drawn again twice.
"""

import datetime as dt
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from muster.cli.main import main
from muster.kernel.clock import FixedClock
from muster.kernel.errors import Conflict
from muster.services.skills import actions, hearing, learning, queries, storing
from muster.services.skills.map import building
from muster.services.skills.map.building import Built, Job
from muster.services.skills.map.reading import read
from muster.services.skills.map.release import Release
from muster.services.skills.map.steps import Progress
from muster.services.skills.models import Build
from muster.services.skills.own_lists import OwnList
from muster.services.skills.storing import build_folder
from tests.integration.skill_pages_world import signed_in, text_of

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
CLOCK = FixedClock(NOW)
LATER = NOW + dt.timedelta(minutes=5)
CRAFTS = ("lantern trimming", "hive keeping", "tide reading", "kiln firing", "loom dressing",
          "bell hanging", "canal digging", "orchard pruning")  # fmt: skip


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is broken here from other tests; builds are drawn again twice, not forty times."""
    home = SimpleNamespace(home=tmp_path / "home")
    monkeypatch.setattr(storing, "settings", lambda: home)
    monkeypatch.setattr(hearing, "_say", lambda *_said: None)
    monkeypatch.setattr(learning, "build", quick)
    queries._opened.cache_clear()


def quick(job: Job, *, progress: Progress) -> Built:
    return building.build(replace(job, replicates=2), progress=progress)


@pytest.fixture
def asked(tmp_path: Path) -> uuid.UUID:
    return ask(tmp_path)


def ask(folder: Path, *, seed: int = 0) -> uuid.UUID:
    """Ask for a build of adverts that were made up, each of two crafts."""
    (folder / "ours.csv").write_text("id,label\n" + "".join(f"{one[:4]},{one}\n" for one in CRAFTS))
    drawn = np.random.default_rng(seed).permuted(np.tile(range(8), (48, 1)), axis=1)[:, :2]
    rows = [
        f"Keeper {row},Office {row % 4},Experience of {CRAFTS[a]} and {CRAFTS[b]} in port {row}."
        for row, (a, b) in enumerate(drawn)
    ]
    (folder / "adverts.csv").write_text("title,organisation,description\n" + "\n".join(rows))
    return actions.ask_build(
        files={"adverts.csv": folder / "adverts.csv"}, held=False, linker="lexical", seed=0,
        by="ann", clock=CLOCK, lexicon=OwnList("ours.csv", folder / "ours.csv"),
    )  # fmt: skip


def worked_on(build: uuid.UUID) -> None:
    assert learning.work_on(build_id=build, clock=CLOCK)


def release_of(build: uuid.UUID) -> Release:
    return Release.open(build_folder(build) / "release")


def stamped(build: uuid.UUID) -> dict[str, int]:
    """Return when each step of a build was done."""
    found = (build_folder(build) / "steps").rglob("stamp")
    return {path.parent.name: path.stat().st_mtime_ns for path in found}


def typed(*words: str, code: int = 0) -> Result:
    run = CliRunner().invoke(main, ["skills", "map", *words])
    assert run.exit_code == code, run.output
    return run


class TestUponTheMapInForce:
    def test_of_two_built_upon_the_same_the_second_is_built_again(self, tmp_path: Path) -> None:
        first, second = ask(tmp_path), ask(tmp_path, seed=1)
        worked_on(first)
        worked_on(second)
        assert "nobody sees it yet" in text_of(signed_in("analyst"), f"/skills/builds/{second}/")
        actions.publish(build=first, by="ann", clock=CLOCK)
        with pytest.raises(Conflict, match="Build it again") as told:
            actions.publish(build=second, by="ann", clock=CLOCK)
        assert told.value.command == f"muster skills map work {second}"
        assert f"muster skills map work {second}" in typed("publish", str(second), code=1).output
        assert queries.current_number() == 1
        before, done = release_of(second), stamped(second)
        typed("work", str(second))
        assert {name: done[name] for name in ("adverts", "mentions")}.items() <= (
            stamped(second).items()
        ), "read and found once"
        assert release_of(second).about["previous"] == release_of(first).digest
        assert release_of(second).digest != before.digest
        assert actions.publish(build=second, by="ann", clock=CLOCK) == 2

    def test_on_the_page_it_is_built_again_and_not_published(self, tmp_path: Path) -> None:
        first, second = ask(tmp_path), ask(tmp_path, seed=1)
        worked_on(first)
        worked_on(second)
        client, address = signed_in("analyst"), f"/skills/builds/{second}/"
        actions.publish(build=first, by="ann", clock=CLOCK)
        text = text_of(client, address)
        assert "a map was published or withdrawn since" in text
        assert 'value="publish"' not in text
        client.post(address, {"do": "publish"})
        assert "Build it again" in text_of(client, address)
        client.post(address, {"do": "resume"})
        assert queries.build_seen(second).state == "waiting"
        worked_on(second)
        assert 'value="publish"' in text_of(client, address)

    def test_one_that_lay_on_a_map_that_was_withdrawn_is_built_again(self, tmp_path: Path) -> None:
        first = ask(tmp_path)
        worked_on(first)
        actions.publish(build=first, by="ann", clock=CLOCK)
        second = ask(tmp_path, seed=1)
        worked_on(second)
        actions.withdraw(number=1, why="Counted twice", by="bea", clock=CLOCK)
        with pytest.raises(Conflict, match="withdrawn since"):
            actions.publish(build=second, by="ann", clock=CLOCK)
        actions.resume_build(build=second, by="ann", clock=CLOCK)
        worked_on(second)
        assert release_of(second).about["previous"] is None
        assert actions.publish(build=second, by="ann", clock=CLOCK) == 2

    def test_one_that_lies_on_the_map_in_force_or_is_published_has_nothing_left(
        self, asked: uuid.UUID
    ) -> None:
        worked_on(asked)
        for _ in ("done", "published"):
            with pytest.raises(Conflict, match="The build is done"):
                actions.resume_build(build=asked, by="ann", clock=CLOCK)
            typed("work", str(asked))
            if queries.current_number() is None:
                actions.publish(build=asked, by="ann", clock=CLOCK)


class TestBrokenOff:
    def test_after_writing_and_then_a_correction_it_comes_to_its_end(
        self, asked: uuid.UUID
    ) -> None:
        worked_on(asked)
        written = release_of(asked)
        # The machine failed before the row said that it is done.
        Build.objects.filter(id=asked).update(state="waiting", ended_at=None)
        report = actions.report(
            release=1, skill=str(written.skills["id"][0]), kind="synonym", words="port craft",
            why="", by="ann", clock=CLOCK,
        )  # fmt: skip
        actions.decide(report=report, accept=True, why="", by="bea", clock=CLOCK)
        worked_on(asked)
        assert release_of(asked).digest != written.digest
        assert release_of(asked).about["lexicon"]["corrections"] == 1

    def test_what_a_process_left_half_done_is_cleared(self, asked: uuid.UUID) -> None:
        left = build_folder(asked) / "steps" / "adverts.0a.half"
        left.mkdir(parents=True)
        worked_on(asked)
        assert sorted(path.name for path in left.parent.iterdir()) == [
            "adverts", "mentions", "regions",
        ]  # fmt: skip


class TestTwoProcesses:
    """A process that was silent wakes up after another took up its build."""

    @pytest.mark.parametrize("ends", ["done", "broken", "stopped"])
    def test_the_one_that_was_silent_writes_nothing_of_the_other(
        self, asked: uuid.UUID, monkeypatch: pytest.MonkeyPatch, ends: str
    ) -> None:
        wrong = {"broken": FileNotFoundError(), "stopped": KeyboardInterrupt()}

        def taken_over(job: Job, progress: Progress) -> Built:
            Build.objects.update(started_at=LATER, heard_at=LATER, step="the other's")
            if ends in wrong:
                raise wrong[ends]
            return Built(job.folder, ("said by the first",))

        monkeypatch.setattr(learning, "build", taken_over)
        assert not learning.work_on(build_id=asked, clock=CLOCK)
        row = Build.objects.get(id=asked)
        assert (row.state, row.started_at, row.heard_at) == ("running", LATER, LATER)
        assert (row.said, row.cause, row.ended_at) == ([], "", None)

    def test_one_that_another_let_wait_is_not_done_by_the_first(
        self, asked: uuid.UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def let_wait(job: Job, progress: Progress) -> Built:
            Build.objects.update(state="waiting")
            return Built(job.folder, ())

        monkeypatch.setattr(learning, "build", let_wait)
        assert not learning.work_on(build_id=asked, clock=CLOCK)
        assert queries.build_seen(asked).state == "waiting"

    @pytest.mark.parametrize(
        ("now", "stops", "heard"),
        [({}, False, True), ({"state": "stopping"}, True, True),
         ({"started_at": LATER}, True, False), ({"state": "waiting"}, True, False)],
        ids=["its own", "somebody stops it", "taken up by another", "let wait by another"],
    )  # fmt: skip
    def test_it_hears_that_the_build_is_no_longer_its_own(
        self, asked: uuid.UUID, monkeypatch: pytest.MonkeyPatch, now: dict[str, object],
        stops: bool, heard: bool,
    ) -> None:  # fmt: skip
        monkeypatch.undo()
        rows = Build.objects.filter(id=asked)
        rows.update(**{"state": "running", "started_at": NOW, "heard_at": NOW, **now})
        hearing_it = hearing.Hearing()
        hearing_it("placing skills", 1, 3)
        hearing._say(asked, FixedClock(LATER), hearing_it, NOW)
        assert hearing_it.stopped.is_set() == stops
        assert rows.get().heard_at == (LATER if heard else NOW)


class TestWhatMayBeShown:
    """Adverts that employers sent, some of which they permit to be shown, beside files."""

    @staticmethod
    def sent(*told: tuple[str, bool]) -> pl.DataFrame:
        columns = ("key", "title", "organisation", "profession", "grade", "place", "region")
        rows = [
            {**dict.fromkeys(columns, f"{row}"), "posted": None, "text": text, "may_show": may}
            for row, (text, may) in enumerate(told)
        ]
        return pl.DataFrame(rows, schema_overrides={"posted": pl.Date})

    @staticmethod
    def row(files: dict[str, Path]) -> Build:
        build = actions.ask_build(
            files=files, held=True, linker="lexical", seed=0, by="ann", clock=CLOCK, may_show=True
        )
        return Build.objects.get(id=build)

    @staticmethod
    def sentences(job: Job) -> list[str]:
        """Return what a release of these adverts would show if every sentence named a skill."""
        corpus = read(job.paths)
        mentions = corpus.sentences.select(
            "sentence", skill=pl.lit(0, pl.Int64), surface=pl.lit("s"), probability=pl.lit(0.9)
        )
        ids = pl.DataFrame({"skill": [0], "id": ["esco:1"]})
        found = building._evidence(job, corpus, mentions, ids)
        return [] if found is None else sorted(found["sentence"])

    def test_a_resumed_build_shows_no_more_than_the_first(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mine, may, not_mine = (
            "You will mend nets in the harbour.", "You will trim lanterns on the quay.",
            "You will read the tides at night.",
        )  # fmt: skip
        monkeypatch.setattr(learning, "held", lambda: self.sent((may, True), (not_mine, False)))
        (tmp_path / "a.csv").write_text(f"title,description\nKeeper,{mine}\n")
        row = self.row({"a.csv": tmp_path / "a.csv"})
        first, again = learning._job(row), learning._job(row)
        assert again == first
        assert first.shown == {"000-a.csv", "held-shown.parquet"}
        assert self.sentences(first) == self.sentences(again) == sorted([mine, may])

    @pytest.mark.parametrize("now", [("You will trim lanterns on the quay.", False), None])
    def test_one_that_goes_on_shows_nothing_that_was_withdrawn_since(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: tuple[str, bool] | None
    ) -> None:
        text = "You will trim lanterns on the quay."
        row = self.row({})
        monkeypatch.setattr(learning, "held", lambda: self.sent((text, True)))
        assert self.sentences(learning._job(row)) == [text]
        row.state, row.ended_at = "stopped", CLOCK.now()
        row.save()
        sent = self.sent(("You will dig canals.", False), *([now] if now else []))
        monkeypatch.setattr(learning, "held", lambda: sent)
        actions.resume_build(build=row.id, by="ann", clock=CLOCK)
        assert self.sentences(learning._job(row)) == []

    def test_one_broken_off_while_they_were_written_writes_both_anew(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = "You will trim lanterns on the quay."
        row = self.row({})
        monkeypatch.setattr(learning, "held", lambda: self.sent((text, True)))
        with monkeypatch.context() as broken:
            broken.setattr(learning, "to_disk", self.fails_at(storing.OTHERS))
            with pytest.raises(OSError, match="full"):
                learning._job(row)
        monkeypatch.setattr(learning, "held", lambda: self.sent((text, False)))
        assert self.sentences(learning._job(row)) == []

    @staticmethod
    def fails_at(name: str) -> object:
        def to_disk(path: Path) -> None:
            if path.name == name:
                raise OSError("full")

        return to_disk

    def test_what_lies_in_zips_and_folders_is_shown_as_well(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = ["You will mend nets in the harbour.", "You will trim lanterns on the quay.",
                "You will read the tides at night."]  # fmt: skip
        html = "<html><body><h1>Keeper</h1><p>{}</p></body></html>"
        with zipfile.ZipFile(tmp_path / "some.zip", "w") as made:
            made.writestr("deep/a.html", html.format(told[0]))
        (tmp_path / "more" / "deep").mkdir(parents=True)
        (tmp_path / "more" / "b.html").write_text(html.format(told[1]))
        # Whatever a file in a folder is called, it is not taken for what employers sent.
        sent = self.sent((told[2], False))
        sent.drop("may_show").write_parquet(tmp_path / "more" / "deep" / "held-others.parquet")
        monkeypatch.setattr(learning, "held", lambda: self.sent(("You will dig canals.", False)))
        row = self.row({"some.zip": tmp_path / "some.zip", "more": tmp_path / "more"})
        assert self.sentences(learning._job(row)) == sorted(told)
        Build.objects.update(may_show=False)
        assert self.sentences(learning._job(Build.objects.get())) == []


class TestFolders:
    def test_at_the_terminal_a_folder_is_read_as_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        jobs: list[Job] = []

        def keep(job: Job, progress: Progress) -> Built:
            jobs.append(job)
            said = read(job.paths).said
            return Built(job.folder, tuple(f"{one.file}: {one.what}" for one in said))

        folder = tmp_path / "adverts"
        (folder / "old").mkdir(parents=True)
        for number in range(120):
            (folder / "old" / f"{number}.txt").write_text(
                f"Keeper of port {number}\n\nYou will trim {number} lanterns on the quay."
            )
        (folder / "scanned.pdf").write_bytes(b"%PDF-1.4 and nothing")
        for hidden in (".DS_Store", "~$brief.docx", ".git/config", "__MACOSX/._a.txt"):
            (folder / hidden).parent.mkdir(exist_ok=True)
            (folder / hidden).write_bytes(b"\x00\x01")
        monkeypatch.setattr(learning, "build", keep)
        CliRunner().invoke(main, ["skills", "map", "build", str(folder), "--no-publish"])
        (build,) = queries.builds()
        assert build.state == "done", build.cause
        assert build.files == ("adverts",)
        (job,) = jobs
        assert sum(path.is_file() for path in job.paths[0].rglob("*")) == 121
        (left_out,) = [one for one in build.said if "left out" in one]
        assert left_out.startswith("adverts/scanned.pdf: ")

    def test_a_folder_of_nothing_is_refused_by_its_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "none").mkdir()
        (tmp_path / "none" / ".DS_Store").write_bytes(b"\x00")
        told = typed("build", str(tmp_path / "none"), code=1).output
        assert "The folder holds 0 files" in told
        assert "(file none)" in told
        monkeypatch.chdir(tmp_path / "none")
        assert "(file none)" in typed("build", ".", code=1).output
        assert not Build.objects.exists()

    def test_files_of_the_same_name_are_all_read(self, tmp_path: Path) -> None:
        from muster.cli.skills import _named

        given = [Path(one) for one in ("a.csv", "2-a.csv", "x/a.csv", "y/a.csv", "x/2-a.csv")]
        named = _named(tuple(given))
        assert sorted(named.values()) == sorted(given)
        assert list(named)[:2] == ["a.csv", "2-a.csv"]
