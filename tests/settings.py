"""Django's settings for tests: a home of their own, file SQLite or one PostgreSQL per worker."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["MUSTER_HOME"] = tempfile.mkdtemp(prefix="muster-test-home-")
os.environ["MUSTER_ENV"] = "development"

from muster.settings import *  # noqa: F403
from muster.settings import DATABASES

atexit.register(shutil.rmtree, os.environ["MUSTER_HOME"], ignore_errors=True)
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["MUSTER_HOME"]) / "test.sqlite3")}
    # These tables outlive a process that is killed, not a machine that loses power.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
