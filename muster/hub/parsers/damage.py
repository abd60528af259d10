"""What programs do to text on its way: remains of spreadsheets, and letters read wrongly.

``tidy`` puts right what is certain and changes nothing that a reader would see otherwise: invisible
characters go, every kind of space becomes a space, a letter and its accent become one character,
and UTF-8 that was read as another encoding becomes what it was ("SiÃ¢n" is "Siân"). What is not
certain is left for ``refuse_damage`` to refuse. ``plain`` is for what is compared and not shown:
numbers, dates, codes and identifiers also lose typographers' quotes and dashes.
"""

import re
import unicodedata
from collections.abc import Callable

from muster.hub.parsers.reasons import Damaged

LOST_LETTERS = "letters were lost before the file was sent: send it again as UTF-8"
CONTROL = "holds a control character, which nobody can see: type the value again"
TOO_NARROW = "a column that was too narrow to show its values: widen it and save again"
NEVER_WORKED_OUT = (
    "a formula that was never worked out: open the workbook, save it and send it again"
)
FORMULA = "a formula where its result is expected: send the values"

_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!"
    r"|BUSY!|UNKNOWN!|GETTING_DATA|N/D)",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_MARKS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)


def refuse_remains(text: str) -> None:
    """Refuse what a spreadsheet shows instead of a value, in whatever field it stands.

    Raises:
        Damaged: naming the error and what to do about it.
    """
    if text[:1] not in ("#", "="):
        return
    if text.startswith("="):
        raise Damaged(FORMULA)
    if text.upper() == "#FORMULA?":
        raise Damaged(NEVER_WORKED_OUT)
    if len(text) > 1 and not text.strip("#"):
        raise Damaged(TOO_NARROW)
    if _ERROR.fullmatch(text):
        raise Damaged(f"a spreadsheet's error, {text.upper()}: mend the cell's formula")


def refuse_damage(text: str) -> None:
    """Refuse a text of which ``tidy`` could not make what it was.

    Raises:
        Damaged: if it holds a control character, or letters that were lost.
    """
    if _CONTROLS.search(text):
        raise Damaged(CONTROL)
    if lost_letters(text):
        raise Damaged(LOST_LETTERS)


def lost_letters(text: str) -> bool:
    """Tell whether letters of a tidied text were lost, so that nobody can say what they were."""
    return not text.isascii() and _LOST.search(text) is not None


def plain(text: str) -> str:
    """Return a tidied text with typewriter's quotes and dashes, without a mark that it is text.

    A spreadsheet's user begins a cell with an apostrophe to say that its digits are text.
    """
    if not text.isascii():
        text = _JOINERS.sub("", text).translate(_MARKS)
    return text[1:].lstrip() if text.startswith("'") else text


def tidy(text: str) -> tuple[str, bool]:
    """Return a text as its writer would see it, and whether wrongly read letters were put right.

    The same again for its own result: ``tidy(tidy(text)) == tidy(text)``.
    """
    if text.isascii():
        return text, False
    repaired = _put_right(text)
    shown = _SPACES.sub(" ", _INVISIBLE.sub("", repaired))
    shown = unicodedata.normalize("NFC", shown)
    # What became one by all this can in its turn be what a wrong reading made of two.
    return (shown, repaired != text) if shown == text else (tidy(shown)[0], repaired != text)


# UTF-8 writes a letter beyond ASCII as two to four bytes. Read as Windows-1252 or Mac Roman, each
# byte becomes a character of its own: "é" becomes "Ã©" or "√©". Reading those bytes as UTF-8 again
# is certain where it gives a character that people of this country write, because no word of
# theirs holds such a pair.
_PLAUSIBLE = frozenset(
    "".join(map(chr, (*range(0xA1, 0x180), *range(0x1E00, 0x1F00))))
    + "\u00a0\u00ad\u200b\ufeff\u2010\u2011\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2022"
    + "\u02c6\u02dc\u2020\u2021\u2026\u2030\u2032\u2033\u2039\u203a\u20ac\u2122"
)  # fmt: skip
# Marks that a writer may well put behind a word that ends with one of these capitals.
_CAPITALS, _BEHIND = "\u00c4\u00c5", "\u2018\u2019\u201c\u201d\u2013\u2014\u2026"
_LOST = re.compile(
    "\ufffd|\u00e2\u20ac|(?<=[a-z])[\u00c3\u00c2](?![a-z])|" + f"[{_CAPITALS}][{_BEHIND}]"
)


def _bytes_of(encoding: str) -> dict[str, int]:
    """Return the byte behind each character; bytes without a character stand for themselves."""
    table = {chr(byte): byte for byte in range(0x80, 0xA0)} if encoding == "cp1252" else {}
    for byte in range(0x80, 0x100):
        character = bytes([byte]).decode(encoding, errors="ignore")
        if character:
            table[character] = byte
    return table


def _repairer(encoding: str, leads: str) -> Callable[[str], str]:
    """Return what puts right the text of which UTF-8 was read in an encoding."""
    table = _bytes_of(encoding)
    follows = "".join(map(re.escape, (c for c, byte in table.items() if 0x80 <= byte < 0xC0)))
    found = re.compile(f"[{re.escape(leads)}][{follows}]{{1,2}}")

    def one(match: re.Match[str]) -> str:
        text = match[0]
        capital = not match.string[max(match.start() - 1, 0) : match.start()].islower()
        if capital and text[0] in _CAPITALS and text[1] in _BEHIND:
            return text
        for length in (3, 2):
            part, rest = text[:length], text[length:]
            if len(part) < length:
                continue
            try:
                letter = bytes(table[character] for character in part).decode("utf-8")
            except UnicodeDecodeError:
                continue
            if letter in _PLAUSIBLE:
                return letter + rest
        return text

    return lambda text: found.sub(one, text)


_REPAIRERS = (
    _repairer("mac_roman", "\u201a"),  # first: its three characters hold a pair of the next
    _repairer("cp1252", "\u00c2\u00c3\u00c4\u00c5\u00cb\u00e1\u00e2\u00ef"),
    _repairer("mac_roman", "\u221a\u00ac\u0192\u2248"),
)


def _put_right(text: str) -> str:
    """Undo wrong readings, several one upon the other too."""
    better = text
    for repair in _REPAIRERS:
        better = repair(better)
    return text if better == text else _put_right(better)
