"""What an error of a database means: a row it will never take, or something to try again later.

A row that is refused must not keep the others back, and what is not a row's fault must refuse
none. Whatever is not certainly a row's fault is for later: it waits, is tried again and is seen on
the system's page. ``tests/spec/test_sql_refusals.py`` is the table of both.

What is said of a refused row names the rule that refused it, the constraint and the column. The
database's own sentence is left out: it quotes the row.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from muster.connectors.outlets import Unreachable

# Of PostgreSQL, by the first two characters of SQLSTATE: what only the row can be blamed for.
_OF_A_ROW = {
    "21": "it meets another row of the same shipment",
    "22": "a value its column cannot hold",
    "23": "a constraint",
    "44": "a rule of the view",
    "54": "a row too large",
    "P0": "a rule of the database",
}
_OF_A_POLICY = "ExecWithCheckOptions"

_LATER = {
    "08": "the connection was cut",
    "25": "the database takes no changes",
    "28": "the database does not let this user in",
    "3D": "there is no such database",
    "3F": "the table is not as the settings say, or this user may not write to it",
    "40": "another transaction was in the way",
    "42": "the table is not as the settings say, or this user may not write to it",
    "53": "the database has no room left: disk, memory or connections",
    "55": "a lock was not let go in time",
    "57": "the database stopped, or broke the work off",
}

_SQLITE_OF_A_ROW = ("SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG")
# Of these SQLite names table and column, or the constraint; of others it quotes whatever a
# trigger says.
_SQLITE_NAMED = {
    "SQLITE_CONSTRAINT_UNIQUE": "unique",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "unique",
    "SQLITE_CONSTRAINT_ROWID": "unique",
    "SQLITE_CONSTRAINT_NOTNULL": "not null",
    "SQLITE_CONSTRAINT_CHECK": "check",
}
_SQLITE_LATER = {
    "SQLITE_BUSY": "the database is in use",
    "SQLITE_LOCKED": "the database is in use",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the disk could not be read or written",
    "SQLITE_READONLY": "the database takes no changes",
    "SQLITE_CANTOPEN": "the file is not there or may not be opened",
    "SQLITE_CORRUPT": "the file is damaged",
    "SQLITE_NOTADB": "the file is not a database",
    "SQLITE_ERROR": "the table is not as the settings say",
}
_LONGEST = 200
_COLUMN = re.compile(r"^COPY .*?, \S+ \d+, \S+ (.+?)(?:: |$)", re.MULTILINE)


Failure = psycopg.Error | sqlite3.Error | OverflowError
FAILURES = (psycopg.Error, sqlite3.Error, OverflowError)


class Refused(Exception):
    """The database will never take one of these rows as it is; ``said`` names the rule."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said[:_LONGEST]


@contextmanager
def judged(columns: tuple[str, ...] = ()) -> Iterator[None]:
    """Turn errors of a database into what they mean; see ``judge``."""
    try:
        yield
    except FAILURES as error:
        raise judge(error, columns) from None


def judge(error: Failure, columns: tuple[str, ...] = ()) -> Refused | Unreachable:
    """Return what an error means for the rows that were being written.

    Args:
        error: as the driver raised it.
        columns: of the rows; only these names are repeated from what the database says of a value.
    """
    if isinstance(error, psycopg.Error):
        return _judge_postgres(error, columns)
    if isinstance(error, OverflowError):
        return Refused("a value its column cannot hold")
    return _judge_sqlite(error)


def _judge_postgres(error: psycopg.Error, columns: tuple[str, ...]) -> Refused | Unreachable:
    state, said = error.sqlstate or "", error.diag
    kind = _OF_A_ROW.get(state[:2])
    if state == "42501" and said.source_function == _OF_A_POLICY:
        kind = "a row security policy"
    if kind is not None:
        named = [f"{kind} ({_words(error)})"]
        if said.constraint_name:
            named.append(f"constraint {said.constraint_name}")
        column = said.column_name or _column_of(said.context or "", columns)
        if column:
            named.append(f"column {column}")
        return Refused(", ".join(named))
    if not state:
        return Unreachable("the database could not be reached, or the connection was cut")
    return Unreachable(f"{_LATER.get(state[:2], 'the database failed')} ({_words(error)})")


def _words(error: psycopg.Error) -> str:
    """Return SQLSTATE's own name of an error in words: ``unique violation``."""
    name = type(error).__name__
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() if error.sqlstate else "no state"


def _column_of(context: str, columns: tuple[str, ...]) -> str:
    """Return which of our columns COPY complained of; its context quotes the value as well."""
    found = _COLUMN.search(context)
    return found[1] if found and found[1] in columns else ""


def _judge_sqlite(error: sqlite3.Error) -> Refused | Unreachable:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(_SQLITE_OF_A_ROW) or isinstance(error, sqlite3.DataError):
        if name in _SQLITE_NAMED:
            named = str(error).partition("failed: ")[2]
            return Refused(f"a constraint ({_SQLITE_NAMED[name]}), {named}")
        if name == "SQLITE_CONSTRAINT_FOREIGNKEY" or "FOREIGN KEY" in str(error):
            return Refused("a constraint (foreign key)")
        if name == "SQLITE_CONSTRAINT_TRIGGER":
            return Refused("a rule of the database (trigger)")
        return Refused("a value its column cannot hold")
    kind = "_".join(name.split("_")[:2])
    return Unreachable(f"{_SQLITE_LATER.get(kind, 'the database failed')} ({name or 'no state'})")
