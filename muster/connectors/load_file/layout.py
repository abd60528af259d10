"""The declared form of a load file: which lines it has, and how its answer is read.

It is written in TOML; the package's docstring shows one whole.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from muster.kernel.errors import BadInput, Where

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}(\([A-Za-z0-9_]{1,60}\))?")
_DATA_FILE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,59}\.dat")
OWN = ("SourceSystemOwner", "SourceSystemId")


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line that each message becomes. ``fields`` are attributes by name, ``always`` fixed."""

    component: str
    fields: dict[str, str]
    always: dict[str, str] = {}
    prefix: str = ""

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes in order, those that name the record first."""
        return (*OWN, *self.fields, *self.always)


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the receiver says what became of each row."""

    file: str
    id: str
    status: str
    taken: list[str]
    rejected: list[str]
    said: str = ""
    delimiter: str = ","


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form of a load file; see the example in the package's docstring."""

    file: str
    owner: str
    id: str
    lines: list[Line]
    answer: Answer | None = None
    date: str = "%Y/%m/%d"
    dated: bool = False


@dataclass(frozen=True)
class _Wrong:
    """Where a declaration is wrong, and what to do."""

    what: str
    name: str
    fix: str = field(default="Compare it with the example in the reference")


def read_layout(text: str) -> Layout:
    """Return the form that a text declares.

    Raises:
        BadInput: naming the part of it that cannot be used.
    """
    try:
        told: Mapping[str, Any] = tomllib.loads(text)
        layout = msgspec.convert(told, Layout)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise _error(_Wrong("The form is no TOML", "layout")) from None
    except msgspec.ValidationError as error:
        raise _error(_Wrong(f"The form has a part that is wrong: {error}", "layout")) from None
    for wrong in (_wrong_in(layout), _wrong_answer(layout.answer)):
        if wrong is not None:
            raise _error(wrong)
    return layout


def _wrong_in(layout: Layout) -> _Wrong | None:
    if not _DATA_FILE.fullmatch(layout.file):
        return _Wrong("The data file has no name of letters and digits that ends in .dat", "file")
    if not layout.owner or not layout.id or not layout.lines:
        return _Wrong("The form lacks an owner, an id or lines", "layout")
    named = [line.component for line in layout.lines]
    if len(set(named)) != len(named):
        return _Wrong("Two lines are about one component", "lines")
    prefixes = {line.prefix for line in layout.lines}
    if any(one != two and one.startswith(two) for one in prefixes for two in prefixes):
        return _Wrong("A prefix begins another, so records could not be told apart", "lines")
    for line in layout.lines:
        names = line.attributes
        if not all(_WORD.fullmatch(name) for name in (line.component, *names)):
            return _Wrong("A component or attribute is no word", f"lines of {line.component}")
        if len(set(names)) != len(names):
            return _Wrong("An attribute is named twice", f"lines of {line.component}")
    return None


def _wrong_answer(answer: Answer | None) -> _Wrong | None:
    if answer is None:
        return None
    if "{name}" not in answer.file or "/" in answer.file or "\\" in answer.file:
        return _Wrong("The answer's file has no name with {name} in it", "answer.file")
    if len(answer.delimiter) != 1 or answer.delimiter in '"\r\n':
        return _Wrong("The answer's delimiter is not one character", "answer.delimiter")
    taken, rejected = ({word.casefold() for word in one} for one in (answer.taken, answer.rejected))
    if not taken or not rejected or taken & rejected:
        return _Wrong("The words for taken and rejected are missing or the same", "answer")
    return None


def _error(wrong: _Wrong) -> BadInput:
    return BadInput(wrong.what, where=Where(field=wrong.name), fix=wrong.fix)
