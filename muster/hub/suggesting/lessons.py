"""What the layouts that are known teach: headers of each field, and what codes mean.

A code list is carried from one system to another only where its codes are words. A ``1`` or ``P``
of one system says nothing about another's, so opaque codes are asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.fuzz import ratio

from muster.hub.layouts import FieldMapping, Layout
from muster.hub.suggesting.words import Expected, alike, key_of

_TYPO = 92
_LONG = 6
_WORD = 3  # letters that a code needs to be a word

_WHOLE_NAMES = ("surname_in_capitals", "name_before_capitals")


@dataclass(frozen=True)
class Likeness:
    """How like a field's names a header is, from 0 to 1, and the name it is most like."""

    score: float
    reason: str = ""


@dataclass
class Lessons:
    """What layouts teach about one contract.

    Args:
        headers: for each field or helper, header keys and the title of a layout that has them.
        codes: for each field, codes as compared and the meanings that layouts give them.
    """

    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    _values: dict[str, frozenset[str]] = field(default_factory=dict)

    def like(self, name: str, expected: Expected, header: str) -> Likeness:
        """Return how like the names of a field or helper a header is."""
        key, best = key_of(header), Likeness(0.0)
        for taught, title in self.headers.get(name, {}).items():
            if key == taught:
                return Likeness(1.0, f"the layout “{title}” has the same header")
            if min(len(key), len(taught)) >= _LONG and ratio(key, taught) >= _TYPO:
                best = max(
                    best, Likeness(0.9, f"its header is nearly that of the layout “{title}”"),
                    key=lambda each: each.score,
                )  # fmt: skip
        for known in expected.headers:
            score = alike(header, known)
            if score > best.score:
                same = "its header says so" if score == 1 else f"its header is like “{known}”"
                best = Likeness(score, same)
        return best

    def meanings(self, name: str, expected: Expected, values: Sequence[str]) -> dict[str, str]:
        """Return what codes of a field mean where that is certain, as they are compared.

        Args:
            name: the field.
            expected: what is known of it.
            values: what the contract allows.
        """
        found = {compared(value): value for value in values}
        found |= {compared(value.replace("_", " ")): value for value in values}
        for code, meanings in self.codes.get(name, {}).items():
            if len(meanings) == 1 and _is_word(code):
                found.setdefault(compared(code), next(iter(meanings)))
        found |= {compared(code): value for code, value in expected.codes.items()}
        return {code: value for code, value in found.items() if value in values}

    def known_values(self, name: str) -> frozenset[str]:
        """Return the codes and meanings that layouts state of a field, as they are compared."""
        if name not in self._values:
            self._values[name] = self._known_values(name)
        return self._values[name]

    def _known_values(self, name: str) -> frozenset[str]:
        codes = self.codes.get(name, {})
        meant = {compared(value) for meanings in codes.values() for value in meanings}
        return frozenset({compared(code) for code in codes if _is_word(code)} | meant)


def lessons_of(contract: str, layouts: Sequence[Layout]) -> Lessons:
    """Return what these layouts teach about a contract."""
    learned = Lessons()
    for layout in layouts:
        if layout.contract != contract:
            continue
        for mapping in layout.fields:
            for name, keys in _taught(mapping).items():
                titles = learned.headers.setdefault(name, {})
                for key in keys:
                    titles.setdefault(key, layout.title)
            for code, meaning in (mapping.parser.codes or {}).items():
                meanings = learned.codes.setdefault(mapping.field, {})
                meanings.setdefault(code, set()).add(meaning)
    return learned


def _taught(mapping: FieldMapping) -> Mapping[str, tuple[str, ...]]:
    """Return which headers a mapping teaches for its field, or for the column that helps it."""
    if mapping.parser.kind in _WHOLE_NAMES or mapping.split == ",":
        return {"whole_name": mapping.columns}
    if mapping.parser.kind == "share" and mapping.of:
        return {"hours": mapping.columns, "full_hours": (mapping.of,)}
    taught = {mapping.field: mapping.columns}
    return taught | {"middle_names": mapping.join} if mapping.join else taught


def compared(code: str) -> str:
    """Return a code as codes of different systems are compared: without signs and spaces."""
    return key_of(code) or code.casefold()


def _is_word(code: str) -> bool:
    return sum(sign.isalpha() for sign in code) >= _WORD
