"""How what one side states differs from what is known elsewhere, field by field.

Nobody can tell from the form of a National Insurance number or a tax code that it is another
person's: most wrong first payments are found only by such a comparison. It compares meanings, not
spellings: ``£31,250`` is ``31250.00``, and a former name is the same person's.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muster.services.transfers.record.facts import Record
from muster.services.transfers.record.fields import Field
from muster.services.transfers.record.names import folded, one_person
from muster.services.transfers.record.values import typed
from muster.services.transfers.record.wrong import Wrong

_NAMES = ("surname", "forenames")


@dataclass(frozen=True)
class Difference:
    """One field that two sides state differently.

    Args:
        field: its name.
        title: as people read it.
        stated: what the record states, for those who may see it; empty where it states nothing.
        known: what is known elsewhere.
        matters: whether it must be settled before both employers agree the day.
    """

    field: str
    title: str
    stated: str = dataclasses.field(repr=False)
    known: str = dataclasses.field(repr=False)
    matters: bool = False


def compared(stated: Record, known: Record, fields: Mapping[str, Field]) -> tuple[Difference, ...]:
    """Return what differs, in the order of the specification.

    What is not known elsewhere cannot differ; an empty text is not known, an empty list is none.
    """
    found = []
    for name, one in fields.items():
        if name not in known or (known[name] in (None, "") and name != "tax_regime"):
            continue
        if name == "tax_regime" and not (stated.get("tax_code") and known.get("tax_code")):
            continue
        mine, theirs = _plain(one, stated.get(name)), _plain(one, known[name])
        if mine == theirs:
            continue
        matters = one.matters and not _is_alias(name, stated, known)
        found.append(
            Difference(name, one.title, shown(stated.get(name)), shown(known[name]), matters)
        )
    return tuple(found)


def shown(value: Any) -> str:
    """Return a value as people read it: a list's lines parted by semicolons."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(shown(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values() if part not in (None, ""))
    return str(value)


def _is_alias(name: str, stated: Record, known: Record) -> bool:
    if name not in _NAMES:
        return False
    former = [
        str(line.get(name, ""))
        for side in (stated, known)
        for line in side.get("former_names") or ()
        if isinstance(line, Mapping) and line.get(name)
    ]
    mine, theirs = str(stated.get(name) or ""), str(known[name])
    return bool(mine) and (one_person(mine, theirs, former) or one_person(theirs, mine, former))


def _plain(one: Field, value: Any) -> object:
    """Return a value as it is compared: in one spelling, lists without order."""
    if value is None:
        return () if one.type in ("list", "loans", "lines") else ""
    if isinstance(value, list | tuple):
        if one.type == "lines":
            return tuple(" ".join(str(each).split()).casefold() for each in value)
        return tuple(sorted((_line(one, each) for each in value), key=repr))
    return _text(one.type, str(value), one.values)


def _line(one: Field, value: Any) -> object:
    if not isinstance(value, Mapping):
        return str(value)
    return tuple(
        (item.name, _text(item.type, str(value.get(item.name) or ""), item.values))
        for item in one.items
        if value.get(item.name)
    )


def _text(type_: Any, text: str, values: tuple[str, ...]) -> str:
    if not text:
        return ""
    if type_ == "name":
        return folded(text)
    try:
        plain = typed(type_, text, values)
    except Wrong:
        return text
    return plain.casefold() if type_ in ("text", "plain", "long", "grade") else plain
