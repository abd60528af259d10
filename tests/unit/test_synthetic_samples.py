"""The samples of feeds are what the code writes, are explained, and are read by what ships."""

from pathlib import Path

import polars as pl
import pytest

from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.reader import read as read_delimited
from muster.connectors.fixed_width.reader import read as read_fixed_width
from muster.connectors.workbook.reader import read as read_workbook
from muster.connectors.xml.reader import read as read_xml
from muster.hub.contracts import load_contract
from muster.hub.framing.frame import frame_file
from muster.hub.layouts import header_key, load_layout
from muster.hub.mapping import apply_layout
from synthetic.layouts import LAYOUTS
from synthetic.samples import EXTRACT, ROWS, write_samples
from tests.pretend_files import rows_at

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "feeds"
FILES = sorted(path for path in SAMPLES.iterdir() if path.suffix != ".md")
REGISTER = ROOT / "muster" / "register"
READ = {".csv": read_delimited, ".txt": read_fixed_width, ".xml": read_xml, ".xlsx": read_workbook}


def key_of(path: Path) -> str:
    return path.stem[len("2026-10-31-") :]


def test_there_is_one_of_each_layout_and_each_is_explained() -> None:
    assert {key_of(path) for path in FILES} == {*LAYOUTS, EXTRACT}
    told = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for path in FILES:
        assert f"`…-{key_of(path)}{path.suffix}`" in told, path.name
        assert f"layouts/{key_of(path)}.toml" in told
    assert "Nobody in them is real" in told


def test_they_are_what_the_code_writes(tmp_path: Path) -> None:
    for fresh in write_samples(tmp_path):
        kept = SAMPLES / fresh.name
        if fresh.suffix == ".xlsx":  # its bytes depend on the version of the library that writes it
            assert rows_at(fresh, key_of(fresh)) == rows_at(kept, key_of(kept))
        else:
            assert fresh.read_bytes() == kept.read_bytes(), fresh.name


@pytest.mark.parametrize("path", FILES, ids=key_of)
def test_each_is_recognised_and_every_row_is_read(path: Path) -> None:
    layouts = [load_layout(one.read_text("utf-8")) for one in REGISTER.glob("*/layouts/*.toml")]
    sheets: tuple[Sheet, ...] = READ[path.suffix](Offer(path.name, path.read_bytes()))
    ((layout, table),) = frame_file(sheets, layouts, file=path.name).found
    room = "recruitment" if key_of(path) == EXTRACT else "people"
    assert (REGISTER / room / "layouts" / f"{key_of(path)}.toml").read_text("utf-8").count(
        f'name = "{layout.name}"'
    ) == 1
    contract = load_contract((REGISTER / room / "contract.json").read_text("utf-8"))
    names = {str(at): header_key(header) for at, header in enumerate(table.headers)}
    source = table.frame.rename(names).with_columns(file=pl.lit(1), row=table.rows)
    mapped = apply_layout(source, layout, contract)
    assert mapped.problems.is_empty()
    assert mapped.frame.height >= ROWS // 2
    filled = [name for name in mapped.frame.columns if mapped.frame[name].null_count() == 0]
    assert {field.name for field in contract.fields if field.required} <= set(filled)
    assert not set(names.values()) - layout.known_columns
