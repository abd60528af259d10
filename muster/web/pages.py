"""The shell's own pages: home, health, language."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from muster.kernel.errors import NotFound
from muster.pagekit.navigation import Section, cards_for, grouped
from muster.pagekit.views import PageRequest, open_page, page, render
from muster.web.sign_in.session import safe_next
from muster.web.story import is_told


@page("use the service")
def home(request: PageRequest) -> HttpResponse:
    """Show what needs me, what changed, and where I can go."""
    headings: dict[Section, str] = {
        "needs you": _("Needs you"),
        "changed": _("What changed"),
    }
    cards = cards_for(request.actor)
    sections = [(headings[name], cards[name]) for name in headings if cards[name]]
    context = {"sections": sections, "groups": grouped(cards["go to"]), "story": is_told()}
    return render(request, "shell/home.html", context)


@open_page
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 once the database answers and every migration is applied, else 503."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"ready": False, "because": "database does not answer"}, status=503)
    if waiting:
        return JsonResponse({"ready": False, "because": "migrations are not applied"}, status=503)
    return JsonResponse({"ready": True})


@open_page
@require_GET
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the reader's language in a cookie for a year and go back where they were."""
    if code not in dict(settings.LANGUAGES):
        raise NotFound("There is no such language", fix="Choose a language offered on the page")
    response = redirect(safe_next(request.GET.get("next", "")))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
