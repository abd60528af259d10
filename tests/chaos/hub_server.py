"""The databases of a campaign, and a PostgreSQL server that is stopped without warning."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from tests.databases import Database
from tests.migrated import copied_to, like_template
from tools.throwaway_postgres import find_server, running_postgres


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of the campaign's own."""

    url: str

    def stop_at_once_and_start(self) -> None:
        """Stop it as a failing machine would, with whatever is under way, and start it again."""
        with psycopg.connect(self.url) as connection:
            [data] = connection.execute("SHOW data_directory").fetchone() or ("",)
        place = Path(data)
        subprocess.run(
            [find_server() / "pg_ctl", "restart", "-w", "-m", "immediate", "-D", place,
             "-l", place.parent / "log"],
            user=place.owner() if os.geteuid() == 0 else None,
            cwd=place.parent,
            stdout=subprocess.DEVNULL,
            check=True,
        )  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Where a campaign is played: the hub's database, a receiver's, and the server if ours."""

    hub: str
    receiver: Database
    server: Server | None = None


@contextmanager
def places(store: str, url: str, folder: Path) -> Iterator[Places]:
    """Make two empty databases; on PostgreSQL, on the server of ``url`` or one of their own."""
    if store == "sqlite":
        path = folder / "receiver.sqlite3"
        path.touch()
        copied_to(folder / "home" / "muster.sqlite3")
        yield Places("", Database("sqlite", f"sqlite:///{path}", ""))
        return
    with ExitStack() as stack:
        own = None if url else Server(stack.enter_context(running_postgres()))
        names = [f"{what}_{uuid4().hex[:10]}" for what in ("hub", "receiver")]
        address, copied = (own.url, "") if own else (url, like_template())
        for name in names:
            _run(address, f"CREATE DATABASE {name}{copied if name == names[0] else ''}")
            stack.callback(_run, address, f"DROP DATABASE {name} WITH (FORCE)")
        hub, receiver = (urlsplit(address)._replace(path=f"/{name}").geturl() for name in names)
        yield Places(hub, Database("postgresql", receiver, "public"), own)


def _run(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)
