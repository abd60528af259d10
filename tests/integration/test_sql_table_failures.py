"""A receiving database that fails, and several that write to it at once: nothing lost or twice."""

import sqlite3
import threading
from pathlib import Path

import pytest

from muster.connectors.outlets import Receipt, Unreachable
from muster.connectors.sql_table.connector import SqlTable
from tests.databases import Database, outlet_on, people
from tests.shipments import shipment, told


def test_what_is_missing_stops_the_route_until_it_is_there(place: Database) -> None:
    outlet = outlet_on(place)
    for _ in range(2):
        with pytest.raises(Unreachable, match="not as the settings say"):
            outlet.deliver(shipment([(1, "a", "Ada")]))
    assert not outlet.health().ready
    people(place)
    assert told(outlet.deliver(shipment([(1, "a", "Ada")]))) == []
    assert outlet.health().ready


def test_a_column_that_is_missing_stops_the_route_as_well(place: Database) -> None:
    people(place, "number bigint, subject text")
    with pytest.raises(Unreachable, match="not as the settings say"):
        outlet_on(place).deliver(shipment([(1, "a", "Ada")]))
    assert place.run(f"SELECT * FROM {place.table('people')}") == []


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    outlet = SqlTable({"url": f"sqlite:///{tmp_path}/gone.sqlite3", "table": "people"})
    with pytest.raises(Unreachable, match="not there"):
        outlet.prepare()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(sqlite_place: Database) -> None:
    people(sqlite_place)
    outlet = outlet_on(sqlite_place)
    outlet.prepare()
    pages = outlet._store.run("PRAGMA page_count")[0][0]
    outlet._store.run(f"PRAGMA max_page_count = {pages + 2}")
    rows = [(number, "", "x" * 500) for number in range(200)]
    with pytest.raises(Unreachable, match="disk is full"):
        outlet.deliver(shipment(rows))
    assert sqlite_place.run("SELECT count(*) FROM people") == [(0,)]
    assert told(outlet.deliver(shipment(rows))) == []
    assert sqlite_place.run("SELECT count(*) FROM people") == [(200,)]


def test_a_database_in_use_is_for_later(
    sqlite_place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muster.connectors.sql_table.sqlite._PATIENCE", 0.05)
    people(sqlite_place)
    other = sqlite_place.connect()
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unreachable, match="in use"):
        outlet_on(sqlite_place).deliver(shipment([(1, "a", "Ada")]))
    other.execute("ROLLBACK")
    other.close()


def test_a_lock_that_is_held_is_for_later(
    postgres_place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "muster.connectors.sql_table.postgres._SESSION", ("SET lock_timeout = '50ms'",)
    )
    table = people(postgres_place)
    other = postgres_place.connect()
    with other.transaction():
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Unreachable, match="lock"):
            outlet_on(postgres_place).deliver(shipment([(1, "a", "Ada")]))
    other.close()


def test_a_connection_that_died_while_it_was_kept_is_made_anew(postgres_place: Database) -> None:
    table = people(postgres_place)
    outlet = outlet_on(postgres_place)
    outlet.deliver(shipment([(1, "a", "Ada")]))
    pid = outlet._store.run("SELECT pg_backend_pid()")[0][0]
    postgres_place.run("SELECT pg_terminate_backend(?)", pid)
    assert told(outlet.deliver(shipment([(2, "b", "Ben")]))) == []
    assert postgres_place.run(f"SELECT count(*) FROM {table}") == [(2,)]


@pytest.mark.parametrize("again", ["", "release-1"])
def test_two_workers_at_once_come_to_one(place: Database, again: str) -> None:
    table = people(place)
    sent = shipment([(number, f"s:{number}", "x") for number in range(300)], again=again)
    outlet_on(place).prepare()
    receipts: list[Receipt] = []
    ready = threading.Barrier(3)

    def work() -> None:
        outlet = outlet_on(place)
        outlet.prepare()
        ready.wait()
        receipts.append(outlet.deliver(sent))
        outlet.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert place.run(f"SELECT count(*) FROM {table}") == [(300,)]
    assert sorted(receipt.had for receipt in receipts) == [0, 300, 300]


def test_workers_that_start_together_make_one_inbox(place: Database) -> None:
    people(place)
    failures: list[Exception] = []

    def prepare() -> None:
        outlet = outlet_on(place)
        try:
            outlet.prepare()
        except Exception as error:
            failures.append(error)
        outlet.close()

    workers = [threading.Thread(target=prepare) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert place.run(f"SELECT * FROM {place.table('muster_inbox')}") == []


def test_a_commit_reaches_the_disk_whatever_the_user_is_used_to(postgres_place: Database) -> None:
    people(postgres_place)
    url = f"{postgres_place.url}?options=-c%20synchronous_commit%3Doff"
    outlet = SqlTable({"url": url, "table": postgres_place.table("people")})
    outlet.prepare()
    assert outlet._store.run("SHOW synchronous_commit") == [("on",)]
    outlet.close()


def test_health_never_raises(tmp_path: Path) -> None:
    path = tmp_path / "receiver.sqlite3"
    path.write_bytes(b"this is no database " * 100)
    assert not SqlTable({"url": f"sqlite:///{path}", "table": "people"}).health().ready
    for url in ("postgresql://nobody@127.0.0.1:1/x", "postgresql:///x?port=none", "sqlite:///"):
        health = SqlTable({"url": url, "table": "people"}).health()
        assert not health.ready
        assert "nobody" not in health.said
    assert sqlite3.sqlite_version_info >= (3, 37)
