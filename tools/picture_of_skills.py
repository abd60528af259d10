"""Draws the skills map of pretend adverts, for ``docs/explanation/skills-map.md``.

    python -m tools.picture_of_skills

Adverts of the pretend service are read, and a map is built from them as any map is. What is drawn
is what came out: the whole map, as pages give it for slides, and the regions of some of its skills.
A picture names the digest of what it was drawn with: a test in ``tests/repo`` fails where that has
changed since.
"""

import hashlib
import os
import sys
import tempfile
from html import escape
from math import degrees
from pathlib import Path
from typing import TYPE_CHECKING

import django

from synthetic.adverts import adverts
from tools.diagrams import PICTURES, REPOSITORY

if TYPE_CHECKING:  # they need Django set up
    from muster.services.skills.showing import Shown, Skill

WHOLE, REGIONS = PICTURES / "skills-map.svg", PICTURES / "skills-map-regions.svg"
_ROOM = REPOSITORY / "muster" / "services" / "skills"
DRAWN_WITH = (
    Path(__file__).resolve(),
    _ROOM / "pages" / "drawing.py",
    *sorted((_ROOM / "map" / "layout").glob("*.py")),
    _ROOM / "map" / "regions.py",
)
ADVERTS, SEED = 18_000, 4
TITLE = "The skills that a pretend service asks for"
NAMED = 8
_SIDE, _HEAD, _REACH = 720, 60, 1.25


def digest() -> str:
    """Return what a picture says it was drawn with."""
    together = hashlib.sha256()
    for path in DRAWN_WITH:
        together.update(path.read_bytes())
    return together.hexdigest()


def pictures() -> dict[Path, str]:
    """Return where each picture belongs, and the picture. Django is set up before."""
    from muster.services.skills.map.building import Job, build  # noqa: PLC0415
    from muster.services.skills.map.release import Release  # noqa: PLC0415
    from muster.services.skills.pages.drawing import picture_of  # noqa: PLC0415
    from muster.services.skills.showing import Shown  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        adverts(ADVERTS, seed=SEED).write_parquet(folder / "pretend.parquet")
        built = build(Job((folder / "pretend.parquet",), folder))
        shown = Shown(Release.open(built.folder))
        about = shown.release.about
        source = (
            f"Learned from {about['adverts']:,} made-up adverts of {about['organisations']}"
            " organisations that do not exist."
        )
        drawn = {
            WHOLE: picture_of(shown, title=TITLE, source=source),
            REGIONS: regions_of(shown),
        }
    mark = f'<svg data-drawn-with="{digest()}" '
    return {path: svg.replace("<svg ", mark, 1).rstrip() + "\n" for path, svg in drawn.items()}


def regions_of(shown: "Shown") -> str:
    """Return all dots, and some skills with their regions: asked for seldom, and often."""
    parts = [
        f'<circle cx="{_x(one.x)}" cy="{_y(one.y)}" r="3" class="other"/>' for one in shown.skills
    ]
    for one in _apart(shown):
        x, y, wide = _x(one.x), _y(one.y), (_SIDE / 2 - 12) / _REACH
        turned = f"rotate({-degrees(one.angle):.1f} {x} {y})"
        half = f'rx="{one.a * wide:.1f}" ry="{one.b * wide:.1f}"'
        said = f"{one.label} ({one.adverts:,.0f} adverts)"
        parts += [
            f'<ellipse cx="{x}" cy="{y}" {half} transform="{turned}"/>',
            f'<circle cx="{x}" cy="{y}" r="5"/>',
            f'<text x="{x}" y="{y - 10:.1f}" class="middle">{escape(said)}</text>',
        ]
    return _SVG.format(side=_SIDE, height=_SIDE + _HEAD, content="\n".join(parts))


def _apart(shown: "Shown") -> "list[Skill]":
    """Return a few skills, of all counts from many to few, whose regions can be told apart."""
    order = sorted(shown.skills, key=lambda one: -one.adverts)
    chosen: list[Skill] = []
    for at in range(NAMED):
        later = order[at * len(order) // NAMED :]
        free = (one for one in later if _clear(one, chosen))
        found = next(free, None)
        if found is not None:
            chosen.append(found)
    return chosen


def _clear(one: "Skill", others: "list[Skill]") -> bool:
    """Tell whether the names of skills can be read beside each other, within the picture."""
    inside = abs(one.x) + 0.014 * len(one.label) + 0.16 < _REACH
    return inside and all(
        abs(one.y - other.y) > 0.2 or abs(one.x - other.x) > 0.9 for other in others
    )


def _x(x: float) -> float:
    return round(_SIDE / 2 + x * (_SIDE / 2 - 12) / _REACH, 1)


def _y(y: float) -> float:
    return round(_HEAD + _SIDE / 2 - y * (_SIDE / 2 - 12) / _REACH, 1)


_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {height}" role="img"
 aria-labelledby="title">
<title id="title">Some skills of the pretend map, each with the region in which it lies in nine of
ten maps that are drawn again from this one</title>
<style>
text {{ font: 14px Arial, sans-serif; fill: #0b0c0c }}
.middle {{ text-anchor: middle; font-weight: bold; stroke: #fff; stroke-width: 3;
 paint-order: stroke }}
.head {{ font-size: 18px; font-weight: bold }}
circle, ellipse {{ fill: #1d70b8 }} ellipse {{ fill-opacity: 0.13; stroke: #1d70b8 }}
.other {{ fill: #b1b4b6 }}
</style>
<rect width="{side}" height="{height}" fill="#fff"/>
<text x="12" y="24" class="head">How sure a place is</text>
<text x="12" y="44">Made-up adverts. Drawn again from other adverts, a skill stays in its region
nine times in ten.</text>
{content}
</svg>
"""


def main() -> int:
    """Run from the command line."""
    with tempfile.TemporaryDirectory() as home:
        for name in [name for name in os.environ if name.startswith("MUSTER_")]:
            del os.environ[name]
        os.environ |= {"MUSTER_HOME": home, "DJANGO_SETTINGS_MODULE": "muster.settings"}
        django.setup()
        for path, svg in pictures().items():
            path.write_text(svg, encoding="utf-8")
            print(path.relative_to(REPOSITORY))
    return 0


if __name__ == "__main__":
    sys.exit(main())
