"""Lookup tables of a route, and what its receiver's loader answered."""

from collections.abc import Collection

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.looks import note_look
from muster.hub.delivering.queries import RouteView
from muster.hub.pulling import queries
from muster.hub.pulling.queries import LookupView
from muster.hub.translating.kept import keep_lookup, lookup_content, lookup_table
from muster.hub.translating.lookup_files import RowProblem, read_table
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError, NotPermitted
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.messages.pages.inlet_forms import UploadTable
from muster.services.messages.pages.inlet_wording import OUTCOMES
from muster.services.messages.reach import may_with, route_within


@page("see messages")
@require_safe
def lookups(request: PageRequest, code: str) -> HttpResponse:
    """List the tables that a route's mapping looks values up in, with their versions."""
    found = route_within(request, "see messages", code)
    shown = table(
        request,
        caption=_("Lookup tables"),
        columns=[
            Column(_("Table")),
            Column(_("Version"), numeric=True),
            Column(_("Columns")),
            Column(_("Rows"), numeric=True),
            Column(_("Kept")),
            Column(_("State")),
        ],
        rows=[
            (
                Cell(one.name, reverse("messages:lookup", args=[code, one.name, one.version]),
                     unseen=str(one.version)),
                one.version,
                Cell(", ".join(one.columns), note=_personal(one)),
                one.rows,
                Cell(moment(one.kept_at), note=one.kept_by),
                Cell(_("Counts"), tag="green") if one.newest else Cell(_("Replaced"), tag="grey"),
            )
            for one in queries.lookups(code)
        ],
        empty=_("The route has no table. A mapping that looks values up needs one."),
    )  # fmt: skip
    context = {
        "said": take_notice(request), "route": found, "ends": _ends(found), "lookups": shown,
        "may_manage": _may(request, "manage systems", found),
    }  # fmt: skip
    return render(request, "messages/lookups.html", context)


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PageRequest, code: str) -> HttpResponse:
    """Take a table, tell all that is wrong with its rows, or keep it as the newest version."""
    found = route_within(request, "manage systems", code)
    form = UploadTable(*((request.POST, request.FILES) if request.method == "POST" else ()))
    problems: tuple[RowProblem, ...] = ()
    if form.is_bound and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            problems = read_table(content).problems
            if problems:
                form.add_error("file", _("Some rows are wrong, and nothing was kept"))
            else:
                version = keep_lookup(
                    code, form.cleaned_data["name"], content,
                    personal=form.cleaned_data["personal"].splitlines(), by=request.actor.id,
                    clock=SYSTEM_CLOCK,
                )  # fmt: skip
                said = _("Version %(number)s counts from the next batch on.")
                leave_notice(request, said % {"number": version})
                return redirect("messages:lookups", code)
        except MusterError as problem:
            form.refused(problem)
    context = {
        "route": found, "ends": _ends(found), "form": form,
        "problems": _problems(request, problems) if problems else None,
    }  # fmt: skip
    return render(request, "messages/upload_lookup.html", context)


@page("see messages")
@require_safe
def lookup(request: PageRequest, code: str, name: str, version: int) -> HttpResponse:
    """Show the rows of one version."""
    found, one = _one(request, code, name, version)
    read = lookup_table(code, name, version)
    paging = Paging.asked(request, total=len(read.rows))
    shown = table(
        request,
        caption=_("Rows"),
        columns=[Column(column) for column in read.columns],
        rows=list(read.rows[paging.offset : paging.offset + paging.size]),
        empty="",
    )
    context = {
        "route": found, "ends": _ends(found), "one": one, "rows": shown, "paging_now": paging,
        "page_links": pagination(request, paging),
    }  # fmt: skip
    return render(request, "messages/lookup.html", context)


@page("see messages")
@require_safe
def download(request: PageRequest, code: str, name: str, version: int) -> HttpResponse:
    """Return one version as it came."""
    _one(request, code, name, version)
    content = lookup_content(code, name, version)
    return as_file(HttpResponse(content, content_type="text/csv"), f"{name}-{version}.csv")


