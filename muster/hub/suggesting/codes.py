"""Codes: what the codes of a column mean, where that is certain; the rest is asked."""

from collections.abc import Mapping

from muster.hub.contracts import ContractField
from muster.hub.suggesting.lessons import Lessons, compared
from muster.hub.suggesting.profiles import Profile
from muster.hub.suggesting.suggestion import CodeAsked, Question, Way
from muster.hub.suggesting.words import Expected, tokens

MOST_CODES = 60  # a column with more different cells holds no codes
NOTHING = "no value"
_DENIALS = frozenset(("non", "not", "no", "ex", "un", "former"))


def code_way(field: ContractField, expected: Expected, lessons: Lessons, profile: Profile) -> Way:
    """Return how the codes of a column are read, and which of them have to be asked."""
    values = [str(value) for value in field.rules["enum"]]
    meanings = lessons.meanings(field.name, expected, values)
    # Of a column with so many different cells no one is a code.
    counts = profile.counts if profile.distinct <= 3 * MOST_CODES else {}
    known = {text: meanings[compared(text)] for text in counts if compared(text) in meanings}
    fits = profile.share(lambda text: text in known)
    unknown = {text: n for text, n in counts.items() if text not in known}
    # The contract's own words are read as well, whatever this file has.
    codes = {value.replace("_", " "): value for value in values} | known
    count = len(known)
    said = f"{count} of its {count + len(unknown)} codes are known" if counts else ""
    questions: tuple[Question, ...] = ()
    if unknown and profile.distinct <= MOST_CODES:
        asked = sorted(unknown.items(), key=lambda each: -each[1])
        listed = tuple(CodeAsked(text, n, _likely(text, meanings)) for text, n in asked)
        options = tuple((value, value.replace("_", " ")) for value in values)
        questions = (
            Question(
                field.name,
                "codes",
                "What do these codes mean? Rows with a code that has no meaning wait.",
                (*options, (NOTHING, "nothing: read it as an empty cell")),
                listed,
                must=False,
            ),
        )
    return Way("codes", {"parse": "code", "codes": codes}, fits, said, questions)


def _likely(text: str, meanings: Mapping[str, str]) -> str:
    """Return what a code likely means because it holds a known one; empty if that is open."""
    words, key = tokens(text), compared(text)
    if words & _DENIALS:
        return ""
    found = {
        value
        for code, value in meanings.items()
        if len(code) > 3 and (code in key or tokens(code) <= words)
    }
    return found.pop() if len(found) == 1 else ""
