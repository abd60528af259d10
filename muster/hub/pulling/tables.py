"""Rows of a table are kept as messages, and how far it was read in the same transaction.

So a worker that is killed has kept a page of rows and knows it, or neither.
"""

from contextlib import closing

from django.db import transaction
from django.db.models import F

from muster.connectors.sql_table.inlet import TableInlet
from muster.hub.messages.acceptance import Answer, accept
from muster.hub.messages.pressure import refuse_overfull
from muster.hub.models import Inlet
from muster.hub.pulling.came import Came
from muster.hub.pulling.inlets import after_of, manner_of, seal_after, told
from muster.hub.pulling.leases import Turn, move
from muster.hub.pulling.rows import messages_of
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Where

_AT_ONCE = 5_000


def pull_rows(row: Inlet, turn: Turn, table: TableInlet, *, clock: Clock) -> Came:
    """Keep what is new in a table as messages of its system.

    Raises:
        LostLease: if another worker has taken the inlet over.
        Unreachable: if the table cannot be read now; what was kept stands.
        BadInput: if a row cannot be a message, or cannot be placed; all pages before it were kept.
        Overfull: if too much of it waits to be handed over; all pages before were kept.
    """
    manner = manner_of(told(row), row.system.code)
    page, brought, refused, known = row.pages, 0, 0, 0
    with closing(table.pull(after_of(row))) as pages:
        for pulled in pages:
            refuse_overfull(row.system.code)
            raws = list(messages_of(pulled.rows, manner, page)) if pulled.rows.height else []
            with transaction.atomic():
                answers = [
                    answer
                    for start in range(0, len(raws), _AT_ONCE)
                    for answer in accept(
                        raws[start : start + _AT_ONCE], system=row.system.code, clock=clock
                    )
                ]
                _refuse_unkept(answers)
                page += 1
                fresh = sum(one.outcome in ("accepted", "refused") for one in answers)
                move(
                    turn, clock.now(), after=seal_after(row, pulled.after), pages=page,
                    brought=F("brought") + fresh,
                )  # fmt: skip
            brought, known = brought + fresh, known + len(answers) - fresh
            refused += sum(one.outcome == "refused" for one in answers)
    return Came(brought, refused, known)


def _refuse_unkept(answers: list[Answer]) -> None:
    """Refuse a page of which a row could not be kept: to go on would lose it."""
    for one in answers:
        if one.outcome in ("malformed", "conflict"):
            raise BadInput(
                f"A row cannot be kept as a message: {one.said}",
                where=Where(field=one.field),
                fix="Correct it in the table, or leave its column out",
            )
