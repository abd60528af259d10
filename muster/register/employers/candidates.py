"""Which organisations might a name mean, when no certain rule says? For a person to choose.

Nothing here decides. Each candidate carries a score and says in words how its name differs, so
that the person sees "of" against "for" instead of trusting a number. The parent department
that the file states raises that department and its children: "Department of Education" in a
file from the Department for Education is probably a slip, not Northern Ireland's department.
"""

from dataclasses import dataclass

from rapidfuzz import fuzz

from muster.register.employers.rules import (
    NameIndex,
    Organisation,
    normalise_name,
    read_employer_name,
)

# How far the stated parent lifts a child, and the parent itself. Measured on 148 published
# names: enough to put a child before equally worded strangers, too little to lift another name.
_CHILD_LIFT = 8.0
_PARENT_LIFT = 10.0
_LOWEST_SCORE = 45.0
_ALL_WORDS_PRESENT = 75.0
_SPACED_DIFFERENTLY = 97.0
_SEEN_BY_A_RULE = 90.0
# Letters of other alphabets that look like Latin ones, for reading only, never for matching.
_LOOKALIKES = str.maketrans("авеікмнорсѕтухјԁαβεικνορτυχ", "abeikmhopcstyxjdabeikvoptux")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation a person may choose: score 0 to 100, and why it is offered."""

    key: str
    title: str
    score: float
    reason: str


def likely_candidates(
    stated: str, index: NameIndex, parent: str | None = None, limit: int = 5
) -> tuple[Candidate, ...]:
    """At most limit organisations, likeliest first; none when nothing comes near.

    parent is the parent department as the file states it, if it does.
    """
    read = normalise_name(stated)
    wanted = read.translate(_LOOKALIKES)
    if not wanted:
        return ()
    parent_key = read_employer_name(parent, index).key if parent else None
    already_seen = read_employer_name(stated, index).candidates
    found = []
    for organisation in index.organisations.values():
        score, reason = _likeness(wanted, organisation)
        if organisation.key in already_seen and score < _SEEN_BY_A_RULE:
            score, reason = _SEEN_BY_A_RULE, "its initials"
        if score < _LOWEST_SCORE:
            continue
        reasons = [reason]
        if wanted != read:
            reasons.append("the file has letters of another alphabet that look alike")
        if parent_key and organisation.key == parent_key:
            score += _PARENT_LIFT
            reasons.append("it is the parent department the file states")
        elif parent_key and parent_key in organisation.parents:
            score += _CHILD_LIFT
            reasons.append("it belongs to the parent department the file states")
        found.append((score, organisation, "; ".join(reasons)))
    found.sort(key=lambda one: (-one[0], one[1].title))
    return tuple(
        Candidate(organisation.key, organisation.title, round(min(score, 100.0), 1), reason)
        for score, organisation, reason in found[:limit]
    )


def _likeness(wanted: str, organisation: Organisation) -> tuple[float, str]:
    """How near an organisation's nearest name is to the wanted one, 0 to 100, and why."""
    for short in organisation.abbreviations:
        if normalise_name(short) == wanted:
            return 100.0, f"its abbreviation is {short}"
    full = max(
        (_score(wanted, name), name) for name in map(normalise_name, organisation.full_names)
    )
    hint = normalise_name(organisation.slug_words)
    if hint and _score(wanted, hint) > full[0]:
        return _score(wanted, hint), f"only its web address: {_difference(wanted, hint)}"
    return full[0], _difference(wanted, full[1])


def _score(wanted: str, known: str) -> float:
    """How near two normalised names are, 0 to 100.

    Word order counts little; words that one side lacks cost most of their length, so that
    "Arts Council" does not look certain beside "Arts Council of Wales". Two or more words that
    all stand in the known name are worth more than a chance likeness of letters.
    """
    score = 0.6 * fuzz.token_sort_ratio(wanted, known) + 0.4 * fuzz.token_set_ratio(wanted, known)
    if " " in wanted and set(wanted.split()) <= set(known.split()):
        score = max(score, _ALL_WORDS_PRESENT)
    if wanted.replace(" ", "") == known.replace(" ", ""):
        score = max(score, _SPACED_DIFFERENTLY)
    return score


def _difference(wanted: str, known: str) -> str:
    """How a known name differs from the wanted one, in words."""
    if known == wanted:
        return "the same name"
    if known.replace(" ", "") == wanted.replace(" ", ""):
        return "the same letters, spaced differently"
    wanted_words, known_words = wanted.split(), known.split()
    missing = _words_beyond(known_words, wanted_words)
    added = _words_beyond(wanted_words, known_words)
    if missing and added:
        return f'says "{missing}" where the file says "{added}"'
    if missing:
        return f'also says "{missing}"'
    if added:
        return f'does not say "{added}"'
    return "the same words in another order"


def _words_beyond(words: list[str], others: list[str]) -> str:
    """The words left when each of the others has taken away one equal word."""
    left = list(words)
    for other in others:
        if other in left:
            left.remove(other)
    return " ".join(left)
