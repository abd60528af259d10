"""Tokens: what systems show to hand in files by themselves; made here, shown once, revoked."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.hub.tokens import TokenView, make_token, revoke_token, systems
from muster.hub.tokens import tokens as all_tokens
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.jinja import short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.exchange.pages.feed_forms import MakeToken


@page("plan feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: PageRequest) -> HttpResponse:
    """List tokens by system; make one, which this answer alone shows."""
    own = within(request, "plan feeds")
    offered = systems(employer=own)
    form = MakeToken(request.POST if request.method == "POST" else None, systems=offered)
    made = ""
    if form.is_bound and form.is_valid():
        # No redirect: the token must stand in no address, session or log.
        made = make_token(**form.cleaned_data, by=request.actor.id, clock=SYSTEM_CLOCK)
        form = MakeToken(None, systems=offered)
    titles = {one.code: one.title for one in offered}
    context = {
        "said": take_notice(request),
        "made": made,
        "form": form if offered else None,
        "tokens": _table(request, all_tokens(employer=own), titles),
    }
    return render(request, "exchange/tokens.html", context)


@page("plan feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: PageRequest, token: uuid.UUID) -> HttpResponse:
    """Ask once more, then revoke a token."""
    in_reach = all_tokens(employer=within(request, "plan feeds"))
    found = next((one for one in in_reach if one.id == token and not one.revoked_at), None)
    if found is None:
        raise no_such("token in force")
    if request.method == "POST":
        revoke_token(token=token, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("The token is revoked. Whoever shows it is refused."))
        return redirect("exchange:tokens")
    facts = [
        (_("System"), found.system),
        (_("What it is for"), found.title),
        (_("Made"), short_day(localtime(found.made_at))),
        (_("Last used"), _used(found)),
    ]
    return render(request, "exchange/revoke_token.html", {"facts": facts, "title": found.title})


def _table(request: PageRequest, found: tuple[TokenView, ...], titles: dict[str, str]) -> Table:
    by_system = sorted(found, key=lambda one: (titles.get(one.system, ""), one.system))
    return table(
        request,
        caption=_("Tokens by system"),
        columns=[
            Column(_("System")),
            Column(_("What it is for")),
            Column(_("Made")),
            Column(_("Last used")),
            Column(_("State")),
        ],
        rows=[
            (
                Cell(titles.get(one.system, one.system), note=one.system),
                one.title,
                Cell(short_day(localtime(one.made_at)), note=one.made_by),
                _used(one),
                _state(one),
            )
            for one in by_system
        ],
        empty=_("No system has a token yet. With one it can hand in files by itself."),
    )


def _used(one: TokenView) -> str:
    return short_day(localtime(one.used_at)) if one.used_at else _("Never")


def _state(one: TokenView) -> Cell:
    if one.revoked_at:
        return Cell(_("Revoked"), tag="grey", note=short_day(localtime(one.revoked_at)))
    return Cell(_("Revoke"), reverse("exchange:revoke-token", args=[one.id]), unseen=one.title)
