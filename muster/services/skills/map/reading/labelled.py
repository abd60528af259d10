"""What an advert states under labels: "Job grade", "Location" and their like, above its text.

Pages, Word documents and PDFs alike write a label and its value on one line, or the value below.
What was taken is not read as text again.
"""

import re
from collections.abc import Sequence

_LABELS = {
    "key": r"(?:job |vacancy |advert )?ref(?:erence)?(?: number| no\.?| code)?|job id",
    "title": r"(?:job|post|role|vacancy|position) title|title of post|post|role title",
    "organisation": r"department(?: or agency)?|organisation|employer|agency|company|public body",
    "profession": r"type of role|profession|job family|role type|job category",
    "grade": r"(?:job |post |pay )?(?:grade|band)(?: ?/ ?band)?|civil service grade|graddfa",
    "place": r"(?:job )?locations?|place of work|based (?:at|in)|work location|lleoliad|base",
    "region": r"region",
    "posted": r"(?:date )?(?:posted|published|advertised)(?: on| date)?|opening date|date posted",
    "": r"salary(?: range)?|contract(?: type)?|working pattern|hours|number of (?:jobs|posts)"
        r"(?: available)?|closing date|apply (?:by|before)(?: .*)?|business area|length of"
        r" employment|reports to|responsible to|accountable to|directorate|job type",
}  # fmt: skip
_KNOWN = {
    name: re.compile(rf"(?i)^\s*(?:{labels})\s*(?::|\t|\s-\s|$)\s*(.*)$")
    for name, labels in _LABELS.items()
}
_LONGEST, _ABOVE = 200, 60


def taken(lines: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return what the first lines state under labels, and the lines without it."""
    found: dict[str, str] = {}
    rest: list[str] = []
    waiting: str | None = None
    for number, line in enumerate(lines):
        words = line.strip()
        if waiting is not None and words:
            name, waiting = waiting, None
            if _label(words) is None and len(words) <= _LONGEST:
                _keep(found, name, words)
                continue
        label = _label(words) if number < _ABOVE else None
        if label is None:
            rest.append(line)
        elif label[1]:
            _keep(found, *label)
        else:
            waiting = label[0]
    return found, rest


def _label(words: str) -> tuple[str, str] | None:
    for name, pattern in _KNOWN.items():
        met = pattern.match(words)
        if met is not None and len(met[1]) <= _LONGEST:
            return name, met[1].strip(" :")
    return None


def _keep(found: dict[str, str], name: str, value: str) -> None:
    if name and value:
        found.setdefault(name, value)
