"""A figure drawn beside its target: a bar as far as the figure, and a mark where it should be.

It says nothing that the words beside it do not say, so screen readers pass over it. A band is a
hatched stretch over all of it.
"""

from decimal import Decimal
from xml.etree import ElementTree as Tree

from markupsafe import Markup

from muster.services.dashboards.rules import Seen, Target

_WIDTH, _HEIGHT, _BAR = 400, 20, 12
_FILL, _REST, _INK = "#1d70b8", "#e5e6e7", "#0b0c0c"


def gauge(seen: Seen, target: Target, *, name: str) -> Markup | None:
    """Return the drawing; None where there is no figure, or nothing to measure it by.

    Args:
        seen: the released figure.
        target: what it should come to.
        name: tells the hatching of one drawing on a page from that of another.
    """
    if seen.low is None or seen.high is None or seen.low < 0 or target.value <= 0:
        return None
    most = max(seen.high, target.value) * Decimal("1.08")
    root = Tree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {_WIDTH} {_HEIGHT}",
            "preserveAspectRatio": "none", "class": "muster-gauge", "aria-hidden": "true",
            "focusable": "false",
        },
    )  # fmt: skip
    _bar(root, 0, _WIDTH, _REST)
    fill = _FILL
    if seen.low != seen.high:
        fill = f"url(#{_hatch(root, name)})"
    _bar(root, 0, _place(seen.high, most), fill)
    at = _place(target.value, most)
    Tree.SubElement(
        root, "rect",
        {"x": f"{at - 1.5:.1f}", "y": "0", "width": "3", "height": str(_HEIGHT), "fill": _INK},
    )  # fmt: skip
    return Markup(Tree.tostring(root, encoding="unicode"))  # noqa: S704 - built of numbers alone


def _place(value: Decimal, most: Decimal) -> float:
    return float(value / most * _WIDTH)


def _bar(root: Tree.Element, start: float, width: float, fill: str) -> None:
    top = (_HEIGHT - _BAR) / 2
    drawn = {"x": f"{start:.1f}", "y": f"{top:.1f}", "width": f"{width:.1f}"}
    Tree.SubElement(root, "rect", {**drawn, "height": str(_BAR), "fill": fill})


def _hatch(root: Tree.Element, name: str) -> str:
    made = f"gauge-{name}"
    size = {"width": "8", "height": "8"}
    turned = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    pattern = Tree.SubElement(root, "pattern", {"id": made, **size, **turned})
    Tree.SubElement(pattern, "rect", {**size, "fill": "#ffffff"})
    Tree.SubElement(pattern, "rect", {"width": "3", "height": "8", "fill": _FILL})
    return made
