"""Steps of a build: whole or not there, whoever else works on it and whatever breaks off."""

import os
from pathlib import Path

import pytest

from muster.services.skills.map import steps
from muster.services.skills.map.steps import Kept, Stopped, clear_halves, digest_of


def kept(folder: Path, made_from: str = "adverts") -> Kept:
    return Kept(folder, "mentions", made_from)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_a_step_is_done_once_from_the_same(tmp_path: Path) -> None:
    for made_from, written in (("a", "1"), ("a", "2"), ("b", "3"), ("b", "4")):
        made = kept(tmp_path, made_from).make(
            lambda folder, written=written: (folder / "found").write_text(written)  # type: ignore[misc]
        )
        assert (made / "found").read_text() == {"a": "1", "b": "3"}[made_from]
    assert names(tmp_path / "steps") == ["mentions"]


def test_two_processes_at_the_same_step_take_nothing_from_each_other(tmp_path: Path) -> None:
    def awake_again(folder: Path) -> None:
        (folder / "first").write_text("slow")
        successor = kept(tmp_path).make(lambda other: (other / "first").write_text("quick"))  # type: ignore[arg-type]
        assert (successor / "first").read_text() == "quick"
        (folder / "second").write_text("slow")

    made = kept(tmp_path).make(awake_again)
    assert names(made) == ["first", "stamp"], "what one of them made, and all of it"
    assert (made / "first").read_text() == "quick"
    assert names(tmp_path / "steps") == ["mentions"]


def test_what_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    def stopped(folder: Path) -> None:
        (folder / "found").write_text("half")
        raise Stopped

    with pytest.raises(Stopped):
        kept(tmp_path).make(stopped)
    assert names(tmp_path / "steps") == []


def test_halves_that_processes_left_are_cleared_and_nothing_else(tmp_path: Path) -> None:
    whole = kept(tmp_path).make(lambda folder: (folder / "found").write_text("all"))  # type: ignore[arg-type]
    for left in ("steps/regions.0a.half", "steps/linked/000000004.0b.half", "held.0c.half",
                 ".release.0d.writing"):  # fmt: skip
        (tmp_path / left).mkdir(parents=True)
        (tmp_path / left / "found").write_text("half")
    for stays in ("release", "files/000-more.half"):
        (tmp_path / stays).mkdir(parents=True)
    clear_halves(tmp_path)
    assert names(tmp_path) == ["files", "release", "steps"]
    assert names(tmp_path / "files") == ["000-more.half"]
    assert names(tmp_path / "steps") == ["linked", "mentions"]
    assert names(tmp_path / "steps" / "linked") == []
    assert names(whole) == ["found", "stamp"]


def test_a_build_that_was_never_begun_has_no_halves(tmp_path: Path) -> None:
    clear_halves(tmp_path / "none")


def test_the_store_has_a_step_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(steps, "to_disk", lambda path: done.append(path.name.partition(".")[0]))
    replace = os.replace

    def named(source: Path, target: Path) -> None:
        done.append("named")
        replace(source, target)

    monkeypatch.setattr(os, "replace", named)

    def write(folder: Path) -> None:
        (folder / "deep").mkdir()
        (folder / "deep" / "places").write_text("x")
        (folder / "said").write_text("y")

    kept(tmp_path).make(write)
    assert set(done[:2]) == {"places", "said"}
    assert done[2:] == ["stamp", "mentions", "named", "steps"]


def test_files_of_a_folder_are_told_apart_by_where_they_lie(tmp_path: Path) -> None:
    for place in ("one", "two"):
        (tmp_path / "all" / place).mkdir(parents=True)
        (tmp_path / "all" / place / "a.csv").write_text(place)
    (tmp_path / "b.csv").write_text("b")
    told = digest_of([tmp_path / "all", tmp_path / "b.csv"])
    assert [one["name"] for one in told] == ["one/a.csv", "two/a.csv", "b.csv"]
    assert len({one["sha256"] for one in told}) == 3
