"""What the database states is always true of cases, on both stores.

For whoever asks what cannot go wrong: ``CONSTRAINTS`` lists every one with its sentence, and a
test violates each. What compares a row with its own past is a trigger, put back after every
migration because Django rebuilds SQLite's tables and drops them: what happened in a case stays as
it was written, and what is done is not done again. Whole cases may go, at the end of their time.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

UNCHANGING = ("casework_diagram", "casework_step")
TASKS, CASES = "casework_task", "casework_case"
TASK_STAYS, CASE_STAYS = f"{TASKS}_stays_done", f"{CASES}_stays_ended"
CONSTRAINTS: dict[str, str] = {
    "casework_diagram_once": "A version of a process is kept once.",
    "casework_case_once": "One case of a process about a subject is open at a time.",
    "casework_case_state": "A case that has ended says when, and an open one does not.",
    "casework_task_state": "A task is open, or it was done or taken back at a known time.",
    "casework_task_party": "A task is of a person, or of an employer's role.",
    "casework_diagram_unchanging": "A version of a process never changes.",
    "casework_step_unchanging": "What happened in a case is written once.",
    TASK_STAYS: "A task that was done or taken back stays so.",
    CASE_STAYS: "A case that has ended stays as it was.",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place. Harmless when they are there."""
    script = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        for statement in script:
            cursor.execute(statement)


def install_after_migrate(*, using: str, **_signal: Any) -> None:
    """Receive Django's signal that migrations were applied."""
    from django.db import connections  # noqa: PLC0415 - connections exist once Django is set up

    if TASKS in connections[using].introspection.table_names():
        install(connections[using])


# name: (table, which rows may not be updated); of a person's erasure nothing else is changed.
_RULES = {
    **{f"{table}_unchanging": (table, "") for table in UNCHANGING},
    TASK_STAYS: (TASKS, "OLD.state <> 'open' AND {changed}"),
    CASE_STAYS: (CASES, "OLD.ended_at IS NOT NULL AND {changed}"),
}
_KEPT = {
    TASKS: (
        "case_id", "process", "element", "lane", "role", "employer", "state", "opened_at",
        "done_at", "done_by",
    ),
    CASES: (
        "diagram_id", "process", "subject", "state", "version", "opened_at", "opened_by",
        "ended_at",
    ),
}  # fmt: skip


def _when(name: str, differs: str) -> str:
    """Return the condition of a trigger; ``differs`` is how a store compares with NULL in mind."""
    table, condition = _RULES[name]
    changed = " OR ".join(f"OLD.{one} {differs} NEW.{one}" for one in _KEPT.get(table, ()))
    return f"WHEN ({condition.format(changed=f'({changed})')})" if condition else ""


_POSTGRES = (
    """CREATE OR REPLACE FUNCTION casework_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE integrity_constraint_violation USING MESSAGE = TG_NAME;
    END $$""",
    *(
        f"CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW"
        f" {_when(name, 'IS DISTINCT FROM')} EXECUTE FUNCTION casework_stays()"
        for name, (table, _condition) in _RULES.items()
    ),
)
_SQLITE = tuple(
    statement
    for name, (table, _condition) in _RULES.items()
    for statement in (
        f"DROP TRIGGER IF EXISTS {name}",
        (
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} {_when(name, 'IS NOT')}"
            f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
        ),
    )
)
