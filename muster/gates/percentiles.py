"""How long the fastest tenth, half and nine tenths took, told from released counts alone.

A percentile of exact days would name somebody's days. So it is read from counts in bands of days
that left through the gate: nothing is told that they do not tell. A rounded count stands for every
number it may be rounded from, "0 to 7" for every number up to seven; figures by a characteristic
carry more besides. How many there are in all is a released figure too, and narrows what the bands
may hold. Of all counts that may be so the percentile stands in some band of days. Where that is
always the same band, it is told, with a day in it as a guide; where it may be two that follow each
other, both are told as one range; where it may be more, nothing is told.

The p-th percentile of a number of people is the days of the first, in the order of days, up to whom
at least p per cent of them have come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from muster.gates.disclosure import BAND_TOP, ROUNDED_TO, nearest
from muster.gates.perturbing import MOST_OFF

MOST_BANDS = 2
CHARACTERISTIC = BAND_TOP + MOST_OFF
"""How much further off figures by a characteristic may be: of an earlier month, and moved."""
_OFF = ROUNDED_TO // 2


@dataclass(frozen=True)
class Band:
    """A band of days and how many it is told to hold.

    Args:
        low: its first day.
        high: its last day; None if it has no end.
        told: the released figure; None for "0 to 7".
    """

    low: int
    high: int | None
    told: Decimal | None


@dataclass(frozen=True)
class Percentile:
    """Between which days a percentile stands.

    Args:
        low: the first day it may be.
        high: the last; None if it may be any day after.
        day: a guide to where in the band it is, if that is one band; never a figure to add up.
    """

    low: int
    high: int | None
    day: int | None


def percentile(
    bands: Sequence[Band], per_cent: int, *, whole: Decimal | str | None = "", slack: int = 0
) -> Percentile | None:
    """Return where a percentile stands, or None where released counts do not say.

    Args:
        bands: of days, without gaps, in order.
        per_cent: 1 to 99.
        whole: the released figure of all bands together, None for "0 to 7"; empty if there is none.
        slack: how far counts may be from the truth besides being rounded: ``CHARACTERISTIC`` for
            figures by a characteristic.
    """
    if not bands:
        return None
    least, most = zip(*(_range(band.told, slack) for band in bands), strict=True)
    fewest, all_told = sum(least), sum(most)
    if not isinstance(whole, str):
        low, high = _range(whole, slack)
        fewest, all_told = max(fewest, low), min(all_told, high)
    if not fewest:
        return None
    first = last = -1
    for at, (low, high) in enumerate(zip(accumulate(least), accumulate(most), strict=True)):
        # As many as may be have come by the end of this band, then as few as may be.
        after, yet = sum(least[at + 1 :]), sum(most[at + 1 :])
        come = min(high, all_told - after)
        if first < 0 and (100 - per_cent) * come >= per_cent * max(after, fewest - come):
            first = at
        rest = min(yet, all_told - low)
        if last < 0 and (100 - per_cent) * max(low, fewest - rest) >= per_cent * rest:
            last = at
    if last - first >= MOST_BANDS or first < 0:
        return None
    day = _guide(bands, first, per_cent) if first == last else None
    return Percentile(bands[first].low, bands[last].high, day)


def _range(told: Decimal | None, slack: int) -> tuple[int, int]:
    """Return the least and the most people a told figure may stand for."""
    if told is None:
        return 0, BAND_TOP + slack
    low = int(told) - _OFF - slack
    return max(low, 0 if slack else BAND_TOP + 1), int(told) + _OFF + slack


def _guide(bands: Sequence[Band], at: int, per_cent: int) -> int | None:
    """Return the day that a percentile has if people are spread evenly over its band."""
    band = bands[at]
    if band.told is None or band.high is None:
        return None
    # Of a band it is not known how many; half of the most stands for them, in half people.
    halves = [BAND_TOP if one.told is None else 2 * int(one.told) for one in bands]
    within = per_cent * sum(halves) - 100 * sum(halves[:at])
    within = min(max(within, 0), 100 * halves[at])
    return band.low + nearest((band.high - band.low) * within, 100 * halves[at])
