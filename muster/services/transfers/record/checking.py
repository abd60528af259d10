"""A record against the whole specification, as verbs, pages and files ask it."""

import datetime as dt

from muster.kernel.running import settings
from muster.services.transfers.record import rules
from muster.services.transfers.record.comparing import Difference, compared
from muster.services.transfers.record.facts import Record
from muster.services.transfers.record.fields import Who, by_name
from muster.services.transfers.record.wrong import Problem
from muster.services.transfers.rules import Kind


def check(
    record: Record,
    *,
    kind: Kind,
    on: dt.date,
    today: dt.date,
    parts: tuple[Who, ...] = ("exporter",),
    pretend: bool | None = None,
) -> tuple[Problem, ...]:
    """Return everything that is not right with a record; nothing where it can move.

    Args:
        record: what is stated.
        kind: the kind of move.
        on: the first day with the employer joined.
        today: the legal day of asking.
        parts: whose statements must be complete; what others state is held to its rules too.
        pretend: whether National Insurance numbers that belong to nobody (those with Q first, which
            pretend people have) are taken; by default everywhere but in production.
    """
    taken = not settings().in_production if pretend is None else pretend
    return rules.problems(
        record, by_name(), kind=kind, on=on, today=today, parts=parts, pretend=taken
    )


def differences(stated: Record, known: Record) -> tuple[Difference, ...]:
    """Return how what is stated differs from what is known, field by field."""
    return compared(stated, known, by_name())
