"""What an error of a receiving database means: a row refused for good, or a try again later.

What is not certainly the fault of a row refuses none: it waits. What is said never quotes a row.
"""

import sqlite3

import psycopg
import pytest

from muster.connectors.outlets import Unreachable
from muster.connectors.sql_table.refusals import Refused, judge

ROW = Refused
LATER = Unreachable

# SQLSTATE of PostgreSQL | meaning | said
POSTGRESQL = [
    ("22001", ROW, "a value its column cannot hold (string data right truncation)"),
    ("22003", ROW, "a value its column cannot hold (numeric value out of range)"),
    ("22021", ROW, "a value its column cannot hold (character not in repertoire)"),
    ("22P02", ROW, "a value its column cannot hold (invalid text representation)"),
    ("23502", ROW, "a constraint (not null violation)"),
    ("23503", ROW, "a constraint (foreign key violation)"),
    ("23505", ROW, "a constraint (unique violation)"),
    ("23514", ROW, "a constraint (check violation)"),
    ("23P01", ROW, "a constraint (exclusion violation)"),
    ("44000", ROW, "a rule of the view (with check option violation)"),
    ("54000", ROW, "a row too large (program limit exceeded)"),
    ("P0001", ROW, "a rule of the database (raise exception)"),
    ("08006", LATER, "the connection was cut (connection failure)"),
    ("25006", LATER, "the database takes no changes (read only sql transaction)"),
    ("28P01", LATER, "the database does not let this user in (invalid password)"),
    ("3D000", LATER, "there is no such database (invalid catalog name)"),
    ("40001", LATER, "another transaction was in the way (serialization failure)"),
    ("40P01", LATER, "another transaction was in the way (deadlock detected)"),
    (
        "42501",
        LATER,
        (
            "the table is not as the settings say, or this user may not write to it"
            " (insufficient privilege)"
        ),
    ),
    (
        "42703",
        LATER,
        "the table is not as the settings say, or this user may not write to it (undefined column)",
    ),
    ("53100", LATER, "the database has no room left: disk, memory or connections (disk full)"),
    (
        "53300",
        LATER,
        "the database has no room left: disk, memory or connections (too many connections)",
    ),
    ("55P03", LATER, "a lock was not let go in time (lock not available)"),
    ("57014", LATER, "the database stopped, or broke the work off (query canceled)"),
    ("57P01", LATER, "the database stopped, or broke the work off (admin shutdown)"),
    ("58030", LATER, "the database failed (io error)"),
    ("0A000", LATER, "the database failed (feature not supported)"),
    ("XX001", LATER, "the database failed (data corrupted)"),
]

# Python's class | what SQLite calls it | what SQLite says | meaning | said
SQLITE = [
    (
        sqlite3.IntegrityError,
        "SQLITE_CONSTRAINT_UNIQUE",
        "UNIQUE constraint failed: people.number",
        ROW,
        "a constraint (unique), people.number",
    ),
    (
        sqlite3.IntegrityError,
        "SQLITE_CONSTRAINT_PRIMARYKEY",
        "UNIQUE constraint failed: people.id",
        ROW,
        "a constraint (unique), people.id",
    ),
    (
        sqlite3.IntegrityError,
        "SQLITE_CONSTRAINT_NOTNULL",
        "NOT NULL constraint failed: people.name",
        ROW,
        "a constraint (not null), people.name",
    ),
    (
        sqlite3.IntegrityError,
        "SQLITE_CONSTRAINT_CHECK",
        "CHECK constraint failed: fit",
        ROW,
        "a constraint (check), fit",
    ),
    (
        sqlite3.IntegrityError,
        "SQLITE_CONSTRAINT_FOREIGNKEY",
        "FOREIGN KEY constraint failed",
        ROW,
        "a constraint (foreign key)",
    ),
    (
        sqlite3.IntegrityError,
        "SQLITE_CONSTRAINT_TRIGGER",
        "Ada Cole is on the list",
        ROW,
        "a rule of the database (trigger)",
    ),
    (
        sqlite3.IntegrityError,
        "SQLITE_CONSTRAINT_DATATYPE",
        "cannot store TEXT value in INTEGER column people.number",
        ROW,
        "a value its column cannot hold",
    ),
    (
        sqlite3.IntegrityError,
        "SQLITE_MISMATCH",
        "datatype mismatch",
        ROW,
        "a value its column cannot hold",
    ),
    (
        sqlite3.DataError,
        "SQLITE_TOOBIG",
        "string or blob too big",
        ROW,
        "a value its column cannot hold",
    ),
    (
        sqlite3.OperationalError,
        "SQLITE_BUSY",
        "database is locked",
        LATER,
        "the database is in use (SQLITE_BUSY)",
    ),
    (
        sqlite3.OperationalError,
        "SQLITE_BUSY_SNAPSHOT",
        "database is locked",
        LATER,
        "the database is in use (SQLITE_BUSY_SNAPSHOT)",
    ),
    (
        sqlite3.OperationalError,
        "SQLITE_FULL",
        "database or disk is full",
        LATER,
        "the disk is full (SQLITE_FULL)",
    ),
    (
        sqlite3.OperationalError,
        "SQLITE_READONLY_DBMOVED",
        "attempt to write a readonly database",
        LATER,
        "the database takes no changes (SQLITE_READONLY_DBMOVED)",
    ),
    (
        sqlite3.OperationalError,
        "SQLITE_CANTOPEN",
        "unable to open database file",
        LATER,
        "the file is not there or may not be opened (SQLITE_CANTOPEN)",
    ),
    (
        sqlite3.OperationalError,
        "SQLITE_IOERR_WRITE",
        "disk I/O error",
        LATER,
        "the disk could not be read or written (SQLITE_IOERR_WRITE)",
    ),
    (
        sqlite3.DatabaseError,
        "SQLITE_NOTADB",
        "file is not a database",
        LATER,
        "the file is not a database (SQLITE_NOTADB)",
    ),
    (
        sqlite3.OperationalError,
        "SQLITE_ERROR",
        "table people has no column named Ada Cole",
        LATER,
        "the table is not as the settings say (SQLITE_ERROR)",
    ),
    (
        sqlite3.ProgrammingError,
        "",
        "Error binding parameter 1: type 'X' is not supported",
        LATER,
        "the database failed (no state)",
    ),
]


@pytest.mark.parametrize(("state", "meaning", "said"), POSTGRESQL, ids=lambda it: str(it)[:20])
def test_errors_of_postgresql(state: str, meaning: type[Exception], said: str) -> None:
    judged = judge(psycopg.errors.lookup(state)("Ada Cole, 12 High Street"))
    assert (type(judged), judged.said) == (meaning, said)


def test_a_postgresql_that_says_nothing_is_out_of_reach() -> None:
    judged = judge(psycopg.OperationalError("consuming input failed: Ada Cole"))
    assert isinstance(judged, Unreachable)
    assert judged.said == "the database could not be reached, or the connection was cut"


@pytest.mark.parametrize(
    ("kind", "name", "words", "meaning", "said"), SQLITE, ids=lambda it: str(it)[:30]
)
def test_errors_of_sqlite(
    kind: type[sqlite3.Error], name: str, words: str, meaning: type[Exception], said: str
) -> None:
    error = kind(words)
    if name:
        error.sqlite_errorname = name
    judged = judge(error)
    assert (type(judged), judged.said) == (meaning, said)
    assert "Ada" not in judged.said


def test_a_number_no_database_holds_is_the_fault_of_its_row() -> None:
    judged = judge(OverflowError("Python int too large to convert to SQLite INTEGER"))
    assert isinstance(judged, Refused)
