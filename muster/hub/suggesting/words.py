"""How people name what a contract asks for, and how alike two names are.

The list ships as ``words.toml``. ``Lexicon`` adds what the known layouts teach: every header that
they map to a field, and every code whose meaning they state (``lessons``).
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from rapidfuzz.fuzz import ratio

from muster.hub.layouts import header_key

_FAINT_WEIGHT = 0.4
_TYPO = 88  # out of 100: how like a name a header is that somebody mistyped
_WORD = re.compile(r"#|[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")


@dataclass(frozen=True)
class Expected:
    """What is known of a field beyond its contract; see the head of ``words.toml``."""

    headers: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    between: tuple[float, float] | None = None
    dates: str = ""
    unique: bool = False
    filled: bool = True
    tells: float = 0.1
    codes: Mapping[str, str] = field(default_factory=dict)


@cache
def shipped() -> Mapping[str, Any]:
    """Return the list that ships."""
    text = files("muster.hub.suggesting").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def expected_of(contract: str, name: str, title: str) -> Expected:
    """Return what is known of a contract's field; its title is always one of its headers."""
    said = shipped()["contract"].get(contract, {}).get(name) or shipped()["fields"].get(name, {})
    return _expected(said, (title, name))


def helping_columns() -> Mapping[str, tuple[tuple[str, ...], Expected]]:
    """Return the columns that help to read fields: name, which fields, what is known of it."""
    return {
        name: (tuple(said["for"]), _expected(said, ()))
        for name, said in shipped()["helping"].items()
    }


def _expected(said: Mapping[str, Any], own: Sequence[str]) -> Expected:
    pattern = said.get("pattern")
    between = said.get("between")
    return Expected(
        headers=(*own, *said.get("headers", ())),
        reads=tuple(said.get("reads", ())),
        pattern=re.compile(pattern, re.IGNORECASE) if pattern else None,
        between=(float(between[0]), float(between[1])) if between else None,
        dates=said.get("dates", ""),
        unique=said.get("unique", False),
        filled=said.get("filled", True),
        tells=said.get("tells", 0.1),
        codes=said.get("codes", {}),
    )


@lru_cache(maxsize=20_000)
def key_of(header: str) -> str:
    """Return a header as it is compared; the same few are asked for again and again."""
    return header_key(header)


@lru_cache(maxsize=50_000)
def alike(header: str, name: str) -> float:
    """Return from 0 to 1 how like a name a header is: 1 if they are the same but for signs."""
    if key_of(header) == key_of(name):
        return 1.0
    ours, theirs = tokens(header), tokens(name)
    if not ours or not theirs:
        return 0.0
    if ours == theirs:
        return 0.97
    if min(len(header), len(name)) > 5 and ratio(key_of(header), key_of(name)) >= _TYPO:
        return 0.9
    shared = _weight(ours & theirs)
    score = 0.9 * 2 * shared / (_weight(ours) + _weight(theirs))
    return score if (ours & theirs) - _words("faint") else score * 0.5


def of_another(header: str, names: Sequence[str]) -> bool:
    """Tell whether a header has a word that makes it another column than any of these names."""
    strange = tokens(header) & _words("other")
    return bool(strange) and not any(strange <= tokens(name) for name in names)


@lru_cache(maxsize=20_000)
def tokens(header: str) -> frozenset[str]:
    """Return the words of a header: lower case, without accents, abbreviations written out."""
    short: Mapping[str, str] = shipped()["abbreviations"]
    words: list[str] = []
    for word in _WORD.findall(_CAMEL.sub(" ", header)):
        plain = _plain(word)
        words += short.get(plain, plain).split()
    found = frozenset(words)
    return found - _words("silent") or found


def _plain(word: str) -> str:
    split = unicodedata.normalize("NFD", word.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(shipped()[kind]["words"])


def _weight(words: frozenset[str]) -> float:
    faint = len(words & _words("faint"))
    return len(words) - faint * (1 - _FAINT_WEIGHT)
