"""Lines over dates (or any labels in order), broken where nobody returned a figure."""

import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Tree

from markupsafe import Markup

from muster.pagekit.charts.drawing import (
    INK,
    LETTER,
    PALETTE,
    QUIET,
    WIDTH,
    Drawing,
    clean,
    key_height,
    nothing,
)
from muster.pagekit.charts.marks import Mark, arranged, span

_HEIGHT, _RIGHT, _BELOW = 280, 40, 34
_DASHES = ("", "8 4", "2 4", "12 4 2 4", "6 6", "16 4")


def line(
    *,
    title: str,
    description: str,
    marks: Sequence[Mark],
    axis: Sequence[str] = (),
    breaks: Collection[str] = (),
    width: float = WIDTH,
    scale: tuple[float, float] | None = None,
) -> Markup:
    """Draw one line per series over labels in order.

    A label of ``axis`` without a mark, and a mark without a value, break the line: the stretch is
    shaded and says so. A banded value is a hatched stretch and the line does not run through it.

    Args:
        title: what the chart shows, read aloud first.
        description: what a reader should take from it, in words.
        marks: the figures.
        axis: every label that should have a figure, in order, such as all month ends.
        breaks: labels whose figures are not comparable with those before; no line leads there.
        width: of the drawing.
        scale: the ends of the axis, where several drawings are to be compared.

    Raises:
        ValueError: for more than six series.
    """
    if not marks and not axis:
        return nothing(title, description, width)
    labels, series, given = arranged(marks, axis)
    ends = [end for m in given.values() for end in (float(m.value or 0), m.far)]
    top = key_height(series, width) + 10
    drawing = Drawing.new(title, description, top + _HEIGHT + _BELOW, width)
    if len(series) > 1:
        drawing.key(series, 16, dashes=_DASHES)
    ticks = _ticks(*span([*ends, *(scale or ()), 0.0]))
    left = max(len(_written(tick)) for tick in ticks) * LETTER + 14
    apart = frozenset(labels.index(label) for label in breaks if label in labels)
    frame = _Frame(drawing, ticks[0], ticks[-1], left, top, len(labels), len(series), apart)
    frame.axes(ticks, labels)
    frame.gaps([[given[label, name] for name in series] for label in labels])
    for place, name in enumerate(series):
        frame.series(place, [given[label, name] for label in labels])
    return drawing.svg()


