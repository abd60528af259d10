"""The one gate for numbers: what may be told of a count, as pure functions.

For everybody who publishes a figure, and for the policy people who own this rule. Measured
attacks behind it: small-number suppression with rounding falls to differencing within 50 queries
once users choose their own filters, and on a fixed set of tables it holds only when zero is not
told apart from a few. So a protected figure

* exists only for declared cells of at most three dimensions, at a month end;
* is "0 to 7" if it counts up to seven people, and otherwise rounded to the nearest 5;
* has margins that are cells of their own, rounded once: they may not add up, and the page says so;
* if it is by a characteristic, moves only once more than seven people have (``gates.telling``) and
  carries an error of up to seven that stays the same (``gates.perturbing``);
* if it is pay, is told in steps no smaller than the highest pay in it, so that nobody's own can be
  subtracted out of two figures, and not at all where one or two people earn most of it;
* as a rate, is made of two figures that were released, and never says that everybody is alike.

Figures that their owners already publish are shown exactly, with their source.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from muster.kernel.days import month_end
from muster.kernel.errors import NotPermitted, Where
from muster.kernel.metrics import Metric, RawCell

BAND_TOP = 7
ROUNDED_TO = 5
PAY_ROUNDED_TO = 100
MOST_DIMENSIONS = 3
BAND_SHOWN = f"0 to {BAND_TOP}"
WITHHELD_SHOWN = "Not told"
# Of pay: the two highest earners have at most 90 % of a sum, and the second highest, who knows
# their own, learns the highest no nearer than 10 %.
MOST_OF_TWO = 90
NEAREST = 10

Kind = Literal["exact", "rounded", "perturbed", "band", "withheld"]


@dataclass(frozen=True)
class Told:
    """What may be told of one cell. ``value`` is None for a band and for what is withheld."""

    kind: Kind
    value: Decimal | None
    shown: str


def told(metric: Metric, cell: RawCell) -> Told:
    """Return what may be told of an exact cell under its metric's profile."""
    if metric.profile == "already public":
        value = Decimal(cell.value) / metric.scale
        return Told("exact", value, write_number(value))
    if cell.people <= BAND_TOP:
        return Told("band", None, BAND_SHOWN)
    if metric.pay:
        return _told_pay(metric, cell)
    return _rounded(cell.value, metric.scale, ROUNDED_TO)


def _told_pay(metric: Metric, cell: RawCell) -> Told:
    """Return a sum or an average of pay; nothing if it tells too much of who earns most."""
    if cell.largest is None or dominated(cell.value, cell.largest):
        return Told("withheld", None, WITHHELD_SHOWN)
    shared = cell.people if metric.pay == "average" else 1
    scale = metric.scale * shared
    said = _rounded(cell.value, scale, pay_step(cell.largest[0], scale))
    # A step may be more than twice the sum: "nothing" would be far off.
    return said if said.value else Told("withheld", None, WITHHELD_SHOWN)


def pay_step(highest: int, scale: int) -> int:
    """Return in what steps pay is told: 1, 2 or 5 times a power of ten, and at least 100.

    A sum steps by no less than its highest amount, and an average by no less than its share of it.
    So whoever subtracts two sums, of which one holds a person more, learns of that person's pay
    that it is between nothing and twice the step. Few steps, so that they tell nothing themselves.

    Args:
        highest: the highest amount in the sum.
        scale: what one told unit is; of an average, times the people it is shared among.
    """
    step = PAY_ROUNDED_TO
    while step * scale < highest:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def dominated(total: int, largest: tuple[int, int] | None) -> bool:
    """Tell whether one or two people make up most of a sum, or whether that is not known.

    Args:
        total: the sum.
        largest: the two highest amounts in it, the highest first.
    """
    if largest is None:
        return True
    first, second = largest
    rest = total - first - second
    return 100 * (first + second) > MOST_OF_TWO * total or 100 * rest < NEAREST * first


def _rounded(value: int, scale: int, base: int) -> Told:
    rounded = Decimal(nearest(value, base * scale) * base)
    return Told("rounded", rounded, write_number(rounded))


def nearest(value: int, step: int) -> int:
    """Return how many steps lie nearest to a whole number; of two alike, the even number.

    In whole numbers, so that it rounds alike everywhere.
    """
    whole, over = divmod(value, step)
    return whole + (2 * over > step or (2 * over == step and whole % 2 == 1))


def rate(part: Told, whole: Told) -> Told:
    """Return per cent of two released figures, in whole numbers.

    Only what was told goes into it, so that it tells nothing more. Where the rest is within the
    band it says "nearly all": that everybody of a group is alike is never told.
    """
    if part.value is None or whole.value is None or whole.value <= 0:
        return Told("withheld", None, WITHHELD_SHOWN)
    if whole.value - part.value <= BAND_TOP:
        return Told("band", None, "Nearly all")
    value = Decimal(nearest(int(100 * part.value), int(whole.value)))
    if value >= 100:
        return Told("band", None, "Nearly all")
    return Told("rounded", value, f"{value}%")


def write_number(value: Decimal) -> str:
    """Return a figure as people read it: thousands apart, no zeros after the last decimal."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tellable(metric: Metric, dates: Iterable[dt.date]) -> tuple[dt.date, ...]:
    """Return the dates for which figures may be told.

    An employer may send a file for any day. A protected figure is told of month ends only, so
    other days are not offered; one such file must not close the page to everybody.
    """
    protected = metric.profile == "protected"
    return tuple(date for date in dates if not protected or date == month_end(date))


def refuse_unless_declared(metric: Metric, dimensions: tuple[str, ...], as_at: dt.date) -> None:
    """Refuse a table that was not declared.

    Raises:
        NotPermitted: naming what was asked beyond the declaration.
    """
    where = Where(thing=f"metric {metric.name}")
    strangers = [name for name in dimensions if metric.dimension(name) is None]
    if strangers or len(set(dimensions)) != len(dimensions):
        raise NotPermitted(
            f"{metric.title} is not declared by {', '.join(strangers or dimensions)}",
            where=where,
            fix=f"Choose among {', '.join(d.name for d in metric.dimensions)}, each once",
        )
    if len(dimensions) > MOST_DIMENSIONS:
        raise NotPermitted(
            f"A table has at most {MOST_DIMENSIONS} dimensions", where=where, fix="Leave one out"
        )
    if metric.profile == "protected" and as_at != month_end(as_at):
        raise NotPermitted(
            "Protected figures are as at month ends",
            where=where,
            fix=f"Choose {month_end(as_at)}",
        )
