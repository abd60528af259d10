"""Setting up a system and how it is spoken to. What is secret is typed here and never shown."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.connectors.outlets import OutletDescription
from muster.hub.connecting.endpoints import described, kinds, set_endpoint
from muster.hub.connecting.queries import EndpointView, endpoints_of
from muster.hub.connecting.systems import add_system
from muster.hub.delivering.health import check_health
from muster.hub.messages.systems import SystemView
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, MusterError, Where
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.register.employers.queries import find, search
from muster.services.messages.forms import AddSystem, ChooseConnector, EndpointForm
from muster.services.messages.reach import may_with, system_within

# Of so many employers that a name may mean, the reader is told.
_NEAR = 8


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Register a system: of the own employer, or, by people of the service, of any."""
    own = within(request, "manage systems")
    form = AddSystem(request.POST if request.method == "POST" else None, own=own is not None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            owner = own if own is not None else _employer(said["employer"])
            add_system(
                code=said["code"], title=said["title"], kind=said["kind"], employer=owner,
                by=request.actor.id, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except (BadInput, Conflict) as problem:
            form.refused(problem)
        else:
            leave_notice(request, _("The system is registered."))
            return redirect("messages:system", said["code"])
    return render(request, "messages/add_system.html", {"form": form})


@page("see messages")
@require_safe
def endpoints(request: PageRequest, code: str) -> HttpResponse:
    """Show how a system is spoken to: settings, and which secrets are set."""
    found = system_within(request, "see messages", code)
    may_manage = may_with(request.actor, "manage systems", found.employer)
    shown = [_shown(request, code, one, may_manage=may_manage) for one in endpoints_of(code)]
    context = {
        "said": take_notice(request),
        "system": found,
        "endpoints": shown,
        "may_manage": may_manage,
    }
    return render(request, "messages/endpoints.html", context)


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def endpoint(request: PageRequest, code: str, one: UUID | None = None) -> HttpResponse:
    """Ask for the connector, then for what it must be told; then ask the system."""
    found = system_within(request, "manage systems", code)
    present = None
    if one is not None:
        present = next((each for each in endpoints_of(code) if each.id == one), None)
        if present is None:
            raise no_such("endpoint")
    kind = request.GET.get("kind", present.kind if present is not None else "")
    if not kind or kind not in {each.kind for each in kinds()}:
        asked = ChooseConnector(request.GET if "asked" in request.GET else None, kinds=kinds())
        return render(request, "messages/choose_connector.html", {"system": found, "form": asked})
    what = described(kind)
    form = EndpointForm(
        request.POST if request.method == "POST" else None, what=what, present=present
    )
    if form.is_bound:
        if form.is_valid() and _set(request, found, form, what, one):
            return redirect("messages:endpoints", code)
        form.hide()
    context = {"system": found, "what": what, "title": _(what.title), "form": form,
               "present": present}  # fmt: skip
    return render(request, "messages/endpoint.html", context)


def _set(
    request: PageRequest,
    found: SystemView,
    form: EndpointForm,
    what: OutletDescription,
    one: UUID | None,
) -> bool:
    """Keep what was typed, and ask the system; tell whether it could be kept."""
    try:
        set_endpoint(
            system=found.code, kind=what.kind, settings=form.said, secrets=form.sealed,
            forget=form.cleaned_data.get("forget", ()), endpoint=one, another=one is None,
            here=within(request, "manage systems") is None, by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
    except MusterError as problem:
        form.refused(problem)
        return False
    check_health(found.code, clock=SYSTEM_CLOCK)
    said = _("It is kept, and the system was asked. What it said stands below.")
    if any(each.ready is False for each in endpoints_of(found.code)):
        said = _("It is kept, but the system does not answer. What it said stands below.")
    leave_notice(request, said)
    return True


def _employer(said: str) -> UUID | None:
    """Return the employer that a key, a name or an abbreviation means; None for none."""
    words = " ".join(said.split())
    if not words:
        return None
    found = find(words)
    if found is not None:
        return found[0]
    near = search(words, limit=_NEAR).found
    exact = [one for one in near if one[1].title.casefold() == words.casefold()]
    meant = exact if len(exact) == 1 else near
    if len(meant) == 1:
        return meant[0][0]
    fix = _("Write its name as the page of employers has it, or leave it empty")
    if near:
        titles = "; ".join(one.title for _id, one in near)
        fix = _("Write one of these: %(titles)s") % {"titles": titles}
    raise BadInput(_("No single employer has this name"), where=Where(field="employer"), fix=fix)


def _shown(
    request: PageRequest, code: str, one: EndpointView, *, may_manage: bool
) -> dict[str, object]:
    """Return one endpoint as the page draws it."""
    what = described(one.kind)
    change = reverse("messages:endpoint", args=[code, one.id])
    return {
        "title": _(what.title),
        "table": _settings(request, what, one),
        "change": change if may_manage else "",
        "other": f"{change}?{urlencode({'kind': ''})}" if may_manage else "",
        "health": _health(one),
    }


def _settings(request: PageRequest, what: OutletDescription, one: EndpointView) -> Table:
    rows = []
    for each in what.settings:
        if each.secret:
            value = _("Set; never shown") if each.name in one.secrets else _("Not set")
        else:
            value = one.settings.get(each.name, "") or _("Not set")
        rows.append((Cell(_(each.title), note=each.name), value))
    return table(
        request, caption=_(what.title), columns=[Column(_("Setting")), Column(_("Value"))],
        rows=rows, empty="",
    )  # fmt: skip


def _health(one: EndpointView) -> str:
    if one.ready is None:
        return _("It was never asked.")
    words = _("It answers: %(said)s") if one.ready else _("It does not answer: %(said)s")
    return words % {"said": one.said}
