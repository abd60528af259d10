"""Names: what may be one, how the payroll submission writes it, and which names are one person's.

The name is always kept as the person writes it. Only what is sent to HMRC is brought within the
signs that its submission takes: letters A to Z, space, hyphen, apostrophe and full stop.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from muster.services.transfers.record.wrong import Wrong

LONGEST = 60
FPS_LONGEST = 35
_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u2018\u02bc\u02b9\u0060\u00b4\u2032"), "'")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014"), "-")
_SIGNS = frozenset(" '-.\u2019\u2018\u02bc\u00b7")
# Letters that no decomposition splits, as English writes them without.
_LETTERS = str.maketrans({
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L",
    "\u0131": "i", "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "Ng", "ĸ": "k", "·": "",
})  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Submitted:
    """A name as the payroll submission takes it, and what became of it on the way.

    Args:
        text: at most 35 signs of A to Z, space, hyphen, apostrophe and full stop; empty where
            the name has letters that are not Latin.
        changed: whether letters were written otherwise.
        cut: whether it was longer than the submission takes.
    """

    text: str
    changed: bool
    cut: bool


def kept_name(text: str) -> str:
    """Return a name if it can be one.

    Raises:
        Wrong: if it is too long, holds other signs, or mixes alphabets in one word.
    """
    if len(text) > LONGEST:
        raise Wrong("name length", f"It has over {LONGEST} characters", "Shorten it, and say so")
    if text != typed_name(text):
        raise Wrong("name form", "It holds needless spaces or letters in parts", "Write it again")
    for sign in text:
        if sign not in _SIGNS and unicodedata.category(sign)[0] not in "LM":
            raise Wrong(
                "name signs", "It holds a sign that no name has",
                "Write letters, spaces, hyphens, apostrophes and full stops alone",
            )  # fmt: skip
    if not any(sign.isalpha() for sign in text):
        raise Wrong("name signs", "It holds no letter", "Write the name")
    for word in _WORD.findall(text):
        if len({_alphabet(letter) for letter in word if letter.isalpha()}) > 1:
            raise Wrong(
                "name alphabets", "One word of it mixes letters of two alphabets that look alike",
                "Type the name again, do not copy it",
            )  # fmt: skip
    return text


def typed_name(text: str) -> str:
    """Return a name as typed, with single spaces and letters in one piece."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def for_submission(name: str) -> Submitted:
    """Return a name in the signs that the payroll submission takes; the original stays as it is."""
    plain = name.translate(_APOSTROPHES).translate(_DASHES).translate(_LETTERS)
    split = unicodedata.normalize("NFKD", plain)
    letters = "".join(sign for sign in split if not unicodedata.combining(sign))
    if re.fullmatch(r"[A-Za-z '.\-]+", letters) is None:
        return Submitted("", True, False)
    text = letters[:FPS_LONGEST].rstrip(" -'")
    return Submitted(text, letters != name, len(letters) > FPS_LONGEST)


def folded(name: str) -> str:
    """Return a name as names are compared: no accents, no capitals, no apostrophes, one space."""
    plain = name.translate(_APOSTROPHES).translate(_DASHES).translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", plain.casefold())
    kept = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join(kept.replace("'", "").replace("-", " ").replace(".", " ").split())


def one_person(name: str, other: str, former: Iterable[str]) -> bool:
    """Tell whether two names are one person's: alike, or one of them a former name."""
    known = {folded(each) for each in (name, *former)}
    return folded(other) in known


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0]
