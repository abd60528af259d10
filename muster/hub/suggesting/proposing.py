"""Proposing: the best sheet, the contract that explains most of it, and a column for each field.

``suggest`` is asked again after every change that a person makes, with what they chose: the rest
is proposed anew around it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from muster.connectors.contract import Sheet
from muster.hub.contracts import Contract
from muster.hub.framing.frame import frame_file
from muster.hub.layouts import Layout
from muster.hub.personal import why_personal
from muster.hub.suggesting.columns import Columns, is_used
from muster.hub.suggesting.lessons import Lessons, lessons_of
from muster.hub.suggesting.placing import Placed, place_table
from muster.hub.suggesting.profiles import Profile, addressable, profiles_of
from muster.hub.suggesting.sharing import shared_columns
from muster.hub.suggesting.suggestion import (
    Choices,
    LeftColumn,
    ProposedField,
    Question,
    Suggestion,
    Way,
)
from muster.hub.suggesting.words import Expected, expected_of, helping_columns, key_of, shipped
from muster.kernel.errors import BadInput, Where

_SHEETS = 12  # of a workbook are looked at
_MISSING = 0.8  # what a required field that is not found takes from a contract
_CELLS = 2_000  # of a column that is not taken are looked at for personal values


@dataclass(frozen=True)
class _Found:
    placed: Placed
    profiles: tuple[Profile, ...]


def suggest(
    sheets: Sequence[Sheet],
    contracts: Sequence[Contract],
    layouts: Sequence[Layout],
    *,
    today: dt.date,
    contract: str = "",
    choices: Choices | None = None,
) -> Suggestion:
    """Return how a file would best be read.

    Args:
        sheets: what a connector read.
        contracts: what its rows could become.
        layouts: the layouts that are known, to learn from.
        today: the present day.
        contract: the contract's name, if a person chose it.
        choices: what a person changed.

    Raises:
        BadInput: if no row names the columns, or there is one column only.
    """
    choices = choices or Choices()
    names = _names(contracts, layouts)
    found = _tables(sheets, names)
    if not found:
        raise _nothing(sheets)
    lessons = {one.name: lessons_of(one.name, layouts) for one in contracts}
    asked = [one for one in contracts if not contract or one.name == contract]
    best: tuple[float, _Found, Contract, list[ProposedField]] | None = None
    considered: dict[str, float] = {}
    for one in asked:
        for each in found:
            fields = _proposed(one, lessons[one.name], each.profiles, choices, today)
            worth = _worth(fields)
            considered[one.name] = max(considered.get(one.name, worth), worth)
            if best is None or worth > best[0]:
                best = (worth, each, one, fields)
    if best is None:
        raise BadInput(
            "No such contract",
            where=Where(thing=contract),
            fix=f"Use {', '.join(one.name for one in contracts)}",
        )
    _, chosen, to, fields = best
    return Suggestion(
        chosen.placed,
        to,
        tuple(sorted(considered.items(), key=lambda each: -each[1])),
        tuple(fields),
        _left(chosen.profiles, fields),
        chosen.profiles,
        choices.answers,
        shared_columns(to.name, fields, choices, layouts),
    )


def _names(contracts: Sequence[Contract], layouts: Sequence[Layout]) -> frozenset[str]:
    """Return every header key by which layouts or people call something."""
    known = {key for layout in layouts for key in layout.known_columns}
    for contract in contracts:
        for field in contract.fields:
            headers = expected_of(contract.name, field.name, field.title).headers
            known |= set(map(key_of, headers))
    for said in shipped()["helping"].values():
        known |= set(map(key_of, said["headers"]))
    return frozenset(known)


def _tables(sheets: Sequence[Sheet], names: frozenset[str]) -> list[_Found]:
    visible = [sheet for sheet in sheets if not sheet.hidden and sheet.height][:_SHEETS]
    placed = [place_table(sheet, names) for sheet in visible]
    return [
        _Found(one, profiles_of(one.table))
        for one in placed
        if one is not None and one.table.height
    ]


def _nothing(sheets: Sequence[Sheet]) -> BadInput:
    visible = [sheet for sheet in sheets if not sheet.hidden]
    if not any(sheet.height for sheet in visible):
        return BadInput("The file holds no rows", fix="Send it with its rows")
    if all(sheet.cells.width < 2 for sheet in visible):
        return BadInput(
            "Its lines could not be told apart into columns",
            fix="Save it as a workbook or as CSV. For records of fixed width somebody who runs"
            " Muster writes a layout",
        )
    return BadInput(
        "No row names the columns",
        fix="Put a row with the names of the columns above the rows, and send it again",
    )


def _proposed(
    contract: Contract,
    lessons: Lessons,
    profiles: tuple[Profile, ...],
    choices: Choices,
    today: dt.date,
) -> list[ProposedField]:
    expected = {
        field.name: expected_of(contract.name, field.name, field.title) for field in contract.fields
    }
    helping = {
        name: known
        for name, (serves, known) in helping_columns().items()
        if all(field in expected for field in serves)
    }
    columns = Columns(
        contract, expected, helping, lessons, addressable(profiles), choices, today=today
    )
    found = columns.proposed()
    return [
        proposed if proposed.columns else _same_for_all(proposed, expected[proposed.field.name])
        for proposed in found
    ]


def _same_for_all(proposed: ProposedField, expected: Expected) -> ProposedField:
    """Ask for the value of a required field that no column holds, if it can be one for all rows."""
    field = proposed.field
    plain = field.rules["type"] == "string" and field.rules.get("format") != "date"
    if proposed.chosen or not field.required or field.personal or not plain or expected.unique:
        return proposed
    values = [str(value) for value in field.rules.get("enum", ())]
    question = Question(
        field.name,
        "value",
        "No column says this. If it is the same in every row of such files, what is it?",
        tuple((value, value.replace("_", " ")) for value in values),
    )
    return replace(proposed, way=Way("value", {}, 1.0, questions=(question,)))


def _worth(fields: Sequence[ProposedField]) -> float:
    """Return how much of a contract a table explains."""
    worth = 0.0
    for one in fields:
        counts = 2 if one.field.required else 1
        if one.columns:
            worth += counts * one.confidence
        elif one.field.required:
            worth -= _MISSING if one.way is None else _MISSING / 2
    return worth


def _left(profiles: Sequence[Profile], fields: Sequence[ProposedField]) -> tuple[LeftColumn, ...]:
    left = []
    for profile in profiles:
        if not is_used(profile.header, fields):
            step = max(1, len(profile.cells) // _CELLS)
            why = why_personal(profile.header, profile.cells.gather_every(step).to_list())
            left.append(LeftColumn(profile.header, why or ""))
    return tuple(left)


def already_read(sheets: Sequence[Sheet], layouts: Sequence[Layout], file: str) -> tuple[str, ...]:
    """Return the titles of the layouts by which a file is recognised already."""
    try:
        framed = frame_file(sheets, layouts, file=file)
    except BadInput:
        return ()
    return tuple(dict.fromkeys(layout.title for layout, _ in framed.found))
