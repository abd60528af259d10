"""What several integration tests stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.kernel import running
from muster.ledger.current import ledger


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