@page("see messages")
@require_safe
def answers(request: PageRequest, code: str) -> HttpResponse:
    """Show what the receiver's loader answered to each file that the route left."""
    found = route_within(request, "see messages", code)
    shown = table(
        request,
        caption=_("Files and their answers"),
        columns=[
            Column(_("File")),
            Column(_("Handed over")),
            Column(_("Loaded"), numeric=True),
            Column(_("Rejected"), numeric=True),
            Column(_("Not answered"), numeric=True),
            Column(_("State")),
        ],
        rows=[
            (
                one.name,
                moment(one.handed_at),
                one.taken,
                one.rejected,
                one.waiting,
                _answer_state(one),
            )
            for one in queries.answer_files(code)
        ],
        empty=_("No file was left for a loader yet."),
    )
    context = {"route": found, "ends": _ends(found), "answers": shown}
    return render(request, "messages/answers.html", context)


def loader_answers(request: PageRequest, position: int, routes: Collection[str]) -> Table | None:
    """Return what loaders said of a message that some of these routes left; None if nothing."""
    found = [one for one in queries.answers_of(position) if one.route in routes]
    if not found:
        return None
    return table(
        request,
        caption=_("What the loader answered"),
        columns=[
            Column(_("Receiver")),
            Column(_("Answered")),
            Column(_("Outcome")),
            Column(_("File")),
        ],
        rows=[
            (
                Cell(one.receiver_title, reverse("messages:answers", args=[one.route])),
                moment(one.told_at),
                Cell(OUTCOMES[one.outcome][0], tag=OUTCOMES[one.outcome][1], note=one.said),
                one.file,
            )
            for one in found
        ],
        empty="",
    )


def _answer_state(one: queries.AnswerFileView) -> Cell:
    if one.rejected:
        return Cell(_("Some were rejected"), tag="red", note=one.said)
    if one.waiting and one.done_at:
        return Cell(_("Waited for no more"), tag="orange", note=one.said)
    if one.waiting:
        return Cell(_("Waiting"), tag="blue", note=one.said)
    return Cell(_("All were loaded"), tag="green")


def _one(request: PageRequest, code: str, name: str, version: int) -> tuple[RouteView, LookupView]:
    """Return a version within reach; whoever sees what is about people is written down."""
    found = route_within(request, "see messages", code)
    one = next(
        (each for each in queries.lookups(code) if (each.name, each.version) == (name, version)),
        None,
    )
    if one is None:
        raise no_such("table")
    if one.personal:
        if not _may(request, "read message content", found):
            raise NotPermitted(
                _("The table is about people, and your role does not let you read it"),
                fix=_("Ask somebody of one of the two employers"),
            )
        note_look(
            request.actor, what="lookup table", purpose=request.purpose,
            detail={"route": code, "table": name, "version": version},
        )  # fmt: skip
    return found, one


def _may(request: PageRequest, verb: str, found: RouteView) -> bool:
    ends = (found.sender_employer, found.receiver_employer)
    return may_with(request.actor, verb, *ends)  # type: ignore[arg-type]  # a verb


def _problems(request: PageRequest, problems: tuple[RowProblem, ...]) -> Table:
    return table(
        request,
        caption=_("What is wrong"),
        columns=[
            Column(_("Row"), numeric=True),
            Column(_("Column")),
            Column(_("What")),
            Column(_("What to do")),
        ],
        rows=[(one.row, one.column, one.what, one.fix) for one in problems],
        empty="",
    )


def _personal(one: LookupView) -> str:
    if not one.personal:
        return ""
    return _("About people: %(columns)s") % {"columns": ", ".join(one.personal)}


def _ends(found: RouteView) -> str:
    words = {"sender": found.sender_title, "receiver": found.receiver_title}
    return _("%(sender)s to %(receiver)s") % words
