"""What the database allows beyond the closing of facts: a declared erasure, and nothing else.

Claims and facts never change, and no fact is taken away: triggers say so on both stores. Retention
asks for both at the end of a fact's time. While a row stands in ``register_people_erasing``, fields
of the HR file may be emptied, never filled in or rewritten. The row is written and removed within
the transaction that erases, so that no other transaction ever sees it, and a crash leaves none.
The table is of no model: emptying a test's database leaves it alone.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

ERASING = "register_people_erasing"
# What may be emptied, by table: the fields whose declared retention is that of the HR file.
STRIPPED: dict[str, tuple[str, ...]] = {
    "register_people_claim": ("post_reference", "post_title", "absence", "leaving_reason"),
    "register_employment": ("leaving_reason",),
    "register_assignment": ("post_reference", "post_title", "absence"),
}
_RULES = {
    "register_people_claim": "unchanging",
    "register_employment": "only_closes",
    "register_assignment": "only_closes",
}
_TABLE = f"CREATE TABLE IF NOT EXISTS {ERASING} (authority varchar(200) NOT NULL)"
_POSTGRES = """CREATE OR REPLACE FUNCTION register_{rule}_or_strips() RETURNS trigger
    LANGUAGE plpgsql AS $$
    DECLARE emptied text;
    BEGIN
        IF EXISTS (SELECT FROM register_people_erasing)
           AND to_jsonb(OLD) - TG_ARGV::text[] = to_jsonb(NEW) - TG_ARGV::text[] THEN
            FOREACH emptied IN ARRAY TG_ARGV::text[] LOOP
                IF to_jsonb(NEW) -> emptied <> 'null'::jsonb
                   AND to_jsonb(NEW) -> emptied IS DISTINCT FROM to_jsonb(OLD) -> emptied THEN
                    RAISE integrity_constraint_violation
                        USING MESSAGE = TG_TABLE_NAME || '_{rule}';
                END IF;
            END LOOP;
            RETURN NEW;
        END IF;
        IF {forbidden} THEN
            RAISE integrity_constraint_violation USING MESSAGE = TG_TABLE_NAME || '_{rule}';
        END IF;
        RETURN NEW;
    END $$"""
_FORBIDDEN = {
    "unchanging": "TRUE",
    "only_closes": "OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL"
    " OR to_jsonb(OLD) - 'recorded_to' IS DISTINCT FROM to_jsonb(NEW) - 'recorded_to'",
}


def allow_erasing(connection: BaseDatabaseWrapper) -> None:
    """Let the triggers of facts consult the declared erasure. Call after they were installed."""
    script = [_TABLE]
    if connection.vendor == "postgresql":
        script += [
            _POSTGRES.format(rule=rule, forbidden=forbidden)
            for rule, forbidden in _FORBIDDEN.items()
        ]
        script += [
            f"CREATE OR REPLACE TRIGGER {table}_{rule} BEFORE UPDATE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION register_{rule}_or_strips({', '.join(STRIPPED[table])})"
            for table, rule in _RULES.items()
        ]
    else:
        script += [line for table in STRIPPED for line in _sqlite(connection, table)]
    with connection.cursor() as cursor:
        for statement in script:
            cursor.execute(statement)


def _sqlite(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    with connection.cursor() as cursor:
        fields = connection.introspection.get_table_description(cursor, table)
    names = [field.name for field in fields]
    # Between two migrations a column may not be there yet.
    stripped = [name for name in STRIPPED[table] if name in names]
    emptied = (
        " AND ".join(f'(NEW."{name}" IS NULL OR NEW."{name}" IS OLD."{name}")' for name in stripped)
        or "1"
    )
    same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in names if name not in stripped)
    forbidden = "1"
    if _RULES[table] == "only_closes":
        changed = " OR ".join(
            f'OLD."{name}" IS NOT NEW."{name}"' for name in names if name != "recorded_to"
        )
        forbidden = f"(OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL OR {changed})"
    name = f"{table}_{_RULES[table]}"
    allowed = f"EXISTS (SELECT 1 FROM {ERASING}) AND {same} AND {emptied}"  # noqa: S608 - ours
    when = f"BEFORE UPDATE ON {table} WHEN {forbidden} AND NOT ({allowed})"
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{name}'); END",
    ]
