"""One dashboard: reading it, and what its owner does with it as a whole."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.access import may_ever
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.views import PageRequest, page, render
from muster.services.dashboards import actions
from muster.services.dashboards.forms import CopyForm, DashboardForm, ShareForm
from muster.services.dashboards.pages.drawing import drawn
from muster.services.dashboards.pages.steps import given, step
from muster.services.dashboards.reach import dashboard_for, mine, own_dashboard
from muster.services.dashboards.showing import Asker, shown
from muster.services.dashboards.wording import audience_words, state_tag

_FORM = ["GET", "HEAD", "POST"]


@page("see figures")
@require_safe
def dashboard(request: PageRequest, one: UUID) -> HttpResponse:
    """Show a dashboard: each tile with its completeness, its release and the way to explore it."""
    found = dashboard_for(request, one)
    asker = Asker(request.purpose, request.actor.id, SYSTEM_CLOCK)
    tiles = [drawn(request, view, shown(view.question, found.as_at, asker)) for view in found.tiles]
    context = {
        "said": take_notice(request),
        "about": found.about,
        "state": state_tag(found.about),
        "shared": audience_words(found.about),
        "month": found.as_at,
        "tiles": tiles,
        "own": mine(request, found.about),
        "may_build": may_ever(request.actor, "build dashboards"),
    }
    return render(request, "dashboards/dashboard.html", context)


@page("build dashboards")
@require_http_methods(_FORM)
def new(request: PageRequest) -> HttpResponse:
    """Begin a dashboard."""
    form = DashboardForm(given(request))

    def make() -> str:
        said = form.cleaned_data
        made = actions.make_dashboard(
            title=said["title"], purpose=said["purpose"], as_at=said["month"], by=request.actor,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        return reverse("dashboards:arrange", args=[made])

    words = {
        "title": _("Build a dashboard"), "submit": _("Save and add tiles"),
        "back": (_("Dashboards and briefs"), reverse("dashboards:listing")),
    }  # fmt: skip
    return step(request, form, make, words=words)


@page("build dashboards")
@require_http_methods(_FORM)
def settings(request: PageRequest, one: UUID) -> HttpResponse:
    """Rename a dashboard, say what it is for, or fix its month."""
    found = own_dashboard(request, one)
    start = {"title": found.about.title, "purpose": found.about.purpose, "month": found.as_at}
    form = DashboardForm(given(request), initial=start)

    def change() -> str:
        said = form.cleaned_data
        actions.change_dashboard(
            dashboard=one, title=said["title"], purpose=said["purpose"], as_at=said["month"],
            by=request.actor, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        return reverse("dashboards:dashboard", args=[one])

    words = {
        "title": _("Title, purpose and month"), "submit": _("Save"),
        "back": (found.about.title, reverse("dashboards:dashboard", args=[one])),
    }  # fmt: skip
    return step(request, form, change, words=words, said=_("Saved."))


@page("build dashboards")
@require_http_methods(_FORM)
def share(request: PageRequest, one: UUID) -> HttpResponse:
    """Say who may read a dashboard."""
    found = own_dashboard(request, one)
    form = ShareForm(given(request), about=found.about, actor=request.actor)

    def do() -> str:
        actions.share_dashboard(
            dashboard=one, audience=form.audience, by=request.actor, clock=SYSTEM_CLOCK
        )
        return reverse("dashboards:dashboard", args=[one])

    words = {
        "title": _("Share it"), "submit": _("Save"), "caption": found.about.title,
        "intro": _("Whoever may see figures can be let in. Nobody but you can change it."),
        "back": (found.about.title, reverse("dashboards:dashboard", args=[one])),
    }  # fmt: skip
    return step(request, form, do, words=words, said=_("Saved."))


@page("build dashboards")
@require_http_methods(_FORM)
def copy(request: PageRequest, one: UUID) -> HttpResponse:
    """Make a copy of one's own of any dashboard that one may read."""
    found = dashboard_for(request, one)
    start = {"title": (_("Copy of %(title)s") % {"title": found.about.title})[:100]}
    form = CopyForm(given(request), initial=start)

    def do() -> str:
        made = actions.copy_dashboard(
            dashboard=one, title=form.cleaned_data["title"], by=request.actor, clock=SYSTEM_CLOCK
        )
        return reverse("dashboards:dashboard", args=[made])

    words = {
        "title": _("Copy it"), "submit": _("Copy"), "caption": found.about.title,
        "back": (found.about.title, reverse("dashboards:dashboard", args=[one])),
    }  # fmt: skip
    return step(request, form, do, words=words, said=_("This is your copy. Nobody else sees it."))


@page("build dashboards")
@require_POST
def delete(request: PageRequest, one: UUID) -> HttpResponse:
    """Delete a dashboard; the list offers to put it back."""
    found = own_dashboard(request, one)
    actions.remove_dashboard(dashboard=one, by=request.actor, clock=SYSTEM_CLOCK)
    words = _("“%(title)s” is deleted. You can put it back below, for 30 days.")
    leave_notice(request, words % {"title": found.about.title})
    return redirect("dashboards:listing")


@page("build dashboards")
@require_POST
def restore(request: PageRequest, one: UUID) -> HttpResponse:
    """Put a deleted dashboard back."""
    actions.restore_dashboard(dashboard=one, by=request.actor, clock=SYSTEM_CLOCK)
    leave_notice(request, _("It is back as it was."))
    return redirect("dashboards:dashboard", one)
