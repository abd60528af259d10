"""What a mailbox promises: a maildir, and its fake."""

from abc import ABC, abstractmethod
from mailbox import Maildir
from pathlib import Path

import pytest

from muster.connectors.contract import Connector, Offer, Skipped
from muster.connectors.mailbox.connector import DUPLICATE, WAITS, Mailbox
from muster.connectors.mailbox.fake import FakeMailbox
from muster.kernel.errors import BadInput
from tests.letters import SETTINGS, message


class Case(ABC):
    """One mailbox, which outlives the connectors that look into it."""

    box: Connector

    @abstractmethod
    def put(self, name: str, content: bytes) -> None:
        """Have a message arrive."""

    @abstractmethod
    def state(self) -> tuple[int, int, list[str]]:
        """Return how many messages wait and were taken, and why each other was refused."""

    @abstractmethod
    def switch_off(self) -> None:
        """Put it out of reach."""

    def pulled(self) -> dict[str, bytes]:
        return {item.name: item.content for item in self.box.pull() if isinstance(item, Offer)}

    def skipped(self) -> list[str]:
        return [item.why for item in self.box.pull() if isinstance(item, Skipped)]


class Disk(Case):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        Maildir(folder, create=True)
        self.box = Mailbox({**SETTINGS, "folder": str(folder), "megabytes": "1"})

    def put(self, name: str, content: bytes) -> None:
        (self.folder / "new" / name).write_bytes(content)

    def state(self) -> tuple[int, int, list[str]]:
        waiting = [*(self.folder / "new").iterdir(), *(self.folder / "cur").iterdir()]
        taken = [*self.folder.glob(".Taken/cur/*")]
        kept = sorted(path.name for path in self.folder.glob(".Refused/cur/*"))
        why = sorted(self.folder.glob(".Refused/*.reason"))
        assert [path.name.removesuffix(".reason") for path in why] == kept
        return len(waiting), len(taken), [path.read_text().strip() for path in why]

    def switch_off(self) -> None:
        (self.folder / "new").rename(self.folder / "gone")


class Memory(Case):
    def __init__(self) -> None:
        self.fake = FakeMailbox({**SETTINGS, "megabytes": "1"})
        self.box = self.fake

    def put(self, name: str, content: bytes) -> None:
        self.fake.waiting[name] = content

    def state(self) -> tuple[int, int, list[str]]:
        why = [why for _, (why, _) in sorted(self.fake.refused.items())]
        return len(self.fake.waiting), len(self.fake.taken), why

    def switch_off(self) -> None:
        self.fake.reachable = False


@pytest.fixture(params=["maildir", "fake"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return Disk(tmp_path / "box") if request.param == "maildir" else Memory()


def test_it_says_what_it_is(case: Case) -> None:
    said = case.box.describe()
    assert (said.kind, said.pulls, said.pushes) == ("mailbox", True, False)
    assert case.box.health().ready


def test_files_are_offered_under_the_senders_domain(case: Case) -> None:
    files = {"staff.xlsx": b"PK\x00\xff", "Leavers 2026.csv": b"a\n", "logo.png": b"PNG"}
    case.put("1", message(files=files).as_bytes())
    assert case.pulled() == {
        "dept.example/staff.xlsx": b"PK\x00\xff", "dept.example/Leavers 2026.csv": b"a\n",
    }  # fmt: skip
    assert case.state() == (0, 1, [])
    assert list(case.box.pull()) == []


def test_a_message_is_taken_once_its_files_are_kept(case: Case) -> None:
    case.put("1", message(files={"a.csv": b"1", "b.csv": b"2"}).as_bytes())
    turn = case.box.pull()
    next(turn)
    next(turn)
    assert case.state()[0] == 1  # whoever asked may not have kept the second yet
    assert list(turn) == []
    assert case.state() == (0, 1, [])


def test_broken_off_the_message_is_offered_again(case: Case) -> None:
    case.put("1", message().as_bytes())
    turn = case.box.pull()
    next(turn)
    del turn
    assert set(case.pulled()) == {"dept.example/staff.xlsx"}


def test_a_second_copy_is_refused(case: Case) -> None:
    case.put("1", message().as_bytes())
    case.put("2", message(files={"staff.xlsx": b"PK two"}).as_bytes())
    assert case.pulled() == {"dept.example/staff.xlsx": b"PK one"}
    case.put("3", message().as_bytes())
    assert case.skipped() == [DUPLICATE]
    assert case.state() == (0, 1, [DUPLICATE, DUPLICATE])


def test_without_an_id_the_same_bytes_are_a_second_copy(case: Case) -> None:
    same = message(mark=None).as_bytes()
    case.put("1", same)
    case.put("2", same)
    case.put("3", message(mark=None, files={"b.csv": b"1"}).as_bytes())
    assert len(case.pulled()) == 2
    assert case.state() == (0, 2, [DUPLICATE])


def test_of_two_files_of_one_name_the_later_waits_its_turn(case: Case) -> None:
    case.put("1", message(mark="<1@x>", files={"staff.xlsx": b"PK one"}).as_bytes())
    case.put("2", message(mark="<2@x>", files={"STAFF.xlsx": b"PK two"}).as_bytes())
    items = list(case.box.pull())
    assert [item.why for item in items if isinstance(item, Skipped)] == [WAITS]
    assert case.state() == (1, 1, [])
    assert case.pulled() == {"dept.example/STAFF.xlsx": b"PK two"}


def test_what_is_refused_is_kept_with_the_reason(case: Case) -> None:
    case.put("1", message(sender="stranger@dept.example").as_bytes())
    case.put("2", message(files={}).as_bytes())
    case.put("3", message(files={"big.csv": b"x" * 1_100_000}).as_bytes())
    found = case.skipped()
    assert "not on the list" in found[0]
    assert "no file of data" in found[1]
    assert "large" in found[2]
    assert case.state() == (0, 0, found)
    assert not any("stranger" in why for why in found)


def test_out_of_reach_it_says_so(case: Case) -> None:
    case.switch_off()
    health = case.box.health()
    assert (health.ready, bool(health.said)) == (False, True)
    with pytest.raises(BadInput):
        list(case.box.pull())


def test_it_takes_nothing(case: Case) -> None:
    with pytest.raises(BadInput):
        case.box.push(Offer("a/b.csv", b""))
