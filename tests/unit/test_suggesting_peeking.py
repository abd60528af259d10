"""Peeking at a file: what is read of its beginning is what reading all of it begins with."""

import codecs
import csv
import io

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.reader import read as read_text
from muster.connectors.workbook.reader import read as read_workbook
from muster.hub.suggesting import peeking
from muster.hub.suggesting.peeking import can_be_cut, cut_text, peek

CELLS = st.text(st.sampled_from("ab1 ,;\"'\n\r\té£"), max_size=12)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut files that are small enough for a test."""
    monkeypatch.setattr(peeking, "SMALL", 100)


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode()


def begins(part: Sheet, whole: Sheet) -> bool:
    """Tell whether a sheet is the beginning of another one, row numbers included."""
    return part.rows.equals(whole.rows[: part.height]) and part.cells.equals(
        whole.cells[: part.height].select(part.cells.columns)
    )


@effort(max_examples=150)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=8, max_size=60),
    st.integers(40, 400),
    st.sampled_from(["\n", "\r\n"]),
)
def test_cut_text_is_the_beginning_of_the_whole(rows: list[list[str]], size: int, end: str) -> None:
    head = [["Staff number", "Surname", "Start date"], *[["A1", "Ames", "2026-03-31"]] * 5]
    content = written([*head, *rows], end=end)
    whole = read_text(Offer("whole.csv", content))[0]
    beginning = peek(Offer("whole.csv", content), read_text, size=size)
    assert begins(beginning.sheets[0], whole)
    assert beginning.sheets[0].height == whole.height or not beginning.whole


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("delimiter", [",", "|", "\t"])
def test_only_the_beginning_is_read(mark: bytes, delimiter: str) -> None:
    rows = [["Staff number", "Name"], *([f"A{n}", "Ames, Ann"] for n in range(50_000))]
    content = mark + written(rows, delimiter)
    beginning = peek(Offer("long.csv", content), read_text, size=4096)
    assert not beginning.whole
    assert 50 < beginning.sheets[0].height < 500
    assert begins(beginning.sheets[0], read_text(Offer("long.csv", content))[0])


def test_utf_16_is_cut_where_a_row_ends() -> None:
    rows = [["Rhif", "Enw"], *([f"A{n}", "Siân Tŷ"] for n in range(5_000))]
    content = codecs.BOM_UTF16_LE + written(rows, "\t").decode().encode("utf-16-le")
    beginning = peek(Offer("long.txt", content), read_text, size=4001)
    assert not beginning.whole
    assert begins(beginning.sheets[0], read_text(Offer("long.txt", content))[0])


def test_a_row_longer_than_the_beginning_is_read_whole() -> None:
    rows = [["A", "B"], ["x" * 20_000, "1\n2"], ["y", "2"]]
    content = written(rows)
    beginning = peek(Offer("wide.csv", content), read_text, size=1000)
    assert begins(beginning.sheets[0], read_text(Offer("wide.csv", content))[0])
    assert beginning.sheets[0].height >= 1


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04....", b"\xd0\xcf\x11\xe0", b"<?xml version='1.0'?><a/>", b"\xef\xbb\xbf <a/>",
     codecs.BOM_UTF16_LE + "<a/>".encode("utf-16-le"), b"a\0b\0"],
)  # fmt: skip
def test_what_is_no_plain_text_is_not_cut_as_such(content: bytes) -> None:
    assert not can_be_cut(content)


def workbook(rows: int) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("People")
        sheet.write_row(0, 0, ["Staff number", "Surname", "FTE"])
        for number in range(rows):
            sheet.write_row(number + 1, 0, [f"A{number}", "Ames", 0.5])
        book.add_worksheet("Notes").write(0, 0, "Nothing here")
    return target.getvalue()


def test_a_large_workbook_is_cut_behind_a_row() -> None:
    content = workbook(20_000)
    beginning = peek(Offer("people.xlsx", content), read_workbook, size=50_000)
    whole = read_workbook(Offer("people.xlsx", content))
    assert not beginning.whole
    assert [sheet.name for sheet in beginning.sheets] == ["People", "Notes"]
    assert 100 < beginning.sheets[0].height < 5_000
    assert begins(beginning.sheets[0], whole[0])


def test_a_workbook_that_cannot_be_cut_is_read_whole() -> None:
    damaged = workbook(100)[:-30]
    seen: list[bytes] = []

    def reader(offer: Offer) -> list[Sheet]:
        seen.append(offer.content)
        return [Sheet(pl.DataFrame(), pl.Series([], dtype=pl.UInt32))]

    assert peek(Offer("people.xlsx", damaged), reader, size=100).whole
    assert seen == [damaged]


def test_short_text_is_not_cut() -> None:
    assert cut_text(b"a,b\n1,2\n", 4096) == b"a,b\n1,2\n"
