"""The processes that ship are drawn so that people can read them, and their pictures are true."""

from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from muster.casework.diagrams.reading import read_diagram
from tests.repo.repository import ROOT
from tools.diagrams import digest_of, drawn_from, picture_of, sources

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"


class Box(NamedTuple):
    """A place on the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box", by: float = 1) -> bool:
        """Tell whether two places overlap by more than their lines."""
        return (
            self.left + by < other.right and other.left + by < self.right
            and self.top + by < other.bottom and other.top + by < self.bottom
        )  # fmt: skip


class Drawn:
    """Shapes, labels and edges of a file."""

    def __init__(self, source: Path) -> None:
        root = ElementTree.parse(source).getroot()
        says = read_diagram(source.read_bytes(), name=source.name)
        self.ends = {one.id: (one.source, one.target) for one in says.flows}
        self.attached = {one.id: one.attached for one in says.elements.values()}
        self.shapes: dict[str, Box] = {}
        self.labels: dict[str, Box] = {}
        self.edges: dict[str, list[Box]] = {}
        for shape in root.iter(f"{_DI}BPMNShape"):
            name = shape.get("bpmnElement", "")
            if name in says.elements:
                self.shapes[name] = box(shape)
            self._label(shape, name)
        for edge in root.iter(f"{_DI}BPMNEdge"):
            name = edge.get("bpmnElement", "")
            points = [(float(one.get("x", "")), float(one.get("y", ""))) for one in edge.iter(_WAY)]
            self.edges[name] = [
                Box(min(a, c), min(b, d), max(a, c), max(b, d))
                for (a, b), (c, d) in pairwise(points)
            ]
            self._label(edge, name)

    def _label(self, drawn: ElementTree.Element, name: str) -> None:
        label = drawn.find(f"{_DI}BPMNLabel")
        if label is not None:
            self.labels[name] = box(label)


def box(drawn: ElementTree.Element) -> Box:
    """Return where something is drawn."""
    bounds = drawn.find(f"{_DC}Bounds")
    assert bounds is not None
    x, y, wide, high = (float(bounds.get(one, "")) for one in ("x", "y", "width", "height"))
    return Box(x, y, x + wide, y + high)


@pytest.fixture(params=sources(), ids=lambda source: source.stem)
def source(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_picture_is_of_the_file_as_it_is(source: Path) -> None:
    picture = picture_of(source).read_text(encoding="utf-8")
    assert drawn_from(picture) == digest_of(source), "run `python -m tools.diagrams`"


def test_guide_shows_every_picture(source: Path) -> None:
    guide = (ROOT / "docs" / "how-to" / "transfer.md").read_text(encoding="utf-8")
    assert f"](../images/{picture_of(source).name})" in guide


def test_nothing_is_drawn_over_anything(source: Path) -> None:
    drawn = Drawn(source)
    assert len(drawn.shapes) > 10
    named = [*drawn.shapes.items(), *((f"label of {k}", v) for k, v in drawn.labels.items())]
    assert [
        (one, other)
        for (one, a), (other, b) in combinations(named, 2)
        if a.meets(b) and other not in (drawn.attached.get(one), one)
        and one != drawn.attached.get(other)
    ] == []  # fmt: skip


def test_no_way_leads_through_a_box_or_a_word(source: Path) -> None:
    drawn = Drawn(source)
    through = []
    for name, pieces in drawn.edges.items():
        ends = drawn.ends[name]
        own = {*ends, *(drawn.attached.get(one) for one in ends)}
        others = [(key, place) for key, place in drawn.shapes.items() if key not in own]
        words = [(f"label of {key}", place) for key, place in drawn.labels.items()]
        through += [
            (name, key)
            for piece in pieces
            for key, place in (*others, *words)
            if place.meets(Box(piece.left - 0.5, piece.top - 0.5, piece.right + 0.5,
                               piece.bottom + 0.5))
        ]  # fmt: skip
    assert through == []


def test_ways_stop_at_what_they_lead_to(source: Path) -> None:
    drawn = Drawn(source)
    for name, pieces in drawn.edges.items():
        for end, place in zip(drawn.ends[name], (pieces[0], pieces[-1]), strict=True):
            shape = drawn.shapes[end]
            inner = Box(shape.left + 2, shape.top + 2, shape.right - 2, shape.bottom - 2)
            assert not inner.meets(place, by=0), (name, end)
