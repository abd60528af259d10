"""Names that hold surname and forenames in one cell, told apart by capitals."""

import re

from muster.hub.parsers.reasons import Unreadable

AMBIGUOUS = "a lone O before the surname is an initial or a part of it: write O. or Ó"

# Ó is no initial: it begins a surname.
_INITIAL = re.compile(r"^(?!Ó$)[^\W\d_]\.?$")


def read_surname_in_capitals(text: str) -> str:
    """Return the surname of a name such as ``Ann Maria VAN DYCK``: the capitals at its end.

    A single letter before them is an initial and belongs to the forenames.

    Raises:
        Unreadable: if the last word is not in capitals, or a lone O stands before it.
    """
    return " ".join(_halves(text)[1])


def read_name_before_capitals(text: str) -> str | None:
    """Return the forenames that stand before a surname in capitals; None for a surname alone.

    Raises:
        Unreadable: as ``read_surname_in_capitals``.
    """
    return " ".join(_halves(text)[0]) or None


def _halves(text: str) -> tuple[list[str], list[str]]:
    words = text.split()
    start = len(words)
    while start and words[start - 1] == words[start - 1].upper() != words[start - 1].lower():
        start -= 1
    if start == len(words):
        raise Unreadable("not a name that ends with its surname in capitals")
    while start < len(words) - 1 and _INITIAL.match(words[start]):
        if start == len(words) - 2 and words[start] == "O":
            raise Unreadable(AMBIGUOUS)
        start += 1
    return words[:start], words[start:]
