"""Sharing: columns that several fields are taken from, which is a slip more often than meant.

Two fields that read different parts of a cell, as a surname and forenames do, share nothing. What
else stands in one column for two fields is asked about, unless a person said that it is meant: now,
or when a layout was saved that is known.
"""

from collections.abc import Sequence

from muster.hub.layouts import FieldMapping, Layout, header_key
from muster.hub.suggesting.suggestion import Choices, ProposedField, Shared

Part = tuple[str, int]  # at what a cell is cut, and which piece
_OF_WHOLE_NAMES = ("surname_in_capitals", "name_before_capitals")


def shared_columns(
    contract: str, fields: Sequence[ProposedField], choices: Choices, layouts: Sequence[Layout]
) -> tuple[Shared, ...]:
    """Return the columns from which several fields would take the same text.

    Args:
        contract: the name of the fields' contract.
        fields: what is proposed for each field.
        choices: what a person changed and said.
        layouts: the layouts that are known.
    """
    takers: dict[str, list[ProposedField]] = {}
    for one in fields:
        for column in one.columns:
            takers.setdefault(column, []).append(one)
    return tuple(
        Shared(
            column,
            tuple(one.field for one in taking),
            said={one.field.name for one in taking} <= set(choices.both.get(column, ())),
            remembered=_remembered(contract, column, taking, layouts),
        )
        for column, taking in takers.items()
        if _overlap([_part(one) for one in taking])
    )


def shared_in(layout: Layout) -> dict[str, list[str]]:
    """Return the fields of a layout that take the same text, by the column's header key."""
    takers: dict[str, list[FieldMapping]] = {}
    for mapping in layout.fields:
        for column in mapping.columns:
            takers.setdefault(column, []).append(mapping)
    return {
        column: [one.field for one in taking]
        for column, taking in takers.items()
        if _overlap([_part_said(one.parser.kind, one.split, one.part) for one in taking])
    }


def _overlap(parts: Sequence[Part | None]) -> bool:
    """Tell whether of the fields of a column one reads all of it, or two the same part."""
    return len(parts) > 1 and (None in parts or len(set(parts)) < len(parts))


def _part(one: ProposedField) -> Part | None:
    words = one.way.words if one.way is not None else {}
    return _part_said(words.get("parse", "text"), words.get("split"), words.get("part", 1))


def _part_said(parse: str, split: str | None, part: int) -> Part | None:
    """Return which part of a cell is read; None for all of it."""
    if parse in _OF_WHOLE_NAMES:
        return (parse, 0)
    return (split, part) if split else None


def _remembered(
    contract: str, column: str, taking: Sequence[ProposedField], layouts: Sequence[Layout]
) -> bool:
    """Tell whether a known layout takes these fields from a column of this name, and no other."""
    names, key = {one.field.name for one in taking}, header_key(column)
    return any(
        names <= {mapping.field for mapping in layout.fields if mapping.columns == (key,)}
        for layout in layouts
        if layout.contract == contract
    )
