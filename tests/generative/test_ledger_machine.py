"""Any sequence of verbs leaves memory, the database of this run and a plain list in agreement."""

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from muster.kernel.errors import BadInput, NotFound
from muster.ledger.logs import ERASED, Ledger
from muster.ledger.port import LOG_NAMES, LogName, NewEntry, Store
from muster.ledger.proofs import write_proof
from muster.ledger.proving import check_proof
from muster.ledger.stores.memory import MemoryStore
from muster.ledger.verification import verify
from tests.contract.ledgers import database_store, make_ledger
from tests.stories import tell_stories

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ("ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_key", "ledger_head")
MONTH = "2026-11"
LOGS = st.sampled_from(LOG_NAMES)
SCOPES = st.sampled_from(["", "person:1", "person:2", "landing:1"])
ERASABLE = st.one_of(SCOPES.filter(bool), st.sampled_from([f"{log}:{MONTH}" for log in LOG_NAMES]))
NAMES = st.text(max_size=12).map(lambda text: text.replace("\x00", "."))
ENTRIES = st.builds(NewEntry, NAMES, NAMES, st.binary(max_size=40), SCOPES)
BATCHES = st.lists(ENTRIES, min_size=1, max_size=12)


class RolledBackError(Exception):
    """Raised inside a transaction so that it rolls back."""


@dataclass(frozen=True)
class Expected:
    """One entry as the plain list remembers it. ``body`` is None once erased."""

    type: str
    subject: str
    body: bytes | None
    scope: str


class LedgerMachine(RuleBasedStateMachine):
    """Does everything three times: in memory, in the database, in a plain list."""

    def __init__(self) -> None:
        super().__init__()
        empty_tables()
        self.folder = Path(tempfile.mkdtemp(prefix="muster-machine-"))
        self.stores: dict[str, Store] = {"memory": MemoryStore(), "database": database_store()}
        self.ledgers: dict[str, Ledger] = {}
        self.begin_a_new_process()
        self.logs: dict[LogName, list[Expected]] = {log: [] for log in LOG_NAMES}
        self.live: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule()
    def begin_a_new_process(self) -> None:
        self.ledgers = {
            name: make_ledger(store, self.folder / name) for name, store in self.stores.items()
        }

    @rule(log=LOGS, batch=BATCHES)
    def append(self, log: LogName, batch: list[NewEntry]) -> None:
        start = len(self.logs[log])
        for ledger in self.ledgers.values():
            assert ledger.append(log, batch) == (start, start + len(batch))
        self.remember(log, batch)

    @rule(log=LOGS, batch=BATCHES)
    def append_and_roll_back(self, log: LogName, batch: list[NewEntry]) -> None:
        for ledger in self.ledgers.values():
            append_in_vain(ledger, log, batch)

    @rule(logs=st.lists(LOGS, min_size=2, max_size=3), batch=BATCHES, lost=BATCHES)
    def append_to_several_logs_at_once(
        self, logs: list[LogName], batch: list[NewEntry], lost: list[NewEntry]
    ) -> None:
        """One transaction; a part of it fails, is rolled back and caught."""
        for ledger in self.ledgers.values():
            with ledger.store.transaction():
                ledger.append(logs[0], batch)
                append_in_vain(ledger, logs[0], lost)
                for log in logs[1:]:
                    ledger.append(log, batch)
        for log in logs:
            self.remember(log, batch)

    @rule(scope=ERASABLE)
    def erase(self, scope: str) -> None:
        if scope not in self.live:
            for ledger in self.ledgers.values():
                with pytest.raises(NotFound):
                    ledger.erase(scope, reason="test", by="officer:1")
            return
        lost = {
            log: sum(held.scope == scope and held.body is not None for held in entries)
            for log, entries in self.logs.items()
        }
        for ledger in self.ledgers.values():
            erased = ledger.erase(scope, reason="test", by="officer:1")
            assert erased == {log: count for log, count in lost.items() if count}
        for log, entries in self.logs.items():
            self.logs[log] = [
                replace(held, body=None, subject="") if held.scope == scope else held
                for held in entries
            ]
            if lost[log]:
                self.logs[log].append(Expected(ERASED, "", b"", "never erased"))
        self.live.discard(scope)

    @rule(log=LOGS, start=st.integers(0, 40), limit=st.integers(1, 20))
    def read(self, log: LogName, start: int, limit: int) -> None:
        wanted = self.logs[log][start : start + limit]
        for ledger in self.ledgers.values():
            found = ledger.read(log, start, limit)
            assert [entry.position for entry in found] == list(range(start, start + len(wanted)))
            for entry, held in zip(found, wanted, strict=True):
                assert (entry.type, entry.subject) == (held.type, held.subject)
                if held.type == ERASED:
                    assert b'"by": "officer:1"' in (entry.body or b"")
                else:
                    assert entry.body == held.body

    @precondition(lambda self: any(self.logs.values()))
    @rule(data=st.data())
    def prove(self, data: st.DataObject) -> None:
        log = data.draw(st.sampled_from([log for log in LOG_NAMES if self.logs[log]]))
        position = data.draw(st.integers(0, len(self.logs[log]) - 1))
        held = self.logs[log][position]
        for ledger in self.ledgers.values():
            if held.body is None:
                with pytest.raises(NotFound):
                    ledger.inclusion(log, position)
            else:
                public = ledger.keys.public_key(ledger.keys.current("signing").id)
                proof = write_proof(ledger.inclusion(log, position), keys=ledger.keys)
                assert check_proof(proof, trusted=[public]).entry.subject == held.subject

    @rule(log=LOGS)
    def verify(self, log: LogName) -> None:
        self.begin_a_new_process()
        for ledger in self.ledgers.values():
            report = verify(ledger, log)
            assert report.faults == []
            assert report.sound
            assert report.entries == len(self.logs[log])
            assert report.erased == sum(held.body is None for held in self.logs[log])

    @invariant()
    def all_have_one_size(self) -> None:
        for log in LOG_NAMES:
            for ledger in self.ledgers.values():
                assert ledger.size(log) == len(self.logs[log])

    def remember(self, log: LogName, batch: list[NewEntry]) -> None:
        for entry in batch:
            scope = entry.scope or f"{log}:{MONTH}"
            self.live.add(scope)
            self.logs[log].append(Expected(entry.type, entry.subject, entry.body, scope))


