"""Charts of a supplier's feeds: shares of what is wrong, and days late."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from markupsafe import Markup

from muster.hub.quality import Supplier
from muster.pagekit.charts import Mark, line
from muster.pagekit.jinja import short_day
from muster.services.quality.rules import STANDARDS, FeedMeasures, Measure
from muster.services.quality.wording import WHYS, Teller

_SHARES: tuple[Measure, ...] = ("completeness", "errors", "conflicts")


def share_chart(
    one: Supplier, feeds: Sequence[FeedMeasures], teller: Teller
) -> tuple[str, Markup] | None:
    """Return what is wrong over the feeds, in per cent; None where nothing is measured.

    All three lines are of what is wrong, so that lower is better throughout: of completeness, what
    is left empty.
    """
    words = {
        "completeness": _("Fields left empty"),
        "errors": _("Rows with errors"),
        "conflicts": _("Records in conflict"),
    }
    told = [
        name for name in _SHARES if any(feed.readings[name].amount is not None for feed in feeds)
    ]
    if not told:
        return None
    marks = [_share(feed, name, words[name], teller) for name in told for feed in feeds]
    title = _("What is wrong, in per cent")
    said = _("%(system)s: lower is better. A gap is a date without a feed.")
    return title, line(
        title=title,
        description=said % {"system": one.title},
        marks=marks,
        axis=[short_day(feed.as_at) for feed in feeds],
    )


def late_chart(one: Supplier, feeds: Sequence[FeedMeasures]) -> tuple[str, Markup] | None:
    """Return the days that feeds came late; None where no date is declared."""
    due = [feed for feed in feeds if feed.readings["timeliness"].amount is not None]
    if not due:
        return None
    marks = []
    for feed in due:
        days = int(feed.readings["timeliness"].amount or 0)
        note = "" if feed.sent.came_on else _("Nothing came")
        marks.append(Mark(short_day(feed.as_at), "", days, f"{days}", note))
    title = _("Days late")
    said = _("%(system)s: days after the last day in time; 0 is on time. What has not come yet is"
             " as late as it is today.")  # fmt: skip
    return title, line(title=title, description=said % {"system": one.title}, marks=marks)


def _share(feed: FeedMeasures, name: Measure, series: str, teller: Teller) -> Mark:
    """Return one share of what is wrong: a point, or to who is told bands the band."""
    label, reading = short_day(feed.as_at), feed.readings[name]
    ends = teller.shown(name, reading)
    if ends is None:
        return Mark(label, series, None, str(WHYS[reading.why]))
    low, high = (100 - ends[1], 100 - ends[0]) if STANDARDS[name].more_is_better else ends
    words = (
        teller.amount("errors", reading)
        if not STANDARDS[name].more_is_better
        else _wrong(low, high)
    )
    upto = _decimal(high) if low != high else None
    return Mark(label, series, _decimal(low), words, upto=upto)


def _wrong(low: Fraction, high: Fraction) -> str:
    return f"{float(low):g}%" if low == high else f"{float(low):g} to {float(high):g}%"


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)
