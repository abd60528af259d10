"""Messages written to real tables of both databases: every value, every name, rows replaced."""

import datetime as dt
import itertools
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.connectors.outlets import Shipment, Unreachable
from muster.connectors.sql_table.connector import SqlTable
from muster.connectors.sql_table.fake import FakeSqlTable, FakeTable
from muster.kernel.errors import BadInput
from tests.databases import Database, outlet_on, people
from tests.shipments import shipment, told, with_data

ROUTES = itertools.count()
SAME_PLACE = [HealthCheck.function_scoped_fixture]
HOSTILE = ["", " ", "\\.", "\\N", "NULL", '"', '""', ",", "\n", "\r", "\r\n\\.\n", "\t", "é", "😀"]


# Values.


@settings(max_examples=60, deadline=None, suppress_health_check=SAME_PLACE)
@given(
    texts=st.lists(
        st.one_of(
            st.none(),
            st.sampled_from(HOSTILE),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        ),
        min_size=1,
        max_size=8,
    )
)
@pytest.mark.parametrize("mode", ["append", "upsert"])
def test_every_text_arrives_as_it_is(place: Database, texts: list[str | None], mode: str) -> None:
    table = place.table("people")
    place.run(f"DROP TABLE IF EXISTS {table}")
    people(place, "number bigint PRIMARY KEY, subject text, name text")
    data = pl.DataFrame(
        {"number": range(len(texts)), "subject": [""] * len(texts), "name": texts},
        schema_overrides={"name": pl.String},
    )
    route = f"moves-{next(ROUTES)}"
    outlet = outlet_on(place, mode=mode, keys="number")
    assert told(outlet.deliver(with_data(data, route=route))) == []
    assert [name for (name,) in place.run(f"SELECT name FROM {table} ORDER BY number")] == texts
    outlet.close()


def test_a_table_of_one_column_takes_empty_texts_and_none(place: Database) -> None:
    people(place, "name text")
    kept = shipment([(1, "a", ""), (2, "b", "\\."), (3, "c", "")])
    data = kept.data.select(pl.Series("name", ["", "\\.", None]))
    assert told(outlet_on(place).deliver(Shipment("r", 0, 1, "", kept.envelopes, data))) == []
    found = place.run(f"SELECT name FROM {place.table('people')}")
    assert sorted(found, key=str) == [("",), ("\\.",), (None,)]


def test_every_type_arrives(place: Database) -> None:
    table = people(
        place,
        "number bigint, subject text, least bigint, day date, moment timestamp,"
        " instant timestamptz, hour time, share numeric(20, 9), rate double precision,"
        " yes boolean, octets " + ("blob" if place.kind == "sqlite" else "bytea"),
    )
    moment = dt.datetime.fromisoformat("2026-03-29T01:30:00.250000")
    row = {
        "number": 4,
        "subject": "s",
        "least": -(2**63),
        "day": dt.date(2026, 2, 28),
        "moment": moment,
        "instant": moment.replace(tzinfo=dt.UTC),
        "hour": dt.time(23, 59, 59),
        "share": Decimal("0.000000001"),
        "rate": 0.1,
        "yes": True,
        "octets": b"\0\\x'\xff",
    }
    empty = dict.fromkeys(row) | {"number": 5, "subject": "t"}
    data = pl.DataFrame([row, empty]).sort("number")
    assert told(outlet_on(place).deliver(with_data(data))) == []
    first, second = place.run(f"SELECT * FROM {table} ORDER BY number")
    if place.kind == "postgresql":
        assert first == tuple(row.values())
    else:
        days, moments = "2026-02-28", "2026-03-29 01:30:00.250000"
        assert first[:5] == (4, "s", -(2**63), days, moments)
        assert first[5] == moments + "+00:00"
        assert first[7:] == (1e-9, 0.1, 1, b"\0\\x'\xff")
    assert second == (5, "t", *[None] * 9)


@pytest.mark.parametrize("mode", ["append", "upsert"])
def test_names_mean_what_they_say(place: Database, mode: str) -> None:
    odd, column = '"Odd ""table"", 100%.?"', '"select ""x"" %s ? ; --"'
    connection = place.connect()
    connection.execute(
        f"CREATE TABLE {odd} (number bigint, subject text, {column} text PRIMARY KEY)"
    )
    plain = column[1:-1].replace('""', '"')
    data = shipment([(1, "a", "Ada"), (2, "b", "Ben")]).data.rename({"name": plain})
    outlet = outlet_on(place, place.table(odd), mode=mode, keys=column)
    assert told(outlet.deliver(with_data(data))) == []
    rows = connection.execute(f"SELECT {column} FROM {odd} ORDER BY number").fetchall()
    connection.close()
    assert rows == [("Ada",), ("Ben",)]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("url", ""),
        ("url", "mysql://host/x"),
        ("table", ""),
        ("table", "a.b.c"),
        ("table", 'a"b'),
        ("table", "x" * 64),
        ("table", '"a\0b"'),
        ("mode", "replace"),
        ("keys", "a,,b"),
    ],
)
def test_settings_that_cannot_be_used_are_named(setting: str, value: str) -> None:
    good = {"url": "sqlite:///x", "table": "people", "mode": "upsert", "keys": "a, b"}
    SqlTable(good)
    with pytest.raises(BadInput) as raised:
        SqlTable({**good, setting: value})
    assert raised.value.where.field == setting


# Replacing rows.


@settings(max_examples=60, deadline=None, suppress_health_check=SAME_PLACE)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from([None, 1, 2, 3]), st.sampled_from(["Ada", "Ben", "Cy"])),
        min_size=1,
        max_size=10,
    ),
    cut=st.integers(0, 10),
)
def test_of_each_key_the_last_row_stands(
    place: Database, rows: list[tuple[int | None, str]], cut: int
) -> None:
    table = place.table("people")
    place.run(f"DROP TABLE IF EXISTS {table}")
    people(place, "number bigint, subject text, staff bigint UNIQUE, name text")
    outlet = outlet_on(place, mode="upsert", keys="staff")
    fake = FakeSqlTable(FakeTable(keys=["staff"]))
    data = pl.DataFrame(
        {
            "number": range(len(rows)),
            "subject": [f"staff:{staff}" for staff, _ in rows],
            "staff": [staff for staff, _ in rows],
            "name": [name for _, name in rows],
        },
        schema_overrides={"staff": pl.Int64},
    )
    route = f"moves-{next(ROUTES)}"
    for part in (data[:cut], data[cut:]):
        sent = with_data(part, route=route)
        assert told(outlet.deliver(sent)) == told(fake.deliver(sent))
    outlet.close()
    stored = place.run(f"SELECT staff, name FROM {table} ORDER BY staff")
    held = [(row["staff"], row["name"]) for row in fake.table.rows]
    assert stored == sorted(held)


def test_all_columns_may_be_keys(place: Database) -> None:
    people(place, "number bigint, subject text, name text, UNIQUE (number, subject, name)")
    outlet = outlet_on(place, mode="upsert", keys="number, subject, name")
    outlet.deliver(shipment([(1, "a", "Ada")]))
    outlet.deliver(shipment([(1, "a", "Ada")], again="replay-1"))
    assert len(place.run(f"SELECT * FROM {place.table('people')}")) == 1


@pytest.mark.parametrize("keys", ["subject", "missing"])
def test_keys_that_name_no_row_stop_the_route_and_refuse_nobody(place: Database, keys: str) -> None:
    people(place)
    with pytest.raises(Unreachable):
        outlet_on(place, mode="upsert", keys=keys).deliver(shipment([(1, "a", "Ada")]))
