"""Rows that a receiving database will never have: which, why, and that they keep none back."""

import polars as pl
import pytest

from muster.connectors.outlets import Shipment, Unreachable
from muster.connectors.sql_table.connector import SqlTable
from tests.databases import Database, outlet_on, people
from tests.shipments import shipment, told, with_data


def test_refusals_name_constraint_and_column_and_no_value(place: Database) -> None:
    table = people(
        place,
        "number bigint PRIMARY KEY, subject text NOT NULL,"
        " name text CONSTRAINT known CHECK (length(name) < 10)",
    )
    place.run(f"INSERT INTO {table} VALUES (3, 'c', 'Cy')")
    rows = [(1, "a", "Ada"), (2, "b", "Benedict Cumberland"), (3, "c", "Cyril"), (5, "d", "Di")]
    sent = shipment(rows)
    gap = sent.data.with_columns(
        subject=pl.when(pl.col("number") == 5).then(None).otherwise("subject")
    )
    sent = Shipment(sent.route, 0, 1, "", sent.envelopes, gap)
    results = told(outlet_on(place).deliver(sent))
    assert [row[:2] for row in results] == [(2, "rejected"), (3, "rejected"), (5, "rejected")]
    words = " | ".join(row[2] for row in results)
    assert "known" in words
    assert "subject" in words
    assert not [value for _, _, value in rows if value in words]
    kept = place.run(f"SELECT number, name FROM {table} ORDER BY number")
    assert kept == [(1, "Ada"), (3, "Cy")]


def test_a_value_of_the_wrong_type_names_its_column(postgres_place: Database) -> None:
    people(postgres_place, "number bigint, subject text, name integer")
    sent = shipment([(1, "a", "12"), (2, "b", "Ada Cole"), (3, "c", "13")])
    assert told(outlet_on(postgres_place).deliver(sent)) == [
        (
            2,
            "rejected",
            "a value its column cannot hold (invalid text representation), column name",
        )
    ]


def test_a_text_that_holds_no_character_is_refused_alone(postgres_place: Database) -> None:
    people(postgres_place)
    results = told(outlet_on(postgres_place).deliver(shipment([(1, "a", "A\0"), (2, "b", "B")])))
    assert [row[:2] for row in results] == [(1, "rejected")]


def test_what_is_looked_at_only_on_commit_refuses_its_row_too(place: Database) -> None:
    table = people(
        place,
        "number bigint, subject text, name text PRIMARY KEY, head text REFERENCES "
        + place.table("people")
        + " DEFERRABLE INITIALLY DEFERRED",
    )
    # Ada's head comes behind her, which the rule allows; Ben's never comes.
    data = shipment([(1, "a", "Ada"), (2, "b", "Ben"), (3, "c", "Cy")]).data
    data = data.with_columns(head=pl.Series(["Cy", "nobody", None]))
    results = told(outlet_on(place).deliver(with_data(data)))
    # Whole, the shipment is refused; in halves Ada stands without her head.
    assert [row[0] for row in results if row[1] == "rejected"] == [1, 2]
    assert place.run(f"SELECT name FROM {table}") == [("Cy",)]
    assert told(outlet_on(place).deliver(with_data(data[:1], again="release-1"))) == []


def test_one_policy_refuses_one_row(postgres_place: Database) -> None:
    table = people(postgres_place)
    schema = postgres_place.schema
    role = f"writer_{schema[-12:]}"
    postgres_place.run(f"CREATE ROLE {role} LOGIN")
    try:
        postgres_place.run(f"GRANT ALL ON SCHEMA {schema} TO {role}")
        postgres_place.run(f"GRANT INSERT ON {table} TO {role}")
        postgres_place.run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        postgres_place.run(f"CREATE POLICY own ON {table} FOR INSERT WITH CHECK (subject = 'a')")
        url = postgres_place.url.replace("muster@", f"{role}@")
        outlet = SqlTable({"url": url, "table": table, "keys": ""})
        results = told(outlet.deliver(shipment([(1, "a", "Ada"), (2, "b", "Ben")])))
        assert [row[:2] for row in results] == [(2, "rejected")]
        outlet.close()
        postgres_place.run(f"REVOKE INSERT ON {table} FROM {role}")
        with pytest.raises(Unreachable, match="may not write"):
            outlet.deliver(shipment([(3, "a", "Cy")]))
    finally:
        outlet.close()
        postgres_place.run(f"DROP OWNED BY {role}")
        postgres_place.run(f"DROP ROLE {role}")


