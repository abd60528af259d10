"""What outlets promise that leave files: on an SFTP server, on disk, and their fakes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from muster.connectors.fixed_width.fake import FORM, FakeFixedWidthOutlet
from muster.connectors.fixed_width.outlet import FixedWidthOutlet
from muster.connectors.load_file.connector import LoadFile
from muster.connectors.load_file.fake import LAYOUT, FakeLoadFile
from muster.connectors.outlets import RESULTS, Outlet, Rehearsing, Unreachable
from muster.connectors.places.contract import Place
from muster.connectors.places.fake import FakePlace
from muster.connectors.places.folder import Folder
from muster.connectors.remote_folder.fake import FakeFolderOutlet
from muster.connectors.remote_folder.outlet import FolderOutlet
from muster.connectors.workbook.fake import FORM as BOOK
from muster.connectors.workbook.fake import FakeWorkbookOutlet
from muster.connectors.workbook.outlet import WorkbookOutlet
from tests.sftp_server import running_sftp
from tests.shipments import shipment

PEOPLE = [(3, "s:1", "Ada"), (5, "s:2", "Ben"), (9, "s:3", "Cy")]
REAL: dict[str, Callable[[dict[str, str]], Outlet]] = {
    "remote_folder": FolderOutlet,
    "load_file": LoadFile,
    "fixed_width": FixedWidthOutlet,
    "workbook": WorkbookOutlet,
}
FAKES: dict[str, Callable[[FakePlace], Outlet]] = {
    "remote_folder": FakeFolderOutlet,
    "load_file": FakeLoadFile,
    "fixed_width": FakeFixedWidthOutlet,
    "workbook": FakeWorkbookOutlet,
}
FORMS = {"fixed_width": FORM, "workbook": BOOK}
KINDS = tuple(REAL)


@dataclass
class Case:
    """One receiver: its files, an outlet anew, and one that cannot reach it."""

    place: Place
    outlet: Callable[[], Outlet]
    unreachable: Outlet

    def files(self) -> dict[str, bytes]:
        found = {held.path: self.place.read(held.path, 10_000) for held in self.place.files()}
        return {path: content for path, content in found.items() if content is not None}


@pytest.fixture(params=[f"{kind} {on}" for kind in KINDS for on in ("sftp", "disk", "fake")])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    kind, on = request.param.split()
    form = {"form": FORMS[kind]} if kind in FORMS else {}
    if on == "fake":
        held, off = FakePlace(), FakePlace()
        off.reachable = False
        made = FAKES[kind]
        yield Case(held, lambda: made(held), made(off))
        return
    real = REAL[kind]
    if on == "disk":
        told = {"url": f"file://{tmp_path}", "local": "yes", "layout": LAYOUT, **form}
        gone = {**told, "url": f"file://{tmp_path}/gone"}
        yield Case(Folder(told), lambda: real(told), real(gone))
        return
    with running_sftp(tmp_path) as server:
        told = server.settings(layout=LAYOUT, **form)
        gone = {**told, "url": "sftp://payroll@127.0.0.1:1//drop"}
        yield Case(Folder(told), lambda: real(told), real(gone))


def test_it_says_what_it_is_and_what_it_must_be_told(case: Case) -> None:
    said = case.outlet().describe()
    assert (said.kind in KINDS, bool(said.title), said.effect) == (True, True, "idempotent")
    assert len({setting.name for setting in said.settings}) == len(said.settings)
    assert all(setting.title for setting in said.settings)


def test_it_is_well_where_it_can_reach_the_system(case: Case) -> None:
    assert case.outlet().health().ready
    health = case.unreachable.health()
    assert (health.ready, bool(health.said)) == (False, True)


def test_a_shipment_is_one_whole_file(case: Case) -> None:
    receipt = case.outlet().deliver(shipment(PEOPLE))
    assert dict(receipt.results.schema) == RESULTS
    assert (receipt.results.height, receipt.had) == (0, 0)
    ((name, content),) = case.files().items()
    assert name in receipt.acknowledged
    assert content


def test_the_same_shipment_again_changes_nothing(case: Case) -> None:
    case.outlet().deliver(shipment(PEOPLE))
    before = case.files()
    receipt = case.outlet().deliver(shipment(PEOPLE, fence=2))
    assert receipt.had == len(PEOPLE)
    assert case.files() == before


def test_a_rehearsal_leaves_a_file_that_nobody_takes(case: Case) -> None:
    outlet = case.outlet()
    assert isinstance(outlet, Rehearsing)
    assert outlet.describe().rehearsal == "aside"
    for _ in range(2):
        done = outlet.rehearse(shipment(PEOPLE[:1]))
        ((name, content),) = case.files().items()
        assert name.endswith(".trial")
        assert name in done.said
        assert content
    receipt = case.outlet().deliver(shipment(PEOPLE[:1]))
    assert (receipt.had, receipt.results.height) == (0, 0)
    (real,) = (held for path, held in case.files().items() if path != name)
    assert real == content, "it is the very file that is delivered"


def test_out_of_reach_nothing_is_rehearsed(case: Case) -> None:
    assert isinstance(case.unreachable, Rehearsing)
    with pytest.raises(Unreachable) as raised:
        case.unreachable.rehearse(shipment(PEOPLE[:1]))
    assert "Ada" not in raised.value.said


def test_nothing_is_left_where_there_is_nothing(case: Case) -> None:
    assert case.outlet().deliver(shipment([])).results.is_empty()
    assert case.files() == {}


def test_other_messages_routes_and_replays_are_other_files(case: Case) -> None:
    outlet = case.outlet()
    for one in (
        shipment(PEOPLE), shipment(PEOPLE[:2]), shipment(PEOPLE, again="replay-1"),
        shipment(PEOPLE, route="starters"), shipment(PEOPLE, route="../../etc/passwd"),
    ):  # fmt: skip
        outlet.deliver(one)
    names = list(case.files())
    assert len(names) == 5
    assert all("/" not in name and ".." not in name for name in names)


def test_out_of_reach_nothing_is_left(case: Case) -> None:
    with pytest.raises(Unreachable) as raised:
        case.unreachable.deliver(shipment(PEOPLE))
    assert raised.value.said
    assert "Ada" not in raised.value.said
    case.outlet().deliver(shipment(PEOPLE))
    assert len(case.files()) == 1


def test_looking_tells_of_each_message_and_never_guesses(case: Case) -> None:
    found = case.outlet().look(shipment(PEOPLE).envelopes)
    assert found.columns == ["position", "present"]
    assert found["position"].to_list() == [3, 5, 9]
    assert found["present"].dtype == pl.Boolean
    assert found["present"].null_count() == 3
