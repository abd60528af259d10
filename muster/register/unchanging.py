"""Facts that never change, kept so by the database on both stores.

A fact is corrected by a new fact; only the end of its recorded time may be set, and once. That is
a trigger on PostgreSQL and on SQLite, where Django rebuilds tables and drops triggers with them:
rooms call ``keep_unchanging`` after every migration, and it puts them back.
"""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

_POSTGRES_RULES = (
    """CREATE OR REPLACE FUNCTION register_only_closes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL
           OR to_jsonb(OLD) - 'recorded_to' IS DISTINCT FROM to_jsonb(NEW) - 'recorded_to' THEN
            RAISE integrity_constraint_violation USING MESSAGE = TG_TABLE_NAME || '_only_closes';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE OR REPLACE FUNCTION register_unchanging() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE integrity_constraint_violation USING MESSAGE = TG_TABLE_NAME || '_unchanging';
    END $$""",
)


def keep_unchanging(
    connection: BaseDatabaseWrapper, *, only_close: Iterable[str], never_change: Iterable[str]
) -> None:
    """Put the triggers in place on the tables there are. Harmless when they are there.

    Args:
        connection: the database.
        only_close: tables whose rows may only have ``recorded_to`` set, once.
        never_change: tables whose rows may not be updated at all.
    """
    wanted = [(table, "only_closes") for table in only_close]
    wanted += [(table, "unchanging") for table in never_change]
    # Where migrations stopped early, later tables are not there yet.
    there = set(connection.introspection.table_names())
    wanted = [(table, rule) for table, rule in wanted if table in there]
    if connection.vendor == "postgresql":
        script = [
            *_POSTGRES_RULES,
            *(
                f"CREATE OR REPLACE TRIGGER {table}_{rule} BEFORE UPDATE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION register_{rule}()"
                for table, rule in wanted
            ),
        ]
    else:
        script = [line for table, rule in wanted for line in _sqlite(connection, table, rule)]
    with connection.cursor() as cursor:
        for statement in script:
            cursor.execute(statement)


def _sqlite(connection: BaseDatabaseWrapper, table: str, rule: str) -> list[str]:
    when = ""
    if rule == "only_closes":
        with connection.cursor() as cursor:
            fields = connection.introspection.get_table_description(cursor, table)
        changed = " OR ".join(
            f'OLD."{field.name}" IS NOT NEW."{field.name}"'
            for field in fields
            if field.name != "recorded_to"
        )
        when = f"WHEN OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL OR {changed}"
    name = f"{table}_{rule}"
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        (
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} {when}"
            f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
        ),
    ]
