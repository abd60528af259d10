"""What a lookup table may look like, and what is said of each row that is wrong.

A table is a file that somebody exports from a spreadsheet: headings first, a code in the first
column, what it means in the others. Nothing is trimmed or guessed, and all that is wrong is told at
once, by row as a spreadsheet counts.
"""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.hub.translating.lookup_files import MOST_PROBLEMS, read_table
from muster.kernel.errors import BadInput

SOUND: list[tuple[str, dict[str, dict[str, str]]]] = [
    # the file                              what each column says of each code
    ("code,meaning\na,1\nb,2\n",            {"meaning": {"a": "1", "b": "2"}}),
    ("\ufeffcode;meaning\r\na;1,5\r\n",     {"meaning": {"a": "1,5"}}),
    ("code\tx\ty\na\t1\t\n",                {"x": {"a": "1"}, "y": {}}),
    ("code,meaning\n\n\na,1\n",             {"meaning": {"a": "1"}}),
    ("code,meaning\n\"a,b\",\"1\"\n",       {"meaning": {"a,b": "1"}}),
    ("code,meaning\nA,1\na,2\n",            {"meaning": {"A": "1", "a": "2"}}),
]  # fmt: skip

WRONG_ROWS: list[tuple[str, int, str, str]] = [
    # the file                               row column   what is said
    ("code,meaning\na,1\na,2\n",             3, "code",   "The code stands in row 2 as well"),
    ("code,meaning\na,1,2\n",                2, "",       "It has 3 cells, and the headings are 2"),
    ("code,meaning\n,1\n",                   2, "code",   "It has no code"),
    ("code,meaning\n a,1\n",                 2, "code",   "Spaces stand around the code"),
    ("code,meaning\na,\n",                   2, "",       "The code means nothing"),
    ("code,meaning\na,\"x\ny\"\n",           3, "meaning",
     "The cell holds a line break or control character"),
    ("code,meaning\nb,1\n\na,\n",            4, "",       "The code means nothing"),
]  # fmt: skip

NO_TABLES: list[tuple[bytes, str]] = [
    (b"",                          "at least two columns"),
    (b"code\na\n",                 "at least two columns"),
    (b"code,\na,1\n",              "at least two columns"),
    (b"code,Code\na,1\n",          "one name"),
    (b"code,meaning\n",            "no rows"),
    (b"code,meaning\n\xff,1\n",    "UTF-8"),
    (b'code,meaning\n"a,1\n',      "delimited"),
    (b"PK\x03\x04\xff\xfe",        "UTF-8"),
    (b"x" * (10 * 1024 * 1024 + 1), "10 MB"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), SOUND)
def test_a_sound_table_is_read(text: str, meant: dict[str, dict[str, str]]) -> None:
    read = read_table(text.encode())
    assert read.problems == ()
    assert read.meanings() == meant


@pytest.mark.parametrize(("text", "row", "column", "what"), WRONG_ROWS)
def test_a_wrong_row_is_named_without_what_stands_in_it(
    text: str, row: int, column: str, what: str
) -> None:
    (problem,) = read_table(text.encode()).problems
    assert (problem.row, problem.column, problem.what) == (row, column, what)
    assert problem.fix


@pytest.mark.parametrize(("content", "what"), NO_TABLES)
def test_what_is_no_table_is_refused_whole(content: bytes, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read_table(content)


def test_all_that_is_wrong_is_told_at_once_up_to_a_hundred() -> None:
    rows = "".join(",x\n" for _ in range(500))
    assert len(read_table(f"code,meaning\n{rows}".encode()).problems) == MOST_PROBLEMS


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=9),
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=9),
        min_size=1, max_size=9,
    ),
    st.sampled_from([",", ";", "\t"]),
)  # fmt: skip
def test_what_is_written_is_read_back(table: dict[str, str], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([("code", "meaning"), *table.items()])
    read = read_table(text.getvalue().encode())
    assert read.problems == ()
    assert read.meanings() == {"meaning": table}


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    with suppress(BadInput):
        assert read_table(content).columns
