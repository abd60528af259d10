"""One row that waits, corrected in place: its cells, what is wrong with each, who changed what."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.people import hidden_rows
from muster.hub.mending import correcting
from muster.hub.mending.corrected import Correction
from muster.hub.mending.correcting import Preview, RowView
from muster.hub.mending.places import headers_of, layout_named
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.exchange.forms import CorrectRow
from muster.services.exchange.pages.quarantine import note_rows
from muster.services.exchange.reach import feed_within
from muster.services.exchange.wording import problem_words, short_name

# Larger numbers are of no row: a database cannot hold them.
LAST_ROW = 2**31 - 1


@page("correct rows")
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: PageRequest, landing: uuid.UUID, row: int) -> HttpResponse:
    """Show a row; preview what corrections come to; keep them once that is confirmed."""
    feed = feed_within(request, "correct rows", landing)
    if row > LAST_ROW:
        raise no_such("row")
    own, hidden = within(request, "correct rows"), hidden_rows(request.actor)
    view = correcting.row_of(landing, row, employer=own, without=hidden)
    note_rows(request, {landing: [row]})
    form = CorrectRow(view, request.POST if request.method == "POST" else None)
    if request.method != "POST" or "change" in request.POST or not view.waits:
        return _shown(request, view, form)
    if not form.is_valid():
        return _shown(request, view, form)
    if request.POST.get("edition") != str(view.edition):
        form.add_error(None, _("Somebody else has corrected this row meanwhile: see it below."))
        return _shown(request, view, form)
    try:
        if "confirmed" in request.POST:
            return _kept(request, view, form)
        found = correcting.preview(view, form.texts, read=read, clock=SYSTEM_CLOCK)
    except (BadInput, Conflict) as problem:
        form.add_error(None, f"{problem.what}. {problem.fix}.")
        return _shown(request, view, form)
    return _previewed(request, view, form, found, feed.layout)


@page("correct rows")
@require_safe
def corrections(request: PageRequest, landing: uuid.UUID) -> HttpResponse:
    """Show which cells of a feed people corrected: what stood there, what it says, who and why."""
    feed = feed_within(request, "correct rows", landing)
    hidden = hidden_rows(request.actor)
    made = correcting.corrections(landing, employer=within(request, "correct rows"))
    found = tuple(one for one in made if (landing, one.row) not in hidden)
    if found:
        note_rows(request, {landing: [one.row for one in found]})
    context = {
        "feed": feed,
        "title": short_name(feed.name),
        "made": _history(
            request, [(view.place, one) for view in found for one in view.corrections]
        ),
    }
    return render(request, "exchange/corrections.html", context)


def _shown(request: PageRequest, view: RowView, form: CorrectRow) -> HttpResponse:
    context = {
        **_about(request, view),
        "form": form,
        "others": list(map(problem_words, view.others)),
    }
    return render(request, "exchange/row.html", context)


def _previewed(
    request: PageRequest, view: RowView, form: CorrectRow, found: Preview, layout: str
) -> HttpResponse:
    headers = tuple(cell.header for cell in view.cells)
    wrong: dict[str, list[str]] = {}
    for problem in found.problems:
        for header in headers_of(layout_named(layout), problem["field"], headers) or ("",):
            wrong.setdefault(header, []).append(problem_words(problem))
    nothing = _("Nothing")
    changes = table(
        request,
        caption=_("What changes"),
        columns=[Column(_("Cell")), Column(_("It says now")), Column(_("It will say"))],
        rows=[(field, was or nothing, now or nothing) for field, was, now in found.changes],
        empty="",
    )
    context = {
        **_about(request, view),
        "form": form,
        "changes": changes,
        "goes_on": found.goes_on,
        "wrong": [words for said in wrong.values() for words in said],
    }
    return render(request, "exchange/row_check.html", context)


def _kept(request: PageRequest, view: RowView, form: CorrectRow) -> HttpResponse:
    done = correcting.correct_row(
        view,
        form.texts,
        reason=form.cleaned_data["reason"],
        by=request.actor.id,
        read=read,
        clock=SYSTEM_CLOCK,
    )
    if done.waiting:
        leave_notice(request, _("The correction is kept. The row still waits."))
    else:
        leave_notice(request, _("The row was corrected and went on."))
    return redirect("exchange:row", view.landing, view.row)


def _about(request: PageRequest, view: RowView) -> dict[str, Any]:
    """Return what every page about a row shows."""
    if not view.waits and not view.corrections:
        raise no_such("row")
    history = _history(request, [(view.place, one) for one in view.corrections])
    return {
        "said": take_notice(request),
        "row": view,
        "title": short_name(view.file),
        "history": history if view.corrections else None,
    }


def _history(request: PageRequest, made: list[tuple[str, Correction]]) -> Table:
    return table(
        request,
        caption=_("Corrections"),
        columns=[
            Column(_("Row")),
            Column(_("Cell")),
            Column(_("It said")),
            Column(_("It says since")),
            Column(_("Reason")),
            Column(_("By")),
            Column(_("When")),
        ],
        rows=[
            (
                place,
                one.field,
                one.was or _("Nothing"),
                one.now or _("Nothing"),
                one.reason,
                one.by,
                moment(one.at),
            )
            for place, one in made
        ],
        empty=_("No cell of this feed was corrected."),
    )
