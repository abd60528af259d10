"""Finding personal columns that a contract does not declare.

A department may publish an extract that still holds names, telephones or emails. Such a file is
held for its owner instead of being spread: the test is made on columns nobody declared, by their
header and by what their cells look like. Better one file too many held than one name spread.
"""

import re
from collections.abc import Sequence

_HEADER_WORDS = re.compile(
    r"\b(name|surname|forenames?|firstname|lastname|e-?mail|phone|telephone|mobile|fax|contact"
    r"|dob|birth|nino|national insurance|ni number|passport|address|postcode|gender|sex"
    r"|ethnic\w*|religion|disab\w*|orientation|sick\w*|bank|sort code|staff (no|number|id)"
    r"|employee (no|number|id))\b",
    re.IGNORECASE,
)
_VALUES = (
    ("email addresses", re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")),
    ("telephone numbers", re.compile(r"^(\+44|0)[\d ()-]{9,14}$")),
    ("National Insurance numbers", re.compile(r"^[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]$", re.I)),
    ("names", re.compile(r"^(Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Prof(essor)?)\.? [A-Z][a-z'-]+", re.I)),
)
_SAMPLED = 500
_SHARE = 0.1


def why_personal(header: str, cells: Sequence[str]) -> str | None:
    """Return why a column seems personal, in words without any value; None if it does not."""
    filled = [cell.strip() for cell in cells if cell.strip()][:_SAMPLED]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\W]+", " ", header)
    if _HEADER_WORDS.search(spaced) and filled:
        return "its header says so"
    for what, form in _VALUES:
        hits = sum(form.match(cell) is not None for cell in filled)
        if hits and hits >= _SHARE * len(filled):
            return f"its cells look like {what}"
    return None
