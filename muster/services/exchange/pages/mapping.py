"""Mapping a file that no layout knows: columns, questions, a preview, and saving it.

What is chosen between the pages is kept with the file as a draft that only its owner can open (see
``hub.suggesting.drafts``): no cookie and no address holds anything of the file.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.connectors.contract import Offer
from muster.gates.looks import note_look
from muster.hub import queries
from muster.hub.layouts import Layout, load_layout
from muster.hub.reading import read
from muster.hub.routes import RouteView, routes
from muster.hub.saved_layouts import (
    layouts_serving,
    name_for,
    received_contracts,
    save_layout,
    saved_layout,
    why_not_on,
)
from muster.hub.suggesting.drafts import (
    Draft,
    begin_draft,
    beginning_of,
    draft_of,
    drop_draft,
    keep_draft,
    pieces_of,
)
from muster.hub.suggesting.peeking import Beginning, peek
from muster.hub.suggesting.previewing import preview as previewed
from muster.hub.suggesting.proposing import already_read, suggest
from muster.hub.suggesting.suggestion import Suggestion
from muster.hub.suggesting.writing import Heading, layout_text
from muster.hub.uploads import hand_in
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotPermitted
from muster.kernel.running import settings
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.views import PageRequest, page, render, within
from muster.register.people.queries import people_in
from muster.services.exchange.pages.mapping_forms import (
    ColumnsForm,
    FileForm,
    QuestionsForm,
    doubt,
)
from muster.services.exchange.pages.mapping_preview import shown_in
from muster.services.exchange.pages.mapping_saving import SaveForm, TakeForm
from muster.services.exchange.reach import feed_within, may_with, shown_whole
from muster.services.exchange.wording import short_name

_GET_OR_POST = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class _Opened:
    """A draft with what is proposed for it."""

    draft: Draft
    beginning: Beginning
    suggestion: Suggestion
    layouts: tuple[Layout, ...]


@page("map layouts")
@require_http_methods(_GET_OR_POST)
def begin(request: PageRequest) -> HttpResponse:
    """Ask for the file to be mapped."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(*posted)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = _begun(request, file.name, file.chunks())
        except BadInput as problem:
            form.add_error("file", f"{problem.what}. {problem.fix}.")
        else:
            return redirect("exchange:map-columns", draft.id)
    context = {"form": form, "megabytes": settings().upload_megabytes}
    return render(request, "exchange/map_file.html", context)


def _begun(request: PageRequest, name: str, chunks: Iterable[bytes]) -> Draft:
    """Return a new draft of a file that can be mapped."""
    draft = begin_draft(name=name, chunks=chunks, by=request.actor.id)
    try:
        _opened(request, draft)
    except BadInput:
        drop_draft(draft)
        raise
    return draft


@page("map layouts")
@require_http_methods(_GET_OR_POST)
def from_feed(request: PageRequest, landing: uuid.UUID) -> HttpResponse:
    """Begin with a file that came in and was not recognised."""
    feed = feed_within(request, "map layouts", landing)
    if not may_with(request.actor, "see quarantined rows", feed):
        raise NotPermitted(
            "Your role does not let you see what is in this file",
            fix="Ask somebody of the employer that sent it",
        )
    problem = ""
    if request.method == "POST":
        shown_whole(request, landing)
        content = queries.exact_bytes(landing)
        note_look(
            request.actor, what="exact bytes", purpose=request.purpose,
            people=people_in(landing), detail={"landing": landing, "bytes": len(content)},
        )  # fmt: skip
        try:
            draft = _begun(request, short_name(feed.name), [content])
        except BadInput as found:
            problem = f"{found.what}. {found.fix}."
        else:
            return redirect("exchange:map-columns", draft.id)
    context = {"feed": feed, "title": short_name(feed.name), "problem": problem}
    return render(request, "exchange/map_feed.html", context)


