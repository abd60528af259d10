"""Systems: whether each answers, what it sends and gets, and the keys by which it signs."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.hub.delivering import queries as delivering
from muster.hub.delivering.health import check_health
from muster.hub.messages import signatures
from muster.hub.messages import systems as queries
from muster.hub.messages.signatures import KeyView, keys_of
from muster.hub.messages.systems import EndpointView, SystemView
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.messages.forms import AddKey, Reason, SystemFilters
from muster.services.messages.reach import may_with, system_within
from muster.services.messages.wording import connector_title, route_cell


@page("see messages")
@require_safe
def systems(request: PageRequest) -> HttpResponse:
    """List systems within reach, and whether each answers."""
    search = SystemFilters(request.GET)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    own = within(request, "see messages")
    paging = Paging.asked(request, total=queries.systems(words=words, employer=own, limit=0).total)
    found = queries.systems(words=words, employer=own, start=paging.offset, limit=paging.size).found
    shown = table(
        request,
        caption=_("Systems"),
        columns=[
            Column(_("System")),
            Column(_("Answers")),
            Column(_("Sends"), numeric=True),
            Column(_("Gets"), numeric=True),
            Column(_("Latest message")),
            Column(_("Keys"), numeric=True),
        ],
        rows=[
            (
                Cell(one.title, reverse("messages:system", args=[one.code]), note=one.code),
                _answers(one.endpoints),
                len(one.sends),
                len(one.receives),
                moment(one.last),
                one.keys,
            )
            for one in found
        ],
        empty=_("No system fits."),
    )
    context = {
        "search": search,
        "may_add": may_with(request.actor, "manage systems", request.actor.employer),
        "systems": shown,
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "messages/systems.html", context)


@page("see messages")
@require_safe
def system(request: PageRequest, code: str) -> HttpResponse:
    """Show one system: its health, its routes and its keys."""
    found = system_within(request, "see messages", code)
    may_manage = may_with(request.actor, "manage systems", found.employer)
    keys = keys_of(code)
    context = {
        "said": take_notice(request),
        "system": found,
        "facts": _facts(found),
        "endpoints": _endpoints(request, found),
        "routes": _routes(request, code),
        "keys": _keys(request, code, keys, may_manage=may_manage),
        "must_sign": bool(keys),
        "may_manage": may_manage,
        "may_token": may_with(request.actor, "plan feeds", found.employer),
    }
    return render(request, "messages/system.html", context)


@page("manage systems")
@require_POST
def check(request: PageRequest, code: str) -> HttpResponse:
    """Ask a system whether it answers; nothing is delivered."""
    found = system_within(request, "manage systems", code)
    if not found.endpoints:
        raise Conflict(_("Nothing is set up to speak to this system"), fix=_("Set it up first"))
    check_health(code, clock=SYSTEM_CLOCK)
    leave_notice(request, _("The system was asked. What it said stands below."))
    return redirect("messages:system", code)


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest, code: str) -> HttpResponse:
    """Register a public key of a system."""
    found = system_within(request, "manage systems", code)
    form = AddKey(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            signatures.add_key(
                system=code, **form.cleaned_data, by=request.actor.id, clock=SYSTEM_CLOCK
            )
        except (BadInput, Conflict) as problem:
            form.add_error(problem.where.field, f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, _("The key is registered. From now on the system must sign."))
            return redirect("messages:system", code)
    context = {"system": found, "form": form, "first": not keys_of(code)}
    return render(request, "messages/add_key.html", context)


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: PageRequest, code: str, name: str) -> HttpResponse:
    """Ask for the reason, then revoke a key."""
    found = system_within(request, "manage systems", code)
    key = next((one for one in keys_of(code) if one.name == name and not one.revoked_at), None)
    if key is None:
        raise no_such("key in force")
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        signatures.revoke_key(name=name, reason=reason, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("The key is revoked. What it signs is refused."))
        return redirect("messages:system", code)
    return render(request, "messages/revoke_key.html", {"system": found, "key": key, "form": form})


def _answers(endpoints: tuple[EndpointView, ...]) -> Cell | str:
    """Return whether a system answers, at the worst of its endpoints."""
    if not endpoints:
        return _("Nothing set up")
    worst = min(endpoints, key=lambda one: (one.ready is True, one.ready is None))
    return _health(worst)


def _health(one: EndpointView) -> Cell:
    if one.ready is None:
        return Cell(_("Never asked"), tag="grey")
    if one.ready:
        return Cell(_("Yes"), tag="green", note=moment(one.tried_at))
    return Cell(_("No"), tag="red", note=one.said)


def _facts(found: SystemView) -> list[tuple[str, object]]:
    return [
        (_("Code"), found.code),
        (_("Sends"), ", ".join(found.sends) or _("Nothing")),
        (_("Gets"), ", ".join(found.receives) or _("Nothing")),
        (_("Latest message"), moment(found.last) or _("None yet")),
    ]


def _endpoints(request: PageRequest, found: SystemView) -> Table:
    return table(
        request,
        caption=_("How it is spoken to"),
        columns=[
            Column(_("Connector")),
            Column(_("Answers")),
            Column(_("Said")),
            Column(_("Last asked")),
        ],
        rows=[
            (connector_title(one.kind), _health(one), one.said, moment(one.tried_at))
            for one in found.endpoints
        ],
        empty=_("Nothing is set up to speak to this system: it only sends."),
    )


def _routes(request: PageRequest, code: str) -> Table:
    return table(
        request,
        caption=_("Its routes"),
        columns=[
            Column(_("Route")),
            Column(_("State")),
            Column(_("Parked subjects"), numeric=True),
        ],
        rows=[
            (
                Cell(
                    _("%(sender)s to %(receiver)s")
                    % {"sender": one.sender_title, "receiver": one.receiver_title},
                    reverse("messages:route", args=[one.code]),
                    note=one.contract,
                ),
                route_cell(one),
                one.subjects,
            )
            for one in delivering.routes(clock=SYSTEM_CLOCK, system=code)
        ],
        empty=_("No route leads from or to this system yet."),
    )


def _keys(request: PageRequest, code: str, keys: tuple[KeyView, ...], *, may_manage: bool) -> Table:
    return table(
        request,
        caption=_("Keys by which it signs"),
        columns=[
            Column(_("Name")),
            Column(_("Registered")),
            Column(_("Fingerprint (SHA-256)")),
            Column(_("State")),
        ],
        rows=[
            (
                one.name,
                Cell(moment(one.added_at), note=one.added_by),
                one.fingerprint,
                _state(code, one, may_manage=may_manage),
            )
            for one in keys
        ],
        empty=_("No key is registered: its token alone tells who it is."),
    )


def _state(code: str, one: KeyView, *, may_manage: bool) -> Cell | str:
    if one.revoked_at:
        return Cell(_("Revoked"), tag="grey", note=moment(one.revoked_at))
    if not may_manage:
        return _("In force")
    address = reverse("messages:revoke-key", args=[code, one.name])
    return Cell(_("Revoke"), address, unseen=one.name)
