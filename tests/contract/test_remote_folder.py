"""What fetching from a folder elsewhere promises: over SFTP, on disk, and its fake."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from muster.connectors.contract import Connector, Offer, Skipped
from muster.connectors.outlets import Unreachable
from muster.connectors.places.contract import Place
from muster.connectors.places.fake import FakePlace
from muster.connectors.places.folder import Folder
from muster.connectors.remote_folder.connector import RemoteFolder
from muster.connectors.remote_folder.fake import FakeRemoteFolder
from muster.kernel.errors import BadInput
from tests.sftp_server import running_sftp


@dataclass
class Case:
    """One folder: what it holds, and how a connector to it is made with further settings."""

    place: Place
    made: Callable[..., RemoteFolder]

    def holding(self, files: dict[str, bytes], **settings: str) -> RemoteFolder:
        for path, content in files.items():
            self.place.write(path, content)
        return self.made(**settings)


@pytest.fixture(params=["sftp", "disk", "fake"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    if request.param == "fake":
        held = FakePlace()
        yield Case(held, lambda **more: FakeRemoteFolder(held, more))
        return
    if request.param == "disk":
        (tmp_path / "drop").mkdir()
        here = {"url": f"file://{tmp_path}/drop", "local": "yes", "settle": "0"}
        yield Case(Folder(here), lambda **more: RemoteFolder({**here, **more}))
        return
    with running_sftp(tmp_path) as server:
        told = server.settings(settle="0")
        yield Case(Folder(told), lambda **more: RemoteFolder({**told, **more}))


def offers(connector: Connector) -> dict[str, bytes]:
    return {item.name: item.content for item in connector.pull() if isinstance(item, Offer)}


def skipped(connector: Connector) -> dict[str, str]:
    return {item.name: item.why for item in connector.pull() if isinstance(item, Skipped)}


def top(case: Case, name: str) -> str:
    return f"{'memory' if isinstance(case.place, FakePlace) else 'drop'}/{name}"


def test_it_says_what_it_is(case: Case) -> None:
    said = case.holding({}).describe()
    assert (said.kind, said.pulls, said.pushes) == ("remote_folder", True, True)
    assert case.holding({}).health().ready


def test_it_offers_exact_bytes_under_folder_and_file(case: Case) -> None:
    files = {"hmt/staff.csv": b"a\r\n\xff\x00", "dft/staff.csv": b"", "top.xlsx": b"PK"}
    found = offers(case.holding(files))
    assert found == {
        "hmt/staff.csv": b"a\r\n\xff\x00", "dft/staff.csv": b"", top(case, "top.xlsx"): b"PK",
    }  # fmt: skip


def test_names_are_unique_whatever_their_case(case: Case) -> None:
    connector = case.holding({"a/hr/staff.csv": b"1", "b/hr/STAFF.CSV": b"2", "c/hr/x.csv": b"3"})
    found = offers(connector)
    assert sorted(found.values()) == [b"1", b"2", b"3"]
    assert len({name.casefold() for name in found}) == 3


def test_what_is_no_data_is_skipped_with_the_reason(case: Case) -> None:
    files = {"a.exe": b"MZ", ".hidden.csv": b"", "b.csv.part": b"a", "c.docx": b"PK"}
    assert set(skipped(case.holding(files))) == {top(case, name) for name in files}
    assert offers(case.made()) == {}


def test_files_wait_for_their_done_markers(case: Case) -> None:
    fit = hashlib.sha256(b"a\n").hexdigest().encode()
    files = {"a.csv": b"a\n", "a.csv.done": fit, "b.csv": b"b\n", "c.csv": b"c\n", "c.done": b"99"}
    connector = case.holding(files)
    assert offers(connector) == {top(case, "a.csv"): b"a\n"}
    assert set(skipped(connector)) == {top(case, "b.csv"), top(case, "c.csv")}


def test_what_is_too_large_is_not_taken(case: Case) -> None:
    connector = case.holding({"a.csv": b"x" * 1_048_577, "b.csv": b"b"}, megabytes="1")
    assert offers(connector) == {top(case, "b.csv"): b"b"}
    assert "larger" in skipped(connector)[top(case, "a.csv")]


def test_what_was_taken_is_moved_once_it_is_kept(case: Case) -> None:
    files = {"a.csv": b"1", "a.csv.done": b"", "b.csv": b"2", "b.done": b""}
    connector = case.holding(files, taken="done/by-us")
    turn = connector.pull()
    assert isinstance(next(turn), Offer)
    assert case.place.read("a.csv", 9) == b"1"  # whoever asked for it may not have kept it yet
    assert isinstance(next(turn), Offer)
    assert case.place.read("a.csv", 9) is None
    assert case.place.read("done/by-us/a.csv.done", 9) == b""
    assert list(turn) == []
    assert case.place.read("done/by-us/b.csv", 9) == b"2"
    assert list(connector.pull()) == []


def test_a_file_that_grows_meanwhile_waits(case: Case) -> None:
    connector = case.holding({"a.csv": b"1", "b.csv": b"2"}, settle="5")
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        case.place.write("a.csv", b"1 and more")
        case.place.write("late.csv", b"3")

    connector._sleep = sleep
    found = list(connector.pull())
    assert waited == [5]
    assert [item for item in found if isinstance(item, Offer)] == [Offer(top(case, "b.csv"), b"2")]
    assert {item.why for item in found if isinstance(item, Skipped)} == {"still being written"}


def test_what_is_pushed_is_offered_and_again_replaces_it(case: Case) -> None:
    connector = case.made()
    connector.push(Offer("hmt/a.csv", b"1"))
    connector.push(Offer("hmt/a.csv", b"2"))
    assert offers(connector) == {"hmt/a.csv": b"2"}


@pytest.mark.parametrize(
    "name", ["", "../a.csv", "/etc/a.csv", "a/../../b.csv", "a\nb.csv", "c:/x"]
)
def test_no_name_leaves_the_folder(case: Case, name: str) -> None:
    with pytest.raises(BadInput):
        case.made().push(Offer(name, b""))
    assert offers(case.made()) == {}


def test_out_of_reach_it_says_so(tmp_path: Path) -> None:
    gone = RemoteFolder({"url": f"file://{tmp_path}/gone", "local": "yes"})
    with pytest.raises(Unreachable):
        list(gone.pull())
    assert not gone.health().ready