@page("map layouts")
@require_http_methods(_GET_OR_POST)
def columns(request: PageRequest, draft: uuid.UUID) -> HttpResponse:
    """Show the proposed column of each field; let them be changed."""
    opened = _opened(request, draft_of(draft, by=request.actor.id))
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        suggestion=opened.suggestion,
        contracts=received_contracts(),
        initial={f"way_{k}": v for k, v in opened.draft.choices.ways.items()},
    )
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data["contract"]
        again = "again" in request.POST or asked != opened.suggestion.contract.name
        choices = form.choices(opened.draft.choices, settle=not again)
        chosen = replace(opened.draft, contract=asked, choices=choices)
        doubted = () if again else _opened(request, chosen).suggestion.doubted
        if not doubted:
            keep_draft(chosen)
            return redirect("exchange:map-columns" if again else "exchange:map-questions", draft)
        form.ask_both(doubted)
    _note(request, opened)
    known = already_read(opened.beginning.sheets, opened.layouts, opened.draft.name)
    context = {
        **_context(opened),
        "form": form,
        "known": known,
        "lines": list(form.lines()),
        "notice_now": take_notice(request)
        or ("" if form.is_bound else " ".join(map(doubt, opened.suggestion.doubted))),
    }
    return render(request, "exchange/map_columns.html", context)


@page("map layouts")
@require_http_methods(_GET_OR_POST)
def questions(request: PageRequest, draft: uuid.UUID) -> HttpResponse:
    """Ask what the file does not tell; go on at once if it tells everything."""
    opened = _opened(request, draft_of(draft, by=request.actor.id))
    if opened.suggestion.doubted or not opened.suggestion.questions:
        return redirect(_asked_first(opened.suggestion) or "exchange:map-preview", draft)
    posted = request.POST if request.method == "POST" else None
    form = QuestionsForm(posted, suggestion=opened.suggestion)
    if form.is_bound and form.is_valid():
        choices = replace(opened.draft.choices, answers=form.answers())
        keep_draft(replace(opened.draft, choices=choices))
        return redirect("exchange:map-preview", draft)
    _note(request, opened)
    context = {**_context(opened), "form": form, "groups": list(form.groups())}
    return render(request, "exchange/map_questions.html", context)


@page("map layouts")
@require_safe
def preview(request: PageRequest, draft: uuid.UUID) -> HttpResponse:
    """Show why rows would wait, and what would go on and what would wait, side by side."""
    opened = _opened(request, draft_of(draft, by=request.actor.id))
    asked = _asked_first(opened.suggestion)
    if asked:
        return redirect(asked, draft)
    try:
        text = layout_text(opened.suggestion, Heading("preview", opened.draft.name))
        shown = previewed(
            opened.beginning.sheets,
            load_layout(text),
            opened.suggestion.contract,
            file=opened.draft.name,
            employer=within(request, "map layouts"),
            today=legal_day(SYSTEM_CLOCK.now()),
        )
    except BadInput as problem:
        leave_notice(request, f"{problem.what}. {problem.fix}.")
        return redirect("exchange:map-columns", draft)
    _note(request, opened)
    context = {
        **_context(opened),
        **shown_in(request, draft, opened.suggestion, shown),
        "whole": opened.beginning.whole,
        "missing": [field.title for field in opened.suggestion.missing],
    }
    return render(request, "exchange/map_preview.html", context)


@page("map layouts")
@require_http_methods(_GET_OR_POST)
def save(request: PageRequest, draft: uuid.UUID) -> HttpResponse:
    """Ask what the layout is called and whose files it reads; save it."""
    opened = _opened(request, draft_of(draft, by=request.actor.id))
    asked = _asked_first(opened.suggestion)
    if asked:
        return redirect(asked, draft)
    offered = routes(employer=within(request, "map layouts"))
    posted = request.POST if request.method == "POST" else None
    form = SaveForm(posted, suggestion=opened.suggestion, routes=offered)
    if form.is_bound and form.is_valid():
        route = next(one for one in offered if one.code == form.cleaned_data["route"])
        problem = _saved(request, opened, form, route)
        if problem is None:
            return redirect("exchange:map-take", draft)
        form.add_error(*problem)
    context = {**_context(opened), "form": form, "routes": offered}
    return render(request, "exchange/map_save.html", context)


