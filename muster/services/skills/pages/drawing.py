"""The map drawn on the server: whole, around one skill, and how densely somebody asks where.

Everything is SVG. A density is a small picture inside it, coloured from white to dark so that it
reads in print as well; of two, the difference runs from orange over white to blue.
"""

import base64
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import degrees, sqrt
from xml.etree import ElementTree as Tree

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _
from markupsafe import Markup

from muster.services.skills.map.release import WIDE
from muster.services.skills.showing import Near, Shown, Skill, Surface

# Each at least 3 to 1 against white, apart in lightness as well as in hue.
PALETTE = (
    "#1d70b8", "#b3247a", "#00703c", "#d4500f", "#4c2c92", "#0d8a8a",
    "#a2182b", "#5b7a14", "#2b3f8c", "#9c6414", "#7a3fa8", "#50656f",
)  # fmt: skip
NO_CLUSTER = "#7b8489"
INK, QUIET, GRID = "#0b0c0c", "#484949", "#d5dade"
_MOST_DOTS, _FAINT_DOTS = 3_000, 1_200
_SIDE = 256
_WHITE_TO_BLUE = ((255, 255, 255), (205, 226, 241), (119, 174, 214), (29, 112, 184), (10, 42, 84))
_ORANGE_TO_BLUE = (
    (150, 60, 4), (232, 132, 60), (252, 225, 202), (255, 255, 255), (205, 226, 241),
    (62, 131, 193), (10, 52, 102),
)  # fmt: skip


@dataclass(frozen=True)
class _Frame:
    """Where on a drawing a place of the map stands: ``side`` units wide, with a margin."""

    side: float
    left: float = 0.0
    top: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        scale = self.side / (2 * WIDE)
        return self.left + (x + WIDE) * scale, self.top + (WIDE - y) * scale

    def length(self, of: float) -> float:
        return of * self.side / (2 * WIDE)


def _svg(width: float, height: float, title: str, description: str, name: str) -> Tree.Element:
    root = Tree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width:g} {height:g}",
            "role": "img", "aria-labelledby": f"{name}-title {name}-desc",
            "font-family": "Arial, sans-serif", "font-size": "13", "fill": INK,
        },
    )  # fmt: skip
    Tree.SubElement(root, "title", {"id": f"{name}-title"}).text = _clean(title)
    Tree.SubElement(root, "desc", {"id": f"{name}-desc"}).text = _clean(description)
    return root


def _clean(text: str) -> str:
    """Return words without the signs that no drawing may hold."""
    return "".join(each for each in text if each.isprintable())


def _add(parent: Tree.Element, tag: str, **attributes: object) -> Tree.Element:
    written = {
        name.rstrip("_").replace("_", "-"): f"{value:.1f}".removesuffix(".0")
        if isinstance(value, float)
        else str(value)
        for name, value in attributes.items()
    }
    return Tree.SubElement(parent, tag, written)


def _words(parent: Tree.Element, text: str, x: float, y: float, **attributes: object) -> None:
    """Write words with a white edge, so that they read above dots."""
    _add(
        parent, "text", x=x, y=y, stroke="#ffffff", stroke_width=3, stroke_linejoin="round",
        paint_order="stroke", **attributes,
    ).text = _clean(text)  # fmt: skip


def _colour(shown: Shown, skill: Skill) -> str:
    cluster = shown.cluster_of.get(skill.cluster)
    return NO_CLUSTER if cluster is None else PALETTE[cluster.colour % len(PALETTE)]


def _done(root: Tree.Element) -> Markup:
    return Markup(Tree.tostring(root, encoding="unicode"))  # noqa: S704 - built, escaped


