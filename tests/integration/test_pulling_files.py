"""Files that a mailbox or a folder elsewhere holds out: taken in as uploads are, each once."""

import datetime as dt
from collections.abc import Callable
from mailbox import Maildir
from pathlib import Path
from typing import Any

import pytest

from muster.hub.models import Inlet, InletAlarm, Intake, Landing
from muster.hub.pulling import files
from muster.hub.pulling.inlets import set_inlet
from muster.hub.pulling.pulling import pull_due, pull_one
from muster.hub.pulling.trying import try_inlet
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from tests import letters
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, believed, enrol_bodies, sheet
from tests.sftp_server import running_sftp

pytestmark = pytest.mark.django_db
FEED = "2026-03-31-hr.csv"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(SYSTEM_CLOCK.now())


@pytest.fixture
def post(tmp_path: Path, fresh_home: Path, clock: FixedClock) -> Maildir:
    """Return a maildir that an inlet of the mill reads."""
    enrol_bodies("mill", "weir")
    box = Maildir(tmp_path / "post", create=True)
    inlet("mailbox", {**letters.SETTINGS, "folder": str(tmp_path / "post")}, clock)
    return box


def inlet(
    kind: str, settings: dict[str, str], clock: FixedClock, secrets: dict[str, str] | None = None
) -> None:
    set_inlet(
        code="mill-files", system="hr:mill", kind=kind, settings=settings, secrets=secrets or {},
        every=60, here=True, by="operator:test", clock=clock,
    )  # fmt: skip


def mail(box: Maildir, number: int, files: dict[str, bytes]) -> None:
    """Let a message arrive with files attached."""
    box.add(letters.message(mark=f"<{number}@dept.example>", files=files).as_bytes())


def again(clock: FixedClock) -> int:
    """Let an hour pass, and one worker ask until nothing is due."""
    clock.move(dt.timedelta(hours=1))
    came = 0
    while (done := pull_due(clock)) is not None:
        came += done
    return came


def states() -> list[tuple[str, str, str]]:
    rows = Landing.objects.order_by("received_at").select_related("route")
    return [(row.name, row.state, row.route.code if row.route else "") for row in rows]


def test_a_filled_workbook_that_arrives_by_mail_is_taken_in_once(
    post: Maildir, clock: FixedClock
) -> None:
    mail(post, 1, {FEED: sheet(MOLE, VOLE)})
    assert pull_due(clock) == 1
    assert states() == [(f"dept.example/{FEED}", "accepted", "hr-mill")]
    assert len(believed("mill")) == 2
    assert len(post.get_folder("Taken")) == 1
    assert again(clock) == 0
    # Another message with the very same file changes nothing.
    mail(post, 2, {FEED: sheet(MOLE, VOLE)})
    assert again(clock) == 0
    assert len(states()) == 1
    row = Inlet.objects.get()
    assert row.intake is not None
    assert row.intake.started_by == "inlet:mill-files"
    assert row.said == ""


def test_asking_in_vain_leaves_no_trace(post: Maildir, clock: FixedClock) -> None:
    assert pull_due(clock) == 0
    assert again(clock) == 0
    assert not Intake.objects.exists()
    assert not Landing.objects.exists()


def test_what_mail_may_not_bring_is_told_with_the_reason(post: Maildir, clock: FixedClock) -> None:
    post.add(letters.message(sender="stranger@elsewhere.example").as_bytes())
    mail(post, 1, {"2026-03-31-other.csv": b"Cat,Dog\r\n1,2\r\n"})
    assert pull_due(clock) == 1
    (skipped,) = Intake.objects.get().skipped
    assert "not on the list" in skipped["why"]
    (landing,) = Landing.objects.all()
    assert landing.state == "refused"


def test_a_sender_reaches_only_the_routes_of_its_own_system(
    post: Maildir, tmp_path: Path, clock: FixedClock
) -> None:
    Inlet.objects.all().delete()
    with pytest.raises(Exception, match="No such agreement of this system"):
        inlet(
            "mailbox",
            {**letters.SETTINGS, "folder": str(tmp_path / "post"), "route": "hr-weir"},
            clock,
        )
    inlet("mailbox", {**letters.SETTINGS, "folder": str(tmp_path / "post")}, clock)
    mail(post, 1, {FEED: sheet(TOAD)})
    again(clock)
    assert [route for _, _, route in states()] == ["hr-mill"]


class Killed(BaseException):
    """The worker is gone at this moment."""


