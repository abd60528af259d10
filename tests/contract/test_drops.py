"""What only files and zips can do wrong: no drop is led astray, and one bad file stops itself."""

import os
import random
import zipfile
from pathlib import Path

import pytest

from muster.connectors.contract import Offer, Skipped
from muster.connectors.csv_drop.connector import CsvDrop
from muster.connectors.drop.arrival import Found
from muster.connectors.drop.taking import MEGABYTE, Taking
from muster.connectors.workbook.connector import Workbook
from muster.connectors.xml.connector import XmlDrop
from muster.kernel.errors import BadInput
from tests.contract.test_connectors import folder_of, offers, skipped, zip_of


def test_a_single_file_is_named_by_its_folder(tmp_path: Path) -> None:
    files = {"hmt/2011-03-31-junior.csv": b"A,B\n1,2\n", "hmt/other.csv.done": b""}
    place = folder_of(tmp_path / "drop", files)
    assert offers(CsvDrop(place / "hmt" / "2011-03-31-junior.csv")) == {
        "hmt/2011-03-31-junior.csv": b"A,B\n1,2\n"
    }


def test_a_workbook_is_a_file_though_it_is_a_zip_inside(tmp_path: Path) -> None:
    place = zip_of(tmp_path / "staff.xlsx", {"xl/workbook.xml": b"<workbook/>"})
    assert offers(Workbook(place)) == {f"{tmp_path.name}/staff.xlsx": place.read_bytes()}
    assert offers(XmlDrop(place)) == {}


def test_zip_and_file_take_nothing(tmp_path: Path) -> None:
    place = zip_of(tmp_path / "drop.zip", {})
    for connector in (CsvDrop(place), CsvDrop(folder_of(tmp_path, {"a.csv": b""}) / "a.csv")):
        with pytest.raises(BadInput, match="only be dropped into a folder"):
            connector.push(Offer("a/b.csv", b""))


def test_paths_that_leave_a_zip_lose_their_way_up(tmp_path: Path) -> None:
    names = ["/abs/a.csv", "../../up/b.csv", "C:\\win\\c.csv", "..", "x/../d.csv"]
    found = CsvDrop(zip_of(tmp_path / "z.zip", dict.fromkeys(names, b"A")))
    assert sorted(offers(found)) == ["abs/a.csv", "up/b.csv", "win/c.csv", "x/d.csv"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    repeated = b"1,2\n" * 200_000
    place = zip_of(tmp_path / "z.zip", {"a/bomb.csv": b"0" * 9_000_000, "a/fine.csv": repeated})
    found = CsvDrop(place, megabytes=10)
    assert offers(found) == {"a/fine.csv": repeated}
    assert "200 times" in skipped(found)["a/bomb.csv"]


def test_a_file_over_the_limit_is_skipped_whatever_size_the_zip_states(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(2_000_000)
    place = zip_of(tmp_path / "z.zip", {"a/large.csv": noise, "a/fine.csv": b"A"})
    assert set(offers(CsvDrop(place, megabytes=1))) == {"a/fine.csv"}
    assert skipped(CsvDrop(place, megabytes=1)) == {"a/large.csv": "larger than 1 MB"}
    stated = len(noise).to_bytes(4, "little")
    place.write_bytes(place.read_bytes().replace(stated, (5).to_bytes(4, "little")))
    assert set(offers(CsvDrop(place, megabytes=1))) == {"a/fine.csv"}


def test_a_size_that_lies_does_not_lift_the_limit() -> None:
    asked: list[int] = []

    def read(most: int) -> bytes:
        asked.append(most)
        return b"x" * most

    taking = Taking((".csv",), "delimited text", MEGABYTE)
    assert taking.offer(Found(("a.csv",), 1, read), "a/a.csv") == Skipped(
        "a/a.csv", "larger than 1 MB"
    )
    assert asked == [MEGABYTE + 1]


def test_a_damaged_member_stops_only_itself(tmp_path: Path) -> None:
    place = tmp_path / "z.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a/1.csv", b"first content")
        archive.writestr("a/2.csv", b"second")
    place.write_bytes(place.read_bytes().replace(b"first content", b"first c0ntent"))
    assert offers(CsvDrop(place)) == {"a/2.csv": b"second"}
    assert "damaged" in skipped(CsvDrop(place))["a/1.csv"]


def test_a_damaged_marker_stops_its_file(tmp_path: Path) -> None:
    place = tmp_path / "z.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a/1.csv", b"content")
        archive.writestr("a/1.csv.done", b"marker content")
    place.write_bytes(place.read_bytes().replace(b"marker content", b"marker c0ntent"))
    assert offers(CsvDrop(place)) == {}
    assert "done-marker cannot be read" in skipped(CsvDrop(place))["a/1.csv"]


def test_a_member_with_a_password_is_skipped(tmp_path: Path) -> None:
    place = zip_of(tmp_path / "z.zip", {"a/1.csv": b"A"})
    raw = bytearray(place.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    place.write_bytes(raw)
    assert "password" in skipped(CsvDrop(place))["a/1.csv"]


def test_a_zip_that_is_none_explains_itself(tmp_path: Path) -> None:
    place = zip_of(tmp_path / "z.zip", {"a/1.csv": b"A" * 1000})
    place.write_bytes(place.read_bytes()[-60:])
    with pytest.raises(BadInput, match="The zip is damaged"):
        list(CsvDrop(place).pull())


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_with_one_path_the_last_counts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a/1.csv", b"old")
        archive.writestr("a/1.csv", b"new")
    assert offers(CsvDrop(tmp_path / "z.zip")) == {"a/1.csv": b"new"}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(b"A")
    place = folder_of(tmp_path / "drop", {"b.csv": b"1"})
    (place / "a.csv").symlink_to(tmp_path / "secret.csv")
    (place / "b.csv.done").symlink_to(tmp_path / "secret.csv")
    assert list(CsvDrop(place).pull()) == [
        Skipped("drop/a.csv", "a link or device, not a file"),
        Skipped("drop/b.csv", "its done-marker is a link or device, not a file"),
    ]


def test_a_file_that_grows_while_it_is_read_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = folder_of(tmp_path / "drop", {"a.csv": b"A\n"})
    connector, seen = CsvDrop(place), os.fstat

    def seen_and_written(file: int) -> os.stat_result:
        found = seen(file)
        with (place / "a.csv").open("ab") as other:
            other.write(b"1\n")
        return found

    monkeypatch.setattr(os, "fstat", seen_and_written)
    assert skipped(connector) == {"drop/a.csv": "still being written"}


def test_half_a_push_is_never_offered(tmp_path: Path) -> None:
    assert offers(CsvDrop(folder_of(tmp_path / "drop", {"a/1.csv.part": b"A,"}))) == {}
