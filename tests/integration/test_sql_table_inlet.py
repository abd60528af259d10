"""Rows read from real tables of both databases: nothing missed, nothing twice, whatever is late."""

import datetime as dt
import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.connectors.outlets import Unreachable
from muster.connectors.sql_table import rising, snapshot
from muster.connectors.sql_table.inlet import TableInlet
from muster.kernel.errors import BadInput
from tests.databases import Database

SAME_PLACE = [HealthCheck.function_scoped_fixture]
COLUMNS = "number bigint, staff text, name text"


class Reader:
    """Reads a table again and again, as a route does: the text is kept once rows are safe."""

    def __init__(self, place: Database, **others: str) -> None:
        table = place.table("staff")
        self._settings = {"url": place.url, "table": table, "keys": "staff", **others}
        self.after = ""

    def read(self, most: int | None = None) -> list[tuple[Any, ...]]:
        """Return what is new; a worker that is killed has kept only some of it."""
        rows: list[tuple[Any, ...]] = []
        for pulled in itertools.islice(TableInlet(self._settings).pull(self.after), most):
            rows += pulled.rows.rows()
            self.after = pulled.after
        return rows

    def numbers(self) -> list[int]:
        return [row[0] for row in self.read()]


def staff(place: Database, columns: str = COLUMNS) -> str:
    table = place.table("staff")
    place.run(f"DROP TABLE IF EXISTS {table}")
    place.run(f"CREATE TABLE {table} ({columns})")
    return table


def insert(place: Database, number: int | None, name: str = "x") -> None:
    table = place.table("staff")
    place.run(f"INSERT INTO {table} VALUES (?, ?, ?)", number, f"n{number}", name)


# By a column that rises.


def test_what_is_new_is_read_in_order_and_once(place: Database) -> None:
    staff(place)
    reader = Reader(place, rising="number")
    assert reader.read() == []
    for number in (3, 1, 7):
        insert(place, number)
    assert reader.read() == [(n, f"n{n}", "x", "written") for n in (1, 3, 7)]
    assert reader.read() == []
    insert(place, 8)
    assert reader.numbers() == [8]


@pytest.mark.parametrize("overlap", ["0", "2", "1000"])
def test_what_commits_late_is_not_missed(postgres_place: Database, overlap: str) -> None:
    """41 is drawn before 42 and committed after it was read."""
    table = staff(postgres_place)
    reader = Reader(postgres_place, rising="number", overlap=overlap)
    insert(postgres_place, 40)
    assert reader.numbers() == [40]
    late = postgres_place.connect()
    late.autocommit = False
    late.execute(f"INSERT INTO {table} VALUES (41, 'n41', 'late')")
    for number in range(42, 60):
        insert(postgres_place, number)
        assert reader.numbers() == [number], "what is open elsewhere keeps no row back"
    late.commit()
    assert reader.numbers() == [41]
    late.close()
    assert reader.numbers() == []


def test_a_transaction_that_has_written_nothing_yet_may_be_late_as_well(
    postgres_place: Database,
) -> None:
    """It drew its number, or took its time, before it wrote."""
    table = staff(postgres_place, "number timestamptz, staff text, name text")
    reader = Reader(postgres_place, rising="number", overlap="0")
    late = postgres_place.connect()
    late.autocommit = False
    late.execute("SELECT now()")
    for name in ("a", "b", "c"):
        postgres_place.run(f"INSERT INTO {table} VALUES (clock_timestamp(), ?, 'x')", name)
        assert [row[1] for row in reader.read()] == [name]
    late.execute(f"INSERT INTO {table} VALUES (now(), 'late', 'x')")
    late.commit()
    late.close()
    assert [row[1] for row in reader.read()] == ["late"]


def test_values_of_another_clock_are_read_within_the_overlap(place: Database) -> None:
    staff(place)
    reader = Reader(place, rising="number", overlap="5")
    for number in range(10, 20):
        insert(place, number)
    assert reader.numbers() == list(range(10, 20))
    place.run(f"INSERT INTO {place.table('staff')} VALUES (16, 'other', 'x')")
    assert reader.numbers() == [16]
    assert reader.numbers() == []


