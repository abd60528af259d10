"""What a mapping is once it is read: frozen data, from which field uses can be told.

Nothing here applies a mapping: pages show it, agreements are held against it, ``compiling`` turns
it into column expressions.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from muster.hub.contracts import Contract, ContractField
from muster.hub.translating.conditions import Condition, spoken_of
from muster.hub.translating.words import Kind

DTYPES: Mapping[Kind, type[pl.DataType]] = {
    "text": pl.String, "integer": pl.Int64, "date": pl.Date,
}  # fmt: skip
_KINDS: Mapping[type[pl.DataType], Kind] = {dtype: kind for kind, dtype in DTYPES.items()}


def kind_of(field: ContractField) -> Kind:
    """Return which kind of value a contract's field holds."""
    return _KINDS[field.dtype]


@dataclass(frozen=True)
class Step:
    """One step of a field.

    Args:
        verb: what it does, one of ``verbs.VERBS``.
        words: what it was told, the verb's own word included; complete and checked.
        gives: the kind of value it gives.
        private: whether what stands before it may be about a person, so that no cause names it.
    """

    verb: str
    words: Mapping[str, Any]
    gives: Kind
    private: bool


def named(step: Step) -> frozenset[str]:
    """Return the sender's fields and named values that a step itself names."""
    words = step.words
    match step.verb:
        case "take":
            return frozenset([words["take"]])
        case "join" | "first":
            return frozenset(words[step.verb])
        case "when":
            taken = frozenset(value for end, value in words["ends"] if end == "take")
            return taken.union(*map(spoken_of, words["when"]))
    return frozenset()


@dataclass(frozen=True)
class Made:
    """A field of the receiver, or a named value on the way to one.

    Args:
        name: the receiver's field, or the value's name.
        title: what people call it.
        kind: what it holds.
        steps: at least one; the first takes or states something.
        origins: the sender's fields from which it is made, those of its conditions included.
        personal: whether any of them is about a person.
    """

    name: str
    title: str
    kind: Kind
    steps: tuple[Step, ...]
    origins: frozenset[str]
    personal: bool


@dataclass(frozen=True)
class Example:
    """A worked example: what is given, and one of three ends.

    Args:
        title: its title, or ``example 2``.
        given: the sender's fields; what is not named is not stated.
        ends: whether it ``gives`` a message, ``parks`` or ``skips``.
        gives: every field of the message that comes of it.
        parks: the reason for which it waits, with or without the field's title before it.
        lookups: what each lookup table holds for it.
    """

    title: str
    given: Mapping[str, Any]
    ends: Literal["gives", "parks", "skips"]
    gives: Mapping[str, Any]
    parks: str
    lookups: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, eq=False)
class RouteMapping:
    """How a route's messages become what its receiver reads.

    Args:
        name: its identifier.
        title: what people call it.
        source: the contract of the messages that come.
        target: the contract of what goes out; None for a receiver's own form, of which ``fields``
            then say everything.
        only: which messages go; None for all.
        lookups: the titles of the tables that must be given when messages are translated.
        values: named values on the way, each made of those before it.
        fields: the receiver's fields, in its order.
        examples: worked examples, at least one.
        warnings: what its author should look at, in words; none of it stops the mapping.
    """

    name: str
    title: str
    source: Contract
    target: Contract | None
    only: Condition | None
    lookups: Mapping[str, str]
    values: tuple[Made, ...]
    fields: tuple[Made, ...]
    examples: tuple[Example, ...]
    warnings: tuple[str, ...]

    @property
    def schema(self) -> dict[str, type[pl.DataType]]:
        """The columns of what goes out: the target's fields, or the mapping's own."""
        if self.target is not None:
            return {field.name: field.dtype for field in self.target.fields}
        return {field.name: DTYPES[field.kind] for field in self.fields}


def uses(mapping: RouteMapping) -> frozenset[str]:
    """Return the sender's fields that a mapping reads, those it decides by included."""
    deciding = spoken_of(mapping.only) if mapping.only is not None else frozenset()
    return deciding.union(*(made.origins for made in (*mapping.values, *mapping.fields)))


def origins(mapping: RouteMapping) -> dict[str, frozenset[str]]:
    """Return for each of the receiver's fields the sender's fields from which it is made."""
    return {made.name: made.origins for made in mapping.fields}


def beyond(mapping: RouteMapping, agreed: Collection[str]) -> frozenset[str]:
    """Return the fields that a mapping reads and an agreement does not name; none is as it should.

    Args:
        mapping: what a route does.
        agreed: the fields that may flow.
    """
    return uses(mapping) - frozenset(agreed)
