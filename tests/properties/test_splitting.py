"""Splitting delimited text: two fast ways, block by block, agree with Python's ``csv`` as a whole.

Python's reader over the whole text at once is the second implementation. Blocks are made so small
that every kind of cut occurs, within quotations and between CR and LF.
"""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muster.connectors import text as text_module
from muster.connectors.contract import Offer
from muster.connectors.csv_drop.splitting import Splitter
from muster.connectors.text import decode

PIECES = st.sampled_from(
    ["a", "b c", "", " ", "\u00a0", "\x1c", "é", "Ŵ", "0012", "'", ",", ",", ",", ";", "\n", "\n",
     "\r\n", "\r", "\u2028", "\x0b", '"', '""', '"x"', '"x,y"', '"x\ny"', '"x\r\n"', ',"', '",']
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=60).map("".join)


def expected(text: str, delimiter: str) -> tuple[list[tuple[int, list[str]]], int]:
    """Return the rows with content and their numbers, and how many have none."""
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    kept = [
        (number, row)
        for number, row in enumerate(found, start=1)
        if any(cell.strip() for cell in row)
    ]
    return kept, len(found) - len(kept)


def is_open(text: str, delimiter: str) -> bool:
    """Return whether a last quotation is never closed: then what follows becomes part of it."""
    reader = csv.reader(io.StringIO(text + "\nlast", newline=""), delimiter=delimiter)
    last: list[str] = list(reader)[-1]
    return last != ["last"]


@settings(max_examples=600, deadline=None)
@given(text=TEXTS, size=st.integers(1, 40), delimiter=st.sampled_from([",", ";", "\x1c"]))
@example(text='"', size=1, delimiter=",")
@example(text='a,"\r', size=1, delimiter=",")
@example(text='a\r\n"\n', size=2, delimiter=",")
@example(text='a,"b\n\nc",d\n\n1,2\n', size=4, delimiter=",")
def test_blocks_split_as_the_whole_would_be(text: str, size: int, delimiter: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_module, "BLOCK_BYTES", size)
        splitter = Splitter("file", delimiter)
        blocks = decode(Offer("file", text.encode())).blocks()
        if is_open(text, delimiter):
            with pytest.raises(Exception, match="never closed"):
                splitter.split(blocks)
            return
        splitter.split(blocks)
    agree(splitter, text, delimiter)


def agree(splitter: Splitter, text: str, delimiter: str) -> None:
    """Hold what was split against Python's reader."""
    kept, blank = expected(text, delimiter)
    numbers = splitter.cells.rows().to_list()
    widths = splitter.cells.widths().to_list()
    cells = splitter.cells.frame().rows()
    whole = max((len(row) for _, row in kept), default=0)
    assert numbers == [number for number, _ in kept]
    assert widths == [len(row) for _, row in kept]
    assert cells == [tuple(row + [""] * (whole - len(row))) for _, row in kept]
    assert splitter.blank == blank


CELLS = st.sampled_from(
    ["", " ", "a", "é", "0012", "b c", '""', '" "', '"x"', '"x,y"', '"x;y,z"', '","',
     '"a ""b"", c"', 'a"b"', '"a"b']
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=12),
    size=st.integers(1, 200),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
@example(rows=[['"x,y"', "\ue000"], ['""', "a"]], size=200, end="\n")
def test_cells_that_are_enclosed_whole_are_split_as_quickly_and_as_right(
    rows: list[list[str]], size: int, end: str
) -> None:
    text = "".join(",".join(row) + end for row in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_module, "BLOCK_BYTES", size)
        splitter = Splitter("file", ",")
        splitter.split(decode(Offer("file", text.encode())).blocks())
    agree(splitter, text, ",")
