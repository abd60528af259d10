"""Taking back what feeds brought, as if they had never come.

The statements of a withdrawn feed are closed; those of a feed whose place it had taken, and that
stands again, are stated anew: what was believed at any moment can still be asked for. Then beliefs
are told again from what stands. A belief that still holds, but came from a row that was withdrawn,
is recorded anew with the row that states it now.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence

import polars as pl
from django.db import connection, transaction

from muster.register.people.actions import apply_returns, take_turn
from muster.register.people.models import Claim, Statement
from muster.register.people.telling.claims import hexed, read_among
from muster.register.people.telling.returns import Touched
from muster.register.statements import withdraw_statements

_RECORD = {"record": pl.String}


@transaction.atomic
def withdraw_returns(
    landings: Sequence[uuid.UUID],
    *,
    reinstated: Sequence[uuid.UUID],
    by: str,
    at: dt.datetime,
) -> None:
    """Take back what these landings brought; what ``reinstated`` ones say stands again.

    A landing that does not stand is left as it is, and so is a reinstated one that does.
    """
    take_turn()
    standing = Statement.objects.filter(recorded_to__isnull=True)
    gone = list(standing.filter(landing__in=landings))
    before = set(standing.values_list("id", flat=True).filter(landing__in=reinstated))
    withdraw_statements(Statement, [Claim], landings, reinstated=reinstated, at=at)
    again = list(standing.filter(landing__in=reinstated).exclude(id__in=before))
    _state_waiting_again(again)
    changed: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for one in again:
        changed[one.system, one.as_at] = []
    for one in gone:
        changed[one.system, one.as_at].append(one.id)
    touched = [Touched(*key, tuple(replaced)) for key, replaced in changed.items()]
    withdrawn = {one.id for one in gone}
    apply_returns(touched, by=by, at=at, withdrawn=withdrawn, also=_resting_on(withdrawn))


def _state_waiting_again(again: Sequence[Statement]) -> None:
    """Let the rows that waited in the earlier statements wait in those that stand again."""
    for one in again:
        earlier = Statement.objects.filter(landing=one.landing, part=one.part, id__lt=one.id)
        with connection.cursor() as cursor:
            cursor.execute(
                'INSERT INTO register_people_waiting_row (statement_id, "row", staff_number,'
                ' nino_hash) SELECT %s, "row", staff_number, nino_hash'
                " FROM register_people_waiting_row WHERE statement_id = %s",
                [one.id, earlier.order_by("-id").values_list("id", flat=True).first()],
            )


def _resting_on(statements: Collection[int]) -> set[str]:
    """Return the records of which something is believed on the word of these statements."""
    found: set[str] = set()
    for table in ("employment", "person_name", "identifier", "people_conflict"):
        found.update(
            read_among(
                f"SELECT DISTINCT {hexed('record_id')} FROM register_{table}"  # noqa: S608
                " WHERE recorded_to IS NULL AND statement_id IN {}",
                statements,
                _RECORD,
            )["record"]
        )
    found.update(
        read_among(
            f"SELECT DISTINCT {hexed('held.record_id')} FROM register_assignment spent"  # noqa: S608
            " JOIN register_employment held ON held.employment = spent.employment"
            " WHERE spent.recorded_to IS NULL AND held.recorded_to IS NULL"
            " AND held.record_id IS NOT NULL AND spent.statement_id IN {}",
            statements,
            _RECORD,
        )["record"]
    )
    return found
