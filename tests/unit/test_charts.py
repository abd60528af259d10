"""Charts: well formed, escaped, honest about gaps and bands."""

import itertools
from collections.abc import Callable
from decimal import Decimal
from xml.etree import ElementTree as Tree

import pytest
from markupsafe import Markup, escape

from muster.pagekit.charts import Mark, bars, line

Chart = Callable[..., Markup]
SVG = "{http://www.w3.org/2000/svg}"
both = pytest.mark.parametrize("chart", [bars, line])
all_three = pytest.mark.parametrize(
    "chart", [bars, line, lambda **given: bars(stacked=True, **given)]
)


def drawn(chart: Chart, *marks: Mark, **more: object) -> Tree.Element:
    """Draw and read back; not well-formed XML raises."""
    return Tree.fromstring(chart(title="Posts", description="By place", marks=marks, **more))


def words(svg: Tree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def gaps(svg: Tree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text") if text.get("class") == "gap"]


def shapes(svg: Tree.Element) -> list[Tree.Element]:
    """Return what stands for a figure: each carries its words as a title."""
    return [e for e in svg.iter() if e is not svg and e.find(f"{SVG}title") is not None]


@all_three
def test_it_has_a_title_and_a_description_that_name_it(chart: Chart) -> None:
    svg = drawn(chart, Mark("Leeds", "", 12, "12"))
    names = (svg.get("aria-labelledby") or "").split()
    named = {e.get("id"): e.text for e in svg if e.tag in (f"{SVG}title", f"{SVG}desc")}
    assert [named[name] for name in names] == ["Posts", "By place"]
    assert svg.get("role") == "img"


@all_three
@pytest.mark.parametrize(
    "values",
    [
        (0,),
        (-5,),
        (0, 0, 0),
        (-3, 4),
        (10**15, 1),
        (Decimal("0.001"),),
        (7,),
        (Decimal(-(10**12)),),
    ],
    ids=str,
)
def test_it_draws_any_values_within_the_drawing(
    chart: Chart, values: tuple[int | Decimal, ...]
) -> None:
    svg = drawn(chart, *(Mark(f"L{n}", "", v, str(v)) for n, v in enumerate(values)))
    assert len(shapes(svg)) == len(values)
    _zero, _also, width, height = map(float, (svg.get("viewBox") or "").split())
    for shape in shapes(svg):
        x = float(shape.get("x") or shape.get("cx") or "nan")
        y = float(shape.get("y") or shape.get("cy") or "nan")
        assert 0 <= x <= width
        assert 0 <= y <= height
        assert 0 <= x + float(shape.get("width") or 0) <= width


@all_three
def test_it_escapes_what_it_writes(chart: Chart) -> None:
    nasty = '<script>alert(1)</script> & "Sons"\x00\x0b'
    text = chart(title=nasty, description=nasty, marks=[Mark(nasty, nasty, 1, nasty, nasty)])
    assert "<script>" not in text
    title = Tree.fromstring(text).find(f"{SVG}title")
    assert title is not None
    assert title.text == nasty.replace("\x00\x0b", "")
    assert escape(text) == text, "the page must not escape it again"


@all_three
def test_it_says_when_there_is_nothing(chart: Chart) -> None:
    assert words(drawn(chart)) == ["There are no figures to show."]


@all_three
def test_a_figure_nobody_returned_is_words_and_no_shape(chart: Chart) -> None:
    svg = drawn(chart, Mark("A", "", 5, "5"), Mark("B", "", None, "No return", "System was down"))
    assert gaps(svg) == ["System was down"]
    assert len(shapes(svg)) == 1


@all_three
def test_a_label_of_the_axis_without_a_mark_is_a_gap(chart: Chart) -> None:
    svg = drawn(chart, Mark("Jan", "", 5, "5"), Mark("Mar", "", 6, "6"), axis=["Jan", "Feb", "Mar"])
    assert gaps(svg) == ["No return"]


@all_three
def test_an_axis_without_any_mark_is_all_gap(chart: Chart) -> None:
    assert set(gaps(drawn(chart, axis=["Jan", "Feb"]))) == {"No return"}


@all_three
def test_a_band_is_hatched_and_a_point_is_not(chart: Chart) -> None:
    svg = drawn(chart, Mark("A", "", 0, "0 to 7", upto=7), Mark("B", "", 9, "9"))
    hatched = [shape for shape in shapes(svg) if "url(#" in (shape.get("fill") or "")]
    assert [shape.findtext(f"{SVG}title") for shape in hatched] == ["A: 0 to 7"]


def test_the_line_breaks_at_a_gap() -> None:
    months = [Mark(f"M{n}", "", None if n == 2 else n, str(n)) for n in range(5)]
    stretches = [e.get("points") or "" for e in drawn(line, *months).iter(f"{SVG}polyline")]
    assert [len(points.split()) for points in stretches] == [2, 2]


def test_the_line_does_not_run_through_a_band() -> None:
    marks = [Mark("A", "", 9, "9"), Mark("B", "", 0, "0 to 7", upto=7), Mark("C", "", 9, "9")]
    assert not list(drawn(line, *marks).iter(f"{SVG}polyline"))


def test_a_gap_of_one_series_is_named_and_the_other_goes_on() -> None:
    marks = [Mark(m, "HMRC", 5, "5") for m in ("Jan", "Feb", "Mar")]
    marks += [Mark(m, "DWP", 7, "7") for m in ("Jan", "Mar")]
    svg = drawn(line, *marks, axis=["Jan", "Feb", "Mar"])
    assert gaps(svg) == ["No return: DWP"]
    assert [len((e.get("points") or "").split()) for e in svg.iter(f"{SVG}polyline")] == [3]


def test_bars_are_as_long_as_their_figures() -> None:
    svg = drawn(bars, Mark("A", "", 50, "50"), Mark("B", "", 100, "100"))
    first, second = (float(shape.get("width") or 0) for shape in shapes(svg))
    assert second == pytest.approx(2 * first, rel=0.01)


def test_negative_bars_grow_to_the_left_of_zero() -> None:
    low, high = shapes(drawn(bars, Mark("A", "", -5, "-5"), Mark("B", "", 5, "5")))
    assert float(low.get("x") or 0) + float(low.get("width") or 0) == pytest.approx(
        float(high.get("x") or 0), abs=0.2
    )


def test_stacked_bars_stand_end_to_end() -> None:
    marks = [Mark("A", name, value, str(value)) for name, value in (("x", 30), ("y", 20))]
    first, second = shapes(drawn(bars, *marks, stacked=True))
    end = float(first.get("x") or 0) + float(first.get("width") or 0)
    assert end == pytest.approx(float(second.get("x") or 0), abs=0.2)
    assert first.get("y") == second.get("y")


@both
def test_series_differ_by_more_than_one_means_and_stand_in_the_key(chart: Chart) -> None:
    marks = [Mark(m, s, 5, "5") for s in ("HMRC", "DWP") for m in ("Jan", "Feb")]
    svg = drawn(chart, *marks)
    assert {"HMRC", "DWP"} <= set(words(svg))
    dashes = {e.get("stroke-dasharray") for e in svg.iter(f"{SVG}polyline")}
    assert chart is bars or len(dashes) == 2


@both
def test_more_series_than_can_be_told_apart_are_refused(chart: Chart) -> None:
    with pytest.raises(ValueError, match="7 series"):
        chart(title="", description="", marks=[Mark("A", str(n), n, str(n)) for n in range(7)])


def test_axis_labels_never_touch() -> None:
    months = [Mark(f"{n:02} January 2026", "", n, str(n)) for n in range(60)]
    svg = drawn(line, *months)
    places = [
        (float(text.get("x") or 0), len(text.text or ""))
        for text in svg.iter(f"{SVG}text")
        if "January" in (text.text or "")
    ]
    assert len(places) > 2
    for (x, length), (after, _length) in itertools.pairwise(places):
        assert after - x > length * 8
