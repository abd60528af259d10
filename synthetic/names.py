"""Names of many origins, and the ways one person's name differs between systems.

A record-linkage rule is only as good as the names it was tried on. So the lists in names.toml mix
origins, surnames repeat as they do in life, a few people have one name only, and moving to another
employer often means being typed in again: without the accent, under the everyday name, or with a
double surname that has lost its hyphen.
"""

import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from synthetic.chance import Chance, Weighted

NAMES_FILE = Path(__file__).with_name("names.toml")

# Letters that Unicode does not take apart into a base letter and a mark.
_WHOLE_LETTERS = str.maketrans("łŁøØıðđĐ", "lLoOidDD") | {ord("ß"): "ss", ord("æ"): "ae"}


class Name(NamedTuple):
    """A name as one system holds it. A person with one name has it as `surname`."""

    title: str
    first: str
    middle: str
    surname: str
    known_as: str


class Group(NamedTuple):
    forenames: dict[str, list[str]]  # by sex, F or M
    surnames: list[str]


def without_accents(text: str) -> str:
    """`text` in plain letters: 'Małgorzata Siân' becomes 'Malgorzata Sian'."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text.translate(_WHOLE_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _listed(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(",")]


class NameBook:
    """Draws names from names.toml."""

    def __init__(self) -> None:
        book: dict[str, Any] = tomllib.loads(NAMES_FILE.read_text(encoding="utf-8"))
        groups = [
            Group(
                {"F": _listed(group["female"]), "M": _listed(group["male"])},
                _listed(group["surnames"]),
            )
            for group in book["groups"].values()
        ]
        self.groups = tuple(groups)
        self._groups = Weighted(groups, [group["share"] for group in book["groups"].values()])
        self._commonest = groups[0]
        self._nicknames = {name: _listed(text) for name, text in book["nicknames"].items()}
        self._mononyms = _listed(book["mononyms"]["names"])

    def name(self, sex: str, chance: Chance) -> Name:
        """A whole legal name for a woman (F) or a man (M)."""
        title = _title(sex, chance)
        if chance.happens(0.0008):
            return Name(title, "", "", chance.pick(self._mononyms), "")
        group = self._groups.draw(chance)
        forenames = group.forenames[sex]
        if chance.happens(0.08):
            forenames = self._commonest.forenames[sex]
        first = chance.pick_early(forenames)
        middle = chance.pick(forenames) if chance.happens(0.55) else ""
        if middle == first:
            middle = ""
        return Name(
            title,
            first,
            middle,
            self._surname(group, chance),
            self._known_as(first, middle, chance),
        )

    def _surname(self, group: Group, chance: Chance) -> str:
        if chance.happens(0.1):  # one parent or a spouse from elsewhere
            group = self._groups.draw(chance)
        surname = chance.pick_early(group.surnames)
        if chance.happens(0.025):
            return joined_surname(surname, chance.pick_early(group.surnames), chance)
        return surname

    def _known_as(self, first: str, middle: str, chance: Chance) -> str:
        """The everyday name where it is not the first name; otherwise nothing."""
        if chance.happens(0.6):
            return ""
        if first in self._nicknames:
            return chance.pick(self._nicknames[first])
        return middle if middle and chance.happens(0.12) else ""

    def forename_unlike(self, name: Name, sex: str, chance: Chance) -> Name:
        """A brother's or sister's name: the surname of `name`, another first name."""
        while (other := self.name(sex, chance)).first in ("", name.first):
            pass
        return other._replace(surname=name.surname)

    def married(self, name: Name, chance: Chance) -> Name:
        """`name` with a spouse's surname, or with both."""
        taken = self._surname(self._groups.draw(chance), chance)
        if chance.happens(0.2) and "-" not in name.surname:
            return name._replace(surname=joined_surname(name.surname, taken, chance))
        return name._replace(surname=taken)


def _title(sex: str, chance: Chance) -> str:
    if chance.happens(0.03):
        return "Dr"
    if sex == "M":
        return "Mr"
    return chance.pick(("Ms", "Mrs", "Miss", "Ms"))


def joined_surname(one: str, other: str, chance: Chance) -> str:
    """Two surnames as one, with a hyphen or (one time in five) a space."""
    return one if one == other else f"{one}{' ' if chance.happens(0.2) else '-'}{other}"


# ---------------------------------------------------------------------------------------------
# How another system has it. Each way returns the name unchanged where it does not apply.


def _accents_dropped(name: Name, chance: Chance) -> Name:
    return Name(*(without_accents(part) for part in name))


def _known_as_first(name: Name, chance: Chance) -> Name:
    return name._replace(first=name.known_as, known_as="") if name.known_as else name


def _middle_dropped(name: Name, chance: Chance) -> Name:
    return name._replace(middle="")


def _middle_initial(name: Name, chance: Chance) -> Name:
    return name._replace(middle=name.middle[:1])


def _hyphen_lost(name: Name, chance: Chance) -> Name:
    return name._replace(first=name.first.replace("-", " "), surname=name.surname.replace("-", " "))


def _prefix_respelt(name: Name, chance: Chance) -> Name:
    surname = name.surname
    if surname.startswith("Mac") and surname[3:4].isupper():
        return name._replace(surname=f"Mc{surname[3:]}")
    if surname.startswith("Mc"):
        return name._replace(surname=f"Mac{surname[2:]}")
    return name._replace(surname=surname.replace("'", ""))


def _letters_swapped(name: Name, chance: Chance) -> Name:
    surname = name.surname
    if len(surname) < 5:
        return name
    at = chance.between(1, len(surname) - 3)
    swapped = surname[:at] + surname[at + 1] + surname[at] + surname[at + 2 :]
    return name._replace(surname=swapped)


_WAYS: Weighted[tuple[str, Callable[[Name, Chance], Name]]] = Weighted(
    (
        ("accents_dropped", _accents_dropped),
        ("known_as_first", _known_as_first),
        ("middle_dropped", _middle_dropped),
        ("middle_initial", _middle_initial),
        ("hyphen_lost", _hyphen_lost),
        ("prefix_respelt", _prefix_respelt),
        ("letters_swapped", _letters_swapped),
    ),
    (20, 25, 25, 12, 8, 6, 4),
)


def respelt(name: Name, chance: Chance) -> tuple[Name, str | None]:
    """`name` as another system might hold it, and which way it differs (None if it does not)."""
    for _ in range(3):
        way, change = _WAYS.draw(chance)
        if (other := change(name, chance)) != name:
            return other, way
    return name, None
