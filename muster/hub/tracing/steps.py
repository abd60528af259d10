"""What is done to the cells of a row until they are the value of a field: read again, step by step.

The value itself is read by the same mapping as when the file came. The steps only tell of it what
a reader would ask: who corrected the cell, which part of it counts, what it was said to mean, and
how it was read.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from muster.hub.contracts import Contract, ContractField
from muster.hub.layouts import FieldMapping, Layout, header_key
from muster.hub.mapping import apply_layout, as_read
from muster.hub.mending.corrected import Correction
from muster.hub.mending.places import text_of
from muster.hub.parsers import FIXED
from muster.hub.tracing.cells import Cell

Kind = Literal[
    "corrected", "joined", "taken from", "absent", "meaning", "default", "read", "noted", "left out"
]
"""``corrected``: a person corrected the cell. ``joined``: several cells were put together.
``taken from``: only a part of the cell counts. ``absent``: it says that there is no value.
``meaning``: somebody said what it means. ``default``: nothing is stated, so the layout's value
counts. ``read``: text became a value. ``noted``: something was put right. ``left out``: it cannot
be read."""


@dataclass(frozen=True)
class Remembered:
    """What somebody said that a text means: used instead of it, by whom, when and why."""

    field: str
    stated: str
    becomes: str
    by: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True)
class Step:
    """One step: what there was before it and after it, and who took it and why, if a person did.

    ``rule`` is how a ``read`` text was read: the parser's kind, and for dates the form in which
    the layout says they are written.
    """

    kind: Kind
    was: str = ""
    now: str = ""
    by: str = ""
    at: dt.datetime | None = None
    reason: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Told:
    """What a row states for a field: the text that counts, its value, and how it came about."""

    text: str | None
    value: Any
    steps: tuple[Step, ...]


def used_by(mapping: FieldMapping) -> tuple[str, ...]:
    """Return the header keys of the columns of which a field may be made."""
    return tuple(filter(None, (*mapping.columns, *mapping.join, mapping.of)))


def cells_for(mapping: FieldMapping, cells: Mapping[str, Cell]) -> tuple[Cell, ...]:
    """Return the cells of which a field is made, of those that the row has."""
    first = next((name for name in mapping.columns if name in cells), None)
    used = (first, *mapping.join, mapping.of)
    return tuple(cells[name] for name in dict.fromkeys(used) if name is not None and name in cells)


def told(
    field: ContractField,
    mapping: FieldMapping,
    cells: Mapping[str, Cell],
    corrections: Sequence[Correction],
    remembered: Sequence[Remembered],
    layout: Layout,
    contract: Contract,
) -> Told:
    """Return what a row states for a field.

    Args:
        field: of the contract.
        mapping: where the layout says it comes from.
        cells: of the row, by header key.
        corrections: of the row's cells, in their order.
        remembered: what texts were said to mean.
        layout: of the row.
        contract: of the layout.
    """
    own = cells_for(mapping, cells)
    keys = {header_key(cell.header) for cell in own}
    steps = [
        Step("corrected", one.was, one.now, one.by, one.at, one.reason)
        for one in corrections
        if header_key(one.field) in keys
    ]
    texts = {header_key(cell.header): cell.text for cell in own}
    texts.update({header_key(one.field): one.now for one in corrections} if steps else {})
    stated = {key: text for key, text in texts.items() if key in keys and key != mapping.of}
    text = text_of(stated, mapping)
    steps += _taken(stated, text, mapping)
    meant = next((o for o in remembered if o.field == field.name and o.stated == text), None)
    if meant is not None:
        steps.append(Step("meaning", meant.stated, meant.becomes, meant.by, meant.at, meant.reason))
        text = meant.becomes or None
    value, notes, faults = _value(field, texts, remembered, layout, contract)
    if text is None and value is not None:
        steps.append(Step("default", now=str(value)))
    elif value is not None:
        form = mapping.parser.form if mapping.parser.kind == "date" else ""
        rule = f"{mapping.parser.kind} {form}".strip()
        steps.append(Step("read", text or "", str(value), rule=rule, reason=mapping.parser.order))
    steps += [Step("noted", reason=note) for note in notes if note != FIXED]
    steps += [Step("left out", text or "", reason=fault) for fault in faults if value is None]
    return Told(text, value, tuple(steps))


def _taken(stated: Mapping[str, str], text: str | None, mapping: FieldMapping) -> list[Step]:
    """Return how the text that counts came of the cells."""
    filled = [cell for cell in stated.values() if cell.strip()]
    if not filled:
        return []
    if len(filled) > 1:
        return [Step("joined", " | ".join(filled), text or "")]
    (cell,) = filled
    if text is None:
        return [Step("absent", cell)]
    plain = as_read(cell, FieldMapping(mapping.field, (), mapping.parser))
    return [Step("taken from", cell, text)] if plain != text else []


def _value(
    field: ContractField,
    texts: Mapping[str, str],
    remembered: Sequence[Remembered],
    layout: Layout,
    contract: Contract,
) -> tuple[Any, list[str], list[str]]:
    """Return the value, what was noted of it and why it cannot be read, as the mapping has it."""
    source = pl.DataFrame(
        {"file": [0], "row": [0], **{key: [text] for key, text in texts.items()}},
        schema_overrides=dict.fromkeys(texts, pl.String),
    )
    fixes: dict[str, dict[str, str]] = {}
    for one in remembered:
        fixes.setdefault(one.field, {})[one.stated] = one.becomes
    mapped = apply_layout(source, layout, contract, fixes)
    notes, faults = (
        found.filter(pl.col("field") == field.title)["reason"].to_list()
        for found in (mapped.notes, mapped.problems)
    )
    return mapped.frame[field.name][0], notes, faults
