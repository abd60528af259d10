"""What several integration tests stand on.

The same commit gives the same answer: properties try the examples that their code leads to. A
campaign (``make chaos``) sets ``STORIES`` and lets them look elsewhere.
"""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from hypothesis import settings

from muster.kernel import running
from muster.ledger.current import ledger
from tests import emptying, migrated
from tests.databases import place, postgres_place, sqlite_place
from tests.personal_values import keep_logs

__all__ = ["place", "postgres_place", "sqlite_place"]

_LEFT_OUT = pytest.StashKey[dict[str, int]]()
_ASKING = {"db", "transactional_db", "live_server", "place", "postgres_place"}

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile("campaign", database=None, deadline=None)
settings.load_profile("campaign" if os.environ.get("STORIES") else "repeatable")
emptying.install()


def pytest_sessionstart() -> None:
    """Keep what is logged from here on: afterwards nothing personal may stand there."""
    keep_logs()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what runs with SQLite and is the same; keep why, to be told."""
    left_out = [(item, reason) for item in items if (reason := _left_out(item))]
    config.stash[_LEFT_OUT] = dict(Counter(reason for _, reason in left_out))
    out = {item for item, _ in left_out}
    config.hook.pytest_deselected(items=list(out))
    items[:] = [item for item in items if item not in out]


def _left_out(item: pytest.Item) -> str:
    """Return why a test is left out in this run; nothing if it runs."""
    mark = item.get_closest_marker("one_store")
    if mark is not None and not (mark.args and mark.args[0]):
        raise pytest.UsageError(f"{item.nodeid}: one_store says no reason")
    if not os.environ.get("MUSTER_DATABASE_URL", "").startswith("postgres"):
        return ""
    if not _asks_a_store(item):
        return "they ask no store"
    return "" if mark is None or os.environ.get("BOTH_STORES") else str(mark.args[0])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over from a process of tests what it left out: each of them collects the same."""
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Tell what was left out, and why."""
    left_out = config.stash.get(_LEFT_OUT, {})
    for reason, number in sorted(left_out.items()):
        terminalreporter.write_line(f"{number} left out, on SQLite alone: {reason}")


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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let go of it again: libraries complain at the end of what is still there."""
    gc.unfreeze()
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["left_out"] = session.config.stash.get(_LEFT_OUT, {})


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
