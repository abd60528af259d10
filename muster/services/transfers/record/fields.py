"""The specification of what moves, ``fields.toml``, as records and forms use it."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from muster.kernel.errors import Misconfigured, Where

Who = Literal["exporter", "person", "importer"]
PARTS: tuple[Who, ...] = get_args(Who)
Type = Literal[
    "name", "date", "choice", "nino", "lines", "email", "code", "paye_reference",
    "accounts_office", "text", "plain", "long", "grade", "money", "fte", "hours", "percent",
    "quantity", "tax_year", "tax_code", "ni_letter", "loans", "list",
]  # fmt: skip
TYPES: tuple[Type, ...] = get_args(Type)
_FILE = Path(__file__).with_name("fields.toml")


@dataclass(frozen=True)
class Item:
    """One part of each line of a list, such as the name of an allowance."""

    name: str
    title: str
    type: Type
    needed: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One field that moves, as ``fields.toml`` says.

    Args:
        name: as records name it.
        section: the code of its section.
        title: as people read it.
        who: who states it.
        type: the form of its values.
        rule: what must hold, for people.
        source: where the rule comes from.
        needed: kinds of move that cannot go on without it.
        wanted: kinds of move for which its absence is said and stops nothing.
        matters: whether a difference in it must be settled.
        values: the values a choice has.
        items: the parts of each line of a list.
    """

    name: str
    section: str
    title: str
    who: Who
    type: Type
    rule: str
    source: str
    needed: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    matters: bool = False
    values: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


@cache
def all_fields() -> tuple[Field, ...]:
    """Return every field in the order in which people read them.

    Raises:
        Misconfigured: if the specification says what nobody knows.
    """
    said = _read()
    sections = {one["code"] for one in said["section"]}
    found = tuple(_field(one, said["groups"]) for one in said["field"])
    for one in found:
        types = {one.type, *(item.type for item in one.items)}
        if one.section not in sections or one.who not in PARTS or not types <= set(TYPES):
            raise _unknown(one.name)
    if len({one.name for one in found}) < len(found):
        raise _unknown("a name that stands twice")
    return found


@cache
def by_name() -> dict[str, Field]:
    """Return every field by its name."""
    return {one.name: one for one in all_fields()}


@cache
def sections() -> dict[str, str]:
    """Return the titles of the sections by code, in order."""
    return {one["code"]: one["title"] for one in _read()["section"]}


def fields_of(who: Who) -> tuple[Field, ...]:
    """Return what one side states."""
    return tuple(one for one in all_fields() if one.who == who)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _field(said: dict[str, Any], groups: dict[str, list[str]]) -> Field:
    known = {one.name for one in fields(Field)}
    if not set(said) <= known:
        raise _unknown(str(said.get("name")))
    kinds = {
        key: frozenset(kind for word in said.get(key, ()) for kind in groups.get(word, [word]))
        for key in ("needed", "wanted")
    }
    if not (kinds["needed"] | kinds["wanted"]) <= set(groups["all"]):
        raise _unknown(str(said.get("name")))
    items = tuple(
        Item(**one | {"values": tuple(one.get("values", ()))}) for one in said.get("items", ())
    )
    return Field(**said | kinds | {"items": items, "values": tuple(said.get("values", ()))})


def _unknown(thing: str) -> Misconfigured:
    return Misconfigured(
        "The specification of the record says what nobody knows",
        where=Where(file=_FILE.name, thing=thing),
        fix="Correct its section, who states it, its type or its kinds of move",
    )
