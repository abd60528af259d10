"""What the pages say of measures, and how exactly they say it to whom.

Figures about data are not figures about people, but a share of a small feed and its number of rows
tell how many people a small employer has. Who may see an employer's feeds sees every count of them
anyway, and is told shares and counts. Everybody else is told bands, the same for every supplier
whatever its size: of a share only between which cuts it lies, of a feed whether it has under 100
rows, under 1,000, under 10,000 or more, of causes no counts and no stated values. Bands put a
lower bound to the number of rows (under 0.5 % wrong means at least 200) and no closer one. Lists
are in the order of what is shown, so that the order tells no more than the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.gates.access import Actor, Subject, Verb, may, purpose_of
from muster.hub.intakes import intake_for
from muster.hub.quality import Supplier
from muster.pagekit.jinja import day, short_day
from muster.services.quality.rules import (
    STANDARDS,
    FeedMeasures,
    Measure,
    Reading,
    Step,
    Trend,
    Why,
    band_of,
    meets,
    size_of,
    written,
)

TITLES: Mapping[Measure, Promise] = {
    "completeness": gettext_lazy("Fields filled"),
    "timeliness": gettext_lazy("On time"),
    "errors": gettext_lazy("Rows with errors"),
    "conflicts": gettext_lazy("Records in conflict"),
}
MEANINGS: Mapping[Measure, Promise] = {
    "completeness": gettext_lazy(
        "Of the fields that figures and transfers rest on, how many are filled where they should"
        " be."
    ),
    "timeliness": gettext_lazy("How many days after its last day in time the latest feed came."),
    "errors": gettext_lazy("Rows that could not go on when they came, mended since or not."),
    "conflicts": gettext_lazy(
        "Records that claim days which contradict another record of the same person."
    ),
}
TRENDS: Mapping[Trend, Promise] = {
    "better": gettext_lazy("Better than usual"),
    "same": gettext_lazy("As usual"),
    "worse": gettext_lazy("Worse than usual"),
    "not enough": gettext_lazy("Too few feeds to compare"),
}
WHYS: Mapping[Why, Promise] = {
    "no feed": gettext_lazy("No feed"),
    "no rows": gettext_lazy("No rows"),
    "no rhythm": gettext_lazy("No date declared"),
    "not due": gettext_lazy("Not due yet"),
    "not measured": gettext_lazy("Not measured"),
    "not counted": gettext_lazy("Not counted yet"),
    "erased": gettext_lazy("Not known: erased"),
}


def may_with(actor: Actor, verb: Verb, one: Supplier) -> bool:
    """Tell whether the actor may do something else with a supplier's feeds, for its own purpose."""
    purpose = purpose_of(actor, verb)
    return purpose is not None and may(actor, verb, Subject("feed", one.employer), purpose).allowed


def teller_for(actor: Actor, one: Supplier) -> "Teller":
    """Return how exactly an actor is told of a supplier."""
    return Teller(may_with(actor, "see feeds", one))


@dataclass(frozen=True)
class Teller:
    """Says amounts exactly, or in bands to who may not know how many rows a feed has."""

    exact: bool

    def amount(self, name: Measure, reading: Reading) -> str:
        """Return a reading in words."""
        if reading.amount is None:
            return str(WHYS[reading.why])
        if name == "timeliness":
            return _days_late(int(reading.amount))
        if self.exact:
            return _percent(written(name, reading.amount))
        band = band_of(name, reading.amount)
        if STANDARDS[name].more_is_better:
            low, high = 100 - band.high, 100 - band.low
            return _stretch(low, high) if low != high else _("All")
        return _stretch(band.low, band.high) if band.high else _("None")

    def shown(self, name: Measure, reading: Reading) -> tuple[Fraction, Fraction] | None:
        """Return between which amounts a reading is shown, in per cent or days; None for none."""
        if reading.amount is None:
            return None
        if self.exact or name == "timeliness":
            amount = reading.amount if name == "timeliness" else written(name, reading.amount)
            return amount, amount
        band = band_of(name, reading.amount)
        if STANDARDS[name].more_is_better:
            return 100 - band.high, 100 - band.low
        return band.low, band.high

    def rows(self, number: int) -> str:
        """Return how many rows or records there are."""
        if self.exact:
            return f"{number:,}"
        low, end = size_of(number)
        if end is None:
            return _("%(low)s or more") % {"low": f"{low:,}"}
        if not low:
            return _("Under %(end)s") % {"end": f"{end:,}"}
        return _("%(low)s to %(high)s") % {"low": f"{low:,}", "high": f"{end - 1:,}"}

    def wrong(self, count: int, of: int) -> Fraction:
        """Return the share of something wrong as it is shown, to set several in order by."""
        shown = self.shown("errors", Reading(Fraction(100 * count, of)))
        assert shown is not None
        return shown[1]

    def part(self, count: int, of: int) -> str:
        """Return a part of something wrong: how many of how many, or which share."""
        if of and not count:
            return _("None")
        reading = Reading(Fraction(100 * count, of)) if of else Reading(None, "no rows")
        share = self.amount("errors", reading)
        if not self.exact or not of:
            return share
        words = {"count": f"{count:,}", "of": f"{of:,}", "share": share}
        return _("%(count)s of %(of)s (%(share)s)") % words


