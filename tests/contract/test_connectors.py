"""What every connector promises: run on each form of csv_drop, and on its fake."""

import random
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from muster.connectors.contract import Connector, Offer, Skipped
from muster.connectors.csv_drop.connector import CsvDrop
from muster.connectors.csv_drop.fake import FakeCsvDrop
from muster.kernel.errors import BadInput

Make = Callable[[Mapping[str, bytes]], Connector]

FILES = {
    "hmt/2011-03-31-junior.csv": b"A,B\n1,2\n",
    "hmt/2011-03-31-senior.TXT": b"A\tB\n\xa3\t2\r\n",
    "years/2012/dft/2011-03-31-junior.csv": b"",
    "top.csv": b"A\n1\n",
    "hmt/notes.docx": b"PK",
    "hmt/.hidden.csv": b"A\n",
}


def folder_of(place: Path, files: Mapping[str, bytes]) -> Connector:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    place.mkdir(exist_ok=True)
    return CsvDrop(place)


def zip_of(place: Path, files: Mapping[str, bytes]) -> Connector:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return CsvDrop(place)


@pytest.fixture(params=["folder", "zip", "fake"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    if request.param == "folder":
        return lambda files: folder_of(tmp_path / "drop", files)
    if request.param == "zip":
        return lambda files: zip_of(tmp_path / "drop.zip", files)
    return FakeCsvDrop


@pytest.fixture(params=["folder", "fake"])
def taking(request: pytest.FixtureRequest, tmp_path: Path) -> Connector:
    return FakeCsvDrop() if request.param == "fake" else folder_of(tmp_path / "drop", {})


def offers(connector: Connector) -> dict[str, bytes]:
    return {item.name: item.content for item in connector.pull() if isinstance(item, Offer)}


def skipped(connector: Connector) -> dict[str, str]:
    return {item.name: item.why for item in connector.pull() if isinstance(item, Skipped)}


def test_it_says_what_it_is(make: Make) -> None:
    said = make({}).describe()
    assert (said.kind, said.pulls, said.pushes) == ("csv_drop", True, True)
    assert said.title


def test_it_offers_exact_bytes_under_folder_and_file(make: Make) -> None:
    found = offers(make(FILES))
    top = next(name for name in found if name.endswith("/top.csv"))
    assert found == {
        "dft/2011-03-31-junior.csv": b"",
        "hmt/2011-03-31-junior.csv": b"A,B\n1,2\n",
        "hmt/2011-03-31-senior.TXT": b"A\tB\n\xa3\t2\r\n",
        top: b"A\n1\n",
    }
    assert top in ("drop/top.csv", "memory/top.csv")


def test_it_names_what_it_does_not_take_and_why(make: Make) -> None:
    assert skipped(make(FILES)) == {
        "hmt/.hidden.csv": "hidden file",
        "hmt/notes.docx": "not delimited text (.csv, .txt, .tsv, .psv, .dat)",
    }


def test_it_offers_in_the_same_order_every_time(make: Make) -> None:
    connector = make(FILES)
    first = [item.name for item in connector.pull()]
    assert [item.name for item in connector.pull()] == first
    assert len(first) == len(FILES)


def test_it_offers_nothing_where_there_is_nothing(make: Make) -> None:
    assert list(make({}).pull()) == []


def test_files_of_one_name_in_different_folders_stay_apart(make: Make) -> None:
    files = {
        "2011/hmt/junior.csv": b"1",
        "2012/hmt/junior.csv": b"2",
        "2012/HMT/Junior.csv": b"3",
        "hmt/junior.csv": b"4",
        "dft/junior.csv": b"5",
    }
    found = offers(make(files))
    assert sorted(found.values()) == [b"1", b"2", b"3", b"4", b"5"]
    assert len({name.casefold() for name in found}) == 5
    assert found["dft/junior.csv"] == b"5"
    assert found["2011/hmt/junior.csv"] == b"1"


def test_a_name_that_cannot_be_kept_is_skipped(make: Make) -> None:
    long, odd = f"hmt/{'x' * 200}.csv", "hmt/a\u202eb.csv"
    assert sorted(skipped(make({long: b"A", odd: b"A"})).values()) == [
        "its name holds characters that cannot be shown",
        "its name is longer than 200 characters",
    ]


def test_it_offers_what_was_pushed_and_the_same_name_replaces(taking: Connector) -> None:
    taking.push(Offer("hmt/2011-03-31-junior.csv", b"A\n1\n"))
    taking.push(Offer("hmt/2011-03-31-junior.csv", b"A\n2\n"))
    taking.push(Offer("dft/2011-03-31-junior.csv", b""))
    assert offers(taking) == {
        "hmt/2011-03-31-junior.csv": b"A\n2\n",
        "dft/2011-03-31-junior.csv": b"",
    }


@pytest.mark.parametrize(
    "name",
    ["../x.csv", "a/../../x.csv", "/etc/x.csv", "", ".", "C:/x.csv", "a\\..\\x.csv", "a\0.csv"],
)
def test_it_takes_nothing_that_leaves_its_place(taking: Connector, name: str) -> None:
    with pytest.raises(BadInput):
        taking.push(Offer(name, b"A"))
    assert list(taking.pull()) == []


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_out_of_reach_it_says_so_and_pull_explains(kind: str, tmp_path: Path) -> None:
    connector: Connector = CsvDrop(tmp_path / "gone")
    if kind == "fake":
        fake = FakeCsvDrop()
        fake.reachable = False
        connector = fake
    assert not connector.health().ready
    with pytest.raises(BadInput, match="no such file or folder"):
        list(connector.pull())


def test_in_reach_it_says_so(make: Make) -> None:
    assert make({}).health().ready


# What only files and zips can do wrong.


def test_a_single_file_is_named_by_its_folder(tmp_path: Path) -> None:
    folder_of(tmp_path / "drop", FILES)
    assert offers(CsvDrop(tmp_path / "drop" / "hmt" / "2011-03-31-junior.csv")) == {
        "hmt/2011-03-31-junior.csv": b"A,B\n1,2\n"
    }


def test_zip_and_file_take_nothing(tmp_path: Path) -> None:
    place = tmp_path / "drop.zip"
    for connector in (zip_of(place, {}), CsvDrop(place)):
        with pytest.raises(BadInput, match="only be dropped into a folder"):
            connector.push(Offer("a/b.csv", b""))


def test_paths_that_leave_a_zip_lose_their_way_up(tmp_path: Path) -> None:
    names = ["/abs/a.csv", "../../up/b.csv", "C:\\win\\c.csv", "..", "x/../d.csv"]
    found = zip_of(tmp_path / "z.zip", dict.fromkeys(names, b"A"))
    assert sorted(offers(found)) == ["abs/a.csv", "up/b.csv", "win/c.csv", "x/d.csv"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    place, repeated = tmp_path / "z.zip", b"1,2\n" * 200_000
    zip_of(place, {"a/bomb.csv": b"0" * 9_000_000, "a/fine.csv": repeated})
    found = CsvDrop(place, megabytes=10)
    assert offers(found) == {"a/fine.csv": repeated}
    assert "200 times" in skipped(found)["a/bomb.csv"]


def test_a_file_over_the_limit_is_skipped_whatever_size_the_zip_states(tmp_path: Path) -> None:
    place = tmp_path / "z.zip"
    noise = random.Random(1).randbytes(2_000_000)
    zip_of(place, {"a/large.csv": noise, "a/fine.csv": b"A"})
    assert set(offers(CsvDrop(place, megabytes=1))) == {"a/fine.csv"}
    assert skipped(CsvDrop(place, megabytes=1)) == {"a/large.csv": "larger than 1 MB"}
    stated = len(noise).to_bytes(4, "little")
    place.write_bytes(place.read_bytes().replace(stated, (5).to_bytes(4, "little")))
    assert set(offers(CsvDrop(place, megabytes=1))) == {"a/fine.csv"}


def test_a_damaged_member_stops_only_itself(tmp_path: Path) -> None:
    place = tmp_path / "z.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a/1.csv", b"first content")
        archive.writestr("a/2.csv", b"second")
    place.write_bytes(place.read_bytes().replace(b"first content", b"first c0ntent"))
    assert offers(CsvDrop(place)) == {"a/2.csv": b"second"}
    assert "damaged" in skipped(CsvDrop(place))["a/1.csv"]


def test_a_member_with_a_password_is_skipped(tmp_path: Path) -> None:
    place = tmp_path / "z.zip"
    zip_of(place, {"a/1.csv": b"A"})
    raw = bytearray(place.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    place.write_bytes(raw)
    assert "password" in skipped(CsvDrop(place))["a/1.csv"]


def test_a_zip_that_is_none_explains_itself(tmp_path: Path) -> None:
    place = tmp_path / "z.zip"
    zip_of(place, {"a/1.csv": b"A" * 1000})
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
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.csv").symlink_to(tmp_path / "secret.csv")
    assert list(CsvDrop(tmp_path / "drop").pull()) == [
        Skipped("drop/a.csv", "a link or device, not a file")
    ]


def test_half_a_push_is_never_offered(tmp_path: Path) -> None:
    connector = folder_of(tmp_path / "drop", {"a/1.csv.part": b"A,"})
    assert offers(connector) == {}
