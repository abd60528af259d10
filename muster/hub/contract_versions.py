"""Whether a contract's new revision fits the messages and the readers that there are.

A revision is *backward* compatible if its readers can read every message written under the old one,
and *forward* compatible if readers of the old one can read every message written under the new.
With both it is *full*, with neither *breaking*, and the *same* where only titles and descriptions
differ. Owners of systems ask which change is to blame, so each is said in words.

What cannot be decided counts as not compatible: two patterns that differ may mean the same, and
nobody is told so here.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from muster.hub.contracts import Contract, ContractField

Kind = Literal["same", "full", "backward", "forward", "breaking"]
_DAY_LENGTH = 10
_NOTES = {
    "x-personal": ("is personal now", "is no longer personal"),
    "x-special": ("is special category data now", "is no longer special category data"),
    "x-key": ("names the record now", "no longer names the record"),
    "x-control-total": ("is the control total now", "is no longer the control total"),
}


@dataclass(frozen=True)
class Change:
    """One difference between two revisions.

    Args:
        field: the field's name.
        said: what changed and what that does, a sentence without a full stop.
        backward: whether new readers still read every old message.
        forward: whether old readers read every new message.
    """

    field: str
    said: str
    backward: bool
    forward: bool


@dataclass(frozen=True)
class Comparison:
    """How two revisions of a contract stand to each other, and why."""

    kind: Kind
    changes: tuple[Change, ...]

    @property
    def backward(self) -> bool:
        """Whether readers of the new revision can read messages written under the old one."""
        return all(change.backward for change in self.changes)

    @property
    def forward(self) -> bool:
        """Whether readers of the old revision can read messages written under the new one."""
        return all(change.forward for change in self.changes)


def compare(old: Contract, new: Contract) -> Comparison:
    """Return what changed from one revision of a contract to the next, and what that breaks."""
    before = {field.name: field for field in old.fields}
    after = {field.name: field for field in new.fields}
    changes = [
        change
        for name in dict.fromkeys([*before, *after])
        for change in _changes(name, before.get(name), after.get(name))
    ]
    changes += _endings(old.schema.get("x-ends", {}), new.schema.get("x-ends", {}))
    found = Comparison("same", tuple(changes))
    if not changes:
        return found
    kinds: dict[tuple[bool, bool], Kind] = {
        (True, True): "full",
        (True, False): "backward",
        (False, True): "forward",
        (False, False): "breaking",
    }
    return replace(found, kind=kinds[found.backward, found.forward])


def _changes(
    name: str, before: ContractField | None, after: ContractField | None
) -> Iterator[Change]:
    if before is not None and after is not None:
        yield from _required(before, after)
        yield from _rules(before, after)
    elif after is not None:
        if after.required:
            said = "is new and required: messages of old senders, which lack it, will be refused"
        else:
            said = "is new: old readers refuse messages that state it"
        yield Change(name, f"field {name} {said}", not after.required, False)
    elif before is not None:
        said = "is gone: messages of old senders that state it will be refused"
        if before.required:
            said += ", and old readers refuse messages without it"
        yield Change(name, f"field {name} {said}", False, not before.required)


def _endings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the fields of which other values end something than did."""
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            values = ", ".join(map(str, after.get(name, []))) or "no value"
            yield Change(name, f"field {name} ends something by {values} now", True, True)


def _required(before: ContractField, after: ContractField) -> Iterator[Change]:
    name = before.name
    if after.required and not before.required:
        said = "became required: old senders' messages without it will be refused"
        yield Change(name, f"field {name} {said}", False, True)
    if before.required and not after.required:
        said = "is no longer required: old readers refuse messages without it"
        yield Change(name, f"field {name} {said}", True, False)


