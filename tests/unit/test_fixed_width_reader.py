"""The reader of fixed-width text: whole lines, no character more or less."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.connectors import text as text_module
from muster.connectors.contract import Offer, Sheet
from muster.connectors.fixed_width.reader import BYTE_POSITIONS, TABS, read
from muster.kernel.errors import BadInput


def sheet(content: str | bytes) -> Sheet:
    raw = content if isinstance(content, bytes) else content.encode()
    (found,) = read(Offer("hmrc/staff.dat", raw))
    return found


def lines(content: str | bytes) -> list[str]:
    return sheet(content).cells["0"].to_list()


def test_a_line_is_one_cell_with_all_its_spaces() -> None:
    found = sheet("H120260331\r\nD0012  Smith   \r\n  \r\nT000001\r\n")
    assert found.cells.columns == ["0"]
    assert found.cells["0"].to_list() == ["H120260331", "D0012  Smith   ", "T000001"]
    assert found.rows.to_list() == [1, 2, 4]
    assert (found.blank, found.widths, found.headers) == (1, None, None)
    assert found.read_as == "UTF-8, lines of 7 to 15 characters"


def test_it_says_how_long_lines_are() -> None:
    assert sheet("abc\nabc\n").read_as == "UTF-8, lines of 3 characters"
    assert sheet("Sîan\nabcd".encode("cp1252")).read_as == "Windows-1252, lines of 4 characters"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_it_reads_every_line_end_and_nothing_else_as_one(end: str) -> None:
    assert lines(f'a"b,\u2028{end}{end} c\x0b{end}') == ['a"b,\u2028', " c\x0b"]


def test_positions_that_may_be_bytes_are_noted() -> None:
    # Both lines are padded to 8 bytes, as a system writes them that counts so.
    in_bytes = "Sian   1\nSiân  1\nT1\n"
    in_characters = "Sian   1\nSiân   1\nT1\n"
    assert sheet(in_bytes).notes == (BYTE_POSITIONS,)
    assert sheet(in_characters).notes == ()
    assert sheet(in_bytes.encode("cp1252")).notes == ()


def test_tabs_are_noted() -> None:
    assert sheet("a\tb\nc  d\n").notes == (TABS,)


def test_notes_on_the_encoding_are_kept() -> None:
    assert sheet("Siân\nSiân\n".encode() + b"Si\xe2n\n").notes == (
        "1 line was Windows-1252 in a UTF-8 file",
    )


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"  \n\t\n", b"\xef\xbb\xbf"])
def test_a_file_without_content_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="file is empty"):
        sheet(content)


def test_a_binary_is_refused() -> None:
    with pytest.raises(BadInput, match="not text"):
        sheet(b"D001\x00\x00\n")


def test_a_line_longer_than_any_is_refused_and_found() -> None:
    assert len(lines("a\n" + "x" * 1_000_000)[1]) == 1_000_000
    with pytest.raises(BadInput, match="longer than 1,000,000 characters") as caught:
        sheet("a\n\n" + "x" * 1_000_001 + "\nb\n")
    assert caught.value.where.row == 3


def test_a_million_lines_are_read_and_numbered() -> None:
    found = sheet(b"D0012Smith     SEO\n" * 1_000_000)
    assert found.cells.shape == (1_000_000, 1)
    assert found.rows[-1] == 1_000_000


@settings(max_examples=300, deadline=None)
@given(
    written=st.lists(st.text(alphabet='aé" ,\t', max_size=12), min_size=1, max_size=20),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    size=st.integers(1, 30),
)
def test_it_reads_back_whatever_was_written(written: list[str], end: str, size: int) -> None:
    kept = [(number, line) for number, line in enumerate(written, start=1) if line.strip()]
    if not kept:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_module, "BLOCK_BYTES", size)
        found = sheet(end.join([*written, ""]))
    assert list(zip(found.rows, found.cells["0"], strict=True)) == kept
    assert found.blank == len(written) - len(kept)
