"""Reads XML as sheets of text: one for each kind of record, a row for each record.

Two walks: the first finds which elements are records (``shape``), the second reads them. Names
come without namespaces, paths are joined by ``/``, attributes stand as ``@name``, and an element
that repeats within its record is numbered (``Phone (2)``). What stands outside the records is what
the file states of itself. Text is kept as it stands; an element without a value is empty.
"""

from collections.abc import Sequence

import polars as pl

from muster.connectors.cells import LONGEST_CELL
from muster.connectors.contract import Offer, Sheet
from muster.connectors.xml.columns import Kind, Slot
from muster.connectors.xml.outside import Outside
from muster.connectors.xml.parsing import Attributes, Handlers, Names, Walk, plain
from muster.connectors.xml.shape import (
    MOST_REPEATS,
    Node,
    find_beside,
    find_records,
    find_shape,
)


def read(offer: Offer) -> tuple[Sheet, ...]:
    """Return a sheet for each kind of record; one without rows if there is none.

    Raises:
        BadInput: if the bytes are no well-formed XML, have a document type, or are larger in some
            way than any list of records.
    """
    top = find_shape(offer)
    records = find_records(top)
    kinds = [Kind(node, offer.name) for node in records]
    walk = Walk(offer)
    reading = Reading(walk, top, kinds)
    walk.run(Handlers(reading.begin, reading.end, reading.text))
    beside = tuple(
        f"{node.path} stands once and is read as a statement of the file"
        for node in find_beside(top, records)
    )
    outside, notes = reading.outside, (*beside, *reading.outside.notes)
    if not kinds:
        nothing = pl.DataFrame(), pl.Series(dtype=pl.UInt32)
        read_as = f"XML in {walk.encoding}, without records"
        return (Sheet(*nothing, headers=(), read_as=read_as, notes=notes, stated=outside.stated),)
    names = [node.name for node in records]
    return tuple(
        _sheet(
            kind,
            name=kind.node.name if names.count(kind.node.name) == 1 else kind.node.path,
            encoding=walk.encoding,
            notes=notes,
            stated=outside.stated,
        )
        for kind in kinds
    )


def _sheet(
    kind: Kind, *, name: str, encoding: str, notes: tuple[str, ...], stated: dict[str, str]
) -> Sheet:
    kind.flush()
    return Sheet(
        cells=kind.cells.frame(len(kind.headers)),
        rows=kind.cells.rows(),
        headers=tuple(kind.headers),
        name=name,
        blank=kind.blank,
        read_as=f"XML in {encoding}, a row for each {name}",
        notes=notes,
        stated=stated,
    )


class Reading:
    """The second walk: elements outside records go to ``outside``, those within into rows."""

    def __init__(self, walk: Walk, top: Node, kinds: Sequence[Kind]) -> None:
        self._walk = walk
        self._kinds = {id(kind.node): kind for kind in kinds}
        self.outside = Outside(top, self._kinds.keys())
        self._kind: Kind | None = None
        self._row: dict[int, str] = {}
        self._slots: list[Slot] = []
        self._names = Names()
        # The text of the element that is being read, and of those around it.
        self._text = ""
        self._around: list[str] = []

    def begin(self, qualified: str, attributes: Attributes) -> None:
        self._around.append(self._text)
        self._text, name = "", self._names[qualified]
        attributes = plain(attributes) if attributes else attributes
        if self._kind is not None:
            slot = self._slots[-1].child(name)
            if slot is None:
                raise self._walk.problem(
                    f"{name} stands over {MOST_REPEATS} times in one record",
                    fix="Send what repeats so often as records of its own",
                )
        else:
            kind = self._kinds.get(id(self.outside.begin(name, attributes)))
            if kind is None:
                return
            self._kind, slot = kind, kind.slot
            self._row = kind.begin(self.outside.groups())
            slot.seen.clear()
        self._slots.append(slot)
        for attribute, value in attributes.items():
            self._kind.put_attribute(self._row, slot, attribute, value)

    def end(self, _: str) -> None:
        text, self._text = self._text, self._around.pop()
        if self._kind is None:
            self.outside.end(text)
            return
        slot = self._slots.pop()
        node = slot.node
        # White space between elements is layout; white space alone in an element is its text.
        if text and not (node.children and text.isspace()):
            self._kind.put(self._row, slot, text)
        elif self._slots and not node.holds:
            self._kind.put(self._row, slot, "")
        if not self._slots:
            self._kind.end(self._row)
            self._kind = None
            self.outside.end_record()

    def text(self, piece: str) -> None:
        # Between a million records stand a million line ends.
        if self._kind is None and self.outside.lists and piece.isspace():
            return
        self._text += piece
        if len(self._text) > LONGEST_CELL:
            raise self._walk.problem(
                f"A value is longer than {LONGEST_CELL:,} characters", fix="Send it shorter"
            )
