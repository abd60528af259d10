"""Which connector speaks to an endpoint, with its settings and secrets, kept open between batches.

The database keeps secrets encrypted under this installation's key, and bound to their endpoint.
"""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from muster.connectors.fixed_width.connector import KIND as FIXED_WIDTH
from muster.connectors.fixed_width.outlet import FixedWidthOutlet
from muster.connectors.http_json import connector as http_json
from muster.connectors.http_json import setting
from muster.connectors.load_file import connector as load_file
from muster.connectors.outlets import Outlet
from muster.connectors.remote_folder import connector as remote_folder
from muster.connectors.remote_folder.outlet import FolderOutlet
from muster.connectors.sql_table import connector as sql_table
from muster.connectors.workbook.connector import KIND as WORKBOOK
from muster.connectors.workbook.outlet import WorkbookOutlet
from muster.hub.connecting.own import refuse_own
from muster.hub.models import Endpoint
from muster.kernel.errors import NotFound, Where
from muster.kernel.running import keyring

Made = Callable[[Mapping[str, Any]], Outlet]

_makers: dict[str, Made] = {
    FIXED_WIDTH: FixedWidthOutlet,
    setting.KIND: http_json.HttpJson,
    load_file.KIND: load_file.LoadFile,
    remote_folder.KIND: FolderOutlet,
    sql_table.KIND: sql_table.SqlTable,
    WORKBOOK: WorkbookOutlet,
}


class _Open(threading.local):
    """The outlets of one thread, by endpoint: a connection is one worker's at a time."""

    def __init__(self) -> None:
        self.outlets: dict[object, tuple[str, Outlet]] = {}


_open = _Open()


def register_outlet(kind: str, make: Made) -> None:
    """Offer a connector for endpoints of another kind; ``make`` gets settings and secrets."""
    _makers[kind] = make


def seal_secrets(endpoint: Endpoint, secrets: Mapping[str, str]) -> bytes:
    """Return the secrets of an endpoint as the database keeps them."""
    return keyring().encrypt(json.dumps(dict(secrets)).encode(), context=_context(endpoint))


def opened_secrets(endpoint: Endpoint) -> dict[str, str]:
    """Return the secrets of an endpoint, by name; for who speaks to it, and never to be shown."""
    if not endpoint.sealed:
        return {}
    opened = keyring().decrypt(bytes(endpoint.sealed), context=_context(endpoint))
    found: dict[str, str] = json.loads(opened)
    return found


def outlet_of(endpoint: Endpoint) -> Outlet:
    """Return the connector of an endpoint; each thread's own, as long as its settings stay.

    Raises:
        BadInput: if it leads into what Muster itself keeps, by now.
        NotFound: if there is no such connector.
    """
    state = json.dumps([endpoint.kind, endpoint.settings, bytes(endpoint.sealed).hex()])
    known = _open.outlets.get(endpoint.id)
    if known is not None and known[0] == state:
        return known[1]
    make = _makers.get(endpoint.kind)
    if make is None:
        raise NotFound(
            "No such connector", where=Where(thing=endpoint.kind),
            fix=f"Use {', '.join(sorted(_makers))}",
        )  # fmt: skip
    whole = {**endpoint.settings, **opened_secrets(endpoint)}
    refuse_own(whole, here=True)
    outlet = make(whole)
    _open.outlets[endpoint.id] = (state, outlet)
    return outlet


def _context(endpoint: Endpoint) -> bytes:
    return b"endpoint " + endpoint.id.bytes
