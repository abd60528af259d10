"""Commands start soon: none imports what only a few of them use."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.repository import ROOT

# What reaches other machines, compares people, or serves pages. Each takes tenths of a second.
SELDOM = {"paramiko", "fsspec", "httpx", "duckdb", "splink", "ninja", "jinja2", "uvicorn"}


@pytest.mark.parametrize(
    ("begins", "never"),
    [
        ("from muster.cli import main; main(['--help'], standalone_mode=False)",
         {*SELDOM, "django.db.models", "polars", "psycopg"}),
        ("import muster.cli.main, django; django.setup()", SELDOM),
    ],
    ids=["the list of commands", "any command"],
)  # fmt: skip
def test_what_is_seldom_used_is_not_imported(tmp_path: Path, begins: str, never: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{begins}; import sys; print('imported', *sys.modules)"],
        cwd=ROOT,
        env={"MUSTER_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "muster.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    imported = set(done.stdout.splitlines()[-1].split())
    assert "muster.cli.main" in imported
    assert not imported & never, imported & never
