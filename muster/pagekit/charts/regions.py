"""The regions and nations of the UK as a map of tiles, each as large as every other.

A tile says its figure in words, so its shade is never the only sign; a band is hatched, and a
region of which nothing is told is empty and says so. Tiles stand about where regions lie to each
other. The layout is Muster's own: no boundary of anybody's is drawn. The drawing is narrow enough
for a small telephone without scrolling.
"""

import textwrap
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as Tree

from django.utils.translation import gettext as _
from markupsafe import Markup

from muster.pagekit.charts.drawing import INK, QUIET, Drawing, clean, nothing
from muster.pagekit.charts.marks import Mark

# Column and row of each region, by its code as an international territory.
PLACED: Mapping[str, tuple[int, int]] = {
    "TLM": (1, 0), "TLN": (0, 1), "TLC": (2, 1), "TLD": (1, 2), "TLE": (2, 2), "TLL": (0, 3),
    "TLG": (1, 3), "TLF": (2, 3), "TLH": (3, 3), "TLK": (1, 4), "TLJ": (2, 4), "TLI": (3, 4),
}  # fmt: skip
_TILE, _GAP, _LINE, _LETTERS = 80, 4, 15, 11
_COLUMNS, _ROWS, _KEY = 4, 5, 74
# From the least to the most: fill, and the text that reads on it.
_SHADES = (
    ("#e8f1f8", "#0b0c0c"), ("#bfd7ea", "#0b0c0c"), ("#8ab4d3", "#0b0c0c"),
    ("#2f6ea0", "#ffffff"), ("#12436d", "#ffffff"),
)  # fmt: skip


def regions(*, title: str, description: str, marks: Mapping[str, Mark]) -> Markup:
    """Draw a tile for each region.

    Args:
        title: what the map shows, read aloud first.
        description: what a reader should take from it, in words.
        marks: the figures by code of the region; a code that has no tile is left out.
    """
    if not marks:
        return nothing(title, description)
    height = _ROWS * (_TILE + _GAP) + _KEY
    drawing = Drawing.new(title, description, height, _COLUMNS * (_TILE + _GAP) - _GAP)
    drawing.root.set("font-size", "12")
    drawing.root.set("width", "100%")
    ends = _ends([mark for code, mark in marks.items() if code in PLACED])
    for code, (column, row) in PLACED.items():
        mark = marks.get(code)
        if mark is not None:
            _tile(drawing, mark, column * (_TILE + _GAP), row * (_TILE + _GAP), ends)
    _key(drawing, ends, _ROWS * (_TILE + _GAP) + 14)
    return drawing.svg()


def _ends(marks: Sequence[Mark]) -> tuple[Decimal, ...]:
    """Return where the shades end: equal steps up to the largest figure; none without figures."""
    most = max((Decimal(m.value) for m in marks if m.value is not None and m.upto is None),
               default=Decimal(0))  # fmt: skip
    steps = len(_SHADES)
    return tuple(most * step / steps for step in range(1, steps + 1)) if most > 0 else ()


def _shade(value: Decimal | int, ends: Sequence[Decimal]) -> tuple[str, str]:
    place = next((place for place, end in enumerate(ends) if value <= end), 0)
    return _SHADES[place]


def _tile(drawing: Drawing, mark: Mark, x: float, y: float, ends: Sequence[Decimal]) -> None:
    fill, ink = "#ffffff", INK
    attributes: dict[str, Any] = {"fill": fill, "stroke": QUIET}
    if mark.upto is not None:
        attributes = drawing.fill(0, mark)
    elif mark.value is not None:
        fill, ink = _shade(mark.value, ends)
        attributes = {"fill": fill, "stroke": QUIET}
    tile = drawing.add("rect", x=x, y=y, width=_TILE, height=_TILE, **attributes)
    Tree.SubElement(tile, "title").text = clean(mark.words())
    lines = textwrap.wrap(mark.label, _LETTERS) or [""]
    if mark.upto is not None:
        # Words on hatching are hard to read: they stand on a plain ground.
        drawing.add("rect", x=x + 4, y=y + 4, width=_TILE - 8, height=_TILE - 8, fill="#ffffff")
    for place, line in enumerate(lines[:3]):
        drawing.words(
            line, x + _TILE / 2, y + 18 + place * _LINE, text_anchor="middle", fill=ink
        )  # fmt: skip
    drawing.words(
        mark.shown, x + _TILE / 2, y + _TILE - 10, text_anchor="middle", fill=ink,
        font_weight="bold", font_size=14,
    )  # fmt: skip


def _key(drawing: Drawing, ends: Sequence[Decimal], y: float) -> None:
    """Draw which shade stands for which figures."""
    if not ends:
        return
    drawing.words(_("Darker tiles hold more. A shade ends at:"), 0, y)
    wide = _COLUMNS * (_TILE + _GAP) / len(ends)
    for place, (end, (fill, ink)) in enumerate(zip(ends, _SHADES, strict=True)):
        drawing.add(
            "rect", x=place * wide, y=y + 8, width=wide - _GAP, height=24, fill=fill, stroke=QUIET
        )
        drawing.words(
            f"{end:,.0f}", place * wide + (wide - _GAP) / 2, y + 25, text_anchor="middle", fill=ink
        )
