"""Migrations are complete, and build the whole database from nothing."""

import os
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.migrated import copied_to
from tests.repo.repository import ROOT


def test_no_migration_is_missing() -> None:
    loader = MigrationLoader(None)
    now = ProjectState.from_apps(apps)
    changes = MigrationAutodetector(loader.project_state(), now).changes(graph=loader.graph)
    missing = {
        label: [str(operation) for migration in found for operation in migration.operations]
        for label, found in changes.items()
    }
    assert missing == {}, "run `python -m django makemigrations`"


def test_no_two_migrations_compete() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}


def test_migrations_build_an_empty_database(tmp_path: Path) -> None:
    """On SQLite; on PostgreSQL every run of the integration tests does the same.

    Where this run built one already, that one is held to be complete.
    """
    copied = copied_to(tmp_path / "muster.sqlite3")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
    environment = {
        **plain, "MUSTER_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "muster.settings",
    }  # fmt: skip
    building = [] if copied else [["migrate", "--verbosity=0"]]
    for command in (*building, ["migrate", "--check"]):
        run = subprocess.run(
            [sys.executable, "-m", "django", *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr
    assert (tmp_path / "muster.sqlite3").stat().st_size > 0