def judged(name: Measure, reading: Reading) -> str:
    """Return whether a reading meets its standard, in words; nothing where it has no amount."""
    met = meets(name, reading.amount)
    return "" if met is None else _("Meets the standard") if met else _("Misses the standard")


def standard_of(name: Measure) -> str:
    """Return a measure's standard in words."""
    standard = STANDARDS[name]
    if name == "timeliness":
        return _("On time")
    words = _("At least %(share)s") if standard.more_is_better else _("At most %(share)s")
    return words % {"share": _percent(standard.limit)}


def arrival(feed: FeedMeasures) -> str:
    """Return when a feed came, or until when it may."""
    if feed.sent.came_on is not None:
        return short_day(feed.sent.came_on)
    if feed.readings["timeliness"].why == "not due":
        return _("Awaited by %(day)s") % {"day": short_day(feed.due_by)}
    return _("Nothing was taken in") if feed.sent.stopped else _("Nothing came")


def met_words(met: tuple[int, int]) -> str:
    """Return how many of the measures that can be told meet their standard."""
    return _("%(met)s of %(told)s") % {"met": met[0], "told": met[1]} if met[1] else _("None told")


def field_title(contract: str, field: str) -> str:
    """Return what a contract calls a field."""
    return intake_for(contract).contract.field(field).title


def step_words(step: Step, contract: str, teller: Teller) -> str:
    """Return what to do next, in a sentence or two."""
    part = teller.part(step.count, step.of) if step.of else teller.rows(step.count)
    words = {
        "send": ngettext(
            "Send the feed for %(day)s: it was due and has not come.",
            "Send the feed for %(day)s: it was due and has not come, nor have others.",
            step.count,
        ),
        "stopped": _("See why files were not taken in, mend them and send them again."),
        "mend": _(
            "Mend the rows of %(day)s that wait, the commonest cause first. Rows that wait:"
            " %(part)s."
        ),
        "nobody": _(
            "Mend first the rows that say of nobody whom they mean. While one waits, nobody who is"
            " missing from the feed of %(day)s is taken as having left."
        ),
        "source": _(
            "Have the commonest causes put right in the sending system, so that the rows come right"
            " next time. Rows that came wrong: %(part)s."
        ),
        "fill": _("Have “%(field)s” filled in the sending system. Left empty: %(part)s."),
        "conflicts": _(
            "Compare start and leaving dates with the other employers concerned. Records in"
            " conflict: %(part)s."
        ),
        "sooner": _("Send the next feed by its day: this one was due on %(day)s."),
        "declare": _("Say when feeds are due, so that a late or missing one is noticed."),
    }[step.task]
    field = field_title(contract, step.field) if step.field else ""
    return words % {"day": day(step.as_at), "part": part, "field": field}


def _days_late(days: int) -> str:
    if not days:
        return _("On time")
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": f"{days:,}"}


def _percent(share: Fraction) -> str:
    return f"{float(share):g}%"


def _stretch(low: Fraction, high: Fraction) -> str:
    return _("%(low)s to %(high)s%%") % {"low": f"{float(low):g}", "high": f"{float(high):g}"}
