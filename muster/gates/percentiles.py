"""How long the fastest tenth, half and nine tenths took, told from released counts alone.

A percentile of exact days would name somebody's days. So it is read from counts in bands of days
that left through the gate: nothing is told that they do not tell. A rounded count stands for every
number it may be rounded from, "0 to 7" for every number up to seven; figures by a characteristic
carry more besides. Of all counts that may be so the percentile stands in some band of days. Where
that is always the same band, it is told, with a day in it as a guide; where it may be two that
follow each other, both are told as one range; where it may be more, nothing is told.

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
"""How much further from the truth a figure by a characteristic may be: an earlier month's, moved."""
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


def percentile(bands: Sequence[Band], per_cent: int, *, slack: int = 0) -> Percentile | None:
    """Return where a percentile stands, or None where released counts do not say.

    Args:
        bands: of days, without gaps, in order.
        per_cent: 1 to 99.
        slack: how far counts may be from the truth besides being rounded: ``CHARACTERISTIC`` for
            figures by a characteristic.
    """
    least, most = zip(*(_range(band, slack) for band in bands), strict=True) if bands else ((), ())
    if not sum(least):
        return None
    reached = [
        (
            (100 - per_cent) * high >= per_cent * (sum(least) - low),
            (100 - per_cent) * low >= per_cent * (sum(most) - high),
        )
        for low, high in zip(accumulate(least), accumulate(most), strict=True)
    ]
    first = next(at for at, (may, _must) in enumerate(reached) if may)
    last = next(at for at, (_may, must) in enumerate(reached) if must)
    if last - first >= MOST_BANDS:
        return None
    day = _guide(bands, first, per_cent) if first == last else None
    return Percentile(bands[first].low, bands[last].high, day)


def _range(band: Band, slack: int) -> tuple[int, int]:
    """Return the least and the most people a told figure may stand for."""
    if band.told is None:
        return 0, BAND_TOP + slack
    low = int(band.told) - _OFF - slack
    return max(low, 0 if slack else BAND_TOP + 1), int(band.told) + _OFF + slack


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
