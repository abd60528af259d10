"""What several integration tests stand on.

The same commit gives the same answer: properties try the examples that their code leads to. A
campaign (``make chaos``) sets ``STORIES`` and lets them look elsewhere.
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from hypothesis import settings

from muster.kernel import running
from muster.ledger.current import ledger
from tests import emptying, migrated
from tests.databases import place, postgres_place, sqlite_place
from tests.personal_values import keep_logs

__all__ = ["place", "postgres_place", "sqlite_place"]

_ASKING = {"db", "transactional_db", "live_server", "place", "postgres_place"}

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile("campaign", database=None, deadline=None)
settings.load_profile("campaign" if os.environ.get("STORIES") else "repeatable")
emptying.install()


def pytest_sessionstart() -> None:
    """Keep what is logged from here on: afterwards nothing personal may stand there."""
    keep_logs()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what asks no store anything: it ran with SQLite, and is the same."""
    if not os.environ.get("MUSTER_DATABASE_URL", "").startswith("postgres"):
        return
    asking = [_asks_a_store(item) for item in items]
    left_out = [item for item, asks in zip(items, asking, strict=True) if not asks]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item, asks in zip(items, asking, strict=True) if asks]


def _asks_a_store(item: pytest.Item) -> bool:
    # Without the mark or a fixture, Django's database is out of a test's reach; processes that the
    # chaos starts have a store of their own, and receivers are databases as well.
    return (
        item.get_closest_marker("django_db") is not None
        or not _ASKING.isdisjoint(getattr(item, "fixturenames", ()))
        or "postgresql" in item.name
        or "chaos" in item.path.parts
    )


def pytest_collection_finish() -> None:
    """Set aside what is there for good; else its hundreds of thousands of objects are looked at
    again and again for garbage, which took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Let go of it again: libraries complain at the end of what is still there."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Begin with a copy of what was migrated already, where there is one."""
    return migrated.begin_with_template(connections["default"].settings_dict)


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
