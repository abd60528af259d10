"""Weighing one pair again, by itself: what a batch said of it is said again, and explained."""

import re
from contextlib import closing

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.register.linkage.explaining import Reason, explained
from muster.register.linkage.linking import Linked, link
from muster.register.linkage.model import quiet_database
from muster.register.linkage.one import Known
from muster.register.linkage.preparing import ROW, prepared
from muster.register.linkage.roles import Declared, Roles
from muster.register.linkage.weighing import frequencies
from synthetic.two_sources import two_sources

PEOPLE = 400
ROLES = Roles({
    "record": ("record",), "given_name": ("given_name",), "surname": ("surname",),
    "date_of_birth": ("date_of_birth",), "postcode": ("postcode",), "email": ("email",),
    "phone": ("mobile",),
})  # fmt: skip


@pytest.fixture(scope="module")
def files() -> list[pl.DataFrame]:
    return list(two_sources(PEOPLE))


@pytest.fixture(scope="module")
def batch(files: list[pl.DataFrame]) -> Linked:
    return link(files, Declared(ROLES, ROLES, each_once=True))


@pytest.fixture(scope="module")
def within(files: list[pl.DataFrame]) -> Linked:
    return link([pl.concat(files)], Declared(ROLES, ROLES))


@given(st.integers(0, PEOPLE - 1))
@settings(max_examples=20, deadline=None)
def test_one_record_finds_what_the_batch_found_at_the_same_weight(
    files: list[pl.DataFrame], batch: Linked, at: int
) -> None:
    assert batch.scored is not None
    wanted = batch.scored.pairs.filter(pl.col("a") == at)
    with Known(batch.tables[1], batch.scored, batch.tables) as known:
        found = known.counterparts(prepared(files[0].slice(at, 1), ROLES))
    assert weights(found) == pytest.approx(weights(wanted), abs=1e-9)
    names = files[1]["record"]
    assert [names[row] for row in found["b"]] == found["record"].to_list()


def by_reading_all(batch: Linked, known: pl.DataFrame, record: pl.DataFrame) -> dict[str, float]:
    """Second implementation: weigh a record with every known one that shares something with it."""
    assert batch.scored is not None
    fields = batch.scored.fields
    wide = known.select("record", **{f"{field}_r": field for field in fields})
    for field, often in frequencies(batch.tables, fields).items():
        wide = wide.join(often, left_on=f"{field}_r", right_on=field, how="left")
    said = record.row(0, named=True)
    wide = wide.with_columns(pl.lit(said.get(field), pl.String).alias(f"{field}_l")
                             for field in fields)  # fmt: skip
    shared = " OR ".join(
        re.sub(r'(l|r)\."(\w+)"', r'"\2_\1"', f"({one.condition})")
        for one in batch.scored.looked_at
    )
    with closing(quiet_database()) as database:
        database.register("wide", wide.to_arrow())
        sql = batch.scored.weights.sql(f"(SELECT * FROM wide WHERE {shared})")
        rows = database.sql(f"SELECT record, weight FROM ({sql}) WHERE weight > -9.96").fetchall()
    return dict(rows)


def likely(known: Known, record: pl.DataFrame) -> dict[str, float]:
    return dict(known.counterparts(record).select("record", "weight").iter_rows())


@given(
    st.integers(1, PEOPLE), st.sets(st.integers(0, PEOPLE - 1), max_size=12),
    st.sets(st.integers(0, PEOPLE - 1), max_size=12), st.integers(0, PEOPLE - 1),
)  # fmt: skip
@settings(max_examples=5, deadline=None)
def test_records_put_in_changed_and_taken_out_are_found_as_if_all_were_read(
    files: list[pl.DataFrame], batch: Linked, known_first: int, altered: set[int], left: set[int],
    at: int,
) -> None:  # fmt: skip
    assert batch.scored is not None
    told = prepared(files[1], ROLES).with_columns(pl.col("record").cast(pl.String))
    first = told.slice(0, known_first)
    changed = told.filter(pl.col("unique_id").is_in(list(altered)))
    gone = told.filter(pl.col("unique_id").is_in(list(left)))["record"].to_list()
    changed = changed.with_columns(surname=pl.col("surname").reverse(), postcode=pl.lit(None))
    asked = prepared(files[0].slice(at, 1), ROLES)
    with Known(first, batch.scored, batch.tables) as known:
        known.put(changed)
        known.remove(gone)
        found = likely(known, asked)
        stands = first.filter(~pl.col("record").is_in(changed["record"].to_list()))
        stands = pl.concat([stands, changed.cast(stands.schema)])
        stands = stands.filter(~pl.col("record").is_in(gone))
        assert found == pytest.approx(by_reading_all(batch, stands, asked), abs=1e-9)
        known.put(told)
        assert likely(known, asked) == pytest.approx(by_reading_all(batch, told, asked), abs=1e-9)


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_a_value_that_nobody_says_and_one_left_out_tell_the_same_batch_or_not(
    files: list[pl.DataFrame], batch: Linked, data: st.DataObject
) -> None:
    assert batch.scored is not None
    record = prepared(files[0].slice(data.draw(st.integers(0, PEOPLE - 1)), 1), ROLES)
    gone = data.draw(st.sampled_from(batch.scored.fields))
    with Known(batch.tables[1], batch.scored, batch.tables) as known:
        lacking = known.counterparts(record.drop(gone))
        empty = known.counterparts(record.with_columns(pl.lit(None, pl.String).alias(gone)))
        strange = known.counterparts(record.with_columns(pl.lit("' OR 1=1 --").alias(gone)))
    assert lacking.equals(empty)
    assert set(strange["b"]) <= set(lacking["b"])


@pytest.mark.parametrize("which", ["batch", "within"])
def test_reasons_add_up_to_the_weight(which: str, request: pytest.FixtureRequest) -> None:
    found: Linked = request.getfixturevalue(which)
    assert found.scored is not None
    reasons = explained(found.scored, found.tables, found.scored.pairs)
    summed = [sum(reason.bits for reason in pair) for pair in reasons]
    assert summed == pytest.approx(found.scored.pairs["weight"].to_list(), abs=1e-9)


def test_reasons_name_no_values(batch: Linked) -> None:
    assert batch.scored is not None
    pairs = batch.scored.pairs.head(100)
    said = explained(batch.scored, batch.tables, pairs)
    for pair, (a, b) in zip(said, pairs.select("a", "b").iter_rows(), strict=True):
        words = " ".join(map(str, pair))
        for row, table in ((a, batch.tables[0]), (b, batch.tables[1])):
            record = table.filter(pl.col(ROW) == row).select(batch.scored.fields).row(0)
            assert not any(value in words for value in record if value and len(value) > 4)


@given(st.floats(-40, 40))
def test_a_reason_in_words_says_field_agreement_and_bits(bits: float) -> None:
    words = str(Reason("date_of_birth", "within a year", "", bits))
    assert words == f"date of birth within a year: {bits:+.1f}"
    assert str(Reason("surname", "the same", "rare", bits)).startswith("surname the same, rare: ")


def weights(frame: pl.DataFrame) -> dict[int, float]:
    return dict(frame.select("b", "weight").iter_rows())
