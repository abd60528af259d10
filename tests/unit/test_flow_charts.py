"""Ribbons between places: each flow is drawn once, as wide as it counts, with its words."""

import itertools
import re
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.pagekit.charts.flows import Flow, flows

_SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["Mill", "Weir", "Lock", "A long name that needs several lines to be written", "<&\x07>"]
pairs = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(1, 5000)),
    min_size=1, max_size=12, unique_by=lambda one: one[:2],
)  # fmt: skip


def drawing(drawn: list[Flow]) -> Tree.Element:
    svg = flows(title="Movers", description="Who goes where.", flows=drawn)
    return Tree.fromstring(svg)


def ends(path: Tree.Element) -> tuple[float, float, float, float]:
    """Return the top and bottom of a ribbon, on the left and on the right."""
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", path.get("d", ""))]
    left, right = numbers[1], numbers[7]
    return left, numbers[-1], right, numbers[8]


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_every_flow_is_one_ribbon_that_no_other_covers(drawn: list[tuple[str, str, int]]) -> None:
    root = drawing([Flow(start, end, value, f"{value:,}") for start, end, value in drawn])
    paths = root.findall(f"{_SVG}path")
    words = [path.findtext(f"{_SVG}title") or "" for path in paths]
    clean = [f"{a} → {b}: {n:,}".replace("\x07", "") for a, b, n in drawn]
    assert sorted(words) == sorted(clean)
    height = float(root.get("viewBox", "").split()[3])
    left, right = [], []
    for path in paths:
        top, bottom, there, end = ends(path)
        assert bottom - top == pytest.approx(end - there, abs=0.21)
        assert bottom - top >= 1.9
        assert 0 <= min(top, there) <= max(bottom, end) <= height
        left.append((top, bottom))
        right.append((there, end))
    for side in (left, right):
        side.sort()
        assert all(a[1] <= b[0] + 0.21 for a, b in itertools.pairwise(side))


def test_ribbons_are_as_wide_as_they_count() -> None:
    root = drawing([Flow("Mill", "Weir", 30, "30"), Flow("Mill", "Lock", 10, "10")])
    wide = sorted(ends(path)[1] - ends(path)[0] for path in root.findall(f"{_SVG}path"))
    assert wide[1] == pytest.approx(3 * wide[0], abs=0.5)


def test_no_sum_is_written_that_nobody_released() -> None:
    root = drawing([Flow("Mill", "Weir", 30, "30"), Flow("Mill", "Lock", 10, "10")])
    said = [text.text for text in root.findall(f"{_SVG}text")]
    assert sorted(filter(None, said)) == ["10", "30", "Lock", "Mill", "Weir"]


def test_the_same_drawing_is_drawn_alike_and_named() -> None:
    one = [Flow("Mill", "Weir", 30, "30")]
    assert flows(title="T", description="D", flows=one) == flows(
        title="T", description="D", flows=one
    )
    root = drawing(one)
    assert root.get("role") == "img"
    assert root.findtext(f"{_SVG}title") == "Movers"


def test_nothing_and_a_ribbon_without_width() -> None:
    assert "There are no figures to show" in flows(title="T", description="D", flows=[])
    with pytest.raises(ValueError, match="without width"):
        flows(title="T", description="D", flows=[Flow("Mill", "Weir", 0, "0")])
