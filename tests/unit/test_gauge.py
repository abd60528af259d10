"""The drawing of a figure beside its target: nothing that was not told, and a band is no point."""

import datetime as dt
import re
from decimal import Decimal
from xml.etree import ElementTree as Tree

import pytest

from muster.services.dashboards.pages.gauge import gauge
from muster.services.dashboards.rules import NOTHING, Seen, Target

DUE = dt.date(2027, 3, 31)


def drawn(low: int, high: int, target: int) -> list[dict[str, str]]:
    made = gauge(
        Seen(Decimal(low), Decimal(high)), Target(Decimal(target), "at least", DUE), name="x"
    )
    assert made is not None
    root = Tree.fromstring(str(made))
    assert root.get("aria-hidden") == "true"
    return [dict(one.attrib) for one in root if one.tag.endswith("rect")]


def test_bar_and_mark_stand_in_proportion() -> None:
    rest, bar, mark = drawn(50, 50, 100)
    assert float(bar["width"]) == pytest.approx((float(mark["x"]) + 1.5) / 2, abs=0.1)
    assert float(mark["x"]) < float(rest["width"])


def test_a_figure_beyond_its_target_stays_within() -> None:
    rest, bar, _mark = drawn(900, 900, 100)
    assert float(bar["width"]) < float(rest["width"])


def test_a_band_is_hatched_over_all_of_it() -> None:
    _rest, bar, _mark = drawn(0, 7, 14)
    assert re.fullmatch(r"url\(#gauge-x\)", bar["fill"])
    assert drawn(7, 7, 14)[1]["width"] == bar["width"]


@pytest.mark.parametrize(
    ("seen", "target"),
    [(NOTHING, 5), (Seen(Decimal(5), Decimal(5)), 0), (Seen(Decimal(-5), Decimal(-5)), 5)],
)
def test_what_cannot_be_measured_is_not_drawn(seen: Seen, target: int) -> None:
    assert gauge(seen, Target(Decimal(target), "at most", DUE), name="x") is None
