"""One form for words that differ only in writing, and the other forms that a label is met in.

A text is folded once, letter for letter, so that a place in the folded text is the same place in
the text. What changes the number of letters (plurals, -ing, British and American spelling) is done
to labels instead, where there are thousands, and not to text, where there are millions.
"""

import re
from collections.abc import Iterator

# Dashes, slashes, brackets, double quotation marks, bullets and spaces of other widths.
_SPACED = (
    '\u2010\u2011\u2012\u2013\u2014\u2015-/\\()[]{}<>"\u201c\u201d\u201e\xab\xbb\u2022\xb7*|_'
    "\t\r\n\xa0\u2007\u2009\u200b\u202f\ufeff"
)
_APOSTROPHES = "\u2018\u2019\u201b`\xb4"
PLAIN = dict.fromkeys(_SPACED, " ") | dict.fromkeys(_APOSTROPHES, "'")
_PLAIN = str.maketrans(PLAIN)

# Folded words are told apart by what is neither letter nor digit; these belong to a name.
INSIDE = "+#"

_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{3})ise(d|s|r|rs)?\b"), r"ize\1"),
    (re.compile(r"(?<=[a-z]{3})ising\b"), "izing"),
    (re.compile(r"(?<=[a-z]{3})isation(s?)\b"), r"ization\1"),
    (re.compile(r"(?<=[a-z]{3})ize(d|s|r|rs)?\b"), r"ise\1"),
    (re.compile(r"(?<=[a-z]{3})izing\b"), "ising"),
    (re.compile(r"(?<=[a-z]{3})ization(s?)\b"), r"isation\1"),
    (re.compile(r"\banalyse"), "analyze"), (re.compile(r"\banalysing"), "analyzing"),
    (re.compile(r"\banalyze"), "analyse"), (re.compile(r"\banalyzing"), "analysing"),
    (re.compile(r"\bprogramme\b"), "program"), (re.compile(r"\bprogrammes\b"), "programs"),
    (re.compile(r"\bcentre"), "center"), (re.compile(r"\bcenter(?=ed|s?\b)"), "centre"),
    (re.compile(r"\b(behavi|col|lab|fav|hon)our"), r"\1or"),
    (re.compile(r"\b(behavi|lab|fav)or(?!at)"), r"\1our"),
    (re.compile(r"\b(mode|labe|trave|counse|signa|cance)ll(ing|ed|or)"), r"\1l\2"),
    (re.compile(r"\b(mode|labe|trave|counse|signa|cance)l(ing|ed|or)"), r"\1ll\2"),
    (re.compile(r"\b(orthop|p|an|gyn|h)ae"), r"\1e"), (re.compile(r"\bdefence\b"), "defense"),
    (re.compile(r"\blicence"), "license"), (re.compile(r"\bcatalogue"), "catalog"),
)  # fmt: skip
_MAYBE_SPELT = re.compile("|".join(f"(?:{one.pattern})" for one, _ in _SPELLINGS))
_DOUBLED = frozenset(
    {
        "plan", "run", "set", "get", "put", "cut", "fit", "stop", "control", "program", "refer",
        "transfer", "commit", "submit", "win", "dig", "tag", "map", "log", "chat", "drop", "plot",
        "trim", "model", "travel", "label", "counsel", "signal", "cancel", "ship", "strip", "wrap",
        "step", "swim",
    }
)  # fmt: skip
_NOT_PLURAL = frozenset(["ss", "us", "is", "ics"])
_UNCOUNTED = frozenset(
    {"work", "support", "advice", "health", "care", "staff", "equipment", "people", "data"}
)


def fold(text: str) -> str:
    """Return a text in small letters, its dashes, slashes and brackets as spaces.

    The result is exactly as long as the text: a place in one is the same place in the other.
    """
    small = text.translate(_PLAIN).lower()
    if len(small) == len(text):
        return small
    return "".join(one.lower() if len(one.lower()) == 1 else "i" for one in text.translate(_PLAIN))


def key(label: str) -> str:
    """Return the form by which labels are compared: folded, with single spaces."""
    return " ".join(fold(label).split()).strip(" .,;:!?")


def ing(verb: str) -> str:
    """Return the -ing form of a verb: manage, managing; plan, planning."""
    if verb in _DOUBLED:
        return verb + verb[-1] + "ing"
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    return verb + "ing"


def other_number(noun: str) -> str | None:
    """Return the plural of a singular and the singular of a plural; None where neither is safe."""
    if len(noun) < 4 or not noun.isalpha() or noun.endswith("ing") or noun in _UNCOUNTED:
        return None
    if noun.endswith("ies") and len(noun) > 5:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes")):
        return noun[:-2]
    if noun.endswith("s"):
        return None if noun[-2:] in _NOT_PLURAL or noun.endswith("ics") else noun[:-1]
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("x", "ch", "sh")) else "s")


def variants(label: str, *, verb: bool) -> Iterator[str]:
    """Yield the other forms in which a folded label of several words is met.

    Args:
        label: folded.
        verb: whether its first word is what one does (*manage budgets*).
    """
    words = label.split()
    if len(words) < 2:
        return
    forms = [label]
    last = other_number(words[-1])
    if last is not None and len(words) <= 4:
        forms.append(" ".join([*words[:-1], last]))
    if verb and len(words) == 2:
        one = last if words[-1].endswith("s") and last is not None else words[-1]
        forms.append(f"{words[0]} the {words[-1]}")
        if one not in _UNCOUNTED:
            forms.append(f"{words[0]} {'an' if one[0] in 'aeiou' else 'a'} {one}")
    if verb:
        forms += [" ".join([ing(words[0]), *form.split()[1:]]) for form in forms]
    for form in forms:
        if form != label:
            yield form
        yield from spelt(form)


def spelt(form: str) -> Iterator[str]:
    """Yield the British or American spelling of a form, if it has another."""
    if _MAYBE_SPELT.search(form) is None:
        return
    for pattern, instead in _SPELLINGS:
        other = pattern.sub(instead, form)
        if other != form:
            yield other
