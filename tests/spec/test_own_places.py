"""Where an address leads, however it is spelled: as a table.

Muster runs in ``/srv/muster``; its own database is ``muster`` at the host ``db``, whose address is
10.0.0.5. ``/data/link`` is a link to ``/srv/muster``. It works in the folder ``/srv``.
"""

import posixpath
from pathlib import Path

import pytest

from muster.hub.connecting.own import HERE, Leads, Own, leads_to

HOSTS = {"db": {"10.0.0.5"}, "db.internal": {"10.0.0.5"}, "10.0.0.5": {"10.0.0.5"},
         "localhost": {HERE}, "127.0.0.1": {HERE}, "::1": {HERE}, "pay": {"10.0.0.9"}}  # fmt: skip


def real(path: Path) -> Path:
    found = posixpath.normpath(posixpath.join("/srv", str(path)))
    return Path(found.replace("/data/link", "/srv/muster"))


def addresses(host: str) -> set[str]:
    return {HERE} if not host or host.startswith("/") else HOSTS.get(host, {host})


def at(rest: str, scheme: str = "postgresql") -> str:
    return f"{scheme}://{rest}"


FAR = Own(Path("/srv/muster"), ("db", "", "muster"), real, addresses)
NEAR = Own(Path("/srv/muster"), ("", "5433", "muster"), real, addresses)
FILES = Own(Path("/srv/muster"), None, real, addresses)

ELSEWHERE: Leads = "elsewhere"
MACHINE: Leads = "here"
MUSTER: Leads = "into Muster"
TABLE: list[tuple[Own, str, Leads]] = [
    # a file or folder of this machine
    (FILES, "sqlite:////data/pay.sqlite3", MACHINE),
    (FILES, "file:///data/out", MACHINE),
    (FILES, "/var/mail/returns", MACHINE),
    (FILES, "sftp://a@pay/out", ELSEWHERE),
    (FILES, "s3://bucket/out", ELSEWHERE),
    # what Muster keeps, by any path
    (FILES, "sqlite:////srv/muster/muster.sqlite3", MUSTER),
    (FILES, "sqlite:////data/../srv/muster/muster.sqlite3", MUSTER),
    (FILES, "sqlite:////data/link/muster.sqlite3", MUSTER),
    (FILES, "sqlite:////srv/%6duster/muster.sqlite3", MUSTER),
    (FILES, "sqlite:///muster/muster.sqlite3", MUSTER),
    (FILES, "sqlite:///muster/muster.sqlite3?mode=ro", MUSTER),
    (FILES, "FILE:///srv/muster/keys", MUSTER),
    (FILES, "file:///srv", MUSTER),
    (FILES, "file:///", MUSTER),
    (FILES, "/data/link/blobs", MUSTER),
    # another database at a server
    (FAR, at("u:p@pay/wages"), ELSEWHERE),
    (FAR, at("u:p@pay/muster"), ELSEWHERE),
    (FAR, at("u:p@db/wages"), ELSEWHERE),
    (FAR, at("u:p@db:6000/muster"), ELSEWHERE),
    (FAR, at("u:p@localhost/wages"), MACHINE),
    (FAR, at("/wages?service=pay"), MACHINE),
    # Muster's own, by any name of its server
    (FAR, at("u:p@db/muster"), MUSTER),
    (FAR, at("other@db.internal:5432/muster", "postgres"), MUSTER),
    (FAR, at("u:p@10.0.0.5/muster"), MUSTER),
    (FAR, at("u:p@pay/muster?hostaddr=10.0.0.5"), MUSTER),
    (FAR, at("/muster?host=db"), MUSTER),
    (FAR, at("u@/?host=db&dbname=muster"), MUSTER),
    (FAR, at("pay,db/muster"), MUSTER),
    (FAR, at("muster@db"), MUSTER),
    (FAR, at("u:p@db/%6duster"), MUSTER),
    (NEAR, at("127.0.0.1:5433/muster"), MUSTER),
    (NEAR, at("[::1]:5433/muster"), MUSTER),
    (NEAR, at("localhost:5433/muster"), MUSTER),
    (NEAR, at("%2Frun%2Fpostgresql:5433/muster"), MUSTER),
    (NEAR, at("/muster?host=/tmp&port=5433"), MUSTER),
    (NEAR, at("pay:9,pay:5433/muster"), ELSEWHERE),
    (NEAR, at("pay:9,localhost:5433/muster"), MUSTER),
    (NEAR, at("localhost/muster"), MACHINE),
]  # fmt: skip


@pytest.mark.parametrize(("own", "address", "leads"), TABLE)
def test_where_an_address_leads(own: Own, address: str, leads: Leads) -> None:
    assert leads_to({"url": address}, own) == leads


@pytest.mark.parametrize(
    ("settings", "leads"),
    [
        ({"url": "https://pay.example/events"}, ELSEWHERE),
        ({"url": "https://pay.example/events", "local": "no"}, ELSEWHERE),
        ({"url": "http://localhost/events", "local": "yes"}, MACHINE),
        ({"url": "s3://bucket", "folder": "/srv/muster"}, MUSTER),
    ],
)
def test_other_settings_tell_it_too(settings: dict[str, str], leads: Leads) -> None:
    assert leads_to(settings, FILES) == leads
