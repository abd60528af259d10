"""The league: every supplier with its measures, to sort, narrow down and take away."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from muster.gates.access import Actor
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import short_day
from muster.pagekit.tables import (
    Cell,
    Column,
    Download,
    Paging,
    Sort,
    Table,
    pagination,
    query_with,
    table,
)
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.quality import queries
from muster.services.quality.forms import LeagueFilters
from muster.services.quality.queries import Scorecard
from muster.services.quality.rules import FEWEST_COMPARED, MEASURES, Measure, meets
from muster.services.quality.wording import (
    TITLES,
    TRENDS,
    Teller,
    judged,
    met_words,
    standard_of,
    teller_for,
)

_PAGE = 50
COLUMNS = (
    Column(gettext_lazy("Supplier"), sort="supplier"),
    *(Column(TITLES[name], numeric=True, sort=name) for name in MEASURES),
    Column(gettext_lazy("Standards met"), numeric=True, sort="met"),
    Column(gettext_lazy("Latest feed"), sort="latest"),
)


@page("see data quality")
@require_safe
def league(request: PageRequest) -> HttpResponse:
    """Show all suppliers; whoever sees one employer's only is sent there."""
    own = within(request, "see data quality")
    if own is not None:
        return redirect("quality:employer", employer=own)
    found = queries.league(clock=SYSTEM_CLOCK, seconds=queries.PAGE_SECONDS)
    contracts = {card.supplier.contract: card.supplier.contract_title for card in found}
    search = LeagueFilters(request.GET, contracts=contracts)
    order = Sort.asked(request, COLUMNS, default="met")
    chosen = _ordered(request.actor, _chosen(found, search), order)
    if request.GET.get("as") == "csv":
        return _csv(request.actor, chosen)
    paging = Paging.asked(request, total=len(chosen), size=_PAGE)
    shown = chosen[paging.offset : paging.offset + paging.size]
    context = {
        "search": search,
        "league": _table(request, shown, order),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "counts": _counts(found),
        "uncounted": any(card.uncounted for card in found),
        "uncompared": any(card.uncompared for card in shown),
        "fewest": FEWEST_COMPARED + 1,
        "standards": [(TITLES[name], standard_of(name)) for name in MEASURES],
    }
    return render(request, "quality/league.html", context)


def _chosen(found: Sequence[Scorecard], search: LeagueFilters) -> list[Scorecard]:
    """Return the suppliers that the filters ask for; one that cannot be read asks nothing."""
    search.is_valid()
    given = search.cleaned_data
    words = given.get("q", "").casefold().split()
    misses = given.get("misses", "")
    return [
        card
        for card in found
        if all(word in f"{card.employer} {card.supplier.title}".casefold() for word in words)
        and given.get("contract", "") in ("", card.supplier.contract)
        and _misses(card, misses)
        and (not given.get("worse") or "worse" in card.measured.trends.values())
    ]


def _misses(card: Scorecard, asked: str) -> bool:
    """Tell whether a supplier misses a measure's standard, or any."""
    missed = [
        name
        for name, reading in card.measured.readings.items()
        if meets(name, reading.amount) is False
    ]
    return not asked or asked in missed or (asked == "any" and bool(missed))


def _ordered(actor: Actor, found: list[Scorecard], order: Sort) -> list[Scorecard]:
    """Return suppliers in the order asked for, by what is shown of them; what is not told last."""
    keys = {card.supplier.route: _key(actor, card, order.key) for card in found}
    told = [card for card in found if keys[card.supplier.route] is not None]
    untold = [card for card in found if keys[card.supplier.route] is None]
    told.sort(key=lambda card: keys[card.supplier.route], reverse=order.descending)
    return told + untold


def _key(actor: Actor, card: Scorecard, key: str) -> Any:
    measured = card.measured
    if key == "supplier":
        return (card.employer or card.supplier.title).casefold()
    if key == "met":
        met, told = measured.met
        return (Fraction(met, told), -told) if told else None
    if key == "latest":
        return measured.latest.as_at if measured.latest else None
    name = next(one for one in MEASURES if one == key)
    return teller_for(actor, card.supplier).shown(name, measured.readings[name])


def _table(request: PageRequest, found: Sequence[Scorecard], order: Sort) -> Table:
    rows = []
    for card in found:
        one, measured = card.supplier, card.measured
        teller = teller_for(request.actor, one)
        address = reverse("quality:supplier", args=[one.route])
        latest = measured.latest
        rows.append(
            (
                Cell(card.employer or one.title, address, note=_of(card)),
                *(_cell(card, name, teller) for name in MEASURES),
                met_words(measured.met),
                short_day(latest.as_at) if latest else _("Never sent"),
            )
        )
    return table(
        request,
        caption=_("Suppliers"),
        columns=COLUMNS,
        rows=rows,
        sort=order,
        empty=_("No supplier fits. Change or clear the filters."),
        downloads=[Download(_("Download this league as CSV"), query_with(request, **{"as": "csv"}))]
        if rows
        else [],
    )


def _of(card: Scorecard) -> str:
    """Return which system and kind of data a supplier is, below its employer's title."""
    one = card.supplier
    return f"{one.title}: {one.contract_title}" if card.employer else one.contract_title


def _cell(card: Scorecard, name: Measure, teller: Teller) -> Cell:
    """Return a measure with its trend; that there is none to tell is said once, below the table."""
    reading, moved = card.measured.readings[name], card.measured.trends[name]
    words, said = teller.amount(name, reading), f"{TRENDS[moved]}" if moved != "not enough" else ""
    if reading.amount is None:
        return Cell(words)
    if meets(name, reading.amount):
        return Cell(words, note=said)
    return Cell(words, tag="red", note=". ".join(filter(None, (judged(name, reading), said))))


def _counts(found: Sequence[Scorecard]) -> list[tuple[Any, int]]:
    """Return how many suppliers there are, how many never sent, and how many miss each standard."""
    never = sum(card.measured.latest is None for card in found)
    missed = [
        (_("Miss: %(measure)s") % {"measure": TITLES[name]},
         sum(_misses(card, name) for card in found))
        for name in MEASURES
    ]  # fmt: skip
    return [(_("Suppliers"), len(found)), (_("Never sent a feed"), never), *missed]


def _csv(actor: Actor, found: Sequence[Scorecard]) -> HttpResponse:
    headings = [_("Employer"), _("System"), _("Kind of data"), _("Latest feed"), _("Standards met"),
                _("Of"), _("Size")]  # fmt: skip
    for name in MEASURES:
        headings += [str(TITLES[name]), _("Standard"), _("Trend")]
    return as_csv("data-quality.csv", headings, (_line(actor, card) for card in found))


def _line(actor: Actor, card: Scorecard) -> list[Any]:
    one, measured = card.supplier, card.measured
    teller = teller_for(actor, one)
    latest = measured.latest
    line: list[Any] = [card.employer, one.title, one.contract_title]
    line += [latest.as_at if latest else "", *measured.met]
    line.append(teller.rows(latest.sent.rows) if latest else "")
    for name in MEASURES:
        reading = measured.readings[name]
        told = reading.amount is not None
        said = TRENDS[measured.trends[name]] if told else ""
        line += [teller.amount(name, reading), judged(name, reading), str(said)]
    return line
