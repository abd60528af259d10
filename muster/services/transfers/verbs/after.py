"""What changes after a transfer took effect, and becomes a visible difference for both payrolls.

A tax code that HMRC changed, a grade that was wrong, a first day that turned out to be another:
none is edited. Each is kept with its old and new value, corrected in the register where that is
the register's, and first pay is reconciled again.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack

from muster.kernel.errors import BadInput, Conflict, Where
from muster.kernel.running import keyring
from muster.register.people.movers import is_told
from muster.register.people.moving import change_terms, redate_move
from muster.services.transfers.models import LateChange, Transfer
from muster.services.transfers.rules import ENDING, Side
from muster.services.transfers.sealing import seal, unseal
from muster.services.transfers.verbs.reading import Terms
from muster.services.transfers.verbs.releasing import verified
from muster.services.transfers.verbs.stating import said_by
from muster.services.transfers.verbs.stepping import Asked, Moved, Taken, taking

IN_REGISTER = ("grade", "salary", "fte")
FIRST_DAY = "first_day"


@dataclass(frozen=True)
class Changed:
    """A field that changed after effect: what both payrolls were told, and what holds now."""

    number: int
    field: str
    effective_from: dt.date
    was: str
    now: str
    by: str
    at: dt.datetime


def change_after_effect(
    *,
    side: Side,
    changes: Mapping[str, str],
    effective_from: dt.date,
    **asked: Unpack[Asked],
) -> Moved:
    """Change fields of a transfer that took effect; it is to be reconciled again.

    Args:
        side: for whom the actor speaks.
        changes: new values by field, as text; ``first_day`` corrects the day of the move itself.
        effective_from: the legal day from which they hold.
        asked: as of every verb.

    Raises:
        BadInput: if nothing changes, or a value cannot be read.
        Conflict: if the register has changed since.
    """
    with taking("change_after_effect", side, **asked) as one:
        if one.again:
            return one.again
        row = one.row
        known = {**verified(row), **said_by(row, "importer")} if row.released_by else {}
        known[FIRST_DAY] = row.first_day.isoformat()
        known |= {change.field: change.now for change in changes_of(row)}
        fresh = {name: now for name, now in changes.items() if str(known.get(name, "")) != now}
        if not fresh:
            raise BadInput("Nothing changes", where=Where(field="changes"), fix="Say what is new")
        extra = _in_register(one, known, fresh, effective_from)
        number = LateChange.objects.filter(transfer=row.id).values("number").distinct().count() + 1
        LateChange.objects.bulk_create(
            LateChange(
                transfer_id=row.id, number=number, field=name, effective_from=effective_from,
                by=one.by, at=one.at,
                sealed=seal(
                    keyring(), {"was": str(known.get(name, "")), "now": now},
                    person=row.person_id, transfer=row.id, what=f"change {number} {name}",
                ),
            )
            for name, now in fresh.items()
        )  # fmt: skip
        return one.go(note={"fields": sorted(fresh)}, **extra)


def changes_of(row: Transfer) -> tuple[Changed, ...]:
    """Return what changed after effect, in order."""
    found = LateChange.objects.filter(transfer=row.id).order_by("number", "field")
    return tuple(_opened(row, one) for one in found)


def _opened(row: Transfer, one: LateChange) -> Changed:
    said: dict[str, Any] = unseal(
        keyring(), one.sealed, person=row.person_id, transfer=row.id,
        what=f"change {one.number} {one.field}",
    )  # fmt: skip
    return Changed(
        one.number, one.field, one.effective_from, str(said.get("was", "")),
        str(said.get("now", "")), one.by, one.at,
    )  # fmt: skip


def _in_register(
    one: Taken, known: Mapping[str, Any], fresh: Mapping[str, str], effective_from: dt.date
) -> dict[str, Any]:
    """Correct in the register what is the register's; return what changes of the transfer."""
    row, extra = one.row, dict[str, Any]()
    if FIRST_DAY in fresh and (row.kind not in ENDING or row.gap):
        raise Conflict(
            "Only the day of a move that ended an employment is corrected here",
            where=Where(field=FIRST_DAY), fix="Move the return, or reverse the transfer",
        )  # fmt: skip
    joined = row.new_employment
    if joined is None:
        return {}
    if FIRST_DAY in fresh:
        day = _day(fresh[FIRST_DAY])
        assert row.employment is not None
        redate_move(
            old=row.employment, new=joined, first_day=day, by=one.by,
            reason="transfer", clock=one.clock,
        )  # fmt: skip
        extra["first_day"] = day
    # Once the importer's own system tells of the terms, its next feed tells of the change.
    if any(name in fresh for name in IN_REGISTER) and not is_told(joined):
        terms = Terms.read({**known, **fresh})
        changes = {"grade": terms.grade or None, "salary": terms.salary, "fte": terms.fte}
        change_terms(
            employment=joined, from_day=effective_from,
            changes={name: changes[name] for name in IN_REGISTER if name in fresh}, by=one.by,
            reason="transfer", clock=one.clock,
        )  # fmt: skip
    return extra


def _day(said: str) -> dt.date:
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise BadInput(
            "This is no day", where=Where(field=FIRST_DAY), fix="State it as 2026-12-01"
        ) from None


__all__ = ["Changed", "change_after_effect", "changes_of"]
