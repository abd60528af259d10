"""Where the values of a row came from, in lines of text for the terminal."""

import getpass
import uuid
from collections.abc import Iterator, Sequence

from muster.gates.access import Actor
from muster.gates.looks import note_look
from muster.hub.framing.positions import in_words
from muster.hub.tracing import Cell, Origin, Step, Traced, where_from
from muster.kernel.errors import NotFound, Where
from muster.register.people.queries import people_in
from muster.register.people.restricting.queries import row_is_hidden
from muster.register.people.restricting.rules import NOBODY

_STEPS = {
    "corrected": "corrected by {by} from {was!r} to {now!r}: {reason}",
    "joined": "put together: {now!r}",
    "taken from": "this part counts: {now!r}",
    "absent": "{was!r} means that there is no value",
    "meaning": "{by} said that {was!r} means {now!r}: {reason}",
    "default": "nothing is stated, so {now!r} counts",
    "read": "{was!r} read as {now!r} ({rule})",
    "noted": "the value {reason}",
    "left out": "left empty: {reason}",
}


def lines(feed: uuid.UUID, row: int, fields: Sequence[str]) -> Iterator[str]:
    """Yield what a terminal shows of where values came from; a look at them is recorded first.

    Args:
        feed: the landed file.
        row: the row, as its landing numbers it.
        fields: by name or title; those that are not personal if there are none.

    Raises:
        NotFound: if there is no such feed, row or field, or a row of somebody who is restricted:
            a terminal is not where such a record is looked at.
    """
    traced = where_from(feed, row, fields)
    if row_is_hidden(feed, row, NOBODY):
        raise NotFound(
            "The file has no such row",
            where=Where(file=traced.feed.name, row=row),
            fix="See the rows on the page of the feed",
        )
    shown = [one for one in traced.origins if fields or not one.personal]
    if any(one.personal for one in shown):
        user = getpass.getuser()
        note_look(
            Actor(f"operator:{user}", user, frozenset({"service operator"})),
            what="origin", purpose="operation", people=people_in(feed, row),
            detail={"landing": feed, "row": row},
        )  # fmt: skip
    yield from _about(traced)
    for origin in shown:
        yield from _of(origin)
    hidden = len(traced.origins) - len(shown)
    if hidden:
        yield f"{hidden} personal fields are not shown: name those that you need"


def _about(traced: Traced) -> Iterator[str]:
    feed = traced.feed
    place = in_words(traced.row, feed.sheets, unpivoted=feed.unpivoted)
    yield f"{feed.name}, {place}: {feed.state}, {traced.encoded or feed.read_as}"
    yield f"SHA-256 {feed.sha256}"
    if traced.erased:
        yield "The file was lawfully erased: nobody can read it any more"
    elif not traced.origins:
        yield "Its layout is known no more, so its cells cannot be told"
    if traced.waits:
        yield f"The row waits: {traced.waits}"
    for entry in traced.evidence:
        prove = f"muster ledger prove exchange {entry.position}"
        said = "lawfully erased" if entry.body is None else prove
        yield f"entry {entry.position} of the exchange log, {entry.type.split('.')[-2]}: {said}"


def _of(origin: Origin) -> Iterator[str]:
    yield f"{origin.title} ({origin.field}): {origin.value if origin.value is not None else 'none'}"
    for cell in origin.cells:
        column = f", column {cell.column}" if cell.column else ""
        yield f"    {cell.header}{column}, row {cell.row}: {cell.text!r}"
        yield from (f"        {line}" for line in _bytes(cell))
    for step in origin.steps:
        yield f"    {_step(step)}"


def _bytes(cell: Cell) -> Iterator[str]:
    """Yield where a cell stands: offset from 0 and length, as ``dd`` and ``xxd`` take them."""
    if cell.span is not None:
        of = f" of {cell.part}, unpacked" if cell.part else ""
        yield f"offset {cell.span.start}, {cell.span.end - cell.span.start} bytes{of}"
    if cell.apart is not None:
        part, span, _ = cell.apart
        yield f"its text: offset {span.start}, {span.end - span.start} bytes of {part}, unpacked"


def _step(step: Step) -> str:
    return _STEPS[step.kind].format_map(vars(step))
