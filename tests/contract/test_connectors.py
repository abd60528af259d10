"""What every connector promises: run on each kind as folder and zip, and on its fake."""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from muster.connectors.contract import Connector, Offer, Skipped
from muster.connectors.csv_drop.connector import CsvDrop
from muster.connectors.csv_drop.fake import FakeCsvDrop
from muster.connectors.drop.fake import FakeDrop
from muster.connectors.fixed_width.connector import FixedWidthDrop
from muster.connectors.fixed_width.fake import FakeFixedWidthDrop
from muster.connectors.parquet.connector import ParquetDrop
from muster.connectors.parquet.fake import FakeParquetDrop
from muster.connectors.workbook.connector import Workbook
from muster.connectors.workbook.fake import FakeWorkbook
from muster.connectors.xml.connector import XmlDrop
from muster.connectors.xml.fake import FakeXmlDrop
from muster.kernel.errors import BadInput


@dataclass(frozen=True)
class Kind:
    """One connector: its name, itself, its fake, how its files end, and how it names them."""

    name: str
    real: Callable[[Path], Connector]
    fake: Callable[[Mapping[str, bytes]], FakeDrop]
    ends: str
    says: str


KINDS = (
    Kind("csv_drop", CsvDrop, FakeCsvDrop, ".csv", "delimited text"),
    Kind("xml", XmlDrop, FakeXmlDrop, ".xml", "XML"),
    Kind("fixed_width", FixedWidthDrop, FakeFixedWidthDrop, ".dat", "fixed-width text"),
    Kind("workbook", Workbook, FakeWorkbook, ".xlsx", "a workbook"),
    Kind("parquet", ParquetDrop, FakeParquetDrop, ".parquet", "Parquet"),
)


@dataclass(frozen=True)
class Case:
    """One connector in one form, and how files are put before it."""

    kind: Kind
    form: str
    place: Path

    def holding(self, files: Mapping[str, bytes]) -> Connector:
        """Return the connector over these files, whose names end in ``.*`` for its own ending."""
        named = {self.name(name): content for name, content in files.items()}
        if self.form == "fake":
            return self.kind.fake(named)
        if self.form == "zip":
            return self.kind.real(zip_of(self.place / "drop.zip", named))
        return self.kind.real(folder_of(self.place / "drop", named))

    def name(self, name: str) -> str:
        return name.replace(".*", self.kind.ends)