@pytest.mark.parametrize(
    ("step", "after"),
    [("take_in", False), ("take_in", True), ("seal_after", False), ("move", False),
     ("move", True)],
)  # fmt: skip
def test_killed_at_any_step_no_file_is_lost_or_doubled(
    post: Maildir, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    mail(post, 1, {FEED: sheet(MOLE), "2026-04-30-hr.csv": sheet(MOLE, VOLE)})
    plain: Callable[..., Any] = getattr(files, step)
    times = []

    def killed(*args: Any, **named: Any) -> Any:
        times.append(1)
        # The second file's turn: the first one is in.
        if len(times) == 2 and not after:
            raise Killed
        done = plain(*args, **named)
        if len(times) == 2:
            raise Killed
        return done

    monkeypatch.setattr(files, step, killed)
    with pytest.raises(Killed):
        pull_due(clock)
    monkeypatch.undo()
    again(clock)
    accepted = Landing.objects.filter(state="accepted")
    assert sorted(str(row.as_at) for row in accepted) == ["2026-03-31", "2026-04-30"]
    assert Landing.objects.count() == 2
    assert len(believed("mill")) == 2
    assert len(post.get_folder("Taken")) == 1
    assert again(clock) == 0


def test_files_are_fetched_from_an_sftp_server_and_those_that_stay_are_taken_once(
    tmp_path: Path, fresh_home: Path, clock: FixedClock
) -> None:
    enrol_bodies("mill")
    with running_sftp(tmp_path / "server") as server:
        folder = tmp_path / "server" / "drop"
        settings = server.settings(settle="0")
        inlet("remote_folder", settings, clock, {"password": settings.pop("password")})
        (folder / FEED).write_bytes(sheet(MOLE))
        (folder / "notes.docx").write_bytes(b"not data")
        assert pull_due(clock) == 1
        assert [state for _, state, _ in states()] == ["accepted"]
        assert again(clock) == 0
        assert Intake.objects.count() == 1
        # A feed that was withdrawn does not come back by itself while its file lies there.
        landing = Landing.objects.get()
        withdraw(landing=landing.id, reason="wrong", by="operator:test", clock=clock)
        assert again(clock) == 0
        (folder / FEED).unlink()
        assert again(clock) == 0
        (folder / FEED).write_bytes(sheet(MOLE))
        assert again(clock) == 1
        (folder / "2026-04-30-hr.csv").write_bytes(sheet(MOLE, VOLE))
        assert again(clock) == 1
    row = Inlet.objects.get()
    came = pull_one("mill-files", clock)
    assert came.said
    assert "password" not in row.settings
    assert InletAlarm.objects.count() == 0
    assert b"correct horse" not in bytes(row.sealed)
    for _ in range(3):
        came = pull_one("mill-files", clock)
    assert InletAlarm.objects.count() == 1
    assert "correct horse" not in came.said + came.fix


def test_with_a_folder_for_them_taken_files_are_moved_there(
    tmp_path: Path, fresh_home: Path, clock: FixedClock
) -> None:
    enrol_bodies("mill")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    settings = {"url": f"file://{folder}", "local": "yes", "settle": "0", "taken": "done"}
    inlet("remote_folder", settings, clock)
    (folder / FEED).write_bytes(sheet(MOLE))
    assert pull_due(clock) == 1
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [FEED]
    assert (folder / "done" / FEED).exists()


def test_a_fault_of_one_file_leaves_it_where_it_was(
    post: Maildir, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail(post, 1, {FEED: sheet(MOLE)})

    def broken(*args: Any, **named: Any) -> Any:
        raise RuntimeError("Martha MOLE")

    monkeypatch.setattr(files, "take_in", broken)
    came = pull_one("mill-files", clock)
    assert came.said == "An unforeseen fault (RuntimeError)"
    assert len(post.get_folder("Taken")) == 0
    monkeypatch.undo()
    assert again(clock) == 1


def test_one_file_is_tried_and_nothing_is_moved(
    post: Maildir, tmp_path: Path, clock: FixedClock
) -> None:
    assert not try_inlet("mill-files", clock=clock).found
    mail(post, 1, {FEED: sheet(MOLE, VOLE)})
    tried = try_inlet("mill-files", clock=clock)
    assert tried.what == f"dept.example/{FEED}"
    assert dict(tried.facts)["route"] == "hr-mill"
    assert dict(tried.facts)["rows"] == "2"
    assert tried.wrong == ()
    post.add(letters.message(sender="stranger@elsewhere.example").as_bytes())
    assert len(post) == 2
    assert not (tmp_path / "post" / ".Refused").exists()
    Inlet.objects.all().delete()
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    settings = {"url": f"file://{folder}", "local": "yes", "taken": "done"}
    inlet("remote_folder", settings, clock)
    (folder / "2026-03-31-other.csv").write_bytes(b"Cat,Dog\r\n1,2\r\n")
    tried = try_inlet("mill-files", clock=clock)
    assert tried.wrong
    assert [path.name for path in folder.iterdir()] == ["2026-03-31-other.csv"]
    assert not Landing.objects.exists()
    assert not Intake.objects.exists()
