"""Keeping what a trial found: each kind of difference counted, the values of some of them sealed.

Values are sealed under the key of the very message they come from: who may not open the message
cannot open them, and erasing the one erases the other.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from django.db.models import F

from muster.hub.airlock.sides import Outcome
from muster.hub.blobs import seal
from muster.hub.models import Trial, TrialDifference, TrialKind
from muster.ledger.current import ledger
from muster.ledger.port import position_of

KEPT = 200
"""Of so many messages of a kind the values are kept; all are counted."""
MOST_KINDS = 200
OTHER = "(other reasons)"
_SAID = 300
_NAME = 200
_Key = tuple[str, str, str]


def record(
    trial: Trial,
    found: pl.DataFrame,
    positions: Sequence[int],
    sides: tuple[Outcome | None, Outcome],
) -> None:
    """Count and keep differences, within the open transaction that moves the trial.

    Args:
        trial: whose.
        found: see ``comparing.DIFFERENCES``.
        positions: the position of each message of the batch.
        sides: what live (None: there is none) and the trial made of the batch.
    """
    if not found.height:
        return
    known = {(one.field, one.kind, one.said): one for one in TrialKind.objects.filter(trial=trial)}
    wanted: list[tuple[TrialKind, int, str]] = []
    cut = found.with_columns(
        pl.col("said").str.slice(0, _SAID), pl.col("field").str.slice(0, _NAME)
    )
    for key, group in cut.group_by("field", "kind", "said", maintain_order=True):
        at = group["at"].unique(maintain_order=True)
        row = _counted(trial, known, _named(key), [positions[one] for one in at])
        room = max(0, KEPT - (row.messages - len(at)))
        wanted += [(row, one, row.field) for one in at[:room]]
    _keep(wanted, positions, sides)


def _named(key: Sequence[Any]) -> _Key:
    field, kind, said = key
    return field, kind, said


def _counted(
    trial: Trial, known: dict[_Key, TrialKind], key: _Key, positions: Sequence[int]
) -> TrialKind:
    """Return the kind of difference, with so many more messages."""
    if key not in known and len(known) >= MOST_KINDS:
        key = (*key[:2], OTHER)
    row = known.get(key)
    if row is None:
        field, kind, said = key
        row = known[key] = TrialKind.objects.create(
            trial=trial, field=field, kind=kind, said=said, messages=len(positions),
            first=positions[0], last=positions[-1],
        )  # fmt: skip
        return row
    TrialKind.objects.filter(id=row.id).update(
        messages=F("messages") + len(positions), last=positions[-1]
    )
    row.messages += len(positions)
    return row


def _keep(
    wanted: Sequence[tuple[TrialKind, int, str]],
    positions: Sequence[int],
    sides: tuple[Outcome | None, Outcome],
) -> None:
    """Seal what both sides give, each under the key of its message; nothing of erased ones."""
    places = sorted({at for _, at, _ in wanted})
    if not places:
        return
    rows = ledger().store.rows_at("exchange", [positions[at] for at in places])
    ciphers = ledger().row_ciphers(rows)
    keys = {position_of(row.address): row.key_id for row in rows}
    live, trial = (_rows(side, places) for side in sides)
    made = []
    for kind, at, field in wanted:
        key = keys.get(positions[at])
        cipher = ciphers.get(key) if key is not None else None
        if key is None or cipher is None:
            continue
        values = [_value(live.get(at), field), _value(trial.get(at), field)]
        sealed = seal(cipher, json.dumps(values, default=str).encode())
        made.append(TrialDifference(kind=kind, position=positions[at], key=key, sealed=sealed))
    TrialDifference.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)


def _rows(side: Outcome | None, places: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    """Return what a side sends of some messages, by their place."""
    if side is None:
        return {}
    asked = side.places.is_in(places)
    rows = side.frame.filter(asked).iter_rows(named=True)
    return dict(zip(side.places.filter(asked), rows, strict=True))


def _value(row: Mapping[str, Any] | None, field: str) -> Any:
    """Return the value of a field; of a difference of whole messages everything that is stated."""
    if row is None:
        return None
    if field:
        return row.get(field)
    return {name: value for name, value in row.items() if value is not None}
