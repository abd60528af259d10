"""An analyst's notebook gets the same figures as the page, and no others."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from muster_client import Muster as Service
from muster_client import RefusedError
from tests.journeys.conftest import Muster, PageAs, done

pytestmark = pytest.mark.usefixtures("pretend_service")
Ask = Callable[[str], Service]


@pytest.fixture(scope="module")
def tokens(muster: Muster, pretend_service: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tokens of an employer's system and of a central one."""
    folder = tmp_path_factory.mktemp("tokens")
    done(muster(str(folder), module="tests.journeys.figures_world"))
    return folder


@pytest.fixture
def service(server: str, tokens: Path) -> Ask:
    """Return how the service is asked with one of the tokens."""
    return lambda name: Service(server, (tokens / name).read_text())


def test_a_notebook_and_a_page_show_the_same_release(
    service: Ask, page_as: PageAs, tmp_path: Path
) -> None:
    central = service("central")
    assert "headcount" in {one["name"] for one in central.metrics()}
    table = central.figures("headcount", by=["employer"], as_at=central.dates("headcount")[-1])
    frame = table.frame()
    assert frame.columns == ["employer_code", "employer", "value", "shown", "kind"]
    assert central.release(table.release) == table
    assert central.save(table, tmp_path, "parquet").stat().st_size > 100
    page = page_as("leader")
    page.goto(table.address)
    for label, shown in frame.select("employer", "shown").iter_rows():
        row = page.get_by_role("row", name=re.compile(re.escape(label)))
        expect(row.first).to_contain_text(shown)
    assert table.address in table.citation


def test_an_employers_system_is_told_of_its_own_rows(service: Ask) -> None:
    own = service("employer").figures("headcount", by=["employer"])
    assert len(own.cells) == 1
    everybody = service("central").figures("headcount", by=["employer"], as_at=own.as_at)
    assert own.cells[0] in everybody.cells


def test_what_is_refused_says_what_to_do(service: Ask) -> None:
    with pytest.raises(RefusedError, match="Choose among") as refused:
        service("central").figures("headcount", by=["salary"])
    assert refused.value.status == 403
    with pytest.raises(RefusedError, match="token"):
        Service(service("central")._address, "muster_wrong").metrics()
