"""Flows between places: ribbons from the left to the right, as wide as they count.

For readers who ask who goes where. Only figures that may be shown are drawn; a place shows no sum
of its ribbons, because rounded figures do not add up to one that may be told.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.etree import ElementTree as Tree

from markupsafe import Markup

from muster.pagekit.charts.drawing import LINE_HEIGHT, PALETTE, WIDTH, Drawing, clean, nothing

_LABELS, _GAP, _BAR, _TALL = 215, 14, 12, 420
_LETTERS, _LEAST, _ROOM = 24, 2.0, 15


@dataclass(frozen=True)
class Flow:
    """One ribbon: where it begins and ends, how much it counts, and the figure as words."""

    start: str
    end: str
    value: Decimal | int
    shown: str

    def words(self) -> str:
        """Return the flow as a sentence, shown when one points at it."""
        return f"{self.start} → {self.end}: {self.shown}"


@dataclass
class _Place:
    """A bar on one side: where it begins, and down to where its ribbons reach so far."""

    top: float
    height: float
    reached: float


def flows(*, title: str, description: str, flows: Sequence[Flow]) -> Markup:
    """Draw ribbons between places; whoever comes first among the flows stands highest.

    Args:
        title: what the picture shows, read aloud first.
        description: what a reader should take from it, in words.
        flows: what is drawn; each pair of places once, each with a figure above zero.

    Raises:
        ValueError: for a figure that is not above zero.
    """
    if not flows:
        return nothing(title, description)
    if any(flow.value <= 0 for flow in flows):
        raise ValueError("a ribbon without width cannot be drawn")
    starts = list(dict.fromkeys(flow.start for flow in flows))
    ends = list(dict.fromkeys(flow.end for flow in flows))
    unit = _TALL / float(sum(flow.value for flow in flows))
    left = _placed(starts, {n: [f for f in flows if f.start == n] for n in starts}, unit)
    right = _placed(ends, {n: [f for f in flows if f.end == n] for n in ends}, unit)
    height = max(place.top + _deep(place, name) for name, place in [*left.items(), *right.items()])
    drawing = Drawing.new(title, description, height + 4)
    # Of ribbons from one place the topmost goes to the topmost place, so that they do not cross.
    order = {name: place for place, name in enumerate(ends)}
    for start in starts:
        own = sorted((f for f in flows if f.start == start), key=lambda f: order[f.end])
        for flow in own:
            _ribbon(drawing, flow, left[start], right[flow.end], unit, starts.index(start))
    _bars(drawing, left, _LABELS, "end")
    _bars(drawing, right, WIDTH - _LABELS - _BAR, "start")
    return drawing.svg()


def _width(flow: Flow, unit: float) -> float:
    return max(float(flow.value) * unit, _LEAST)


def _wrapped(name: str) -> list[str]:
    return textwrap.wrap(clean(name), _LETTERS) or [""]


def _deep(place: _Place, name: str) -> float:
    """Return how much room a place takes: its ribbons, or its words if they are taller."""
    return max(place.height, len(_wrapped(name)) * LINE_HEIGHT)


def _placed(names: Sequence[str], through: dict[str, list[Flow]], unit: float) -> dict[str, _Place]:
    """Return the places of one side, below each other."""
    placed, top = dict[str, _Place](), 4.0
    for name in names:
        placed[name] = _Place(top, sum(_width(flow, unit) for flow in through[name]), top)
        top += _deep(placed[name], name) + _GAP
    return placed


def _ribbon(
    drawing: Drawing, flow: Flow, start: _Place, end: _Place, unit: float, colour: int
) -> None:
    wide = _width(flow, unit)
    x, to = float(_LABELS + _BAR), float(WIDTH - _LABELS - _BAR)
    y, there, middle = start.reached, end.reached, (x + to) / 2
    start.reached, end.reached = y + wide, there + wide
    drawn = drawing.add(
        "path",
        d=f"M{x:.1f} {y:.1f} C{middle:.1f} {y:.1f} {middle:.1f} {there:.1f} {to:.1f} {there:.1f}"
        f" V{there + wide:.1f} C{middle:.1f} {there + wide:.1f} {middle:.1f} {y + wide:.1f}"
        f" {x:.1f} {y + wide:.1f} Z",
        fill=PALETTE[colour % len(PALETTE)][0],
        fill_opacity="0.35",
        stroke=PALETTE[colour % len(PALETTE)][0],
        stroke_width="0.5",
    )
    Tree.SubElement(drawn, "title").text = clean(flow.words())
    if wide >= _ROOM:
        drawing.words(flow.shown, x + 8, y + wide / 2 + 5)


def _bars(drawing: Drawing, placed: dict[str, _Place], x: float, side: str) -> None:
    for name, place in placed.items():
        drawing.add("rect", x=x, y=place.top, width=_BAR, height=place.height, fill="#3d3d3d")
        wrapped = _wrapped(name)
        first = place.top + max(place.height - len(wrapped) * LINE_HEIGHT, 0) / 2 + 15
        at = x - 8 if side == "end" else x + _BAR + 8
        for number, line in enumerate(wrapped):
            drawing.words(line, at, first + number * LINE_HEIGHT, text_anchor=side)
