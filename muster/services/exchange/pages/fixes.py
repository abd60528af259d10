"""Values that rows wait for: a person says once what one means, and can take that back."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.hub.mending import fixing, retaking
from muster.hub.mending.fixing import Fix
from muster.hub.mending.meanings import Question, means
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, NotFound
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import moment, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Download, Table, query_with, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.exchange.forms import Reason, SayMeaning
from muster.services.exchange.pages.quarantine import questions_within
from muster.services.exchange.reach import feed_within
from muster.services.exchange.wording import short_name


@page("correct rows")
@require_http_methods(["GET", "HEAD", "POST"])
def meaning(request: PageRequest) -> HttpResponse:
    """Ask what a value means; show what that does; on the second POST remember it."""
    asked = _question(request)
    form = SayMeaning(request.POST if request.method == "POST" else None, question=asked)
    context = {"question": asked, "form": form, "cause": request.GET.get("cause", "")}
    if not form.is_bound or not form.is_valid():
        return render(request, "exchange/meaning.html", context)
    becomes, reason = form.cleaned_data["becomes"], form.cleaned_data["reason"]
    if "confirmed" not in request.POST:
        shown = means(asked, becomes) or _("Nothing: the field is left empty")
        return render(request, "exchange/meaning_check.html", {**context, "means": shown})
    by = request.actor.id
    try:
        fix = fixing.say_meaning(asked, becomes, reason=reason, by=by, clock=SYSTEM_CLOCK)
    except Conflict as problem:
        form.add_error("becomes", f"{problem.what}. {problem.fix}.")
        return render(request, "exchange/meaning.html", context)
    return _let_go_on(request, fix)


@page("correct rows")
@require_safe
def meanings(request: PageRequest) -> HttpResponse:
    """Show what was said that values mean, in force or undone, or take it as CSV."""
    own, undone = within(request, "correct rows"), request.GET.get("undone") == "yes"
    found = fixing.fixes(employer=own, undone=undone)
    if request.GET.get("as") == "csv":
        return _csv(found)
    context = {
        "said": take_notice(request),
        "undone": undone,
        "meanings": _table(request, found),
    }
    return render(request, "exchange/meanings.html", context)


@page("correct rows")
@require_safe
def one(request: PageRequest, fix: uuid.UUID) -> HttpResponse:
    """Show one meaning: who said it and why, what still waits for it, and which feeds used it."""
    found = fixing.fix_of(fix, employer=within(request, "correct rows"))
    context = {
        "said": take_notice(request),
        "fix": found,
        "waiting": fixing.waiting_for(fix) if found.undone_at is None else (0, 0),
        "used": _used(request, found),
    }
    return render(request, "exchange/fix.html", context)


@page("correct rows")
@require_POST
def go_on(request: PageRequest, fix: uuid.UUID) -> HttpResponse:
    """Let more of the rows go on that wait for a value with a meaning."""
    fixing.fix_of(fix, employer=within(request, "correct rows"))
    return _let_go_on(request, fix)


@page("correct rows")
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: PageRequest, fix: uuid.UUID) -> HttpResponse:
    """Ask once more, then take a meaning back."""
    found = fixing.fix_of(fix, employer=within(request, "correct rows"))
    if found.undone_at is not None:
        raise NotFound(
            _("This meaning is no longer in force"), fix=_("See the meanings that are in force")
        )
    if request.method != "POST":
        return render(request, "exchange/fix_undo.html", {"fix": found})
    fixing.undo(fix=fix, by=request.actor.id, clock=SYSTEM_CLOCK)
    words = _("“%(stated)s” has no meaning any more. The next feed with it will ask again.")
    leave_notice(request, words % {"stated": found.stated})
    return redirect("exchange:fix", fix)


@page("withdraw feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: PageRequest, fix: uuid.UUID, landing: uuid.UUID) -> HttpResponse:
    """Ask why, then take a feed in again as if it came today."""
    found = fixing.fix_of(fix, employer=within(request, "withdraw feeds"))
    feed = feed_within(request, "withdraw feeds", landing)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        fresh = retaking.take_again(
            landing=landing, reason=reason, by=request.actor.id, read=read, clock=SYSTEM_CLOCK
        )
        leave_notice(request, _("The feed was taken in again, as it came."))
        return redirect("exchange:feed", fresh)
    context = {"fix": found, "feed": feed, "title": short_name(feed.name), "form": form}
    return render(request, "exchange/fix_again.html", context)


def _let_go_on(request: PageRequest, fix: uuid.UUID) -> HttpResponse:
    """Let rows go on for as long as a page may take, and say how many did."""
    came_of_it = fixing.let_go_on(
        fix, read, by=request.actor.id, clock=SYSTEM_CLOCK, seconds=fixing.PAGE_SECONDS
    )
    words = ngettext("%(count)s row went on.", "%(count)s rows went on.", came_of_it.rows)
    said = words % {"count": f"{came_of_it.rows:,}"}
    if came_of_it.feeds_left:
        more = ngettext(
            "%(count)s file is still to be gone through.",
            "%(count)s files are still to be gone through.",
            came_of_it.feeds_left,
        )
        said = f"{said} {more % {'count': f'{came_of_it.feeds_left:,}'}}"
    leave_notice(request, said)
    return redirect("exchange:fix", fix)


def _question(request: PageRequest) -> Question:
    """Return what is asked of a cause on a route.

    Raises:
        NotFound: if no row waits for it, or it cannot be settled once for all.
    """
    route = request.GET.get("route", "")
    for question in questions_within(request, request.GET.get("cause", "")):
        if route in ("", question.route):
            return question
    raise NotFound(
        _("No row waits for this value any more, or it cannot be settled once for all"),
        fix=_("Go back to quarantine and choose a cause"),
    )


def _table(request: PageRequest, found: tuple[Fix, ...]) -> Table:
    return table(
        request,
        caption=_("Values and what they mean"),
        columns=[
            Column(_("Value in the files")),
            Column(_("Field")),
            Column(_("It means")),
            Column(_("Source")),
            Column(_("Said by")),
            Column(_("On")),
            Column(_("Reason")),
        ],
        rows=[
            (
                Cell(fix.stated, reverse("exchange:fix", args=[fix.id])),
                fix.title,
                fix.becomes or _("Nothing"),
                fix.source,
                fix.by,
                short_day(localtime(fix.at)),
                fix.reason,
            )
            for fix in found
        ],
        empty=_("No value has been given a meaning here. Causes in quarantine offer it."),
        downloads=[Download(_("Download as CSV"), query_with(request, **{"as": "csv"}))]
        if found
        else [],
    )


def _used(request: PageRequest, found: Fix) -> Table:
    """Return the feeds in which a meaning was used; once undone, each can be taken in again."""
    rows = []
    for use in fixing.uses(found.id):
        address = reverse("exchange:fix-again", args=[found.id, use.landing])
        name = short_name(use.name)
        rows.append(
            (
                Cell(name, reverse("exchange:feed", args=[use.landing])),
                short_day(use.as_at),
                use.rows,
                *([Cell(_("Take it again"), address, unseen=name)] if found.undone_at else []),
            )
        )
    return table(
        request,
        caption=_("Feeds in which rows went on by this meaning"),
        columns=[
            Column(_("File")),
            Column(_("As at")),
            Column(_("Rows"), numeric=True),
            *([Column(_("What you can do"))] if found.undone_at else []),
        ],
        rows=rows,
        empty=_("No row of a feed that stands went on by it."),
    )


def _csv(found: tuple[Fix, ...]) -> HttpResponse:
    headings = [
        _("Value in the files"), _("Field"), _("It means"), _("Source"), _("Said by"), _("On"),
        _("Reason"), _("Undone on"), _("Undone by"),
    ]  # fmt: skip
    rows = (
        (
            fix.stated, fix.title, fix.becomes, fix.source, fix.by, moment(fix.at), fix.reason,
            moment(fix.undone_at), fix.undone_by,
        )
        for fix in found
    )  # fmt: skip
    return as_csv("meanings.csv", headings, rows)
