"""Whether an address leads into this machine, or into what Muster itself keeps: one rule.

Whoever says how a system is spoken to, or is asked, makes this program write or read there. What
lies on this machine is for those who run it; and what Muster keeps, its database, keys and blobs,
is for nobody: neither to be read as if another system had said it, nor to be written to. An address
is judged by where it leads, however it is spelled.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import psycopg
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from muster.connectors.http_json.guard import is_here, resolve
from muster.connectors.sql_table.target import sqlite_path
from muster.kernel.errors import BadInput, NotPermitted, Where
from muster.kernel.running import settings as running_settings

Leads = Literal["elsewhere", "here", "into Muster"]
HERE = "here"
"""What addresses of this machine are called, all of them alike."""
_PORT = "5432"


@dataclass(frozen=True)
class Own:
    """What this installation keeps, and how addresses are looked up.

    Args:
        home: the folder of database, blobs and keys.
        database: host, port and name of its PostgreSQL database; None if it has none.
        real: returns the path that a path means, links followed.
        addresses: returns the addresses of a host; ``HERE`` for one of this machine.
    """

    home: Path
    database: tuple[str, str, str] | None
    real: Callable[[Path], Path]
    addresses: Callable[[str], Set[str]]


def leads_to(settings: Mapping[str, str], own: Own) -> Leads:
    """Return where the address in a connector's settings leads.

    Settings name one place: ``folder``, or ``url``. ``local`` says that a web address is here.
    """
    written = settings.get("folder", "").strip() or settings.get("url", "").strip()
    scheme = written.partition(":")[0].lower()
    if scheme in ("postgresql", "postgres"):
        return _database(written, own)
    if written.startswith("/"):
        return _path(Path(written), own)
    if scheme == "sqlite":
        return _path(Path(sqlite_path(written)), own)
    if scheme == "file":
        return _path(Path(unquote(urlsplit(written).path) or "/"), own)
    # Addresses with a host name no path of this machine.
    local = settings.get("local", "").strip() == "yes"
    return "here" if local and scheme in ("http", "https") else "elsewhere"


def refuse_own(settings: Mapping[str, str], *, here: bool) -> None:
    """Refuse settings that lead where this person may not lead, or nobody.

    Args:
        settings: all that the connector is told, secrets included.
        here: whether it may be a place of this machine.

    Raises:
        NotPermitted: if it is a place of this machine, and may not be.
        BadInput: if it is what Muster itself keeps.
    """
    leads = leads_to(settings, _own())
    field = "folder" if settings.get("folder", "").strip() else "url"
    if leads == "into Muster":
        raise BadInput(
            "It is what Muster itself keeps", where=Where(field=field), fix="Name another place"
        )
    if leads == "here" and not here:
        raise NotPermitted(
            "It lies on this machine", where=Where(field=field),
            fix="Ask the service operator to set it up",
        )  # fmt: skip


def _path(path: Path, own: Own) -> Leads:
    found, home = own.real(path), own.real(own.home)
    if found == home or home in found.parents or found in home.parents:
        return "into Muster"
    return "here"


def _database(url: str, own: Own) -> Leads:
    """Judge a PostgreSQL address. What only this machine can tell, a service, is of it."""
    try:
        said: dict[str, Any] = conninfo_to_dict(url)
    except psycopg.Error:
        return "elsewhere"
    hosts = _listed(said, "hostaddr") or _listed(said, "host") or [""]
    ports = _listed(said, "port") or [_PORT]
    named = [own.addresses(host) for host in hosts]
    name = said.get("dbname") or said.get("user") or ""
    if own.database is not None and (not name or name == own.database[2]):
        host, port, _ = own.database
        theirs = own.addresses(host)
        for place, one in enumerate(named):
            if one & theirs and ports[min(place, len(ports) - 1)] == (port or _PORT):
                return "into Muster"
    if "service" in said or any(HERE in one for one in named):
        return "here"
    return "elsewhere"


def _listed(said: Mapping[str, Any], name: str) -> list[str]:
    """Return what is said for each host in turn."""
    return [one.strip() for one in str(said.get(name) or "").split(",") if one.strip()]


def _own() -> Own:
    stated = connection.settings_dict
    database = None
    if connection.vendor == "postgresql":
        database = (str(stated["HOST"]), str(stated["PORT"]), str(stated["NAME"]))
    return Own(running_settings().home, database, real_path, addresses_of)


def real_path(path: Path) -> Path:
    """Return where a path leads; a file that is known by several names is where Muster keeps it."""
    found = path.resolve()
    home = running_settings().home
    for one in (found, *found.parents):
        with suppress(OSError):
            # The same folder, or database, mounted or linked elsewhere as well.
            for kept in _kept(home):
                if one != kept and one.samefile(kept):
                    return kept / found.relative_to(one)
    return found


def _kept(home: Path) -> Iterable[Path]:
    own = home.resolve()
    return (one for one in (own, *own.glob("*.sqlite3*"), *own.glob("keys/*")) if one.exists())


def addresses_of(host: str) -> Set[str]:
    """Return the addresses of a host; ``HERE`` stands for this machine, however it is called."""
    if not host or host.startswith(("/", "@")):
        return {HERE}
    try:
        found = resolve(host, int(_PORT))
    except (OSError, UnicodeError):
        return {host.lower().rstrip(".")}
    return {HERE if _is_here(one) else one for one in found}


def _is_here(written: str) -> bool:
    """Tell whether an address is one of this machine; none at all means it as well."""
    address = ipaddress.ip_address(written.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_unspecified or is_here(address)