def test_many_that_come_late_bring_nothing_twice(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rising, "_PAGE", 2)
    staff(place)
    reader = Reader(place, rising="number")
    for numbers in ([10, 20], [1, 2, 3, 4, 5]):
        for number in numbers:
            insert(place, number)
        assert reader.numbers() == numbers


def test_rows_of_one_value_are_all_read(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rising, "_PAGE", 3)
    table = staff(place)
    reader = Reader(place, rising="number", overlap="0")
    for at in range(8):
        place.run(f"INSERT INTO {table} VALUES (5, ?, 'x')", f"n{at}")
    assert [row[1] for row in reader.read(most=1)] == ["n0", "n1", "n2"]
    assert [row[1] for row in reader.read()] == ["n3", "n4", "n5", "n6", "n7"]
    place.run(f"INSERT INTO {table} VALUES (5, 'n9', 'x')")
    assert [row[1] for row in reader.read()] == ["n9"]


@settings(max_examples=40, deadline=None, suppress_health_check=SAME_PLACE)
@given(
    story=st.lists(
        st.sampled_from(["begin 0", "begin 1", "write 0", "write 1", "end 0", "end 1", "undo 0"])
        | st.sampled_from(["write", "read", "read one"]),
        max_size=25,
    ),
    overlap=st.sampled_from(["0", "1", "3"]),
)
def test_whatever_transactions_do_each_row_is_read_once(
    postgres_place: Database, story: list[str], overlap: str
) -> None:
    patch = pytest.MonkeyPatch()
    patch.setattr(rising, "_PAGE", 2)
    table = staff(postgres_place, "number bigserial, staff text, name text")
    insert_one = f"INSERT INTO {table} (staff) VALUES ('s') RETURNING number"
    reader, read = Reader(postgres_place, rising="number", overlap=overlap), []
    others = [postgres_place.connect(), postgres_place.connect()]
    written: list[list[int]] = [[], []]
    stood = []
    for step in story:
        verb, _, who = step.partition(" ")
        if verb == "read":
            read += [row[0] for row in reader.read(1 if who else None)]
        elif not who:
            stood.append(postgres_place.run(insert_one)[0][0])
        elif verb == "begin" and others[int(who)].autocommit:
            others[int(who)].autocommit = False
            others[int(who)].execute("SELECT 1")
        elif verb == "write":
            written[int(who)].append(others[int(who)].execute(insert_one).fetchone()[0])
        elif verb in ("end", "undo"):
            others[int(who)].commit() if verb == "end" else others[int(who)].rollback()
            stood += written[int(who)] if verb == "end" or others[int(who)].autocommit else []
            written[int(who)] = []
            others[int(who)].autocommit = True
    for other, numbers in zip(others, written, strict=True):
        other.commit()
        other.close()
        stood += numbers
    read += reader.numbers()
    patch.undo()
    assert sorted(read) == sorted(stood)


def test_long_readers_do_not_make_it_read_all_again_for_ever(postgres_place: Database) -> None:
    staff(postgres_place)
    reader = Reader(postgres_place, rising="number", overlap="0")
    open_still = postgres_place.connect()
    open_still.autocommit = False
    open_still.execute("SELECT 1")
    for number in range(5):
        insert(postgres_place, number)
        reader.read()
    held = len(reader.after)
    open_still.rollback()
    open_still.close()
    reader.read()
    insert(postgres_place, 6)
    assert reader.numbers() == [6]
    # Others of the server may be at work now and are remembered; rows that were read are not.
    assert len(reader.after) <= 2 * held


def test_a_row_that_cannot_be_placed_is_told_of_and_keeps_none_back(place: Database) -> None:
    staff(place)
    reader = Reader(place, rising="number")
    insert(place, None)
    insert(place, 4)
    with pytest.raises(BadInput, match="nothing in the column"):
        reader.read()
    assert reader.after
    place.run(f"DELETE FROM {place.table('staff')} WHERE number IS NULL")
    insert(place, 5)
    assert reader.numbers() == [5]


def test_two_rows_of_one_key_are_told_of(place: Database) -> None:
    staff(place)
    insert(place, 4, "one")
    insert(place, 4, "other")
    for settings_of_one in ({"rising": "number"}, {}):
        with pytest.raises(BadInput, match="key"):
            Reader(place, **settings_of_one).read()


# By comparing all.


