"""Whatever somebody with full access to the database does to a log, verification names it."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from muster.kernel.errors import EvidenceBroken
from muster.ledger.checkpoints import sign_checkpoint
from muster.ledger.logs import Ledger
from muster.ledger.merkle import leaf_hash
from muster.ledger.port import NewEntry, address_of
from muster.ledger.proofs import write_proof
from muster.ledger.proving import check_proof
from muster.ledger.verification import Report, verify
from tests.contract.ledgers import database_store, make_ledger

pytestmark = pytest.mark.django_db(transaction=True)
SIZE, TARGET = 30, 17
NEXT = address_of("exchange", TARGET + 1)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = make_ledger(database_store(), tmp_path)
    for start in range(0, SIZE, 10):
        ledger.append(
            "exchange",
            [
                NewEntry("muster.test.v1", f"s:{i}", b"body %d" % i)
                for i in range(start, start + 10)
            ],
        )
    assert verify(ledger, "exchange").sound
    return ledger


def sql(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def positions(report: Report) -> set[int | None]:
    assert not report.sound
    return {fault.position for fault in report.faults}


@pytest.mark.parametrize(
    ("column", "value"),
    [("type", "muster.other.v1"), ("subject", "s:other"), ("recorded", 1), ("leaf", b"x" * 32)],
)
def test_it_finds_a_changed_field(ledger: Ledger, column: str, value: object) -> None:
    sql(
        f"UPDATE ledger_entry SET {column} = %s WHERE address = %s",
        value,
        address_of("exchange", TARGET),
    )
    assert TARGET in positions(verify(ledger, "exchange"))


@pytest.mark.parametrize("at", [0, 11, 12, 20, -1])
def test_it_finds_any_flipped_byte_of_a_body(ledger: Ledger, at: int) -> None:
    (row,) = ledger.store.rows("exchange", TARGET, 1)
    sealed = bytearray(row.sealed or b"")
    sealed[at] ^= 1
    sql("UPDATE ledger_entry SET sealed = %s WHERE address = %s", bytes(sealed), row.address)
    assert positions(verify(ledger, "exchange")) == {TARGET}


def test_it_finds_a_deleted_entry(ledger: Ledger) -> None:
    sql("DELETE FROM ledger_entry WHERE address = %s", address_of("exchange", TARGET))
    assert TARGET in positions(verify(ledger, "exchange"))


def test_it_finds_a_deleted_body(ledger: Ledger) -> None:
    sql("UPDATE ledger_entry SET sealed = NULL WHERE address = %s", address_of("exchange", TARGET))
    assert positions(verify(ledger, "exchange")) == {TARGET}


def test_it_finds_two_entries_that_changed_places(ledger: Ledger) -> None:
    first, second = address_of("exchange", TARGET), address_of("exchange", TARGET + 1)
    for old, new in ((first, -1), (second, first), (-1, second)):
        sql("UPDATE ledger_entry SET address = %s WHERE address = %s", new, old)
    assert {TARGET, TARGET + 1} <= positions(verify(ledger, "exchange"))


def test_it_finds_an_entry_replaced_together_with_its_leaf(ledger: Ledger) -> None:
    (donor,) = ledger.store.rows("exchange", TARGET, 1)
    sql("UPDATE ledger_entry SET leaf = %s WHERE address = %s", leaf_hash(b"other"), donor.address)
    assert TARGET in positions(verify(ledger, "exchange"))


def test_it_finds_a_log_cut_short_even_with_its_checkpoints(ledger: Ledger) -> None:
    frontier = make_prefix(ledger, 20)
    assert frontier == 20
    report = verify(ledger, "exchange")
    assert 20 in positions(report)
    assert "truncated" in str(report.faults[0])


def test_it_finds_a_tail_cut_off_without_the_head(ledger: Ledger) -> None:
    sql("DELETE FROM ledger_entry WHERE address >= %s", address_of("exchange", 25))
    assert 25 in positions(verify(ledger, "exchange"))


def test_it_names_a_damaged_head(ledger: Ledger) -> None:
    sql("UPDATE ledger_head SET peaks = %s", b"x" * 31)
    report = verify(ledger, "exchange")
    assert positions(report) == {None}
    assert "head of the log is damaged" in str(report.faults[0])


@pytest.mark.parametrize(
    ("damage", "written"),
    [
        ("UPDATE ledger_tile SET hash = %s", b"x" * 32),
        ("UPDATE ledger_head SET peaks = %s", b"x" * 31),
        ("UPDATE ledger_head SET peaks = %s", b"x" * 192),
        (f"UPDATE ledger_entry SET leaf = %s WHERE address = {NEXT}", b"x" * 32),
        (f"UPDATE ledger_entry SET leaf = %s WHERE address = {NEXT - 1}", b"x" * 32),
    ],
)
def test_of_a_damaged_log_no_proof_is_given_out(
    ledger: Ledger, damage: str, written: bytes
) -> None:
    more = [NewEntry("muster.test.v1", f"s:{n}", b"{}") for n in range(600)]
    ledger.append("exchange", more)
    check_proof(write_proof(ledger.inclusion("exchange", TARGET), keys=ledger.keys))
    sql(damage, written)
    with pytest.raises(EvidenceBroken) as raised:
        ledger.inclusion("exchange", TARGET)
    assert "log exchange" in str(raised.value.where)
    assert "backup" in raised.value.fix


def test_nothing_is_appended_to_a_log_with_a_damaged_head(ledger: Ledger) -> None:
    sql("UPDATE ledger_head SET peaks = %s", b"x" * 31)
    for ask in (
        lambda: ledger.append_one("exchange", "muster.test.v1", "s", {}),
        lambda: ledger.size("exchange"),
        lambda: ledger.consistency("exchange", 10),
    ):
        with pytest.raises(EvidenceBroken, match="head of the log is damaged"):
            ask()


def test_it_finds_entries_slipped_in_beyond_the_head(ledger: Ledger) -> None:
    sql(
        "INSERT INTO ledger_entry (address, recorded, type, subject, key_id, leaf, sealed)"
        " SELECT %s, recorded, type, subject, key_id, leaf, sealed FROM ledger_entry"
        " WHERE address = %s",
        address_of("exchange", SIZE),
        address_of("exchange", 0),
    )
    assert SIZE in positions(verify(ledger, "exchange"))


def test_it_finds_a_checkpoint_signed_with_another_key(ledger: Ledger, tmp_path: Path) -> None:
    stranger = make_ledger(database_store(), tmp_path / "stranger")
    checkpoint = ledger.store.latest_checkpoint("exchange")
    assert checkpoint is not None
    forged = sign_checkpoint("exchange", SIZE, checkpoint.root, keys=stranger.keys)
    sql("UPDATE ledger_checkpoint SET note = %s WHERE size = %s", forged.note, SIZE)
    assert SIZE - 1 in positions(verify(ledger, "exchange"))


def test_it_finds_a_key_destroyed_without_an_erasure_entry(ledger: Ledger) -> None:
    sql("UPDATE ledger_key SET wrapped = NULL")
    assert positions(verify(ledger, "exchange")) == set(range(20))


def test_it_finds_a_damaged_note_outside_the_database(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "checkpoints" / "exchange.note").write_text("nonsense")
    assert not verify(ledger, "exchange").sound


def make_prefix(ledger: Ledger, size: int) -> int:
    """Cut the log and all its own bookkeeping back to ``size``, as a careful thief would."""
    from muster.ledger.merkle import Frontier

    frontier = Frontier()
    frontier.append(ledger.store.leaves("exchange", 0, size))
    sql("DELETE FROM ledger_entry WHERE address >= %s", address_of("exchange", size))
    sql("DELETE FROM ledger_checkpoint WHERE size > %s", size)
    sql("UPDATE ledger_head SET size = %s, peaks = %s", size, frontier.to_bytes())
    return ledger.size("exchange")