def _ticks(low: float, high: float) -> list[float]:
    """Return four to eight round numbers from below ``low`` to above ``high``."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough * 0.999)
    return [step * n for n in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _written(tick: float) -> str:
    return f"{tick:,.0f}" if tick == int(tick) else f"{tick:,.10g}"


@dataclass(frozen=True)
class _Frame:
    """Places values and labels on the drawing's field."""

    drawing: Drawing
    low: float
    high: float
    left: float
    top: float
    count: int
    series_count: int
    apart: frozenset[int]

    def x(self, place: int) -> float:
        """Return where the label at ``place`` stands."""
        return self.left + (place + 0.5) * self.width()

    def width(self) -> float:
        """Return how wide one label's stretch is."""
        return (self.drawing.width - _RIGHT - self.left) / self.count

    def y(self, value: float) -> float:
        """Return where ``value`` stands."""
        return self.top + (self.high - value) / (self.high - self.low) * _HEIGHT

    def axes(self, ticks: Sequence[float], labels: Sequence[str]) -> None:
        """Draw the round numbers and as many labels as fit without touching."""
        for tick in ticks:
            y, colour = self.y(tick), QUIET if tick == 0 else "#cecece"
            self.drawing.add(
                "line", x1=self.left, x2=self.drawing.width - _RIGHT, y1=y, y2=y, stroke=colour
            )
            self.drawing.words(_written(tick), self.left - 8, y + 5, text_anchor="end")
        longest = max(len(label) for label in labels) * LETTER + 14
        every = max(1, math.ceil(longest / self.width()))
        for place in range(0, self.count, every):
            y = self.top + _HEIGHT
            self.drawing.add(
                "line", x1=self.x(place), x2=self.x(place), y1=y, y2=y + 5, stroke=QUIET
            )
            self.drawing.words(labels[place], self.x(place), y + 24, text_anchor="middle")

    def gaps(self, rows: Sequence[Sequence[Mark]]) -> None:
        """Shade each run of labels with the same missing series, and say what is missing."""
        missing = [tuple(m for m in row if m.value is None) for row in rows]
        names = [tuple(m.series for m in gone) for gone in missing]
        start = 0
        for gone, run in itertools.groupby(names):
            length = len(list(run))
            if gone:
                words = missing[start][0].note or missing[start][0].shown
                everybody = len(gone) == len(rows[0])
                beside = [m.far for row in rows[start : start + length] for m in row if m.value]
                self._gap(
                    range(start, start + length),
                    words if everybody else f"{words}: {', '.join(gone)}",
                    at_top=bool(beside) and sum(beside) / len(beside) < (self.low + self.high) / 2,
                )
            start += length

    def _gap(self, stretch: range, words: str, *, at_top: bool) -> None:
        left, width = self.x(stretch.start) - self.width() / 2, len(stretch) * self.width()
        self.drawing.add(
            "rect", x=left, y=self.top, width=width, height=_HEIGHT, fill="#f0f0f0",
            stroke=QUIET, stroke_dasharray="3 3",
        )  # fmt: skip
        # Written upwards, so that the words fit however narrow the gap is, from the end that
        # other series leave free.
        x, y = left + width / 2 + 5, self.top + (10 if at_top else _HEIGHT - 10)
        anchor = "end" if at_top else "start"
        self.drawing.gap(words, x, y, transform=f"rotate(-90 {x:.1f} {y:.1f})", text_anchor=anchor)

    def series(self, place: int, row: Sequence[Mark]) -> None:
        """Draw one series: its unbroken stretches, its points and its bands."""
        colour = PALETTE[place][0]
        for points in self._runs(row):
            corners = " ".join(f"{x:.1f},{self.y(mark.far):.1f}" for x, mark in points)
            if len(points) > 1:
                self.drawing.add(
                    "polyline", points=corners, fill="none", stroke=colour, stroke_width=3,
                    stroke_dasharray=_DASHES[place] or "none",
                )  # fmt: skip
        for at, mark in enumerate(row):
            if mark.value is not None:
                self._point(place, self.x(at), mark)

    def _runs(self, row: Sequence[Mark]) -> Iterator[list[tuple[float, Mark]]]:
        """Yield the stretches of a series that one line may join."""
        parts = list(itertools.accumulate(int(at in self.apart) for at in range(self.count)))

        def joined(pair: tuple[int, Mark]) -> tuple[bool, int]:
            at, mark = pair
            return mark.value is not None and mark.upto is None, parts[at]

        for (unbroken, _part), run in itertools.groupby(enumerate(row), key=joined):
            if unbroken:
                yield [(self.x(at), mark) for at, mark in run]

    def _point(self, place: int, x: float, mark: Mark) -> None:
        if mark.upto is None:
            size = 5.0 if self.count < 40 else 2.5
            drawn = self.drawing.point(place, x, self.y(mark.far), size)
        else:
            ends = sorted((self.y(float(mark.value or 0)), self.y(mark.far)))
            # Bands of several series stand beside each other, or one would hide the rest.
            wide = min(12.0, 0.8 * self.width() / self.series_count)
            beside = x + (place - self.series_count / 2) * wide
            drawn = self.drawing.add(
                "rect", x=beside, y=ends[0], width=wide, height=max(ends[1] - ends[0], 1.0),
                **self.drawing.fill(place, mark),
            )  # fmt: skip
        Tree.SubElement(drawn, "title").text = clean(mark.words())
        if self.count == 1:
            self.drawing.words(mark.shown, x + 12, self.y(mark.far) + 5, fill=INK)