def folder_of(place: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    place.mkdir(exist_ok=True)
    return place


def zip_of(place: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return place


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture(params=["folder", "zip", "fake"])
def case(request: pytest.FixtureRequest, kind: Kind, tmp_path: Path) -> Case:
    return Case(kind, request.param, tmp_path)


@pytest.fixture(params=["folder", "fake"])
def taking(request: pytest.FixtureRequest, kind: Kind, tmp_path: Path) -> Connector:
    return Case(kind, request.param, tmp_path).holding({})


def offers(connector: Connector) -> dict[str, bytes]:
    return {item.name: item.content for item in connector.pull() if isinstance(item, Offer)}


def skipped(connector: Connector) -> dict[str, str]:
    return {item.name: item.why for item in connector.pull() if isinstance(item, Skipped)}


FILES = {
    "hmt/2011-03-31-junior.*": b"A,B\n1,2\n",
    "hmt/2011-03-31-senior.*": b"A\tB\n\xa3\t2\r\n",
    "years/2012/dft/2011-03-31-junior.*": b"",
    "top.*": b"A\n1\n",
    "hmt/notes.docx": b"PK",
    "hmt/.hidden.*": b"A\n",
}


def test_it_says_what_it_is(case: Case) -> None:
    said = case.holding({}).describe()
    assert (said.kind, said.pulls, said.pushes) == (case.kind.name, True, True)
    assert said.title


def test_it_offers_exact_bytes_under_folder_and_file(case: Case) -> None:
    found = offers(case.holding(FILES))
    top = "memory" if case.form == "fake" else "drop"
    assert found == {
        case.name("dft/2011-03-31-junior.*"): b"",
        case.name("hmt/2011-03-31-junior.*"): b"A,B\n1,2\n",
        case.name("hmt/2011-03-31-senior.*"): b"A\tB\n\xa3\t2\r\n",
        case.name(f"{top}/top.*"): b"A\n1\n",
    }


def test_it_takes_its_ending_in_any_case(case: Case) -> None:
    loud = case.name("hmt/a.*").upper()
    assert offers(case.holding({loud: b"1"})) == {loud: b"1"}


def test_it_names_what_it_does_not_take_and_why(case: Case) -> None:
    found = skipped(case.holding(FILES))
    assert set(found) == {case.name("hmt/.hidden.*"), "hmt/notes.docx"}
    assert found[case.name("hmt/.hidden.*")] == "hidden file"
    assert found["hmt/notes.docx"].startswith(f"not {case.kind.says} (")
    assert case.kind.ends in found["hmt/notes.docx"]


def test_it_offers_in_the_same_order_every_time(case: Case) -> None:
    connector = case.holding(FILES)
    first = [item.name for item in connector.pull()]
    assert [item.name for item in connector.pull()] == first
    assert len(first) == len(FILES)


def test_it_offers_nothing_where_there_is_nothing(case: Case) -> None:
    assert list(case.holding({}).pull()) == []


def test_files_of_one_name_in_different_folders_stay_apart(case: Case) -> None:
    files = {
        "2011/hmt/junior.*": b"1",
        "2012/hmt/junior.*": b"2",
        "2012/HMT/Junior.*": b"3",
        "hmt/junior.*": b"4",
        "dft/junior.*": b"5",
    }
    found = offers(case.holding(files))
    assert sorted(found.values()) == [b"1", b"2", b"3", b"4", b"5"]
    assert len({name.casefold() for name in found}) == 5
    assert found[case.name("dft/junior.*")] == b"5"
    assert found[case.name("2011/hmt/junior.*")] == b"1"


def test_a_name_that_cannot_be_kept_is_skipped(case: Case) -> None:
    long, odd = f"hmt/{'x' * 200}.*", "hmt/a\u202eb.*"
    assert sorted(skipped(case.holding({long: b"A", odd: b"A"})).values()) == [
        "its name holds characters that cannot be shown",
        "its name is longer than 200 characters",
    ]


def test_it_offers_what_was_pushed_and_the_same_name_replaces(
    kind: Kind, taking: Connector
) -> None:
    junior = f"2011-03-31-junior{kind.ends}"
    taking.push(Offer(f"hmt/{junior}", b"A\n1\n"))
    taking.push(Offer(f"hmt/{junior}", b"A\n2\n"))
    taking.push(Offer(f"dft/{junior}", b""))
    assert offers(taking) == {f"hmt/{junior}": b"A\n2\n", f"dft/{junior}": b""}


@pytest.mark.parametrize(
    "name",
    ["../x.*", "a/../../x.*", "/etc/x.*", "", ".", "C:/x.*", "a\\..\\x.*", "a\0.*"],
)
def test_it_takes_nothing_that_leaves_its_place(kind: Kind, taking: Connector, name: str) -> None:
    with pytest.raises(BadInput):
        taking.push(Offer(name.replace(".*", kind.ends), b"A"))
    assert list(taking.pull()) == []


@pytest.mark.parametrize("form", ["real", "fake"])
def test_out_of_reach_it_says_so_and_pull_explains(kind: Kind, form: str, tmp_path: Path) -> None:
    connector = kind.real(tmp_path / "gone")
    if form == "fake":
        fake = kind.fake({})
        fake.reachable = False
        connector = fake
    assert not connector.health().ready
    with pytest.raises(BadInput, match="no such file or folder"):
        list(connector.pull())


def test_in_reach_it_says_so(case: Case) -> None:
    assert case.holding({}).health().ready


# Whether a file has arrived whole.


@pytest.mark.parametrize(
    "name",
    [
        "hmt/a.*.part",
        "hmt/a.*.PARTIAL",
        "hmt/a.*.tmp",
        "hmt/a.*.filepart",
        "hmt/a.*.crdownload",
        "hmt/~$a.*",
        "hmt/.~lock.a.*#",
    ],
)
def test_what_is_still_being_written_waits(case: Case, name: str) -> None:
    connector = case.holding({name: b"A,", "hmt/b.*": b"1"})
    assert skipped(connector) == {case.name(name): "still being written"}
    assert offers(connector) == {case.name("hmt/b.*"): b"1"}


def test_where_one_file_has_a_done_marker_every_file_waits_for_its_own(case: Case) -> None:
    connector = case.holding(
        {
            "hmt/whole.*": b"1",
            "hmt/whole.*.done": b"",
            "hmt/Also.*": b"2",
            "hmt/also.OK": b"",
            "hmt/half.*": b"3",
            "hmt/below/elsewhere.*": b"4",
            "dft/half.*": b"5",
        }
    )
    assert offers(connector) == {
        case.name("hmt/whole.*"): b"1",
        case.name("hmt/Also.*"): b"2",
        case.name("below/elsewhere.*"): b"4",
        case.name("dft/half.*"): b"5",
    }
    assert skipped(connector) == {case.name("hmt/half.*"): "waits for its done-marker"}


def test_a_marker_whose_file_has_not_come_is_named(case: Case) -> None:
    connector = case.holding({"hmt/a.*.done": b"", "hmt/b.*": b"1"})
    assert skipped(connector) == {
        case.name("hmt/a.*.done"): "a done-marker whose file is not here",
        case.name("hmt/b.*"): "waits for its done-marker",
    }


# SHA-256 of "abc", as FIPS 180-2 gives it.
ABC = b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("marker", "why"),
    [
        (b"", None),
        (b"sent by night run", None),
        (b"3", None),
        (b" 3\r\n", None),
        (b"4", "its done-marker states 4 bytes and it has 3"),
        (ABC, None),
        (ABC.upper() + b"\n", None),
        (ABC + b"  abc.csv\n", None),
        (b"SHA256 (abc.csv) = " + ABC, None),
        (b"0" + ABC[1:], "its done-marker states another SHA-256: send both again"),
    ],
)
def test_what_a_marker_says_of_its_file_must_be_true(
    case: Case, marker: bytes, why: str | None
) -> None:
    name = case.name("hmt/abc.*")
    connector = case.holding({"hmt/abc.*": b"abc", "hmt/abc.*.done": marker})
    assert skipped(connector) == ({} if why is None else {name: why})
    assert offers(connector) == ({name: b"abc"} if why is None else {})


def test_all_markers_of_one_file_must_agree_with_it(case: Case) -> None:
    files = {"hmt/abc.*": b"abc", "hmt/abc.*.done": ABC, "hmt/abc.ok": b"2"}
    assert skipped(case.holding(files)) == {
        case.name("hmt/abc.*"): "its done-marker states 2 bytes and it has 3"
    }
