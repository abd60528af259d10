"""Identifiers: staff numbers, post references, National Insurance numbers.

They look like numbers, and spreadsheets treat them as such: leading zeros go, long ones are
shortened or rounded, and some become dates. What was lost is put back only where the layout says
how long every one is; everything else waits for its sender.
"""

import re
import unicodedata

from muster.hub.parsers.amounts import SHORTENED
from muster.hub.parsers.reasons import LOST_ZEROS, Damaged, Unreadable

LOOK_ALIKE = "holds letters of another alphabet that look alike: type it again"
OTHER_DIGITS = "holds digits of another alphabet: type it again"
ROUNDED = "16 or more digits and zeros at the end: a spreadsheet keeps only 15, send it as text"
BECAME_A_DATE = "a spreadsheet made a date of it: send the column as text"
ONLY_ZEROS = "nothing but zeros"

_SHORTENED = re.compile(r"\d(?:\.\d+)?E[+-]\d{1,3}", re.ASCII | re.IGNORECASE)
_ROUNDED = re.compile(r"\d{15,}", re.ASCII)
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+)?|\d{1,2}-(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
    r"(?:-\d{2,4})?",
    re.ASCII | re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")


def read_identifier(text: str, digits: int = 0, *, certain: bool = False) -> tuple[str, str | None]:
    """Return an identifier, and what was put right, if anything.

    Args:
        text: what stands in the cell, tidied, with plain quotes and dashes.
        digits: how many digits every one has; 0 where the layout does not say.
        certain: whether its writer marked it as text, so that no spreadsheet counted with it.

    Raises:
        Unreadable: if a program changed it so that nobody can say what it was.
    """
    if not text.isascii():
        _refuse_other_alphabets(text)
    elif not certain:
        _refuse_changed(text)
    return padded(text, digits) if digits else (text, None)


def read_compact(text: str) -> str:
    """Return an identifier without spaces and in capitals: ``qa 12 34 56 c`` is ``QA123456C``."""
    return "".join(text.split()).upper()


def padded(text: str, digits: int) -> tuple[str, str | None]:
    """Return a number of declared length with the zeros that it lost.

    Raises:
        Unreadable: if it is no number, or longer.
    """
    # A program that holds numbers with decimals also wrote "1234.0" for 1234.
    number = text.removesuffix(".0")
    if _DIGITS.fullmatch(number) is None or len(number) > digits:
        raise Unreadable(f"not {digits} digits")
    if not number.strip("0"):
        raise Unreadable(ONLY_ZEROS)
    lost = len(number) < digits or number != text
    return number.zfill(digits), LOST_ZEROS if lost else None


def _refuse_changed(text: str) -> None:
    if not text[:1].isdigit():
        return
    if _SHORTENED.fullmatch(text):
        raise Damaged(SHORTENED)
    if _DATE.fullmatch(text):
        raise Damaged(BECAME_A_DATE)
    if len(text) > 15 and _ROUNDED.fullmatch(text) and not text[15:].strip("0"):
        raise Damaged(ROUNDED)


def refuse_look_alikes(text: str) -> None:
    """Refuse a code that seems right to the eye and is not, naming why.

    Raises:
        Unreadable: if Latin letters or digits stand beside letters of another alphabet.
    """
    if not text.isascii() and any(c.isascii() and c.isalnum() for c in text):
        _refuse_other_alphabets(text)


def refuse_mixed_words(text: str) -> None:
    """Refuse a name or text of which one word holds letters of two alphabets.

    Raises:
        Unreadable: if Latin letters stand beside Cyrillic, Greek or other letters in one word.
    """
    if text.isascii():
        return
    for word in _WORD.findall(text):
        if not word.isascii() and any(letter.isascii() for letter in word):
            _refuse_other_alphabets(word)


def _refuse_other_alphabets(text: str) -> None:
    for character in text:
        if character.isascii():
            continue
        if character.isalpha() and not unicodedata.name(character, "").startswith("LATIN "):
            raise Unreadable(LOOK_ALIKE)
        if character.isnumeric() and character.isalnum():
            raise Unreadable(OTHER_DIGITS)
