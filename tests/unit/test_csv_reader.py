"""The reader of delimited files: no cell is lost, changed or guessed at, however it was written."""

import csv
import io

import pytest

from muster.connectors.contract import Offer, Table
from muster.connectors.csv_drop.reader import read
from muster.kernel.errors import BadInput


def table(content: str | bytes, encoding: str = "utf-8") -> Table:
    raw = content if isinstance(content, bytes) else content.encode(encoding)
    return read(Offer("hmt/2011-03-31-junior.csv", raw))


def rows(content: str | bytes, encoding: str = "utf-8") -> list[tuple[str, ...]]:
    return list(zip(*table(content, encoding).columns, strict=True))


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8, separated by ,"),
        ("utf-8-sig", "UTF-8 with byte order mark, separated by ,"),
        ("cp1252", "Windows-1252, separated by ,"),
        ("utf-16", "UTF-16, separated by ,"),
    ],
)
def test_it_reads_every_encoding_without_being_told(encoding: str, said: str) -> None:
    found = table("Pay (£),Unit\n31250,Café – Privé\n", encoding)
    assert found.headers == ("Pay (£)", "Unit")
    assert found.columns == (["31250"], ["Café – Privé"])
    assert found.read_as == said


def test_it_reads_utf_16_in_either_byte_order() -> None:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert rows(mark + "A,B\n£,é\n".encode(codec)) == [("£", "é")]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "^", "~", "\x1f", ":"])
def test_it_finds_every_delimiter(mark: str) -> None:
    others = "".join(other for other in ",;|" if other != mark)
    text = f"A{mark}B{mark}C\n1{mark}two{others}2{mark}3\n4{mark}{mark}6\n"
    assert rows(text) == [("1", f"two{others}2", "3"), ("4", "", "6")]


def test_it_names_marks_that_cannot_be_seen() -> None:
    assert table("A\tB\n1\t2\n").read_as == "UTF-8, separated by tab"
    assert table("A\x1fB\n1\x1f2\n").read_as == "UTF-8, separated by unit separator"


def test_a_mark_within_text_separates_nothing() -> None:
    text = "Start: date,Unit\n1,a: b\n2,c\n3,d\n"
    assert table(text).headers == ("Start: date", "Unit")
    assert rows("Note: all\nA\nB\nC\n") == [("A",), ("B",), ("C",)]


@pytest.mark.parametrize("mark", [";", "|", "\t"])
def test_it_finds_the_delimiter_though_every_row_has_one_too_many(mark: str) -> None:
    lines = [mark.join(["A", "B", "C"])] + [mark.join(["1", "2", "3", ""])] * 20
    assert rows("\n".join(lines)) == [("1", "2", "3")] * 20


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("mark", [",", ";"])
def test_it_reads_every_line_end(end: str, last: bool, mark: str) -> None:
    text = end.join([f"A{mark}B", f"1{mark}2", f"3{mark}4"]) + (end if last else "")
    assert rows(text) == [("1", "2"), ("3", "4")]
    assert table(text).row_numbers == [2, 3]


def test_it_finds_the_delimiter_though_most_rows_do_not_fit() -> None:
    found = table("A;B;C\n1;2;3\n" + "1;2;3;4\n" * 9)
    assert (found.headers, len(found.ragged)) == (("A", "B", "C"), 9)


def test_quoted_cells_may_hold_marks_quotes_and_line_ends() -> None:
    found = table('A,B\n"1,5","say ""yes""\nor no"\n2,3\n')
    assert found.columns == (["1,5", "2"], ['say "yes"\nor no', "3"])
    assert found.row_numbers == [2, 3]


def test_rows_that_do_not_fit_the_header_are_kept_and_named() -> None:
    found = table("A,B,C\n1,2\n1,2,3\n1,2,3,4\n")
    assert found.columns == (["1", "1", "1"], ["2", "2", "2"], ["", "3", "3"])
    assert found.ragged == {2: 2, 4: 4}


def test_delimiters_left_over_at_the_end_are_nothing() -> None:
    found = table("A,B,,\n1,2,,\n3,4, ,\n")
    assert (found.headers, found.ragged, found.height) == (("A", "B"), {}, 2)


def test_lines_without_content_are_counted_and_not_rows() -> None:
    found = table("A,B\n\n1,2\n,\n \u00a0,\t\n\n3,4\n\n")
    assert (found.blank, found.height) == (5, 2)
    assert found.row_numbers == [3, 7]


def test_row_numbers_are_those_a_spreadsheet_shows() -> None:
    found = table("\n,,\nA,B\n1,2\n")
    assert (found.headers, found.row_numbers) == (("A", "B"), [4])


def test_headers_are_told_apart_and_unnamed_ones_named_by_place() -> None:
    found = table("FTE,,FTE,FTE (2), Unit  Name\u00a0\n1,2,3,4,5\n")
    assert found.headers == ("FTE", "column 2", "FTE (2)", "FTE (2) (2)", "Unit Name")
    assert len(set(found.headers)) == 5


def test_cells_are_not_trimmed_or_changed() -> None:
    assert rows("A,B\n 1 ,=cmd()\n٣,1e3\n") == [(" 1 ", "=cmd()"), ("٣", "1e3")]


def test_a_file_may_have_one_column_or_only_a_header() -> None:
    assert rows("A\n1\n2\n") == [("1",), ("2",)]
    for text in ("A,B", "A,B\n", "A,B\r\n\r\n"):
        found = table(text)
        assert (found.headers, found.columns, found.height) == (("A", "B"), ([], []), 0)


@pytest.mark.parametrize("content", [b"", b"\n\n", b",,\n", b" ", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_without_header_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="no header"):
        table(content)


@pytest.mark.parametrize(
    "content",
    [
        b"A,B\n1,\x00\n",
        "A,B\n1,2\n".encode("utf-16-le"),
        "A,B\n1,2\n".encode("utf-32"),
        b"A,B\n1,\x81\xfe\n",
        b"\xef\xbb\xbfA,B\n1,\xff\n",
        b"PK\x03\x04\x14\x00\x06\x00",
    ],
)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="not text"):
        table(content)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('A,B\n1,2\n3,"four\n5,6\n7,8', 3),
        ('A,B\n1,2\n3,"four\n5,6\n7,8\n', 3),
        ('A,B\n1,"\n', 2),
        ('A,"B\n1,2\n', 1),
        ('\n\nA,"B\n1,2\n', 3),
    ],
)
def test_a_quotation_that_is_never_closed_is_refused_and_found(text: str, row: int) -> None:
    with pytest.raises(BadInput, match="never closed") as caught:
        table(text)
    assert caught.value.where.row == row


def test_a_cell_too_large_to_be_one_is_refused_and_one_below_is_kept() -> None:
    kept = "x" * 999_999
    assert rows(f"A,B\n1,{kept}\n") == [("1", kept)]
    with pytest.raises(BadInput, match="cannot be split"):
        table(f"A,B\n1,{'x' * 1_000_001}\n")


def test_it_reads_back_whatever_was_written() -> None:
    written = [["A", "B"], ["1\r\n2", 'a "b" c'], ["", " x "], ["–", "\u2028"], ["'", "\\"]]
    for dialect in ("excel", "excel-tab", "unix"):
        file = io.StringIO(newline="")
        csv.writer(file, dialect).writerows(written)
        assert rows(file.getvalue()) == [tuple(row) for row in written[1:]]
