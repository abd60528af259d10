"""Horizontal bars, grouped or stacked; the label stands left, the figure beside its bar."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Tree

from markupsafe import Markup

from muster.pagekit.charts.drawing import (
    LETTER,
    LINE_HEIGHT,
    PALETTE,
    QUIET,
    WIDTH,
    Drawing,
    clean,
    key_height,
    nothing,
)
from muster.pagekit.charts.marks import Mark, arranged, span

_LABELS, _SHOWN, _BAR, _ROW_GAP = 0.3, 80, 22, 12
# Labels take that part of the width, and hold so many letters for each unit of it.
_LETTERS = 26 / 228


def bars(
    *,
    title: str,
    description: str,
    marks: Sequence[Mark],
    axis: Sequence[str] = (),
    stacked: bool = False,
    width: float = WIDTH,
    scale: tuple[float, float] | None = None,
) -> Markup:
    """Draw horizontal bars, grouped by label or stacked along it.

    Args:
        title: what the chart shows, read aloud first.
        description: what a reader should take from it, in words.
        marks: the figures; labels and series keep the order of their first mark.
        axis: labels to show even where they have no mark, in order.
        stacked: one bar per label with the series end to end, instead of a bar each.
        width: of the drawing.
        scale: the ends of the axis, where several drawings are to be compared.

    Raises:
        ValueError: for more than six series.
    """
    if not marks and not axis:
        return nothing(title, description, width)
    labels, series, given = arranged(marks, axis)
    rows = [[given[label, name] for name in series] for label in labels]
    lines = [textwrap.wrap(label, int(_LABELS * width * _LETTERS)) or [""] for label in labels]
    heights = [
        max(_deep(row, stacked), len(wrapped) * LINE_HEIGHT) + _ROW_GAP
        for row, wrapped in zip(rows, lines, strict=True)
    ]
    top = key_height(series, width)
    drawing = Drawing.new(title, description, top + sum(heights) + 4, width)
    if top:
        drawing.key(series, 16)
    low, high = span([*_ends(rows, stacked), *(scale or ())])
    placed = _Bars(drawing, low, high, _room(given.values()), _LABELS * width)
    for row, wrapped, y in zip(rows, lines, _running(top, heights), strict=True):
        placed.row(row, wrapped, y, stacked=stacked)
    zero = placed.x(0)
    drawing.add("line", x1=zero, x2=zero, y1=top, y2=top + sum(heights), stroke=QUIET)
    return drawing.svg()


def _room(marks: Iterable[Mark]) -> float:
    """Return the room that the longest figure beside a bar needs."""
    return max([_SHOWN, *(len(mark.shown) * LETTER + 14 for mark in marks)])


def _deep(row: Sequence[Mark], stacked: bool) -> float:
    """Return how deep a row is: a stack with gaps has a line below it that names them."""
    if not stacked:
        return _BAR * max(1, len(row))
    return _BAR + (LINE_HEIGHT if any(mark.value is None for mark in row) else 0)


def _running(start: float, steps: Sequence[float]) -> list[float]:
    return [start + sum(steps[:place]) for place in range(len(steps))]


def _ends(rows: Sequence[Sequence[Mark]], stacked: bool) -> list[float]:
    if not stacked:
        return [end for row in rows for m in row for end in (float(m.value or 0), m.far)]
    sums = [[m.far for m in row] for row in rows]
    return [sum(v for v in row if v * sign > 0) for row in sums for sign in (1, -1)]


@dataclass(frozen=True)
class _Bars:
    """Places bars between ``low`` and ``high``."""

    drawing: Drawing
    low: float
    high: float
    room: float
    labels: float

    def x(self, value: float) -> float:
        """Return where ``value`` stands; figures written beside bars keep room at the ends."""
        left = self.labels + (self.room if self.low < 0 else 0)
        right = self.drawing.width - self.room
        return left + (value - self.low) / (self.high - self.low) * (right - left)

    def row(self, row: Sequence[Mark], words: Sequence[str], y: float, *, stacked: bool) -> None:
        """Draw what stands for one label: its words, then its bars."""
        for place, line in enumerate(words):
            at = y + 16 + place * LINE_HEIGHT
            self.drawing.words(line, self.labels - 12, at, text_anchor="end")
        if stacked:
            self.stack(row, y)
            return
        for place, mark in enumerate(row):
            self.bar(mark, place, y + place * _BAR)

    def bar(self, mark: Mark, series: int, y: float) -> None:
        """Draw one bar with its figure beside it, or the words that stand for a gap."""
        if mark.value is None:
            words = mark.note or mark.shown
            self.drawing.gap(words, self.x(0) + 6, y + 16)
            return
        near = 0.0 if mark.upto is None else float(mark.value)
        start, end = sorted((self.x(near), self.x(mark.far)))
        self._rect(mark, series, start, end, y)
        if mark.far < 0:
            self.drawing.words(mark.shown, start - 6, y + 16, text_anchor="end")
        else:
            self.drawing.words(mark.shown, end + 6, y + 16)

    def stack(self, row: Sequence[Mark], y: float) -> None:
        """Draw a row end to end; figures stand inside where there is room; gaps are named last."""
        reached = {1: 0.0, -1: 0.0}
        for series, mark in enumerate(row):
            if mark.value is None:
                continue
            sign = -1 if mark.far < 0 else 1
            start, end = sorted((self.x(reached[sign]), self.x(reached[sign] + mark.far)))
            reached[sign] += mark.far
            self._rect(mark, series, start, end, y)
            if mark.upto is None and end - start > len(mark.shown) * LETTER + 10:
                self.drawing.words(
                    mark.shown, (start + end) / 2, y + 16,
                    text_anchor="middle", fill=PALETTE[series][1],
                )  # fmt: skip
        gaps = [mark for mark in row if mark.value is None]
        if gaps:
            names = ", ".join(mark.series for mark in gaps if mark.series)
            words = f"{gaps[0].note or gaps[0].shown}{f': {names}' if names else ''}"
            self.drawing.gap(words, self.x(0) + 6, y + _BAR + 16)

    def _rect(self, mark: Mark, series: int, start: float, end: float, y: float) -> None:
        # A figure too small to see keeps a sliver, so that it differs from nothing at all.
        width = max(end - start, 1.0 if mark.far else 0.0)
        drawn = self.drawing.add(
            "rect", x=start, y=y + 1, width=width, height=_BAR - 3,
            **self.drawing.fill(series, mark),
        )  # fmt: skip
        Tree.SubElement(drawn, "title").text = clean(mark.words())
