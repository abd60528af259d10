"""Names as they are searched for: found however they are spelled and typed.

Accents and capitals are set aside (Siân, Siŵan, Mòrag, Ó Briain), and so are the ways of writing
the particles of Irish and Scottish names: O'Neill, O’Neill, O Neill and ONeill are one name to
somebody who searches, and so are MacLeod, McLeod and Mac Leod. Names themselves are kept as stated.
"""

import unicodedata
from itertools import pairwise

_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u2018\u02bc\u02b9\u0060\u00b4\u2032"), "'")
_SONS = ("mac", "mc")
_SHORTEST = 3  # letters after Mac or Mc, below which it is no particle: Mack, Mace


def searchable(*parts: str | None) -> str:
    """Return text as it is searched: no accents, no capitals, single spaces."""
    joined = " ".join(part for part in parts if part).translate(_APOSTROPHES)
    letters = unicodedata.normalize("NFKD", joined)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def with_spellings(*parts: str | None) -> str:
    """Return names as they are searched, and after them how else they are spelled."""
    text = searchable(*parts)
    words = text.split()
    others = [other for word in words for other in other_spellings(word)]
    for word, following in pairwise(words):
        if word == "o" or word in _SONS:
            others += [word + following, *other_spellings(word + following)]
    fresh = [other for other in dict.fromkeys(others) if other not in words]
    return " ".join([text, *fresh])


def other_spellings(word: str) -> list[str]:
    """Return how else a searchable word may be written."""
    found = [word.replace("'", "")] if "'" in word else []
    for son, other in (_SONS, _SONS[::-1]):
        rest = word.removeprefix(son)
        if rest != word and len(rest) >= _SHORTEST and not rest.startswith("'"):
            return [*found, other + rest]
    return found
