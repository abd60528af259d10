"""Which dashboard or brief an actor may open, and which they may change: in the same words for what
is not there and for what is not for them."""

import uuid

from muster.pagekit.views import PageRequest, no_such
from muster.services.dashboards import queries
from muster.services.dashboards.queries import About, BriefView, DashboardView


def mine(request: PageRequest, about: About) -> bool:
    """Tell whether the actor owns a dashboard or brief."""
    return about.held.owner == request.actor.id


def dashboard_for(request: PageRequest, one: uuid.UUID) -> DashboardView:
    """Return a dashboard that the actor may open; raises ``NotFound`` otherwise."""
    found = queries.dashboard(one)
    if (
        found is None
        or found.about.removed
        or not queries.readable(request.actor, found.about.held)
    ):
        raise no_such("dashboard")
    return found


def own_dashboard(request: PageRequest, one: uuid.UUID) -> DashboardView:
    """Return a dashboard that the actor may change; raises ``NotFound`` otherwise."""
    found = dashboard_for(request, one)
    if not mine(request, found.about):
        raise no_such("dashboard")
    return found


def brief_for(request: PageRequest, one: uuid.UUID) -> BriefView:
    """Return a brief that the actor may open; raises ``NotFound`` otherwise."""
    found = queries.brief(one)
    if (
        found is None
        or found.about.removed
        or not queries.readable(request.actor, found.about.held)
    ):
        raise no_such("brief")
    return found


def own_brief(request: PageRequest, one: uuid.UUID) -> BriefView:
    """Return a brief that the actor may change; raises ``NotFound`` otherwise."""
    found = brief_for(request, one)
    if not mine(request, found.about):
        raise no_such("brief")
    return found
