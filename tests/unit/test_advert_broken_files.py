"""A broken file ends in words that say which it is; among others it is left out and said."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from muster.kernel.errors import BadInput
from muster.services.skills.map.reading import read
from tests.advert_files import pdf, saved

NEED = "Experience of writing SQL queries."
GOOD = json.dumps({"title": "Pilot", "description": NEED})
LINES = ["Pilot", NEED]


def page_of_parquet_broken() -> bytes:
    """Return a table whose end is sound and of which pages in the middle are not."""
    held = io.BytesIO()
    words = [f"{NEED} Harbour {number * 7919 % 1000} of the isles." for number in range(4_000)]
    pl.DataFrame({"title": "Pilot", "description": words}).write_parquet(
        held, compression="zstd", row_group_size=1_000
    )
    made = bytearray(held.getvalue())
    middle = len(made) // 2
    made[middle - 3_000 : middle + 3_000] = b"\xa5" * 6_000
    return bytes(made)


BROKEN: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a PDF locked in a way of its own": (
        "a.pdf", lambda: pdf(LINES, trailer="/ID[<00><00>]/Encrypt<</Filter/Own/V 9>>"), "PDF",
    ),
    "a PDF of an unknown filter": ("a.pdf", lambda: pdf(LINES, stream="/Filter/Own"), "PDF"),
    "a damaged page of Parquet": ("a.parquet", page_of_parquet_broken, "Parquet"),
    "JSON that goes deeper than is read": (
        "a.json",
        lambda: b'{"title": "Pilot", "description": ' + b"[" * 900 + b"1" + b"]" * 900 + b"}",
        "JSON",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_by_its_name(case: str, tmp_path: Path) -> None:
    name, make, why = BROKEN[case]
    with pytest.raises(BadInput, match=why) as problem:
        read([saved(tmp_path, name, make())])
    assert problem.value.where.file == name
    assert "zip" not in str(problem.value)
    assert problem.value.fix


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("case", BROKEN)
def test_the_others_are_read_without_it(case: str, packed: bool, tmp_path: Path) -> None:
    name, make, why = BROKEN[case]
    inside = tmp_path / "adverts"
    inside.mkdir()
    saved(inside, name, make())
    saved(inside, "z.json", GOOD)
    source, before = inside, ""
    if packed:
        source, before = tmp_path / "a.zip", "a.zip/"
        with zipfile.ZipFile(source, "w") as made:
            for one in inside.iterdir():
                made.write(one, one.name)
    corpus = read([source])
    assert corpus.adverts["source"].to_list() == [f"{before}z.json"]
    (remark,) = (one for one in corpus.said if "left out" in one.what)
    assert remark.file == f"{before}{name}"
    assert why in remark.what
    assert remark.fix


def zipped(name: str = "b.json", how: int = zipfile.ZIP_DEFLATED) -> tuple[bytearray, int]:
    """Return a zip of two files, and where the second of them begins."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as made:
        made.writestr("a.json", GOOD)
        made.writestr(name, GOOD.replace("Pilot", "Captain"))
        begins = made.infolist()[1].header_offset
    return bytearray(held.getvalue()), begins


def broken_stream() -> bytearray:
    made, begins = zipped()
    first = begins + 30 + len("b.json")
    made[first : first + 8] = b"\xff" * 8
    return made


def wrong_sum() -> bytearray:
    made, begins = zipped(how=zipfile.ZIP_STORED)
    made[begins + 30 + len("b.json") + 5] ^= 1
    return made


def unknown_method() -> bytearray:
    made, begins = zipped()
    made[begins + 8] = made[made.rindex(b"PK\x01\x02") + 10] = 97
    return made


