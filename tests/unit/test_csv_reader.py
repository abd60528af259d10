"""The reader of delimited files: no cell is lost, changed or guessed at, however it was written."""

import csv
import io

import pytest

from muster.connectors import cells as cells_module
from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.reader import read
from muster.kernel.errors import BadInput


def sheet(content: str | bytes, encoding: str = "utf-8") -> Sheet:
    raw = content if isinstance(content, bytes) else content.encode(encoding)
    (found,) = read(Offer("hmt/2011-03-31-junior.csv", raw))
    return found


def rows(content: str | bytes, encoding: str = "utf-8") -> list[tuple[str, ...]]:
    return sheet(content, encoding).cells.rows()


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8, separated by comma"),
        ("utf-8-sig", "UTF-8 with byte order mark, separated by comma"),
        ("cp1252", "Windows-1252, separated by comma"),
        ("utf-16", "UTF-16, separated by comma"),
        ("utf-16-be", "UTF-16 without byte order mark, separated by comma"),
    ],
)
def test_it_reads_every_encoding_without_being_told(encoding: str, said: str) -> None:
    found = sheet("Pay (£),Unit\n31250,Café – Privé\n", encoding)
    assert found.cells.rows() == [("Pay (£)", "Unit"), ("31250", "Café – Privé")]
    assert found.read_as == said


def test_a_sheet_is_all_text_and_says_how_wide_each_row_is() -> None:
    found = sheet("A,B,C\n1,2\n1,2,3,4\n1,2,,\n")
    assert found.cells.columns == ["0", "1", "2", "3"]
    assert set(map(str, found.cells.dtypes)) == {"String"}
    assert found.cells.null_count().row(0) == (0, 0, 0, 0)
    assert found.cells.rows()[1:3] == [("1", "2", "", ""), ("1", "2", "3", "4")]
    assert found.widths is not None
    assert found.widths.to_list() == [3, 2, 4, 4]
    assert (str(found.rows.dtype), found.rows.to_list()) == ("UInt32", [1, 2, 3, 4])
    assert (found.headers, found.name, found.hidden, found.merged) == (None, "", False, ())


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "^", "~", "\x1f", ":"])
def test_it_finds_every_delimiter(mark: str) -> None:
    others = "".join(other for other in ",;|" if other != mark)
    text = f"A{mark}B{mark}C\n1{mark}two{others}2{mark}3\n4{mark}{mark}6\n"
    assert rows(text)[1:] == [("1", f"two{others}2", "3"), ("4", "", "6")]


def test_it_names_marks_that_cannot_be_seen() -> None:
    assert sheet("A\tB\n1\t2\n").read_as == "UTF-8, separated by tab"
    assert sheet("A\x1fB\n1\x1f2\n").read_as == "UTF-8, separated by unit separator"


TITLES = "Staff list, as at: 31 March 2026\n\nProduced by HR; not for release\n"
NOTES = "\nSource: HR system, payroll\nEnd of file\n"

# What stands in the file, and the delimiter that its author meant.
DELIMITERS = [
    (TITLES + "A;B;C\n" + "1;2;3\n" * 8, "semicolon"),
    (TITLES + "A;B;C\n" + "1,5;2,5;3,5\n" * 8, "semicolon"),
    ("A;B;C\n" + "1,5;2,5;3,5\n" * 60, "semicolon"),
    (TITLES + "A;B\n" + "1,5;2,5\n" * 8 + NOTES, "semicolon"),
    (TITLES + "Name;Pay\nA;1\nB;2\nC;3\nD;4\n", "semicolon"),
    (TITLES + "A|B|C|D\n" + "1|Smith, Jo|10:30:00|x\n" * 70, "vertical bar"),
    (TITLES + "Staff no,Name,At\n" + "1,x,10:30:00\n" * 8 + NOTES, "comma"),
    ("At,Value\n" + "10:30:00,7\n" * 60, "comma"),
    ("From (hh:mm:ss),To\n" + "10:30:00,x\n" * 8, "comma"),
    ("Name: all\nA\nB\nC\n", "comma"),
    ("Start: date,Unit\n1,a: b\n2,c\n3,d\n", "comma"),
    ("A;B;C\n1;2;3\n" + "1;2;3;4\n" * 9, "semicolon"),
    ("Staff list, 31 March,,,\n,,,,\nA,B,C,D,E\n1,2,3,4,5\n", "comma"),
    ("H|20260331|HR\n" + "D|1|Smith, A|SEO|x\n" * 6 + "T|6\n", "vertical bar"),
    ("sep=;\r\nA;B,C,D\r\n1;2,3,4\r\n2;3,4,5\r\n", "semicolon"),
    ("SEP=|\nA,B\n", "vertical bar"),
    ('A;"B, with, marks; and ""quotes"""\n' + '1;"x,y"\n' * 5, "semicolon"),
]


@pytest.mark.parametrize(("text", "meant"), DELIMITERS)
def test_the_delimiter_is_the_one_its_author_meant(text: str, meant: str) -> None:
    assert sheet(text).read_as == f"UTF-8, separated by {meant}"


def test_titles_and_notes_are_rows_like_others() -> None:
    found = sheet("Staff list as at 31 March 2026\n\nA;B;C\n1;2;3\n4;5;6\n\nSource: HR\n")
    assert found.rows.to_list() == [1, 3, 4, 5, 7]
    assert found.blank == 2
    assert found.cells.rows()[0] == ("Staff list as at 31 March 2026", "", "")
    assert found.widths is not None
    assert found.widths.to_list() == [1, 3, 3, 3, 1]


