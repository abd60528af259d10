"""The audit knows what is within what: a town is subtracted from its region, as people would."""

from collections.abc import Sequence
from typing import Any

import pytest

from muster.gates.audit.bounds import bounds
from muster.gates.audit.hierarchies import lifted, wider
from muster.gates.audit.systems import around
from muster.gates.audit.tables import axes_of, bounded
from muster.gates.metrics import metric_named

BAND = ("band", None, "0 to 7")
REGIONS = (("region",), [[["TLE"], [""], "rounded", "110", "110"], [["TLL"], [""], *BAND]])
TOWNS = (
    ("town",),
    [
        [["TLE/leeds"], [""], "rounded", "100", "100"],
        [["TLE/york"], [""], *BAND],
        [["TLL/cardiff"], [""], *BAND],
        [["TLL/swansea"], [""], *BAND],
    ],
)


def york(tables: Sequence[tuple[tuple[str, ...], Sequence[Any]]]) -> tuple[float, float] | None:
    """Return between which ends the audit finds York."""
    axes = axes_of(tables)
    read = [bounded(*one, axes) for one in tables]
    place = tuple(
        axes[name].index({"region": "TLE", "town": "TLE/york"}[name]) for name in read[1].dimensions
    )
    return bounds(around(read[1], place, read, axes))


def test_a_small_town_of_a_region_that_is_told_is_found_out() -> None:
    metric = metric_named("headcount")
    assert york([REGIONS, TOWNS]) == (0, 7), "the audit alone does not see it"
    assert york(lifted(metric, [REGIONS, TOWNS])) == (6, 7)


def test_a_table_alone_is_left_as_it_is() -> None:
    metric = metric_named("headcount")
    assert lifted(metric, [TOWNS]) == [TOWNS]
    assert lifted(metric, [REGIONS]) == [REGIONS]


def test_a_town_is_nobodys_in_another_region() -> None:
    both = (("town", "region"), [[["TLE/york", "TLL"], ["", ""], *BAND],
                                 [["TLE/york", "TLE"], ["", ""], *BAND]])  # fmt: skip
    [found] = lifted(metric_named("headcount"), [both])
    assert [cell[2:4] for cell in found[1]] == [["exact", "0"], ["band", None]]


@pytest.mark.parametrize(("code", "region"), [("TLE/york", "TLE"), ("", ""), ("TLE", "TLE")])
def test_a_code_says_what_it_is_within(code: str, region: str) -> None:
    assert wider(code) == region
