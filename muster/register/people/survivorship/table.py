"""The table of which source wins, read from the file that HR people keep."""

import datetime as dt
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from muster.register.people.survivorship.rules import FIELDS, KINDS, STEPS, FieldRule, Rules


@cache
def rules() -> Rules:
    """Return the table that ships.

    Raises:
        ValueError: if it names a field, a step or a kind of system that there is not.
    """
    here = files("muster.register.people.survivorship")
    return read_rules((here / "which_source_wins.toml").read_text(encoding="utf-8"))


def read_rules(text: str) -> Rules:
    """Return the table in a text. Raises as ``rules`` does."""
    said = tomllib.loads(text)
    entries = said["field"]
    _only("field", set(entries), FIELDS)
    fields: dict[Any, FieldRule] = {name: _rule(name, entry) for name, entry in entries.items()}
    if missing := set(FIELDS) - set(fields):
        raise ValueError(f"which source wins is not said for {', '.join(sorted(missing))}")
    return Rules(fields, dt.timedelta(days=said["silent_after_days"]))


def _rule(field: Any, entry: dict[str, Any]) -> FieldRule:
    steps, owners = tuple(entry["settled_by"]), tuple(entry["owners"])
    verified = tuple(entry.get("verified_by", ()))
    _only("step", set(steps), STEPS)
    _only("kind of system", {*owners, *verified}, KINDS)
    _only("scope", {entry["about"]}, ("person", "employer"))
    return FieldRule(
        field, entry["title"], entry["about"], steps, owners, entry["because"], verified,
        entry.get("bears_pay", False),
    )  # fmt: skip


def _only(what: str, named: set[Any], known: tuple[str, ...]) -> None:
    if strange := named - set(known):
        raise ValueError(f"no such {what}: {', '.join(sorted(map(str, strange)))}")
