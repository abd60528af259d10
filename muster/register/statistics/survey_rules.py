"""How the Civil Service People Survey names what it asked, and of whom a score is.

Pure rules. Each year's publication writes the same measure in another way: ``EES``, ``Employee
engagement index (B47-B51)``, ``Engagement index``. Indices, themes and the response rate are one
measure through all years. A question is known by what is published of it in its own year alone:
its number moved when others were dropped, so ``B06`` of two years can be two questions.
"""

import re
from dataclasses import dataclass
from typing import Literal

RESPONSE_RATE, ENGAGEMENT = "response_rate", "EES"
THEMES = {
    "mw_ts": "My work",
    "op_ts": "Organisational objectives and purpose",
    "lm_ts": "My manager",
    "mt_ts": "My team",
    "ld_ts": "Learning and development",
    "if_ts": "Inclusion and fair treatment",
    "rw_ts": "Resources and workload",
    "pb_ts": "Pay and benefits",
    "lc_ts": "Leadership and managing change",
    "PERMA_index": "PERMA Index",
    "HSE_index": "Proxy Stress Index",
}
SUPPRESSED, NOT_ASKED = "[c]", "[z]"
MARKS = (SUPPRESSED, NOT_ASKED)

Level = Literal["organisation", "group", "civil_service"]

_NAMES = {
    "response rate": RESPONSE_RATE,
    "survey response rate (%)": RESPONSE_RATE,
    "employee engagement index": ENGAGEMENT,
    "engagement index": ENGAGEMENT,
    "my line manager": "lm_ts",
    **{title.casefold(): code for code, title in THEMES.items()},
}
_CODES = {code.casefold(): code for code in (ENGAGEMENT, *THEMES)}
# "Response rate [note 9]", and the raised figure of a footnote that was copied as "purpose1".
_NOTE = re.compile(r"\s*\[note \d+\]$", re.IGNORECASE)
_RAISED = re.compile(r"(?<=[a-z])\d$")
# "EES", "mw_ts.", "B01.", "J04B", "E06_A_yes", "B37A": what a measure may begin with.
_CODE = re.compile(
    r"([A-Za-z]{1,5}(?:_[A-Za-z]+)*\d{0,2}[A-Z]?(?:_[A-Za-z0-9]+)*)(?:\.(?: |$)| |$)"
)
_QUESTION = re.compile(r"[A-Z]{1,2}\d{1,2}[A-Z]?(?:_[A-Za-z0-9]+)*")
_LONGEST = 20
_THEME_SCORE = re.compile(r"\s*(?:theme score)?\s*(?:\([^()]*\))?$")


@dataclass(frozen=True)
class Asked:
    """What a score is of.

    Args:
        code: of an index, a theme or the response rate, the same in all years; of a question, its
            number in its own year; empty where the publication gives none.
        words: what is published beside the code, on one line; the code where that is all.
    """

    code: str
    words: str

    @property
    def steady(self) -> bool:
        """Whether the same code means the same measure in every year."""
        return self.code in (RESPONSE_RATE, ENGAGEMENT, *THEMES)


def read_measure(published: str) -> Asked:
    """Return what a published heading of a column, or name of a measure, asks."""
    line = _NOTE.sub("", " ".join(published.split()))
    begins = _CODE.match(line)
    if begins is not None:
        code, words = begins[1], line[begins.end() :].strip() or line.rstrip(".")
        if code.casefold() in _CODES:
            return Asked(_CODES[code.casefold()], words)
        if _QUESTION.fullmatch(code) and len(code) <= _LONGEST:
            return Asked(code, words)
    plain = _RAISED.sub("", line.casefold().replace("_", " "))
    found = _NAMES.get(plain) or _NAMES.get(_THEME_SCORE.sub("", plain).strip())
    return Asked(found or "", line)


_BENCHMARK = re.compile(r"civil service (?:\d{4} )?benchmark\b|all civil servants\b", re.IGNORECASE)
_GROUP = re.compile(r"\bgroup(?: \([^()]*\))?$|\((?:including|combined)\b|\bcombined$")


def level_of(organisation: str) -> Level:
    """Return of what a score is: one organisation, several that took part together, or all.

    A group's score is that of no employer: ``Ministry of Justice (including agencies)`` says
    nothing of the ministry alone. ``Defence Support Group`` is a body of that name.
    """
    name = " ".join(organisation.split())
    if _BENCHMARK.match(name):
        return "civil_service"
    return "group" if _GROUP.search(name) else "organisation"


def is_mean(organisation: str) -> bool:
    """Tell whether a score of all civil servants is their mean; otherwise it is the benchmark.

    The benchmark is the median of the organisations' scores.
    """
    return "mean" in organisation.casefold()
