"""What the database states is always true of people, on both stores.

For whoever asks what cannot go wrong: ``CONSTRAINTS`` lists every one with its sentence, and a
test violates each. Most are ordinary constraints of the tables. Those that compare a row with
others or with its own past are an exclusion constraint and triggers on PostgreSQL, and triggers
on SQLite, where Django rebuilds tables and drops them; ``install`` puts them back after every
migration.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q

from muster.register.people.allowance import allow_erasing
from muster.register.unchanging import keep_unchanging

# Tables whose rows are facts: once written, only the end of their recorded time may be set.
_BELIEFS = (
    "register_employment", "register_assignment", "register_person_name", "register_identifier",
    "register_people_conflict",
)  # fmt: skip
FACT_TABLES = (
    "register_people_statement", "register_crosswalk", *_BELIEFS, "register_record_tie",
    "register_field_settlement",
)  # fmt: skip
CLAIMS = "register_people_claim"
NO_OVERLAP = "register_employment_no_overlap"


@dataclass(frozen=True)
class Constraint:
    """A constraint's name in the database, its table, and what it states."""

    name: str
    table: str
    states: str


def _each(ending: str, states: str, tables: tuple[str, ...]) -> tuple[Constraint, ...]:
    return tuple(Constraint(f"{table}_{ending}", table, states) for table in tables)


CONSTRAINTS: tuple[Constraint, ...] = (
    Constraint(
        NO_OVERLAP,
        "register_employment",
        "Substantive employments of one person, as now believed, never overlap.",
    ),
    Constraint(
        "register_employment_substantive",
        "register_employment",
        "An employment is substantive exactly if the person is an employee.",
    ),
    Constraint(
        "register_people_inbox", "register_people_statement", "A landing's part stands once."
    ),
    Constraint(
        "register_source_record_once",
        "register_source_record",
        "A staff number of a system names one record.",
    ),
    Constraint(
        "register_crosswalk_one_person",
        "register_crosswalk",
        "A record is of one person at a time.",
    ),
    Constraint(
        "register_people_claim_leaves_after_start",
        CLAIMS,
        "Nobody leaves before they start, unless they never did.",
    ),
    Constraint("register_people_claim_amounts", CLAIMS, "FTE and pay are never below zero."),
    Constraint("register_people_claim_day_rate", CLAIMS, "No day costs less than nothing."),
    Constraint(f"{CLAIMS}_unchanging", CLAIMS, "A claim never changes."),
    Constraint(
        "register_assignment_amounts", "register_assignment", "FTE and pay are never below zero."
    ),
    Constraint(
        "register_assignment_day_rate", "register_assignment", "No day costs less than nothing."
    ),
    Constraint(
        "register_identifier_kind",
        "register_identifier",
        "An identifier is of a known kind, and a National Insurance number has its keyed hash.",
    ),
    Constraint(
        "register_record_tie_one_for_a_pair",
        "register_record_tie",
        "Of two records one tie is in force.",
    ),
    Constraint(
        "register_record_tie_pair",
        "register_record_tie",
        "A tie says of two different records, named in order, that they are of one person, of two,"
        " or that nobody can tell.",
    ),
    Constraint(
        "register_record_tie_four_eyes",
        "register_record_tie",
        "Nobody confirms a tie of their own.",
    ),
    Constraint(
        "register_matching_run_state",
        "register_matching_run",
        "A run waits, or somebody decided on it.",
    ),
    Constraint(
        "register_matching_proposal_pair",
        "register_matching_proposal",
        "A proposal is to link two different records, to ask about them or to untie them.",
    ),
    Constraint(
        "register_field_settlement_once",
        "register_field_settlement",
        "That a record states a field rightly is decided once at a time.",
    ),
    Constraint(
        "register_field_settlement_four_eyes",
        "register_field_settlement",
        "Nobody confirms a settlement of their own.",
    ),
    Constraint(
        "register_matching_due_one_thing",
        "register_matching_due",
        "What is due to be looked at is one record, or the records of one system.",
    ),
    Constraint(
        "register_matching_night_is_one",
        "register_matching_night",
        "There is one nightly run.",
    ),
    Constraint(
        "register_restriction_kind",
        "register_restriction",
        "A restriction is of a known kind; hidden names, and nothing else, have their day.",
    ),
    Constraint(
        "register_restriction_four_eyes",
        "register_restriction",
        "A restriction is lifted by another than who asked for it.",
    ),
    Constraint(
        "register_restriction_recorded_in_order",
        "register_restriction",
        "A restriction is not lifted before it was set.",
    ),
    Constraint(
        "register_restricted_record_once",
        "register_restricted_record",
        "A restriction names a record once.",
    ),
    Constraint(
        "register_restriction_knower_once",
        "register_restriction_knower",
        "Somebody is let know of a restriction once at a time.",
    ),
    Constraint(
        "register_broken_glass_ends",
        "register_broken_glass",
        "A record that is opened in an emergency is closed again.",
    ),
    Constraint(
        "register_glass_notice_once",
        "register_glass_notice",
        "A guardian is told of broken glass once for each restriction.",
    ),
    Constraint(
        "register_glass_notice_reviewed",
        "register_glass_notice",
        "What was found of broken glass is a known verdict, with who found it.",
    ),
    *_each(
        "holds_a_day",
        "A fact holds on at least one legal day.",
        (*_BELIEFS, "register_field_settlement"),
    ),
    *_each("one_provenance", "A fact comes from a claim or from a decision.", _BELIEFS),
    *_each("recorded_in_order", "A fact is not replaced before it was recorded.", FACT_TABLES),
    *_each("only_closes", "Only the end of a fact's recorded time is set, and once.", FACT_TABLES),
)


