"""The map of regions: every figure in words, a key that tells shades, nothing by colour alone."""

from decimal import Decimal
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.pagekit.charts import Mark, regions
from muster.pagekit.charts.regions import PLACED
from muster.register.places.rules import REGIONS

SVG = "{http://www.w3.org/2000/svg}"
NARROW = 336


def drawn(marks: dict[str, Mark]) -> Tree.Element:
    """Draw and read back; not well-formed XML raises."""
    return Tree.fromstring(regions(title="Headcount", description="October", marks=marks))


def words(svg: Tree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def tiles(svg: Tree.Element) -> dict[str, Tree.Element]:
    """Return the tiles by what they say when one points at them."""
    found = {}
    for tile in svg.iter(f"{SVG}rect"):
        title = tile.find(f"{SVG}title")
        if title is not None:
            found[title.text or ""] = tile
    return found


def all_regions(value: int) -> dict[str, Mark]:
    return {code: Mark(name, "", value, f"{value}") for code, name in REGIONS.items()}


def test_every_region_has_a_tile_of_its_own() -> None:
    assert set(PLACED) == set(REGIONS)
    assert len(set(PLACED.values())) == len(PLACED)
    svg = drawn(all_regions(50))
    assert set(tiles(svg)) == {f"{name}: 50" for name in REGIONS.values()}


def test_it_is_narrow_enough_for_a_small_telephone() -> None:
    _, _, width, height = map(float, (drawn(all_regions(5)).get("viewBox") or "").split())
    assert width <= NARROW
    for tile in drawn(all_regions(5)).iter(f"{SVG}rect"):
        assert 0 <= float(tile.get("x") or 0) <= width - float(tile.get("width") or 0)
        assert 0 <= float(tile.get("y") or 0) <= height - float(tile.get("height") or 0)


def test_a_band_is_hatched_and_a_gap_is_white_and_both_say_so() -> None:
    svg = drawn(
        {
            "TLI": Mark("London", "", 500, "500"),
            "TLM": Mark("Scotland", "", 0, "0 to 7", upto=7),
            "TLL": Mark("Wales", "", None, "No return"),
        }
    )
    found = tiles(svg)
    assert (found["Scotland: 0 to 7"].get("fill") or "").startswith("url(#")
    assert found["Wales: No return"].get("fill") == "#ffffff"
    assert {"500", "0 to 7", "No return"} <= set(words(svg))


def test_larger_figures_are_never_lighter() -> None:
    marks = {
        code: Mark(name, "", place * 10, str(place * 10))
        for place, (code, name) in enumerate(REGIONS.items())
    }
    found = tiles(drawn(marks))
    fills = [found[mark.words()].get("fill") for mark in marks.values()]
    order = list(dict.fromkeys(fills))
    assert [order.index(fill) for fill in fills] == sorted(order.index(fill) for fill in fills)
    assert len(order) == 5


def test_nothing_to_show_says_so() -> None:
    assert "There are no figures to show" in " ".join(words(drawn({})))


@pytest.mark.parametrize("code", ["", "TLZ", "<script>"])
def test_a_code_without_a_tile_is_left_out(code: str) -> None:
    assert tiles(drawn({code: Mark("Nowhere", "", 5, "5")})) == {}


values = st.one_of(st.none(), st.decimals(min_value=0, max_value=Decimal(10**12), places=1))


@given(st.dictionaries(st.sampled_from(list(REGIONS)), values, min_size=1), st.text(max_size=40))
def test_any_figures_and_names_are_drawn(figures: dict[str, Decimal | None], name: str) -> None:
    marks = {code: Mark(name, "", value, str(value)) for code, value in figures.items()}
    assert len(list(drawn(marks).iter(f"{SVG}title"))) == len(figures) + 1
