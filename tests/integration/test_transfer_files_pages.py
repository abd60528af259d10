"""Workbooks, payroll calendars and moves of many on the pages of transfers."""

import html
import io
import re

import pytest
from django.test import Client

from tests.integration.test_transfer_process import Played
from tests.integration.transfer_pages_world import (
    Pages,
    number,
    problems_in,
    to_release,
)
from tests.integration.transfers_world import World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]


@pytest.fixture
def pages(fresh_home: object, client: Client, monkeypatch: pytest.MonkeyPatch) -> Pages:
    return Pages(Played(World()), client, monkeypatch)


def test_our_workbook_is_downloaded_and_read_back_into_the_form(pages: Pages) -> None:
    to_release(pages)
    task = pages.played.open()["state_terms"]
    at = f"/transfers/task/{task.id}"
    there = pages.as_("hr-weir")
    content = there.get(f"{at}/workbook.xlsx").content
    file = io.BytesIO(content)
    file.name = "terms.xlsx"
    assert there.post(f"{at}/upload", {"file": file}).status_code == 302
    shown = pages.text("hr-weir", at)
    assert "What was read from terms.xlsx" in shown
    assert 'value="39000.00"' in shown
    bad = io.BytesIO(b"no workbook")
    bad.name = "bad.xlsx"
    assert "There is a problem" in there.post(f"{at}/upload", {"file": bad}).content.decode()


def test_a_calendar_is_previewed_loaded_and_undone(pages: Pages) -> None:
    there = pages.as_("pay-weir")
    shown = pages.text("pay-weir", "/transfers/calendar")
    assert "weir.csv" in shown
    sheet = there.get("/transfers/calendar?as=csv").content.decode("utf-8-sig")
    moved = sheet.replace("17:00", "16:00", 3)
    file = io.BytesIO(moved.encode())
    file.name = "weir-again.csv"
    check = html.unescape(there.post("/transfers/calendar/load", {"file": file}).content.decode())
    assert "What the sheet changes" in check
    assert "weir-again.csv" not in pages.text("pay-weir", "/transfers/calendar")
    posted = dict(re.findall(r'name="(name|sheet)" value="([^"]*)"', check)) | {"do": "confirm"}
    assert there.post("/transfers/calendar/load", posted).status_code == 302
    shown = pages.text("pay-weir", "/transfers/calendar")
    assert "weir-again.csv" in shown
    undo = re.search(r'action="(/transfers/calendar/[^"]+/undo)"', shown)
    assert undo is not None
    assert pages.as_("pay-mill").post(undo[1]).status_code == 404
    assert pages.as_("pay-weir").post(undo[1]).status_code == 302
    assert "Taken back" in pages.text("pay-weir", "/transfers/calendar")


def test_many_are_asked_for_seen_and_undone(pages: Pages) -> None:
    weir = str(pages.played.world.employer("weir"))
    number(pages, pages.played.world.somebody(), "M/2", "Moss")
    posted = {
        "title": "Sluices move", "employer": weir, "everybody": "listed", "key": "b1",
        "first_day_day": "1", "first_day_month": "2", "first_day_year": "2027",
    }  # fmt: skip
    there = pages.as_("hr-mill")
    assert "Choose the list" in there.post("/transfers/many/new", posted).content.decode()
    listed = io.BytesIO(b"M/2\nM/404\n")
    listed.name = "numbers.csv"
    response = there.post("/transfers/many/new", {**posted, "file": listed})
    assert response.status_code == 302, problems_in(response)
    shown = pages.text("hr-mill", response.headers["Location"])
    assert "M/404" in shown
    assert "Waits for its day" in shown
    pages.text("stranger", response.headers["Location"], 404)
    assert (
        pages.as_("hr-mill")
        .post(response.headers["Location"], {"reason": "Called off"})
        .status_code
        == 302
    )
    assert "Undone" in pages.text("hr-mill", response.headers["Location"])
    assert "Sluices move" in pages.text("hr-mill", "/transfers/many")
