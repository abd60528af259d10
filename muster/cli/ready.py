"""Making a command ready: Django is set up, the database is migrated, standing data is there."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from muster.kernel.running import settings


@cache
def ready() -> None:
    """Set Django up and bring the database up to date. Quick when nothing is to be done."""
    # Imported here, as ``muster --help`` needs none of it.
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.settings")
    django.setup()
    if _behind():
        with _alone():
            if _behind():
                call_command("migrate", interactive=False, verbosity=0)
    from muster.cli.standing import ORGANOGRAMS, ensure_standing_data
    from muster.hub.queries import route_exists

    if not route_exists(ORGANOGRAMS):
        with _alone():
            ensure_standing_data()


def _behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other commands of this home waiting: two may start on one empty database."""
    with (settings().home / "ready.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
