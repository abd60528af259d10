"""Handing in files: they wait for a worker, and the intake's page shows how far it is."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from muster.hub.routes import RouteView, routes
from muster.hub.uploads import hand_in
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput
from muster.kernel.running import settings
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.exchange.forms import UploadForm
from muster.services.exchange.pages.feeds import intakes_told

_LAST = 5
# A request may be so many times as large as a file; see ``web.asgi``.
_FILES_AT_ONCE = 4


@page("load feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PageRequest) -> HttpResponse:
    """Ask for files and what they are; keep them for the next worker."""
    own = within(request, "load feeds")
    open_routes = routes(employer=own)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*posted, routes=open_routes, may_leave_open=own is None)
    if form.is_bound and form.is_valid():
        route = form.stated_route
        try:
            intake = hand_in(
                form.cleaned_data["file"],
                folder=_folder(form, route),
                route=route.code if route else None,
                as_at=form.cleaned_data["as_at"],
                among=None if own is None else [one.code for one in open_routes],
                by=request.actor.id,
                clock=SYSTEM_CLOCK,
            )
        except BadInput as problem:
            form.add_error("file", f"{problem.what} ({problem.where}). {problem.fix}.")
        else:
            return redirect("exchange:intake", intake)
    megabytes = settings().upload_megabytes
    context = {
        "form": form,
        "routes": open_routes,
        "may_leave_open": own is None,
        "megabytes": megabytes,
        "together": megabytes * _FILES_AT_ONCE,
        "most_bytes": megabytes << 20,
        "intakes": intakes_told(request, own, limit=_LAST),
    }
    return render(request, "exchange/upload.html", context)


def _folder(form: UploadForm, route: RouteView | None) -> str:
    """Return the folder the files count under: their publisher, or else their system's name."""
    return form.cleaned_data.get("folder") or (route.system if route else "uploaded")
