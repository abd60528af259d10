"""What shared services did in a quarter, whether they pay, and what became of earlier ones."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from markupsafe import Markup

from muster.gates.disclosure import write_number
from muster.gates.release import ReleasedTable
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.charts import Mark, line
from muster.pagekit.fields import offer
from muster.pagekit.jinja import day, short_day
from muster.pagekit.tables import Cell, Column, Table, query_with, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.shared_services.published import AUDITS
from muster.register.shared_services.rules import (
    LESS_THAN,
    MORE_THAN,
    Outcome,
    judge_break_even,
    part_of,
)
from muster.services.grid.shared_services import (
    MOST_PROVIDERS,
    Audited,
    ProviderCase,
    ServiceLine,
    SharedServices,
)
from muster.services.grid.shared_services import (
    shared_services as asked_of,
)

MINUS = "\u2212"
"""A minus sign, at which no line is broken."""
_STATES: Mapping[str, tuple[Any, str]] = {
    "meets": (gettext_lazy("Meets"), "green"),
    "fails": (gettext_lazy("Fails"), "red"),
    "not yet": (gettext_lazy("Not met yet"), "orange"),
    "not stated": (gettext_lazy("Cannot be told"), "grey"),
}


class SharedServicesForm(forms.Form):
    """Quarter and provider; both optional, so any address is valid."""

    quarter = forms.ChoiceField(label=gettext_lazy("Quarter that ended on"), required=False)
    provider = forms.ChoiceField(label=gettext_lazy("Provider"), required=False)

    def __init__(self, found: SharedServices, **kwargs: Any) -> None:
        chosen = {
            "quarter": found.quarter.isoformat() if found.quarter else "",
            "provider": found.provider,
        }
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        offer(self, "quarter", [(one.isoformat(), day(one)) for one in reversed(found.quarters)])
        providers = [(one, one) for one in found.providers]
        offer(self, "provider", [("", _("All providers")), *providers])


@page("see figures")
@require_safe
def shared_services(request: PageRequest) -> HttpResponse:
    """Show a quarter, the business cases, and published audits of earlier programmes."""
    get = request.GET.get
    found = asked_of(
        get("quarter", ""), get("provider", ""),
        purpose=request.purpose, by=request.actor.id, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    context = {
        "found": found,
        "title": _title(found),
        "filter_form": SharedServicesForm(found),
        "completeness": _completeness(found),
        "svg": _drawing(found) if found.lines else "",
        "table": _services(request, found),
        "cases": [(one, _years(request, one), _judged(one.outcome)) for one in found.cases],
        "overview": _overview(request, found.cases),
        "audited": _audits(request, found.audited),
        "sources": list(AUDITS.values()),
        "releases": _releases(found),
        "more_than": f"{MORE_THAN}%",
        "less_than": LESS_THAN,
    }
    return render(request, "grid/shared_services.html", context)


def _title(found: SharedServices) -> str:
    if found.quarter is None:
        return _("Shared services")
    whose = found.provider or _("All providers")
    return _("%(whose)s, quarter to %(date)s") % {"whose": whose, "date": day(found.quarter)}


def _completeness(found: SharedServices) -> str:
    if found.quarter is None:
        return _("No provider has sent a return yet.")
    whole = found.tables[0]
    return ngettext(
        "%(returned)s of %(known)s provider told of the quarter.",
        "%(returned)s of %(known)s providers told of the quarter.",
        whole.known,
    ) % {"returned": whole.returned, "known": whole.known}


def _drawing(found: SharedServices) -> Markup:
    providers = [found.provider] if found.provider else list(found.providers)[:MOST_PROVIDERS]
    marks = [
        _mark(short_day(quarter), one, costs.get(one))
        for one in providers
        for quarter, costs in found.unit_costs.items()
    ]
    said = _("Cost of a transaction in each quarter, in pounds.")
    return line(title=_title(found), description=f"{_completeness(found)} {said}", marks=marks)


def _mark(label: str, series: str, cost: Decimal | None) -> Mark:
    return Mark(label, series, cost, _("No return") if cost is None else _pounds(cost))


def _services(request: PageRequest, found: SharedServices) -> Table:
    first = _("Service line") if found.provider else _("Provider")
    return table(
        request,
        caption=_("Volume, cost, timeliness and satisfaction"),
        columns=[
            Column(first),
            Column(_("Transactions"), numeric=True),
            Column(_("Cost"), numeric=True),
            Column(_("Cost of a transaction"), numeric=True),
            Column(_("Within time"), numeric=True),
            Column(_("Satisfied"), numeric=True),
        ],
        rows=[_service(request, found, one) for one in found.lines],
        empty=_("No provider has sent a return yet."),
    )


def _service(request: PageRequest, found: SharedServices, one: ServiceLine) -> tuple[Any, ...]:
    name: Any = one.label
    if not found.provider:
        name = Cell(one.label, href=query_with(request, provider=one.code))
    figure = one.figures.get
    return (
        name,
        _number(figure("transactions")),
        _amount(figure("cost")),
        _amount(figure("unit_cost")),
        _percent(figure("on_time")),
        _percent(figure("satisfaction")),
    )


def _overview(request: PageRequest, cases: tuple[ProviderCase, ...]) -> Table:
    return table(
        request,
        caption=_("Savings against the business case"),
        columns=[
            Column(_("Provider")),
            Column(_("Savings less investment so far"), numeric=True),
            Column(_("Saved of running cost in the last year"), numeric=True),
            Column(_("Savings over %(bar)s%%") % {"bar": MORE_THAN}),
            Column(_("Break-even in under %(bar)s years") % {"bar": LESS_THAN}),
        ],
        rows=[
            (
                one.provider,
                _amount(one.outcome.net if one.outcome else None),
                _percent(one.outcome.share if one.outcome else None),
                _state(one.outcome.savings if one.outcome else "not stated"),
                _broke_even(one.outcome),
            )
            for one in cases
        ],
        empty=_("No provider has sent a business case yet."),
    )


def _years(request: PageRequest, case: ProviderCase) -> Table:
    return table(
        request,
        caption=_("%(provider)s: the business case year by year") % {"provider": case.provider},
        columns=[
            Column(_("Year to")),
            Column(_("Planned investment"), numeric=True),
            Column(_("Investment"), numeric=True),
            Column(_("Promised saving"), numeric=True),
            Column(_("Saving"), numeric=True),
            Column(_("Of what was promised"), numeric=True),
            Column(_("Savings less investment so far"), numeric=True),
        ],
        rows=[
            (
                day(year.ends),
                _amount(year.amounts.get("planned_investment")),
                _amount(year.amounts.get("investment")),
                _amount(year.amounts.get("promised_saving")),
                _amount(year.amounts.get("saving")),
                _kept(year.amounts.get("saving"), year.amounts.get("promised_saving")),
                _amount(year.net),
            )
            for year in case.years
        ],
        empty=_("No year of this case is over yet."),
    )


def _judged(found: Outcome | None) -> str:
    if found is None:
        return _("A year states no investment or no saving, so this case cannot be judged.")
    if found.earned_back is None:
        return _("Its investment is not earned back yet.")
    return _("Its investment was earned back in year %(num)s.") % {"num": found.earned_back}


def _audits(request: PageRequest, found: tuple[Audited, ...]) -> Table:
    return table(
        request,
        caption=_("What auditors published of earlier programmes, in millions of pounds"),
        columns=[
            Column(_("Programme")),
            Column(_("Planned cost of setting up"), numeric=True),
            Column(_("Cost of setting up"), numeric=True),
            Column(_("Planned saving"), numeric=True),
            Column(_("Saved"), numeric=True),
            Column(_("Cost"), numeric=True),
            Column(_("Saved less cost"), numeric=True),
            Column(_("Savings over %(bar)s%%") % {"bar": MORE_THAN}),
            Column(_("Break-even in under %(bar)s years") % {"bar": LESS_THAN}),
        ],
        rows=[_audit(one) for one in found],
        empty="",
    )


def _audit(one: Audited) -> tuple[Any, ...]:
    amounts, programme = one.amounts.get, one.programme
    yearly, net = amounts("yearly_saving"), one.outcome.net
    planned = _millions(amounts("planned_saving"))
    if yearly is not None:
        planned = _("%(amount)s a year") % {"amount": _millions(yearly)}
    joined = ""
    if programme.customers:
        joined = _("%(joined)s of %(customers)s customers on the single platform") % {
            "joined": programme.joined,
            "customers": programme.customers,
        }
    stated_net = amounts("cost") is None
    return (
        Cell(programme.title, note=joined),
        _millions(amounts("planned_cost")),
        _millions(amounts("setup_cost")),
        planned,
        _("Net cost alone is stated") if stated_net else _millions(amounts("saved")),
        _("Not stated") if stated_net else _millions(amounts("cost")),
        _millions(net),
        _state(one.outcome.savings),
        _state(judge_break_even(None, net, programme.years)),
    )


def _broke_even(found: Outcome | None) -> Cell:
    return _state(found.break_even if found else "not stated")


def _state(state: str) -> Cell:
    words, colour = _STATES[state]
    return Cell(str(words), tag=colour)


def _number(value: Decimal | None) -> str:
    return _("Not stated") if value is None else write_number(value)


def _amount(value: Decimal | None) -> str:
    return _("Not stated") if value is None else _pounds(value)


def _pounds(value: Decimal) -> str:
    sign = MINUS if value < 0 else ""
    return f"{sign}£{abs(value):,.2f}".removesuffix(".00")


def _millions(value: Decimal | None) -> str:
    if value is None:
        return _("Not stated")
    return (MINUS if value < 0 else "") + f"£{write_number(abs(value))}m"


def _percent(value: Decimal | None) -> str:
    return _("Not stated") if value is None else f"{value:.1f}%".replace("-", MINUS)


def _kept(saving: Decimal | None, promised: Decimal | None) -> str:
    if saving is None or not promised:
        return ""
    return f"{part_of(saving, promised):.0f}%".replace("-", MINUS)


def _releases(found: SharedServices) -> list[tuple[str, str]]:
    every = dict.fromkeys((*found.tables, *found.case_tables, *found.audit_tables))
    return [(_table_title(one), str(one.release)) for one in every]


def _table_title(one: ReleasedTable) -> str:
    parts = [part.title.lower() for name in one.dimensions if (part := one.metric.dimension(name))]
    return f"{one.metric.title} {_('by')} {', '.join(parts)}, {day(one.as_at)}"
