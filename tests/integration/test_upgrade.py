"""The database of the last release, with data in it, becomes today's and loses nothing."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from muster.hub import queries
from muster.hub.models import Landing, Route

pytestmark = pytest.mark.django_db(transaction=True)
# What each room had reached in the last release, and the rooms that were not there.
LAST = {
    "hub": "0001", "register_employers": "0001", "register_places": "0001",
    "register_posts": "0001", "register_people": "0001", "gates": "0001",
}  # fmt: skip
NEW = ("register_recruitment", "register_statistics")
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
DAY = dt.date(2026, 9, 30)


@pytest.fixture
def last_release(transactional_db: None, tmp_path: Path) -> Iterator[Apps]:
    """Make the database that the last release made, beside the one of the other tests."""
    with another_database(tmp_path):
        for room, state in LAST.items():
            call_command("migrate", room, state, verbosity=0)
        executor = MigrationExecutor(connection)
        wanted = [(room, next(n for r, n in executor.loader.disk_migrations if r == room and
                              n.startswith(state))) for room, state in LAST.items()]  # fmt: skip
        reached = {room for room, _ in executor.loader.applied_migrations}
        assert set(LAST) <= reached
        assert not set(NEW) & reached
        yield executor.loader.project_state(wanted).apps


@contextmanager
def another_database(folder: Path) -> Iterator[None]:
    """Let Django work on an empty database of the same store, and remove it afterwards."""
    settings = connection.settings_dict
    tests_use = settings["NAME"]
    own = f"upgraded_{uuid.uuid4().hex}" if postgres() else str(folder / "upgraded.sqlite3")
    if postgres():
        _run(f"CREATE DATABASE {own}")
    connection.close()
    settings["NAME"] = own
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = tests_use
        if postgres():
            _run(f"DROP DATABASE {own} WITH (FORCE)")


def postgres() -> bool:
    return connection.vendor == "postgresql"


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_feeds_employers_posts_and_people_are_still_there(last_release: Apps) -> None:
    landing, person = uuid.uuid4(), uuid.uuid4()
    _fill(last_release, landing, person)
    call_command("migrate", verbosity=0)
    found = Landing.objects.get(id=landing)
    assert (found.state, found.rows, found.sheets, found.full) == ("accepted", 2, [], True)
    assert Route.objects.get().approver == ""
    view = queries.landing(landing)
    assert (view.quarantined, view.aside, view.waits_for) == (1, {}, "")
    from muster.register.people.models import Employment, Person
    from muster.register.posts.models import PostFact

    assert Person.objects.filter(id=person).exists()
    assert Employment.objects.get().valid_from == DAY
    assert PostFact.objects.get().fte == 1_000_000_000
    connection.check_constraints()


def _fill(old: Apps, landing: uuid.UUID, person: uuid.UUID) -> None:
    """Write what the last release would have written of one feed of posts and one person."""
    employer = old.get_model("register_employers.Employer").objects.create(
        key="treasury", title="HM Treasury", status="live"
    )
    system = old.get_model("hub.System").objects.create(code="s", title="S", kind="csv_drop")
    route = old.get_model("hub.Route").objects.create(code="r", contract="c", source=system)
    intake = old.get_model("hub.Intake").objects.create(
        name="i", started_at=NOW, started_by="t", finished_at=NOW
    )
    old.get_model("hub.Landing").objects.create(
        id=landing, intake=intake, route=route, name="n", covers="n", sha256="0" * 64, size=1,
        blob_key=1, received_at=NOW, received_by="t", state="accepted", as_at=DAY,
        rows=2, accepted=1, quarantined=1, layout="organogram-junior",
    )  # fmt: skip
    old.get_model("hub.QuarantinedRow").objects.create(
        landing_id=landing, row=3, field="f", reason="r", cause="c", sealed=b"x"
    )
    statement = old.get_model("register_posts.Statement").objects.create(
        landing=landing, part=0, publisher="p", as_at=DAY, recorded_from=NOW, employer=employer
    )
    old.get_model("register_posts.PostFact").objects.create(
        statement=statement, row=2, kind="group", organisation="HM Treasury", fte=10**9
    )
    old.get_model("register_people.Person").objects.create(id=person)
    old.get_model("register_people.Employment").objects.create(
        employment=uuid.uuid4(), person_id=person, employer=employer, engagement="employee",
        substantive=True, valid_from=DAY, recorded_from=NOW, decided_by="caseworker",
    )  # fmt: skip
