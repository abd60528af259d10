"""Large files are held and read otherwise than small ones, and nobody can tell from the outcome.

A large table is packed column by column, and mapped one field at a time; a long one is searched
for titles, totals and notes a portion at a time. Each is held against the same file as a whole,
whatever stands in it: dates of which only all rows together tell that they are exchanged, files
that lack columns, values that somebody said the meaning of, and what is put right.
"""

import json
from collections.abc import Mapping, Sequence
from unittest.mock import patch

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from muster.hub.contracts import load_contract
from muster.hub.framing import headers, packed
from muster.hub.framing.frame import under_header
from muster.hub.framing.shapes import Shape
from muster.hub.framing.tables import Table
from muster.hub.layouts import header_key, load_layout
from muster.hub.mapping import Mapped, apply_layout
from muster.hub.mapping.source import Gathered, Sent
from muster.hub.parsers import FIXED, LOST_ZEROS, SWAPPED
from muster.hub.parsers.reasons import REPAIRED
from tests.sheets import sheet_of

LAYOUT = load_layout("""
[layout]
name = "x"
title = "x"
contract = "x"
recognise = ["Text"]
ignored = ["Aside"]

[fields.text]
from = "Text"
join = ["More"]
strip = "*"

[fields.number]
from = ["Number", "No"]
parse = "identifier"
digits = 8

[fields.share]
from = "Part"
parse = "share"
of = "Whole"

[fields.pay]
from = "Part"
parse = "pence"
lenient = true

[fields.code]
from = "Code"
parse = "code"
codes = {a = "x", b = "y"}
default = "x"

[fields.starts]
from = "Starts"
parse = "date"
form = "DD/MM/YYYY"

[fields.ends]
from = ["Ends", "Until"]
parse = "date"
form = "DD/MM/YYYY"
absent = ["none"]
""")
KINDS: Mapping[str, Mapping[str, object]] = {
    "text": {"type": "string", "maxLength": 9, "x-personal": True},
    "number": {"type": "string"},
    "share": {"type": "integer", "maximum": 1_000_000_000, "x-control-total": True},
    "pay": {"type": "integer"},
    "code": {"type": "string", "enum": ["x"]},
    "starts": {"type": "string", "format": "date"},
    "ends": {"type": "string", "format": "date"},
    "nobody states it": {"type": "string"},
}
CONTRACT = load_contract(
    json.dumps(
        {
            "$id": "x", "type": "object", "additionalProperties": False,
            "required": ["text", "starts"], "properties": KINDS,
        }
    )
)  # fmt: skip
DATES = st.sampled_from(
    ["13/02/2026", "02/13/2026", "2026-01-04", "2026-02-03", "2026-03-25", "03/04/2026", "none",
     "25/12/2025", "31/31/2026", "46026", "2026-05-05", ""]
)  # fmt: skip
CELLS: Mapping[str, st.SearchStrategy[str]] = {
    "Text": st.sampled_from(["a", "Zoë", "SiÃ¢n", "#REF!", " b* ", "", "longer than nine", "ﬁ"]),
    "More": st.sampled_from(["", "c", "=1+1", "Å\u201c", "d e"]),
    "Number": st.sampled_from(["12345678", "1234", "1E5", "12345678.0", "", "x"]),
    "No": st.sampled_from(["87654321", "7", ""]),
    "Part": st.sampled_from(["1", "0.5", "37", "1.O", "£12.50", "", "none of it", "1e3"]),
    "Whole": st.sampled_from(["37", "2", "0", "", "y"]),
    "Code": st.sampled_from(["a", "A ", "b", "c", ""]),
    "Starts": DATES,
    "Ends": DATES,
    "Until": DATES,
    "Aside": st.sampled_from(["", "p"]),
    "Unknown": st.sampled_from(["", "q"]),
}
FIXES = st.fixed_dictionaries(
    {},
    optional={
        "text": st.dictionaries(st.sampled_from(["a", "b", "Siân"]), st.sampled_from(["", "e"])),
        "code": st.just({"c": "b"}),
        "starts": st.dictionaries(DATES.filter(bool), st.sampled_from(["", "2026-01-02"])),
    },
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Return a file with some of the columns, in any order, its row numbers with gaps."""
    names = draw(st.lists(st.sampled_from(list(CELLS)), min_size=1, unique=True))
    height = draw(st.integers(0, 8))
    columns = {
        str(place): draw(st.lists(CELLS[name], min_size=height, max_size=height))
        for place, name in enumerate(names)
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    rows = pl.Series("row", range(3, 3 + 2 * height, 2), dtype=pl.Int64)
    return Table(tuple(names), tuple((name,) for name in names), frame, rows)


def whole_of(files: Sequence[Table]) -> pl.DataFrame:
    """Return files as one frame, as mapping has always taken them."""
    frames = [
        pl.DataFrame(
            {
                "file": pl.repeat(number, file.height, dtype=pl.Int64, eager=True),
                "row": file.rows,
                **{
                    header_key(header): file.frame[str(place)]
                    for place, header in enumerate(file.headers)
                    if header_key(header) in LAYOUT.known_columns
                },
            }
        )
        for number, file in enumerate(files, start=1)
    ]
    return pl.concat(frames, how="diagonal")


def table(**columns: Sequence[str]) -> Table:
    frame = pl.DataFrame({str(at): cells for at, cells in enumerate(columns.values())})
    rows = pl.int_range(2, frame.height + 2, eager=True)
    return Table(tuple(columns), tuple((name,) for name in columns), frame, rows)


def both_ways(files: Sequence[Table], fixes: Mapping[str, Mapping[str, str]]) -> Mapped:
    """Map files whole and as large ones; hold the two against each other and return them."""
    whole = apply_layout(whole_of(files), LAYOUT, CONTRACT, fixes)
    with patch.object(packed, "LARGE", 0):
        sent = [Sent(number, packed.packed(file)) for number, file in enumerate(files, start=1)]
        assert all(isinstance(one.table, packed.PackedTable) for one in sent)
        large = apply_layout(Gathered(sent, LAYOUT), LAYOUT, CONTRACT, fixes)
    assert_frame_equal(large.frame, whole.frame)
    assert large.problems.rows() == whole.problems.rows()
    assert large.notes.rows() == whole.notes.rows()
    return large


@given(st.lists(tables(), min_size=1, max_size=3), FIXES)
@settings(max_examples=150, deadline=None)
@example([table(Text=["a"] * 7, Starts=["13/02/2026"] * 3 + ["2026-01-04"] * 4)], {})
def test_large_files_are_mapped_as_small_ones(
    files: list[Table], fixes: Mapping[str, Mapping[str, str]]
) -> None:
    both_ways(files, fixes)


def test_what_only_all_rows_and_columns_tell_is_told_of_large_files() -> None:
    starts = ["13/02/2026", "25/12/2025", *["2026-01-04"] * 40_000]
    ends = ["14/02/2026", *["2026-03-01"] * 40_001]
    text = ["SiÃ¢n", *["a"] * 40_001]
    found = both_ways(
        [
            table(Text=text, Starts=starts, Ends=ends, Number=["1234"] * 40_002),
            table(Text=["a"], Starts=["2026-01-04"]),
        ],
        {"text": {"a": "b"}},
    )
    swapped = found.problems.filter(pl.col("reason") == SWAPPED)
    # Neither column alone holds three texts that one order can read; the file does. The other
    # file holds none.
    assert swapped["field"].value_counts(sort=True).rows() == [("ends", 40_001), ("starts", 40_000)]
    assert set(found.notes["reason"]) == {FIXED, LOST_ZEROS, REPAIRED}


@given(tables())
@settings(max_examples=100, deadline=None)
def test_a_packed_table_holds_what_it_was_made_of(plain: Table) -> None:
    small = packed.PackedTable(plain)
    assert_frame_equal(small.frame, plain.frame)
    assert (small.height, small.headers, small.aside) == (plain.height, plain.headers, {})
    for place, header in enumerate(plain.headers):
        assert small.cells_at(place).to_list() == plain.frame[str(place)].to_list()
        one, other = small.column(header), plain.column(header)
        assert one is not None
        assert other is not None
        assert one.to_list() == other.to_list()


@given(st.lists(tables(), min_size=1, max_size=2), st.frozensets(st.integers(1, 20)))
@settings(max_examples=100, deadline=None)
def test_on_a_release_waiting_rows_come_last(files: list[Table], last: frozenset[int]) -> None:
    gathered = Gathered([Sent(n, one, last) for n, one in enumerate(files, start=1)], LAYOUT)
    rows = whole_of(files).rows(named=True)
    in_order = sorted(rows, key=lambda row: (row["file"], row["row"] in last))
    assert gathered.frame().rows(named=True) == in_order
    assert gathered.height == len(in_order)


SHAPES = (
    Shape(),
    Shape(ends=("End of *",)),
    Shape(totals=("Total*",)),
    Shape(headings="Unit"),
    Shape(needs=("No",)),
    Shape(headings="Unit", totals=("Total*",)),
    Shape(needs=("Nobody has it",)),
)
LINES = st.sampled_from(
    ["1|Ann|EO|", "2|Bo||", "Total|||2", "Unit A|||", "Unit B|||", "No|Name|Grade|", "|Cy|AO|",
     "End of report|||", "\u00a0|\u00a0|x|", "Notes: none|||", "3||| "]
)  # fmt: skip


@given(st.sampled_from(SHAPES), st.lists(LINES, max_size=12), st.integers(1, 4))
@settings(max_examples=120, deadline=None)
def test_long_tables_are_searched_as_short_ones(
    shape: Shape, lines: list[str], portion: int
) -> None:
    sheet = sheet_of("\n".join(["No|Name|Grade|", *lines]))
    whole = under_header(sheet, shape, 0)
    with patch.object(headers, "_PORTION", portion):
        found = under_header(sheet, shape, 0)
    assert_frame_equal(found.frame, whole.frame)
    assert found.rows.to_list() == whole.rows.to_list()
    assert (found.headers, found.at, found.aside) == (whole.headers, whole.at, whole.aside)
