"""What every store of the ledger promises: run on memory and on the database of this run."""

from pathlib import Path

import pytest

from muster.kernel.errors import BadInput, NotFound
from muster.ledger import merkle
from muster.ledger.logs import ERASED, Ledger
from muster.ledger.port import NewEntry
from muster.ledger.proofs import write_proof
from muster.ledger.proving import check_proof
from muster.ledger.verification import verify
from tests.contract.ledgers import NOON, database_store, make_ledger, make_memory_ledger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["memory", "database"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    if request.param == "memory":
        return make_memory_ledger(tmp_path)
    return make_ledger(database_store(), tmp_path)


def batch(count: int, start: int = 0, scope: str = "") -> list[NewEntry]:
    return [
        NewEntry("muster.test.thing.done.v1", f"thing:test:{i}", f"body {i}".encode(), scope)
        for i in range(start, start + count)
    ]


def test_it_starts_empty(ledger: Ledger) -> None:
    assert ledger.size("exchange") == 0
    assert ledger.read("exchange") == []
    assert verify(ledger, "exchange").sound


def test_it_gives_positions_without_gaps_in_the_order_of_appending(ledger: Ledger) -> None:
    assert ledger.append("exchange", batch(3)) == (0, 3)
    assert ledger.append("exchange", batch(2, start=3)) == (3, 5)
    entries = ledger.read("exchange")
    assert [entry.position for entry in entries] == [0, 1, 2, 3, 4]
    assert [entry.body for entry in entries] == [f"body {i}".encode() for i in range(5)]
    assert entries[0].subject == "thing:test:0"
    assert entries[0].recorded_at == NOON


def test_it_keeps_logs_apart(ledger: Ledger) -> None:
    ledger.append("exchange", batch(3))
    assert ledger.append("access", batch(1)) == (0, 1)
    assert ledger.size("exchange") == 3
    assert ledger.size("decisions") == 0


def test_it_reads_from_a_position_up_to_a_limit(ledger: Ledger) -> None:
    ledger.append("exchange", batch(10))
    assert [entry.position for entry in ledger.read("exchange", 4, 3)] == [4, 5, 6]
    assert [entry.position for entry in ledger.follow("exchange", 7, batch=2)] == [7, 8, 9]


def test_it_takes_every_byte_and_an_empty_body(ledger: Ledger) -> None:
    every_byte = bytes(range(256)) * 40
    ledger.append("exchange", [NewEntry("t", "ŵ:é:\u0394", every_byte), NewEntry("t", "", b"")])
    first, second = ledger.read("exchange")
    assert (first.subject, first.body, second.body) == ("ŵ:é:\u0394", every_byte, b"")


def test_it_leaves_no_trace_of_a_transaction_that_failed(ledger: Ledger) -> None:
    ledger.append("exchange", batch(2))
    with pytest.raises(RuntimeError), ledger.store.transaction():
        ledger.append("exchange", batch(5))
        raise RuntimeError
    assert ledger.size("exchange") == 2
    kept = ledger.witness.kept("exchange")
    assert kept is not None
    assert kept.size == 2
    assert ledger.append("exchange", batch(1)) == (2, 3)
    assert verify(ledger, "exchange").sound


def test_it_refuses_an_empty_batch_and_endless_names(ledger: Ledger) -> None:
    with pytest.raises(BadInput, match="Nothing to append"):
        ledger.append("exchange", [])
    with pytest.raises(BadInput, match="500 characters"):
        ledger.append("exchange", [NewEntry("t" * 501, "", b"")])
    assert ledger.size("exchange") == 0


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 600])
def test_its_root_is_that_of_rfc_6962(ledger: Ledger, size: int) -> None:
    for start in range(0, size, 100):
        ledger.append("exchange", batch(min(100, size - start), start))
    leaves = ledger.store.leaves("exchange", 0, size)

    def whole(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return part[0]
        split = 1 << ((len(part) - 1).bit_length() - 1)
        return merkle.node_hash(whole(part[:split]), whole(part[split:]))

    checkpoint = ledger.store.latest_checkpoint("exchange")
    assert checkpoint is not None
    assert checkpoint.root == whole(leaves)


def test_it_proves_that_an_entry_is_in_the_log(ledger: Ledger) -> None:
    for start in range(0, 700, 100):
        ledger.append("exchange", batch(100, start))
    for position in (0, 1, 255, 256, 511, 512, 699):
        proof = write_proof(ledger.inclusion("exchange", position), keys=ledger.keys)
        public_key = ledger.keys.public_key(ledger.keys.current("signing").id)
        assert check_proof(proof, trusted=[public_key]).entry.subject == f"thing:test:{position}"
    with pytest.raises(NotFound):
        ledger.inclusion("exchange", 700)


def test_it_proves_that_an_older_log_is_a_prefix(ledger: Ledger) -> None:
    roots = {}
    for start in range(0, 600, 60):
        ledger.append("exchange", batch(60, start))
        checkpoint = ledger.store.latest_checkpoint("exchange")
        assert checkpoint is not None
        roots[checkpoint.size] = checkpoint.root
    for old, root in roots.items():
        path = ledger.consistency("exchange", old)
        assert merkle.consistency_holds(old, root, 600, roots[600], path)
        assert not merkle.consistency_holds(old, b"x" * 32, 600, roots[600], path)


def test_it_erases_a_scope_and_stays_verifiable(ledger: Ledger) -> None:
    ledger.append("exchange", batch(3, scope="person:1"))
    ledger.append("exchange", batch(2, start=3, scope="person:2"))
    ledger.append("access", batch(1, start=9, scope="person:1"))
    erased = ledger.erase("person:1", reason="retention ended", by="officer:1")
    assert erased == {"access": 1, "exchange": 3}
    assert len(ledger.store.destroyed_keys()) == 1
    entries = ledger.read("exchange")
    assert [entry.body for entry in entries[:3]] == [None] * 3
    assert [entry.subject for entry in entries[:3]] == [""] * 3
    assert entries[3].body == b"body 3"
    assert entries[5].type == ERASED
    assert b"retention ended" in (entries[5].body or b"")
    report = verify(ledger, "exchange")
    assert (report.sound, report.erased) == (True, 3)
    with pytest.raises(NotFound):
        ledger.inclusion("exchange", 0)


def test_it_makes_a_new_key_for_a_scope_that_was_erased(ledger: Ledger) -> None:
    ledger.append("exchange", batch(1, scope="person:1"))
    ledger.erase("person:1", reason="r", by="b")
    with pytest.raises(NotFound):
        ledger.erase("person:1", reason="r", by="b")
    ledger.append("exchange", batch(1, start=5, scope="person:1"))
    assert [entry.body for entry in ledger.read("exchange")][::2] == [None, b"body 5"]
    assert verify(ledger, "exchange").sound


def test_it_never_keeps_a_body_in_the_clear(ledger: Ledger) -> None:
    ledger.append("exchange", [NewEntry("t", "s", b"very personal")])
    (row,) = ledger.store.rows("exchange", 0, 1)
    assert b"very personal" not in (row.sealed or b"")
