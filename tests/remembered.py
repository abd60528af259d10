"""What several tests begin with is loaded once in each process, and put back for the others.

What is put back is what the real loading left: the rows of every table, byte for byte, and the
files of the home with its keys. It is put back only where there is nothing yet, neither rows nor
keys; anywhere else, ``remembered`` simply loads. What a test then does is its own, and is rolled
back or emptied as ever.
"""

import atexit
import copy
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from muster.kernel import running
from muster.ledger.current import ledger
from tests.emptying import held

T = TypeVar("T")


@dataclass(frozen=True)
class _Kept:
    """What a loading left."""

    tables: Mapping[str, Any]
    home: Path
    value: Any


_kept: dict[tuple[str, bool], _Kept] = {}


def remembered(name: str, load: Callable[[], T]) -> T:
    """Return what ``load`` returns, with the database and the home as it leaves them.

    Args:
        name: what is loaded; the same for the same content.
        load: loads it. It must not depend on where anything lies but the home.
    """
    home = running.settings().home
    if (home.exists() and any(home.iterdir())) or held(connection):
        return load()
    # What waits for a transaction to be committed is done in some tests and not in others.
    key = (name, connection.in_atomic_block)
    kept = _kept.get(key)
    if kept is None:
        value = load()
        copied = Path(tempfile.mkdtemp(prefix="remembered-")) / "home"
        atexit.register(shutil.rmtree, copied.parent, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        shutil.copytree(home, copied)
        tables = {table: _rows(table) for table in sorted(held(connection))}
        _kept[key] = _Kept(tables, copied, copy.deepcopy(value))
        return value
    shutil.copytree(kept.home, home, dirs_exist_ok=True)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in kept.tables.items():
            _put(table, rows)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
            # A test that migrated back and forth may have begun numbering anew.
            models = [one for one in apps.get_models() if one._meta.db_table in kept.tables]
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
    running.forget()
    ledger.cache_clear()
    return copy.deepcopy(kept.value)  # type: ignore[no-any-return]


def _rows(table: str) -> Any:
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {quoted} TO STDOUT (FORMAT binary)") as out:
                return b"".join(out)
        fields = connection.introspection.get_table_description(cursor, table)
    # As an expression a column has no type, so that nothing is made of what is stored.
    columns = ", ".join(f"+{connection.ops.quote_name(field.name)}" for field in fields)
    ask = f"SELECT {columns} FROM {quoted} ORDER BY rowid"
    return connection.connection.execute(ask).fetchall()


def _put(table: str, rows: Any) -> None:
    quoted = connection.ops.quote_name(table)
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(rows[0]))
        connection.connection.executemany(f"INSERT INTO {quoted} VALUES ({marks})", rows)
        return
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY {quoted} FROM STDIN (FORMAT binary)") as into,
    ):
        into.write(rows)
