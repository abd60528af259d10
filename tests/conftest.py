"""What several integration tests stand on.

The same commit gives the same answer: properties try the examples that their code leads to. A
campaign (``make chaos``) sets ``STORIES`` and lets them look elsewhere.
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from muster.kernel import running
from muster.ledger.current import ledger
from tests import emptying
from tests.databases import place, postgres_place, sqlite_place
from tests.personal_values import keep_logs

__all__ = ["place", "postgres_place", "sqlite_place"]

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile("campaign", database=None, deadline=None)
settings.load_profile("campaign" if os.environ.get("STORIES") else "repeatable")
emptying.install()


def pytest_sessionstart() -> None:
    """Keep what is logged from here on: afterwards nothing personal may stand there."""
    keep_logs()


def pytest_collection_finish() -> None:
    """Set aside what is there for good; else its hundreds of thousands of objects are looked at
    again and again for garbage, which took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Let go of it again: libraries complain at the end of what is still there."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def errors_of_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let figures by a characteristic carry the same errors in every run, whatever the keys."""
    monkeypatch.setattr("muster.gates.release._secret", lambda: b"of the tests alone")


@pytest.fixture
def fresh_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a test keys, blobs and checkpoints of its own, as its database is its own."""
    monkeypatch.setenv("MUSTER_HOME", str(tmp_path / "home"))
    running.forget()
    ledger.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    running.forget()
    ledger.cache_clear()
