"""Withdrawing a feed: what that does, why, and then as if it had never come."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from muster.hub.queries import LandingView
from muster.hub.withdrawal import Undone, withdraw, would_undo
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict
from muster.pagekit.jinja import day
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, page, render
from muster.services.exchange.forms import Reason
from muster.services.exchange.reach import feed_within
from muster.services.exchange.wording import short_name


@page("withdraw feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_feed(request: PageRequest, landing: uuid.UUID) -> HttpResponse:
    """Show what withdrawing a feed does and ask for the reason; then withdraw it."""
    found = feed_within(request, "withdraw feeds", landing)
    if found.state != "accepted":
        raise Conflict(
            _("Only a feed that counts can be withdrawn"),
            fix=_("If a later feed took its place, withdraw that one first"),
        )
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        again = withdraw(landing=landing, reason=reason, by=request.actor.id, clock=SYSTEM_CLOCK)
        said = _("The feed is withdrawn. Nothing of it counts any more.")
        if again is not None:
            said = _("The feed is withdrawn. The one before it stands again.")
        leave_notice(request, said)
        return redirect("exchange:feed", landing)
    context = {
        "form": form,
        "feed": found,
        "title": short_name(found.name),
        "does": _does(found, would_undo(landing)),
    }
    return render(request, "exchange/withdraw_feed.html", context)


def _does(found: LandingView, undone: Undone) -> list[str]:
    """Return what withdrawing does, in sentences."""
    rows = ngettext(
        "%(count)s row that it brought no longer counts.",
        "%(count)s rows that it brought no longer count.",
        undone.accepted,
    )
    said = [rows % {"count": f"{undone.accepted:,}"}]
    if undone.quarantined:
        waiting = ngettext(
            "%(count)s row of it no longer waits in quarantine.",
            "%(count)s rows of it no longer wait in quarantine.",
            undone.quarantined,
        )
        said.append(waiting % {"count": f"{undone.quarantined:,}"})
    if undone.again is None:
        said.append(_("It took the place of no other feed, so none stands again."))
    else:
        _id, name, as_at = undone.again
        again = _("The feed before it, %(name)s as at %(day)s, stands again.")
        said.append(again % {"name": short_name(name), "day": day(as_at)})
    said.append(_("The file itself and the record that it came are kept."))
    return said
