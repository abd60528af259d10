"""The terms of an agreement as people sign them, and the digest that a signature is over.

The same terms always have the same digest: they are written as JSON with sorted names and nothing
left to taste, together with the number of their version.
"""

import datetime as dt
import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any

from muster.hub.agreements.processors import Processor, read_processors
from muster.hub.contracts import Contract
from muster.kernel.errors import BadInput, Where

# UK GDPR, articles 6(1) and 9(2).
ARTICLE_6 = ("a", "b", "c", "d", "e", "f")
ARTICLE_9 = ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
LONGEST_NAME, LONGEST_TEXT, MOST_PROCESSORS = 200, 4000, 50
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,98}")
_WORDS = ("purpose", "lawful_basis", "retention")


@dataclass(frozen=True)
class Terms:
    """Everything that both sides sign.

    Args:
        code: the agreement's own name; never changes.
        title: what people call it.
        contract: with its major version, such as ``muster.people.hired.v1``.
        lowest_revision: the first revision of the contract that is covered.
        sender: the sending system's code.
        receiver: the receiving system's code, or ``register``.
        fields: the contract's fields that may leave, sorted.
        purpose: what the data is for.
        article6: the letter of the lawful basis, UK GDPR article 6(1).
        article9: the letter of the condition, article 9(2), where a field is special; else "".
        lawful_basis: the law or duty relied on, in words.
        retention: for how long the receiver keeps it.
        starts: the first day.
        ends: the first day without the agreement; None is open.
        processors: those who work for either side.
        sender_office: who answers for it at the sender, such as "HR Director".
        receiver_office: who answers for it at the receiver.
    """

    code: str
    title: str
    contract: str
    sender: str
    receiver: str
    fields: tuple[str, ...]
    purpose: str
    lawful_basis: str
    retention: str
    starts: dt.date
    ends: dt.date | None = None
    article6: str = ""
    article9: str = ""
    lowest_revision: int = 1
    processors: tuple[Processor, ...] = ()
    sender_office: str = ""
    receiver_office: str = ""


def canonical(terms: Terms, version: int) -> str:
    """Return a version's terms as the one JSON text that is signed."""
    said = {**asdict(terms), "version": version}
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest_of(terms: Terms, version: int) -> str:
    """Return what a signature of a version is over: SHA-256 of its canonical terms, in hex."""
    return _hashed(canonical(terms, version))


def says(text: str, digest: str, terms: Terms) -> bool:
    """Tell whether a canonical text is the one of a digest, and states these terms."""
    return _hashed(text) == digest and read_terms(text) == terms


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=256)
def read_terms(text: str) -> Terms:
    """Return the terms that a canonical text states."""
    said: dict[str, Any] = json.loads(text)
    del said["version"]
    ends = said["ends"]
    return Terms(
        **{
            **said,
            "fields": tuple(said["fields"]),
            "processors": read_processors(said["processors"]),
            "starts": dt.date.fromisoformat(said["starts"]),
            "ends": dt.date.fromisoformat(ends) if ends else None,
        }
    )


def tidied(terms: Terms) -> Terms:
    """Return terms without blanks around their words, their fields sorted and each once."""
    plain: dict[str, Any] = {
        one.name: value.strip()
        for one in fields(terms)
        if isinstance(value := getattr(terms, one.name), str)
    }
    processors = tuple(
        Processor(**{name: text.strip() for name, text in asdict(one).items()})
        for one in terms.processors
    )
    return replace(terms, **plain, fields=tuple(sorted(set(terms.fields))), processors=processors)


def changed(before: Terms, after: Terms) -> tuple[str, ...]:
    """Return the names of what differs between two versions, in the order they are signed."""
    return tuple(
        one.name for one in fields(Terms) if getattr(before, one.name) != getattr(after, one.name)
    )


def check(terms: Terms, contract: Contract) -> None:
    """Refuse terms that nobody should sign.

    Raises:
        BadInput: naming the first part that is wrong and what to do.
    """
    for field, what, fix in _faults(terms, contract):
        raise BadInput(what, where=Where(thing=terms.code, field=field), fix=fix)


def special_fields(terms: Terms, contract: Contract) -> tuple[str, ...]:
    """Return the agreed fields that are special category data."""
    return tuple(one.name for one in contract.fields if one.special and one.name in terms.fields)


def _faults(terms: Terms, contract: Contract) -> list[tuple[str, str, str]]:
    """Return what is wrong: the part, what about it, what to do."""
    faults: list[tuple[str, str, str]] = []

    def wrong(held: bool, field: str, what: str, fix: str) -> None:
        if held:
            faults.append((field, what, fix))

    wrong(_CODE.fullmatch(terms.code) is None, "code", "Not a name for an agreement",
          "Use small letters, digits and dashes, as in payroll-2026")  # fmt: skip
    for name in ("title", "sender_office", "receiver_office"):
        value = getattr(terms, name)
        wrong(not value, name, "Nothing is said", "Say it in a few words")
        wrong(len(value) > LONGEST_NAME, name, "Too long", f"Use up to {LONGEST_NAME} characters")
    for name in _WORDS:
        value = getattr(terms, name)
        wrong(not value, name, "Nothing is said", "Say it so that both sides can hold to it")
        wrong(len(value) > LONGEST_TEXT, name, "Too long", f"Use up to {LONGEST_TEXT} characters")
    wrong(terms.sender == terms.receiver, "receiver", "Sender and receiver are one system",
          "Name two systems")  # fmt: skip
    known = {field.name for field in contract.fields}
    strange = ", ".join(sorted(set(terms.fields) - known))
    wrong(not terms.fields, "fields", "No field may leave", "Name the fields that are needed")
    wrong(bool(strange), "fields", f"Not in {contract.name}: {strange}", "Name fields it has")
    wrong(terms.lowest_revision < 1, "lowest_revision", "Revisions count from 1", "Use 1 or more")
    wrong(terms.ends is not None and terms.ends <= terms.starts, "ends",
          "It would end before it starts", "Give a day after the first one, or none")  # fmt: skip
    return [*faults, *_unlawful(terms, contract), *_unclear(terms.processors)]


def _unlawful(terms: Terms, contract: Contract) -> list[tuple[str, str, str]]:
    special = ", ".join(special_fields(terms, contract))
    faults = []
    if terms.article6 not in ARTICLE_6:
        fix = f"Give its letter: {', '.join(ARTICLE_6)}"
        faults.append(("article6", "No lawful basis of UK GDPR article 6(1)", fix))
    if terms.article9 and terms.article9 not in ARTICLE_9:
        fix = f"Give its letter: {', '.join(ARTICLE_9)}"
        faults.append(("article9", "No condition of UK GDPR article 9(2)", fix))
    if special and not terms.article9:
        what = f"Special category data needs a condition of UK GDPR article 9(2): {special}"
        faults.append(("article9", what, "Give the letter of the condition, or leave them out"))
    return faults


def _unclear(processors: tuple[Processor, ...]) -> list[tuple[str, str, str]]:
    names = [one.name for one in processors]
    faults = []
    if len(processors) > MOST_PROCESSORS:
        faults.append(("processors", "Too many processors", f"Name up to {MOST_PROCESSORS}"))
    if not all(names) or len(set(names)) < len(names) or {"sender", "receiver"} & {*names}:
        fix = "Give each processor a name of its own"
        faults.append(("processors", "A processor has no name of its own", fix))
    if any(len(text) > LONGEST_TEXT for one in processors for text in asdict(one).values()):
        fix = f"Use up to {LONGEST_TEXT} characters"
        faults.append(("processors", "Too long", fix))
    return faults
