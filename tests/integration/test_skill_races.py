"""Two at once, and what breaks off: builds, publications and decisions meet each other."""

import datetime as dt
import threading
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.db import connection

from muster.cli.main import main
from muster.kernel.clock import FixedClock
from muster.kernel.errors import Conflict, MusterError
from muster.services.skills import actions, hearing, learning, queries, starting, storing
from muster.services.skills.map.building import Built
from muster.services.skills.map.release import Release
from muster.services.skills.map.steps import Stopped
from muster.services.skills.models import Build, Published
from muster.services.skills.rules import SILENT_FOR
from muster.services.skills.storing import release_folder
from tests.integration.skill_pages_world import done_build

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
CLOCK = FixedClock(NOW)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is broken here from other tests; signs of life would wait for this one's end."""
    home = SimpleNamespace(home=tmp_path / "home")
    monkeypatch.setattr(storing, "settings", lambda: home)
    monkeypatch.setattr(hearing, "_say", lambda *_said: None)
    queries._opened.cache_clear()


def asked(files: dict[str, Path], **other: object) -> uuid.UUID:
    said = {"held": False, "linker": "lexical", "seed": 0, "by": "ann", "clock": CLOCK, **other}
    return actions.ask_build(files=files, **said)  # type: ignore[arg-type]


@pytest.fixture
def adverts(tmp_path: Path) -> Path:
    path = tmp_path / "adverts.csv"
    path.write_text("title,description\nClerk,Keeps books\n", encoding="utf-8")
    return path


class TestTwoAtOnce:
    def test_a_second_build_waits_while_one_runs(self, adverts: Path) -> None:
        first, second = asked({"a.csv": adverts}), asked({"a.csv": adverts})
        Build.objects.filter(id=first).update(state="running", heard_at=NOW)
        with pytest.raises(Conflict, match="Another build"):
            learning.work_on(build_id=second, clock=CLOCK)
        assert queries.build_seen(second).state == "waiting"
        assert starting.due(CLOCK) is None

    def test_one_that_died_gives_way_and_is_taken_up_later(
        self, adverts: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = asked({"a.csv": adverts}), asked({"a.csv": adverts})
        died = NOW - SILENT_FOR - dt.timedelta(seconds=1)
        Build.objects.filter(id=second).update(state="running", heard_at=died)
        monkeypatch.setattr(learning, "build", lambda job, progress: Built(job.folder, ()))
        for expected in (first, second):
            assert starting.due(CLOCK) == expected
            assert learning.work_on(build_id=expected, clock=CLOCK)
        assert starting.due(CLOCK) is None

    def test_whoever_stops_a_dead_build_need_not_wait_for_it(self, adverts: Path) -> None:
        build = asked({"a.csv": adverts})
        died = NOW - SILENT_FOR - dt.timedelta(seconds=1)
        Build.objects.filter(id=build).update(state="running", heard_at=died)
        actions.stop_build(build=build, by="ann", clock=CLOCK)
        assert not learning.work_on(build_id=build, clock=CLOCK)
        assert queries.build_seen(build).state == "stopped"

    def test_an_undone_decision_does_not_meet_the_same_report_made_again(self) -> None:
        said = {"release": 1, "skill": "esco:1", "kind": "wrong", "words": "tides", "why": "",
                "by": "ann", "clock": CLOCK}  # fmt: skip
        first = actions.report(**said)  # type: ignore[arg-type]
        actions.decide(report=first, accept=False, why="No", by="bea", clock=CLOCK)
        actions.report(**said)  # type: ignore[arg-type]
        with pytest.raises(Conflict, match="reported again"):
            actions.undo_decision(report=first, by="bea", clock=CLOCK)
        assert queries.report_seen(first).state == "refused"

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("same", [True, False])
    def test_two_who_publish_at_the_same_moment_make_no_release_twice(self, same: bool) -> None:
        builds = [done_build(with_release=True)] * 2 if same else [
            done_build(with_release=True) for _ in range(2)
        ]  # fmt: skip
        told: list[object] = []
        together = threading.Barrier(2)

        def publish(build: uuid.UUID) -> None:
            together.wait()
            try:
                told.append(actions.publish(build=build, by="ann", clock=CLOCK))
            except MusterError as problem:
                told.append(type(problem))
            finally:
                connection.close()

        threads = [threading.Thread(target=publish, args=(one,)) for one in builds]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        numbers = sorted(one for one in told if isinstance(one, int))
        assert numbers == [1], "the other lies on no map, and one is in force"
        assert len(told) == 2
        assert [one for one in told if not isinstance(one, int)] == [Conflict]
        for row in Published.objects.all():
            Release.open(release_folder(row.number), digest=row.digest)


class TestStoppedAtATerminal:
    def test_a_build_that_is_broken_off_says_how_to_go_on_and_does(
        self, adverts: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken_off(job: object, progress: object) -> Built:
            raise KeyboardInterrupt

        monkeypatch.setattr(learning, "build", broken_off)
        run = CliRunner()
        first = run.invoke(main, ["skills", "map", "build", str(adverts)])
        build = Build.objects.get()
        assert (first.exit_code, build.state, build.cause) == (1, "stopped", "")
        assert f"muster skills map work {build.id}" in first.output
        due = run.invoke(main, ["skills", "map", "work", str(build.id), "-d"])
        assert (due.exit_code, queries.build_seen(build.id).state) == (0, "stopped")
        monkeypatch.setattr(learning, "build", lambda job, progress: Built(job.folder, ("Said",)))
        again = run.invoke(main, ["skills", "map", "work", str(build.id)])
        assert (again.exit_code, queries.build_seen(build.id).state) == (0, "done")
        assert f"muster skills map publish {build.id}" in again.output

    def test_one_key_stops_with_the_next_word_and_a_second_at_once(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        keys, heard = hearing.Keys(), hearing.Hearing()
        keys.press(2, None)
        with pytest.raises(Stopped), keys.stopping(heard):
            pytest.fail("a key pressed before the work lets none begin")
        keys = hearing.Keys()
        with pytest.raises(Stopped), keys.stopping(heard):
            keys.press(2, None)
            assert "Once more breaks it off" in capfd.readouterr().err
            heard("placing skills", 1, 3)
        keys = hearing.Keys()
        with pytest.raises(KeyboardInterrupt), keys.stopping(heard):
            keys.press(2, None)
            keys.press(2, None)
        keys.press(2, None)

    def test_work_on_a_build_that_is_none_says_so(self) -> None:
        told = CliRunner().invoke(main, ["skills", "map", "work", str(uuid.UUID(int=0))])
        assert told.exit_code == 1
        assert "no such build" in told.output

    def test_long_files_are_counted_as_far_as_every_database_counts(self) -> None:
        heard = hearing.Hearing()
        heard("reading adverts", 90_000_000_000, 100_000_000_000)
        _step, done, of = heard.last
        assert done / of == pytest.approx(0.9)
        assert of < 2**31
