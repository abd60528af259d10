"""Setting inlets up: what is refused, what stays secret, and when they are read from the start."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from muster.cli import main
from muster.hub.models import Inlet, Message, System
from muster.hub.pulling.inlets import pause_inlet, remove_inlet, resume_inlet, told
from muster.hub.pulling.pulling import pull_due, pull_one
from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted
from muster.ledger.current import ledger
from tests.databases import Database, database
from tests.integration.hub_world import World
from tests.integration.pulling_world import BY, NOW, Staff, set_up, settings_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Database]:
    with database("sqlite", tmp_path) as made:
        yield made


@pytest.fixture
def staff(place: Database, tmp_path: Path, fresh_home: Path, clock: FixedClock) -> Staff:
    World(tmp_path, clock=clock).build()
    return Staff(place)


# What is said wrongly, and what the error says of it.
WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"table": ""}, "table", "not said"),
    ({"tabel": "staff"}, "tabel", "No such setting"),
    ({"url": "sqlite:////x"}, "url", "would be shown"),
    ({"contract": "muster.nothing.v1"}, "contract", "No such contract"),
    ({"gone": "muster.nothing.v1"}, "gone", "No such contract"),
    ({"about": "Some one"}, "about", "not said what"),
    ({"change": "mood"}, "change", "no such field"),
    ({"columns": "grade"}, "columns", "Line 1"),
    ({"columns": "grade = a\ngrade = b"}, "columns", "Line 2"),
    ({"overlap": "many"}, "overlap", "number"),
    ({"keys": "x" * 30_000}, "keys", "Too long"),
]


@pytest.mark.parametrize(("said", "field", "what"), WRONG)
def test_what_cannot_be_used_is_named(
    staff: Staff, clock: FixedClock, said: dict[str, str], field: str, what: str
) -> None:
    with pytest.raises(BadInput, match=what) as raised:
        set_up(staff, clock=clock, settings={**settings_of(staff), **said})
    assert raised.value.where.field == field
    assert not Inlet.objects.exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "Not a code"}, BadInput),
        ({"every": 1}, BadInput),
        ({"system": "hr:nowhere"}, NotFound),
        ({"kind": "telepathy"}, NotFound),
        ({"here": False}, NotPermitted),
        ({"secrets": {"url": "mysql://x/y"}}, BadInput),
        ({"secrets": {}}, BadInput),
        ({"secrets": {"url": "sqlite:////x", "table": "t"}}, BadInput),
    ],
)
def test_what_must_not_be_is_refused(
    staff: Staff, clock: FixedClock, changes: dict[str, Any], error: type[MusterError]
) -> None:
    with pytest.raises(error):
        set_up(staff, changes.pop("code", "staff"), clock=clock, **changes)
    assert not Inlet.objects.exists()


@pytest.mark.parametrize(
    "way", ["{home}/db.sqlite3", "{home}/../home/blobs/x", "{link}/db.sqlite3"]
)
def test_what_muster_itself_keeps_is_never_read(
    staff: Staff, clock: FixedClock, fresh_home: Path, tmp_path: Path, way: str
) -> None:
    fresh_home.mkdir(exist_ok=True)
    (tmp_path / "link").symlink_to(fresh_home)
    path = way.format(home=fresh_home, link=tmp_path / "link")
    with pytest.raises(BadInput, match="what Muster itself keeps"):
        set_up(staff, clock=clock, secrets={"url": f"sqlite:///{path}"})


def test_a_code_that_another_system_has_is_not_taken_over(staff: Staff, clock: FixedClock) -> None:
    set_up(staff, clock=clock)
    System.objects.create(code="hr:toad", title="Toad", kind="hr")
    with pytest.raises(Conflict):
        set_up(staff, clock=clock, system="hr:toad")


def test_a_secret_stays_and_never_goes_to_another_address(
    tmp_path: Path, staff: Staff, clock: FixedClock
) -> None:
    said = {
        "kind": "remote_folder", "secrets": {"password": "correct horse"},
        "settings": {"url": "sftp://mill@one.example/x", "host_key": "ssh-ed25519 AAAA"},
    }  # fmt: skip
    row = set_up(staff, "folder", clock=clock, **said)
    row = set_up(staff, "folder", clock=clock, **{**said, "secrets": {}, "every": 90})
    assert told(row)["password"] == "correct horse"
    elsewhere = {**said["settings"], "url": "sftp://mill@two.example/x"}  # type: ignore[dict-item]
    with pytest.raises(BadInput, match="another address"):
        set_up(staff, "folder", clock=clock, **{**said, "secrets": {}, "settings": elsewhere})
    kept = b"".join(entry.body or b"" for entry in ledger().read("decisions"))
    assert b"correct horse" not in kept
    assert b'"password"' in kept


def test_what_is_read_of_another_table_begins_anew(staff: Staff, clock: FixedClock) -> None:
    row = set_up(staff, clock=clock)
    staff.add(5)
    pull_one("staff", clock)
    row.refresh_from_db()
    before = bytes(row.after)
    assert before
    row = set_up(staff, clock=clock, every=120)
    assert bytes(row.after) == before
    staff.place.run("CREATE TABLE other AS SELECT 1 AS number, 'z' AS staff_number, 'EO' AS"
                    " grade_code, 37 AS hours")  # fmt: skip
    row = set_up(staff, clock=clock, settings=settings_of(staff, table="other"))
    assert bytes(row.after) == b""
    assert pull_one("staff", clock).brought == 1


def test_paused_ones_are_left_alone_and_may_be_asked_by_hand(
    staff: Staff, clock: FixedClock
) -> None:
    set_up(staff, clock=clock)
    staff.add(1)
    with pytest.raises(BadInput):
        pause_inlet("staff", reason=" ", by=BY, clock=clock)
    pause_inlet("staff", reason="upgrade", by=BY, clock=clock)
    with pytest.raises(Conflict):
        pause_inlet("staff", reason="upgrade", by=BY, clock=clock)
    assert pull_due(clock) is None
    assert pull_one("staff", clock).brought == 1
    assert Inlet.objects.get().paused == "upgrade"
    staff.add(2)
    resume_inlet("staff", by=BY, clock=clock)
    with pytest.raises(Conflict):
        resume_inlet("staff", by=BY, clock=clock)
    assert pull_due(clock) == 1
    remove_inlet("staff", reason="closed", by=BY, clock=clock)
    assert Message.objects.count() == 2
    with pytest.raises(NotFound):
        pull_one("staff", clock)


# At a terminal.


def typed(*words: str, fails: bool = False, asked: str = "") -> Result:
    run = CliRunner().invoke(main, list(words), input=asked)
    assert (run.exit_code != 0) is fails, run.output
    return run


def test_an_inlet_at_a_terminal(staff: Staff, tmp_path: Path) -> None:
    assert "No system is asked" in typed("inlets", "list").output
    assert "sql_table: " in typed("inlets", "kinds").output
    settings = [word for name, value in settings_of(staff).items()
                for word in ("--set", f"{name}={value}")]  # fmt: skip
    words = ("inlets", "add", "staff", "--system", "hr:mill", "--kind", "sql_table", *settings)
    shown = typed(*words, "--secret", "url", asked=f"{staff.place.url}\n").output
    assert staff.place.url not in shown
    staff.add(1, "m-1", grade="Baron")
    tried = typed("inlets", "try", "staff").output
    assert "m-1" not in tried
    assert "it would not go on: Grade" in tried
    staff.add(2)
    came = typed("inlets", "pull", "staff").output
    assert came.startswith("New: 2, known before: 0\nRefused: 1;")
    assert "2 messages" in typed("inlets", "list").output
    typed("inlets", "pause", "staff", "--reason", "upgrade")
    assert "upgrade" in typed("inlets", "list").output
    typed("inlets", "resume", "staff")
    sqlite3.connect(tmp_path / "receiver.sqlite3").execute("DROP TABLE staff")
    failed = typed("inlets", "pull", "staff", fails=True).output
    assert "It is tried again by itself" in failed
    typed("inlets", "remove", "staff", "--reason", "closed", "--yes")
    typed("inlets", "pull", "staff", fails=True)


def test_a_lookup_table_at_a_terminal(staff: Staff, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("code,meaning\na,1\na,2\n")
    wrong = typed("lookups", "keep", "hr-mill-payroll-weir", "codes", str(file), fails=True)
    assert "row 3, code: The code stands in row 2 as well. Keep one of the rows" in wrong.output
    file.write_text("code,meaning\na,1\n")
    typed("lookups", "keep", "hr-mill-payroll-weir", "codes", str(file))
    assert "codes version 1 (counts): 1 rows" in typed(
        "lookups", "list", "hr-mill-payroll-weir").output  # fmt: skip
