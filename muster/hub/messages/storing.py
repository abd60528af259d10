"""Writing the index of messages: many at once, without an object for each."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection


class MessageRow(NamedTuple):
    """One row of ``hub_message``, as ``models.Message`` says; named as the table's columns."""

    position: int
    contract: str
    system_id: UUID
    source: str
    event_id: str
    subject: str
    shard: int
    time: str
    traceparent: str
    correlation: str
    received_at: dt.datetime
    digest: bytes
    size: int
    key_id: UUID | None
    refused: str


_COLUMNS = ", ".join(MessageRow._fields)


def store_messages(rows: Iterable[MessageRow]) -> None:
    """Store rows, within the open transaction.

    Raises:
        IntegrityError: if a message is there already.
    """
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        statement = f"COPY hub_message ({_COLUMNS}) FROM STDIN"
        with (
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.cursor.copy(statement) as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(MessageRow._fields))
    statement = f"INSERT INTO hub_message ({_COLUMNS}) VALUES ({marks})"  # noqa: S608 - ours
    with connection.wrap_database_errors:
        connection.connection.executemany(statement, map(_plain, rows))


def _plain(row: MessageRow) -> tuple[Any, ...]:
    """Return a row as SQLite holds it, where Django would read it."""
    moment = row.received_at.astimezone(dt.UTC).replace(tzinfo=None)
    values = row._asdict() | {"system_id": row.system_id.hex, "received_at": str(moment)}
    return tuple({**values, "key_id": row.key_id.hex if row.key_id else None}.values())
