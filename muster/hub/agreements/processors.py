"""Those who process data for the sides of an agreement, one below the other: a chain.

A chain is as strong as its weakest link: whoever passes data to a processor answers for all that
come after it. So every link is looked at, and what is weak about it is named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Weakness = Literal["abroad", "country unknown", "no safeguard", "acts for nobody", "circle"]
# What the two sides are called where a processor acts for one of them.
CONTROLLERS = ("sender", "receiver")
UNITED_KINGDOM = "United Kingdom"
_SPOKEN = frozenset(
    ("uk", "gb", "united kingdom", "great britain", "england", "scotland", "wales",
     "northern ireland")
)  # fmt: skip


@dataclass(frozen=True)
class Processor:
    """One link: who, for whom, where, what for.

    ``acting_for`` is ``sender``, ``receiver`` or another processor's name: then it is a
    sub-processor. ``safeguard`` is what binds it, such as a contract under article 28 or, abroad,
    what makes the transfer lawful.
    """

    name: str
    acting_for: str = ""
    country: str = ""
    does: str = ""
    safeguard: str = ""

    @property
    def sub(self) -> bool:
        """Whether it acts for another processor."""
        return bool(self.acting_for) and self.acting_for not in CONTROLLERS

    @property
    def abroad(self) -> bool:
        """Whether it is known to be outside the United Kingdom."""
        return bool(self.country) and self.country.casefold() not in _SPOKEN


@dataclass(frozen=True)
class Link:
    """A processor in its chain: how far from the controller (1 is next to it), and its weaknesses.

    ``inherited`` tells that a processor below it is weak, which makes its own part weak as well.
    """

    processor: Processor
    depth: int
    weak: tuple[Weakness, ...]
    inherited: bool


def read_processors(stored: Sequence[Any]) -> tuple[Processor, ...]:
    """Return processors as they are stored; where only names were kept, the rest is unknown."""
    return tuple(
        Processor(**one) if isinstance(one, Mapping) else Processor(str(one)) for one in stored
    )


def chain(processors: Sequence[Processor]) -> tuple[Link, ...]:
    """Return every processor, each followed by those that act for it, with what is weak."""
    below: dict[str, list[Processor]] = {}
    for one in processors:
        below.setdefault(one.acting_for, []).append(one)
    names = {one.name for one in processors}
    roots = [one for one in processors if not one.sub or one.acting_for not in names]
    walked: list[Link] = []
    for root in roots:
        walked += _walked(root, below)
    seen = {link.processor for link in walked}
    # Whoever is left acts, over others, for itself.
    walked += [Link(one, 1, ("circle", *_weak(one, names)), False)
               for one in processors if one not in seen]  # fmt: skip
    return tuple(walked)


def weakest(processors: Sequence[Processor]) -> tuple[Weakness, ...]:
    """Return what is weak anywhere in a chain, each once; nothing is as it should be."""
    return tuple(dict.fromkeys(weak for link in chain(processors) for weak in link.weak))


def _walked(
    one: Processor,
    below: Mapping[str, Sequence[Processor]],
    above: tuple[str, ...] = (),
) -> list[Link]:
    path = (*above, one.name)
    after = [
        link
        for each in below.get(one.name, ())
        if each.name not in path
        for link in _walked(each, below, path)
    ]
    own = Link(one, len(path), _weak(one, set(above)), any(link.weak for link in after))
    return [own, *after]


def _weak(one: Processor, names: set[str]) -> tuple[Weakness, ...]:
    found: list[Weakness] = []
    if one.acting_for not in CONTROLLERS and one.acting_for not in names:
        found.append("acts for nobody")
    if not one.country:
        found.append("country unknown")
    if one.abroad:
        found.append("abroad")
    if not one.safeguard:
        found.append("no safeguard")
    return tuple(found)