def locked() -> bytearray:
    made, begins = zipped()
    made[begins + 6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return made


@pytest.mark.parametrize("make", [broken_stream, wrong_sum, unknown_method, locked])
def test_a_file_of_a_zip_that_does_not_unpack(
    make: Callable[[], bytearray], tmp_path: Path
) -> None:
    corpus = read([saved(tmp_path, "a.zip", bytes(make()))])
    assert corpus.adverts["title"].to_list() == ["Pilot"]
    (remark,) = (one for one in corpus.said if "left out" in one.what)
    assert remark.file == "a.zip/b.json"
    assert "unpacked" in remark.what
    assert remark.fix


def test_a_zip_whose_names_cannot_be_read(tmp_path: Path) -> None:
    made, _ = zipped("\u00e9.json")
    broken = bytes(made).replace("\u00e9".encode(), b"\xff\xfe")
    with pytest.raises(BadInput, match="zip cannot be opened") as problem:
        read([saved(tmp_path, "a.zip", broken)])
    assert problem.value.where.file == "a.zip"


def test_a_table_that_breaks_off_says_from_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muster.services.skills.map.reading.tables.PORTION", 5_000)
    rows = [f'Pilot,"{NEED} Harbour {number}"' for number in range(100_000)]
    folder = tmp_path / "adverts"
    folder.mkdir()
    saved(folder, "a.csv", "\n".join(["title,description", *rows, "too,many,cells,here"]))
    saved(folder, "b.json", GOOD)
    corpus = read([folder])
    (remark,) = (one for one in corpus.said if "left out" in one.what)
    taken = corpus.adverts["copies"].sum() - 1
    assert remark.row == 100_002
    assert remark.what.endswith(f"left out from row {taken + 1:,} on" if taken else "left out")


def test_types_of_postings_may_be_anything(tmp_path: Path) -> None:
    held = [{"@type": 5, "title": "Pilot", "description": NEED}, {"@type": {"a": 1}}, {"@type": []}]
    corpus = read([saved(tmp_path, "a.json", json.dumps(held))])
    assert corpus.adverts["title"].to_list() == ["Pilot"]


LETTERS = "begincmap\n1 beginbfchar\n<41> <D83D>\nendbfchar\nendcmap"
HALVES = {
    "JSON": ("a.json", GOOD.replace("SQL", "SQL \\ud83d").encode()),
    "JSON lines": ("a.jsonl", (GOOD + "\n" + GOOD.replace("SQL", "SQL \\udc00")).encode()),
    "PDF": ("a.pdf", pdf(["Pilot", f"A {NEED}"], letters=LETTERS)),
}


@pytest.mark.parametrize("case", HALVES)
def test_half_a_letter_is_a_question_mark(case: str, tmp_path: Path) -> None:
    corpus = read([saved(tmp_path, *HALVES[case])])
    assert any("\ufffd" in text for text in corpus.sentences["text"])
    assert corpus.sentences["text"].str.contains("queries").all()


def test_a_name_of_a_file_that_no_letters_spell(tmp_path: Path) -> None:
    folder = tmp_path / "adverts"
    folder.mkdir()
    saved(folder, "a\udcff.json", GOOD)
    assert read([folder]).adverts["source"].to_list() == ["a\ufffd.json"]


@pytest.mark.parametrize("name", ["adverts [new].parquet", "adverts*.csv"])
def test_marks_in_a_name_stand_for_themselves(name: str, tmp_path: Path) -> None:
    frame = pl.DataFrame({"title": ["Pilot"], "description": [NEED]})
    for one in (name, name.replace("*", "s").replace(" [new]", "n")):
        frame.write_csv(tmp_path / one) if one.endswith("csv") else frame.write_parquet(
            tmp_path / one
        )
    assert read([tmp_path / name]).adverts["copies"].to_list() == [1]


TABLES: dict[str, tuple[dict[str, object], str | None]] = {
    # (what a row says, its organisation)
    "a body is a text": ({"title": "Pilot", "body": NEED}, None),
    "and goes before a summary": (
        {"title": "Pilot", "body": NEED, "summary": "A job by the sea"}, None,
    ),
    "beside a text it is a public body": (
        {"title": "Pilot", "body": "Harbour Trust", "description": NEED}, "Harbour Trust",
    ),
    "a list of words is no list of adverts": (
        {"title": "Pilot", "description": NEED, "skills": ["nets", "tides"]}, None,
    ),
    "nor is one of people": (
        {"title": "Pilot", "description": NEED, "contacts": [{"name": "x"}, {"name": "y"}]}, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES)
def test_which_field_is_the_text(case: str, tmp_path: Path) -> None:
    row, organisation = TABLES[case]
    corpus = read([saved(tmp_path, "a.json", json.dumps(row))])
    assert corpus.sentences["text"].to_list() == [NEED]
    assert corpus.adverts["title"].to_list() == ["Pilot"]
    assert corpus.adverts["organisation"].to_list() == [organisation or "not stated"]


def test_an_object_that_holds_a_list_of_adverts(tmp_path: Path) -> None:
    held = {"description": "Our vacancies", "tags": ["a"] * 9, "jobs": [json.loads(GOOD)]}
    corpus = read([saved(tmp_path, "a.json", json.dumps(held))])
    assert corpus.sentences["text"].to_list() == [NEED]


GAINS = [{"name": "Pension", "description": "28%"}, {"name": "Leave", "description": "25 days"}]
JOBS = [
    {"title": "Pilot", "description": NEED},
    {"title": "Captain", "description": "You will steer the boats of the harbour."},
]
LISTS: dict[str, tuple[dict[str, object], list[str]]] = {
    # (one object of JSON, the titles of its adverts)
    "an advert with benefits": (
        {"title": "Pilot", "description": NEED, "location": "Leeds", "benefits": GAINS}, ["Pilot"],
    ),
    "one of which no more is known": (
        {"title": "Pilot", "description": NEED, "employeeBenefits": GAINS}, ["Pilot"],
    ),
    "one with a list of any name": (
        {"title": "Pilot", "description": NEED, "location": "Leeds", "extras": GAINS}, ["Pilot"],
    ),
    "a feed that says of itself as much": (
        {"title": "Vacancies", "description": "All of our vacancies", "items": JOBS},
        ["Pilot", "Captain"],
    ),
    "a feed with filters": (
        {"title": "Vacancies", "description": "All", "filters": GAINS * 3,
         "items": [{**one, "location": "Leeds"} for one in JOBS]},
        ["Pilot", "Captain"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LISTS)
def test_which_of_an_objects_lists_are_adverts(case: str, tmp_path: Path) -> None:
    held, titles = LISTS[case]
    corpus = read([saved(tmp_path, "a.json", json.dumps(held))])
    assert corpus.adverts["title"].to_list() == titles
