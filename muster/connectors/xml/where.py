"""Where the values of a record stand in the exact bytes of an XML file.

For whoever follows one value back. The file is walked through as for reading, with the same
columns; all but the record that is asked for is let go.
"""

import codecs
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from muster.connectors.contract import Offer
from muster.connectors.text import Span
from muster.connectors.xml.columns import Kind, Slot
from muster.connectors.xml.outside import Outside
from muster.connectors.xml.parsing import Attributes, Handlers, Walk
from muster.connectors.xml.reader import Reading
from muster.connectors.xml.shape import Node, find_records, find_shape

_LONGEST_TAG = 1024 * 1024
_TAG = re.compile(r"<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_ATTRIBUTE = re.compile(r"\s([^\s=>]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True)
class Value:
    """A value of a record: its column, its text, and where it stands as it is written."""

    header: str
    text: str
    span: Span | None


@dataclass
class _Cursor:
    """Where the walk is: the open elements' tags, and what is read at this moment."""

    walk: Walk
    offset: int
    tags: list[int] = field(default_factory=list)

    @property
    def here(self) -> int:
        return self.walk.at + self.offset


@dataclass(frozen=True)
class _Mark:
    """Where a value was read: its element's tag, where the element ends, or its attribute."""

    tag: int
    end: int = 0
    attribute: str = ""
    value: str = ""


def values_at(
    offer: Offer, number: int, *, fits: Callable[[Sequence[str]], bool], place: int = 0
) -> tuple[Value, ...] | None:
    """Return the values of a record; None if the file has no such record.

    Args:
        offer: the file, which was read before.
        number: the record's, as its sheet gives it.
        fits: tells by the names of a sheet's columns whether it is one of those meant.
        place: the place of the record's sheet among those that fit.
    """
    top = find_shape(offer)
    records = find_records(top)
    walk = Walk(offer)
    content = offer.content
    leading = len(content) - len(content.lstrip()) if content[:1].isspace() else 0
    cursor = _Cursor(walk, leading)
    kinds = [_Kind(node, offer.name, cursor, number) for node in records]
    reading = Reading(walk, top, kinds)
    outside = reading.outside = _Outside(top, records, cursor)
    for kind in kinds:
        kind.outside = outside

    def begin(name: str, attributes: Attributes) -> None:
        cursor.tags.append(cursor.here)
        reading.begin(name, attributes)

    def end(name: str) -> None:
        reading.end(name)
        cursor.tags.pop()

    walk.run(Handlers(begin, end, reading.text))
    fitting = [kind for kind in kinds if fits(kind.headers)]
    row = fitting[place].row if place < len(fitting) else None
    if row is None:
        return None
    spans, marks = _Spans(content, walk.encoding), fitting[place].marks
    return tuple(
        Value(header, row.get(at, ""), spans.of(marks.get(at)))
        for at, header in enumerate(fitting[place].headers)
    )


class _Kind(Kind):
    """The records of one path, of which one is kept, with where its values stand."""

    outside: "_Outside"

    def __init__(self, node: Node, file: str, cursor: _Cursor, wanted: int) -> None:
        super().__init__(node, file)
        self._cursor, self._wanted = cursor, wanted
        self.row: dict[int, str] | None = None
        self.marks: dict[int, _Mark] = {}

    def begin(self, groups: Mapping[str, str]) -> dict[int, str]:
        row = super().begin(groups)
        if self.count + 1 == self._wanted:
            for header in groups:
                if header in self.outside.marks:
                    self.marks[self._groups[header]] = self.outside.marks[header]
        return row

    def put(self, row: dict[int, str], slot: Slot, value: str) -> None:
        super().put(row, slot, value)
        if self.count + 1 == self._wanted:
            self.marks[slot.column] = _Mark(self._cursor.tags[-1], self._cursor.here)

    def put_attribute(self, row: dict[int, str], slot: Slot, name: str, value: str) -> None:
        super().put_attribute(row, slot, name, value)
        if self.count + 1 == self._wanted:
            mark = _Mark(self._cursor.tags[-1], attribute=name, value=value)
            self.marks[slot.attributes[name]] = mark

    def end(self, row: dict[int, str]) -> None:
        super().end(row)
        if self.count == self._wanted:
            self.row = dict(row)
        self._rows.clear()
        self._numbers.clear()


class _Outside(Outside):
    """What stands outside the records, with where each value of a group stands."""

    def __init__(self, top: Node, records: Sequence[Node], cursor: _Cursor) -> None:
        super().__init__(top, {id(node) for node in records})
        self._cursor = cursor
        self.marks: dict[str, _Mark] = {}
        self._ending = False

    def end(self, text: str) -> None:
        self._ending = True
        super().end(text)
        self._ending = False

    def _put(self, header: str, value: str) -> None:
        values = self._open[-1].values
        before = set(values)
        super()._put(header, value)
        for added in values.keys() - before:
            tag, attribute = self._cursor.tags[-1], header.rpartition("@")[2]
            self.marks[added] = (
                _Mark(tag, self._cursor.here)
                if self._ending
                else _Mark(tag, attribute=attribute, value=value)
            )


class _Spans:
    """Finds in the bytes what the walk has marked."""

    def __init__(self, content: bytes, encoding: str) -> None:
        self._content = content
        wide = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(content[:2])
        self._codec = wide or codecs.lookup(encoding).name

    def of(self, mark: _Mark | None) -> Span | None:
        """Return where a value stands as it is written; None if it cannot be told."""
        if mark is None:
            return None
        found = _TAG.match(self._text(mark.tag))
        if found is None:
            return None
        if not mark.attribute:
            start = mark.tag + self._size(found[0])
            return Span(start, max(start, mark.end))
        for one in _ATTRIBUTE.finditer(found[0]):
            local, group = one[1].rpartition(":")[2], 2 if one[2] is not None else 3
            named = mark.attribute == local or mark.attribute.startswith(f"{local} (")
            if named and _read(one[0]) == mark.value:
                start = mark.tag + self._size(found[0][: one.start(group)])
                return Span(start, start + self._size(one[group]))
        return None

    def _text(self, start: int) -> str:
        """Return the text from a place on, long enough for nearly any tag, or for every one."""
        for size in (4096, _LONGEST_TAG):
            text = self._content[start : start + size].decode(self._codec, "ignore")
            if _TAG.match(text):
                break
        return text

    def _size(self, text: str) -> int:
        return len(text.encode(self._codec))


def _read(attribute: str) -> str:
    """Return the value of an attribute as it is written, name and all."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, attributes: found.extend(attributes.values())
    parser.Parse(f"<x{attribute}/>".encode(), True)
    return found[0]
