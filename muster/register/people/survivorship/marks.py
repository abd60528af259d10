"""What people decided, as marks: keyed hashes of values, so that no value is kept a second time.

For ``told`` and ``many``, which ask whether a decision was made on what is said now, and for
``actions``, which make decisions. A mark of another key fits nothing, so that a change of keys
opens what was settled again rather than settle anything wrongly.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from muster.kernel.running import keyring
from muster.register.people.survivorship.models import Settlement
from muster.register.people.survivorship.rules import Field, Said, Settled

_CONTEXT = b"register:survivorship"
_NO_LONGER = "\x00"  # equal to no value


@dataclass(frozen=True)
class Decision:
    """A settlement as it is kept; ``acts`` is false while a second person has not confirmed it."""

    id: uuid.UUID
    record: str
    field: Field
    kept: str
    stated: Mapping[str, str]
    acts: bool
    employer: uuid.UUID | None
    reason: str
    decided_by: str
    confirmed_by: str
    valid_from: dt.date
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None


def mark(said: Said) -> str:
    """Return the mark of a value."""
    text = f"{said.field}\x1f{said.compared}"
    return keyring().keyed_hash(text.encode(), context=_CONTEXT).hex()


def decisions_of(records: Collection[str]) -> tuple[Decision, ...]:
    """Return all that was ever decided in favour of what some records state."""
    ids = [uuid.UUID(hex=one) for one in records]
    found: list[Decision] = []
    for start in range(0, len(ids), 500):
        rows = Settlement.objects.filter(record__in=ids[start : start + 500])
        found += [decision(row) for row in rows.order_by("recorded_from", "id")]
    return tuple(found)


def decision(row: Settlement) -> Decision:
    """Return a settlement as it is kept."""
    return Decision(
        row.id, row.record_id.hex, row.field, row.kept, row.stated, row.acts,  # type: ignore[arg-type]
        row.employer_id, row.reason, row.decided_by, row.confirmed_by or "", row.valid_from,
        row.recorded_from, row.recorded_to,
    )  # fmt: skip


def settled_on(
    decisions: Iterable[Decision], said: Sequence[Said], day: dt.date, *, waiting: bool = False
) -> list[Settled]:
    """Return decisions as the rules read them, beside what is said on a day.

    Args:
        decisions: those believed at the instant that is asked about.
        said: what is said on the day.
        day: decisions hold from the first day of the values they are about.
        waiting: also those that wait for a second person.
    """
    return [
        _read(one, [each for each in said if each.field == one.field])
        for one in decisions
        if (one.acts or waiting) and one.valid_from <= day
    ]


def _read(one: Decision, said: Sequence[Said]) -> Settled:
    """Return a decision with its marks told as the values they are of, where these still stand."""
    marks = {mark(each): each.compared for each in said}
    values = {record: marks.get(stated, _NO_LONGER) for record, stated in one.stated.items()}
    return Settled(str(one.id), one.field, marks.get(one.kept, _NO_LONGER), values, one.valid_from)
