"""Killed at any moment, the ledger loses nothing it acknowledged and stays sound.

A child process appends, erases and reports each commit; it is killed without warning (SIGKILL)
again and again. ``CHAOS_KILLS`` sets how often, 15 by default.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connection

from muster.ledger.checkpoints import SECTOR
from muster.ledger.port import NewEntry
from muster.ledger.verification import verify
from tests.contract.ledgers import database_store, make_ledger

SEED = 20261121


def child(database: dict[str, Any], home: Path, name: str) -> None:
    """Append until killed; say what was committed, a line for each commit."""
    settings.configure(
        DATABASES={"default": database}, INSTALLED_APPS=["muster.ledger"], USE_TZ=True
    )
    django.setup()
    ledger = make_ledger(database_store(), home)
    for turn in range(1_000_000):
        scope = f"landing:{name}:{turn // 4}"
        batch = [
            NewEntry("muster.test.v1", f"s:{name}", f"{name} {turn} {i}".encode(), scope)
            for i in range(1 + turn * 7 % 60)
        ]
        with ledger.store.transaction():
            start, end = ledger.append("exchange", batch)
            ledger.append_one("decisions", "muster.test.v1", "", {"turn": turn})
        sys.stdout.write(json.dumps([name, turn, start, end]) + "\n")
        sys.stdout.flush()
        if turn % 8 == 7:
            ledger.erase(scope, reason="test", by="officer:1")


def run_and_kill(chance: random.Random, config: str) -> list[tuple[str, int, int, int]]:
    """Start a child, kill it at a random moment after its first commit; return what it said."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.test_ledger_kills", config],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        threading.Timer(chance.uniform(0, 0.15), process.send_signal, [signal.SIGKILL]).start()
        said += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    return [tuple(json.loads(line)) for line in said if line.endswith("\n")]


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    chance, ledger = random.Random(SEED), make_ledger(database_store(), tmp_path)
    for purpose in ("encryption", "signing"):
        ledger.keys.current(purpose)
    names = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    database = {name: connection.settings_dict[name] for name in names}
    acknowledged: list[tuple[str, int, int, int]] = []
    for kill in range(int(os.environ.get("CHAOS_KILLS", "15"))):
        config = json.dumps([database, str(tmp_path), f"child{kill}"], default=str)
        acknowledged += run_and_kill(chance, config)
        entries = list(ledger.follow("exchange"))
        assert [entry.position for entry in entries] == list(range(len(entries)))
        for name, turn, start, end in acknowledged:
            for i, entry in enumerate(entries[start:end]):
                assert entry.body in (f"{name} {turn} {i}".encode(), None)
            assert end <= len(entries)
        for log in ("exchange", "decisions"):
            assert verify(ledger, log).faults == []
        assert ledger.size("decisions") >= len(acknowledged)
    assert sum(entry.body is not None for entry in entries) > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("breakage", ["damaged", "not writable"])
def test_an_append_stands_even_if_its_note_outside_cannot_be_kept(
    tmp_path: Path, breakage: str
) -> None:
    """Whoever appended must not try again: the entries are committed."""
    ledger = make_ledger(database_store(), tmp_path)
    ledger.append_one("exchange", "muster.test.v1", "s:1", {})
    note = tmp_path / "checkpoints" / "exchange.note"
    if breakage == "damaged":
        note.write_text("nonsense")
    else:
        note.unlink()
        note.mkdir()
    assert ledger.append_one("exchange", "muster.test.v1", "s:2", {}) == 1
    assert ledger.size("exchange") == 2
    if breakage == "damaged":
        assert not verify(ledger, "exchange").sound


@pytest.mark.django_db(transaction=True)
def test_the_note_outside_grows_with_the_log_and_never_shrinks(tmp_path: Path) -> None:
    ledger = make_ledger(database_store(), tmp_path)
    for size in range(1, 13):
        ledger.append_one("exchange", "muster.test.v1", "", {})
        kept, latest = ledger.witness.kept("exchange"), ledger.store.latest_checkpoint("exchange")
        assert kept == latest
        assert kept is not None
        assert kept.size == size
    first = next(ledger.store.checkpoints("exchange"))
    ledger.witness.keep(first)
    kept = ledger.witness.kept("exchange")
    assert kept is not None
    assert kept.size == 12
    assert (tmp_path / "checkpoints" / "exchange.note").stat().st_size == SECTOR


if __name__ == "__main__":
    _database, _home, _name = json.loads(sys.argv[1])
    child(_database, Path(_home), _name)
