"""``muster processes`` and ``muster calendars``, as somebody types them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli import calendars, processes
from muster.register.employers.models import Employer

pytestmark = pytest.mark.django_db
SHEET = (
    "employer,frequency,period start,period end,cut-off date,cut-off time,pay day\n"
    "Mill,monthly,2026-12-01,2026-12-31,{cut},17:00,2026-12-28\n"
)


@pytest.fixture(autouse=True)
def at_a_terminal(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for commands in (calendars, processes):
        monkeypatch.setattr(commands, "ready", lambda: None)


def run(group: object, *arguments: str, fails: str = "") -> str:
    answered = CliRunner().invoke(group, list(arguments))  # type: ignore[arg-type]
    if fails:
        assert fails in str(answered.exception)
    else:
        assert answered.exit_code == 0, answered.output + str(answered.exception)
    return answered.output


def test_a_calendar_is_tried_loaded_moved_shown_and_taken_back(tmp_path: Path) -> None:
    Employer.objects.create(key="mill", title="Mill", status="live")
    sheet = tmp_path / "mill.csv"
    sheet.write_text(SHEET.format(cut="2026-12-14"))
    assert "new: 2026-12-01 to 2026-12-31" in run(
        calendars.calendars, "load", "mill", str(sheet), "--dry-run"
    )
    run(calendars.calendars, "show", "mill", fails="No payroll calendar is known")
    run(calendars.calendars, "load", "mill", str(sheet))
    sheet.write_text(SHEET.format(cut="2026-12-11"))
    said = run(calendars.calendars, "load", "mill", str(sheet))
    assert "cut-off 14 Dec 17:00 becomes 11 Dec 17:00" in said
    assert "2026-12-11" in run(calendars.calendars, "show", "mill")
    run(calendars.calendars, "undo", said.split()[-1])
    shown = tmp_path / "again.csv"
    shown.write_text(run(calendars.calendars, "show", "mill"))
    assert "2026-12-14" in shown.read_text()
    assert "Nothing changes" in run(calendars.calendars, "load", "mill", str(shown))
    run(calendars.calendars, "load", "weir", str(sheet), fails="knows no such employer")


def test_a_diagram_is_checked_and_what_is_wrong_named(tmp_path: Path) -> None:
    assert "transfer_before" in run(processes.processes, "list")
    from muster.casework.ports import process_named

    source = process_named("transfer").sources[1]
    assert "can be run" in run(processes.processes, "check", "transfer", str(source))
    spoilt = tmp_path / "spoilt.bpmn"
    spoilt.write_text(source.read_text().replace("transfers.compare", "transfers.guess"))
    run(processes.processes, "check", "transfer", str(spoilt), fails="transfers.guess")
    assert "No case is stuck" in run(processes.processes, "stuck")
