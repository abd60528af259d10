"""The terms of an agreement as they are written in TOML, and whether one person signs twice."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from muster.cli.said import actor
from muster.hub.agreements.processors import Processor
from muster.hub.agreements.queries import VersionView
from muster.hub.agreements.terms import Terms
from muster.kernel.errors import BadInput, Where

_DAYS = ("starts", "ends")


def read_terms(text: str) -> Terms:
    """Return the terms that a TOML text states, by the names that ``Terms`` has.

    Raises:
        BadInput: naming what is unknown, missing or of another kind.
    """
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise BadInput(f"Not TOML: {problem}", fix="Correct the text") from None
    known = {one.name: one for one in fields(Terms)}
    for name in said:
        if name not in known:
            raise _wrong(name, "Terms have no such part", f"They have {', '.join(known)}")
    for name, one in known.items():
        if one.default is MISSING and name not in said:
            raise _wrong(name, "It is not said", f"Write {name} = ...")
    return Terms(**{name: _read(name, value) for name, value in said.items()})


def signed_by_same(waiting: VersionView, side: str, name: str) -> bool:
    """Tell whether somebody of this name signed for the other side, however it is spelled."""
    own, same = " ".join(name.split()).casefold(), actor(name).casefold()
    others = [one.by.casefold() for one in waiting.signatures if one.side != side]
    return any(one == same or one.rpartition(":")[2] == own for one in others)


def _read(name: str, value: Any) -> Any:
    if name in _DAYS:
        return _day(name, value)
    if name == "fields":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise _wrong(name, "Not a list of names", 'Write fields = ["staff_number", "grade"]')
        return tuple(value)
    if name == "processors":
        return _processors(value)
    if name == "lowest_revision":
        if not isinstance(value, int) or isinstance(value, bool):
            raise _wrong(name, "Not a whole number", "Write 1 or more")
        return value
    if not isinstance(value, str):
        raise _wrong(name, "Not a text", f'Write {name} = "..."')
    return value


def _day(name: str, value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong(name, "Not a day", f"Write {name} = 2026-04-01") from None


def _processors(value: Any) -> tuple[Processor, ...]:
    known = [one.name for one in fields(Processor)]
    listed: list[Any] = value if isinstance(value, list) else [None]
    for one in listed:
        texts = isinstance(one, Mapping) and all(isinstance(said, str) for said in one.values())
        if not texts or "name" not in one or not set(one) <= set(known):
            fix = f"Write [[processors]] with {', '.join(known)}"
            raise _wrong("processors", "Not a table of texts", fix)
    return tuple(Processor(**one) for one in listed)


def _wrong(name: str, what: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(field=name), fix=fix)