@pytest.mark.parametrize("mark", [";", "|", "\t"])
def test_it_finds_the_delimiter_though_every_row_has_one_too_many(mark: str) -> None:
    lines = [mark.join(["A", "B", "C"])] + [mark.join(["1", "2", "3", ""])] * 20
    assert rows("\n".join(lines))[1:] == [("1", "2", "3", "")] * 20


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("mark", [",", ";"])
@pytest.mark.parametrize("cell", ["2", '"2"'])
def test_it_reads_every_line_end(end: str, last: bool, mark: str, cell: str) -> None:
    text = end.join([f"A{mark}B", f"1{mark}{cell}", f"3{mark}4"]) + (end if last else "")
    assert rows(text) == [("A", "B"), ("1", "2"), ("3", "4")]
    assert sheet(text).rows.to_list() == [1, 2, 3]


def test_quoted_cells_may_hold_marks_quotes_and_line_ends() -> None:
    found = sheet('A,B\n"1,5","say ""yes""\nor no"\n2,3\n')
    assert found.cells.rows()[1:] == [("1,5", 'say "yes"\nor no'), ("2", "3")]
    assert found.rows.to_list() == [1, 2, 3]


@pytest.mark.parametrize("quoted", ["A", '"A"'])
def test_lines_without_content_are_counted_and_not_rows(quoted: str) -> None:
    found = sheet(f"{quoted},B\n\n1,2\n,\n \u00a0,\t\n\n3,4\n\n\x1c,\u2003\n")
    assert (found.blank, found.height) == (6, 3)
    assert found.rows.to_list() == [1, 3, 7]


def test_cells_are_not_trimmed_or_changed() -> None:
    assert rows("A,B\n 1 ,=cmd()\n٣,1e3\n0012,\ufeff\n")[1:] == [
        (" 1 ", "=cmd()"),
        ("٣", "1e3"),
        ("0012", "\ufeff"),
    ]


def test_a_file_may_have_one_column_or_one_row() -> None:
    assert rows("A\n1\n2\n") == [("A",), ("1",), ("2",)]
    for text in ("A,B", "A,B\n", "A,B\r\n\r\n"):
        assert rows(text) == [("A", "B")]


def test_what_was_noticed_about_the_encoding_is_noted() -> None:
    found = sheet(b"A,B\n" + "é,1\n".encode() * 3 + b"\xe9,1\n")
    assert found.notes == ("1 line was Windows-1252 in a UTF-8 file",)
    assert {row[0] for row in found.cells.rows()} == {"A", "é"}


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b",,\n", b" ", b"\xef\xbb\xbf", b"\xff\xfe", b'""\n', b"\x1a"]
)
def test_a_file_without_content_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="file is empty"):
        sheet(content)


@pytest.mark.parametrize("content", [b"A,B\n1,\x00\n", b"PK\x03\x04\x14\x00\x06\x00"])
def test_a_binary_named_csv_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="not text"):
        sheet(content)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('A,B\n1,2\n3,"four\n5,6\n7,8', 3),
        ('A,B\n1,2\n3,"four\n5,6\n7,8\n', 3),
        ('A,B\n1,"\n', 2),
        ('A,"B\n1,2\n', 1),
        ('\n\nA,"B\n1,2\n', 3),
        ('A,B\n"1\n2",3\n"4', 3),
    ],
)
def test_a_quotation_that_is_never_closed_is_refused_and_found(text: str, row: int) -> None:
    with pytest.raises(BadInput, match="never closed") as caught:
        sheet(text)
    assert caught.value.where.row == row


def test_a_quotation_left_open_in_a_large_file_is_found_where_it_opens() -> None:
    text = "A,B\n" + "1,2\n" * 1000 + '3,"four\n' + "5,6\n" * 400_000
    with pytest.raises(BadInput, match="longer than 1,000,000 characters") as caught:
        sheet(text)
    assert caught.value.where.row == 1002


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_too_large_to_be_one_is_refused_and_one_below_is_kept(quote: str) -> None:
    kept = "é" * 1_000_000
    assert rows(f"A,B\n1,{quote}{kept}{quote}\n")[1:] == [("1", kept)]
    with pytest.raises(BadInput, match="longer than 1,000,000") as caught:
        sheet(f"A,B\n1,{quote}{kept}x{quote}\n")
    assert caught.value.where.row == 2


@pytest.mark.parametrize("quote", ["", '"'])
def test_too_many_columns_are_refused_and_as_many_as_fit_are_kept(quote: str) -> None:
    wide = ",".join([f"{quote}x{quote}"] * 2_000)
    assert sheet(f"A,B\n{wide}\n").cells.shape == (2, 2_000)
    for columns in (2_001, 10_000):
        with pytest.raises(BadInput, match=f"A row has {columns:,} cells") as caught:
            sheet("A,B\n\n" + ",".join([f"{quote}x{quote}"] * columns))
        assert caught.value.where.row == 3


def test_one_wide_row_among_many_short_ones_does_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cells_module, "MOST_CELLS", 1_000_000)
    with pytest.raises(BadInput, match="make over 1,000,000 cells"):
        sheet("x\n" * 1_000 + ",".join("x" * 2_000) + "\n")


def test_a_million_lines_are_read_and_numbered() -> None:
    found = sheet(b"Staff number,Grade\n" + b"0012,SEO\n" * 1_000_000)
    assert found.cells.shape == (1_000_001, 2)
    assert found.cells["0"].n_unique() == 2
    assert found.rows[-1] == 1_000_001


def test_it_reads_back_whatever_was_written() -> None:
    written = [["A", "B"], ["1\r\n2", 'a "b" c'], ["", " x "], ["–", "\u2028"], ["'", "\\"]]
    for dialect in ("excel", "excel-tab", "unix"):
        file = io.StringIO(newline="")
        csv.writer(file, dialect).writerows(written)
        assert rows(file.getvalue()) == [tuple(row) for row in written]
