"""Systems that are asked for what is new: how each is doing, setting one up, asking it now."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.looks import note_look
from muster.gates.people import message_is_hidden
from muster.hub.messages import systems
from muster.hub.pulling import inlets as verbs
from muster.hub.pulling import queries
from muster.hub.pulling.kinds import Kind, kind_named, kinds
from muster.hub.pulling.pulling import pull_one
from muster.hub.pulling.queries import InletView
from muster.hub.pulling.trying import Tried, try_inlet
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, MusterError, NotFound
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.messages.forms import Reason
from muster.services.messages.pages.inlet_forms import ChooseSource, InletForm
from muster.services.messages.pages.inlet_wording import (
    FACTS,
    came_words,
    every_words,
    kind_choices,
    kind_title,
    setting_title,
    state_cell,
)
from muster.services.messages.reach import may_with, system_within

_MOST_SYSTEMS = 500


@page("see messages")
@require_safe
def inlets(request: PageRequest) -> HttpResponse:
    """List what is asked within reach: when it was, what came, and why it fails."""
    found = queries.inlets(clock=SYSTEM_CLOCK, employer=within(request, "see messages"))
    shown = table(
        request,
        caption=_("Systems that are asked"),
        columns=[
            Column(_("System")),
            Column(_("State")),
            Column(_("Last asked")),
            Column(_("What came last")),
            Column(_("In all"), numeric=True),
            Column(_("How often")),
        ],
        rows=[
            (
                Cell(one.system_title, reverse("messages:inlet", args=[one.code]),
                     note=one.code, unseen=one.code),
                state_cell(one),
                moment(one.asked_at) or _("Never"),
                Cell(came_words(one.brings, one.came), note=moment(one.came_at))
                if one.came_at else _("Nothing yet"),
                one.brought,
                every_words(one.every),
            )
            for one in found
        ],
        empty=_("No system is asked for anything yet."),
    )  # fmt: skip
    context = {
        "said": take_notice(request),
        "inlets": shown,
        "may_manage": may_with(request.actor, "manage systems", request.actor.employer),
    }
    return render(request, "messages/inlets.html", context)


@page("see messages")
@require_safe
def inlet(request: PageRequest, code: str) -> HttpResponse:
    """Show one inlet: how it is doing, and what it is told, without its secrets."""
    found = _within(request, "see messages", code)
    context = {
        "said": take_notice(request),
        "inlet": found,
        "state": state_cell(found),
        "facts": _facts(found),
        "settings": _settings(request, found),
        "alarms": queries.alarms(inlet=code),
        "may_manage": may_with(request.actor, "manage systems", found.employer),
        "may_pause": may_with(request.actor, "pause routes", found.employer),
    }
    return render(request, "messages/inlet.html", context)


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Ask which system is asked and how, then for what the connector must be told."""
    own = within(request, "manage systems")
    offered = systems.systems(employer=own, limit=_MOST_SYSTEMS).found
    asked = ChooseSource(
        request.GET if "kind" in request.GET else None,
        systems=[(one.code, f"{one.title} ({one.code})") for one in offered],
        kinds=kind_choices(kinds()),
    )
    if not (asked.is_bound and asked.is_valid()):
        return render(request, "messages/choose_inlet.html", {"form": asked})
    system = system_within(request, "manage systems", asked.cleaned_data["system"])
    kind = kind_named(asked.cleaned_data["kind"])
    form = InletForm(
        request.POST if request.method == "POST" else None, kind=kind, settings={}, held=()
    )
    return _form_page(request, form, kind, system.code, system.title)


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, code: str) -> HttpResponse:
    """Change how often it is asked, and what its connector is told."""
    found = _within(request, "manage systems", code)
    if found.by_itself:
        raise Conflict(_("It is there by itself"), fix=_("Change the route it belongs to"))
    kind = kind_named(found.kind)
    form = InletForm(
        request.POST if request.method == "POST" else None, kind=kind, settings=found.settings,
        held=found.secrets, code=code, every=found.every,
    )  # fmt: skip
    return _form_page(request, form, kind, found.system, found.system_title, code)


@page("manage systems")
@require_POST
def pull(request: PageRequest, code: str) -> HttpResponse:
    """Ask it now."""
    found = _within(request, "manage systems", code)
    came = pull_one(code, SYSTEM_CLOCK)
    if came.said:
        leave_notice(request, _("It was asked, and failed. Why stands below."))
    else:
        new = came_words(found.brings, came.brought)
        said = _("It was asked. New: %(new)s; known before: %(known)s; refused: %(refused)s.")
        leave_notice(request, said % {"new": new, "known": came.known, "refused": came.refused})
    return redirect("messages:inlet", code)


@page("manage systems")
@require_safe
def try_one(request: PageRequest, code: str) -> HttpResponse:
    """Read one record and show what would become of it; nothing is kept or moved."""
    found = _within(request, "manage systems", code)
    may_read = may_with(request.actor, "read message content", found.employer)
    tried, wrong = None, ""
    try:
        tried = try_inlet(code, clock=SYSTEM_CLOCK)
    except MusterError as problem:
        wrong = f"{problem.what}. {problem.fix}."
    if tried is not None and message_is_hidden(request.actor, tried.subject):
        may_read = False
    if tried is not None and tried.subject and may_read:
        note_look(
            request.actor, what="record of an inlet", purpose=request.purpose,
            detail={"inlet": code, "contract": tried.what},
        )  # fmt: skip
    context = {
        "inlet": found,
        "tried": tried,
        "wrong": wrong,
        "may_read": may_read,
        "fields": _fields(request, tried, may_read=may_read) if tried and tried.fields else None,
        "facts": [(FACTS[what], value) for what, value in tried.facts] if tried else [],
    }
    return render(request, "messages/try_inlet.html", context)


