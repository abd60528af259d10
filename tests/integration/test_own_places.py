"""No system can be set up so that Muster writes to, or reads, what it keeps itself."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from django.db import connection

from muster.hub.connecting.own import addresses_of, real_path
from muster.hub.delivering import outlets
from muster.hub.models import Cursor, Endpoint, Inlet
from muster.hub.pulling.inlets import set_inlet
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, NotPermitted
from tests.integration.connected import carried, spoken
from tests.integration.hub_world import CHANGED, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    made = World(tmp_path)
    made.build()
    fresh_home.mkdir(exist_ok=True)
    with sqlite3.connect(fresh_home / "muster.sqlite3") as database:
        database.execute("CREATE TABLE pay (staff_number text)")
    (tmp_path / "link").symlink_to(fresh_home)
    (tmp_path / "hard.sqlite3").hardlink_to(fresh_home / "muster.sqlite3")
    return made


WAYS: dict[str, Callable[[Path], str]] = {
    "as it is": lambda home: f"{home}/muster.sqlite3",
    "through its parent": lambda home: f"{home.parent}/x/../home/muster.sqlite3",
    "through a link": lambda home: f"{home.parent}/link/muster.sqlite3",
    "under another name": lambda home: f"{home.parent}/hard.sqlite3",
    "by the process": lambda home: f"/proc/self/root{home}/muster.sqlite3",
    "encoded": lambda home: quote(f"{home}/muster.sqlite3").replace("o", "%6F"),
}


@pytest.mark.parametrize("way", WAYS)
def test_neither_endpoint_nor_inlet_leads_into_muster(
    world: World, fresh_home: Path, way: str
) -> None:
    url = f"sqlite:///{WAYS[way](fresh_home)}"
    endpoints = Endpoint.objects.count()
    with pytest.raises(BadInput, match="what Muster itself keeps") as raised:
        spoken(kind="sql_table", settings={"table": "pay"}, secrets={"url": url})
    assert raised.value.where.field == "url"
    with pytest.raises(BadInput, match="what Muster itself keeps"):
        set_inlet(
            code="staff", system="hr:mill", kind="sql_table", every=60, here=True, by="x",
            settings={"table": "pay", "keys": "staff_number", "contract": CHANGED,
                      "about": "employment"},
            secrets={"url": url}, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    assert (Endpoint.objects.count(), Inlet.objects.count()) == (endpoints, 0)


def test_a_path_is_meant_from_where_muster_works(
    world: World, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fresh_home.parent)
    with pytest.raises(BadInput, match="what Muster itself keeps"):
        spoken(kind="sql_table", settings={"table": "pay"},
               secrets={"url": "sqlite:///home/muster.sqlite3"})  # fmt: skip


def test_no_file_goes_where_muster_keeps_its_own(world: World, fresh_home: Path) -> None:
    for folder in (fresh_home, fresh_home / "blobs", fresh_home.parent):
        with pytest.raises(BadInput, match="what Muster itself keeps"):
            spoken(kind="remote_folder", settings={"url": f"file://{folder}", "local": "yes"})


@pytest.mark.parametrize(
    ("kind", "settings", "secrets"),
    [
        ("sql_table", {"table": "pay"}, {"url": "sqlite:////data/pay.sqlite3"}),
        ("sql_table", {"table": "pay"}, {"url": "postgresql:///pay?host=/run/postgresql"}),
        ("remote_folder", {"url": "file:///data/out", "local": "yes"}, {}),
        ("http_json", {"url": "http://127.0.0.1:8000/", "local": "yes"}, {}),
    ],
)
def test_this_machine_is_for_those_who_run_it(
    world: World, kind: str, settings: dict[str, str], secrets: dict[str, str]
) -> None:
    with pytest.raises(NotPermitted, match="lies on this machine"):
        spoken(kind=kind, settings=settings, secrets=secrets, here=False)
    spoken(kind=kind, settings=settings, secrets=secrets, here=True)


def test_a_link_that_is_laid_afterwards_leads_nowhere(world: World, fresh_home: Path) -> None:
    place = world.folder / "later.sqlite3"
    with sqlite3.connect(place) as database:
        database.execute("CREATE TABLE pay (staff_number text)")
    spoken(kind="sql_table", settings={"table": "pay"}, secrets={"url": f"sqlite:///{place}"})
    place.unlink()
    place.symlink_to(fresh_home / "muster.sqlite3")
    # Another worker comes by.
    outlets._open.outlets.clear()
    world.send(world.message("1"))
    carried()
    assert "what Muster itself keeps" in Cursor.objects.get().blocked
    with sqlite3.connect(fresh_home / "muster.sqlite3") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert tables == {"pay"}


def test_muster_s_own_database_is_known_by_any_name(world: World) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a database at a server is tested in the run on PostgreSQL")
    own = connection.settings_dict
    account, port = quote(str(own["USER"])), own["PORT"] or "5432"
    hosts = ["127.0.0.1", "localhost", "%2Ftmp", "", "nowhere.invalid"]
    said = [f"postgresql://{account}@{host}:{port}/{own['NAME']}" for host in hosts]
    said[-1] += "?hostaddr=127.0.0.1"
    for url in said:
        assert urlsplit(url).scheme == "postgresql"
        with pytest.raises(BadInput, match="what Muster itself keeps"):
            spoken(kind="sql_table", settings={"table": "hub_system_token"}, secrets={"url": url})
    other = f"postgresql://{account}@127.0.0.1:{port}/another"
    spoken(kind="sql_table", settings={"table": "pay"}, secrets={"url": other})


def test_this_machine_is_known_by_its_addresses(world: World, tmp_path: Path) -> None:
    for host in ("", "/tmp", "127.0.0.1", "127.1", "::1", "localhost", "0.0.0.0"):
        assert addresses_of(host) == {"here"}, host
    assert addresses_of("192.0.2.1") == {"192.0.2.1"}
    assert addresses_of("nowhere.invalid") == {"nowhere.invalid"}
    assert real_path(tmp_path / "none" / "at-all") == tmp_path / "none" / "at-all"
