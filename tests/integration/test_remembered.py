"""What tests begin with is put back exactly as it was loaded, and only where there is nothing."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from muster.hub.models import Landing
from muster.kernel import running
from muster.ledger.current import ledger
from muster.ledger.port import LOG_NAMES
from muster.ledger.verification import verify
from tests.emptying import empty
from tests.integration.loads import everything, file_of, junior, load
from tests.remembered import remembered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
DAY = dt.date(2026, 9, 30)


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables, as models read them."""
    return {
        model._meta.db_table: [
            {name: bytes(value) if isinstance(value, memoryview) else value
             for name, value in row.items()}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in apps.get_models(include_auto_created=True)
    }  # fmt: skip


def files() -> dict[str, bytes]:
    home = running.settings().home
    return {
        str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()
    }


def move_house(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Begin again: an empty database, and a home that nothing is in."""
    empty(connection)
    patch.setenv("MUSTER_HOME", str(folder))
    running.forget()
    ledger.cache_clear()


def some() -> int:
    """Load a file of which one row goes on and one waits; return how many landings there are."""
    load({"a.csv": file_of(junior("1"), junior("none"))}, as_at=DAY)
    return Landing.objects.count()


def test_it_is_put_back_to_the_last_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert remembered("to the last byte", some) == 1
    first, kept = rows(), files()
    assert len([table for table, found in first.items() if found]) > 10
    assert kept
    move_house(tmp_path / "other", monkeypatch)
    assert remembered("to the last byte", lambda: 1 // 0) == 1
    assert rows() == first
    assert files() == kept


def test_what_follows_stands_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered("what follows", some)
    move_house(tmp_path / "other", monkeypatch)
    remembered("what follows", some)
    load({"b.csv": file_of(junior("2"))}, as_at=DAY)
    assert Landing.objects.count() == 2
    for name in LOG_NAMES:
        assert verify(ledger(), name).sound, name


def test_where_anything_is_it_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered("where anything is", some)
    before = everything()
    assert remembered("where anything is", Landing.objects.count) == 1
    assert everything() == before
    empty(connection)
    # The keys are there still: what others signed would not be ours.
    assert remembered("where anything is", Landing.objects.count) == 0