def test_a_snapshot_tells_new_changed_and_gone(place: Database) -> None:
    table = staff(place)
    reader = Reader(place)
    assert reader.read() == []
    insert(place, 1, "Ada")
    insert(place, 2, "Ben")
    assert reader.read() == [(1, "n1", "Ada", "new"), (2, "n2", "Ben", "new")]
    assert reader.read() == []
    place.run(f"UPDATE {table} SET name = 'Ada Cole' WHERE number = 1")
    place.run(f"DELETE FROM {table} WHERE number = 2")
    insert(place, 3, "Cy")
    assert reader.read() == [
        (1, "n1", "Ada Cole", "changed"),
        (3, "n3", "Cy", "new"),
        (None, "n2", None, "gone"),
    ]
    place.run(f"DELETE FROM {table}")
    assert [row[3] for row in reader.read()] == ["gone", "gone"]
    assert reader.read() == []


@settings(max_examples=40, deadline=None, suppress_health_check=SAME_PLACE)
@given(
    tables=st.lists(
        st.dictionaries(
            st.sampled_from(["a", "b", "c", "d", "ü", '"']),
            st.sampled_from([None, "", "x", "y"]),
        ),
        max_size=5,
    ),
    kept=st.lists(st.sampled_from([None, 1]), min_size=5, max_size=5),
)
def test_what_changed_leads_from_what_it_was_to_what_it_is(
    place: Database, tables: list[dict[str, str | None]], kept: list[int | None]
) -> None:
    patch = pytest.MonkeyPatch()
    patch.setattr(snapshot, "_PAGE", 2)
    table, reader = staff(place, "staff text, name text"), Reader(place)
    held: dict[str, str | None] = {}
    for content, most in zip(tables, kept, strict=False):
        place.run(f"DELETE FROM {table}")
        for key, name in content.items():
            place.run(f"INSERT INTO {table} VALUES (?, ?)", key, name)
        for key, name, change in reader.read(most):
            assert (key in held) == (change != "new")
            if change == "gone":
                del held[key]
            else:
                assert held.get(key, ...) != name
                held[key] = name
        if most is None:
            assert held == content
    patch.undo()


# Both.


def test_types_are_the_tables_own(postgres_place: Database) -> None:
    table = staff(
        postgres_place,
        "number bigint, staff text, day date, moment timestamptz, share numeric(9, 2), yes boolean,"
        " kept json, nothing text",
    )
    postgres_place.run(
        f"INSERT INTO {table} VALUES (1, 'n1', '2026-02-28', '2026-02-28 12:00+00', 0.50, true,"
        " '{\"a\": [1]}', NULL)"
    )
    moment = dt.datetime(2026, 2, 28, 12, tzinfo=dt.UTC)
    row = (1, "n1", dt.date(2026, 2, 28), moment, Decimal("0.50"), True, '{"a": [1]}', None)
    assert Reader(postgres_place).read() == [(*row, "new")]
    assert Reader(postgres_place, rising="moment").read() == [(*row, "written")]


def test_out_of_reach_it_says_so(place: Database, tmp_path: Path) -> None:
    inlet = TableInlet({"url": place.url, "table": place.table("gone"), "keys": "staff"})
    assert not inlet.health().ready
    with pytest.raises(Unreachable, match="not as the settings say"):
        list(inlet.pull(""))
    staff(place)
    assert (
        TableInlet({"url": place.url, "table": place.table("staff"), "keys": "staff"})
        .health()
        .ready
    )


def test_it_never_writes(place: Database) -> None:
    from muster.connectors.sql_table.inlet import _opened

    table = staff(place)
    inlet = TableInlet({"url": place.url, "table": table, "keys": "staff"})
    with pytest.raises(Unreachable), _opened(inlet._source) as source:
        source.ask(f"DELETE FROM {table}")


@pytest.mark.parametrize("after", ["x", "{}", "c%17", 'A" B'])
def test_a_text_of_another_is_not_begun_from(place: Database, after: str) -> None:
    staff(place)
    insert(place, 1)
    reader = Reader(place)
    reader.read()
    for wrong in (after, reader.after):
        by_column = Reader(place, rising="number")
        by_column.after = wrong
        with pytest.raises(BadInput, match="read so far"):
            by_column.read()
