"""An SVG in the making: elements, words, fills and the key."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as Tree

from django.utils.translation import gettext as _
from markupsafe import Markup

from muster.pagekit.charts.marks import Mark

# Fill, and the text that reads on it.
PALETTE = (
    ("#12436d", "#ffffff"),
    ("#28a197", "#0b0c0c"),
    ("#801650", "#ffffff"),
    ("#f46a25", "#0b0c0c"),
    ("#3d3d3d", "#ffffff"),
    ("#a285d1", "#0b0c0c"),
)
WIDTH, LINE_HEIGHT, LETTER = 760, 20, 8.2
PANEL = 460
"""How wide one of several small drawings is: two stand beside each other on a desktop."""
INK, QUIET = "#0b0c0c", "#6b6e70"
_SQUARE = ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9))
_TRIANGLE = ((0.0, -1.2), (1.1, 0.9), (-1.1, 0.9))
_DIAMOND = ((0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0))
# A circle, then corners; the later half is hollow.
_FORMS: tuple[tuple[tuple[float, float], ...], ...] = (
    (), _SQUARE, _TRIANGLE, _DIAMOND, _SQUARE, _TRIANGLE,
)  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """An SVG in the making."""

    root: Tree.Element
    hatch: str
    width: float = WIDTH

    @classmethod
    def new(cls, title: str, description: str, height: float, width: float = WIDTH) -> "Drawing":
        digest = hashlib.sha256(f"{title}\0{description}".encode()).hexdigest()
        name = f"chart-{digest[:10]}"
        root = Tree.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {width:g} {height:g}",
                "role": "img",
                "aria-labelledby": f"{name}-title {name}-desc",
                "font-family": "Arial, sans-serif",
                "font-size": "16",
                "fill": INK,
            },
        )
        Tree.SubElement(root, "title", {"id": f"{name}-title"}).text = clean(title)
        Tree.SubElement(root, "desc", {"id": f"{name}-desc"}).text = clean(description)
        return cls(root, f"{name}-hatch", width)

    def add(self, tag: str, parent: Tree.Element | None = None, **attributes: Any) -> Tree.Element:
        """Add an element; an attribute's ``_`` is written ``-``, numbers to a tenth."""
        written = {
            name.rstrip("_").replace("_", "-"): f"{value:.1f}".removesuffix(".0")
            if isinstance(value, float)
            else str(value)
            for name, value in attributes.items()
        }
        return Tree.SubElement(self.root if parent is None else parent, tag, written)

    def words(self, text: str, x: float, y: float, **attributes: Any) -> None:
        """Write words at a place."""
        self.add("text", x=x, y=y, **attributes).text = clean(text)

    def gap(self, text: str, x: float, y: float, **attributes: Any) -> None:
        """Write the words that stand where nobody returned a figure."""
        self.words(text, x, y, fill=QUIET, font_style="italic", class_="gap", **attributes)

    def fill(self, series: int, mark: Mark) -> dict[str, Any]:
        """Return how a mark is filled: plain, or hatched with an outline for a band."""
        colour = PALETTE[series][0]
        if mark.upto is None:
            return {"fill": colour}
        name = f"{self.hatch}-{series}"
        if all(pattern.get("id") != name for pattern in self.root.iter("pattern")):
            pattern = self.add(
                "pattern", id=name, width=8, height=8,
                patternUnits="userSpaceOnUse", patternTransform="rotate(45)",
            )  # fmt: skip
            self.add("rect", pattern, width=8, height=8, fill="#ffffff")
            self.add("rect", pattern, width=3, height=8, fill=colour)
        return {"fill": f"url(#{name})", "stroke": colour}

    def key(self, series: Sequence[str], y: float, *, dashes: Sequence[str] = ()) -> None:
        """Draw the key, rows of swatches: squares, or where ``dashes`` are given strokes with the
        points of the line."""
        x = 0.0
        for place, name in enumerate(series):
            if x and x + 40 + len(name) * LETTER > self.width:
                x, y = 0.0, y + LINE_HEIGHT + 4
            colour = PALETTE[place][0]
            if dashes:
                self.add(
                    "line", x1=x, x2=x + 32, y1=y - 5, y2=y - 5, stroke=colour, stroke_width=3,
                    stroke_dasharray=dashes[place] or "none",
                )  # fmt: skip
                self.point(place, x + 16, y - 5, 5)
            else:
                self.add("rect", x=x + 8, y=y - 13, width=16, height=16, fill=colour)
            self.words(name, x + 40, y)
            x += 40 + len(name) * LETTER + 20

    def point(self, series: int, x: float, y: float, size: float) -> Tree.Element:
        """Draw the point of a series: each has a form of its own, for whom colours look alike."""
        colour, corners = PALETTE[series][0], _FORMS[series]
        if not corners:
            return self.add("circle", cx=x, cy=y, r=size, fill=colour)
        placed = " ".join(f"{x + size * dx:.1f},{y + size * dy:.1f}" for dx, dy in corners)
        hollow = series >= len(_FORMS) // 2
        return self.add(
            "polygon", points=placed, fill="#ffffff" if hollow else colour, stroke=colour,
            stroke_width=2 if hollow else 0,
        )  # fmt: skip

    def svg(self) -> Markup:
        """Return the drawing for a page."""
        return Markup(Tree.tostring(self.root, encoding="unicode"))  # noqa: S704 - built, escaped


def clean(text: str) -> str:
    """Return ``text`` without the control characters that XML cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n")


def key_height(series: Sequence[str], width: float = WIDTH) -> float:
    """Return how high the key of so many series stands; nothing for one."""
    if len(series) < 2:
        return 0
    rows, x = 1, 0.0
    for name in series:
        if x and x + 40 + len(name) * LETTER > width:
            rows, x = rows + 1, 0.0
        x += 40 + len(name) * LETTER + 20
    return 16 + rows * (LINE_HEIGHT + 4)


def nothing(title: str, description: str, width: float = WIDTH) -> Markup:
    """Return a drawing that says there is nothing to draw."""
    drawing = Drawing.new(title, description, 60, width)
    drawing.words(_("There are no figures to show."), 0, 35)
    return drawing.svg()