def test_a_view_takes_rows_and_refuses_those_it_would_not_show(postgres_place: Database) -> None:
    table, view = people(postgres_place), postgres_place.table("seen")
    postgres_place.run(
        f"CREATE VIEW {view} AS SELECT * FROM {table} WHERE subject = 'a' WITH CHECK OPTION"
    )
    outlet = outlet_on(postgres_place, view)
    results = told(outlet.deliver(shipment([(1, "a", "Ada"), (2, "b", "Ben")])))
    assert [row[:2] for row in results] == [(2, "rejected")]
    assert told(outlet.deliver(shipment([(3, "a", "Cy")]))) == []
    assert postgres_place.run(f"SELECT name FROM {table}") == [("Ada",), ("Cy",)]


def test_a_trigger_is_not_quoted(place: Database) -> None:
    table = people(place)
    if place.kind == "sqlite":
        place.run(
            f"CREATE TRIGGER t BEFORE INSERT ON {table} WHEN NEW.name = 'Ben' BEGIN"
            " SELECT RAISE(ABORT, 'Ben is on the list'); END"
        )
    else:
        place.run(
            f"CREATE FUNCTION {place.schema}.t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.name = 'Ben' THEN RAISE '% is on the list', NEW.name; END IF;"
            " RETURN NEW; END $$"
        )
        place.run(
            f"CREATE TRIGGER t BEFORE INSERT ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION {place.schema}.t()"
        )
    results = told(outlet_on(place).deliver(shipment([(1, "a", "Ada"), (2, "b", "Ben")])))
    assert [row[:2] for row in results] == [(2, "rejected")]
    assert "Ben" not in results[0][2]
    assert place.run(f"SELECT name FROM {table}") == [("Ada",)]


def test_a_table_that_passes_over_what_conflicts_does_not_do_so_silently(
    sqlite_place: Database,
) -> None:
    people(sqlite_place, "number bigint, subject text, name text UNIQUE ON CONFLICT IGNORE")
    sent = shipment([(1, "a", "Ada"), (2, "b", "Ada"), (3, "c", "Cy")])
    assert [row[:2] for row in told(outlet_on(sqlite_place).deliver(sent))] == [(2, "rejected")]


def test_thousands_of_refusals_come_to_an_end(place: Database) -> None:
    people(place, "number bigint CHECK (number % 3 <> 0), subject text, name text")
    rows = [(number, f"s:{number}", "x") for number in range(600)]
    receipt = outlet_on(place).deliver(shipment(rows))
    assert receipt.results["position"].to_list() == list(range(0, 600, 3))
    assert place.run(f"SELECT count(*) FROM {place.table('people')}") == [(400,)]


def test_a_column_that_was_widened_takes_what_it_refused(postgres_place: Database) -> None:
    table = people(postgres_place, "number bigint PRIMARY KEY, subject text, name varchar(3)")
    outlet = outlet_on(postgres_place, mode="upsert", keys="number")
    refused = told(outlet.deliver(shipment([(1, "a", "Ada"), (2, "b", "Benedict")])))
    assert [row[:2] for row in refused] == [(2, "rejected")]
    postgres_place.run(f"ALTER TABLE {table} ALTER name TYPE varchar(30)")
    assert told(outlet.deliver(shipment([(3, "c", "Cyril"), (4, "d", "Di")]))) == []
