"""What was asked of whom and the time saved, with the assumption behind it."""

from statistics import median

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from muster.gates.access import may_ever
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError, NotPermitted
from muster.pagekit.downloads import as_csv
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Download, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.returns import actions, queries
from muster.services.returns.forms import Assume, say
from muster.services.returns.queries import QuestionView
from muster.services.returns.rules import written_hours
from muster.services.returns.wording import WAYS, who

_MOST = 10_000
HEADINGS = (
    "question", "answered_from", "employers_before", "employers_asked", "not_asked",
    "minutes_each", "hours_saved", "days",
)  # fmt: skip


@page("commission figures")
@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: PageRequest) -> HttpResponse:
    """Show for each question who was asked and who was not, and what that saves."""
    runs = may_ever(request.actor, "run returns")
    if request.method == "POST" and not runs:
        raise NotPermitted("Your role does not let you run returns", fix="Ask an analyst")
    stands = queries.assumption()
    form = Assume(
        request.POST if request.method == "POST" else None, initial={"minutes": stands.minutes}
    )
    if form.is_bound and form.is_valid():
        try:
            actions.assume(**form.cleaned_data, by=request.actor.id, clock=SYSTEM_CLOCK)
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Declared. It counts for answers from now on."))
            return redirect("returns:saved")
    _total, found = queries.questions(limit=_MOST)
    counted = [one for one in found if one.known]
    if request.GET.get("as") == "csv":
        return as_csv("time-saved.csv", HEADINGS, map(_line, counted))
    context = {
        "said": take_notice(request),
        "table": _table(request, counted),
        "facts": _facts(counted),
        "assumption": stands,
        "set_by": who(stands.set_by, request.actor),
        "form": form if runs else None,
    }
    return render(request, "returns/saved.html", context)


def _facts(found: list[QuestionView]) -> list[tuple[str, object]]:
    took = [one.days for one in found if one.days is not None]
    facts: list[tuple[str, object]] = [
        (_("Questions answered"), sum(one.answered_on is not None for one in found)),
        (_("Answered by citing an earlier answer"), sum(one.way == "earlier" for one in found)),
        (_("Times an employer was asked"), sum(one.asked_of for one in found)),
        (_("Times an employer was not asked, as its figure stood"),
         sum(one.known - one.asked_of for one in found)),
        (_("Hours employers did not spend"), written_hours(sum(one.saved for one in found))),
    ]  # fmt: skip
    if took:
        middle = round(median(took))
        words = ngettext("%(count)s day", "%(count)s days", middle) % {"count": middle}
        facts.append((_("Half of the answers came within"), words))
    return facts


def _table(request: PageRequest, found: list[QuestionView]) -> Table:
    return table(
        request,
        caption=_("What was asked of whom"),
        columns=[
            Column(_("Question")), Column(_("Answered from")),
            Column(_("Asked before Muster"), numeric=True),
            Column(_("Asked"), numeric=True),
            Column(_("Not asked"), numeric=True),
            Column(_("Hours saved"), numeric=True),
            Column(_("Days to answer"), numeric=True),
        ],
        rows=[
            (
                Cell(one.words, reverse("returns:question", args=[one.number])),
                str(WAYS.get(one.way, "")) or _("Not answered yet"),
                one.known,
                Cell(one.asked_of, reverse("returns:return", args=[one.asked_in]),
                     unseen=_("employers")) if one.asked_in else one.asked_of,
                one.known - one.asked_of,
                written_hours(one.saved),
                "" if one.days is None else one.days,
            )
            for one in found
        ],
        empty=_("No question was answered or asked of employers yet."),
        downloads=[Download(_("CSV"), "?as=csv")],
    )  # fmt: skip


def _line(one: QuestionView) -> tuple[object, ...]:
    return (
        one.words, one.way, one.known, one.asked_of, one.known - one.asked_of, one.minutes,
        written_hours(one.saved), one.days,
    )  # fmt: skip
