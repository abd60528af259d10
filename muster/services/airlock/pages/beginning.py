"""Beginning a trial on a route."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.hub.airlock.looking import look_on
from muster.hub.airlock.trials import begin as begin_trial
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, page, render
from muster.services.airlock.forms import BeginTrial
from muster.services.airlock.reach import route_within

_AT_ONCE = 2000


@page("propose mappings")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: PageRequest, code: str) -> HttpResponse:
    """Ask what is to be tried and why, and begin."""
    found = route_within(request, "propose mappings", code)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = BeginTrial(*given, drafts=found.drafts, initial={"text": found.translation})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            one = begin_trial(
                code,
                translation=said["text"],
                revision=int(said["revision"]) if said.get("revision") else None,
                last=said["last"],
                reason=said["reason"],
                by=request.actor.id,
                clock=SYSTEM_CLOCK,
            )
        except (BadInput, Conflict, NotFound) as problem:
            form.refused(problem)
        else:
            look_on(clock=SYSTEM_CLOCK, route=found.id, limit=_AT_ONCE)
            leave_notice(request, _("The trial runs. Nothing of it is delivered."))
            return redirect("airlock:trial", one)
    return render(request, "airlock/begin.html", {"route": found, "form": form})
