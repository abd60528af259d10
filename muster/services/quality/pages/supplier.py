"""An employer's suppliers, or one: measures, what to do next, charts, causes and every feed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import Subject, may_ever
from muster.hub import quality as hub
from muster.hub.quality import Supplier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import short_day
from muster.pagekit.tables import Cell, Column, Download, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, require, within
from muster.register.employers.queries import titles
from muster.services.quality import queries
from muster.services.quality.pages.drawing import late_chart, share_chart
from muster.services.quality.queries import Detail
from muster.services.quality.rules import MEASURES, FeedMeasures, Step, next_steps
from muster.services.quality.wording import (
    MEANINGS,
    TITLES,
    TRENDS,
    Teller,
    arrival,
    field_title,
    judged,
    may_with,
    met_words,
    standard_of,
    step_words,
    teller_for,
)

_CAUSES = 5


@dataclass(frozen=True)
class _Shown:
    """One supplier as the page draws it. ``svgs`` are charts with what to call them."""

    supplier: Supplier
    met: str
    steps: list[tuple[str, str]]
    measures: Table
    svgs: list[tuple[str, str]]
    fields: Table | None
    causes: Table | None
    feeds: Table
    notes: tuple[str, ...]


@page("see data quality")
@require_safe
def employer(request: PageRequest, employer: uuid.UUID) -> HttpResponse:
    """Show every supplier of an employer."""
    require(request, "see data quality", Subject("employer", employer))
    title = titles([employer]).get(employer)
    if title is None:
        raise no_such("employer")
    return _page(request, hub.suppliers(employer=employer), title)


@page("see data quality")
@require_safe
def supplier(request: PageRequest, route: str) -> HttpResponse:
    """Show one supplier."""
    found = queries.supplier(route)
    if found is None:
        raise no_such("supplier")
    require(request, "see data quality", Subject("supplier", found.employer))
    named = titles([found.employer]) if found.employer else {}
    return _page(request, [found], next(iter(named.values()), found.title))


def _page(request: PageRequest, suppliers: Sequence[Supplier], title: str) -> HttpResponse:
    cards = queries.scorecards(suppliers, clock=SYSTEM_CLOCK, seconds=queries.PAGE_SECONDS)
    details = [queries.detail(card) for card in cards]
    if request.GET.get("as") == "csv":
        return _csv(request, details)
    context = {
        "title": title,
        "shown": [_shown(request, one) for one in details],
        "uncounted": any(card.uncounted for card in cards),
        "all_suppliers": within(request, "see data quality") is None,
        "may_upload": may_ever(request.actor, "load feeds"),
    }
    return render(request, "quality/supplier.html", context)


def _shown(request: PageRequest, found: Detail) -> _Shown:
    card, one = found.card, found.card.supplier
    teller, measured = teller_for(request.actor, one), card.measured
    steps = next_steps(measured, stopped=card.stopped, nobody=found.nobody)
    feeds = [
        feed for feed in reversed(measured.feeds) if feed.readings["timeliness"].why != "not due"
    ]
    drawn = [share_chart(one, feeds, teller), late_chart(one, feeds)] if len(feeds) > 1 else []
    return _Shown(
        one,
        met_words(measured.met),
        [(step_words(step, one.contract, teller), _address(request, step, one)) for step in steps],
        _measures(request, found, teller),
        [chart for chart in drawn if chart is not None],
        _fields(request, found, teller),
        _causes(request, found, teller),
        _feeds(request, found, teller),
        found.notes if teller.exact else (),
    )


def _named(found: Detail) -> str:
    """Return how tables name a supplier, so that those of several are told apart."""
    return f"{found.card.supplier.title}, {found.card.supplier.contract_title}"


def _measures(request: PageRequest, found: Detail, teller: Teller) -> Table:
    measured, rows = found.card.measured, []
    for name in MEASURES:
        reading = measured.readings[name]
        words, said = teller.amount(name, reading), judged(name, reading)
        trend = TRENDS[measured.trends[name]] if reading.amount is not None else ""
        note = ""
        if name == "timeliness" and measured.on_time[1]:
            on_time, of = measured.on_time
            note = _("%(count)s of the last %(of)s came on time") % {"count": on_time, "of": of}
        colour = {_("Meets the standard"): "green", _("Misses the standard"): "red"}.get(said)
        judgement = Cell(said, tag=colour) if colour else ""
        rows.append(
            (Cell(TITLES[name], note=MEANINGS[name]), Cell(words, note=note), standard_of(name),
             judgement, trend)
        )  # fmt: skip
    latest = measured.latest
    when = short_day(latest.as_at) if latest else _("none yet")
    return table(
        request,
        caption=_("Measures of the latest feed (%(day)s): %(supplier)s")
        % {"day": when, "supplier": _named(found)},
        columns=[Column(_("Measure")), Column(_("Now")), Column(_("Standard")),
                 Column(_("Judged")), Column(_("Trend"))],
        rows=rows,
        empty="",
    )  # fmt: skip


def _fields(request: PageRequest, found: Detail, teller: Teller) -> Table | None:
    """Return how far each field that matters is filled, the emptiest first; None if not counted."""
    latest = found.card.measured.latest
    if latest is None or not latest.sent.filled:
        return None
    contract = found.card.supplier.contract
    asked = [
        (field_title(contract, field), of - there, of)
        for field, (there, of) in latest.sent.filled.items()
        if of
    ]
    asked.sort(key=lambda one: (-teller.wrong(*one[1:]), one[0]))
    columns = [Column(_("Field")), Column(_("Left empty"), numeric=True)]
    return table(
        request,
        caption=_("Fields that matter, the emptiest first: %(supplier)s")
        % {"supplier": _named(found)},
        columns=columns,
        rows=[(title, teller.part(empty, of)) for title, empty, of in asked],
        empty=_("The feed has no records yet."),
    )


def _causes(request: PageRequest, found: Detail, teller: Teller) -> Table | None:
    """Return why rows of the latest feed wait: with their values to who may see the rows."""
    latest, one = found.card.measured.latest, found.card.supplier
    if latest is None or not found.causes:
        return None
    of = latest.sent.rows
    if teller.exact:
        linked = may_with(request.actor, "see quarantined rows", one)
        address = reverse("exchange:rows")
        rows = [
            (Cell(cause.cause, f"{address}?{urlencode({'cause': cause.cause})}" if linked else ""),
             teller.part(cause.rows, of))
            for cause in found.causes[:_CAUSES]
        ]  # fmt: skip
    else:
        sums: dict[str, int] = {}
        for cause in found.causes:
            words = f"{cause.field}: {cause.reason}"
            sums[words] = sums.get(words, 0) + cause.rows
        ordered = sorted(sums.items(), key=lambda item: (-teller.wrong(item[1], of), item[0]))
        rows = [(Cell(words), teller.part(count, of)) for words, count in ordered[:_CAUSES]]
    return table(
        request,
        caption=_("Why rows wait, the commonest causes: %(supplier)s")
        % {"supplier": _named(found)},
        columns=[Column(_("Cause")), Column(_("Rows"), numeric=True)],
        rows=rows,
        empty="",
    )


def _feeds(request: PageRequest, found: Detail, teller: Teller) -> Table:
    one, feeds = found.card.supplier, found.card.measured.feeds
    linked = may_with(request.actor, "see feeds", one)
    headings = [*_headings(), _("Besides")]
    address = f"{reverse('quality:supplier', args=[one.route])}?as=csv"
    return table(
        request,
        caption=_("Feeds, the latest first: %(supplier)s") % {"supplier": _named(found)},
        columns=[
            Column(text, numeric=1 < place < len(headings) - 1)
            for place, text in enumerate(headings)
        ],
        rows=[
            (
                Cell(short_day(feed.as_at), _feed_address(feed, one) if linked else ""),
                *_feed(feed, teller),
                _besides(feed, teller),
            )
            for feed in feeds
        ],
        empty=_("No feed has come and none is due."),
        downloads=[Download(_("Download these feeds as CSV"), address)] if feeds else [],
    )


def _headings() -> list[str]:
    return [
        _("As at"), _("Came on"), *(str(TITLES[name]) for name in MEASURES), _("Rows"),
        _("Still waiting"), _("Last row settled"),
    ]  # fmt: skip


def _feed(feed: FeedMeasures, teller: Teller) -> tuple[str, ...]:
    """Return the cells of a feed after its day."""
    sent, came = feed.sent, feed.sent.came_on is not None
    return (
        arrival(feed),
        *(teller.amount(name, feed.readings[name]) for name in MEASURES),
        teller.rows(sent.rows) if came else "",
        teller.part(sent.waiting, sent.rows) if came and sent.rows else "",
        _settled(sent.settled_after, waiting=sent.waiting) if came else "",
    )


def _feed_address(feed: FeedMeasures, one: Supplier) -> str:
    """Return where the files of a feed are listed; nothing where there is none."""
    day = feed.as_at
    if feed.sent.came_on is None and not feed.sent.stopped:
        return ""
    parts = {"as_at_day": day.day, "as_at_month": day.month, "as_at_year": day.year}
    asked = urlencode([("route", one.route), *parts.items()])
    return f"{reverse('exchange:feeds')}?{asked}"


def _others(feed: FeedMeasures, teller: Teller) -> list[tuple[str, str]]:
    """Return what else belongs to a feed: files that stand no more, lines that are no records."""
    sent = feed.sent
    return [
        (_("Replaced files"), f"{sent.resent}"),
        (_("Withdrawn files"), f"{sent.withdrawn}"),
        (_("Files not taken in"), f"{sent.stopped}"),
        (_("Lines set aside"), teller.rows(sent.aside) if sent.aside else "0"),
    ]


def _besides(feed: FeedMeasures, teller: Teller) -> str:
    there = [f"{words}: {number}" for words, number in _others(feed, teller) if number != "0"]
    return "; ".join(there)


def _settled(days: int | None, *, waiting: int) -> str:
    """Return how long after its receipt the last row of a feed was accepted."""
    if days is None:
        return _("Rows wait") if waiting else _("Not known")
    return _("The same day") if not days else _("After %(days)s days") % {"days": days}


def _address(request: PageRequest, step: Step, one: Supplier) -> str:
    """Return where a step is done, if the reader may go there."""
    actor = request.actor
    if step.task in ("send", "sooner") and may_with(actor, "load feeds", one):
        return reverse("exchange:upload")
    if step.task == "stopped" and may_with(actor, "see feeds", one):
        return f"{reverse('exchange:feeds')}?{urlencode({'route': one.route})}"
    if step.task in ("mend", "nobody") and may_with(actor, "see quarantined rows", one):
        return reverse("exchange:quarantine")
    return ""


def _csv(request: PageRequest, found: Sequence[Detail]) -> HttpResponse:
    headings = [_("System"), _("Kind of data"), *_headings()]
    rows = []
    for one in found:
        supplier, teller = one.card.supplier, teller_for(request.actor, one.card.supplier)
        for feed in one.card.measured.feeds:
            others = [number for _words, number in _others(feed, teller)]
            named = (supplier.title, supplier.contract_title, feed.as_at.isoformat())
            came, *cells = _feed(feed, teller)
            came = feed.sent.came_on.isoformat() if feed.sent.came_on else came
            rows.append((*named, came, *cells, *others))
    headings += [_("Replaced files"), _("Withdrawn files"), _("Files not taken in"),
                 _("Lines set aside")]  # fmt: skip
    return as_csv("feeds-quality.csv", headings, rows)
