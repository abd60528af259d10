"""What the database states is always true of transfers, on both stores.

``CONSTRAINTS`` and ``TRIGGERS`` list each with its sentence; a test violates every one.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q

from muster.register.unchanging import keep_unchanging
from muster.services.transfers.rules import (
    DONE,
    ENDING,
    GONE,
    KINDS,
    LONGEST_BREAK,
    PENDING,
    STATES,
)

_PREFIX = "services_transfers"
NEVER_CHANGE = (f"{_PREFIX}_step", f"{_PREFIX}_late_change")
ONLY_CLOSE = (
    f"{_PREFIX}_snapshot", f"{_PREFIX}_stated", f"{_PREFIX}_signature", f"{_PREFIX}_booking",
)  # fmt: skip
SERVICE = f"{_PREFIX}_service_never_later"
GONE_STAYS = f"{_PREFIX}_gone_stays"
_STANDS = Q(recorded_to__isnull=True)
CONSTRAINTS: dict[str, str] = {}
"""Each constraint's name in the database, and what it states."""
TRIGGERS: dict[str, str] = {
    **{f"{table}_unchanging": "What was done is never rewritten." for table in NEVER_CHANGE},
    **{f"{table}_only_closes": "What was stated only gives way to something newer."
       for table in ONLY_CLOSE},
    SERVICE: "Continuous service never begins later through a transfer.",
    GONE_STAYS: "A transfer that was given up or reversed stays so.",
}  # fmt: skip


def _check(name: str, states: str, condition: Q) -> models.CheckConstraint:
    CONSTRAINTS[f"transfers_{name}"] = states
    return models.CheckConstraint(condition=condition, name=f"transfers_{name}")


def _once(name: str, states: str, *fields: str, where: Q | None = None) -> models.UniqueConstraint:
    CONSTRAINTS[f"transfers_{name}"] = states
    return models.UniqueConstraint(fields=fields, condition=where, name=f"transfers_{name}")


def of_transfers() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of every transfer."""
    return (
        _check("known", "A transfer is of a known kind, in a known state.",
               Q(state__in=STATES, kind__in=KINDS)),
        _check("two_employers", "Nobody transfers to the employer they are with.",
               ~Q(exporter=F("importer"))),
        _check("loan_returns", "A loan, and nothing else, has a later day of return.",
               Q(kind="loan", return_day__gt=F("first_day"))
               | (~Q(kind="loan") & Q(return_day__isnull=True))),
        _check("longest_break", "No transfer bridges more than 28 days.",
               Q(gap__lte=LONGEST_BREAK)),
        _check("effected_whole", "A transfer that took effect says which employment it made.",
               ~Q(state__in=DONE)
               | Q(effected_at__isnull=False)
               & (Q(new_employment__isnull=False) | Q(kind="loan_return"))),
        _check("not_before_effect", "Before the day a transfer has made no employment.",
               ~Q(state__in=(*PENDING, "rescinded", "withdrawn")) | Q(new_employment__isnull=True)),
        _check("held_from", "A transfer on hold knows where it goes on.",
               ~Q(state__in=("on_hold", "failed")) | ~Q(before_hold="")),
        _check("four_eyes", "Nobody accepts an offer they made, or releases a record of their own.",
               Q(accepted_by="")
               | (~Q(accepted_by=F("opened_by")) & ~Q(accepted_by=F("released_by")))),
        _once("one_pending", "A person has one pending transfer between two employers for a day.",
              "person", "exporter", "importer", "first_day", where=Q(state__in=PENDING)),
        _once("one_ends", "One pending transfer, and no second, is to end an employment.",
              "employment", where=Q(state__in=PENDING, kind__in=ENDING)),
    )  # fmt: skip


def of_steps() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of the steps of a transfer."""
    return (
        _once("step_in_order", "Each version of a transfer came of one step.",
              "transfer", "version"),
        _once("step_same_click", "The same click is one step.", "transfer", "key",
              where=Q(key__isnull=False)),
        _once("effected_once", "A transfer takes effect once.", "transfer",
              where=Q(verb="effect")),
    )  # fmt: skip


def of_snapshots() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of released records."""
    return (
        _once("snapshot_number", "Released records of a transfer are numbered.",
              "transfer", "number"),
        _once("snapshot_stands", "One released record of a transfer stands.", "transfer",
              where=_STANDS),
    )  # fmt: skip


def of_stated() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of what people and importers state."""
    return (
        _once("stated_stands", "One statement of each side stands.", "transfer", "side",
              where=_STANDS),
        _check("stated_side", "Whoever states something is a side, or it is what was offered.",
               Q(side__in=("person", "importer", "exporter", "offer"))),
    )  # fmt: skip