def _rules(before: ContractField, after: ContractField) -> Iterator[Change]:
    """Tell how what a field may hold has changed; a list of values is judged value by value."""
    name = before.name
    for word, (now, no_longer) in _NOTES.items():
        was, is_now = bool(before.rules.get(word)), bool(after.rules.get(word))
        if was != is_now:
            look = ": agreements and mappings that name it need another look"
            yield Change(name, f"field {name} {now if is_now else no_longer}{look}", True, True)
    words = _differing(before, after)
    if words:
        backward, forward = _within(before, after), _within(after, before)
        told = "; ".join(words) + _effect(backward=backward, forward=forward)
        yield Change(name, f"field {name} {told}", backward, forward)


def _effect(*, backward: bool, forward: bool) -> str:
    lost = []
    if not backward:
        lost.append("messages of old senders can be refused")
    if not forward:
        lost.append("old readers can refuse new messages")
    return f": {', and '.join(lost)}" if lost else ": every message stays as right as it was"


def _differing(before: ContractField, after: ContractField) -> list[str]:
    """Return in words which of the rules for a field's values are others than before."""
    said = []
    if _type(before) != _type(after):
        said.append(f"was {_type(before)} and is {_type(after)}")
    was, now = before.rules.get("enum"), after.rules.get("enum")
    if (was is None) != (now is None):
        said.append("may hold listed values only" if was is None else "may hold any value now")
    elif was is not None and now is not None:
        for values, others, word in ((now, was, "may also be"), (was, now, "may no longer be")):
            more = [str(value) for value in values if value not in others]
            if more:
                said.append(f"{word} {', '.join(more)}")
    for word, what in (
        ("minLength", "shortest length"), ("maxLength", "greatest length"),
        ("minimum", "least value"), ("maximum", "greatest value"), ("pattern", "pattern"),
    ):  # fmt: skip
        if before.rules.get(word) != after.rules.get(word):
            said.append(f"has another {what}: {_shown(before, word)}, now {_shown(after, word)}")
    return said


def _shown(field: ContractField, word: str) -> str:
    return str(field.rules.get(word, "none"))


def _type(field: ContractField) -> str:
    return {pl.String: "text", pl.Int64: "a whole number", pl.Date: "a date"}[field.dtype]


def _within(inner: ContractField, outer: ContractField) -> bool:
    """Tell whether every value that one field may hold another may hold too; no if in doubt."""
    if not _restricted(outer) and _base(inner) == _base(outer) and outer.dtype is not pl.Date:
        return True
    if "enum" in inner.rules:
        allowed = _allowed(inner, inner.rules["enum"])
        return _base(inner) == _base(outer) and _allowed(outer, allowed) == allowed
    if _base(inner) != _base(outer) or "enum" in outer.rules:
        return False
    if outer.dtype is pl.Date:
        return inner.dtype is pl.Date
    pattern = outer.rules.get("pattern")
    if pattern is not None and pattern != inner.rules.get("pattern"):
        return False
    return all(
        _bound(outer, low) <= _bound(inner, low) and _bound(outer, high) >= _bound(inner, high)
        for low, high in (("minLength", "maxLength"), ("minimum", "maximum"))
    )


def _restricted(field: ContractField) -> bool:
    return any(
        word in field.rules
        for word in ("enum", "pattern", "minLength", "maxLength", "minimum", "maximum")
    )


def _base(field: ContractField) -> str:
    """Return the type in JSON: a date is a string that looks like one."""
    return str(field.rules["type"])


def _bound(field: ContractField, word: str) -> float:
    """Return a limit; a date is a text of ten characters."""
    if field.dtype is pl.Date and word.endswith("Length"):
        return _DAY_LENGTH
    nothing = {"minLength": 0, "minimum": float("-inf")}
    limit: float = field.rules.get(word, nothing.get(word, float("inf")))
    return limit


def _allowed(field: ContractField, values: Sequence[Any]) -> list[Any]:
    """Return which of some values a field may hold."""
    if field.dtype is pl.Date:
        return [value for value in values if _is_day(value)]
    frame = pl.DataFrame({field.name: pl.Series(list(values), dtype=field.dtype)})
    faulty = set(Contract("", "", (field,), {}).check(frame)["at"])
    return [value for at, value in enumerate(values) if at not in faulty]


def _is_day(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
