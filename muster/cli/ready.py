"""Making a command ready: Django is set up, the database is migrated, standing data is there."""

import os
from functools import cache

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@cache
def ready() -> None:
    """Set Django up and bring the database up to date. Quick when nothing is to be done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.settings")
    django.setup()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    from muster.cli.standing import ensure_standing_data

    ensure_standing_data()
