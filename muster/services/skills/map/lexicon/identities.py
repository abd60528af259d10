"""Identifiers of skills that a list brings: the same in every release, and fit for an address.

What a person corrected, and where a skill lies, is remembered by its identifier. A skill of ESCO
has the one it has in the list that ships, however a file writes it, so corrections hold for it.
"""

import hashlib
import re

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_KNOWN = re.compile(r"(esco|ddat|own):[a-z0-9-]{1,90}")
_PLAIN = re.compile(r"(?!(?:esco|ddat|own)-)[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_WORDS = re.compile(r"[a-z0-9]+( [a-z0-9]+)*")
_LONGEST = 60


def identity(stated: str) -> str:
    """Return the identifier of a skill from what a list states.

    Args:
        stated: an identifier, an address such as ``http://data.europa.eu/esco/skill/...``, or, in a
            list without identifiers, the folded first name.

    Returns:
        ``esco:`` and the UUID where one is stated; what is stated where it fits an address; else
        ``own:`` with its letters and, where these do not tell it from others, a digest.
    """
    text = stated.strip()
    bare = text.lower().removeprefix("esco:").rstrip("/").rpartition("/")[2]
    if _UUID.fullmatch(bare):
        return f"esco:{bare}"
    if _KNOWN.fullmatch(text) or _PLAIN.fullmatch(text):
        return text
    if _WORDS.fullmatch(text) and len(text) <= _LONGEST:
        return f"own:{text.replace(' ', '-')}"
    letters = re.sub(r"[^a-z0-9]+", "-", text.lower())[:40].strip("-")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"own:{letters}-{digest}" if letters else f"own:{digest}"
