"""Finding personal columns that a contract does not declare.

A department may publish an extract that still holds names, telephones or emails. Such a file is
held for its owner instead of being spread: the test is made on columns nobody declared, by their
header and by what their cells look like. Better one file too many held than one name spread; but
a name, address, postcode, telephone or email of a *place or organisation* ("Unit Name", "Office
postcode") is nobody's, so there only the cells decide.
"""

import re
from collections.abc import Sequence

_ABOUT_PERSONS = re.compile(
    r"\b(surname|forenames?|firstname|lastname|middlename|fullname|username|initials|known as"
    r"|e ?mail|(tele)?phone|tel|mobile|fax|extn?|extension|contact|d ?o ?b|birth|age|nino"
    r"|national insurance|ni (no|number)|passport|gender|sex|pronouns?|ethnic\w*|nationality"
    r"|religion|belief|disab\w*|orientation|marital|maternity|sick\w*|trade union"
    r"|union member\w*|next of kin|bank|sort code|account (no|number)|salutation"
    r"|persons?|individual|home(?! office)|private|residential"
    r"|(staff|employee|payroll|personnel|person) (no|num|number|id|ref|reference)"
    r"|employee|incumbent|(post|job|office|role) ?holder|line manager|manager|photo|signature"
    r"|linkedin|twitter)\b",
    re.IGNORECASE,
)
_ABOUT_ANYTHING = re.compile(r"\b(names?|address|post ?code)\b", re.IGNORECASE)
_OF_NO_PERSON = re.compile(
    r"\b(agency|area|band|board|body|branch|building|business|centre|city|class|column|committee"
    r"|council|country|county|department|dept|directorate|district|division|employer|field|file"
    r"|function|grade|group|location|ministry|occupation\w*|office|organi[sz]ation|org|parent"
    r"|place|post|profession\w*|programme|project|publisher|region|role|scheme|section|service"
    r"|site|system|table|team|town|unit|web|work ?place)\b",
    re.IGNORECASE,
)
_VALUES = (
    ("email addresses", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    ("telephone numbers", re.compile(r"(\+44|\(?0)[\d ()-]{8,14}(\s*(x|ext).{0,8})?", re.I)),
    ("National Insurance numbers", re.compile(r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]", re.I)),
    (
        "names",
        re.compile(r"(Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Lord|Lady|Prof(essor)?)\.? [^\W\d_].*", re.I),
    ),
)
_SHARE = 0.1
# What publishers write into a column they have emptied.
_SAYS_NOTHING = frozenset(
    ("", "-", "n/a", "n/d", "na", "nd", "nil", "none", "not disclosed", "redacted", "vacant", "x")
)


def why_personal(header: str, cells: Sequence[str]) -> str | None:
    """Return why a column seems personal, in words without any value; None if it does not."""
    filled = [cell for cell in map(str.strip, cells) if cell.casefold() not in _SAYS_NOTHING]
    if filled and _says_so(header):
        return "its header says so"
    for what, form in _VALUES:
        hits = sum(form.fullmatch(cell) is not None for cell in filled)
        if hits and hits >= _SHARE * len(filled):
            return f"its cells look like {what}"
    return None


def _says_so(header: str) -> bool:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|[\W_]+", " ", header)
    if _ABOUT_PERSONS.search(words):
        return True
    return bool(_ABOUT_ANYTHING.search(words)) and not _OF_NO_PERSON.search(words)
