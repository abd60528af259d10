"""Released figures as files: whoever reads a format otherwise finds the same figures in it."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import openpyxl
import pytest
import python_calamine
import tableauhyperapi as hyper  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.gates import release as gate
from muster.gates.release import ReleasedCell, ReleasedTable
from muster.kernel.errors import BadInput
from muster.kernel.ids import new_id
from muster.kernel.metrics import Dimension, Metric
from muster.services.grid.exports import WRITERS, files_of
from muster.services.grid.exports.contents import contents_of
from muster.services.grid.exports.workbook import NOT_TOLD

Files = dict[str, bytes]
METRIC = Metric(
    name="hats", title="Hats", unit="hats", definition="Hats that are worn", grain="a hat",
    scale=1, dimensions=(Dimension("colour", "Colour", "What a hat looks like"),),
    profile="protected", lawful_basis="Public task", owner="The hat office",
    source="Pretend hats", reader="",
)  # fmt: skip
CODES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=9
).filter(lambda text: text == text.strip())
CELLS = st.lists(
    st.tuples(CODES, st.sampled_from(["exact", "rounded", "band"]), st.integers(0, 10**9)),
    min_size=1, max_size=8, unique_by=lambda cell: cell[0],
)  # fmt: skip
HOSTILE = [("=1+1", "exact", 4), ("+44", "band", 0), ("@x", "rounded", 20), ("-", "band", 0)]


def table_of(cells: list[tuple[str, Any, int]]) -> ReleasedTable:
    """Return a table of any cells, as the gate makes it."""
    made = (
        ReleasedCell((code,), (f"Of {code}",), kind, None, "0 to 7")
        if kind == "band"
        else ReleasedCell((code,), (f"Of {code}",), kind, Decimal(n) / 4, f"{Decimal(n) / 4:,}")
        for code, kind, n in cells
    )
    as_at = dt.date(2026, 3, 31)
    return ReleasedTable(
        new_id(), METRIC, ("colour",), as_at, 7, tuple(made), 171, 180, ("A",), gate._MARK
    )


def told(table: ReleasedTable) -> list[tuple[Any, ...]]:
    """Return what every format must hold, in order."""
    return [(*cell.key, *cell.labels, cell.value, cell.shown, cell.kind) for cell in table.cells]


def from_csv(files: Files) -> list[tuple[Any, ...]]:
    [name, described] = files
    metadata = json.loads(files[described])
    assert metadata["url"] == name
    rows = list(csv.reader(io.StringIO(files[name].decode(), newline="")))
    columns = metadata["tableSchema"]["columns"]
    assert rows[0] == [column["titles"] for column in columns]
    assert metadata["tableSchema"]["primaryKey"] == ["colour_code"]
    types = [Decimal if column["datatype"] == "decimal" else unquoted for column in columns]
    return [tuple(t(v) if v else None for t, v in zip(types, row, strict=True)) for row in rows[1:]]


def unquoted(text: str) -> str:
    # What a spreadsheet would take for a formula stands behind a quotation mark.
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def from_json(files: Files) -> list[tuple[Any, ...]]:
    [content] = files.values()
    return [tuple(row.values()) for row in json.loads(content, parse_float=Decimal)["rows"]]


def from_parquet(files: Files) -> list[tuple[Any, ...]]:
    [content] = files.values()
    with TemporaryDirectory() as folder:
        place = Path(folder) / "figures.parquet"
        place.write_bytes(content)
        with duckdb.connect() as database:
            return database.execute("SELECT * FROM read_parquet(?)", [str(place)]).fetchall()


def from_xlsx(files: Files) -> list[tuple[Any, ...]]:
    [content] = files.values()
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Cover", "Notes", "Figures"]
    assert not any(sheet.merged_cells.ranges for sheet in book)
    [figures] = [sheet.tables for sheet in book if sheet.title == "Figures"]
    assert len(figures) == 1
    rows = list(book["Figures"].iter_rows(min_row=3, values_only=True))
    return [tuple(None if one == NOT_TOLD else one for one in row) for row in rows]


def from_ods(files: Files) -> list[tuple[Any, ...]]:
    [content] = files.values()
    book = python_calamine.load_workbook(io.BytesIO(content))
    assert book.sheet_names == ["Cover", "Notes", "Figures"]
    rows = book.get_sheet_by_name("Figures").to_python()[2:]
    return [tuple(None if one == NOT_TOLD else one for one in row) for row in rows]


def from_hyper(files: Files) -> list[tuple[Any, ...]]:
    [content] = files.values()
    with TemporaryDirectory() as folder:
        place = Path(folder) / "figures.hyper"
        place.write_bytes(content)
        with (
            hyper.HyperProcess(
                hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU, parameters={"log_dir": folder}
            ) as process,
            hyper.Connection(process.endpoint, place) as database,
        ):
            rows = database.execute_list_query('SELECT * FROM "Extract"."Figures"')
        return [tuple(row) for row in rows]


READERS: dict[str, Callable[[Files], list[tuple[Any, ...]]]] = {
    "csv": from_csv, "json": from_json, "parquet": from_parquet, "xlsx": from_xlsx, "ods": from_ods,
    "hyper": from_hyper,
}  # fmt: skip


def test_every_format_is_read_back() -> None:
    assert set(READERS) == set(WRITERS)


@pytest.mark.parametrize("kind", READERS)
def test_hostile_codes_stay_text_and_bands_stay_untold(kind: str) -> None:
    table = table_of(HOSTILE)
    assert READERS[kind](files_of(table, kind)) == told(table)


@pytest.mark.parametrize("kind", sorted(set(READERS) - {"hyper"}))
@settings(max_examples=25)
@given(CELLS)
def test_another_reader_finds_the_same_figures(
    kind: str, cells: list[tuple[str, Any, int]]
) -> None:
    table = table_of(cells)
    assert READERS[kind](files_of(table, kind)) == told(table)


@pytest.mark.parametrize("kind", READERS)
def test_notes_go_along(kind: str) -> None:
    table = table_of([("a", "exact", 4)])
    files = files_of(table, kind)
    assert all(name.startswith("hats-2026-03-31-by-colour.") for name in files)
    notes = dict(contents_of(table).notes)
    assert notes["How complete"] == "171 of 180 employers. Without: A."
    assert str(table.release) in notes["Release"]
    if kind in ("csv", "json"):
        assert "171 of 180" in b"".join(files.values()).decode()


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(BadInput, match="no format pdf"):
        files_of(table_of([]), "pdf")


def test_the_same_table_gives_the_same_figures_in_every_format() -> None:
    table = table_of([("a", "exact", 5), ("b", "band", 0), ("c", "rounded", 80)])
    found = {kind: READERS[kind](files_of(table, kind)) for kind in READERS}
    assert all(rows == found["csv"] for rows in found.values())
