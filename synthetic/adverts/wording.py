"""What adverts are made of: kinds of job with their skills, and the sentences around them.

All of it is in families.toml and words.toml, which say what their marks mean.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_TREND = {"+": 1, "-": -1}


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill: the name that truth gives it, what adverts say for it, and where demand goes.

    `surfaces` begins with the name; `trend` is 1 for a skill asked for more and more, -1 for less.
    """

    name: str
    surfaces: tuple[str, ...]
    trend: int = 0


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of job. `grades` are the least and most senior tier of those in `synthetic.work`."""

    key: str
    profession: str
    share: float
    grades: tuple[int, int]
    titles: tuple[str, ...]
    near: tuple[str, ...]
    skills: tuple[Skill, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of one language, by the section they stand in, and headings of the sections."""

    sentences: dict[str, tuple[str, ...]]
    headings: dict[str, tuple[str, ...]]
    general: tuple[Skill, ...]

    def __getitem__(self, section: str) -> tuple[str, ...]:
        return self.sentences[section]


def skill_of(line: str) -> Skill:
    """The skill that a line of families.toml or words.toml describes."""
    trend = _TREND.get(line[0], 0)
    surfaces = tuple(part.strip() for part in line.lstrip("+- ").split("|"))
    return Skill(surfaces[0].partition(" (")[0], tuple(_bare(one) for one in surfaces), trend)


def _bare(surface: str) -> str:
    return surface.partition(" (")[0]


def _words(book: dict[str, Any], skills: Sequence[Skill]) -> Words:
    """Words of one language; a single sentence is a list of one."""
    sentences = {
        name: (said,) if isinstance(said, str) else tuple(said)
        for name, said in book.items()
        if isinstance(said, str | list)
    }
    headings = {name: tuple(said) for name, said in book["headings"].items()}
    return Words(sentences, headings, tuple(skills))


def _all(lines: Sequence[str], names: Sequence[str]) -> tuple[Skill, ...]:
    """The skills of a list, those that have a name only spread evenly among the others."""
    places = [(place / len(lines), line) for place, line in enumerate(lines)]
    places += [((place + 0.5) / len(names), name) for place, name in enumerate(names)]
    return tuple(skill_of(line) for _, line in sorted(places, key=lambda one: one[0]))


def _families() -> tuple[Family, ...]:
    book = tomllib.loads((_HERE / "families.toml").read_text(encoding="utf-8"))
    return tuple(
        Family(
            key=one["key"],
            profession=one["profession"],
            share=one["share"],
            grades=(one["grades"][0], one["grades"][1]),
            titles=tuple(one["titles"]),
            near=tuple(one["near"]),
            skills=_all(one["skills"], one["names"]),
        )
        for one in book["family"]
    )


def _welsh(book: dict[str, Any]) -> Words:
    """Words in Welsh, whose skills are named in English and said in Welsh only."""
    skills = [skill_of(line) for line in book["welsh"]["skills"]]
    return _words(book["welsh"], [Skill(one.name, one.surfaces[1:]) for one in skills])


_BOOK = tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))
FAMILIES = _families()
ENGLISH = _words(_BOOK, _all(_BOOK["general"], _BOOK["names"]))
WELSH = _welsh(_BOOK)
