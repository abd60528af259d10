"""Whether a text tells something of a person: what no log and no message of an error may hold.

For the whole run of the tests. Each process writes what it logs into a file; afterwards all of them
are searched for what tests know people by: National Insurance numbers, addresses of emails and
houses, accounts, and the names of the pretend people and of those whom tests invent.
"""

import logging
import os
import re
import tomllib
from functools import cache
from pathlib import Path

from muster.web.errors import WithoutValues

FOLDER = "TEST_LOGS"
"""The setting that names the folder logs are kept in; nothing is kept without it."""
ROOT = Path(__file__).parent.parent
_PATTERNS = {
    "a National Insurance number": r"\b(?!HT|BG|NK|KN|NT|ZZ)[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
    "an email address": r"[\w.+'-]+@(?!\d)[\w-]+(?:\.[\w-]+)+\b",
    "a postcode": r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b",
    "a sort code": r"\b\d{2}-\d{2}-\d{2}\b(?!-)",
}
# Not of people: what code and documents call things.
_WORDS = re.compile(r"[A-Za-z]+")


@cache
def names() -> frozenset[str]:
    """Return the names that pretend people bear and that are no words of the code itself."""
    drawn = tomllib.loads((ROOT / "synthetic" / "names.toml").read_text())
    said = [drawn["mononyms"]["names"], *(group["surnames"] for group in drawn["groups"].values())]
    known = {name.strip() for some in said for name in some.split(",")}
    known |= {"Okafor", "Lovelace", "Quillfeather"}
    common = _words_of_the_code()
    return frozenset(name for name in known if len(name) > 4 and name.lower() not in common)


@cache
def _words_of_the_code() -> frozenset[str]:
    found: set[str] = set()
    for place in (*(ROOT / "muster").rglob("*.py"), *(ROOT / "muster").rglob("*.html")):
        if "static" not in place.parts:
            found.update(word for word in _WORDS.findall(place.read_text()) if word.islower())
    return frozenset(found)


@cache
def _pattern() -> re.Pattern[str]:
    each = [f"(?P<p{at}>{pattern})" for at, pattern in enumerate(_PATTERNS.values())]
    return re.compile("|".join([*each, rf"\b(?P<name>{'|'.join(map(re.escape, names()))})\b"]))


def personal_in(text: str) -> str:
    """Return what kind of personal value a text holds; empty if there is none."""
    found = _pattern().search(text)
    if found is None:
        return ""
    kind = found.lastgroup or ""
    return "a name" if kind == "name" else list(_PATTERNS)[int(kind[1:])]


def keep_logs() -> None:
    """Write all that this process logs into a file, if a run of the tests asks for it."""
    folder = os.environ.get(FOLDER)
    if folder:
        handler = logging.FileHandler(Path(folder) / f"{os.getpid()}.log", encoding="utf-8")
        handler.setFormatter(WithoutValues("%(name)s %(message)s"))
        logging.getLogger().addHandler(handler)
        logging.getLogger().setLevel(logging.INFO)


def told_in(folder: Path) -> list[str]:
    """Return where logs tell something of a person: file, line and kind, without the value."""
    return [
        f"{place.name}, line {number}: {kind}"
        for place in sorted(folder.glob("*.log"))
        for number, line in enumerate(place.read_text("utf-8", "replace").splitlines(), start=1)
        if (kind := personal_in(line))
    ]