def append_in_vain(ledger: Ledger, log: LogName, batch: list[NewEntry]) -> None:
    """Append in a transaction, or a part of one, that fails afterwards."""
    with suppress(RolledBackError), ledger.store.transaction():
        ledger.append(log, batch)
        raise RolledBackError


def empty_tables() -> None:
    """Begin each run of the machine on empty tables."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")


def test_any_sequence_of_verbs_agrees_with_a_plain_list() -> None:
    tell_stories(LedgerMachine, stories=30, steps=20)


@pytest.mark.parametrize("memory", [True, False])
def test_a_key_that_was_rolled_back_is_never_used_for_its_successor(
    memory: bool, tmp_path: Path
) -> None:
    """Some databases give the id of a rolled-back key to the next one."""
    store = MemoryStore() if memory else database_store()
    ledger = make_ledger(store, tmp_path)
    append_in_vain(ledger, "exchange", [NewEntry("t", "s", b"lost", "person:1")])
    ledger.append("exchange", [NewEntry("t", "s", b"kept", "person:2")])
    later = make_ledger(store, tmp_path)
    assert [entry.body for entry in later.read("exchange")] == [b"kept"]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(names=st.tuples(*[st.text(st.characters(codec=None), max_size=6)] * 3))
def test_a_name_is_taken_as_it_is_or_refused_alike_by_every_store(
    names: tuple[str, str, str],
) -> None:
    type_, subject, scope = names
    outcomes: list[tuple[str, str] | None] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, store in (("memory", MemoryStore()), ("database", database_store())):
            ledger = make_ledger(store, Path(folder) / name)
            start = ledger.size("exchange")
            try:
                ledger.append("exchange", [NewEntry(type_, subject, b"body", scope)])
            except BadInput:
                outcomes.append(None)
                assert ledger.size("exchange") == start
            else:
                (entry,) = ledger.read("exchange", start)
                outcomes.append((entry.type, entry.subject))
        empty_tables()
    usable = not any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in "".join(names))
    assert outcomes == [(type_, subject) if usable else None] * 2
