"""Databases that begin as a copy of one that was migrated already: to migrate takes many seconds.

``make test`` migrates each store once and names the result in ``TEST_TEMPLATE``: a file of SQLite,
or a database of PostgreSQL. That is the proof that an empty database is built: it was made by the
same command from the same files, and where it failed there is no template. Without the setting
nothing is copied, and each test migrates from nothing.
"""

import os
import shutil
from pathlib import Path
from typing import Any

TEMPLATE = "TEST_TEMPLATE"


def is_template() -> bool:
    """Tell whether there is a template, so that whoever copied it has nothing left to migrate."""
    return bool(os.environ.get(TEMPLATE))


def like_template() -> str:
    """Return what makes ``CREATE DATABASE`` on this run's PostgreSQL a copy, if there is one."""
    template = os.environ.get(TEMPLATE, "")
    return f" TEMPLATE {template}" if template and not template.endswith(".sqlite3") else ""


def copied_to(database: Path) -> bool:
    """Copy the migrated SQLite file to where there is none; tell whether it stands there now."""
    template = os.environ.get(TEMPLATE, "")
    if not template.endswith(".sqlite3") or database.exists():
        return False
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(template, database)
    return True


def begin_with_template(database: dict[str, Any]) -> bool:
    """Have Django's tests begin with the template; tell whether its file is there to be kept.

    Args:
        database: the settings of a database, with the name that this process's tests use.
    """
    template = os.environ.get(TEMPLATE, "")
    if "sqlite3" in database["ENGINE"]:
        return copied_to(Path(database["TEST"]["NAME"]))
    if template and not template.endswith(".sqlite3"):
        database["TEST"]["TEMPLATE"] = template
    return False
