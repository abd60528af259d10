"""Layouts: how one kind of file says what a contract asks for, as data in TOML.

A layout names the columns that recognise it and, for each field of the contract, where the value
comes from and how it is read. See ``docs/how-to/add-a-layout.md``; the shipped layouts are the
examples.
"""

import datetime as dt
import re
import tomllib
import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from muster.hub.framing.shapes import Shape, load_shape, matches
from muster.hub.parsers import PARSER_WORDS, Parser, parser_said
from muster.kernel.errors import BadInput, Where

_DATE_IN_NAME = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)", re.ASCII)
# "(£)" reaches us as "(Â£)", "(œ)", "(?)" and worse, after programs that misread an encoding.
_DAMAGED_SIGN = re.compile(r"\([^a-z0-9()]{1,3}\)")
_FIELD_WORDS = PARSER_WORDS | {
    "from", "parse", "default", "split", "part", "of", "absent", "lenient", "strip", "join",
}  # fmt: skip


def header_key(header: str) -> str:
    """Return a header as it is compared: lower case, without spaces, punctuation or currency."""
    return re.sub(r"[\W_]+", "", _DAMAGED_SIGN.sub("", header.casefold()))


def _wanted(header: str) -> str:
    """Return a header that recognises a layout as it is compared; ``*`` stands for any text."""
    return "*".join(map(header_key, header.split("*")))


@dataclass(frozen=True)
class FieldMapping:
    """Where one field of the contract comes from.

    Args:
        field: the contract's field.
        columns: the sender's columns that may hold it, as header keys; the first that a file has
            counts.
        parser: how its text is read.
        default: its value, as the contract states it, where the sender states nothing.
        split: text at which the cell is cut, if it holds two things.
        part: which part counts: 1 the first, 2 the rest after the first, -1 the last, -2 the
            rest before the last.
        of: for shares, the column of the whole.
        absent: words that mean "no value", in lower case.
        lenient: an unreadable value leaves the field empty and is noted, not quarantined.
        strip: characters removed from the ends besides white space.
        join: columns whose text follows after a space, where they hold any.
    """

    field: str
    columns: tuple[str, ...]
    parser: Parser
    default: str | None = None
    split: str | None = None
    part: int = 1
    of: str | None = None
    absent: frozenset[str] = frozenset()
    lenient: bool = False
    strip: str = ""
    join: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """One kind of file.

    Args:
        name: its identifier.
        title: what people call it.
        contract: the contract its rows become.
        recognise: the header keys that must all be there.
        fields: the mappings, in the contract's order.
        ignored: declared columns that are not taken, as header keys.
        covers: what one file speaks for: ``system`` (everything its system knows at the date) or
            ``file`` (one part among others, told apart by the file's name).
        full: whether absence from the file says something; not so for a delta.
        shape: where in a file the table stands, and what the file says of itself.
        employer: whose files alone it is for, if an employer's people saved it.
    """

    name: str
    title: str
    contract: str
    recognise: frozenset[str]
    fields: tuple[FieldMapping, ...]
    ignored: frozenset[str]
    covers: str = "system"
    full: bool = True
    shape: Shape = field(default_factory=Shape)
    employer: uuid.UUID | None = None

    @property
    def known_columns(self) -> frozenset[str]:
        """Every column this layout declares, as header keys."""
        used = {column for field in self.fields for column in field.columns}
        used |= {column for field in self.fields for column in field.join}
        return frozenset(used | {field.of for field in self.fields if field.of} | self.ignored)

    def fits(self, headers: Sequence[str]) -> bool:
        """Tell whether a file with these headers is of this layout."""
        return not self.missing({header_key(header) for header in headers})

    def missing(self, keys: Set[str]) -> frozenset[str]:
        """Return which of the columns that recognise this layout are not among header keys."""
        lacking = self.recognise - keys
        patterns = {wanted for wanted in lacking if "*" in wanted}
        found = {wanted for wanted in patterns if any(matches(key, (wanted,)) for key in keys)}
        return frozenset(lacking - found)


def load_layout(text: str) -> Layout:
    """Return the layout that a TOML text states.

    Raises:
        BadInput: naming the field and what is wrong with it.
    """
    try:
        raw = tomllib.loads(text)
        head = raw["layout"]
        missing = {"name", "title", "contract", "recognise"} - set(head)
        if missing or not raw.get("fields"):
            raise KeyError(*sorted(missing or {"fields"}))
    except (tomllib.TOMLDecodeError, KeyError) as problem:
        raise BadInput(
            f"Not a layout: {problem}",
            fix="Write [layout] with name, title, contract and recognise, and [fields.*]",
        ) from None
    return Layout(
        name=head["name"],
        title=head["title"],
        contract=head["contract"],
        recognise=frozenset(map(_wanted, head["recognise"])),
        fields=tuple(_field(head["name"], name, said) for name, said in raw["fields"].items()),
        ignored=frozenset(header_key(header) for header in head.get("ignored", ())),
        covers=head.get("covers", "system"),
        full=_full(head),
        shape=load_shape(head["name"], raw),
    )


def _full(head: Mapping[str, Any]) -> bool:
    meaning = head.get("meaning", "full")
    if meaning not in ("full", "delta"):
        raise BadInput(
            f"A feed cannot mean {meaning!r}",
            where=Where(file=f"layout {head['name']}"),
            fix='Say meaning = "full" or "delta"',
        )
    return bool(meaning == "full")


def _field(layout: str, name: str, said: Mapping[str, Any]) -> FieldMapping:
    where = Where(file=f"layout {layout}", field=name)
    unknown = set(said) - _FIELD_WORDS
    if unknown:
        raise BadInput(
            f"Unknown words: {', '.join(sorted(unknown))}",
            where=where,
            fix=f"Use {', '.join(sorted(_FIELD_WORDS))}",
        )
    try:
        parser = parser_said(said)
    except ValueError as problem:
        raise BadInput(
            f"Cannot be read: {problem}", where=where, fix="See docs/how-to/add-a-layout.md"
        ) from None
    columns = said.get("from", [])
    return FieldMapping(
        field=name,
        columns=tuple(map(header_key, [columns] if isinstance(columns, str) else columns)),
        parser=parser,
        default=said.get("default"),
        split=said.get("split"),
        part=said.get("part", 1),
        of=header_key(said["of"]) if "of" in said else None,
        absent=frozenset(word.casefold() for word in said.get("absent", ())),
        lenient=said.get("lenient", False),
        strip=said.get("strip", ""),
        join=tuple(map(header_key, said.get("join", ()))),
    )


def date_in_name(name: str) -> dt.date | None:
    """Return the as-at date that a file's name states (``2011-03-31``), if it states one."""
    for match in reversed(list(_DATE_IN_NAME.finditer(name))):
        try:
            return dt.date(*map(int, match.groups()))
        except ValueError:
            continue
    return None