def _saved(
    request: PageRequest, opened: _Opened, form: SaveForm, route: RouteView
) -> tuple[str, str] | None:
    """Save the layout; return which box is wrong, and why, if it cannot be."""
    given, title = form.cleaned_data, form.cleaned_data["title"]
    heading = Heading(name_for(title), title, full=given["meaning"] == "full", as_at=form.dated())
    try:
        text = layout_text(opened.suggestion, heading)
        refused = why_not_on(route.code, load_layout(text), legal_day(SYSTEM_CLOCK.now()))
        if refused is not None:
            return "route", refused
        saved = save_layout(
            text=text, employer=route.employer, by=request.actor.id, clock=SYSTEM_CLOCK
        )
    except (BadInput, Conflict) as problem:
        return "title", f"{problem.what}. {problem.fix}."
    keep_draft(replace(opened.draft, saved_as=saved.name, route=route.code))
    return None


@page("load feeds")
@require_http_methods(_GET_OR_POST)
def take(request: PageRequest, draft: uuid.UUID) -> HttpResponse:
    """Take in the file for which a layout was saved."""
    kept = draft_of(draft, by=request.actor.id)
    if not kept.saved_as:
        return redirect("exchange:map-save", draft)
    offered = {one.code: one for one in routes(employer=within(request, "load feeds"))}
    posted = request.POST if request.method == "POST" else None
    read_by = load_layout(saved_layout(kept.saved_as).toml)
    form = TakeForm(posted, file=kept.name, layout=read_by)
    if form.is_bound and form.is_valid() and kept.route in offered:
        intake = hand_in(
            [_Kept(kept)],
            folder=offered[kept.route].system,
            route=kept.route,
            as_at=form.cleaned_data["as_at"],
            by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )
        drop_draft(kept)
        return redirect("exchange:intake", intake)
    context = {"form": form, "draft": kept, "route": offered.get(kept.route)}
    return render(request, "exchange/map_take.html", context)


class _Kept:
    """A draft's file as an upload."""

    def __init__(self, draft: Draft) -> None:
        self.name: str | None = draft.name
        self._draft = draft

    def chunks(self) -> Iterator[bytes]:
        return pieces_of(self._draft)


@page("map layouts")
@require_POST
def cancel(request: PageRequest, draft: uuid.UUID) -> HttpResponse:
    """Forget a mapping and its file."""
    kept = draft_of(draft, by=request.actor.id)
    drop_draft(kept)
    leave_notice(
        request,
        _("The layout is saved. The file was not taken in.")
        if kept.saved_as
        else _("Nothing was saved, and the file was removed."),
    )
    return redirect("exchange:layouts")


def _opened(request: PageRequest, draft: Draft) -> _Opened:
    """Return a draft with what is proposed for it, learned from layouts within reach alone.

    Raises:
        BadInput: if the file cannot be read, or holds no table.
    """
    offer = Offer(draft.name, beginning_of(draft))
    beginning = peek(offer, read)
    layouts = layouts_serving(within(request, "map layouts"))
    suggestion = suggest(
        beginning.sheets,
        tuple(received_contracts().values()),
        layouts,
        today=legal_day(SYSTEM_CLOCK.now()),
        contract=draft.contract,
        choices=draft.choices,
    )
    whole = beginning.whole and len(offer.content) == draft.size
    return _Opened(draft, replace(beginning, whole=whole), suggestion, layouts)


def _asked_first(suggestion: Suggestion) -> str:
    """Return the page on which something has to be said first; empty if nothing has."""
    if suggestion.doubted:
        return "exchange:map-columns"
    return "exchange:map-questions" if suggestion.unanswered else ""


def _note(request: PageRequest, opened: _Opened) -> None:
    """Record that somebody sees what is in a file about people."""
    if any(field.personal for field in opened.suggestion.contract.fields):
        detail = {"mapping": str(opened.draft.id)}
        note_look(request.actor, what="file being mapped", purpose=request.purpose, detail=detail)


def _context(opened: _Opened) -> dict[str, object]:
    return {
        "draft": opened.draft,
        "suggestion": opened.suggestion,
        "contract": opened.suggestion.contract,
    }
