"""What forms call things: labels, whose part they stand in, and what is only a hint."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from muster.kernel.errors import Misconfigured, Where
from muster.services.transfers.record.fields import PARTS, Who, by_name

_FILE = Path(__file__).with_name("labels.toml")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBERED = re.compile(
    r"^(?:q(?:uestion)? ?)?(?:\d+(?:\.\d+)+[.):]*|(?:\d+|[a-h]\d*|[ivx]+)[.):]+|[a-h]\d+ ) *",
    re.IGNORECASE,
)
_HEADS = re.compile(
    r"(?:section|part|annex) [a-z0-9]{1,3}\b|(?:to be )?completed by\b"
    r"|(?:exporting|losing|releasing|importing|receiving|gaining|current|previous|new|home|host|old)"
    r" (?:department|employer|organisation|body|line manager|manager|hr)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r" (?:in|with|at|on|of|from) (?:the )?(\w+)(?: (?:post|role|job|dept|department|employer))?$"
)
_WORDS_OF_HEADING, _LONGEST_LABEL = 12, 90
_HINTS = ("£", "gbp", "dd/mm/yyyy", "yyyy-mm-dd", "dd mm yyyy", "yes/no", "y/n", "please select")


@dataclass(frozen=True)
class Label:
    """What one label means, by the part it stands in; ``any`` wherever it stands."""

    by_side: dict[Who, str] = field(default_factory=dict)
    anywhere: str = ""
    yes: str = ""
    no: str = ""

    def means(self, side: Who | None) -> tuple[str, ...]:
        """Return the fields it can mean in a part; more than one where that is not plain."""
        if side is not None and side in self.by_side:
            return (self.by_side[side],)
        if self.anywhere:
            return (self.anywhere,)
        if side in (None, "person"):
            return tuple(dict.fromkeys(self.by_side.values()))
        return ()


@dataclass(frozen=True)
class Meant:
    """A cell that is a label: what it means, and whose it says it is, if it says so."""

    label: Label
    side: Who | None


def plain_label(text: str) -> str:
    """Return a label's words: no numbers in front, no brackets, no signs, small letters."""
    bare = _NUMBERED.sub("", _BRACKETS.sub(" ", text).strip())
    return " ".join(re.sub(r"[^\w]+", " ", bare.casefold()).replace("_", " ").split())


def meant_by(text: str) -> Meant | None:
    """Return what a cell's text means as a label; none where it is no label that is known."""
    if len(text) > _LONGEST_LABEL:
        return None
    said, words = _read(), plain_label(text)
    found: Label | None = _known().get(words)
    side: Who | None = None
    for one in PARTS if found is None else ():
        for rest in _without_side(words, tuple(said["words"].get(one, ()))):
            if found is None and (found := _known().get(rest)):
                side = one
    if found is None or _is_unlike(text, found):
        return None
    return Meant(found, side)


def _without_side(words: str, sides: tuple[str, ...]) -> Iterator[str]:
    """Yield what is left of a label without the words that say whose it is."""
    first, _, rest = words.partition(" ")
    if first in sides:
        yield rest
        yield re.sub(r"^(?:department|dept|employer|organisation)s? (?:s )?", "", rest)
    if (found := _BEHIND.search(words)) and found[1] in sides:
        yield words[: found.start()]


def side_of(text: str, *, name: bool = False) -> Who | None:
    """Return whose part a heading, or a sheet's name, opens; none where it names none or two."""
    words = plain_label(text)
    sides: list[Who] = [
        one
        for one in PARTS
        if any(re.search(rf"\b{re.escape(each)}\b", words) for each in _read()["sides"][one])
    ]
    if not name and not is_heading(text):
        return None
    return sides[0] if len(sides) == 1 else None


def is_heading(text: str) -> bool:
    """Tell whether a text that stands alone can be a heading, and no sentence."""
    words = plain_label(text).split()
    return (
        0 < len(words) <= _WORDS_OF_HEADING
        and not text.rstrip().endswith(".")
        and not set(words) & set(_read()["words"]["telling"])
    )


def opens_part(text: str) -> bool:
    """Tell whether a heading opens a new part of a form, whosever it is."""
    return re.match(r"(?:section|part|annex)\b", plain_label(text)) is not None or bool(
        re.match(r"(?:section|part|annex)\b", text.strip(), re.IGNORECASE)
    )


def is_hint(text: str) -> bool:
    """Tell whether a cell only says how another is filled in."""
    plain = " ".join(text.casefold().split())
    return plain in _HINTS or (plain.startswith("(") and plain.endswith(")"))


def looks_like_label(text: str) -> bool:
    """Tell whether a text asks for something or heads a part, though nobody knows what."""
    return text.rstrip().endswith((":", "?", "*")) or _HEADS.match(text.strip()) is not None


def _is_unlike(text: str, label: Label) -> bool:
    """Tell whether an amount's label says that it is not that of a year at full time."""
    fields = {*label.by_side.values(), label.anywhere} - {""}
    if not fields & {"salary", "new_salary", "london_weighting", "rra"}:
        return False
    words = set(re.findall(r"[a-z]+", text.casefold()))
    return bool(words & set(_read()["words"]["unlike"]))


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _known() -> dict[str, Label]:
    """Return every label by its words.

    Raises:
        Misconfigured: if the table names a field that does not exist, or a label twice.
    """
    found: dict[str, Label] = {}
    for said in _read()["label"]:
        sides: dict[Who, str] = {one: said[one] for one in PARTS if one in said}
        label = Label(sides, said.get("any", ""), said.get("yes", ""), said.get("no", ""))
        for words in said["says"]:
            fields = {*sides.values(), label.anywhere} - {""}
            if words in found or words != plain_label(words) or not fields <= set(by_name()):
                raise Misconfigured(
                    "The table of labels cannot be used",
                    where=Where(file=_FILE.name, thing=words),
                    fix="Name each label once, in small letters, and a field that exists",
                )
            found[words] = label
    return found
