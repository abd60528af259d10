"""Workbooks that the government publishes, read by ours and by another library: cell for cell."""

import warnings
from pathlib import Path

import openpyxl
import pytest

from muster.connectors.contract import Offer, Sheet
from muster.connectors.workbook.reader import read

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HEADCOUNTS = ("20224", "20234", "20244", "20251")


def content_of(*parts: str) -> bytes:
    path = DATA.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"the published file {path.name} is not on this machine")
    return path.read_bytes()


def cells_of(sheet: Sheet) -> dict[tuple[int, int], str]:
    return {
        (row, column): text
        for row, texts in zip(sheet.rows, sheet.cells.rows(), strict=True)
        for column, text in enumerate(texts)
        if text
    }


@pytest.mark.parametrize("quarter", HEADCOUNTS)
def test_every_cell_of_the_official_headcounts_is_as_another_library_reads_it(
    quarter: str,
) -> None:
    content_of("headcount", f"QPSES_{quarter}.xlsx")
    path = DATA / "headcount" / f"QPSES_{quarter}.xlsx"
    sheets = read(Offer(f"ons/{path.name}", path.read_bytes()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        others = openpyxl.load_workbook(path, data_only=True).worksheets
    compared = 0
    for ours, theirs in zip(sheets, others, strict=True):
        assert (ours.name, ours.hidden) == (theirs.title, theirs.sheet_state != "visible")
        ranges = {
            (each.min_row, each.min_col - 1, each.max_row, each.max_col - 1)
            for each in theirs.merged_cells.ranges
        }
        assert set(ours.merged) == ranges
        expected = {
            (cell.row, cell.column - 1): cell.value
            for row in theirs.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        found = cells_of(ours)
        assert found.keys() == expected.keys()
        for place, value in expected.items():
            compared += 1
            if isinstance(value, str):
                assert found[place] == value
            else:
                assert isinstance(value, int | float)
                assert float(found[place]) == float(f"{value:.15g}")
    assert len(sheets) == 18
    assert compared > 14_000


def test_the_people_survey_is_read_with_its_sheets() -> None:
    name = "Civil_Service_People_Survey_2024_Benchmark_Results.ods"
    sheets = read(Offer(f"co/{name}", content_of("people_survey", name)))
    assert [(sheet.name, sheet.height, sheet.cells.width) for sheet in sheets] == [
        ("Cover", 7, 1),
        ("Contents", 8, 2),
        ("Notes", 13, 2),
        ("Table_1", 200, 20),
        ("Table_2", 200, 20),
        ("Table_3", 113, 125),
        ("Annex", 198, 3),
    ]
