"""What every place promises: on disk, in memory, on an SFTP server, and its fake."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import fsspec  # type: ignore[import-untyped]
import pytest
from fsspec.implementations.memory import (  # type: ignore[import-untyped]
    MemoryFile,
    MemoryFileSystem,
)

from muster.connectors.outlets import Unreachable
from muster.connectors.places.contract import Place
from muster.connectors.places.fake import FakePlace
from muster.connectors.places.folder import Folder
from tests.sftp_server import running_sftp

KINDS = ("disk", "memory", "store", "sftp", "fake")


class PretendStore(MemoryFileSystem):  # type: ignore[misc]
    """An object store in memory: no folders, and a file is there when it is whole."""

    protocol = "s3"
    store: ClassVar[dict[str, MemoryFile]] = {}

    def __init__(self, key: str, **others: Any) -> None:
        super().__init__(key=key, **others)
        if key != "right":
            raise PermissionError("no access")

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.replace("s3://", "/")))

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **others: Any) -> None:
        self.store[self._strip_protocol(path)] = MemoryFile(self, path, value)

    def mv(self, old: str, new: str, **others: Any) -> None:
        self.pipe_file(new, self.cat_file(old))
        self.rm_file(old)

    def _open(self, path: str, mode: str = "rb", *given: Any, **others: Any) -> Any:
        assert mode == "rb", "an object is written whole"
        return super()._open(path, mode, *given, **others)


@dataclass
class Case:
    """One place: how it is opened anew, how it is opened where it cannot be reached."""

    opened: Callable[[], Place]
    unreachable: Callable[[], Place]


@pytest.fixture(params=KINDS)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    if request.param == "fake":
        held, off = FakePlace(), FakePlace()
        off.reachable = False
        yield Case(lambda: held, lambda: off)
    elif request.param == "store":
        fsspec.register_implementation("s3", PretendStore, clobber=True)
        PretendStore.store.clear()
        PretendStore.pseudo_dirs = ["", "/bucket", "/bucket/drop"]
        settings = {"url": "s3://bucket/drop", "access": '{"key": "right"}'}
        nowhere = {**settings, "access": '{"key": "correct horse"}'}
        yield Case(lambda: Folder(settings), lambda: Folder(nowhere))
    elif request.param == "sftp":
        with running_sftp(tmp_path) as server:
            settings = server.settings()
            nowhere = {**settings, "url": "sftp://payroll@127.0.0.1:1//drop"}
            yield Case(lambda: Folder(settings), lambda: Folder(nowhere))
    else:
        path = tmp_path / "drop" if request.param == "disk" else Path(f"/{uuid4()}")
        kind = "file" if request.param == "disk" else "memory"
        settings = {"url": f"{kind}://{path}", "local": "yes"}
        fsspec.filesystem(kind).makedirs(str(path))
        nowhere = {**settings, "url": f"{kind}:///nowhere/{uuid4()}"}
        yield Case(lambda: Folder(settings), lambda: Folder(nowhere))


def paths(place: Place) -> list[str]:
    return [held.path for held in place.files()]


def test_it_is_well_where_it_can_be_reached(case: Case) -> None:
    assert case.opened().health().ready
    health = case.unreachable().health()
    assert (health.ready, bool(health.said)) == (False, True)
    with pytest.raises(Unreachable) as raised:
        case.unreachable().files()
    assert "correct horse" not in raised.value.said


def test_what_is_written_is_read_and_listed(case: Case) -> None:
    place = case.opened()
    content = bytes(range(256)) * 5_000
    assert place.write("b.csv", content)
    assert place.write("hr/2026/a.csv", b"a\n")
    again = case.opened()
    assert again.read("b.csv", 10_000_000) == content
    assert again.read("b.csv", 7) == content[:7]
    assert again.read("c.csv", 7) is None
    assert paths(again) == ["b.csv", "hr/2026/a.csv"]
    assert [held.size for held in again.files()] == [len(content), 2]


def test_written_again_the_same_bytes_change_nothing(case: Case) -> None:
    place = case.opened()
    assert place.write("a.csv", b"one")
    before = place.files()
    assert not place.write("a.csv", b"one")
    assert place.files() == before
    assert place.write("a.csv", b"another")
    assert place.read("a.csv", 99) == b"another"
    assert paths(place) == ["a.csv"]


def test_a_moved_file_is_in_its_new_place_alone(case: Case) -> None:
    place = case.opened()
    place.write("a.csv", b"one")
    place.move("a.csv", "taken/a.csv")
    assert paths(place) == ["taken/a.csv"]
    assert [held.path for held in place.files(["taken"])] == []
    place.write("a.csv", b"two")
    place.move("a.csv", "taken/a.csv")
    assert place.read("taken/a.csv", 99) == b"two"


def test_a_file_that_changes_has_another_stamp(case: Case) -> None:
    place = case.opened()
    place.write("a.csv", b"one")
    before = place.files()[0].stamp
    place.write("a.csv", b"longer")
    assert place.files()[0].stamp != before
