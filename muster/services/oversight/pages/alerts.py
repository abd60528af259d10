"""Reading that was unusual: listed, looked into, settled with words."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates import watching
from muster.gates.watching import AlertView
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.oversight.forms import Settle
from muster.services.oversight.wording import ALERT_VERDICTS, RULES

_PAGE = 25


@page("investigate looks")
@require_safe
def alerts(request: PageRequest) -> HttpResponse:
    """List unusual reading that waits to be settled, or was."""
    settled = request.GET.get("shown") == "settled"
    paging = Paging.asked(request, total=watching.count_alerts(settled=settled), size=_PAGE)
    found = watching.alerts(settled=settled, start=paging.offset, limit=paging.size)
    context = {
        "said": take_notice(request),
        "settled": settled,
        "alerts": _table(request, found, settled=settled),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "oversight/alerts.html", context)


@page("investigate looks")
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: PageRequest, alert: uuid.UUID) -> HttpResponse:
    """Show what was unusual; take what was found of it."""
    found = watching.alert_of(alert)
    if found is None:
        raise no_such("alert")
    form = Settle(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            watching.settle(
                alert=alert, verdict=form.cleaned_data["verdict"],
                words=form.cleaned_data["words"], by=request.actor.id, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            form.add_error(None, f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, _("Settled. The entry stands in the log of decisions."))
            return redirect("oversight:alerts")
    context = {
        "form": form,
        "rule": str(RULES.get(found.rule, found.rule)),
        "facts": _facts(found),
        "waits": not found.verdict and found.by != request.actor.id,
    }
    return render(request, "oversight/alert.html", context)


def _facts(found: AlertView) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Reader"), found.by),
        (_("From"), moment(found.starts)),
        (_("Until"), moment(found.ends)),
        (_("Counted"), f"{found.seen:,}"),
        (_("Usual"), f"{found.usual:,.1f}"),
        (_("Raised"), moment(found.raised_at)),
    ]
    if found.person:
        facts.insert(1, (_("Record"), str(found.person)))
    if found.verdict:
        facts += [
            (_("Found"), str(ALERT_VERDICTS.get(found.verdict, found.verdict))),
            (_("What was found"), found.words),
            (_("Settled by"), found.settled_by),
        ]
    return facts


def _table(request: PageRequest, found: tuple[AlertView, ...], *, settled: bool) -> Table:
    return table(
        request,
        caption=_("Settled") if settled else _("To settle"),
        columns=[
            Column(_("What was unusual")),
            Column(_("Reader")),
            Column(_("From")),
            Column(_("Counted"), numeric=True),
            Column(_("Usual"), numeric=True),
        ],
        rows=[
            (
                Cell(
                    str(RULES.get(one.rule, one.rule)),
                    reverse("oversight:alert", args=[one.id]),
                    unseen=one.by,
                ),
                one.by,
                moment(one.starts),
                f"{one.seen:,}",
                f"{one.usual:,.1f}",
            )
            for one in found
        ],
        empty=_("Nothing is listed here."),
    )
