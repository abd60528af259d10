"""Stating what landings say, withdrawing it, and stating again what they had replaced.

A statement says what one landing brought; its facts hang on it. Nothing is deleted: a withdrawn
statement is closed, and one that stands again is stated anew with copies of its facts, so that what
was believed at any moment can still be asked for.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Model

from muster.hub.intakes import Feed

_OF_ITS_TIME = ("id", "recorded_from", "recorded_to")


def withdraw_statements(
    statements: type[Model],
    facts: Sequence[type[Model]],
    landings: Sequence[uuid.UUID],
    *,
    reinstated: Sequence[uuid.UUID],
    at: dt.datetime,
) -> None:
    """Close the statements of ``landings``, and state those of ``reinstated`` again.

    Call inside a transaction.

    Args:
        statements: a model with ``landing``, ``recorded_from`` and ``recorded_to``.
        facts: models whose ``statement`` is one of them.
        landings: what is withdrawn.
        reinstated: landings that stand again; one that still stands is left as it is.
        at: when.
    """
    standing = statements._default_manager.filter(recorded_to__isnull=True)
    standing.filter(landing__in=landings).update(recorded_to=at)
    still = set(standing.filter(landing__in=reinstated).values_list("landing", flat=True))
    for landing in dict.fromkeys(reinstated):
        if landing not in still:
            for closed in _once_each(statements, landing):
                _state_again(statements, facts, closed, at)


def _once_each(statements: type[Model], landing: uuid.UUID) -> Iterable[dict[str, Any]]:
    """Return each statement of a landing once, however often it was closed and stated again."""
    closed = statements._default_manager.filter(landing=landing).order_by("id").values()
    latest = {
        tuple(value for name, value in row.items() if name not in _OF_ITS_TIME): row
        for row in closed
    }
    return latest.values()


def _state_again(
    statements: type[Model], facts: Sequence[type[Model]], closed: dict[str, Any], at: dt.datetime
) -> None:
    again = {name: value for name, value in closed.items() if name not in _OF_ITS_TIME}
    new = statements._default_manager.create(**again, recorded_from=at)
    for model in facts:
        _copy(model, closed["id"], new.pk)


def _copy(facts: type[Model], old: int, new: int) -> None:
    """Copy the facts of one statement to another, within the database."""
    columns = [
        field.column
        for field in facts._meta.concrete_fields
        if field.column and field.column != "statement_id"
    ]
    listed, table = ", ".join(f'"{column}"' for column in columns), facts._meta.db_table
    copy = (
        f"INSERT INTO {table} (statement_id, {listed})"  # noqa: S608 - names are ours
        f" SELECT %s, {listed} FROM {table} WHERE statement_id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(copy, [new, old])


def open_statements(
    statements: type[Model], feeds: Sequence[Feed], *, file: pl.DataType, at: dt.datetime
) -> pl.DataFrame:
    """Close what feeds replace and state each of them; return statement ids by file number.

    Args:
        statements: a model with ``landing``, ``part``, ``as_at`` and the recorded times.
        feeds: what is stated.
        file: the type of the file numbers, by which the answer is joined to rows.
        at: when.
    """
    replaced = [feed.replaces for feed in feeds if feed.replaces]
    manager = statements._default_manager
    manager.filter(landing__in=replaced, recorded_to__isnull=True).update(recorded_to=at)
    stated = manager.bulk_create(
        statements(landing=feed.landing, part=feed.part, as_at=feed.as_at, recorded_from=at)
        for feed in feeds
    )
    return pl.DataFrame(
        [(feed.number, one.pk) for feed, one in zip(feeds, stated, strict=True)],
        schema={"file": file, "statement_id": pl.Int64},
        orient="row",
    )
