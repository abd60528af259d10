"""Where the fields of a fact came from, in words: for whoever asks how the register knows."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from muster.hub.framing.positions import place_of
from muster.hub.tracing import Cell, Origin, Step, Traced
from muster.pagekit.jinja import moment
from muster.services.people.facts import Fact, shown
from muster.services.people.wording import DECIDED_ORDERS, NOTED, READ

_MOST_BYTES = 48
_YEAR_FIRST = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Shown:
    """A field as the page draws it: what is believed, its cells, and the steps between them."""

    title: str
    believed: str
    cells: tuple[tuple[tuple[str, str], ...], ...]
    steps: tuple[str, ...]
    differs: bool


def fields_of(fact: Fact, traced: Traced) -> tuple[Shown, ...]:
    """Return the fields of a fact that its file states, each with where it came from."""
    believed = dict(fact.fields)
    return tuple(
        Shown(
            origin.title,
            shown(origin.field, believed[origin.field]),
            tuple(_cell(cell, traced) for cell in origin.cells),
            tuple(_step(step, origin, traced.layout) for step in origin.steps),
            believed[origin.field] != origin.value,
        )
        for origin in traced.origins
        if origin.value is not None or believed[origin.field] is not None
    )


def _cell(cell: Cell, traced: Traced) -> tuple[tuple[str, str], ...]:
    """Return what there is to say of a cell: what it says, where it stands, and its bytes."""
    sheet = place_of(traced.row, traced.feed.sheets, unpivoted=traced.feed.unpivoted)[0]
    parts = [
        _("sheet %(sheet)s") % {"sheet": sheet} if sheet else "",
        _("row %(row)s") % {"row": f"{cell.row:,}"},
        _("column %(column)s") % {"column": cell.column} if cell.column else "",
    ]
    said = [
        (_("The file says"), cell.text or _("Nothing")),
        (_("In the column"), cell.header),
        (_("It stands in"), ", ".join(filter(None, parts))),
    ]
    if cell.span is not None:
        said.append((_("Exact bytes"), _bytes(cell.span.start, cell.span.end, cell.part)))
        said.append((_("As they are stored"), _hex(cell.written)))
    if cell.apart is not None:
        part, span, written = cell.apart
        said.append((_("Its text stands apart"), _bytes(span.start, span.end, part)))
        said.append((_("As it is stored"), _hex(written)))
    return tuple(said)


def _bytes(start: int, end: int, part: str) -> str:
    """Return which bytes hold something; the first byte of a file is byte 1."""
    if part:
        words = _("Bytes %(first)s to %(last)s of %(part)s, a part of the workbook, unpacked")
    elif start == end:
        words = _("None: the cell is empty, before byte %(first)s of the file")
    else:
        words = _("Bytes %(first)s to %(last)s of the file")
    return words % {"first": f"{start + 1:,}", "last": f"{end:,}", "part": part}


def _hex(written: bytes) -> str:
    more = len(written) > _MOST_BYTES
    return written[:_MOST_BYTES].hex(" ") + (" …" if more else "")


def _step(step: Step, origin: Origin, layout: str) -> str:
    """Return a step in a sentence."""
    said: dict[str, Any] = {
        "was": step.was, "now": step.now, "by": step.by, "when": moment(step.at) if step.at else "",
        "why": step.reason, "layout": layout, "value": shown(origin.field, origin.value),
    }  # fmt: skip
    match step.kind:
        case "corrected":
            words = _("%(by)s corrected the cell on %(when)s from “%(was)s” to “%(now)s”: %(why)s")
        case "meaning":
            words = _("%(by)s said on %(when)s that “%(was)s” means “%(now)s”: %(why)s")
        case "joined":
            words = _("The layout %(layout)s puts the cells together: “%(now)s”")
        case "taken from":
            words = _("The layout %(layout)s takes this part of the cell: “%(now)s”")
        case "absent":
            words = _("The layout %(layout)s says that “%(was)s” means that there is no value.")
        case "default":
            words = _("The file states nothing, so the value of the layout %(layout)s counts.")
        case "read":
            return _read(step, said)
        case "noted":
            words = str(NOTED.get(step.reason, _("It was put right on the way: %(why)s")))
        case "left out":
            words = _("It could not be read and was left empty: %(why)s")
    return words % said


def _read(step: Step, said: dict[str, Any]) -> str:
    """Return how a text was read as a value."""
    kind, _space, form = step.rule.partition(" ")
    if kind == "date" and _YEAR_FIRST.match(step.was):
        kind = "whole date"
    words = str(READ.get(kind, READ["text"])) % (said | {"form": form})
    order = DECIDED_ORDERS.get(step.reason)
    return f"{words} {order}" if order is not None else words
