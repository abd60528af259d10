"""Builds, releases and reports: who may do what to them when, and what holds afterwards."""

import datetime as dt
import uuid
from pathlib import Path

import pytest

from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.services.skills import actions, queries
from muster.services.skills.keeping import BUILDS_KEPT, REPORTS_KEPT, give_up_old
from muster.services.skills.map.lexicon.corrections import Correction
from muster.services.skills.models import Build, Published
from muster.services.skills.storing import build_folder, release_folder
from tests.skills_release import made_up_release

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
CLOCK = FixedClock(NOW)


@pytest.fixture
def adverts(tmp_path: Path) -> Path:
    path = tmp_path / "adverts.csv"
    path.write_text("title,description\nClerk,Keeps books\n", encoding="utf-8")
    return path


def asked(adverts: Path, **other: object) -> uuid.UUID:
    said = {"files": {"adverts.csv": adverts}, "held": False, "linker": "lexical", "seed": 0,
            "by": "ann", "clock": CLOCK, **other}  # fmt: skip
    return actions.ask_build(**said)  # type: ignore[arg-type]


def done(adverts: Path) -> uuid.UUID:
    """Return a build whose release stands in its folder, and lies on the one in force."""
    build = asked(adverts)
    made_up_release(build_folder(build) / "release", previous=queries.digest_in_force())
    Build.objects.filter(id=build).update(state="done", ended_at=NOW)
    return build


def reported(**other: object) -> uuid.UUID:
    said = {"release": 1, "skill": "esco:1", "kind": "synonym", "words": "sums", "why": "",
            "by": "ann", "clock": CLOCK, **other}  # fmt: skip
    return actions.report(**said)  # type: ignore[arg-type]


def test_a_build_keeps_a_copy_of_its_files(adverts: Path) -> None:
    build = asked(adverts, files={"../../etc/passwd": adverts, "b.csv": adverts})
    kept = sorted(path.name for path in (build_folder(build) / "files").iterdir())
    assert kept == ["000-passwd", "001-b.csv"]
    assert queries.build_seen(build).files == ("../../etc/passwd", "b.csv")


@pytest.mark.parametrize(
    "wrong", [{"files": {}}, {"linker": "guess"}, {"files": {str(n): None for n in range(101)}}]
)
def test_a_build_of_nothing_or_too_much_is_refused(adverts: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        asked(adverts, **wrong)
    assert not Build.objects.exists()


def test_a_waiting_build_is_stopped_at_once_and_resumed(adverts: Path) -> None:
    build = asked(adverts)
    actions.stop_build(build=build, by="ann", clock=CLOCK)
    assert queries.build_seen(build).state == "stopped"
    with pytest.raises(Conflict):
        actions.stop_build(build=build, by="ann", clock=CLOCK)
    actions.resume_build(build=build, by="ann", clock=CLOCK)
    assert queries.build_seen(build).state == "waiting"
    with pytest.raises(Conflict):
        actions.resume_build(build=build, by="ann", clock=CLOCK)


def test_a_running_build_is_asked_to_stop(adverts: Path) -> None:
    build = asked(adverts)
    Build.objects.update(state="running")
    actions.stop_build(build=build, by="ann", clock=CLOCK)
    assert queries.build_seen(build).state == "stopping"


def test_a_release_is_seen_until_it_is_withdrawn(adverts: Path) -> None:
    assert queries.published() is None
    first = actions.publish(build=done(adverts), by="ann", clock=CLOCK)
    second = actions.publish(build=done(adverts), by="ann", clock=CLOCK)
    assert (first, second, queries.current_number()) == (1, 2, 2)
    assert queries.published() is not None
    actions.withdraw(number=2, why="Counted twice", by="bea", clock=CLOCK)
    assert queries.current_number() == 1
    with pytest.raises(NotFound):
        queries.published_number(2)
    with pytest.raises(Conflict):
        actions.withdraw(number=2, why="Again", by="bea", clock=CLOCK)
    with pytest.raises(BadInput):
        actions.withdraw(number=1, why=" ", by="bea", clock=CLOCK)


def test_only_what_is_done_is_published_and_once(adverts: Path) -> None:
    with pytest.raises(Conflict):
        actions.publish(build=asked(adverts), by="ann", clock=CLOCK)
    build = done(adverts)
    actions.publish(build=build, by="ann", clock=CLOCK)
    with pytest.raises(Conflict):
        actions.publish(build=build, by="ann", clock=CLOCK)
    assert Published.objects.count() == 1


def test_what_an_interrupted_publication_left_is_in_nobodys_way(adverts: Path) -> None:
    release_folder(1).mkdir(parents=True, exist_ok=True)
    (release_folder(1) / "half").write_text("x")
    actions.publish(build=done(adverts), by="ann", clock=CLOCK)
    assert queries.published() is not None
    assert not (release_folder(1) / "half").exists()


def test_somebody_else_decides_and_a_decision_is_undone() -> None:
    report = reported()
    with pytest.raises(Conflict):
        actions.decide(report=report, accept=True, why="", by="ann", clock=CLOCK)
    actions.decide(report=report, accept=True, why="", by="bea", clock=CLOCK)
    assert queries.corrections() == (Correction("synonym", "esco:1", "sums"),)
    actions.undo_decision(report=report, by="bea", clock=CLOCK)
    assert queries.corrections() == ()
    assert queries.report_seen(report).state == "open"


def test_words_that_are_wrong_become_a_correction_of_that_skill_alone() -> None:
    report = reported(kind="wrong", words="  heavy   goods ")
    actions.decide(report=report, accept=True, why="", by="bea", clock=CLOCK)
    assert queries.corrections() == (Correction("not this", "esco:1", "heavy goods"),)


@pytest.mark.parametrize("wrong", [{"words": "x"}, {"words": "x" * 101}, {"kind": "both"}])
def test_a_report_without_words_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        reported(**wrong)


def test_the_same_is_reported_once_while_it_is_open() -> None:
    report = reported()
    with pytest.raises(Conflict):
        reported()
    actions.decide(report=report, accept=False, why="No", by="bea", clock=CLOCK)
    reported()


def test_after_its_time_a_report_names_nobody_and_still_corrects(adverts: Path) -> None:
    report = reported(why="My team says so")
    actions.decide(report=report, accept=True, why="", by="bea", clock=CLOCK)
    kept, given_up = done(adverts), done(adverts)
    actions.publish(build=kept, by="ann", clock=CLOCK)
    assert give_up_old(clock=FixedClock(NOW + BUILDS_KEPT)) == 0
    assert give_up_old(clock=FixedClock(NOW + REPORTS_KEPT + dt.timedelta(days=1))) == 2
    seen = queries.report_seen(report)
    assert (seen.reported_by, seen.why) == ("", "")
    assert queries.corrections() == (Correction("synonym", "esco:1", "sums"),)
    assert not build_folder(given_up).exists()
    assert build_folder(kept).exists()
