"""Conditions: when a message goes, or which value a field has.

A condition names fields and what each must be; all must hold. What is not stated is equal to
nothing and lies in no range: only ``not`` and ``stated = false`` hold for it. So a condition holds
or it does not, and never stays open.

``{ engagement = ["permanent", "fixed_term"], leaving = { stated = false } }``
``{ any = [{ fte = { below = 500000000 } }, { absence = { stated = true } }] }``
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

import polars as pl

from muster.hub.translating.words import Kind, Place, held

GROUPS = ("any", "none")
_RANGES = ("from", "to", "above", "below")
_WORDS = ("is", "not", "stated", "begins", *_RANGES)
_DEEPEST = 8


class Known(Protocol):
    """What is known of a field that a condition may name."""

    @property
    def kind(self) -> Kind:
        """What it holds."""
        ...

    @property
    def among(self) -> tuple[Any, ...]:
        """The only values it can have, if the contract lists them."""
        ...


@dataclass(frozen=True)
class Test:
    """One thing that a field must be; ``value`` is a tuple for ``is`` and ``not``."""

    field: str
    kind: Kind
    word: str
    value: Any


@dataclass(frozen=True)
class Condition:
    """Everything that must hold: the tests, one of ``any`` if there are some, ``none`` of those."""

    tests: tuple[Test, ...]
    any: tuple["Condition", ...] = ()
    none: tuple["Condition", ...] = ()


def condition_said(
    said: object, scope: Mapping[str, Known], place: Place, depth: int = 0
) -> Condition:
    """Return the condition that a table states.

    Args:
        said: the table.
        scope: the fields that may be named.
        place: where it stands.
        depth: how many conditions it stands within.

    Raises:
        BadInput: naming what is wrong with it and where.
    """
    table = place.table(said)
    if not table:
        place.refuse("A condition that says nothing", "Write { field = value }")
    if any(group in table and group in scope for group in GROUPS):
        place.refuse("A field has the name of a group", "Give it another name by a named value")
    if depth > _DEEPEST:
        place.refuse("Conditions within too many others", "Split it into named values")
    place.known(table, [*scope, *GROUPS], "field")
    groups = {group: _group(table[group], group, scope, place, depth) for group in GROUPS
              if group in table}  # fmt: skip
    tests = tuple(
        test
        for name, wanted in table.items()
        if name not in groups
        for test in _tests(name, scope[name], wanted, place.within(name))
    )
    return Condition(tests, groups.get("any", ()), groups.get("none", ()))


def _group(
    said: object, group: str, scope: Mapping[str, Known], place: Place, depth: int
) -> tuple[Condition, ...]:
    inside = place.within(group)
    if not isinstance(said, list) or not said:
        inside.refuse("Not a list of conditions", f"Write {group} = [{{ field = value }}, ...]")
    return tuple(condition_said(one, scope, inside, depth + 1) for one in said)


def _tests(name: str, known: Known, wanted: object, place: Place) -> list[Test]:
    if not isinstance(wanted, dict):
        return [_test(name, known, "is", wanted, place)]
    place.known(wanted, _WORDS)
    if not wanted:
        place.refuse("A field of which nothing is said", "Write { field = value }")
    return [_test(name, known, word, value, place.within(word)) for word, value in wanted.items()]


def _test(name: str, known: Known, word: str, value: Any, place: Place) -> Test:
    if word == "stated":
        if type(value) is not bool:
            place.refuse("Neither true nor false", "Write stated = true, or stated = false")
        return Test(name, known.kind, word, value)
    if word in _RANGES and known.kind == "text":
        place.refuse("A range of a text", "Use is, not, begins or stated")
    if word == "begins" and known.kind != "text":
        place.refuse("Only a text begins with something", "Use is, not, from, to or stated")
    values = tuple(value) if isinstance(value, list) and word in ("is", "not") else (value,)
    if not values or any(not held(one, known.kind) for one in values):
        place.refuse(f"Not of the kind {known.kind}", f"Compare {name} with {known.kind} values")
    if known.among and word in ("is", "not"):
        place.known([str(one) for one in values], [str(one) for one in known.among], "value")
    return Test(name, known.kind, word, values if word in ("is", "not") else value)


def spoken_of(condition: Condition) -> frozenset[str]:
    """Return the fields by which a condition decides."""
    own = frozenset(test.field for test in condition.tests)
    return own.union(*(spoken_of(one) for one in (*condition.any, *condition.none)))


def holds(condition: Condition) -> pl.Expr:
    """Return where a condition holds; true or false in every row, never nothing."""
    parts = [_holds(test) for test in condition.tests]
    if condition.any:
        parts.append(reduce(pl.Expr.or_, map(holds, condition.any)))
    parts += [~holds(one) for one in condition.none]
    return reduce(pl.Expr.and_, parts)


def _holds(test: Test) -> pl.Expr:
    column = pl.col(test.field)
    if test.word == "stated":
        stated = column.is_not_null()
        if test.kind == "text":
            stated = (column != "").fill_null(False)
        return stated if test.value else ~stated
    if test.word in ("is", "not"):
        one = len(test.value) == 1
        equal = column == pl.lit(test.value[0]) if one else column.is_in(list(test.value))
        found = equal.fill_null(False)
        return found if test.word == "is" else ~found
    value = pl.lit(test.value)
    match test.word:
        case "from":
            within = column >= value
        case "to":
            within = column <= value
        case "above":
            within = column > value
        case "below":
            within = column < value
        case _:
            within = column.str.starts_with(value)
    return within.fill_null(False)
