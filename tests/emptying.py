"""Empties the database after a test that committed, much sooner than Django does by itself.

Django empties every table there is and then behaves as if it had migrated, so that each room puts
its triggers back. Most tests fill a handful of ninety tables, and emptying a table drops no
trigger. What stands afterwards is the same: every table that a model has is empty, every trigger
is where it was. ``tests/integration/test_emptying.py`` holds both to it.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

_LARGE = 32 * 8192
"""From how many bytes a table is emptied for good: what is deleted stays and is read past."""


def empty(connection: BaseDatabaseWrapper) -> set[str]:
    """Delete all rows of all models' tables; return the names of the tables that held any."""
    quoted = _tables(connection)
    full = held(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        large = set()
        if connection.vendor == "postgresql":
            large = _found(connection, quoted, f"pg_relation_size('{{quoted}}') > {_LARGE}")
            if large:
                cursor.execute(f"TRUNCATE {', '.join(quoted[table] for table in large)} CASCADE")
            # Rows of several tables go in any order, as with TRUNCATE, and nothing looks at them.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table in full - large:
            cursor.execute(f"DELETE FROM {quoted[table]}")
    return full


def held(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the models' tables that hold any row."""
    return _found(connection, _tables(connection), "EXISTS (SELECT 1 FROM {quoted})")


def _tables(connection: BaseDatabaseWrapper) -> dict[str, str]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return {table: connection.ops.quote_name(table) for table in tables}


def _found(connection: BaseDatabaseWrapper, quoted: Mapping[str, str], condition: str) -> set[str]:
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE {condition.format(quoted=name)}" for table, name in quoted.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {name for (name,) in cursor.fetchall()}


def _after_a_test(test: Any) -> None:
    for alias in test._databases_names(include_mirrors=False):
        empty(connections[alias])


def install() -> None:
    """Have Django's tests that commit clean up in this way."""
    TransactionTestCase._fixture_teardown = _after_a_test  # type: ignore[attr-defined]