@page("pause routes")
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then ask the system no more."""
    found = _within(request, "pause routes", code)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        verbs.pause_inlet(code, reason=reason, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("It is asked no more until somebody lets it go on."))
        return redirect("messages:inlet", code)
    context = {
        "inlet": found,
        "form": form,
        "heading": _("Ask it no more"),
        "what": _(
            "Nothing is asked until somebody lets it go on. What its system keeps waits there."
        ),
    }
    return render(request, "messages/stop_inlet.html", context)


@page("pause routes")
@require_POST
def resume(request: PageRequest, code: str) -> HttpResponse:
    """Let it go on, at once."""
    _within(request, "pause routes", code)
    verbs.resume_inlet(code, by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("It is asked again."))
    return redirect("messages:inlet", code)


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then forget the inlet."""
    found = _within(request, "manage systems", code)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        verbs.remove_inlet(code, reason=reason, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("It is removed. What came stays."))
        return redirect("messages:inlets")
    context = {
        "inlet": found,
        "form": form,
        "heading": _("Remove it"),
        "what": _("How far it was read is forgotten. What came stays."),
    }
    return render(request, "messages/stop_inlet.html", context)


def _within(request: PageRequest, verb: str, code: str) -> InletView:
    """Return an inlet to which the actor may do ``verb``."""
    own = within(request, verb)  # type: ignore[arg-type]  # one of the verbs above
    try:
        found = queries.inlet(code, clock=SYSTEM_CLOCK)
    except NotFound:
        raise no_such("inlet") from None
    if own is not None and own != found.employer:
        raise no_such("inlet")
    return found


def _form_page(
    request: PageRequest, form: InletForm, kind: Kind, system: str, title: str, code: str = ""
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        name = code or form.cleaned_data["code"]
        try:
            _refuse_taken(name, code)
            verbs.set_inlet(
                code=name, system=system, kind=kind.name, settings=form.said,
                secrets={one: said for one, said in form.sealed.items() if said},
                every=form.cleaned_data["every"],
                here=within(request, "manage systems") is None,
                by=request.actor.id, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            form.refused(problem)
        else:
            leave_notice(request, _("It is set up. Try it with one record, or ask it now."))
            return redirect("messages:inlet", name)
    form.hide()
    context = {
        "form": form, "title": kind_title(kind.name, kind.title), "system_title": title,
        "code": code,
    }  # fmt: skip
    return render(request, "messages/set_inlet.html", context)


def _refuse_taken(name: str, code: str) -> None:
    """Refuse to set up anew what is there, whoever it belongs to."""
    if code:
        return
    try:
        queries.inlet(name, clock=SYSTEM_CLOCK)
    except NotFound:
        return
    raise Conflict(_("The code is taken"), fix=_("Choose another code"))


def _facts(found: InletView) -> list[tuple[str, object]]:
    intake = reverse("exchange:intake", args=[found.intake]) if found.intake else ""
    came = Cell(came_words(found.brings, found.came), intake, note=moment(found.came_at))
    facts: list[tuple[str, object]] = [
        (_("System"), Cell(found.system_title, reverse("messages:system", args=[found.system]),
                           note=found.system)),
        (_("What it keeps"), kind_title(found.kind, found.title)),
        (_("How often"), every_words(found.every)),
        (_("Last asked"), moment(found.asked_at) or _("Never")),
        (_("What came last"), came if found.came_at else _("Nothing yet")),
        (_("In all"), came_words(found.brings, found.brought)),
        (_("Asked next"), _("Not while it is paused") if found.paused else moment(found.due_at)),
    ]  # fmt: skip
    if found.said:
        facts += [
            (_("Why it fails"), found.said),
            (_("What to do"), found.fix),
            (_("Asked in vain"), found.attempts),
        ]
    if found.brings == "answers":
        route = reverse("messages:answers", args=[found.route])
        facts.append((_("Route"), Cell(found.route, route)))
    return facts


def _settings(request: PageRequest, found: InletView) -> Table | None:
    if found.by_itself:
        return None
    rows = []
    for one in kind_named(found.kind).settings:
        if one.secret:
            value = _("Set; never shown") if one.name in found.secrets else _("Not set")
        else:
            value = found.settings.get(one.name, "") or _("Not set")
        rows.append((Cell(setting_title(one.name, one.title), note=one.name), value))
    return table(
        request, caption=_("What it is told"), columns=[Column(_("Setting")), Column(_("Value"))],
        rows=rows, empty="",
    )  # fmt: skip


def _fields(request: PageRequest, tried: Tried, *, may_read: bool) -> Table:
    def shown(value: str, *, personal: bool) -> str:
        if not value:
            return _("Not stated")
        return value if may_read or not personal else _("Stated; you may not read it")

    return table(
        request,
        caption=_("What would be sent"),
        columns=[Column(_("Field")), Column(_("Value"))],
        rows=[
            (Cell(one.title, note=one.name), shown(one.value, personal=one.personal))
            for one in tried.fields
        ],
        empty=_("Nothing."),
    )
