"""What several integration tests stand on.

The same commit gives the same answer: properties try the examples that their code leads to. A
campaign (``make chaos``) sets ``STORIES`` and lets them look elsewhere.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from muster.kernel import running
from muster.ledger.current import ledger
from tests.databases import place, postgres_place, sqlite_place

__all__ = ["place", "postgres_place", "sqlite_place"]

settings.register_profile("repeatable", derandomize=True, database=None)
settings.register_profile("campaign", database=None)
settings.load_profile("campaign" if os.environ.get("STORIES") else "repeatable")


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
