"""What the workbook connector adds to what every connector promises: its kinds, and its sheets."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from muster.connectors.contract import Connector, Offer, Sheet
from muster.connectors.workbook.connector import ENDINGS, Workbook
from muster.connectors.workbook.fake import FakeWorkbook
from muster.connectors.workbook.reader import read
from muster.kernel.errors import BadInput
from tests.workbooks import Error, Formula, Grid, ods_of, xls_of, xlsx_of

GRID: Grid = [
    ["Staff return", None, None],
    [],
    ["Staff number", "Start", "Hours"],
    ["0012", dt.date(2026, 3, 31), dt.timedelta(hours=37, minutes=30)],
    ["0013", Error("#N/A"), Formula("C4")],
]
FILES = {
    "hmt/2026-03-31-staff.xlsx": xlsx_of(GRID),
    "dft/2026-03-31-staff.XLSM": xlsx_of(GRID),
    "hmrc/2026-03-31-staff.ods": ods_of(GRID),
    "dwp/2026-03-31-staff.xls": xls_of({"People": GRID}, worked_out=False),
    "moj/2026-03-31-staff.xlsb": b"PK",
    "moj/~$2026-03-31-staff.xlsx": b"open elsewhere",
    "moj/staff.csv": b"A,B\n",
}


def real(place: Path, files: Mapping[str, bytes]) -> Connector:
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return Workbook(place)


@pytest.fixture(params=["real", "fake"])
def connector(request: pytest.FixtureRequest, tmp_path: Path) -> Connector:
    return FakeWorkbook(FILES) if request.param == "fake" else real(tmp_path, FILES)


def test_it_offers_every_kind_of_workbook_and_nothing_else(connector: Connector) -> None:
    offered = {item.name for item in connector.pull() if isinstance(item, Offer)}
    assert offered == {name for name in FILES if name.lower().endswith(ENDINGS) and "~" not in name}
    assert len(offered) == 5


def test_what_it_offers_is_read_alike_in_every_kind(connector: Connector) -> None:
    found = {}
    for item in connector.pull():
        if isinstance(item, Offer) and item.content != b"PK":
            found[item.name] = read(item)
    assert len(found) == 4
    for sheets in found.values():
        (sheet,) = sheets
        keeps_the_contract(sheet)
        assert sheet.cells.rows() == [
            ("Staff return", "", ""),
            ("Staff number", "Start", "Hours"),
            ("0012", "2026-03-31", "37:30:00"),
            ("0013", "#N/A", "#FORMULA?"),
        ]
        assert sheet.rows.to_list() == [1, 3, 4, 5]


def keeps_the_contract(sheet: Sheet) -> None:
    assert sheet.cells.columns == [str(place) for place in range(sheet.cells.width)]
    assert all(dtype == pl.String for dtype in sheet.cells.dtypes)
    assert sum(sheet.cells.null_count().row(0)) == 0
    assert sheet.rows.dtype == pl.UInt32
    assert sheet.rows.len() == sheet.height
    assert sheet.rows.is_sorted()
    assert sheet.rows.n_unique() == sheet.height
    assert sheet.read_as
    assert sheet.name


def test_what_cannot_be_read_is_refused_by_its_name(connector: Connector) -> None:
    (binary,) = (item for item in connector.pull() if item.name.endswith(".xlsb"))
    assert isinstance(binary, Offer)
    with pytest.raises(BadInput, match=r"file moj/2026-03-31-staff\.xlsb"):
        read(binary)
