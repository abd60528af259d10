"""Charts that are to be compared: one scale, their own width, breaks, and forms of points."""

from itertools import pairwise
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from muster.pagekit.charts import Mark, bars, line
from muster.pagekit.charts.drawing import PANEL

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ["Jan", "Feb", "Mar", "Apr"]


def read(chart: Markup) -> Tree.Element:
    return Tree.fromstring(chart)


def bar(chart: Markup) -> float:
    return float(next(r for r in read(chart).iter(f"{SVG}rect") if len(r)).get("width") or 0)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_equal_figures_are_equally_long_in_charts_of_one_scale(one: int, top: int) -> None:
    scale = (0.0, float(max(one, top)))
    alone = bars(title="A", description="", marks=[Mark("x", "", one, "x")], scale=scale)
    among = bars(
        title="B", description="", marks=[Mark("x", "", one, "x"), Mark("y", "", top, "y")],
        scale=scale,
    )  # fmt: skip
    assert bar(alone) == pytest.approx(bar(among), abs=0.2)


@pytest.mark.parametrize("chart", [bars, line])
def test_a_narrow_chart_holds_all_it_draws(chart: type) -> None:
    marks = [Mark(month, "", 1000 * n, f"{n},000") for n, month in enumerate(MONTHS)]
    drawn = read(chart(title="A", description="", marks=marks, width=PANEL))
    assert (drawn.get("viewBox") or "").startswith(f"0 0 {PANEL} ")
    for shape in drawn.iter():
        ends = [float(shape.get(name) or 0) for name in ("x", "x1", "x2", "cx")]
        assert max(ends) + float(shape.get("width") or 0) * (shape.tag == f"{SVG}rect") <= PANEL


def test_no_line_leads_to_a_label_that_is_not_comparable() -> None:
    marks = [Mark(month, "", 5, "5") for month in MONTHS]
    drawn = read(line(title="A", description="", marks=marks, breaks=["Mar"]))
    stretches = [len((e.get("points") or "").split()) for e in drawn.iter(f"{SVG}polyline")]
    assert stretches == [2, 2]
    assert len([e for e in drawn.iter() if len(e) and e is not drawn]) == len(MONTHS)


def test_a_break_at_the_first_label_breaks_nothing() -> None:
    marks = [Mark(month, "", 5, "5") for month in MONTHS]
    [whole] = read(line(title="A", description="", marks=marks, breaks=["Jan"])).iter(
        f"{SVG}polyline"
    )
    assert len((whole.get("points") or "").split()) == len(MONTHS)


def test_points_of_series_differ_by_form_and_the_key_shows_them() -> None:
    names = ["A", "B", "C", "D", "E", "F"]
    marks = [Mark(month, name, n, str(n)) for n, name in enumerate(names) for month in MONTHS]
    drawn = read(line(title="A", description="", marks=marks))
    forms = {
        (e.tag, len((e.get("points") or "").split()), e.get("fill") == "#ffffff", _turned(e))
        for e in drawn.iter()
        if len(e) and e.tag in (f"{SVG}circle", f"{SVG}polygon")
    }
    assert len(forms) == len(names)
    keyed = [e for e in drawn if e.tag in (f"{SVG}circle", f"{SVG}polygon") and not len(e)]
    assert len(keyed) == len(names)


def _turned(shape: Tree.Element) -> bool:
    """Tell a diamond from a square: its first corner is alone at the top."""
    heights = [float(pair.split(",")[1]) for pair in (shape.get("points") or "").split()]
    return heights.count(min(heights, default=0)) == 1


def test_a_key_of_many_long_names_stands_above_the_drawing() -> None:
    names = [f"A department with a long name, number {n}" for n in range(6)]
    marks = [Mark("x", name, 5, "5") for name in names]
    drawn = read(bars(title="A", description="", marks=marks, width=PANEL))
    key = [float(t.get("y") or 0) for t in drawn.iter(f"{SVG}text") if t.text in names]
    first = min(float(r.get("y") or 0) for r in drawn.iter(f"{SVG}rect") if len(r))
    assert len(key) == 6
    assert max(key) < first


def test_bands_of_several_series_do_not_hide_each_other() -> None:
    marks = [Mark(month, name, 0, "0 to 7", upto=7) for name in "ABC" for month in MONTHS]
    drawn = read(line(title="A", description="", marks=marks))
    bands = sorted(
        (float(r.get("x") or 0), float(r.get("width") or 0))
        for r in drawn.iter(f"{SVG}rect")
        if len(r)
    )
    assert len(bands) == 3 * len(MONTHS)
    for (left, wide), (right, _wide) in pairwise(bands):
        assert left + wide <= right + 0.11