def picture_of(shown: Shown, *, title: str, source: str) -> str:
    """Return the whole map: the most asked skills as dots, and the names of its parts."""
    root = _svg(960, 1040, title, source, "skills-picture")
    _add(root, "rect", width=960, height=1040, fill="#ffffff")
    _words(root, title, 20, 34, font_size=24, font_weight="bold")
    _words(root, source, 20, 60, font_size=14, fill=QUIET)
    said = _("Each dot is a skill that job adverts ask for; it says nothing of skills people have.")
    _words(root, said, 20, 80, font_size=14, fill=QUIET)
    frame = _Frame(930, 15, 95)
    _rings(root, frame)
    most = sorted(shown.skills, key=lambda one: -one.adverts)[:_MOST_DOTS]
    top = max((one.adverts for one in most), default=1.0)
    base = min(4.0, 110 / sqrt(max(1, len(most))))
    for one in most:
        x, y = frame.at(one.x, one.y)
        size = base * (0.55 + 1.6 * sqrt(one.adverts / top))
        dot = _add(root, "circle", cx=x, cy=y, r=size, fill=_colour(shown, one), stroke="#ffffff",
                   stroke_width=0.6)  # fmt: skip
        Tree.SubElement(dot, "title").text = _clean(one.label)
    _names(root, shown, frame)
    return Tree.tostring(root, encoding="unicode")


def _names(root: Tree.Element, shown: Shown, frame: _Frame) -> None:
    """Write the names of the map's parts within the drawing, none over another."""
    taken: list[tuple[float, float, float]] = []
    for cluster in shown.clusters[:40]:
        x, y = frame.at(cluster.x, cluster.y)
        wide = len(cluster.name) * 4.1
        x = min(max(x, wide + 6), 954 - wide)
        while any(abs(y - b) < 17 and abs(x - a) < wide + w for a, b, w in taken):
            y += 3
        taken.append((x, y, wide))
        _words(root, cluster.name, x, y, font_size=14, font_weight="bold", text_anchor="middle")


def _rings(root: Tree.Element, frame: _Frame) -> None:
    """Draw the circles by which one sees how far from the centre a skill lies."""
    x, y = frame.at(0, 0)
    for radius in (1 / 3, 2 / 3, 1.0):
        _add(root, "circle", cx=x, cy=y, r=frame.length(radius), fill="none", stroke=GRID)


def around(shown: Shown, skill: Skill, near: Sequence[Near]) -> Markup:
    """Return a small map with one skill, its region and its nearest skills upon all others."""
    title = _("Where %(skill)s lies") % {"skill": skill.label}
    names = ", ".join(one.skill.label for one in near)
    said = _("Nearest: %(skills)s") % {"skills": names} if names else _("It has no near skills.")
    root = _svg(460, 460, title, said, "skills-around")
    frame = _Frame(460)
    _rings(root, frame)
    faint = _add(root, "g", fill="#c3c9cd")
    for one in sorted(shown.skills, key=lambda other: -other.adverts)[:_FAINT_DOTS]:
        x, y = frame.at(one.x, one.y)
        _add(faint, "circle", cx=x, cy=y, r=1.6)
    x, y = frame.at(skill.x, skill.y)
    colour = _colour(shown, skill)
    _add(
        root, "ellipse", cx=x, cy=y, rx=max(3.0, frame.length(skill.a)),
        ry=max(3.0, frame.length(skill.b)), fill=colour, fill_opacity="0.16", stroke=colour,
        stroke_width=1.5, transform=f"rotate({-degrees(skill.angle):.1f} {x:.1f} {y:.1f})",
    )  # fmt: skip
    for other in near:
        ox, oy = frame.at(other.skill.x, other.skill.y)
        _add(root, "line", x1=x, y1=y, x2=ox, y2=oy, stroke=colour, stroke_width=1.2)
        _add(root, "circle", cx=ox, cy=oy, r=3.5, fill=_colour(shown, other.skill),
             stroke="#ffffff")  # fmt: skip
    _add(root, "circle", cx=x, cy=y, r=7, fill=colour, stroke="#ffffff", stroke_width=2)
    anchor = "start" if x < 150 else "end" if x > 310 else "middle"
    _words(root, skill.label, x, y - 12 if y > 40 else y + 24, font_size=16, font_weight="bold",
           text_anchor=anchor)  # fmt: skip
    return _done(root)