def days_in_order(table: str) -> models.CheckConstraint:
    """Return the constraint that a fact holds on at least one day."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
        name=f"register_{table}_holds_a_day",
    )


def recorded_in_order(table: str) -> models.CheckConstraint:
    """Return the constraint that recorded time does not run backwards."""
    prefix = "register_people" if table == "statement" else "register"
    return models.CheckConstraint(
        condition=Q(recorded_to__isnull=True) | Q(recorded_to__gte=F("recorded_from")),
        name=f"{prefix}_{table}_recorded_in_order",
    )


def one_provenance(table: str) -> models.CheckConstraint:
    """Return the constraint that a fact comes from a claim or from a decision."""
    claimed = Q(statement__isnull=False, row__isnull=False, decided_by__isnull=True)
    decided = Q(statement__isnull=True, row__isnull=True, decided_by__isnull=False)
    return models.CheckConstraint(
        condition=claimed | decided, name=f"register_{table}_one_provenance"
    )


def in_force(*fields: str, name: str) -> models.Index:
    """Return an index of the facts that are believed now."""
    return models.Index(fields=fields, condition=Q(recorded_to__isnull=True), name=name)


def leaves_after_start() -> models.CheckConstraint:
    """Return the constraint that a claim's last day is none before its first."""
    return models.CheckConstraint(
        condition=Q(leaving__isnull=True)
        | Q(leaving__gte=F("start"))
        | Q(leaving_reason="did_not_start", leaving_reason__isnull=False),
        name=f"{CLAIMS}_leaves_after_start",
    )


def amounts(table: str) -> tuple[models.CheckConstraint, models.CheckConstraint]:
    """Return the constraints that FTE and pay, and what a day costs, are amounts."""
    return (
        models.CheckConstraint(
            condition=Q(fte__gte=0) & (Q(salary__isnull=True) | Q(salary__gte=0)),
            name=f"register_{table}_amounts",
        ),
        models.CheckConstraint(
            condition=Q(day_rate__isnull=True) | Q(day_rate__gte=0),
            name=f"register_{table}_day_rate",
        ),
    )


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the exclusion constraint and the triggers in place. Harmless when they are there."""
    keep_unchanging(connection, only_close=FACT_TABLES, never_change=[CLAIMS])
    script = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        for statement in script:
            cursor.execute(statement)
    allow_erasing(connection)


def install_after_migrate(*, using: str, **_signal: Any) -> None:
    """Receive Django's signal that migrations were applied."""
    from django.db import connections  # noqa: PLC0415 - connections exist once Django is set up

    if "register_employment" in connections[using].introspection.table_names():
        install(connections[using])


# An exclusion constraint also holds between transactions that do not see each other.
_POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"""DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{NO_OVERLAP}') THEN
            ALTER TABLE register_employment ADD CONSTRAINT {NO_OVERLAP} EXCLUDE USING gist
                (person_id WITH =, daterange(valid_from, valid_to) WITH &&)
                WHERE (recorded_to IS NULL AND substantive);
        END IF;
    END $$""",
)
# On SQLite one writer at a time makes a trigger's look enough.
_SQLITE = (
    f"DROP TRIGGER IF EXISTS {NO_OVERLAP}",
    f"""CREATE TRIGGER {NO_OVERLAP} BEFORE INSERT ON register_employment
        WHEN NEW.recorded_to IS NULL AND NEW.substantive BEGIN
            SELECT RAISE(ABORT, '{NO_OVERLAP}') WHERE EXISTS (
                SELECT 1 FROM register_employment AS other
                WHERE other.person_id = NEW.person_id AND other.id <> NEW.id
                  AND other.recorded_to IS NULL AND other.substantive
                  AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to)
                  AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to));
        END""",  # noqa: S608 - names are ours
)
