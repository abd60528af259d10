"""How routes and systems are doing, for whoever watches the hub with tools of their own."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muster.hub.messages.figures import CONTENT_TYPE, openmetrics
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.running import settings
from muster.pagekit.views import no_such, open_page


@open_page
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return all figures to who shows the token of MUSTER_METRICS_TOKEN; else there is no page."""
    token = settings().metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not secrets.compare_digest(shown.encode(), token.encode()):
        raise no_such("page")
    return HttpResponse(openmetrics(SYSTEM_CLOCK), content_type=CONTENT_TYPE)
