"""Bad input, from bytes to page: each file ends with a reason and what to do, and nothing is lost.

The readers' own tests hold them to time and memory; here the whole way is walked.
"""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from muster.hub.actions import Taken, begin_intake, take_in
from muster.hub.models import Landing, LandingState, QuarantinedRow
from muster.hub.queries import exact_bytes
from muster.hub.reading import dropped, read
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.test_people_feeds import (
    HEADER,
    MOLE,
    TOAD,
    VOLE,
    changed,
    enrol_bodies,
    sheet,
)

pytestmark = pytest.mark.django_db
NAME = "2026-10-31-hr"


@pytest.fixture(autouse=True)
def body() -> None:
    enrol_bodies("mill")


def load(place: Path) -> Taken:
    intake = begin_intake(name=place.name, by="test", clock=SYSTEM_CLOCK)
    return take_in(dropped(place), read, intake=intake, by="test", clock=SYSTEM_CLOCK)


def dropped_file(folder: Path, name: str, content: bytes) -> Path:
    (folder / "mill").mkdir(exist_ok=True)
    (folder / "mill" / name).write_bytes(content)
    return folder


def zip_of(entries: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


def workbook_of(shown: list[list[str]], *, hidden: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in shown:
        book.worksheets[0].append(row)
    old = book.create_sheet("Old")
    old.sheet_state = "hidden"
    for row in hidden:
        old.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def expansion() -> bytes:
    names = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)]
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{"".join(names)}]><x><r><a>&e9;</a></r></x>'.encode()


WIDE = ",".join(f"C{number}" for number in range(10_000)).encode()
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": (f"{NAME}.csv", lambda: b"", "The file is empty"),
    "blank lines": (f"{NAME}.csv", lambda: b"\n \n\t\n", "The file is empty"),
    "a picture named .csv": (f"{NAME}.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(64), "not text"),
    "10,000 columns": (f"{NAME}.csv", lambda: WIDE + b"\n" + WIDE, "columns"),
    "entity expansion": (f"{NAME}.xml", expansion, "DOCTYPE"),
    "half an XML file": (f"{NAME}.xml", lambda: b"<x><r><a>1</a></r><r>", "line"),
    "a zip named .xlsx": (f"{NAME}.xlsx", lambda: zip_of({"a.txt": b"a"}), "workbook"),
    "a web page named .xls": (f"{NAME}.xls", lambda: b"<html><table></table></html>", "web page"),
    "a quotation never closed": (f"{NAME}.csv", lambda: sheet(MOLE) + b'"a\tb\n', "never closed"),
    "nobody's columns": (f"{NAME}.csv", lambda: b"Colour,Size\nred,1\n", "No layout is known"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_taken_is_refused_with_a_fix_and_kept(
    case: str, tmp_path: Path
) -> None:
    name, content, said = REFUSED[case]
    taken = load(dropped_file(tmp_path, name, content()))
    landing = Landing.objects.get(id=taken.fresh[0])
    assert landing.state == LandingState.REFUSED
    assert said.casefold() in landing.said.casefold()
    assert landing.said.count(".") >= 2, "what is wrong, and what to do"
    assert exact_bytes(landing.id) == content()


def test_a_header_alone_is_a_feed_of_nobody_and_takes_nobodys_place(tmp_path: Path) -> None:
    load(dropped_file(tmp_path, "2026-09-30-hr.csv", sheet(MOLE, VOLE)))
    taken = load(dropped_file(tmp_path, "2026-09-30-hr.csv", sheet()))
    landing = Landing.objects.get(id=taken.fresh[-1])
    assert (landing.state, landing.waits_for) == (LandingState.HELD, "rows")
    assert Landing.objects.filter(state=LandingState.ACCEPTED).count() == 1


def test_columns_of_one_name_are_told_apart_and_the_first_counts(tmp_path: Path) -> None:
    header = HEADER.replace("Directorate", "Grade")
    content = header.encode() + b"".join(
        row.replace("|X|", "|EO|").replace("|", "\t").encode() + b"\r\n" for row in (MOLE, VOLE)
    )
    landing = only(load(dropped_file(tmp_path, f"{NAME}.csv", content)))
    assert landing.accepted == 2
    assert any("Grade (2)" in note for note in landing.notes)


@pytest.mark.parametrize(
    ("cell", "value", "reason"),
    [
        ("Start_date", "31/02/2020", "no such day"),
        ("Staff_no", "=1+1", "formula"),
        ("Staff_no", "\u041c/1", "another alphabet"),
        ("Salary", "#N/A", "#N/A"),
        ("FTE", "1.23E+07", "digits"),
        ("NI_No", "QA12345", "not of the expected form"),
    ],
)
def test_a_damaged_row_waits_with_its_field_and_reason(
    cell: str, value: str, reason: str, tmp_path: Path
) -> None:
    rows = [changed(row, **{cell: value}) if row is MOLE else row for row in (MOLE, VOLE, TOAD)]
    content = "".join([HEADER, *(f"{row.replace('|', chr(9))}\r\n" for row in rows)]).encode()
    landing = only(load(dropped_file(tmp_path, f"{NAME}.csv", content)))
    assert (landing.rows, landing.accepted) == (3, 2)
    waiting = QuarantinedRow.objects.get()
    assert waiting.row == 2
    assert reason.casefold() in waiting.reason.casefold()
    assert value not in waiting.cause or cell in ("Salary", "FTE")


def test_a_zip_that_climbs_out_or_bursts_harms_nothing(tmp_path: Path) -> None:
    bomb = bytes(300 * 1024 * 1024)
    packed = tmp_path / "mill.zip"
    packed.write_bytes(zip_of({f"../../{NAME}.csv": sheet(MOLE), "mill/bomb.csv": bomb}))
    taken = load(packed)
    assert [item["name"] for item in taken.intake.skipped] == ["mill/bomb.csv"]
    assert not (tmp_path.parent / f"{NAME}.csv").exists()
    assert only(taken).name.endswith(f"{NAME}.csv")


def test_a_hidden_list_of_people_holds_the_whole_workbook(tmp_path: Path) -> None:
    header = HEADER.strip().split("\t")
    shown = [header, *(row.split("|") for row in (MOLE, VOLE))]
    old = [["Surname", "Date of birth", "Home address"], *[["Mole", "1980-03-01", "1 Bank"]] * 3]
    content = workbook_of(shown, hidden=old)
    landing = only(load(dropped_file(tmp_path, f"{NAME}.xlsx", content)))
    assert (landing.state, landing.waits_for) == (LandingState.HELD, "declaration")
    assert "hidden sheet 'Old'" in landing.said
    assert "Mole" not in landing.said


def only(taken: Taken) -> Landing:
    (landing,) = taken.fresh
    return Landing.objects.get(id=landing)