def density(shown: Shown, surface: Surface, *, title: str, name: str) -> Markup:
    """Return how densely somebody's skills lie over the map; darker is more."""
    top = max(float(np.quantile(surface, 0.998)), 1e-12)
    strength = np.clip(surface / top, 0, 1) ** 0.6
    said = _("Densest at: %(parts)s") % {"parts": ", ".join(_peaks(shown, surface))}
    return _heat(shown, strength, _WHITE_TO_BLUE, title=title, said=said, name=name)


def difference(shown: Shown, one: Surface, other: Surface, *, title: str, name: str) -> Markup:
    """Return where the first asks for more (blue) or less (orange) than the second."""
    gap = one - other
    top = max(float(np.quantile(np.abs(gap), 0.998)), 1e-12)
    strength = 0.5 + 0.5 * np.sign(gap) * np.clip(np.abs(gap) / top, 0, 1) ** 0.7
    more, less = ", ".join(_peaks(shown, gap)), ", ".join(_peaks(shown, -gap))
    said = _("More at: %(more)s. Less at: %(less)s.") % {"more": more, "less": less}
    return _heat(shown, strength, _ORANGE_TO_BLUE, title=title, said=said, name=name)


def _heat(
    shown: Shown,
    strength: Surface,
    colours: Sequence[tuple[int, int, int]],
    *,
    title: str,
    said: str,
    name: str,
) -> Markup:
    root = _svg(360, 360, title, said, name)
    content = base64.b64encode(_png(_painted(_finer(strength), colours))).decode()
    _add(root, "image", href=f"data:image/png;base64,{content}", width=360, height=360,
         preserveAspectRatio="none")  # fmt: skip
    frame = _Frame(360)
    _rings(root, frame)
    taken: list[tuple[float, float, float]] = []
    for cluster in shown.clusters[:12]:
        x, y = frame.at(cluster.x, cluster.y)
        wide = len(cluster.name) * 3.2
        x = min(max(x, wide + 4), 356 - wide)
        if all(abs(y - b) > 14 or abs(x - a) > wide + w for a, b, w in taken):
            taken.append((x, y, wide))
            _words(root, cluster.name, x, y + 4, font_size=11, text_anchor="middle")
    _add(root, "rect", x=0.5, y=0.5, width=359, height=359, fill="none", stroke=GRID)
    return _done(root)


def _peaks(shown: Shown, surface: Surface, most: int = 3) -> Iterable[str]:
    """Return the parts of the map where a density is greatest, without repeating one."""
    side = surface.shape[0]
    names: list[str] = []
    for flat in np.argsort(surface, axis=None)[::-1][: side * 4]:
        row, column = divmod(int(flat), side)
        x, y = ((at + 0.5) / side * 2 * WIDE - WIDE for at in (column, row))
        near = min(
            shown.clusters, key=lambda one: (one.x - x) ** 2 + (one.y - y) ** 2, default=None
        )
        if near is not None and near.name not in names:
            names.append(near.name)
        if len(names) == most:
            break
    return names


def _finer(grid: Surface) -> Surface:
    """Return a surface with the highest y first, drawn finer between its cells."""
    side = grid.shape[0]
    at = (np.arange(_SIDE) + 0.5) * side / _SIDE - 0.5
    low = np.clip(np.floor(at).astype(int), 0, side - 1)
    high, part = np.clip(low + 1, 0, side - 1), np.clip(at - low, 0, 1)
    rows = grid[low] * (1 - part)[:, None] + grid[high] * part[:, None]
    fine: Surface = rows[:, low] * (1 - part) + rows[:, high] * part
    return fine[::-1]


def _painted(strength: Surface, colours: Sequence[tuple[int, int, int]]) -> npt.NDArray[np.uint8]:
    """Return strengths from 0 to 1 as red, green and blue."""
    stops = np.array(colours, dtype=np.float64)
    places = np.linspace(0, 1, len(colours))
    painted = [np.interp(strength, places, stops[:, part]) for part in range(3)]
    return np.stack(painted, axis=-1).round().astype(np.uint8)


def _png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Return rows of red, green and blue as a PNG."""
    height, width, _parts = pixels.shape
    lines = np.concatenate(
        [np.zeros((height, 1), np.uint8), pixels.reshape(height, width * 3)], axis=1
    )

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines.tobytes(), 6))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")
