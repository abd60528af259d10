"""Bytes as text: every encoding is found without being told, and binary is refused."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.connectors import text as text_module
from muster.connectors.contract import Offer
from muster.connectors.text import Text, decode, split_lines
from muster.kernel.errors import BadInput


def decoded(content: bytes) -> Text:
    return decode(Offer("hmt/staff.csv", content))


def whole(content: bytes) -> str:
    return "".join(decoded(content).blocks())


# What stands in the file, how it is read, and what is said about it.
MIXED = [
    (["Siân".encode(), "Siân".encode(), "Siân".encode("cp1252")], "UTF-8", "1 line was Win"),
    (["Siân".encode(), *["Siân".encode("cp1252")] * 2], "Windows-1252", "1 line was UTF-8 in a W"),
    (["Siân".encode(), *["£1".encode("cp1252")]], "UTF-8", "1 line was Windows-1252 in a UTF-8"),
    ([b"\xef\xbb\xbfA", b"Si\xe2n"], "UTF-8 with byte order mark", "1 line was Windows-1252"),
    (["Siân".encode()] * 4 + [b"\x93x\x94"] * 3, "UTF-8", "3 lines were Windows-1252 in a UTF-8"),
]


@pytest.mark.parametrize(("lines", "encoding", "said"), MIXED)
def test_lines_of_two_encodings_are_both_read_and_counted(
    lines: list[bytes], encoding: str, said: str
) -> None:
    content = b"\n".join(lines)
    found = decoded(content)
    assert found.encoding == encoding
    assert len(found.notes) == 1
    assert found.notes[0].startswith(said)
    either = "".join(found.blocks())
    assert not {"\ufffd", "Ã", "â€"} & set(either)
    assert either.count("Siân") == sum(b"Si" in line for line in lines)


def test_two_encodings_in_one_line_are_both_read() -> None:
    content = "Siân,".encode() + "café".encode("cp1252") + b"\n" + "Siôn".encode()
    assert whole(content) == "Siân,café\nSiôn"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(codec: str) -> None:
    written = "Name,Pay\nSiân – Ŵyn,£1\n" * 3
    found = decoded(written.encode(codec))
    assert (found.encoding, "".join(found.blocks())) == ("UTF-16 without byte order mark", written)
    with pytest.raises(BadInput, match="not text"):
        decoded(written.encode(codec) + b"\0")


def test_the_mark_for_the_end_of_a_file_is_left_out() -> None:
    found = decoded(b"A\n1\n\x1a\x1a")
    assert "".join(found.blocks()) == "A\n1\n"
    assert found.notes == ("the mark for the end of a file was left out",)


@pytest.mark.parametrize(
    "content",
    [
        b"A,B\n1,\x00\n",
        "A,B\n1,2\n".encode("utf-32"),
        "A,B\n1,2\n".encode("utf-32-le"),
        b"A,B\n1,\x81\xfe\n",
        b"\xff\xfeA",
        b"PK\x03\x04 workbook",
        b"%PDF-1.7\n",
        b"\xd0\xcf\x11\xe0 old workbook",
        b"\x1f\x8b packed",
    ],
)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="not text") as caught:
        whole(content)
    assert caught.value.where.file == "hmt/staff.csv"


def test_a_line_longer_than_any_row_is_refused_and_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "BLOCK_BYTES", 8)
    monkeypatch.setattr(text_module, "LONGEST_LINE_BYTES", 20)
    assert whole(b"A\n" + b"x" * 19 + b"\nB") == "A\n" + "x" * 19 + "\nB"
    with pytest.raises(BadInput, match="longer than any row") as caught:
        whole(b"A\n\n" + b"x" * 20 + b"\nB")
    assert caught.value.where.row == 3


LETTERS = st.text(alphabet="aé–Ŵ,\n\r", max_size=60)


@settings(max_examples=300, deadline=None)
@given(
    written=LETTERS, codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), size=st.integers(1, 9)
)
def test_blocks_together_are_the_text_and_end_where_lines_do(
    written: str, codec: str, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_module, "BLOCK_BYTES", size)
        blocks = list(decoded(written.encode(codec)).blocks())
    assert "".join(blocks) == written
    assert all(block.endswith(("\n", "\r")) for block in blocks[:-1])
    assert not any(
        block.endswith("\r") and following.startswith("\n") for block, following in pairwise(blocks)
    )
    # Python's universal line ends are the second implementation.
    lines = [line for block in blocks for line in split_lines(block).to_list()]
    expected = written.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert lines == (expected[:-1] if expected[-1] == "" else expected)
