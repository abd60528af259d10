"""What an employer is asked: its officers state figures, sign off, take back."""

import csv
import io
import uuid
from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.access import Actor, Subject
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, MusterError, Where
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import day, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, table
from muster.pagekit.views import PageRequest, no_such, page, render, require
from muster.services.returns import answering, queries
from muster.services.returns.forms import Reason, StateFigures, say
from muster.services.returns.queries import AskView, TableAsked
from muster.services.returns.wording import ASKS, who

HEADINGS = ("table", "figure_of", "cell", "code", "figure", "people")
LARGEST = 1_000_000
Written = dict[int, dict[str, tuple[str, str]]]


@page("answer returns")
@require_safe
def asks(request: PageRequest) -> HttpResponse:
    """List what the reader's employer is asked, and was asked."""
    shown = table(
        request,
        caption=_("Asked of your organisation"),
        columns=[
            Column(_("Question")), Column(_("Figures")), Column(_("As at")),
            Column(_("Deadline")), Column(_("State")),
        ],
        rows=[
            (
                Cell(one.words, reverse("returns:asked", args=[one.id])),
                ", ".join(dict.fromkeys(one.metrics)),
                short_day(one.as_at),
                short_day(one.deadline),
                Cell(str(ASKS[one.state][0]), tag=ASKS[one.state][1]),
            )
            for one in queries.asks_of(_employer(request))
        ],
        empty=_("Nothing is asked of your organisation: its figures stand."),
    )  # fmt: skip
    return render(request, "returns/asks.html", {"table": shown, "said": take_notice(request)})


@page("answer returns")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PageRequest, ask: uuid.UUID) -> HttpResponse:
    """Show what is asked, and take figures by cell or as a file."""
    found = _found(request, ask)
    tables = queries.tables_of(found)
    posted = request.method == "POST"
    form = StateFigures(
        request.POST if posted else None, request.FILES if posted else None,
        initial={"version": found.version, "source": found.source},
    )  # fmt: skip
    written = _typed(request.POST, tables) if posted else {}
    if form.is_bound and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            if file is not None:
                written = _from_file(file.read(LARGEST + 1), tables)
            answering.state_figures(
                ask=ask, employer=_employer(request), written=written,
                source=form.cleaned_data["source"], version=form.cleaned_data["version"],
                by=request.actor.id, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Stated. A colleague has to sign it off."))
            return redirect("returns:asked", ask)
    own = found.stated_by == request.actor.id
    context = {
        "ask": found,
        "form": form,
        "said": take_notice(request),
        "facts": _facts(found, request.actor),
        "tables": [(one, _rows(one, written.get(one.item))) for one in tables],
        "fills": found.open and found.state == "asked",
        "signs": found.open and found.state == "stated" and not own,
        "back": Reason(initial={"version": found.version})
        if found.open and found.state in ("stated", "signed")
        else None,
    }
    return render(request, "returns/asked.html", context)


@page("answer returns")
@require_safe
def list_of_cells(request: PageRequest, ask: uuid.UUID) -> HttpResponse:
    """Return the cells that are asked for as a list to fill in."""
    found = _found(request, ask)
    rows = [
        (one.item, one.title, label or _("All"), key, *one.stated.get(key, ("", "")))
        for one in queries.tables_of(found)
        for key, label in one.cells
    ]
    return as_csv(f"return-{found.of}.csv", HEADINGS, rows)


@page("sign off returns")
@require_POST
def sign_off(request: PageRequest, ask: uuid.UUID) -> HttpResponse:
    """Sign off what a colleague stated."""
    answering.sign_off(
        ask=ask, employer=_employer(request), version=_version(request), by=request.actor.id,
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    leave_notice(request, _("Signed off. Until the figures are released you can take them back."))
    return redirect("returns:asked", ask)


@page("answer returns")
@require_POST
def take_back(request: PageRequest, ask: uuid.UUID) -> HttpResponse:
    """Take figures back for correction."""
    answering.take_back(
        ask=ask, employer=_employer(request), version=_version(request),
        reason=request.POST.get("reason", ""), by=request.actor.id, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    leave_notice(request, _("Taken back. You can correct the figures now."))
    return redirect("returns:asked", ask)


def _employer(request: PageRequest) -> uuid.UUID:
    """Return the reader's own employer: nobody answers for another."""
    own = request.actor.employer
    if own is None:
        raise no_such("return")
    require(request, "answer returns", Subject("return", own))
    return own


def _found(request: PageRequest, ask: uuid.UUID) -> AskView:
    found = queries.ask_of(ask, employer=_employer(request))
    if found is None:
        raise no_such("return")
    return found


def _version(request: PageRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _facts(found: AskView, reader: Actor) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("State"), Cell(str(ASKS[found.state][0]), tag=ASKS[found.state][1])),
        (_("Figures"), ", ".join(dict.fromkeys(found.metrics))),
        (_("As at"), day(found.as_at)),
        (_("Deadline"), day(found.deadline)),
    ]
    if found.stated_by:
        facts += [(_("Stated by"), who(found.stated_by, reader)), (_("Source"), found.source)]
    if found.signed_by:
        facts.append((_("Signed off by"), who(found.signed_by, reader)))
    return facts


def _rows(
    asked: TableAsked, written: Mapping[str, tuple[str, str]] | None
) -> list[tuple[str, str, str, str]]:
    """Return for each cell its box's name, what it is called, the figure and the people."""
    stands = asked.stated if written is None else written
    return [
        (f"{asked.item}-{place}", label or _("All"), *stands.get(key, ("", "")))
        for place, (key, label) in enumerate(asked.cells)
    ]


def _typed(post: Mapping[str, str], tables: Sequence[TableAsked]) -> Written:
    return {
        one.item: {
            key: (post.get(f"figure-{one.item}-{at}", ""), post.get(f"people-{one.item}-{at}", ""))
            for at, (key, _label) in enumerate(one.cells)
        }
        for one in tables
    }


def _from_file(content: bytes, tables: Sequence[TableAsked]) -> Written:
    """Return what the filled-in list says; each cell has exactly one row.

    Raises:
        BadInput: naming the row that is wrong.
    """
    if len(content) > LARGEST:
        raise BadInput("The file is too large", where=Where(field="file"), fix="Send the list")
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        raise BadInput("The file is no list in UTF-8", where=Where(field="file"),
                       fix="Take the list from this page and fill it in") from None  # fmt: skip
    known = {(str(one.item), key): one.item for one in tables for key, _label in one.cells}
    written: Written = {one.item: {} for one in tables}
    for number, row in enumerate(rows, start=2):
        place = (str(row.get("table") or "").strip(), str(row.get("code") or "").strip())
        if place not in known or place[1] in written[known[place]]:
            raise BadInput(
                "The row is of no cell that is asked for, or of one that stands above",
                where=Where(row=number, field=f"row {number}"),
                fix="Leave the columns table and code as they are",
            )
        figure, people = str(row.get("figure") or ""), str(row.get("people") or "")
        written[known[place]][place[1]] = figure, people
    return written
