"""Reading what a mapping says: every word that is not known is named, with the nearest that is.

Whoever writes a mapping by hand makes mistakes; each is told with the place where it stands, what
was expected there and, for a word that is nearly right, the word that was probably meant.
"""

import datetime as dt
import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeVar

from muster.kernel.errors import BadInput, Where

Kind = Literal["text", "integer", "date"]
_SAID: Mapping[type, Kind] = {str: "text", int: "integer", dt.date: "date"}
_Read = TypeVar("_Read")
_LEAST, _MOST = -(2**63), 2**63 - 1


def kind_said(value: object) -> Kind | None:
    """Return the kind of a value as TOML states it; None if no field can hold it."""
    return _SAID.get(type(value))


@dataclass(frozen=True)
class Place:
    """Where in a mapping something stands: ``mapping x, fields.name, step 2``."""

    thing: str

    def within(self, part: str) -> "Place":
        """Return a place inside this one."""
        return Place(f"{self.thing}, {part}")

    def refuse(self, what: str, fix: str) -> NoReturn:
        """Refuse what stands here.

        Raises:
            BadInput: always.
        """
        raise BadInput(what, where=Where(thing=self.thing), fix=fix)

    def known(self, names: Collection[str], among: Collection[str], what: str = "word") -> None:
        """Refuse the first name that is not among those known here."""
        for name in names:
            if name not in among:
                self.refuse(f"Unknown {what} {name!r}", meant(name, among))

    def table(self, said: object) -> Mapping[str, Any]:
        """Return a table of TOML."""
        if not isinstance(said, dict):
            self.refuse("Not a table", "Write { word = value }")
        return said

    def texts_by_text(self, said: object) -> Mapping[str, str]:
        """Return a table whose values are texts, such as a code list."""
        table = self.table(said)
        for name, value in table.items():
            if not isinstance(value, str) or not value:
                self.within(name).refuse("Not a text", 'Write "..." with something in it')
        return table


def meant(name: str, among: Collection[str]) -> str:
    """Return what to write instead of a name that is not known."""
    words = ", ".join(sorted(among)) or "nothing"
    folded = {one.casefold(): one for one in sorted(among)}
    near = difflib.get_close_matches(name.casefold(), folded, n=1)
    if not near:
        return f"Use one of: {words}"
    return f"Did you mean {folded[near[0]]!r}? Here can stand: {words}"


@dataclass(frozen=True)
class Said:
    """What a table says, read word by word; ``words`` gathers what was read.

    Each reader takes the word, checks what it says, keeps and returns it. A default stands for a
    word that is not there; without one the word must be there.
    """

    table: Mapping[str, Any]
    place: Place
    words: dict[str, Any] = field(default_factory=dict)

    def text(self, word: str, default: str | None = None, length: int | None = None) -> str:
        """Read a text that is not empty, of so many characters if ``length`` says so."""
        value = self._value(word, default)
        if not isinstance(value, str) or not value or length not in (None, len(value)):
            many = "something" if length is None else f"{length} character"
            self._refuse(word, "a text", f'Write {word} = "..." with {many} in it')
        return self._keep(word, value)

    def maybe_empty(self, word: str) -> str:
        """Read a text that may be empty."""
        value = self._value(word, "")
        if not isinstance(value, str):
            self._refuse(word, "a text", f'Write {word} = "..."')
        return self._keep(word, value)

    def integer(self, word: str, least: int, most: int, default: int | None = None) -> int:
        """Read a whole number within limits."""
        value = self._value(word, default)
        if type(value) is not int or not least <= value <= most:
            self._refuse(word, f"a whole number from {least} to {most}", f"Write {word} = {least}")
        return self._keep(word, value)

    def flag(self, word: str, *, default: bool | None = None) -> bool:
        """Read true or false; a verb, which has no default, can only be true."""
        value = self._value(word, default)
        if value is not True and (default is None or value is not False):
            self._refuse(word, "true", f"Write {word} = true, or leave it out")
        return self._keep(word, bool(value))

    def one_of(self, word: str, among: Sequence[str], default: str | None = None) -> str:
        """Read one of some texts."""
        value = self._value(word, default)
        if not isinstance(value, str):
            self._refuse(word, "a text", f"Use one of: {', '.join(sorted(among))}")
        self.place.within(word).known([value], among, "choice")
        return self._keep(word, value)

    def some(self, word: str, kind: str = "text", least: int = 1) -> tuple[Any, ...]:
        """Read a list of values of one kind."""
        value = self._value(word, None)
        right = isinstance(value, list) and len(value) >= least
        if not right or any(not held(one, kind) for one in value):
            many = f"at least {least} " if least > 1 else ""
            self._refuse(word, f"a list of {many}{kind} values", f"Write {word} = [..., ...]")
        return self._keep(word, tuple(value))

    def value(self, word: str, kinds: Collection[Kind]) -> Any:
        """Read a text, whole number or date."""
        value = self._value(word, None)
        if not any(held(value, kind) for kind in kinds):
            among = " or ".join(kinds)
            self._refuse(word, f"of the kind {among}", f"Write a value of the kind {among}")
        return self._keep(word, value)

    def table_of(self, word: str) -> Any:
        """Return what a word says without looking at it; the caller reads and keeps it."""
        return self._value(word, None)

    def keep(self, word: str, value: Any) -> None:
        """Keep what the caller read of a word."""
        self.words[word] = value

    def _value(self, word: str, default: Any) -> Any:
        if word not in self.table and default is None:
            self.place.refuse(f"The word {word!r} is missing", f"Add {word} = ...")
        return self.table.get(word, default)

    def _keep(self, word: str, value: _Read) -> _Read:
        self.words[word] = value
        return value

    def _refuse(self, word: str, wanted: str, fix: str) -> NoReturn:
        self.place.within(word).refuse(f"Not {wanted}", fix)


def held(value: object, kind: str) -> bool:
    """Tell whether a value of TOML is of a kind; no empty text, no number beyond 64 bits."""
    if kind_said(value) != kind or value == "":
        return False
    return not isinstance(value, int) or _LEAST <= value <= _MOST