def of_differences() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of differences."""
    return (
        _once("difference_once", "A field differs once at a time.", "transfer", "field",
              where=_STANDS),
        _check("difference_settled", "A difference is settled by somebody, with a choice.",
               Q(settled_at__isnull=True, settled_by="", chosen="")
               | (Q(settled_at__isnull=False, chosen__in=("stated", "known", "other"))
                  & ~Q(settled_by=""))),
    )  # fmt: skip


def of_signatures() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of signatures."""
    return (
        _check("signed_by_employers", "Both employers, and nobody else, sign.",
               Q(side__in=("exporter", "importer"), purpose__in=("date", "reversal"))),
        _once("signed_once", "Each side signs once.", "transfer", "purpose", "side",
              where=_STANDS),
        _once("signed_by_two", "Nobody signs for both employers.", "transfer", "purpose", "by",
              where=_STANDS),
    )  # fmt: skip


def of_hand_offs() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of hand-offs."""
    return (
        _once("hand_off_once", "A thing is handed over once.", "transfer", "kind"),
        _check("hand_off_evidence",
               "A hand-off is done with evidence, or waived by somebody who says why.",
               Q(state="open")
               | (Q(state="done", at__isnull=False) & ~Q(evidence="") & ~Q(by=""))
               | (Q(state="waived", at__isnull=False) & ~Q(by="") & ~Q(why=""))),
    )  # fmt: skip


def of_bookings() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of bookings."""
    return (
        _once("booked_once", "An employer's payroll is booked once for a transfer.",
              "transfer", "employer", where=_STANDS),
        _check("booked_days", "A pay period holds a day.", Q(period_ends__gt=F("period_starts"))),
    )  # fmt: skip


def of_first_pay() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of first pay."""
    return (
        _once("paid_once", "A payroll's word on a period stands once.",
              "transfer", "employer", "period_starts", where=_STANDS),
        _check("pay_right_or_open",
               "First pay is as expected, or somebody sees to it, or saw to it and says how.",
               Q(expected=F("actual"), exception="")
               | Q(exception="open")
               | (Q(exception="settled", settled_at__isnull=False) & ~Q(by="") & ~Q(why=""))),
    )  # fmt: skip


def of_late_changes() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of changes after effect."""
    return (
        _once("late_change_numbered", "Changes of a transfer are numbered, field by field.",
              "transfer", "number", "field"),
    )  # fmt: skip


def of_batches() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of batches."""
    return (
        _check("batch_state", "A batch is open, effected or undone.",
               Q(state="open", settled_at__isnull=True)
               | Q(state__in=("effected", "undone"), settled_at__isnull=False)),
        _check("batch_four_eyes", "Nobody approves a batch they asked for.",
               ~Q(approved_by=F("asked_by"))),
        _check("batch_adds_up", "No more are moved than were asked for.",
               Q(moved__lte=F("wanted"))),
    )  # fmt: skip


def of_batch_exceptions() -> tuple[models.BaseConstraint, ...]:
    """Return what holds of a batch's exceptions."""
    return (
        _once("batch_exception_once", "Somebody is an exception of a batch once.",
              "batch", "person"),
    )  # fmt: skip


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place. Harmless when they are there."""
    keep_unchanging(connection, only_close=ONLY_CLOSE, never_change=NEVER_CHANGE)
    script = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        for statement in script:
            cursor.execute(statement)


def install_after_migrate(*, using: str, **_signal: Any) -> None:
    """Receive Django's signal that migrations were applied."""
    from django.db import connections  # noqa: PLC0415 - connections exist once Django is set up

    if f"{_PREFIX}_late_change" in connections[using].introspection.table_names():
        install(connections[using])


_TABLE = f"{_PREFIX}_transfer"
_ENDED = ", ".join(f"'{state}'" for state in GONE)
_RULES = {
    SERVICE: "OLD.continuous_from IS NOT NULL AND (NEW.continuous_from IS NULL"
    " OR NEW.continuous_from > OLD.continuous_from)",
    GONE_STAYS: f"OLD.state IN ({_ENDED}) AND NEW.state <> OLD.state",
}
_POSTGRES = [
    line
    for name, forbidden in _RULES.items()
    for line in (
        f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {forbidden} THEN
                RAISE integrity_constraint_violation USING MESSAGE = '{name}';
            END IF;
            RETURN NEW;
        END $$""",
        (
            f"CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON {_TABLE}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()"
        ),
    )
]
_SQLITE = [
    line
    for name, forbidden in _RULES.items()
    for line in (
        f"DROP TRIGGER IF EXISTS {name}",
        (
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {_TABLE} WHEN {forbidden}"
            f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
        ),
    )
]
