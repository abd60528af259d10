"""``muster quarantine``: the same verbs at a terminal, for operators."""

import uuid
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from muster.cli.quarantine import quarantine
from muster.ledger.current import ledger
from tests.integration.mending_files import CAUSE, ODD, ORCHARDS, counts, enrol_all, report, row
from tests.integration.mending_files import sent as taken_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]


@pytest.fixture
def landing(fresh_home: object) -> uuid.UUID:
    enrol_all()
    return taken_in(report(row("E1"), row("E2", worker=ODD), row("E3", born="31/31/1980")))


def run(*words: str) -> Result:
    return CliRunner().invoke(quarantine, words)


def test_a_cause_is_fixed_by_what_it_means(landing: uuid.UUID) -> None:
    done = run("fix", CAUSE, "fixed_term", "--reason", "Apprentices have a fixed term")
    assert done.output == f"hr-{ORCHARDS}: {ODD} means fixed_term: 1 rows went on\n"
    assert counts(landing) == (3, 2, 1)
    assert run("fix", CAUSE, "fixed_term").exit_code == 2, "a reason is asked for"
    none = run("fix", "Birth date: no such day in the calendar", "1980-12-31", "--reason", "r")
    assert none.exit_code == 1
    assert "muster quarantine download" in none.output


def test_a_workbook_goes_out_and_comes_back(landing: uuid.UUID, tmp_path: Path) -> None:
    out = tmp_path / "rows.xlsx"
    assert "2 rows in" in run("download", str(out)).output
    assert ledger().size("access") == 1
    book = openpyxl.load_workbook(out)
    sheet = book.worksheets[1]
    worker = [cell.value for cell in sheet[1]].index("Worker Type") + 1
    sheet.cell(2, worker).value = "Employee - Permanent"
    book.save(out)
    done = run("upload", str(out), "--reason", "r").output
    assert "1 went on" in done
    assert "1 unchanged" in done
    assert counts(landing) == (3, 2, 1)


def test_only_a_cause_or_a_feed_goes_out(landing: uuid.UUID, tmp_path: Path) -> None:
    assert "1 rows in" in run("download", str(tmp_path / "a.xlsx"), "--cause", CAUSE).output
    assert "2 rows in" in run("download", str(tmp_path / "b.xlsx"), "--feed", str(landing)).output
    assert run("download", str(tmp_path / "c.xlsx"), "--feed", str(uuid.uuid4())).exit_code == 1
