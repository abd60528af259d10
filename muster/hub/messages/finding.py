"""Finding messages by their indexes: by what names one, and by the system that sent them.

A condition with "or" over several columns, or one that leaves the first column of an index open,
makes a store read every message there is. Here each index is asked by itself.
"""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from muster.hub.models import Message, System

MANY_CONTRACTS = 100
"""Of so many contracts a system's messages are looked up contract by contract."""
_LONGEST_POSITION = 18
_SAME_ID = 25
# Both walk from one value of an index's first column to the next, however many rows have each.
_BY_ID = """
WITH RECURSIVE known(source) AS (
    SELECT MIN(source) FROM hub_message
    UNION ALL
    SELECT (SELECT MIN(m.source) FROM hub_message m WHERE m.source > known.source)
    FROM known WHERE known.source IS NOT NULL
)
SELECT m.position FROM known JOIN hub_message m ON m.source = known.source AND m.event_id = %s
LIMIT %s
"""
_CONTRACTS = """
WITH RECURSIVE known(contract) AS (
    SELECT MIN(contract) FROM hub_message
    UNION ALL
    SELECT (SELECT MIN(m.contract) FROM hub_message m WHERE m.contract > known.contract)
    FROM known WHERE known.contract IS NOT NULL
)
SELECT contract FROM known WHERE EXISTS (
    SELECT 1 FROM hub_message m WHERE m.contract = known.contract AND m.system_id = %s
)
LIMIT %s
"""


def named(words: str) -> QuerySet[Message, int]:
    """Return the positions of messages that words name: position, id, subject or case, in full."""
    places = Message.objects.order_by().values_list("position", flat=True)
    parts = [
        places.filter(subject=words),
        # The index of cases leaves out messages without one; a store must be told so to take it.
        places.filter(correlation=words).exclude(correlation=""),
        places.filter(position__in=_asked(_BY_ID, words, _SAME_ID)),
    ]
    if words.isascii() and words.isdigit() and len(words) <= _LONGEST_POSITION:
        parts.append(places.filter(position=int(words)))
    return parts[0].union(*parts[1:])


def latest_of(
    found: QuerySet[Message], system: str, *, start: int, limit: int, counted: int
) -> tuple[QuerySet[Message], int]:
    """Return the messages of one system, the latest first, and how many there are.

    Args:
        found: among which they are looked up.
        system: its code.
        start: how many to leave out.
        limit: how many at most.
        counted: how many are counted at most.
    """
    sender = System.objects.filter(code=system).first()
    if sender is None:
        return found.none(), 0
    contracts = _asked(_CONTRACTS, sender.pk.hex if _plain() else sender.pk, MANY_CONTRACTS + 1)
    if len(contracts) > MANY_CONTRACTS:
        rows = found.filter(system=sender).order_by("-position")
        return rows[start : start + limit], rows[:counted].count()
    places, total = list[int](), 0
    for contract in contracts:
        own = found.filter(contract=contract, system=sender).order_by("-position")
        places += own.values_list("position", flat=True)[: start + limit]
        if total < counted:
            total += own[: counted - total].count()
    shown = sorted(places, reverse=True)[start : start + limit]
    return found.filter(position__in=shown).order_by("-position"), total


def _asked(query: str, *given: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return [row[0] for row in cursor.fetchall()]


def _plain() -> bool:
    """Tell whether the store keeps identifiers as plain text."""
    return not connection.features.has_native_uuid_field
