"""What the database states of payroll calendars beyond the constraints of their tables.

Periods of one calendar that are in force never overlap: an exclusion constraint on PostgreSQL, a
trigger on SQLite. A period never changes but for being frozen or ended, each once, and a frozen one
is never ended: triggers on both, put back after every migration because Django rebuilds SQLite's
tables and drops them.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "casework_payroll_period"
NO_OVERLAP = f"{TABLE}_no_overlap"
KEEPS = f"{TABLE}_keeps"
FROZEN_STAYS = f"{TABLE}_frozen_stays"
_KEPT = (
    "id", "calendar_id", "load_id", "starts", "ends", "cut_off", "cut_off_day", "pay_day",
    "recorded_from",
)  # fmt: skip
STATES = {
    NO_OVERLAP: "Periods of one calendar that are in force never overlap.",
    KEEPS: "A period never changes but for being frozen or ended, each once.",
    FROZEN_STAYS: "A frozen period stays in force as it is.",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the exclusion constraint and the triggers in place. Harmless when they are there."""
    script = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        for statement in script:
            cursor.execute(statement)


def install_after_migrate(*, using: str, **_signal: Any) -> None:
    """Receive Django's signal that migrations were applied."""
    from django.db import connections  # noqa: PLC0415 - connections exist once Django is set up

    if TABLE in connections[using].introspection.table_names():
        install(connections[using])


_POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"""DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{NO_OVERLAP}') THEN
            ALTER TABLE {TABLE} ADD CONSTRAINT {NO_OVERLAP} EXCLUDE USING gist
                (calendar_id WITH =, daterange(starts, ends) WITH &&)
                WHERE (recorded_to IS NULL);
        END IF;
    END $$""",
    f"""CREATE OR REPLACE FUNCTION {KEEPS}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.frozen_at IS NOT NULL THEN
            RAISE integrity_constraint_violation USING MESSAGE = '{FROZEN_STAYS}';
        END IF;
        IF OLD.recorded_to IS NOT NULL OR ({", ".join(f"OLD.{name}" for name in _KEPT)})
           IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in _KEPT)}) THEN
            RAISE integrity_constraint_violation USING MESSAGE = '{KEEPS}';
        END IF;
        RETURN NEW;
    END $$""",
    (
        f"CREATE OR REPLACE TRIGGER {KEEPS} BEFORE UPDATE ON {TABLE}"
        f" FOR EACH ROW EXECUTE FUNCTION {KEEPS}()"
    ),
)
_CHANGED = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _KEPT)
_SQLITE = (
    f"DROP TRIGGER IF EXISTS {NO_OVERLAP}",
    f"""CREATE TRIGGER {NO_OVERLAP} BEFORE INSERT ON {TABLE}
        WHEN NEW.recorded_to IS NULL BEGIN
            SELECT RAISE(ABORT, '{NO_OVERLAP}') WHERE EXISTS (
                SELECT 1 FROM {TABLE} AS other
                WHERE other.calendar_id = NEW.calendar_id AND other.id <> NEW.id
                  AND other.recorded_to IS NULL
                  AND NEW.starts < other.ends AND other.starts < NEW.ends);
        END""",  # noqa: S608 - names are ours
    f"DROP TRIGGER IF EXISTS {FROZEN_STAYS}",
    (
        f"CREATE TRIGGER {FROZEN_STAYS} BEFORE UPDATE ON {TABLE} WHEN OLD.frozen_at IS NOT NULL"
        f" BEGIN SELECT RAISE(ABORT, '{FROZEN_STAYS}'); END"
    ),
    f"DROP TRIGGER IF EXISTS {KEEPS}",
    (
        f"CREATE TRIGGER {KEEPS} BEFORE UPDATE ON {TABLE}"
        f" WHEN OLD.frozen_at IS NULL AND (OLD.recorded_to IS NOT NULL OR {_CHANGED})"
        f" BEGIN SELECT RAISE(ABORT, '{KEEPS}'); END"
    ),
)
